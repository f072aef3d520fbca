"""Bytes of a value -> the text that Orthanc shows.

Measured with some 2,900 values on Orthanc 1.9.1, 1.10.1 and 1.12.7: the text of a value does not depend on the
release.
"""

from __future__ import annotations

import struct

from .character_sets import decode
from .element import NUMBER_SIZES, PIXEL_DATA, Element

#: VRs whose value is text.
TEXT_VRS = frozenset("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split())

#: Binary numbers that are shown, with their struct format; SV, UV and the streams OB to OW never are.
SHOWN_NUMBERS = {"FD": "d", "FL": "f", "SL": "l", "SS": "h", "UL": "L", "US": "H"}

#: A longer text, in bytes of UTF-8, is answered as TooLong.
MAXIMUM_TEXT_LENGTH = 256

WHITE_SPACE = str.maketrans("", "", " \t\r\n")


def element_text(element: Element, codec: str, dictionary_vr: str) -> str | None:
    """The text of an element's value, None where the server shows none (binary values, sequences).

    `codec` is that of the file's character set. `dictionary_vr` is the VR that the dictionary gives the element,
    "" without an entry: it decides whether a value stored as UN is text.
    """
    vr = element.vr
    if vr in TEXT_VRS:
        if element.tag == PIXEL_DATA:
            return None
        return text_of(element.value, vr, codec)
    if vr in SHOWN_NUMBERS:
        return None if element.tag == PIXEL_DATA else numbers_text(element.value, vr)
    if vr == "AT":
        return attribute_tag_text(element.value)
    if vr == "UN" and dictionary_vr in TEXT_VRS:
        return unknown_text(element, codec)
    return None


def even(value: bytes) -> bytes:
    """A value of odd length is read as if a NUL followed."""
    return value + b"\0" if len(value) % 2 else value


def text_of(value: bytes, vr: str, codec: str) -> str:
    """The text of a text VR: trailing blanks go, then all from the first NUL on."""
    value = even(value)
    if value.endswith(b" "):
        value = value.rstrip(b" ")
    text = decode(value.partition(b"\0")[0], codec)
    return text.translate(WHITE_SPACE) if vr == "UI" else text


def numbers_text(value: bytes, vr: str) -> str | None:
    """Binary numbers, joined by backslashes; None where there is not one whole number."""
    value = even(value)
    count = len(value) // NUMBER_SIZES[vr]
    if not count:
        return None
    numbers = struct.unpack_from(f"<{count}{SHOWN_NUMBERS[vr]}", value)
    if vr in ("FD", "FL"):
        return "\\".join(f"{number:.17g}" for number in numbers)
    return "\\".join(map(str, numbers))


def attribute_tag_text(value: bytes) -> str | None:
    """An AT value, of several the first."""
    value = even(value)
    if len(value) < 4:
        return None
    group, element = struct.unpack_from("<HH", value)
    return f"{group:04x},{element:04x}"


def unknown_text(element: Element, codec: str) -> str | None:
    """The text of a UN value whose tag the dictionary knows as text; a private one must be printable ASCII."""
    value = element.value.rstrip(b"\0")
    if element.is_private and not all(0x20 <= byte < 0x7F or byte == 0x0A for byte in value):
        return None
    return decode(value, codec)
