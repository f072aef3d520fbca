"""Bytes of a value -> the text that Orthanc shows.

Measured with some 2,900 values on Orthanc 1.9.1 to 1.13.0; what differs between releases is in TextRules.
"""

from __future__ import annotations

import math
import struct

from .character_sets import CharacterSet
from .element import NUMBER_SIZES, TEXT_VRS, WORD_SIZES, Element, even
from .rules import TextRules

#: Binary numbers that every release shows, with their struct format.
SHOWN_NUMBERS = {"FD": "d", "FL": "f", "SL": "l", "SS": "h", "UL": "L", "US": "H"}

#: Those that only some show: streams of words, which may be empty, and 64-bit integers.
SHOWN_WORDS = {"OD": "d", "OF": "f", "OL": "L", "OV": "Q", "SV": "q", "UV": "Q"}

#: How C prints the floating-point VRs.
FLOAT_FORMATS = {"FD": ".17g", "FL": ".17g", "OD": ".17g", "OF": ".9g"}

#: One number alone, as most elements have it: 0.2 µs instead of 0.8.
SINGLE_NUMBERS = {vr: struct.Struct(f"<{code}").unpack for vr, code in SHOWN_NUMBERS.items()}

#: A longer text, in bytes of UTF-8, is answered as TooLong.
MAXIMUM_TEXT_LENGTH = 256

#: The texts of so many values of so many bytes are kept for each character set: the files of a series share most.
LONGEST_KEPT, MOST_KEPT = 64, 2048
NOT_KEPT = "\0"  # no text has a NUL

#: What is taken out of a UID wherever it stands.
WHITE_SPACE = b" \t\n\v\f\r"


def element_text(element: Element, character_set: CharacterSet, dictionary_vr: str) -> str | None:
    """The text of an element's value, None where the server shows none (binary values, sequences).

    `character_set` is that of the file. `dictionary_vr` is the VR that the dictionary gives the element, "" without
    an entry: it decides whether a value stored as UN is text.
    """
    vr, value = element.vr, element.value
    if vr == "UN":
        return unknown_text(element, character_set) if dictionary_vr in TEXT_VRS else None
    if len(value) > LONGEST_KEPT:
        return new_text(value, vr, character_set)
    kept = character_set.texts
    key = vr, value
    text = kept.get(key, NOT_KEPT)
    if text is NOT_KEPT:
        text = new_text(value, vr, character_set)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = text
    return text


def new_text(value: bytes, vr: str, character_set: CharacterSet) -> str | None:
    """The text of a value of any VR but UN."""
    if vr in TEXT_VRS:
        return text_of(value, vr, character_set)
    if vr in SHOWN_NUMBERS:
        return numbers_text(value, vr, SHOWN_NUMBERS[vr], NUMBER_SIZES[vr])
    if vr == "AT":
        return attribute_tags_text(value, character_set.rules)
    return words_text(value, vr) if character_set.rules.shows_words else None


def text_of(value: bytes, vr: str, character_set: CharacterSet) -> str:
    """The text of a text VR."""
    if b"\0" in value or len(value) % 2 or vr == "UI":
        return character_set.decode(text_bytes(value, vr, character_set.rules), vr)
    value = value.rstrip(b" ")  # most values; three calls less
    return value.decode("ascii") if character_set.has_ascii and value.isascii() else character_set.decode(value, vr)


def text_bytes(value: bytes, vr: str, rules: TextRules) -> bytes:
    """The bytes of a value that are text: trailing blanks go, then all from the first NUL on."""
    if rules.strips_nuls:
        value = value.rstrip(b" \0")
    else:
        value = even(value)
        if value.endswith(b" "):
            value = value.rstrip(b" ")
    value = value.partition(b"\0")[0]
    return value.translate(None, WHITE_SPACE) if vr == "UI" else value


def numbers_text(value: bytes, vr: str, code: str, size: int) -> str | None:
    """Binary numbers, joined by backslashes: the first alone where bytes are left over, None where not one is whole."""
    if len(value) == size and vr in SINGLE_NUMBERS:
        (number,) = SINGLE_NUMBERS[vr](value)
        return float_text(number, FLOAT_FORMATS[vr]) if code in "df" else str(number)
    value = even(value)
    count = len(value) // size
    if not count:
        return None
    if len(value) % size:
        count = 1
    numbers = struct.unpack_from(f"<{count}{code}", value)
    float_format = FLOAT_FORMATS.get(vr)
    if float_format is not None:
        return "\\".join(float_text(number, float_format) for number in numbers)
    return "\\".join(map(str, numbers))


def float_text(number: float, float_format: str) -> str:
    """A number as C prints it: what is no number has a sign too."""
    if math.isnan(number) and math.copysign(1, number) < 0:
        return "-nan"
    return format(number, float_format)


def words_text(value: bytes, vr: str) -> str | None:
    """The numbers of a VR that only some releases show; a stream of none is empty, a number is none."""
    if vr not in SHOWN_WORDS:
        return None
    if vr in WORD_SIZES:
        return numbers_text(value, vr, SHOWN_WORDS[vr], WORD_SIZES[vr]) or ""
    return numbers_text(value, vr, SHOWN_WORDS[vr], NUMBER_SIZES[vr])


def attribute_tags_text(value: bytes, rules: TextRules) -> str | None:
    """An AT value, of several the first unless the release shows all."""
    value = even(value)
    tags = [f"{group:04x},{element:04x}" for group, element in struct.iter_unpack("<HH", value[: len(value) // 4 * 4])]
    if rules.shows_all_attribute_tags:
        return "\\".join(tags)
    return tags[0] if tags else None


def unknown_text(element: Element, character_set: CharacterSet) -> str | None:
    """The text of a UN value whose tag the dictionary knows as text, without one NUL at its end.

    That of a private tag must be printable ASCII, and is shown as such whatever the character set.
    """
    value = even(element.value).removesuffix(b"\0")
    if not element.is_private:
        return character_set.decode(value)
    is_printable = all(0x20 <= byte < 0x7F or byte == 0x0A for byte in value)
    return value.decode("ascii") if is_printable else None
