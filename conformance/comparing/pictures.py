"""Pictures in answers, compared as pixels: two right servers may compress the same picture to other bytes.

PNG and PAM are told by their pixels. JPEG loses some: of it a coarse thumbnail is kept, which may differ a little, and
which is left open (None) where Pillow is not installed.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

from emulator import OrthancError
from emulator.modification.png import SIGNATURE, read_png

from ..asking.exchange import Answer

JPEG_START = b"\xff\xd8\xff"
PAM = re.compile(rb"P7\nWIDTH (\d+)\nHEIGHT (\d+)\nDEPTH (\d+)\nMAXVAL (\d+)\nTUPLTYPE \w+\nENDHDR\n")

#: Pictures up to so many samples are told in full.
SMALL = 96
#: Rows and columns of a thumbnail, and how much two of them may differ in a sample (of 255).
THUMBNAIL, TOLERANCE = 4, 3


def parsed_picture(answer: Answer) -> dict[str, Any] | None:
    """What there is to compare of a picture, None for a body that is none."""
    body = answer.body
    if body.startswith(SIGNATURE):
        try:
            image = read_png(body, has_deep_colour=False, details=None)
        except OrthancError:
            return None
        return told("PNG", image.width, image.height, image.samples, image.bits, image.pixels)
    if body.startswith(JPEG_START):
        return {"format": "JPEG", **jpeg(body)}
    match = PAM.match(body)
    if match is None:
        return None
    columns, rows, depth, highest = (int(number) for number in match.groups())
    pixels, bits = body[match.end() :], 8 if highest == 255 else 16
    if bits == 16:
        swapped = bytearray(pixels)
        swapped[::2], swapped[1::2] = pixels[1::2], pixels[::2]
        pixels = bytes(swapped)
    return told("PAM", columns, rows, depth, bits, pixels)


def told(kind: str, columns: int, rows: int, samples: int, bits: int, pixels: bytes) -> dict[str, Any]:
    """`pixels` are samples row by row, those of 16 bits in little endian."""
    shown: Any = f"SHA-256 {hashlib.sha256(pixels).hexdigest()[:16]}…"
    width = bits // 8
    if len(pixels) // width <= SMALL:
        numbers = [int.from_bytes(pixels[at : at + width], "little") for at in range(0, len(pixels), width)]
        stride = columns * samples
        shown = [numbers[at : at + stride] for at in range(0, len(numbers), stride)] if stride else []
    return {"format": kind, "columns": columns, "rows": rows, "samples": samples, "bits": bits, "pixels": shown}


def jpeg(body: bytes) -> dict[str, Any]:
    """The size of a JPEG picture and its thumbnail: the mean of each of the parts it is cut into, row by row."""
    try:
        from PIL import Image
    except ImportError:
        return {"thumbnail": None}
    with Image.open(io.BytesIO(body)) as picture:
        small = picture.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
        samples = list(small.tobytes())
        return {"columns": picture.width, "rows": picture.height, "mode": picture.mode, "thumbnail": samples}


def are_alike(left: Any, right: Any) -> bool:
    """Whether two thumbnails are those of one picture; one that is left open is like any."""
    if left is None or right is None:
        return True
    return len(left) == len(right) and all(abs(a - b) <= TOLERANCE for a, b in zip(left, right, strict=True))
