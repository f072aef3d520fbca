"""A DICOM answer as elements with VR and raw value, read without interpreting them.

pydicom is not asked here: it converts, corrects and fills in what this suite must see as it was sent.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

#: VRs whose explicit form has two reserved bytes and a length of four (PS3.5 §7.1.2).
LONG_FORM = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
UNDEFINED_LENGTH = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = (0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD)
PIXEL_DATA = (0x7FE0, 0x0010)
PREAMBLE = 128

Element = dict[str, Any]


class NotDicomError(ValueError):
    """Bytes that are no DICOM file, or one that ends too early."""


@dataclass
class Reader:
    """Reads elements from `data` at `position`; `order` is struct's sign of little or big endian."""

    data: bytes
    position: int = 0
    implicit: bool = False
    order: str = "<"

    def take(self, count: int) -> bytes:
        taken = self.data[self.position : self.position + count]
        if len(taken) < count:
            raise NotDicomError(f"the file ends at byte {len(self.data)}, within an element")
        self.position += count
        return taken

    def tag(self) -> tuple[int, int]:
        group, element = struct.unpack(f"{self.order}HH", self.take(4))
        return group, element

    def length(self, representation: str) -> int:
        if self.implicit:
            return int(struct.unpack(f"{self.order}I", self.take(4))[0])
        if representation in LONG_FORM:
            return int(struct.unpack(f"{self.order}2xI", self.take(6))[0])
        return int(struct.unpack(f"{self.order}H", self.take(2))[0])

    def elements(self, end: int, until_group: int | None = None) -> list[Element]:
        """The elements up to `end`, an item's end, or the first element of a group after `until_group`."""
        found: list[Element] = []
        while self.position < end:
            start = self.position
            tag = self.tag()
            if tag == ITEM_END:
                self.take(4)
                break
            if until_group is not None and tag[0] > until_group:
                self.position = start
                break
            found.append(self.element(tag))
        return found

    def element(self, tag: tuple[int, int]) -> Element:
        representation = "" if self.implicit else self.take(2).decode("latin-1")
        length = self.length(representation)
        read: Element = {"tag": f"{tag[0]:04x},{tag[1]:04x}", "vr": representation}
        if tag == PIXEL_DATA and length == UNDEFINED_LENGTH:
            read["fragments"] = self.fragments()
        elif representation == "SQ" or length == UNDEFINED_LENGTH:
            read["items"] = self.items(length, representation)
        else:
            read["value"] = self.take(length).decode("latin-1")
        return read

    def items(self, length: int, representation: str) -> list[list[Element]]:
        # PS3.5 §6.2.2: a UN of undefined length is encoded in implicit VR
        inside = Reader(self.data, self.position, self.implicit or representation == "UN", self.order)
        end = len(self.data) if length == UNDEFINED_LENGTH else self.position + length
        found = []
        while inside.position < end:
            tag = inside.tag()
            item_length = int(struct.unpack(f"{self.order}I", inside.take(4))[0])
            if tag == SEQUENCE_END:
                break
            if tag != ITEM:
                raise NotDicomError(f"({tag[0]:04x},{tag[1]:04x}) stands where a sequence has an item")
            item_end = len(self.data) if item_length == UNDEFINED_LENGTH else inside.position + item_length
            found.append(inside.elements(item_end))
        self.position = inside.position
        return found

    def fragments(self) -> list[str]:
        found = []
        while self.tag() == ITEM:
            found.append(self.take(int(struct.unpack(f"{self.order}I", self.take(4))[0])).decode("latin-1"))
        self.take(4)
        return found


def parse(data: bytes) -> dict[str, Any]:
    """A DICOM file as {"meta": [element, ...], "dataset": [element, ...]}, JSON throughout.

    An element is {"tag", "vr", "value"}, with the raw value as Latin-1 text, one character per byte, or "items" in
    place of "value". Raises NotDicomError.
    """
    if data[PREAMBLE : PREAMBLE + 4] != b"DICM":
        raise NotDicomError("the file lacks the DICM prefix (PS3.10 §7.1)")
    reader = Reader(data, PREAMBLE + 4)
    meta = reader.elements(len(data), until_group=0x0002)
    syntax = next((one["value"].rstrip("\0") for one in meta if one["tag"] == "0002,0010"), "")
    if syntax == DeflatedExplicitVRLittleEndian:
        reader = Reader(inflated(data[reader.position :]))
    reader.implicit = syntax == ImplicitVRLittleEndian
    reader.order = ">" if syntax == ExplicitVRBigEndian else "<"
    return {"meta": meta, "dataset": reader.elements(len(reader.data))}


def inflated(data: bytes) -> bytes:
    """The bytes of a deflated dataset (PS3.5 annex A.5)."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data)
    except zlib.error as error:
        raise NotDicomError(f"the dataset is not deflated: {error}") from None
