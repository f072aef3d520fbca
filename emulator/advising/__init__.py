"""What files need of a dictionary: the lines to write for their private tags, and what they suffer without.

The room reads files as the server does, up to their pixel data; it takes from `checking`, `dicom`, `dictionary`,
`modification` and `query`, and gives to `commands` and to whoever asks in Python.
"""

from .suggestion import Line, Suggestion, suggest

__all__ = ["Line", "Suggestion", "suggest"]
