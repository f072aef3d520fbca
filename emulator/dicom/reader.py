"""Bytes of a DICOM file -> raw elements, taking and refusing what the server takes and refuses.

pydicom's reader is lenient where the server is not (a value cut short, a length beyond the file), and the answer to
a broken file is part of what is emulated; so the emulator walks the bytes itself. Lengths come from strangers: each
is checked against what is left of the file before anything is read. What was measured on Orthanc 1.9.1 to 1.13.0:
an element must end within the file, but not within its item; an item may end with the file, a sequence that has
items may not.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..dictionary.dictionary import written_vr
from ..errors import ErrorCode, OrthancError
from .character_sets import unchecked_utf_8
from .element import (
    ABOVE_WRITTEN,
    LONG_VRS,
    LOWEST_WRITTEN,
    NUMBER_SIZES,
    PIXEL_DATA,
    UNDECIDED_VRS,
    UNSUPPORTED_VR,
    WORD_SIZES,
    Dataset,
    Element,
    OddPixels,
    OddWords,
    even,
    in_tag_order,
    plain_text,
)
from .rules import FileRules
from .transfer_syntaxes import (
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    RFC_2557,
    TransferSyntax,
)
from .unpacking import unpacked_size

UNDEFINED_LENGTH = 0xFFFFFFFF
ITEM = 0xFFFEE000
ITEM_DELIMITER = 0xFFFEE00D
SEQUENCE_DELIMITER = 0xFFFEE0DD
DELIMITERS = frozenset({ITEM, ITEM_DELIMITER, SEQUENCE_DELIMITER})

GROUP_LENGTH = 0x00020000
TRANSFER_SYNTAX_UID = 0x00020010
PIXEL_REPRESENTATION = 0x00280103

#: What the dictionary calls "US or SS" and PixelRepresentation decides in an implicit VR file (PS3.5 annex A.1).
SIGNED_BY_PIXEL_REPRESENTATION = frozenset(
    {
        0x00280106,
        0x00280107,
        0x00280108,
        0x00280109,
        0x00280120,
        0x00280121,
        0x00283002,
        0x00409211,
        0x00409216,
        0x00603004,
        0x00603006,
    }
)

#: What the dictionary calls "up": the offsets of directory records, of which no view shows a value.
DIRECTORY_GROUP = 0x0004
OFFSETS = frozenset({0x00041200, 0x00041202, 0x00041400, 0x00041420, 0x00041504})

#: DCMTK's codes for VRs that depend on the context. In an implicit VR file the others, lt, up and xs, stay what they
#: are: values of these are not shown.
IMPLICIT_VRS = {"na": UNSUPPORTED_VR, "px": "OW"}

#: VR and whether its length has four bytes, by the VR's two bytes.
VRS = {
    vr.encode("ascii"): (vr, vr in LONG_VRS)
    for vr in (
        "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV"
    ).split()
}

#: The VRs whose length has two bytes.
SHORT_VRS = {code: vr for code, (vr, has_long_length) in VRS.items() if not has_long_length}

#: Bytes of a single value, by VR; an attribute's tag is two numbers.
SINGLE_SIZES = {**NUMBER_SIZES, "AT": 4}

#: DCMTK's codes for VRs that depend on the context, where a file has one.
INTERNAL_VRS = {b"lt": "lt", b"ox": "OB", b"px": "OW", b"up": "up", b"xs": "xs"}

#: VRs under which pixel data may have fragments.
FRAGMENTED_VRS = frozenset({"OB", "OW", UNSUPPORTED_VR})

#: A file whose transfer syntax has to be guessed needs as many bytes of dataset.
SMALLEST_GUESSED_DATASET = 12

#: Which of two byte orders in which a dictionary knows the first tag: that of a group up to here.
HIGHEST_LOW_GROUP = 0xFF

#: A deflated file may not grow beyond this many bytes: a stranger's kilobyte could otherwise fill the memory.
MAXIMUM_INFLATED_SIZE = 1 << 30

#: Sequences may be nested this deep. Deeper ones crash the real servers: from 48 levels on (1.10.1), or 51 (1.12.7).
MAXIMUM_DEPTH = 47


class DictionaryEntry(Protocol):
    """What the reader asks of an entry."""

    @property
    def vr(self) -> str: ...


class DataDictionary(Protocol):
    """What the reader asks of a dictionary: the VR of an element that the file gives none for."""

    def find(self, group: int, element: int, creator: str | None) -> DictionaryEntry | None:
        """The entry of an element, or None."""


@dataclass(slots=True)
class DicomFile:
    """A parsed file: its meta header (PS3.10 section 7.1), its dataset and its transfer syntax UID.

    A transfer syntax that was guessed is one of the three uncompressed ones. `pixel_data_offset` is the position of the
    pixel data's header, None without pixel data and where the server does not look for it: in a deflated file, or one
    whose transfer syntax is guessed.
    """

    meta: Dataset
    dataset: Dataset
    transfer_syntax: str
    pixel_data_offset: int | None = None


class UnreadableError(ValueError):
    """The bytes are no DICOM file that the server can parse."""


def read_file(data: bytes, dictionary: DataDictionary, rules: FileRules) -> DicomFile:
    """Parses a whole file, with or without preamble and meta header.

    Raises OrthancError (Bad file format, Parameter out of range) for what the server refuses.
    """
    if not data:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Received an empty DICOM file")
    try:
        return parse(data, dictionary, rules)
    except (UnreadableError, struct.error, zlib.error):
        details = f"Cannot parse an invalid DICOM file (size: {len(data)} bytes)"
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, details) from None


def parse(data: bytes, dictionary: DataDictionary, rules: FileRules) -> DicomFile:
    meta, start = read_meta(data, dictionary, rules)
    named = meta.get(TRANSFER_SYNTAX_UID)
    value = b"" if named is None else named.value
    uid = plain_text(value.partition(b"\0")[0]).lstrip(" ")
    if value and not uid:
        raise UnreadableError
    syntax = rules.transfer_syntaxes.get(uid)
    if start == len(data) and len(meta):
        return DicomFile(meta, Dataset(), uid)
    stops_at_pixel_data = is_listed(once_stripped(value), rules) and (syntax is None or not syntax.deflated)
    if syntax is None:
        syntax = guess_transfer_syntax(data, start, dictionary)
        uid = uncompressed_uid(syntax)
    if syntax.deflated:
        data, start = inflate(data[start:]), 0
    walker = Walker(data, syntax, dictionary, rules)
    dataset, _ = walker.elements(start, len(data), depth=0)
    if stops_at_pixel_data and PIXEL_DATA in dataset:
        dataset.from_pixel_data_on = from_pixel_data_on([*dataset.elements])
    if rules.word_sizes and has_uneven_words(dataset, rules.word_sizes):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    offset = walker.pixel_data_offset if dataset.from_pixel_data_on else None
    dataset = in_tag_order(dataset)
    dataset.is_flat = walker.is_flat and all_written(dataset)
    return DicomFile(meta, dataset, uid, offset)


def all_written(dataset: Dataset) -> bool:
    """Whether the tags of a dataset, which are in order, are all of groups that are written."""
    held = dataset.held
    return not held or (next(iter(held)) >= LOWEST_WRITTEN and next(reversed(held)) < ABOVE_WRITTEN)


def is_listed(uid: str, rules: FileRules) -> bool:
    """Whether the server has a name of its own for a transfer syntax, and tells it in the metadata."""
    return uid in RFC_2557 or (uid in rules.transfer_syntaxes and uid not in rules.unlisted_syntaxes)


def once_stripped(value: bytes) -> str:
    """A UID without its padding: blanks before a NUL stay."""
    return value.rstrip(b" " if value.endswith(b" ") else b"\0").decode("latin-1")


def read_dataset(data: bytes, transfer_syntax: str, dictionary: DataDictionary, rules: FileRules) -> Dataset:
    """Parses a data set that came without a file around it, as on the DICOM network.

    Raises UnreadableError for what is none, and for a transfer syntax that the release does not know.
    """
    syntax = rules.transfer_syntaxes.get(transfer_syntax)
    if syntax is None:
        raise UnreadableError(f"transfer syntax {transfer_syntax}")
    try:
        if syntax.deflated:
            data = inflate(data)
        dataset, position = Walker(data, syntax, dictionary, rules).elements(0, len(data), depth=0)
    except (struct.error, zlib.error) as error:
        raise UnreadableError(str(error)) from None
    if position != len(data):
        raise UnreadableError(f"{len(data) - position} bytes are left")
    return in_tag_order(dataset)


def from_pixel_data_on(tags: list[int]) -> frozenset[int]:
    """What the server leaves unread, of tags in the order of the file; all is read where a higher tag comes first."""
    start = next(index for index, tag in enumerate(tags) if tag >= PIXEL_DATA)
    return frozenset(tags[start:]) if tags[start] == PIXEL_DATA else frozenset()


def read_meta(data: bytes, dictionary: DataDictionary, rules: FileRules) -> tuple[Dataset, int]:
    """The meta header and the position at which the dataset starts.

    The group length, where it comes first, says how far the meta header reaches, whatever the groups of the elements.
    """
    start = 132 if data[128:132] == b"DICM" else 0
    if start:
        check_vr(data, start, rules)
    little_endian = data[start : start + 2] != b"\0\x02"
    walker = Walker(data, TransferSyntax(little_endian=little_endian), dictionary, rules)
    group = struct.pack("<H" if little_endian else ">H", 2)
    meta = Dataset()
    position, end = start, None
    while position < len(data) and (data[position : position + 2] == group if end is None else position < end):
        if end is not None and little_endian:
            position, _ = walker.plain_elements(position, end, meta, max(meta.elements))
            if position >= min(end, len(data)):
                break
        element, position = walker.next_element(position, meta)
        if element.tag == GROUP_LENGTH and not meta.elements and element.value:
            if len(element.value) != 4 or element.vr != "UL":
                raise UnreadableError
            end = position + int.from_bytes(element.value, "little")
            if end <= len(data):
                check_vrs(data, position, end, rules)
        meta.elements.setdefault(element.tag, element)
    return in_tag_order(meta), position


def check_vrs(data: bytes, position: int, end: int, rules: FileRules) -> None:
    """Checks the VRs that the group length covers, up to an element of an odd length.

    Odd is what is no single number of its VR, any AS, and reserved bytes that are not zero.
    """
    while position < end:
        check_vr(data, position, rules)
        (length,) = struct.unpack_from("<H", data, position + 6)
        vr = data[position + 4 : position + 6].decode("latin-1")
        if vr in LONG_VRS:
            if length:  # of an element of this form these are the reserved bytes (PS3.5 section 7.1.2)
                return
            (length,) = struct.unpack_from("<L", data, position + 8)
            position += 4
        elif vr == "AS" or length != SINGLE_SIZES.get(vr, length):
            return
        position += 8 + length


def check_vr(data: bytes, position: int, rules: FileRules) -> None:
    """Refuses anything but a standard VR."""
    vr = data[position + 4 : position + 6]
    if len(data) >= position + 8 and vr.decode("latin-1") not in rules.meta_vrs:
        details = "Unsupported value representation encountered: " + unchecked_utf_8(vr.partition(b"\0")[0])
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)


def guess_transfer_syntax(data: bytes, start: int, dictionary: DataDictionary) -> TransferSyntax:
    """The encoding of a dataset whose file names none that the server knows.

    Big endian if the dictionary knows the first tag that way only, or both ways and the group is a low number so only;
    explicit when a VR stands where one would.
    """
    if len(data) - start < SMALLEST_GUESSED_DATASET:
        raise UnreadableError
    little_tag, big_tag = tag_at(data, start, "<"), tag_at(data, start, ">")
    little, big = dictionary.find(*little_tag, None), dictionary.find(*big_tag, None)
    is_big = big is not None and (little is None or big_tag[0] <= HIGHEST_LOW_GROUP < little_tag[0])
    return TransferSyntax(explicit=data[start + 4 : start + 6] in VRS, little_endian=not is_big)


def tag_at(data: bytes, position: int, order: str) -> tuple[int, int]:
    group, element = struct.unpack_from(order + "HH", data, position)
    return group, element


def has_uneven_words(dataset: Dataset, sizes: Mapping[str, int]) -> bool:
    """Whether a value, padded to an even length, is no multiple of its VR's size, here or in an item."""
    return any(
        any(has_uneven_words(item, sizes) for item in element.items)
        if element.items is not None
        else element.vr in sizes and len(even(element.value)) % sizes[element.vr] != 0
        for element in dataset
    )


