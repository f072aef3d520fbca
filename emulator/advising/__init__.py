"""What files need of a dictionary: the lines to write for their private tags, and what they suffer without.

The room reads files as the server does, up to their pixel data; it takes from `server` and what is
below, and gives to `commands` and to whoever asks in Python.
"""

from .report import Report, report
from .suggestion import Line, Suggestion, suggest

__all__ = ["Line", "Report", "Suggestion", "report", "suggest"]
