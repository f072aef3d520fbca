"""Bytes of a DICOM file -> raw elements, taking and refusing what DCMTK takes and refuses.

pydicom's reader is lenient where the server is not (a value cut short, a length beyond its sequence), and the
answer to a broken file is part of what is emulated; so the emulator walks the bytes itself. Lengths come from
strangers: each is checked against what is left of the enclosing item before anything is read.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Protocol

from ..errors import ErrorCode, OrthancError
from .element import LONG_VRS, NUMBER_SIZES, PIXEL_DATA, WORD_SIZES, Dataset, Element, plain_text

IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2"

UNDEFINED_LENGTH = 0xFFFFFFFF
ITEM = 0xFFFEE000
ITEM_DELIMITER = 0xFFFEE00D
SEQUENCE_DELIMITER = 0xFFFEE0DD

KNOWN_VRS = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split()
)

#: A deflated file may not grow beyond this many bytes: a stranger's kilobyte could otherwise fill the memory.
MAXIMUM_INFLATED_SIZE = 1 << 30

#: Sequences may be nested this deep. Deeper ones crash the real servers: from 48 levels on (1.10.1), or 51 (1.12.7).
MAXIMUM_DEPTH = 47


class ValueRepresentations(Protocol):
    """What the reader asks of a dictionary: the VR of an element that the file gives none for."""

    def value_representation(self, group: int, element: int, creator: str | None) -> str:
        """The VR under which a file without VRs is read; "UN" for an element without an entry."""


@dataclass(slots=True)
class DicomFile:
    """A parsed file: its meta header (PS3.10 section 7.1), its dataset and its transfer syntax UID."""

    meta: Dataset
    dataset: Dataset
    transfer_syntax: str


def bad_file(details: str | None = None) -> OrthancError:
    return OrthancError(ErrorCode.BAD_FILE_FORMAT, details)


def read_file(data: bytes, dictionary: ValueRepresentations) -> DicomFile:
    """Parses a whole file, with or without preamble and meta header.

    Raises OrthancError (Bad file format) for what the server refuses.
    """
    meta, start = read_meta(data, dictionary)
    syntax_element = meta.get(0x00020010)
    transfer_syntax = plain_text(syntax_element.value) if syntax_element else guess_transfer_syntax(data, start)
    if transfer_syntax == DEFLATED_LITTLE_ENDIAN:
        data, start = inflate(data[start:]), 0
    walker = Walker(
        data,
        explicit=transfer_syntax != IMPLICIT_LITTLE_ENDIAN,
        little_endian=transfer_syntax != EXPLICIT_BIG_ENDIAN,
        dictionary=dictionary,
    )
    dataset, _ = walker.dataset(start, len(data), depth=0)
    return DicomFile(meta, dataset, transfer_syntax)


def read_meta(data: bytes, dictionary: ValueRepresentations) -> tuple[Dataset, int]:
    """The meta header and the position at which the dataset starts."""
    start = 132 if data[128:132] == b"DICM" else 0
    end = start
    while data[end : end + 2] == b"\x02\x00":
        _, _, vr, length = header(data, end)
        end += (12 if vr in LONG_VRS else 8) + length
    if end > len(data):
        raise bad_file()
    walker = Walker(data, explicit=True, little_endian=True, dictionary=dictionary)
    meta, _ = walker.dataset(start, end, depth=0)
    return meta, end


def header(data: bytes, position: int) -> tuple[int, int, str, int]:
    """Group, element, VR and length of the explicit little endian element at `position`."""
    try:
        group, element, vr, length = struct.unpack_from("<HH2sH", data, position)
        name = vr.decode("latin-1")
        if name in LONG_VRS:
            (length,) = struct.unpack_from("<L", data, position + 8)
    except struct.error:
        raise bad_file() from None
    return group, element, name, length


def guess_transfer_syntax(data: bytes, start: int) -> str:
    """The transfer syntax of a dataset whose file names none: explicit when a VR stands where one would."""
    vr = data[start + 4 : start + 6].decode("latin-1")
    return EXPLICIT_LITTLE_ENDIAN if vr in KNOWN_VRS else IMPLICIT_LITTLE_ENDIAN


def inflate(data: bytes) -> bytes:
    """Unpacks the dataset of a deflated file (PS3.5 annex A.5), at most MAXIMUM_INFLATED_SIZE bytes of it."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = engine.decompress(data, MAXIMUM_INFLATED_SIZE)
    except zlib.error:
        raise bad_file() from None
    if engine.unconsumed_tail or not engine.eof:
        raise bad_file()
    return inflated


