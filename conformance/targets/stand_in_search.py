"""Which blocks of private tags of a dictionary can stand in for the laboratory's of `asking.configurations`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from emulator.dictionary.dictionary import Dictionary
from emulator.dictionary.entry import Entry

from ..asking.stand_ins import CREATOR, GROUP, StandIns

#: How many blocks are tried for a scenario: the one that has most, and a few that have less in other places.
CANDIDATES = 4
#: A name of an offset below this stands for an element below the creators', as the laboratory's own do.
FIRST_CREATOR = 0x10

Block = dict[str, list[Entry]]


def stand_ins(dictionary: Dictionary, section: Mapping[str, Any]) -> list[StandIns]:
    """The blocks that serve the most entries of a section "Dictionary", the best first.

    Of two that serve as many, one that the server's own configuration names goes first: a dictionary tells these first.
    """
    wanted = {key: entry for key, entry in section.items() if is_served(key, entry)}
    found = [served(creator, group, block, wanted) for (creator, group), block in blocks(dictionary).items()]
    ranked = sorted(found, key=lambda one: (-len(one.keys), -low(one)))
    best = ranked[:1] + sorted(ranked[1:], key=lambda one: (-low(one), -len(one.keys)))
    return [completed(one, dictionary) for one in best[:CANDIDATES] if one.keys]


def is_served(key: str, entry: Any) -> bool:
    """Whether an entry is one of the laboratory's own block; one in full is taken for its offset."""
    return int(key.partition(",")[0], 16) == GROUP and len(entry) > 4 and entry[4] == CREATOR


def low(one: StandIns) -> int:
    return sum(there < FIRST_CREATOR for there in one.offsets.values())


def blocks(dictionary: Dictionary) -> dict[tuple[str, int], Block]:
    """The private entries by offset whose name is theirs alone, by creator and group, then by VR."""
    found: dict[tuple[str, int], Block] = {}
    for entry in usable(dictionary):
        assert entry.creator is not None
        found.setdefault((entry.creator, entry.group), {}).setdefault(entry.vr, []).append(entry)
    return found


def usable(dictionary: Dictionary) -> Iterator[Entry]:
    names: dict[str, int] = {}
    entries = [*dictionary]
    for entry in entries:
        names[entry.name] = names.get(entry.name, 0) + 1
    for entry in entries:
        is_plain = not entry.repeating and entry.element <= 0xFF and entry.group >= 0x0009
        if entry.creator and is_plain and names[entry.name] == 1 and entry.name.isascii() and entry.name.isalnum():
            yield entry


def served(creator: str, group: int, block: Block, wanted: Mapping[str, Any]) -> StandIns:
    """The entries that a block has for the wanted ones, each used once; low offsets first."""
    free = {vr: sorted(entries, key=lambda one: one.element) for vr, entries in block.items()}
    offsets: dict[int, int] = {}
    names: dict[str, str] = {}
    keys = set()
    for key, entry in wanted.items():
        if free.get(entry[0]):
            taken = free[entry[0]].pop(0)
            offsets[int(key.partition(",")[2], 16) & 0xFF] = taken.element
            names[entry[1]] = taken.name
            keys.add(key)
    return StandIns(creator, group, offsets, names, frozenset(keys))


def completed(one: StandIns, dictionary: Dictionary) -> StandIns:
    """The same block, with offsets that it does not know for those that the laboratory does not know."""
    offsets = dict(one.offsets)
    taken = set(offsets.values())
    unknown = [
        offset
        for offset in range(0x100)
        if offset not in taken and dictionary.find(one.group, 0x1000 | offset, one.creator) is None
    ]
    for offset in range(0x100):
        if offset not in offsets and unknown:
            offsets[offset] = unknown.pop(unknown.index(offset) if offset in unknown else 0)
    return replace(one, offsets=offsets)
