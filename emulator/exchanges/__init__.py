"""What went over the wire, as a test sees it: the log of requests, and faults to come."""
