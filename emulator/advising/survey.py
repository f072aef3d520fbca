"""What private tags files have, counted: their creators, blocks, VRs and multiplicities, with a file of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..dicom.element import NUMBER_SIZES, TEXT_VRS, UNSUPPORTED_VR, Dataset, Element
from ..dicom.reader import DicomFile
from ..dicom.transfer_syntaxes import IMPLICIT_LITTLE_ENDIAN
from ..dicom.warnings import datasets_of, reserved_by
from .guessing import guessed_vr
from .reading import MOST_READ
from .walking import Unread

#: How many paths that were not read are kept by name.
MOST_UNREAD = 1000

#: VRs whose value is always one (PS3.5 section 6.4).
SINGLE_VALUED = frozenset("LT OB OD OF OL OV OW SQ ST UN UR UT".split())


class Key(NamedTuple):
    """Which private tag: that of a creator (None where no creator element reserves the block), at an offset."""

    creator: str | None
    group: int
    offset: int


@dataclass
class Found:
    """One private tag in many files; all numbers count files."""

    files: int = 0
    blocks: Counter[int] = field(default_factory=Counter)
    vrs: Counter[str] = field(default_factory=Counter)  # as explicit files have them; "" where none is given
    examples: dict[str, str] = field(default_factory=dict)  # a file of each VR
    guesses: Counter[str] = field(default_factory=Counter)  # from the bytes, where no VR is given
    least: int | None = None  # values of one element; None where all are empty
    most: int | None = None

    def add(self, other: Found) -> None:
        self.files += other.files
        self.blocks += other.blocks
        self.vrs += other.vrs
        self.examples = {**other.examples, **self.examples}
        self.guesses += other.guesses
        self.see(other.least)
        self.see(other.most)

    def see(self, values: int | None) -> None:
        if values is not None:
            self.least = values if self.least is None else min(self.least, values)
            self.most = values if self.most is None else max(self.most, values)


@dataclass
class Survey:
    """The private tags of many files. Two surveys can be added, so that several processes make one."""

    files: int = 0
    with_private_tags: int = 0
    tags: dict[Key, Found] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    unread_count: int = 0
    failed: bool = False  # something that was asked for could not be read

    def add(self, other: Survey) -> None:
        self.files += other.files
        self.with_private_tags += other.with_private_tags
        for key, found in other.tags.items():
            self.tags.setdefault(key, Found()).add(found)
        self.unread += other.unread[: MOST_UNREAD - len(self.unread)]
        self.unread_count += other.unread_count
        self.failed = self.failed or other.failed

    def miss(self, unread: Unread) -> None:
        self.unread_count += 1
        self.failed = self.failed or unread.asked
        if len(self.unread) < MOST_UNREAD:
            self.unread.append(unread)

    def see(self, file: DicomFile, path: str) -> None:
        """Counts the private tags of a file, those in sequences included; each tag once per file."""
        self.files += 1
        explicit = file.transfer_syntax != IMPLICIT_LITTLE_ENDIAN
        own: dict[Key, list[tuple[int, str]]] = {}  # block and VR of each element, of those with one key
        for key, element in private_elements(file.dataset):
            found = self.tags.get(key)
            if found is None:
                found = self.tags[key] = Found()
            block, vr = element.tag >> 8 & 0xFF, given_vr(element, explicit)
            before = own.get(key)
            if before is None:
                own[key] = [(block, vr)]
                found.files += 1
                new_block = new_vr = True
            else:
                new_block = all(block != other for other, _ in before)
                new_vr = all(vr != other for _, other in before)
                before.append((block, vr))
            if new_block:
                found.blocks[block] += 1
            if new_vr:
                found.vrs[vr] += 1
                found.examples.setdefault(vr, path)
            if not vr:
                found.guesses[guessed_vr(element.value)] += 1
            found.see(values_of(element, vr))
        self.with_private_tags += bool(own)


def private_elements(dataset: Dataset) -> Iterator[tuple[Key, Element]]:
    """The private elements of a file that are no creators, at any depth (PS3.5 section 7.8)."""
    for inner, _ in datasets_of(dataset):
        creators: dict[int, str | None] = {}
        for tag, element in inner.elements.items():
            if not tag & 0x10000 or tag & 0xFFFF == 0 or tag < 0x00090000 or element.is_private_creator:
                continue
            block = tag >> 8
            if block not in creators:
                creators[block] = reserved_by(inner, tag)
            yield Key(creators[block], tag >> 16, tag & 0xFF), element


def given_vr(element: Element, explicit: bool) -> str:
    """The VR that a file gives an element, "" where it gives none: in implicit VR, and UN."""
    if element.items is not None:
        return "SQ"
    return element.vr if explicit and element.vr not in ("UN", UNSUPPORTED_VR) else ""


def values_of(element: Element, vr: str) -> int | None:
    """How many values an element has; None for an empty one, and one that was not read to its end."""
    if not element.value or len(element.value) >= MOST_READ:
        return None
    if vr in SINGLE_VALUED:
        return 1
    if vr in TEXT_VRS:
        return element.value.count(b"\\") + 1
    return max(len(element.value) // NUMBER_SIZES.get(vr, len(element.value)), 1)