class Walker:
    """Walks the elements of one dataset and of the items in it."""

    def __init__(self, data: bytes, *, explicit: bool, little_endian: bool, dictionary: ValueRepresentations) -> None:
        self.data = data
        self.explicit = explicit
        self.little_endian = little_endian
        self.dictionary = dictionary
        order = "<" if little_endian else ">"
        self.tag_and_long_length = struct.Struct(order + "HHL").unpack_from
        self.tag_vr_and_length = struct.Struct(order + "HH2sH").unpack_from
        self.long_length = struct.Struct(order + "L").unpack_from

    def dataset(self, position: int, end: int, depth: int, *, delimited: bool = False) -> tuple[Dataset, int]:
        """The elements from `position` on, up to `end` or, when `delimited`, to the item's delimiter.

        Returns the dataset and the position behind it.
        """
        if depth > MAXIMUM_DEPTH:
            raise bad_file(f"Sequences are nested more than {MAXIMUM_DEPTH} deep")
        dataset = Dataset()
        elements = dataset.elements
        last = -1
        in_order = True
        while position < end:
            tag, vr, length, position = self.element_header(position, end, dataset)
            if tag == ITEM_DELIMITER and delimited:
                return finished(dataset, in_order), position
            element, position = self.element(tag, vr, length, position, end, depth)
            if tag <= last:
                in_order = False
                elements.setdefault(tag, element)  # of two elements with one tag DCMTK keeps the first
            else:
                elements[tag] = element
                last = tag
        if delimited:
            raise bad_file()
        return finished(dataset, in_order), position

    def element_header(self, position: int, end: int, dataset: Dataset) -> tuple[int, str, int, int]:
        """Tag, VR, length and the position of the value of the element at `position`."""
        if position + 8 > end:
            raise bad_file()
        if not self.explicit:
            group, number, length = self.tag_and_long_length(self.data, position)
            tag = group << 16 | number
            return tag, self.implicit_vr(tag, dataset), length, position + 8
        group, number, raw_vr, length = self.tag_vr_and_length(self.data, position)
        tag = group << 16 | number
        if group == 0xFFFE:
            (length,) = self.long_length(self.data, position + 4)
            return tag, "", length, position + 8
        vr = raw_vr.decode("latin-1")
        if vr not in LONG_VRS:
            return tag, vr if vr in KNOWN_VRS else "UN", length, position + 8
        if position + 12 > end:
            raise bad_file()
        (length,) = self.long_length(self.data, position + 8)
        return tag, vr, length, position + 12

    def implicit_vr(self, tag: int, dataset: Dataset) -> str:
        group, number = tag >> 16, tag & 0xFFFF
        return self.dictionary.value_representation(group, number, dataset.private_creator(tag))

    def element(self, tag: int, vr: str, length: int, position: int, end: int, depth: int) -> tuple[Element, int]:
        """The element whose value starts at `position`, and the position behind it."""
        if length == UNDEFINED_LENGTH:
            return self.element_of_undefined_length(tag, vr, position, end, depth)
        if length > end - position:
            raise bad_file()
        behind = position + length
        if vr == "SQ":
            items, _ = self.items(position, behind, depth)
            return Element(tag, vr, items=items), behind
        value = self.data[position:behind]
        return Element(tag, vr, value if self.little_endian else swapped(value, vr)), behind

    def element_of_undefined_length(
        self, tag: int, vr: str, position: int, end: int, depth: int
    ) -> tuple[Element, int]:
        if vr == "UN" and self.explicit:
            # PS3.5 section 6.2.2 note 4: a UN of undefined length is a sequence in implicit VR little endian
            inner = Walker(self.data, explicit=False, little_endian=True, dictionary=self.dictionary)
            items, behind = inner.items(position, end, depth, delimited=True)
            return Element(tag, "SQ", items=items, undefined_length=True), behind
        if vr in ("OB", "OW") and tag == PIXEL_DATA:
            behind = self.behind_fragments(position, end)
            return Element(tag, vr, self.data[position:behind], undefined_length=True), behind
        items, behind = self.items(position, end, depth, delimited=True)
        return Element(tag, "SQ", items=items, undefined_length=True), behind

    def items(self, position: int, end: int, depth: int, *, delimited: bool = False) -> tuple[list[Dataset], int]:
        """The items of a sequence (PS3.5 section 7.5) and the position behind them."""
        items: list[Dataset] = []
        while position < end:
            if position + 8 > end:
                raise bad_file()
            group, number, length = self.tag_and_long_length(self.data, position)
            position += 8
            tag = group << 16 | number
            if tag == SEQUENCE_DELIMITER and delimited:
                return items, position
            if tag != ITEM:
                raise bad_file()
            if length == UNDEFINED_LENGTH:
                item, position = self.dataset(position, end, depth + 1, delimited=True)
            elif length > end - position:
                raise bad_file()
            else:
                item, position = self.dataset(position, position + length, depth + 1)
            items.append(item)
        if delimited:
            raise bad_file()
        return items, position

    def behind_fragments(self, position: int, end: int) -> int:
        """The position behind the fragments of encapsulated pixel data (PS3.5 annex A.4)."""
        while position + 8 <= end:
            group, number, length = self.tag_and_long_length(self.data, position)
            position += 8
            tag = group << 16 | number
            if tag == SEQUENCE_DELIMITER:
                return position
            if tag != ITEM or length > end - position:
                break
            position += length
        raise bad_file()


def finished(dataset: Dataset, in_order: bool) -> Dataset:
    if not in_order:
        dataset.elements = dict(sorted(dataset.elements.items()))
    return dataset


def swapped(value: bytes, vr: str) -> bytes:
    """A big endian value as little endian, or the other way round."""
    size = NUMBER_SIZES.get(vr) or WORD_SIZES.get(vr, 1)
    if size == 1 or len(value) % size:
        return value
    result = bytearray(len(value))
    for index in range(size):
        result[index::size] = value[size - 1 - index :: size]
    return bytes(result)
