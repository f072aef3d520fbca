"""The private blocks of a file: who has them, and where there is room for another (PS3.5 section 7.8.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..dicom.element import Dataset, format_tag
from ..dicom.warnings import reserved_by
from ..dictionary import Dictionary

BLOCKS = range(0x10, 0x100)

#: How many tags are named.
NAMED_TAGS = 3


def tags_of_block(dataset: Dataset, creator_tag: int) -> list[int]:
    """The elements of the block that a creator element reserves, in order."""
    block = creator_tag & 0xFFFF0000 | (creator_tag & 0xFF) << 8
    return sorted(tag for tag in dataset.held if tag & 0xFFFFFF00 == block)


def own_block(dataset: Dataset, group: int, creator: str) -> int | None:
    """The lowest block of a creator in a group, None where it has none."""
    owned = (block for block in BLOCKS if reserved_by(dataset, group << 16 | block << 8) == creator)
    return next(owned, None)


def free_block(group: int, datasets: Sequence[Dataset]) -> int | None:
    """The lowest block of which none of the datasets has an element, the creator element included."""
    tags = [tag & 0xFFFF for dataset in datasets for tag in dataset.held if tag >> 16 == group]
    taken = {number >> 8 or number for number in tags}
    return next((block for block in BLOCKS if block not in taken), None)


def where_to_write(tags: Sequence[int], creator: str, dictionary: Dictionary, *datasets: Dataset) -> str:
    """The advice where to write elements of one group that stand in the block of another creator.

    The first dataset is the one whose blocks count; a free block is one that is free in all. A creator element among
    the tags is one that would take the block over.
    """
    group, offsets = tags[0] >> 16, [tag & 0xFF for tag in tags if tag & 0xFFFF > 0xFF]
    block = own_block(datasets[0], group, creator)
    if block is not None:
        lead, numbers = f"your block is {block:02x}", []
    else:
        block = free_block(group, datasets)
        if block is None:
            return f"no block of group {group:04x} is free: register the tags in another group"
        lead, numbers = f"block {block:02x} is free", [block]
    creators = [tag for tag in tags if tag & 0xFFFF <= 0xFF]
    leave = f", and leave {listed(creators)} out" if creators and not numbers else ""
    numbers += [block << 8 | offset for offset in offsets]
    unknown = [group << 16 | number for number in numbers if dictionary.find(group, number, creator) is None]
    register = f' (register {listed(unknown)} under "{creator}")' if unknown else ""
    return f"{lead}: write {listed([group << 16 | number for number in numbers])}{register}{leave}"


def listed(tags: Sequence[int]) -> str:
    """Some tags in words: "0041,0011 and 0041,1101"."""
    *first, last = [*some(tags)]
    return f"{', '.join(first)} and {last}" if first else last


def some(tags: Sequence[int]) -> Iterator[str]:
    shown = tags if len(tags) <= NAMED_TAGS + 1 else tags[:NAMED_TAGS]
    yield from map(format_tag, shown)
    if len(shown) < len(tags):
        yield f"{len(tags) - len(shown)} more"
