"""ZIP archives of stored files: folders by patient, study and series, or media with a DICOMDIR (PS3.10 section 8.6)."""
