"""The text of a JSON request -> the bytes of an element, as each VR takes it.

Measured on Orthanc 1.10.1 and 1.12.7: text VRs take anything; numbers are read strictly, without blanks.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct

from ..dicom.character_sets import encode
from ..dicom.element import format_tag
from ..dicom.padding import SPACE_PADDED_VRS, padded
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..releases import Release

#: struct format, smallest and largest value. An unsigned number may carry a minus sign and then wraps around.
INTEGER_FORMATS = {
    "OL": ("L", -0xFFFFFFFF, 0xFFFFFFFF),
    "SL": ("l", -0x80000000, 0x7FFFFFFF),
    "SS": ("h", -0x8000, 0x7FFF),
    "UL": ("L", -0xFFFFFFFF, 0xFFFFFFFF),
    "US": ("H", -0xFFFF, 0xFFFF),
}
FLOAT_FORMATS = {"FD": "d", "FL": "f", "OD": "d", "OF": "f"}
NUMBER_VRS = frozenset({*INTEGER_FORMATS, *FLOAT_FORMATS})

INTEGER = re.compile(r"[+-]?[0-9]+\Z")
FLOAT = re.compile(r"[+-]?(nan|inf|infinity|[0-9]+\.?[0-9]*(e[+-]?[0-9]+)?|\.[0-9]+(e[+-]?[0-9]+)?)\Z", re.IGNORECASE)

DATA_URI = "data:application/octet-stream;base64,"


def out_of_range(tag: int, text: str) -> OrthancError:
    return OrthancError(
        ErrorCode.BAD_FILE_FORMAT,
        f'While creating a DICOM instance, tag ({format_tag(tag)}) has out-of-range value: "{text}"',
    )


def encode_value(tag: int, vr: str, text: str, codec: str, dictionary: Dictionary, release: Release) -> bytes:
    """The bytes of a value that a request gives as text, padded to an even length.

    `codec` is the file's character set. Raises OrthancError: Bad file format for a number that is none or is out
    of range, Unknown DICOM tag for an AT that is no tag.
    """
    if vr in NUMBER_VRS:
        return encode_numbers(tag, vr, text, release)
    if vr == "AT":
        return encode_tag(text, dictionary, release)
    payload = data_uri_payload(text)
    if payload is None:
        payload = encode(text.partition("\0")[0], codec)
    if vr in SPACE_PADDED_VRS or vr == "UI":
        payload = payload.rstrip(b" ")
    elif vr == "OW" and len(payload) % 2:
        raise OrthancError(ErrorCode.INTERNAL_ERROR)
    return padded(payload, vr)


def data_uri_payload(text: str) -> bytes | None:
    if not text.startswith(DATA_URI):
        return None
    try:
        return base64.b64decode(text[len(DATA_URI) :], validate=True)
    except binascii.Error:
        return None


def encode_numbers(tag: int, vr: str, text: str, release: Release) -> bytes:
    """One number, or several separated by backslashes where the release takes them."""
    if not text:
        return b""
    parts = [text]
    if release.replaces_multiple_numbers and "\\" in text:
        parts = text.rstrip(" ").split("\\")
    if vr in INTEGER_FORMATS:
        return b"".join(encode_integer(tag, vr, part, text) for part in parts)
    return b"".join(encode_float(tag, vr, part, text) for part in parts)


def encode_integer(tag: int, vr: str, part: str, text: str) -> bytes:
    code, smallest, largest = INTEGER_FORMATS[vr]
    if not INTEGER.match(part) or not smallest <= int(part) <= largest:
        raise out_of_range(tag, text)
    number = int(part)
    if code.isupper():
        number %= largest + 1
    return struct.pack("<" + code, number)


def encode_float(tag: int, vr: str, part: str, text: str) -> bytes:
    if not FLOAT.match(part):
        raise out_of_range(tag, text)
    try:
        return struct.pack("<" + FLOAT_FORMATS[vr], float(part))
    except OverflowError:
        raise out_of_range(tag, text) from None


def encode_tag(text: str, dictionary: Dictionary, release: Release) -> bytes:
    """An AT value: one tag, of several the first; 1.9.1 has no AT."""
    if not release.replaces_attribute_tags:
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED)
    if not text:
        return b""
    tag = dictionary.tag(text)
    return struct.pack("<HH", tag >> 16, tag & 0xFFFF)
