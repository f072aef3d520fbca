"""The statuses that a server answers with (PS3.7 annex C), as Orthanc 1.9.1 to 1.13.0 use them."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """The status of a response."""

    SUCCESS = 0x0000
    PENDING = 0xFF00
    """A match, or a sub-operation that is done: more will come (PS3.4 sections C.4.1.1.4, C.4.2.1.5, C.4.3.1.4)."""
    CANCEL = 0xFE00
    """A C-FIND that LimitFindResults cuts, up to 1.10.1; a worklist that LimitAnswers cuts."""
    SUB_OPERATIONS_FAILED = 0xB000
    """A C-GET of which some sub-operations failed (PS3.4 section C.4.3.1.4)."""
    OUT_OF_RESOURCES = 0xA700
    """A C-STORE that the server could not store, for whatever reason (PS3.4 section B.2.3)."""
    ALL_SUB_OPERATIONS_FAILED = 0xA702
    """A C-GET of which all sub-operations failed."""
    CLASS_MISMATCH = 0xA900
    """A C-STORE whose command names another class or instance than its data set (PS3.4 section B.2.3)."""
    UNABLE_TO_PROCESS = 0xC000
    """All else that went wrong: a bad identifier, an unknown destination, a sub-operation of a C-MOVE that failed."""
