"""PALETTE COLOR: pixels that are places in three tables of red, green and blue (PS3.3 section C.7.6.3.1.5).

Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence

from ..errors import ErrorCode, OrthancError
from .frames import FrameReader, ImageFormat

#: The descriptors and the tables of red, green and blue.
DESCRIPTORS = (0x00281101, 0x00281102, 0x00281103)
TABLES = (0x00281201, 0x00281202, 0x00281203)

INCONSISTENT = "Inconsistent Palette Color Lookup Table"


def colored(indexes: bytes, made: ImageFormat, reader: FrameReader) -> tuple[str, Sequence[int]]:
    """The type code and the samples of a picture in colour, of a pixel's places in the tables.

    Their bits are checked before. Raises OrthancError: Not implemented yet for tables that the release does not read,
    Bad file format for a pixel beyond them.
    """
    rules = reader.release.imaging
    tables, bits = tables_of(reader)
    count = len(tables[0])
    if made.allocated == made.stored == 16:
        if count != 1 << 16 or not rules.reads_wide_palettes:
            raise unreadable(reader, unsupported_descriptor(reader))
        places: Sequence[int] = struct.unpack(f"<{len(indexes) // 2}H", indexes)
        return "H", interleaved_colors(tables, places, reader)
    if count > 256 or ((count, bits) != (256, 16) and not rules.reads_any_palette):
        raise unreadable(reader, unsupported_descriptor(reader))
    low = [[value >> (bits - 8) & 0xFF for value in table] for table in tables]
    return "B", bytes(interleaved_colors(low, indexes[: made.rows * made.columns], reader).tolist())


def check_indexes(made: ImageFormat, reader: FrameReader) -> None:
    """Raises OrthancError (Not implemented yet or, on 1.13.0, Invalid size) for pixels that are not looked up."""
    bits = (made.allocated, made.stored)
    if bits == (16, 8) and not made.is_signed and made.samples == 1 and reader.release.imaging.reads_any_palette:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Invalid size")
    if made.is_signed or made.samples != 1 or bits not in ((16, 16), reader.release.imaging.palette_bits):
        raise reader.not_implemented("DicomImageDecoder.cpp:357")


def tables_of(reader: FrameReader) -> tuple[list[Sequence[int]], int]:
    """The three tables, all of one size, and the bits of their entries."""
    described = {descriptor(reader, tag) for tag in DESCRIPTORS}
    if len(described) != 1:
        raise unreadable(reader, INCONSISTENT)
    (found,) = described
    if found is None or found[1] != 0 or found[2] not in (8, 12, 16):
        raise unreadable(reader, INCONSISTENT)
    count, bits = found[0] or 1 << 16, found[2]
    tables: list[Sequence[int]] = []
    for tag in TABLES:
        element = reader.dataset.get(tag)
        if element is None or element.items is not None:
            raise unreadable(reader, INCONSISTENT)
        if len(element.value) != 2 * count:
            text = "\\".join(map(str, found))
            raise unreadable(reader, f"Palette Color Lookup Table Descriptor invalid palette size: '{text}'")
        tables.append(struct.unpack(f"<{count}H", element.value))
    return tables, bits


def descriptor(reader: FrameReader, tag: int) -> tuple[int, int, int] | None:
    """Entries, first place and bits of a table."""
    parts = (reader.text(tag) or "").split("\\")
    if len(parts) != 3 or not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        return None
    count, first, bits = (int(part) for part in parts)
    return count, first, bits


def unsupported_descriptor(reader: FrameReader) -> str:
    return f"Palette Color Lookup Table Descriptor not supported: '{reader.text(DESCRIPTORS[0])}'"


def unreadable(reader: FrameReader, details: str) -> OrthancError:
    explains = reader.release.imaging.explains_image_errors
    return OrthancError(ErrorCode.NOT_IMPLEMENTED, details if explains else None)


def interleaved_colors(tables: Sequence[Sequence[int]], places: Sequence[int], reader: FrameReader) -> array[int]:
    if places and max(places) >= len(tables[0]):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Pixel value exceeds palette")
    samples = array("H", bytes(6 * len(places)))
    for channel, table in enumerate(tables):
        samples[channel::3] = array("H", [table[place] for place in places])
    return samples
