"""A dataset -> the DICOM JSON model (PS3.18 annex F), as the server writes it: measured on Orthanc 1.9.1 to 1.13.0.

Values are made from the text that the views show, split at the backslashes: so it is the server's reading of a value,
not the standard's.
"""

from __future__ import annotations

import base64
import re
import struct
import sys
from collections.abc import Iterator
from typing import Any

from ..dictionary import Dictionary
from .character_sets import CharacterSet, character_set_of
from .element import NUMBER_SIZES, PIXEL_DATA, SPECIFIC_CHARACTER_SET, TEXT_VRS, UNSUPPORTED_VR, Dataset, Element, even
from .rules import TextRules, WebRules
from .text import element_text, numbers_text, text_bytes, words_text
from .views import shown_creator

INTEGER_VRS = frozenset({"IS", "OL", "OV", "SL", "SS", "SV", "UL", "US", "UV"})
FLOAT_VRS = frozenset({"DS", "FD", "FL", "OD", "OF"})

#: Streams of numbers of which the releases before 1.13.0 show the first, and numbers that they do not show.
STREAM_VRS = frozenset({"OD", "OF", "OL"})
LONG_VRS = frozenset({"OV", "SV", "UV"})

#: Texts that the releases before 1.13.0 leave out where the VR is that of the dictionary alone.
LATE_TEXT_VRS = frozenset({"UC", "UR"})

#: The sequences around an item, each with the number of the item in it.
Way = tuple[tuple[int, int], ...]

#: What stands for a VR that depends on the context, in a file without VRs; what is not here is left out.
UNDECIDED_VRS = {"lt": "OW", "xs": "US"}
UNDECIDED = frozenset({"lt", "up", "xs"})

INTEGER = re.compile(r"[+-]?[0-9]+\Z")
FLOAT = re.compile(
    r"[+-]?(nan|inf|infinity|[0-9]+(?:\.[0-9]*)?(e[+-]?[0-9]+)?|\.[0-9]+(e[+-]?[0-9]+)?)\Z", re.IGNORECASE
)

#: How far from a whole number a number is shown as one: measured to be between 2.2e-14 and 2.23e-14.
WHOLE = 100 * sys.float_info.epsilon

GROUPS_OF_NAMES = ("Alphabetic", "Ideographic", "Phonetic")


class NoModelError(Exception):
    """A dataset of which the server makes no model."""


def json_model(dataset: Dataset, dictionary: Dictionary, text_rules: TextRules, rules: WebRules) -> dict[str, Any]:
    """The elements of a file by tag, such as "00100020", each with its "vr" and "Value" or "InlineBinary".

    Raises NoModelError where the server makes none: it then answers the file.
    """
    model = JsonModel(dictionary, character_set_of(dataset, text_rules), rules)
    model.add(dataset, ())
    return model.shown


