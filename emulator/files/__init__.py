"""The stored files as they are asked for: their bytes, in another transfer syntax, parsed, as tags; reconstructed.

From the store it takes resources and parsed files, from modification the transcoding; it gives to all doors.
"""
