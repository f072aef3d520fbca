"""The anonymization profiles, by the request's DicomVersion: what becomes of each tag of PS3.15 Table E.1-1.

The data are in profiles.txt, one line per tag. The releases share them; `releases.py` says which of them a release has.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "profiles.txt"


class TagRange(NamedTuple):
    """The tags that are `value` in the bits of `mask`, such as all of the groups 50xx."""

    mask: int
    value: int

    def __contains__(self, tag: object) -> bool:
        return isinstance(tag, int) and tag & self.mask == self.value


class Profile(NamedTuple):
    """The tags that a profile removes, those that it empties, and those whose identifier it renews.

    The tags in `removed_from_items` go from the items of sequences, not from the top level.
    """

    removed: frozenset[int]
    emptied: frozenset[int]
    renewed: frozenset[int]
    removed_from_items: tuple[TagRange, ...]


@cache
def profiles() -> dict[str, Profile]:
    """The profiles of all releases by DicomVersion."""
    lines = [line.split() for line in FILE.read_text(encoding="ascii").splitlines() if not line.startswith("#")]
    (_, *versions), *rows = lines
    return {version: profile_of(rows, column) for column, version in enumerate(versions, 1)}


def profile_of(rows: list[list[str]], column: int) -> Profile:
    def tags(action: str) -> frozenset[int]:
        return frozenset(int(row[0].replace(",", ""), 16) for row in rows if row[column] == action)

    ranges = tuple(range_of(row[0].replace(",", "")) for row in rows if row[column] == "I")
    return Profile(tags("X"), tags("Z"), tags("U"), ranges)


def range_of(text: str) -> TagRange:
    """The range of a text such as "50xxxxxx", in which an x stands for any digit."""
    return TagRange(int(re.sub("[0-9a-f]", "f", text).replace("x", "0"), 16), int(text.replace("x", "0"), 16))
