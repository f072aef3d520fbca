"""One file, read up to its pixel data and no further, with as little of long values as there is to know about them."""

from __future__ import annotations

import mmap
import os
import struct
import zlib

from ..dicom.element import PIXEL_DATA, Dataset, Element, in_tag_order, plain_text
from ..dicom.reader import (
    ITEM_DELIMITER,
    TRANSFER_SYNTAX_UID,
    UNDEFINED_LENGTH,
    DataDictionary,
    DicomFile,
    UnreadableError,
    Walker,
    guess_transfer_syntax,
    inflate,
    read_meta,
    swapped,
    uncompressed_uid,
)
from ..dicom.rules import FileRules
from ..errors import OrthancError

#: Files up to this size are read whole; of larger ones the system reads the pages that are looked at.
READ_WHOLE = 1 << 18

#: Of a longer value only its beginning is read.
MOST_READ = 4096


class NotReadError(Exception):
    """A file that can't be read, or is no DICOM file; its text says why, in a few words."""


class HeadWalker(Walker):
    """Walks a dataset up to its pixel data. Values longer than `MOST_READ` are cut."""

    depth = 0

    def header(self, position: int, dataset: Dataset) -> tuple[int, str, int, int]:
        """As a walker's; pixel data end the dataset as the delimiter of an item would."""
        tag, vr, length, behind = super().header(position, dataset)
        if tag == PIXEL_DATA and not self.depth:
            self.pixel_data_offset = position
            return ITEM_DELIMITER, "", 0, position
        return tag, vr, length, behind

    def items(self, position: int, end: int | None, depth: int) -> tuple[list[Dataset], int]:
        self.depth += 1
        try:
            return super().items(position, end, depth)
        finally:
            self.depth -= 1

    def element(self, tag: int, vr: str, length: int, position: int, depth: int) -> tuple[Element, int]:
        if length <= MOST_READ or length == UNDEFINED_LENGTH or vr == "SQ":
            return super().element(tag, vr, length, position, depth)
        behind = position + length
        if behind > self.size:
            raise UnreadableError
        value = self.data[position : position + MOST_READ]
        return Element(tag, vr, value if self.little_endian else swapped(value, vr)), behind


def read_head(path: str | os.PathLike[str], dictionary: DataDictionary, rules: FileRules) -> DicomFile:
    """The file at a path up to its pixel data, whatever its size; raises NotReadError."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= READ_WHOLE:
                return parsed_head(file.read(), dictionary, rules)
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as pages:
                return parsed_head(pages, dictionary, rules)
    except OSError as error:
        raise NotReadError(f"cannot be read: {error.strerror or error}") from None
    except (UnreadableError, OrthancError, struct.error, zlib.error, RecursionError):
        raise NotReadError("is no DICOM file that a server could read") from None


def parsed_head(data: bytes | mmap.mmap, dictionary: DataDictionary, rules: FileRules) -> DicomFile:
    if not len(data):
        raise NotReadError("is empty")
    meta, start = read_meta(data, dictionary, rules)  # type: ignore[arg-type]  # a mapped file is like bytes here
    named = meta.get(TRANSFER_SYNTAX_UID)
    uid = "" if named is None else plain_text(named.value.partition(b"\0")[0]).strip()
    syntax = rules.transfer_syntaxes.get(uid)
    if start == len(data):
        if not len(meta):
            raise UnreadableError
        return DicomFile(meta, Dataset(), uid)
    if syntax is None:
        syntax = guess_transfer_syntax(data, start, dictionary)  # type: ignore[arg-type]
        uid = uncompressed_uid(syntax)
    if syntax.deflated:
        data, start = inflate(data[start:]), 0
    walker = HeadWalker(data, syntax, dictionary, rules)  # type: ignore[arg-type]
    dataset, _ = walker.elements(start, len(data), depth=0)
    return DicomFile(
        meta, in_tag_order(dataset), uid if syntax.explicit else "1.2.840.10008.1.2", walker.pixel_data_offset
    )
