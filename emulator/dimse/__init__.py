"""The DICOM network as a door: C-ECHO, C-STORE, C-FIND, C-MOVE, C-GET, worklists and storage commitment (PS3.4, PS3.7).

Protocol only: it asks the rooms of a server, as `rest` does. Imported when a listener is started, and not before.
"""
