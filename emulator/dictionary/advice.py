"""Advice about the creators and the lines of a dictionary, for what refuses or tells a wrong request."""

from __future__ import annotations

from collections.abc import Iterable

from .dictionary import Dictionary
from .entry import FIRST_PRIVATE_ELEMENT

#: How many creators are named.
NAMED_CREATORS = 5


def folded(creator: str) -> str:
    """A creator without what people mistake: capitals and blanks."""
    return "".join(creator.split()).casefold()


def looks_alike(creator: str | None, other: str) -> bool:
    """Whether people mistake one for the other."""
    return folded(creator or "") == folded(other)


def likeliest(creators: Iterable[str], given: str | None, stored: str | None = None) -> list[str]:
    """Creators, the one that was meant first: it looks like the one given, or is the one of the file."""
    return sorted(creators, key=lambda creator: (not looks_alike(given, creator), creator != stored))


def quoted(creators: list[str]) -> str:
    """Some creators, as a text names them."""
    return ", ".join(f'"{creator}"' for creator in creators[:NAMED_CREATORS])


def free_key(tag: int, dictionary: Dictionary) -> str:
    """A key for a line of "Dictionary" that fits the tag, and is not that of another creator's line.

    JSON has each key once: a second line of that key takes the place of the first.
    """
    group, element = tag >> 16, tag & 0xFFFF
    taken = {other for _, other_group, other in dictionary.registered if other_group == group}
    if element not in taken:
        return f"{group:04x},{element:04x}"
    if group % 2 and element >= FIRST_PRIVATE_ELEMENT and element & 0xFF not in taken:
        return f"{group:04x},{element & 0xFF:02x}"  # fits any block of its creator
    return f"{group:04x}-{element:04x}"  # another spelling


def line_to_register(tag: int, dictionary: Dictionary, creator: str, vr: str = "LO", name: str = "NameOfTheTag") -> str:
    """The line that makes a tag known under a creator, by a key that is free."""
    return f'"{free_key(tag, dictionary)}": ["{vr}", "{name}", 1, 1, "{creator}"]'
