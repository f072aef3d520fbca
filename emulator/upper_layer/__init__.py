"""Associations of the DICOM network, for both sides: PDUs (PS3.8) and the messages in them (PS3.7).

pynetdicom reads and writes what associations are negotiated with; the loop is our own: one thread an association, which
blocks until something comes, so that a test's threads end when its server does.
"""