def uncompressed_uid(syntax: TransferSyntax) -> str:
    if not syntax.explicit:
        return IMPLICIT_LITTLE_ENDIAN
    return EXPLICIT_LITTLE_ENDIAN if syntax.little_endian else EXPLICIT_BIG_ENDIAN


def inflate(data: bytes) -> bytes:
    """Unpacks the dataset of a deflated file (PS3.5 annex A.5), at most MAXIMUM_INFLATED_SIZE bytes of it."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = engine.decompress(data, unpacked_size(data, -zlib.MAX_WBITS, MAXIMUM_INFLATED_SIZE) + 1)
    except OrthancError:  # it is too large
        raise UnreadableError from None
    if engine.unconsumed_tail or not engine.eof:
        raise UnreadableError
    return inflated


class Walker:
    """Walks the elements of one dataset and of the items in it.

    Positions are offsets into `data`; every reading method returns the position behind what it read.
    """

    def __init__(self, data: bytes, syntax: TransferSyntax, dictionary: DataDictionary, rules: FileRules) -> None:
        self.data = data
        self.size = len(data)
        self.explicit, self.little_endian, _, self.encapsulated = syntax
        self.dictionary = dictionary
        self.rules = rules
        self.pixel_data_offset: int | None = None  # of the dataset, not of its items
        self.is_flat = True  # no sequence, fragments or group length was read
        order = "<" if syntax.little_endian else ">"
        self.tag_and_long_length = struct.Struct(order + "HHL").unpack_from
        self.tag_vr_and_length = struct.Struct(order + "HH2sH").unpack_from
        self.long_length = struct.Struct(order + "L").unpack_from

    def elements(self, position: int, end: int, depth: int) -> tuple[Dataset, int]:
        """The elements that begin before `end`, or up to an item delimiter, in the order of the file."""
        dataset = Dataset()
        elements = dataset.elements
        highest = -1
        end = min(end, self.size)
        while position < end:
            if self.explicit and self.little_endian:
                position, highest = self.plain_elements(position, end, dataset, highest)
                if position >= end:
                    break
            start = position
            tag, vr, length, position = self.header(position, dataset)
            if not vr:
                if tag == ITEM_DELIMITER:
                    break
                raise UnreadableError
            if tag == PIXEL_DATA and depth == 0 and self.pixel_data_offset is None:
                self.pixel_data_offset = start
            element, position = self.element(tag, vr, length, position, depth)
            if not tag & 0xFFFF or element.items is not None or element.undefined_length:
                self.is_flat = False
            if tag > highest:
                highest = tag
            elif tag in elements:
                continue
            elif element.is_private_creator:
                dataset.late_creators |= {tag}
            elements[tag] = element
        return dataset, position

    def plain_elements(self, position: int, end: int, dataset: Dataset, highest: int) -> tuple[int, int]:
        """Reads the elements of the most common form up to one of another: explicit, little endian, a short length.

        Returns the position behind them and the highest tag so far. They are read in place, for two calls an element
        took a third of the time of CT_small.dcm.
        """
        data, size, elements, short_vr = self.data, self.size, dataset.elements, SHORT_VRS.get
        while position < end and position + 8 <= size:
            group, number, raw_vr, length = self.tag_vr_and_length(data, position)
            vr = short_vr(raw_vr)
            if vr is None or group >= PIXEL_DATA >> 16 or group == DIRECTORY_GROUP:
                break
            value, position = position + 8, position + 8 + length
            if position > size:
                raise UnreadableError
            tag = group << 16 | number
            if not number:
                self.is_flat = False
            if tag > highest:
                highest = tag
            elif tag in elements:  # of two elements with one tag the server takes the first
                continue
            elif tag & 0x10000 and 0x10 <= number <= 0xFF:
                dataset.late_creators |= {tag}
            elements[tag] = Element(tag, vr, data[value:position])
        return position, highest

    def next_element(self, position: int, dataset: Dataset) -> tuple[Element, int]:
        """The element at `position`, which is not yet in `dataset`."""
        tag, vr, length, position = self.header(position, dataset)
        return self.element(tag, vr, length, position, depth=1)

    def header(self, position: int, dataset: Dataset) -> tuple[int, str, int, int]:
        """Tag, VR ("" of a delimiter) and length of the element at `position`, and the position of its value."""
        if not self.explicit:
            group, number, length = self.tag_and_long_length(self.data, position)
            tag = group << 16 | number
            return tag, "" if tag in DELIMITERS else self.implicit_vr(tag, dataset), length, position + 8
        group, number, raw_vr, length = self.tag_vr_and_length(self.data, position)
        tag = group << 16 | number
        if tag in DELIMITERS:
            return tag, "", length, position + 8
        known = VRS.get(raw_vr)
        if known is None:
            known = INTERNAL_VRS.get(raw_vr, UNSUPPORTED_VR), self.has_long_length(raw_vr)
        vr, has_long_length = known
        if group == DIRECTORY_GROUP and tag in OFFSETS and vr == "UL":
            vr = "up"
        if not has_long_length:
            return tag, vr, length, position + 8
        (length,) = self.long_length(self.data, position + 8)
        return tag, vr, length, position + 12

    def has_long_length(self, vr: bytes) -> bool:
        """Whether the length of an element with a VR that is none has four bytes."""
        if vr in self.rules.long_unknown_vrs or (vr.isalpha() and vr.isupper()):
            return True
        if vr in (b"na", b"pi") or not (self.rules.reads_unprintable_vrs or all(0x20 <= byte <= 0x7F for byte in vr)):
            raise UnreadableError
        return False

    def implicit_vr(self, tag: int, dataset: Dataset) -> str:
        group, number = tag >> 16, tag & 0xFFFF
        creator = dataset.private_creator(tag)
        entry = self.dictionary.find(group, number, creator)
        if entry is None and creator is not None:
            entry = self.dictionary.find(group, number, None)  # registered without a creator
        if entry is None:
            return "UN"
        if entry.vr == "xs" and tag in SIGNED_BY_PIXEL_REPRESENTATION:
            representation = dataset.get(PIXEL_REPRESENTATION)
            if representation is not None and len(representation.value) >= 2:
                return "SS" if representation.value[:2] == b"\x01\x00" else "US"
        if entry.vr == "ox":
            return written_vr(tag, entry.vr)
        return IMPLICIT_VRS.get(entry.vr, entry.vr)

    def element(self, tag: int, vr: str, length: int, position: int, depth: int) -> tuple[Element, int]:
        """The element whose value starts at `position`."""
        if length == UNDEFINED_LENGTH:
            return self.element_of_undefined_length(tag, vr, position, depth)
        if tag == PIXEL_DATA and self.encapsulated and depth == 0:
            raise UnreadableError
        behind = position + length
        if vr == "SQ":
            items, behind = self.items(position, behind, depth)
            return Element(tag, vr, items=items), behind
        if behind > self.size:
            raise UnreadableError
        value = self.data[position:behind]
        if self.little_endian:
            return Element(tag, vr, value), behind
        if length % 2 and UNDECIDED_VRS.get(vr, vr) == "OW":
            return OddWords(tag, vr, swapped(value, vr)), behind
        if length % 2 and vr == "OB" and tag == PIXEL_DATA:
            return OddPixels(tag, vr, even(value)), behind
        return Element(tag, vr, swapped(value, vr)), behind

    def element_of_undefined_length(self, tag: int, vr: str, position: int, depth: int) -> tuple[Element, int]:
        if tag == PIXEL_DATA and vr in FRAGMENTED_VRS:
            behind = self.behind_fragments(position)
            return Element(tag, vr, self.data[position:behind], undefined_length=True), behind
        walker = self
        if vr == "UN" and self.explicit:
            # PS3.5 section 6.2.2 note 4: a UN of undefined length is a sequence in implicit VR little endian
            walker = Walker(self.data, TransferSyntax(explicit=False), self.dictionary, self.rules)
        elif vr not in ("SQ", "UN"):
            raise UnreadableError
        items, behind = walker.items(position, None, depth)
        if tag == PIXEL_DATA and walker is not self:  # its items are not shown
            return Element(tag, vr, self.data[position:behind], undefined_length=True), behind
        return Element(tag, "SQ", items=items, undefined_length=True), behind

    def items(self, position: int, end: int | None, depth: int) -> tuple[list[Dataset], int]:
        """The items of a sequence (PS3.5 section 7.5) up to `end`, or to the delimiter, which may come sooner."""
        if depth >= MAXIMUM_DEPTH:
            raise UnreadableError
        items: list[Dataset] = []
        if position == self.size:
            return items, position
        while end is None or position < end:
            group, number, length = self.tag_and_long_length(self.data, position)
            position += 8
            tag = group << 16 | number
            if tag == SEQUENCE_DELIMITER:
                break
            if tag != ITEM:
                raise UnreadableError
            item, position = self.elements(
                position, self.size if length == UNDEFINED_LENGTH else position + length, depth + 1
            )
            items.append(in_tag_order(item))
        return items, position

    def behind_fragments(self, position: int) -> int:
        """The position behind the fragments of encapsulated pixel data (PS3.5 annex A.4).

        The delimiter may be missing where the file ends, unless the last fragment has bytes.
        """
        length = 0
        while position < self.size or length:
            group, number, length = self.tag_and_long_length(self.data, position)
            position += 8
            tag = group << 16 | number
            if tag == SEQUENCE_DELIMITER:
                return position
            if tag != ITEM or length > self.size - position:
                raise UnreadableError
            position += length
        return position


def fragments(value: bytes) -> list[bytes]:
    """The fragments of encapsulated pixel data, the offset table first (PS3.5 annex A.4); always little endian."""
    result = []
    position = 0
    while position + 8 <= len(value):
        group, number, length = struct.unpack_from("<HHL", value, position)
        if group << 16 | number != ITEM:
            break
        result.append(value[position + 8 : position + 8 + length])
        position += 8 + length
    return result


def swapped(value: bytes, vr: str) -> bytes:
    """A big endian value as little endian, or the other way round; a NUL is put behind one of odd length before."""
    decided = UNDECIDED_VRS.get(vr, vr)
    size = NUMBER_SIZES.get(decided) or WORD_SIZES.get(decided, 1)
    if size == 1:
        return value
    value = even(value)
    whole = len(value) - len(value) % size
    result = bytearray(value)
    for index in range(size):
        result[index:whole:size] = value[size - 1 - index : whole : size]
    return bytes(result)
