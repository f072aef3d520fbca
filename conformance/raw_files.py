"""DICOM files made of elements exactly as they are given: any VR, any bytes, right or wrong (PS3.5 §7.1, PS3.10).

pydicom is not asked here: it corrects or refuses what a server must be asked.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from . import datasets
from .dicom_elements import LONG_FORM, UNDEFINED_LENGTH

if TYPE_CHECKING:
    from .session import Session

#: ("gggg,eeee", VR, raw value) or, for a sequence, ("gggg,eeee", VR, [item, ...]); an item is a list of elements.
RawElement = tuple[str, str, Any]

ITEM = b"\xfe\xff\x00\xe0"
ITEM_END = b"\xfe\xff\x0d\xe0\0\0\0\0"
SEQUENCE_END = b"\xfe\xff\xdd\xe0\0\0\0\0"
#: VRs that no standard has are read in the long form where they are two capitals.
SHORT_FORM = frozenset("AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())


def raw_file(
    session: Session,
    *elements: RawElement | tuple[str, None],
    instance: int = 1,
    series: int = 1,
    study: int = 1,
    patient: str = "",
    implicit: bool = False,
    undefined_lengths: bool = False,
) -> bytes:
    """A small secondary capture with the identifiers of a session and these elements, in order of their tags.

    An element takes the place of the one with its tag; ("gggg,eeee", None) removes it. `implicit` writes implicit VR,
    `undefined_lengths` writes sequences and items with undefined lengths.
    """
    words = [patient, str(study), str(series), str(instance)]
    found: dict[str, RawElement] = {
        element[0]: element
        for element in (
            ("0008,0016", "UI", datasets.SECONDARY_CAPTURE),
            ("0008,0018", "UI", session.uid("instance", *words)),
            ("0010,0020", "LO", session.patient_id(patient)),
            ("0020,000d", "UI", session.uid("study", *words[:2])),
            ("0020,000e", "UI", session.uid("series", *words[:3])),
            ("0020,0013", "IS", str(instance)),
        )
    }
    for element in elements:
        if element[1] is None:
            found.pop(element[0], None)
        else:
            found[element[0]] = element
    session.known.update(orthanc_ids(found))
    return encode_file([found[tag] for tag in sorted(found)], implicit=implicit, undefined_lengths=undefined_lengths)


def orthanc_ids(elements: Mapping[str, RawElement]) -> list[str]:
    """Orthanc's identifiers of a file, as far as its identifiers are texts."""
    values = [elements.get(tag, (tag, "", None))[2] for tag in ("0010,0020", "0020,000d", "0020,000e", "0008,0018")]
    texts = [*takewhile(lambda value: isinstance(value, str), values)]
    return [datasets.orthanc_id(*texts[: index + 1]) for index in range(len(texts))]


def encode_file(elements: Iterable[RawElement], *, implicit: bool = False, undefined_lengths: bool = False) -> bytes:
    """The elements, in this order, as a DICOM file with a meta header."""
    listed = list(elements)
    values = {element[0]: element[2] for element in listed}
    syntax = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    meta: list[RawElement] = [
        ("0002,0001", "OB", b"\0\1"),
        ("0002,0002", "UI", values.get("0008,0016", datasets.SECONDARY_CAPTURE)),
        ("0002,0003", "UI", values.get("0008,0018") or datasets.uid("no SOPInstanceUID")),
        ("0002,0010", "UI", str(syntax)),
        ("0002,0012", "UI", datasets.IMPLEMENTATION_CLASS_UID),
    ]
    header = b"".join(encode(element, False, False) for element in meta)
    length = encode(("0002,0000", "UL", struct.pack("<I", len(header))), False, False)
    body = b"".join(encode(element, implicit, undefined_lengths) for element in listed)
    return bytes(128) + b"DICM" + length + header + body


def encode(element: RawElement, implicit: bool, undefined_lengths: bool) -> bytes:
    """One element in little endian; a text value is padded to even length, bytes stay as they are."""
    tag, representation, value = element
    group, number = (int(half, 16) for half in tag.split(","))
    if isinstance(value, list):
        content, length = encode_items(value, implicit, undefined_lengths)
    else:
        content = padded(representation, value) if isinstance(value, str) else value
        length = len(content)
    head = struct.pack("<HH", group, number)
    if implicit:
        return head + struct.pack("<I", length) + content
    code = representation.encode("ascii")
    long_form = representation in LONG_FORM or (representation not in SHORT_FORM and representation.isupper())
    return head + code + (struct.pack("<HI", 0, length) if long_form else struct.pack("<H", length)) + content


def encode_items(items: list[list[RawElement]], implicit: bool, undefined_lengths: bool) -> tuple[bytes, int]:
    """The content of a sequence, and the length to write before it."""
    bodies = (b"".join(encode(element, implicit, undefined_lengths) for element in item) for item in items)
    if undefined_lengths:
        undefined = struct.pack("<I", UNDEFINED_LENGTH)
        return b"".join(ITEM + undefined + body + ITEM_END for body in bodies) + SEQUENCE_END, UNDEFINED_LENGTH
    content = b"".join(ITEM + struct.pack("<I", len(body)) + body for body in bodies)
    return content, len(content)


def padded(representation: str, text: str) -> bytes:
    data = text.encode("latin-1")
    return data + (b"\0" if representation == "UI" else b" ") if len(data) % 2 else data
