"""PAM images, as far as the server makes pixel data of them: grey of 8 and 16 bits, true colour of 8.

Measured on Orthanc 1.9.1 to 1.13.0: the header is read more strictly than Netpbm does.
"""

from __future__ import annotations

import re

from ..errors import ErrorCode, OrthancError
from .png import Image, plain
from .rules import PamDetails

SIGNATURE = b"P7\n"
END = b"\nENDHDR\n"

#: A line of the header: a word, one blank, and a word.
LINE = re.compile(rb"([^\s]+) ([^\s]+)\Z")
NUMBER = re.compile(rb"[+-]?[0-9]+\Z")
NUMBERS = (b"WIDTH", b"HEIGHT", b"DEPTH", b"MAXVAL")
HIGHEST_NUMBER = (1 << 31) - 1

#: The longest header that is looked at, in bytes.
MOST_HEADER = 4096

#: Samples per pixel by TUPLTYPE.
SAMPLES = {b"GRAYSCALE": 1, b"RGB": 3}
BITS = {255: 8, 65535: 16}


def read_pam(data: bytes, details: PamDetails) -> Image:
    """The image in a PAM file.

    Raises OrthancError: Bad file format for a damaged file, Not implemented yet for what the server does not read.
    """
    end = data.find(END, 0, MOST_HEADER)
    if not data.startswith(SIGNATURE) or end < 0:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    words = header_words(data[len(SIGNATURE) : end])
    width, height, depth, maximum = (number(words, name) for name in NUMBERS)
    if details.numbers is not None and max(width, height, depth, maximum) > 0xFFFF:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, details.numbers)
    kind = words.get(b"TUPLTYPE")
    if kind is None:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    if SAMPLES.get(kind) != depth:
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details.kind)
    bits = BITS.get(maximum)
    if bits is None:
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details.maximum if depth == 1 else details.colour_maximum)
    pixels = data[end + len(END) :]
    if width <= 0 or height <= 0 or len(pixels) != width * height * depth * bits // 8:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    if bits == 16 and depth > 1:
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details.deep_colour)
    return Image(width, height, depth, bits, plain(pixels, depth, bits // 8))


def header_words(header: bytes) -> dict[bytes, bytes]:
    """The values of a header by their names, the last of those with one name."""
    words = {}
    for line in header.split(b"\n"):
        match = LINE.match(line)
        if match is None:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
        words[match[1]] = match[2]
    return words


def number(words: dict[bytes, bytes], name: bytes) -> int:
    text = words.get(name, b"")
    found = int(text) if NUMBER.match(text) and len(text) < 20 else HIGHEST_NUMBER + 1
    if found > HIGHEST_NUMBER:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    return found
