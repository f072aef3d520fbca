"""DICOM files and ZIP archives: made exactly as a scenario wants them, and read whole for comparison.

It takes from no other room, and gives to all that send or compare files. Nothing here knows of servers.
"""
