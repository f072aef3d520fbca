"""Strategies for private blocks, of known and of unknown creators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from ..asking.configurations import REGISTRABLE_VRS
from ..files.raw import RawElement
from .element_values import values
from .entries import BLOCKS, CREATORS, GROUPS, Entry


@dataclass(frozen=True)
class PrivateBlock:
    """Private elements of one creator in one block: (gggg,00bb) holds the creator, (gggg,bb00-bbff) are its elements.

    `elements` are (offset, VR, raw value); a `creator` of None leaves them without an owner.
    """

    group: int
    block: int
    creator: str | None
    elements: tuple[tuple[int, str, Any], ...]

    def raw_elements(self) -> list[RawElement]:
        """The creator element and the elements, in order."""
        found: list[RawElement] = []
        if self.creator is not None:
            found.append((f"{self.group:04x},{self.block:04x}", "LO", self.creator))
        for offset, representation, value in sorted(self.elements, key=lambda element: element[0]):
            found.append((f"{self.group:04x},{self.block:02x}{offset:02x}", representation, value))
        return found


def private_blocks(
    dictionary: Mapping[str, Entry] | None = None, *, valid: bool = True
) -> st.SearchStrategy[PrivateBlock]:
    """A private block: its creator and elements whose values fit their VRs.

    With a dictionary, its elements are those of one of the creators there, known to the server; without one, unknown.
    A server stores any private element; with `valid=False` it knows none of them: their creator is missing, blank or
    another, so that they are shown as "Unknown Tag & Data" whatever the dictionary says.

    >>> block = private_blocks({"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}).example()
    >>> block.group == 0x0011, block.block == 0x10, block.creator
    (True, True, 'MYLAB')
    >>> private_blocks(valid=False).example().creator in (None, "", "mylab", "UNKNOWN")
    True
    """
    return private_block(dict(dictionary or {}), valid)


@st.composite
def private_block(draw: st.DrawFn, dictionary: dict[str, Entry], valid: bool) -> PrivateBlock:
    owned = {key: entry for key, entry in dictionary.items() if len(entry) > 4}
    if owned:
        group, block, creator, known = draw(registered_block(owned))
        elements = [
            (offset, entry[0], draw(values(entry[0])))
            for offset, entry in draw(
                st.lists(st.sampled_from(known), min_size=1, max_size=3, unique_by=lambda x: x[0])
            )
        ]
    else:
        group, block = int(draw(st.sampled_from(GROUPS)), 16), draw(st.sampled_from(BLOCKS))
        creator = draw(st.sampled_from(CREATORS))
        offsets = draw(st.lists(st.integers(1, 0xFF), min_size=1, max_size=3, unique=True))
        vrs = [draw(st.sampled_from(REGISTRABLE_VRS)) for _ in offsets]
        elements = [(offset, vr, draw(values(vr))) for offset, vr in zip(offsets, vrs, strict=True)]
    if valid:
        return PrivateBlock(group, block, creator, tuple(elements))
    return PrivateBlock(group, block, draw(st.sampled_from((None, "", "mylab", "UNKNOWN"))), tuple(elements))


@st.composite
def registered_block(draw: st.DrawFn, owned: dict[str, Entry]) -> tuple[int, int, str, list[tuple[int, Entry]]]:
    """A block of a creator in a dictionary: group, block, creator, and the offsets that it knows there."""
    chosen = draw(st.sampled_from(sorted(owned)))
    group, element, creator = int(chosen[:4], 16), int(chosen[5:], 16), owned[chosen][4]
    block = element >> 8 if element > 0xFF else draw(st.sampled_from(BLOCKS))
    known = [
        (int(key[5:], 16) & 0xFF, entry)
        for key, entry in sorted(owned.items())
        if int(key[:4], 16) == group and entry[4] == creator and int(key[5:], 16) >> 8 in (0, block)
    ]
    return group, block, creator, known
