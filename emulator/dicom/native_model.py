"""The DICOM JSON model -> the native DICOM model, XML (PS3.19 annex A), as the server writes it.

Measured on Orthanc 1.9.1 to 1.13.0, which makes the XML of the JSON, too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ..dictionary import UNKNOWN_TAG_NAME, Dictionary
from ..errors import ErrorCode, OrthancError
from .dicomweb import GROUPS_OF_NAMES
from .rules import WebRules
from .text import float_text

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" '
    'xsi:schemaLocation="http://dicom.nema.org/PS3.19/models/NativeDICOM" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
)
TAIL = "</NativeDicomModel>\n"

#: The components of a group of a person name.
COMPONENTS = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")


def native_model(model: dict[str, Any], dictionary: Dictionary, rules: WebRules) -> str:
    """The XML of a file's JSON model; raises OrthancError (Internal error) for an integer of more than 32 bits."""
    return HEAD + "".join(f"{line}\n" for line in NativeModel(dictionary, rules).attributes(model, "  ")) + TAIL


class NativeModel:
    """Makes the lines of the XML; each method gets the blanks that they begin with."""

    def __init__(self, dictionary: Dictionary, rules: WebRules) -> None:
        self.dictionary = dictionary
        self.rules = rules

    def attributes(self, model: dict[str, Any], blanks: str) -> Iterator[str]:
        for tag, attribute in model.items():
            names = {"tag": tag, "vr": attribute["vr"]}
            keyword = self.keyword(int(tag, 16))
            if keyword is not None:
                names["keyword"] = keyword
            yield from element("DicomAttribute", names, [*self.content(attribute, blanks + "  ")], blanks)

    def keyword(self, tag: int) -> str | None:
        """The name of a standard or creator element, or of an entry without creator; other private ones have none."""
        name = self.dictionary.shown(tag, None)[1]
        return None if name == UNKNOWN_TAG_NAME else name

    def content(self, attribute: dict[str, Any], blanks: str) -> Iterator[str]:
        if "InlineBinary" in attribute:
            yield self.component("InlineBinary", attribute["InlineBinary"], blanks)
        if "BulkDataURI" in attribute:
            yield from element("BulkData", {"URI": attribute["BulkDataURI"]}, [], blanks)
        for number, value in enumerate(attribute.get("Value", ()), 1):
            numbered = {"number": str(number)}
            if attribute["vr"] == "PN":
                if value:
                    yield from element("PersonName", numbered, [*self.person_name(value, blanks + "  ")], blanks)
            elif attribute["vr"] == "SQ":
                yield from element("Item", numbered, [*self.attributes(value, blanks + "  ")], blanks)
                yield from element("Value", numbered, [], blanks)
            elif value is None:
                yield from element("Value", numbered, [], blanks)
            else:
                yield f'{blanks}<Value number="{number}">{escaped(value_text(value))}</Value>'

    def person_name(self, name: dict[str, str], blanks: str) -> Iterator[str]:
        for group in GROUPS_OF_NAMES:
            if group in name:
                components = zip(COMPONENTS, name[group].split("^"), strict=False)
                lines = [self.component(component, text, blanks + "  ") for component, text in components]
                yield from element(group, {}, lines, blanks)

    def component(self, name: str, text: str, blanks: str) -> str:
        if not text and self.rules.is_complete:
            return f"{blanks}<{name} />"
        return f"{blanks}<{name}>{escaped(text)}</{name}>"


def element(name: str, attributes: dict[str, str], lines: list[str], blanks: str) -> Iterator[str]:
    """The lines of an element with those of what is in it."""
    start = "".join(f" {key}={quoteattr(text)}" for key, text in attributes.items())
    if not lines:
        yield f"{blanks}<{name}{start} />"
        return
    yield f"{blanks}<{name}{start}>"
    yield from lines
    yield f"{blanks}</{name}>"


def value_text(value: str | int | float) -> str:
    """A value as text; of a number that is no integer as many digits as single precision holds."""
    if isinstance(value, int) and value >= 1 << 32:  # of an OV, on 1.13.0
        raise OrthancError(ErrorCode.INTERNAL_ERROR, "An unhandled exception was generated inside the HTTP server")
    if not isinstance(value, float):
        return str(value)
    try:
        (single,) = struct.unpack("<f", struct.pack("<f", value))
    except OverflowError:
        single = float("inf") if value > 0 else float("-inf")
    return float_text(single, ".9g")


#: Control characters, which XML 1.0 does not allow, as the server writes them all the same (1.9.1 to 1.13.0).
CONTROL_CHARACTERS = {chr(code): f"&#{code:02};" for code in range(1, 0x20) if chr(code) not in "\t\n\r"}


def escaped(text: str) -> str:
    return escape(text, CONTROL_CHARACTERS)
