"""What a dictionary knows, as people ask: by name, by tag, by creator, by group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from .dictionary import Dictionary
from .entry import Entry, in_range

#: An offset in a block, as DCMTK and others write it: "0011,xx01".
OFFSET_TAG = re.compile(r"\(?(?P<group>[0-9a-f]{4}),(?:xx)?(?P<offset>[0-9a-f]{2})\)?", re.IGNORECASE)

#: How many names are told at most where nothing has the one that is wanted.
SIMILAR = 5


def search(
    dictionary: Dictionary, wanted: str | None = None, *, creator: str | None = None, group: int | None = None
) -> Iterator[Entry]:
    """The entries that fit all that is given, those of the configuration first.

    `wanted` is a tag ("0011,1001", "(0011,1001)", "00111001"), an offset in any block ("0011,01", "0011,xx01"), or a
    name, whose case matters only where there are names that differ in it alone.
    """
    for entry in candidates(dictionary, wanted):
        if creator is not None and entry.creator != creator:
            continue
        if group is not None and not in_range(group, entry.group, entry.upper_group, entry.group_parity):
            continue
        yield entry


def candidates(dictionary: Dictionary, wanted: str | None) -> Iterator[Entry]:
    if wanted is None:
        yield from dictionary
        return
    offset = OFFSET_TAG.fullmatch(wanted)
    if offset is not None:
        yield from by_offset(dictionary, int(offset["group"], 16), int(offset["offset"], 16))
        return
    tag = dictionary.number(wanted.strip("()"))
    if tag is not None:
        yield from (entry for entry in dictionary if defines(entry, tag >> 16, tag & 0xFFFF))
        return
    named = dictionary.named(wanted)
    yield from named or (entry for entry in dictionary if entry.name.lower() == wanted.lower())


def defines(entry: Entry, group: int, element: int) -> bool:
    """Whether an entry is about a tag: that of an element, or the one that its name stands for."""
    if entry.matches(group, element):
        return True
    return entry.creator is not None and (entry.group, entry.element) == (group, element)


def by_offset(dictionary: Dictionary, group: int, offset: int) -> Iterator[Entry]:
    """The private entries for an offset in some block, and the standard entry that such a number is."""
    for entry in dictionary:
        if entry.creator is None:
            if entry.matches(group, offset):
                yield entry
        elif any(entry.matches(group, block << 8 | offset) for block in range(0x10, 0x100)):
            yield entry


def similar_names(dictionary: Dictionary, wanted: str) -> list[str]:
    """The names that are most like one that nothing has."""
    return similar(wanted, (entry.name for entry in dictionary))


def similar_creators(dictionary: Dictionary, wanted: str) -> list[str]:
    """The private creators that are most like one that has no entries."""
    return similar(wanted, (entry.creator for entry in dictionary if entry.creator is not None))


def similar(wanted: str, texts: Iterable[str]) -> list[str]:
    """The texts that differ from `wanted` in little, then those that contain it; case does not matter."""
    by_folded = {text.casefold().strip(): text for text in texts}
    folded = wanted.casefold().strip()
    close = get_close_matches(folded, by_folded, n=SIMILAR, cutoff=0.75)
    containing = sorted((one for one in by_folded if len(folded) > 2 and folded in one), key=len)
    return [by_folded[one] for one in dict.fromkeys([*close, *containing])][:SIMILAR]


def shown_tag(entry: Entry) -> str:
    """The tag of an entry: (0011,xx01) by offset, (0011,1001) in full, (6000-60ff,3000) for a range."""
    group = f"{entry.group:04x}"
    if entry.upper_group != entry.group:
        group += f"-{entry.upper_group:04x}"
    if entry.creator is not None and entry.upper_element <= 0xFF:
        return f"({group},xx{entry.element:02x})"
    element = f"{entry.element:04x}"
    if entry.upper_element != entry.element:
        element += f"-{entry.upper_element:04x}"
    return f"({group},{element})"
