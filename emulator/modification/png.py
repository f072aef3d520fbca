"""PNG images (ISO/IEC 15948), as far as the server makes pixel data of them: grey and true colour."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import ErrorCode, OrthancError

SIGNATURE = b"\x89PNG\r\n\x1a\n"

#: Samples per pixel by colour type: grey, true colour, palette, grey and alpha, true colour and alpha.
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

#: The passes of an interlaced image: where each begins, and the steps to its next pixel and row.
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))

#: How many bytes an image may unpack to.
MAXIMUM_SIZE = 1 << 28


class Image(NamedTuple):
    """Pixels row by row: `samples` per pixel, of `bits` each, those of 16 bits in little endian."""

    width: int
    height: int
    samples: int
    bits: int
    pixels: bytes


class Header(NamedTuple):
    """The chunk IHDR."""

    width: int
    height: int
    bits: int
    colour: int
    compression: int
    filtering: int
    interlace: int


def read_png(data: bytes, *, has_deep_colour: bool, details: str | None) -> Image:
    """The image in a PNG file, without its transparency.

    `has_deep_colour`: true colour of 16 bits with alpha is read. Raises OrthancError: Bad file format for a damaged
    file, Not implemented yet with `details` for what the server does not read.
    """
    try:
        return decoded(data, has_deep_colour=has_deep_colour, details=details)
    except (struct.error, zlib.error, ValueError, IndexError):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None


def decoded(data: bytes, *, has_deep_colour: bool, details: str | None) -> Image:
    packed, header = bytearray(), None
    for kind, content in chunks(data):
        if header is None and kind == b"IHDR":
            header = Header(*struct.unpack(">IIBBBBB", content))
        elif kind == b"IDAT":
            packed += content
    if header is None or header.colour not in SAMPLES or not header.width or not header.height:
        raise ValueError("no image")
    read = {(0, 8), (0, 16), (2, 8), (6, 8)} | ({(6, 16)} if has_deep_colour else set())
    if (header.colour, header.bits) not in read:
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details)
    samples = SAMPLES[header.colour]
    step = samples * header.bits // 8
    if (header.width * step + 1) * header.height > MAXIMUM_SIZE:
        raise ValueError("too large")
    if header.interlace:
        rows = interlaced(packed, header.width, header.height, step)
    else:
        rows = b"".join(unfiltered(packed, header.width * step, step, header.height))
    return Image(header.width, header.height, min(samples, 3), header.bits, plain(rows, samples, header.bits // 8))


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks up to IEND, each with its type; raises ValueError for a wrong check sum."""
    position, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        (length,) = struct.unpack_from(">I", data, position)
        kind, content = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        (check,) = struct.unpack_from(">I", data, position + 8 + length)
        if zlib.crc32(kind + content) != check:
            raise ValueError("wrong check sum")
        yield kind, content
        position += length + 12


def interlaced(packed: bytearray, width: int, height: int, step: int) -> bytes:
    """The rows of an image that comes in seven passes (Adam7, section 8); raises ValueError where a row is missing."""
    pixels = bytearray(width * height * step)
    inflating, packed_rest = zlib.decompressobj(), bytes(packed)
    for x, y, across, down in PASSES:
        columns, lines = -(-(width - x) // across), -(-(height - y) // down)
        if columns <= 0 or lines <= 0:
            continue
        size = (columns * step + 1) * lines
        filtered = inflating.decompress(packed_rest, size)
        packed_rest = inflating.unconsumed_tail
        for number, row in enumerate(unfiltered_rows(filtered, columns * step, step, lines)):
            start = ((y + number * down) * width + x) * step
            for byte in range(step):
                end = (y + number * down + 1) * width * step
                pixels[start + byte : end : across * step] = row[byte::step]
    return bytes(pixels)


def unfiltered(packed: bytearray, stride: int, step: int, height: int) -> Iterator[bytes]:
    """The rows of an image; `step` is the number of bytes of a pixel. Raises ValueError where one is missing."""
    return unfiltered_rows(zlib.decompressobj().decompress(packed, (stride + 1) * height), stride, step, height)


def unfiltered_rows(rows: bytes, stride: int, step: int, height: int) -> Iterator[bytes]:
    """The rows, each from its filter and its differences."""
    size = (stride + 1) * height
    if len(rows) < size:
        raise ValueError("rows are missing")
    above = bytes(stride)
    for start in range(0, size, stride + 1):
        above = unfiltered_row(rows[start], rows[start + 1 : start + 1 + stride], above, step)
        yield above


def unfiltered_row(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    """One row, from its differences to the pixels on the left and above (section 9)."""
    if kind == 0:
        return row
    if kind > 4:
        raise ValueError("unknown filter")
    result = bytearray(row)
    for index, byte in enumerate(row):
        left = result[index - step] if index >= step else 0
        corner = above[index - step] if index >= step else 0
        predicted = (0, left, above[index], (left + above[index]) // 2, paeth(left, above[index], corner))[kind]
        result[index] = (byte + predicted) & 0xFF
    return bytes(result)


def paeth(left: int, above: int, corner: int) -> int:
    """The neighbour nearest to left + above - corner (section 9.4)."""
    estimate = left + above - corner
    return min((left, above, corner), key=lambda neighbour: abs(estimate - neighbour))


def plain(pixels: bytes, samples: int, size: int) -> bytes:
    """Pixels without alpha, samples of two bytes in little endian."""
    if size == 2:
        swapped = bytearray(len(pixels))
        swapped[::2], swapped[1::2] = pixels[1::2], pixels[::2]
        pixels = bytes(swapped)
    if samples != 4:
        return pixels
    opaque = bytearray(len(pixels) // 4 * 3)
    for offset in range(3 * size):
        opaque[offset :: 3 * size] = pixels[offset :: 4 * size]
    return bytes(opaque)
