"""What the header of a JPEG or JPEG-LS stream says of its size, read before any codec sees the stream."""

from __future__ import annotations

import struct
from dataclasses import dataclass

START, END, SCAN = 0xD8, 0xD9, 0xDA
#: Markers without a length: TEM, the restarts, and the start.
BARE = frozenset({0x01, *range(0xD0, 0xD9)})
#: Markers of a frame: SOF0 to SOF15 without DHT, JPG and DAC, and that of JPEG-LS.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
JPEG_LS, LOSSLESS = 0xF7, 0xC3
#: Baseline, extended and progressive, in Huffman's code.
SEQUENTIAL = frozenset({0xC0, 0xC1, 0xC2})


@dataclass(frozen=True)
class JpegHeader:
    """`marker` is that of the frame: how the stream is coded; `precision` is the bits of a sample."""

    marker: int
    precision: int
    rows: int
    columns: int
    components: int

    @property
    def size(self) -> int:
        """The bytes of the decoded image."""
        return self.rows * self.columns * self.components * self.bytes_per_sample

    @property
    def bytes_per_sample(self) -> int:
        return 1 if self.precision <= 8 else 2


def read_header(data: bytes) -> JpegHeader | None:
    """The header of a stream, None where it has none."""
    if data[:2] != bytes((0xFF, START)):
        return None
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF or marker in BARE:
            position += 1 if marker == 0xFF else 2
            continue
        if marker in (SCAN, END):
            return None
        (length,) = struct.unpack_from(">H", data, position + 2)
        if marker in FRAMES:
            return frame_header(marker, data[position + 4 : position + 2 + length])
        position += 2 + max(length, 2)
    return None


def frame_header(marker: int, segment: bytes) -> JpegHeader | None:
    if len(segment) < 6:
        return None
    precision, rows, columns, components = struct.unpack_from(">BHHB", segment)
    return JpegHeader(marker, precision, rows, columns, components)
