"""A DICOM file with other private tags and creators in the place of its own, all else byte for byte.

pydicom is not asked: it would correct what the suite sends on purpose.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from .elements import ITEM, LONG_FORM, PIXEL_DATA, PREAMBLE, UNDEFINED_LENGTH, NotDicomError, Reader, parse

Tag = tuple[int, int]
#: The tag in the place of another, and the value in the place of a creator element's, both as they stand in the file.
RenumberTag = Callable[[Tag], Tag]
RenameCreator = Callable[[Tag, bytes], bytes]

DELIMITERS = 0xFFFE


def renumbered(data: bytes, tag: RenumberTag, creator: RenameCreator) -> bytes:
    """The file with its elements in the order of their new tags; as it is where it can't be read, or is deflated."""
    try:
        whole = parse(data)
        syntax = next((one["value"].rstrip("\0") for one in whole["meta"] if one["tag"] == "0002,0010"), "")
        if syntax == DeflatedExplicitVRLittleEndian:
            return data
        reader = Reader(data, PREAMBLE + 4)
        reader.elements(len(data), until_group=0x0002)
        order = ">" if syntax == ExplicitVRBigEndian else "<"
        copier = Copier(data, tag, creator, order, implicit=syntax == ImplicitVRLittleEndian)
        return data[: reader.position] + copier.elements(reader.position, len(data))[0]
    except (NotDicomError, struct.error, RecursionError):
        return data


@dataclass(frozen=True)
class Copier:
    """Copies what stands in `data`; `order` is struct's sign of little or big endian.

    Each method returns what stands in its place, and where it ends.
    """

    data: bytes
    tag: RenumberTag
    creator: RenameCreator
    order: str
    implicit: bool

    def elements(self, start: int, end: int) -> tuple[bytes, int]:
        """The elements up to `end`, or to the delimiter of an item, which stays."""
        copied: list[tuple[Tag, Tag, bytes]] = []
        delimiter = b""
        while start < end:
            old = self.tag_at(start)
            if old[0] == DELIMITERS:
                delimiter = self.data[start : start + 8]
                start += 8
                break
            content, start = self.element(start, old)
            new = self.tag(old)
            copied.append((old, new, struct.pack(f"{self.order}HH", *new) + content))
        if any(old != new for old, new, _ in copied) and all(one[0] < other[0] for one, other in pairwise(copied)):
            copied.sort(key=lambda one: one[1])
        return b"".join(content for _, _, content in copied) + delimiter, start

    def tag_at(self, start: int) -> Tag:
        group, element = struct.unpack_from(f"{self.order}HH", self.data, start)
        return group, element

    def element(self, start: int, tag: Tag) -> tuple[bytes, int]:
        """VR, length and value of an element."""
        representation = "" if self.implicit else self.data[start + 4 : start + 6].decode("latin-1")
        is_long = self.implicit or representation in LONG_FORM
        at = start + 4 if self.implicit else start + 8 if is_long else start + 6
        form = f"{self.order}{'I' if is_long else 'H'}"
        (length,) = struct.unpack_from(form, self.data, at)
        head, begin = self.data[start + 4 : at], at + struct.calcsize(form)
        if length == UNDEFINED_LENGTH or representation == "SQ" or (self.implicit and self.has_items(begin, length)):
            inside = replace(self, implicit=self.implicit or representation == "UN")
            value, end = inside.items(begin, length, is_pixel_data=tag == PIXEL_DATA)
        else:
            end = begin + length
            value = self.data[begin:end]
            if tag[0] % 2 and 0x10 <= tag[1] <= 0xFF:
                value = self.creator(tag, value)
        told = length if length == UNDEFINED_LENGTH else len(value)
        return head + struct.pack(form, told) + value, end

    def has_items(self, begin: int, length: int) -> bool:
        """Whether a value of unknown VR begins as a sequence does."""
        return length >= 8 and self.tag_at(begin) == ITEM

    def items(self, start: int, length: int, *, is_pixel_data: bool) -> tuple[bytes, int]:
        """The items of a sequence, or the fragments of pixel data, with the delimiter at the end if there is one."""
        end = len(self.data) if length == UNDEFINED_LENGTH else start + length
        pieces: list[bytes] = []
        while start < end:
            tag = self.tag_at(start)
            (size,) = struct.unpack_from(f"{self.order}I", self.data, start + 4)
            if tag != ITEM:
                pieces.append(self.data[start : start + 8])
                return b"".join(pieces), start + 8
            begin = start + 8
            if is_pixel_data:
                content, start = self.data[begin : begin + size], begin + size
            else:
                content, start = self.elements(begin, len(self.data) if size == UNDEFINED_LENGTH else begin + size)
            told = size if size == UNDEFINED_LENGTH else len(content)
            pieces.append(self.data[begin - 8 : begin - 4] + struct.pack(f"{self.order}I", told) + content)
        return b"".join(pieces), start