class JsonModel:
    """Makes the model of one file, element by element: its character set is that of every item, too.

    An element finds its item by the way to it, and an item is made when its first element comes. So the server loses
    count of what follows an item that shows nothing: see `item`.
    """

    def __init__(self, dictionary: Dictionary, character_set: CharacterSet, rules: WebRules) -> None:
        self.dictionary = dictionary
        self.character_set = character_set
        self.rules = rules
        self.shown: dict[str, Any] = {}
        self.way: Way = ()  # to the item that is being added

    def add(self, dataset: Dataset, way: Way) -> None:
        """Adds a data set or, by the way to it, an item."""
        if way and not dataset and self.rules.is_complete:
            self.item(way)
        for element in dataset:
            if element.tag & 0xFFFF == 0:  # group lengths
                continue
            if element.items:
                for index, item in enumerate(element.items):
                    self.add(item, (*way, (element.tag, index)))
                continue
            self.way = way
            attribute = self.attribute(element, dataset)
            if attribute is not None:
                self.item(way)[key_of(element.tag)] = attribute

    def item(self, way: Way) -> dict[str, Any]:
        """The item at the end of a way, made if it is the next one.

        Otherwise, as measured on all four releases: an element of an item further on begins the first item, if there
        is none, or the next, if its number is that of the next; so `[{}, {a, b, c}]` is shown as `[{a}, {b, c}]`. It
        belongs to the last, if its number is that of one before. Else there is no model.
        """
        item = self.shown
        for tag, index in way:
            sequence = item.get(key_of(tag))
            if sequence is None:
                sequence = item[key_of(tag)] = {"vr": "SQ", "Value": [{}]}
            elif index == len(sequence["Value"]):
                sequence["Value"].append({})
            elif index > len(sequence["Value"]):
                raise NoModelError
            items = sequence["Value"]
            item = items[-1]
        return item

    def attribute(self, element: Element, dataset: Dataset) -> dict[str, Any] | None:
        """What is shown of an element without items, None where it is left out."""
        if element.items is not None:
            return {"vr": "SQ"}
        if element.vr in ("UN", UNSUPPORTED_VR) and self.rules.names_unknown:
            vr = self.dictionary_vr(dataset, element)
            if vr and vr != "UN":
                return self.named_unknown(element, vr)
        vr = UNDECIDED_VRS.get(element.vr, element.vr)
        if vr in UNDECIDED or (element.vr in UNDECIDED and not self.rules.decides_vrs):
            return None
        value = element.bytes_shown if vr == "OW" else element.value
        return self.decided(Element(element.tag, vr, value, None, element.undefined_length))

    def dictionary_vr(self, dataset: Dataset, element: Element) -> str:
        """The VR that the dictionary gives an element, "" without an entry."""
        creator = shown_creator(dataset, element.tag, self.character_set.rules)
        return self.dictionary.shown(element.tag, creator)[2]

    def decided(self, element: Element) -> dict[str, Any] | None:
        """What is shown of an element that is no sequence and has a VR."""
        vr = element.vr
        if vr in LONG_VRS and not self.rules.is_complete:
            return None
        if vr == "OW" and self.rules.is_complete and element.tag != PIXEL_DATA:
            if len(element.value) % 2:
                raise NoModelError
            return with_values(vr, [word for (word,) in struct.iter_unpack("<H", element.value)])
        if vr in TEXT_VRS or vr in INTEGER_VRS or vr in FLOAT_VRS or vr == "AT":
            return with_texts(vr, self.parts(element), self.rules)
        return self.binary(element)

    def named_unknown(self, element: Element, vr: str) -> dict[str, Any] | None:
        """A UN, or a VR that is none, whose tag is in the dictionary: texts up to the first NUL, and bytes.

        They are shown in the dictionary's VR, and all others are left out.
        """
        if vr in TEXT_VRS and (vr not in LATE_TEXT_VRS or self.rules.is_complete):
            text = self.character_set.decode(element.value.partition(b"\0")[0])
            return with_texts(vr, parts_of(text), self.rules)
        if vr == "OW" and self.rules.is_complete:
            raise NoModelError
        if vr == "OB" or (vr == "ox" and self.rules.is_complete):
            shown = self.binary(Element(element.tag, vr, element.value))
            return shown if vr == "OB" or shown is None else {**shown, "vr": "Not supported"}
        return None

    def parts(self, element: Element) -> list[str]:
        """The texts of an element's values."""
        if element.tag == SPECIFIC_CHARACTER_SET and element.vr in TEXT_VRS:
            value = text_bytes(element.value, element.vr, self.character_set.rules)
            terms = parts_of(value.decode("utf-8", "surrogateescape"))
            return terms[1:] if len(terms) > 1 and not terms[0] else terms
        if element.vr == "AT":
            value = even(element.value)
            tags = struct.iter_unpack("<HH", value[: len(value) // 4 * 4])
            return [f"{group:04X}{number:04X}" for group, number in tags]
        if element.vr in STREAM_VRS:
            text = words_text(element.value, element.vr)
            if text and element.vr == "OF":  # the number itself: its text has fewer digits
                text = numbers_text(element.value, "FL", "f", 4)
            texts = parts_of(text)
            return texts if self.rules.is_complete else texts[:1]
        if element.vr in NUMBER_SIZES:  # all whole numbers, also where bytes are left over
            value = even(element.value)
            size = NUMBER_SIZES[element.vr]
            element = Element(element.tag, element.vr, value[: len(value) // size * size])
        return parts_of(element_text(element, self.character_set, ""))

    def binary(self, element: Element) -> dict[str, Any] | None:
        if element.undefined_length:  # the fragments of encapsulated pixel data
            return {"vr": "OB", "InlineBinary": ""} if self.rules.shows_empty_binary else None
        vr = "UN" if element.vr == UNSUPPORTED_VR else element.vr
        is_pixel_data = element.tag == PIXEL_DATA
        if not element.value and not self.rules.shows_empty_binary and not is_pixel_data:
            return {"vr": vr}
        return {"vr": vr, "InlineBinary": base64.b64encode(element.bytes_shown).decode("ascii")}


def key_of(tag: int) -> str:
    return f"{tag:08X}"


def with_values(vr: str, values: list[Any]) -> dict[str, Any]:
    return {"vr": vr, "Value": values} if values else {"vr": vr}


def with_texts(vr: str, parts: list[str], rules: WebRules) -> dict[str, Any]:
    """The values that the parts of a text are; they are none where not one is a number that should be."""
    return {"vr": vr, "Value": [*values_of(parts, vr, rules)]} if parts else {"vr": vr}


def parts_of(text: str | None) -> list[str]:
    return text.split("\\") if text else []


def values_of(parts: list[str], vr: str, rules: WebRules) -> Iterator[Any]:
    """The values in the parts of a text; one that is no number where there should be one is left out."""
    for part in parts:
        if vr == "PN":
            yield person_name(part)
        elif vr not in INTEGER_VRS and vr not in FLOAT_VRS:
            yield part or None
        elif not part.strip():
            yield None
        elif vr in INTEGER_VRS:
            yield from integer(part.strip(), vr)
        elif vr == "DS" and rules.keeps_decimals:
            yield from decimal(part.strip())
        else:
            yield from real(part.strip(), is_double=vr in STREAM_VRS and rules.is_complete)


def person_name(text: str) -> dict[str, str]:
    """The groups of components of a person name (PS3.5 section 6.2.1)."""
    return dict(zip(GROUPS_OF_NAMES, text.split("="), strict=False)) if text else {}


def integer(text: str, vr: str) -> Iterator[int]:
    """An integer of 64 bits, of which the server shows 32, but for OV."""
    if not INTEGER.match(text):
        return
    number = int(text[:40])
    if vr == "OV":
        yield number
        return
    if vr == "UV" and number >= 1 << 63:
        number -= 1 << 64
    if -(1 << 63) <= number < 1 << 63:
        yield in_32_bits(number)


def in_32_bits(number: int) -> int:
    wrapped = number % (1 << 32)
    return wrapped - (1 << 32) if number < 0 and wrapped >= 1 << 31 else wrapped


def decimal(text: str) -> Iterator[str | None]:
    """A decimal string as it is, but with points for commas, and without one at its end."""
    text = text.replace(",", ".").removesuffix(".")
    if not text:
        yield None
    elif is_float(text):
        yield text


def real(text: str, *, is_double: bool) -> Iterator[int | float]:
    """A number; unless `is_double`, one that is nearly whole is shown as an integer."""
    if not is_float(text):
        return
    number = float(text)
    if not is_double and abs(number) < 2.0**63 and abs(number - round(number)) < WHOLE:
        yield in_32_bits(round(number))
    else:
        yield number


def is_float(text: str) -> bool:
    """Whether a text is a number that a double holds."""
    if not FLOAT.match(text):
        return False
    return "inf" in text.lower() or abs(float(text)) != float("inf")
