"""Bytes of a value -> the text that Orthanc shows.

Measured with some 2,900 values on Orthanc 1.9.1 to 1.13.0; what differs between releases is in TextRules.
"""

from __future__ import annotations

import struct

from .character_sets import CharacterSet
from .element import NUMBER_SIZES, WORD_SIZES, Element
from .rules import TextRules

#: VRs whose value is text.
TEXT_VRS = frozenset("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split())

#: Binary numbers that every release shows, with their struct format.
SHOWN_NUMBERS = {"FD": "d", "FL": "f", "SL": "l", "SS": "h", "UL": "L", "US": "H"}

#: Those that only some show: streams of words, which may be empty, and 64-bit integers.
SHOWN_WORDS = {"OD": "d", "OF": "f", "OL": "L", "OV": "Q", "SV": "q", "UV": "Q"}

#: How C prints the floating-point VRs.
FLOAT_FORMATS = {"FD": ".17g", "FL": ".17g", "OD": ".17g", "OF": ".9g"}

#: A longer text, in bytes of UTF-8, is answered as TooLong.
MAXIMUM_TEXT_LENGTH = 256

#: What is taken out of a UID wherever it stands.
WHITE_SPACE = b" \t\n\v\f\r"


def element_text(element: Element, character_set: CharacterSet, dictionary_vr: str) -> str | None:
    """The text of an element's value, None where the server shows none (binary values, sequences).

    `character_set` is that of the file. `dictionary_vr` is the VR that the dictionary gives the element, "" without
    an entry: it decides whether a value stored as UN is text.
    """
    vr = element.vr
    if vr in TEXT_VRS:
        return text_of(element.value, vr, character_set)
    rules = character_set.rules
    if vr in SHOWN_NUMBERS:
        return numbers_text(element.value, vr, SHOWN_NUMBERS[vr], NUMBER_SIZES[vr])
    if vr == "AT":
        return attribute_tags_text(element.value, rules)
    if vr == "UN" and dictionary_vr in TEXT_VRS:
        return unknown_text(element, character_set)
    if rules.shows_words and vr in SHOWN_WORDS:
        size = WORD_SIZES.get(vr)
        if size is not None and not element.value:
            return ""
        return numbers_text(element.value, vr, SHOWN_WORDS[vr], size or NUMBER_SIZES[vr])
    return None


def even(value: bytes) -> bytes:
    """A value of odd length is read as if a NUL followed."""
    return value + b"\0" if len(value) % 2 else value


def text_of(value: bytes, vr: str, character_set: CharacterSet) -> str:
    """The text of a text VR: trailing blanks go, then all from the first NUL on."""
    if character_set.rules.strips_nuls:
        value = value.rstrip(b" \0")
    else:
        value = even(value)
        if value.endswith(b" "):
            value = value.rstrip(b" ")
    value = value.partition(b"\0")[0]
    if vr == "UI":
        value = value.translate(None, WHITE_SPACE)
    return character_set.decode(value, vr)


def numbers_text(value: bytes, vr: str, code: str, size: int) -> str | None:
    """Binary numbers, joined by backslashes: the first alone where bytes are left over, None where not one is whole."""
    value = even(value)
    count = len(value) // size
    if not count:
        return None
    if len(value) % size:
        count = 1
    numbers = struct.unpack_from(f"<{count}{code}", value)
    float_format = FLOAT_FORMATS.get(vr)
    if float_format is not None:
        return "\\".join(format(number, float_format) for number in numbers)
    return "\\".join(map(str, numbers))


def attribute_tags_text(value: bytes, rules: TextRules) -> str | None:
    """An AT value, of several the first unless the release shows all."""
    value = even(value)
    tags = [f"{group:04x},{element:04x}" for group, element in struct.iter_unpack("<HH", value[: len(value) // 4 * 4])]
    if rules.shows_all_attribute_tags:
        return "\\".join(tags)
    return tags[0] if tags else None


def unknown_text(element: Element, character_set: CharacterSet) -> str | None:
    """The text of a UN value whose tag the dictionary knows as text; a private one must be printable ASCII."""
    value = element.value.rstrip(b"\0")
    if element.is_private and not all(0x20 <= byte < 0x7F or byte == 0x0A for byte in value):
        return None
    return character_set.decode(value)
