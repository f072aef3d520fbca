"""RLE, DICOM's own compression (PS3.5 annex G): a segment for each byte of each sample, the most significant first."""

from __future__ import annotations

import struct

HEADER = struct.Struct("<16L")


def decoded_runs(data: bytes, pixels: int, samples: int, width: int) -> bytes | None:
    """The pixels, samples side by side, of `width` bytes each in little endian; None where the segments don't fit.

    A segment that is too short goes on with its last byte, what is too much is passed over (measured on Orthanc 1.9.1
    to 1.13.0).
    """
    if len(data) < HEADER.size:
        return None
    count, *offsets = HEADER.unpack_from(data)
    if count != samples * width or count > len(offsets) or not count:
        return None
    ends = [*offsets[1:count], len(data)]
    whole = bytearray(pixels * count)
    for number, (start, end) in enumerate(zip(offsets, ends, strict=False)):
        if start < HEADER.size or start > len(data):
            return None
        sample, significance = divmod(number, width)
        whole[sample * width + width - 1 - significance :: count] = segment(data[start : max(start, end)], pixels)
    return bytes(whole)


def segment(data: bytes, size: int) -> bytes:
    """The bytes of one segment: exactly `size`, so that no small file takes much memory."""
    made = bytearray()
    position = 0
    while position < len(data) and len(made) < size:
        control = data[position]
        position += 1
        if control < 128:
            made += data[position : position + control + 1]
            position += control + 1
        elif control > 128:
            made += data[position : position + 1] * (257 - control)
            position += 1
    del made[size:]
    return bytes(made) + (bytes(made[-1:]) or b"\0") * (size - len(made))
