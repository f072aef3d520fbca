"""What differs between releases in this room, as data: how JSON is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..ruling import Rules


@dataclass(init=False, frozen=True)
class JsonRules(Rules):
    """What a release reads otherwise than the others."""

    # Configuration files and lenient bodies

    maximum_depth: int = 1000
    """So many values within each other are too many [changed in 1.13.0]."""
    refuses_control_characters: bool = False
    """A line break or a tab within a string is an error [1.13.0 on]."""
    refuses_infinity: bool = True
    """1e999 is an error [up to 1.10.1]."""
    comments_separate: bool = True
    """After a comment, whatever stands in the place of a comma is passed over [up to 1.10.1]."""

    # Members of a body

    explains_large_integers: bool = False
    """An integer above 32 bits is told, and one below them taken, else unhandled [1.13.0 on]."""


class JsonRelease(Protocol):
    """What reading JSON asks of a release."""

    @property
    def json(self) -> JsonRules: ...
