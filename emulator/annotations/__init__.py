"""What users add to a resource: metadata, attachments and labels."""
