"""Associations of the DICOM network, for both sides: PDUs (PS3.8) and the messages in them (PS3.7).

One thread an association, which blocks until something comes, so that a test's threads end when its server does.
"""
