"""A line that the server took, what a user may regret of it, and what rules ask of all lines together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from ..dictionary.dictionary import Dictionary
from ..dictionary.entry import Entry
from ..releases import Release

#: Stands for a creator that the user has to find in the files; it gets a number where it has the element already.
PLACEHOLDER = "MYLAB"


class Registration(NamedTuple):
    """A line of the section that the server took, and the entry that stood in its place before."""

    key: str
    definition: Sequence[Any]
    entry: Entry
    before: Entry | None


class Section:
    """All lines that the server took, and the dictionary that they made."""

    def __init__(self, registrations: Sequence[Registration], dictionary: Dictionary, release: Release) -> None:
        self.registrations = registrations
        self.dictionary = dictionary
        self.release = release

    @cached_property
    def creators(self) -> dict[tuple[int, str], set[str]]:
        """The creators that have entries in a group, by group and by what is alike in them."""
        found: dict[tuple[int, str], set[str]] = {}
        for entry in self.dictionary:
            if entry.creator is not None and not entry.repeating:
                found.setdefault((entry.group, alike(entry.creator)), set()).add(entry.creator)
        return found

    @cached_property
    def forms(self) -> dict[tuple[str | None, int, int], set[bool]]:
        """The forms that are registered, by offset (True) or in full, by creator, group and offset."""
        found: dict[tuple[str | None, int, int], set[bool]] = {}
        for _, _, entry, _ in self.registrations:
            found.setdefault((entry.creator, entry.group, entry.element & 0xFF), set()).add(is_offset(entry))
        return found

    def has_both_forms(self, entry: Entry) -> bool:
        """Whether the offset of an entry is registered by offset and in full."""
        return len(self.forms[entry.creator, entry.group, entry.element & 0xFF]) == 2


class Regret(NamedTuple):
    """What a rule has to say; `repair` holds the parts of the line to change, see `repaired`."""

    code: str
    message: str
    advice: str
    repair: Mapping[str, Any] = MappingProxyType({})


Rule = Callable[[Registration, Section], "Regret | None"]


def alike(creator: str) -> str:
    return " ".join(creator.split()).casefold()


def is_offset(entry: Entry) -> bool:
    """Whether an entry fits every block of its creator."""
    return entry.creator is not None and entry.element <= 0xFF


def shown_tag(entry: Entry) -> str:
    return f"({entry.group:04x},{entry.element:04x})"
