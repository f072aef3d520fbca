"""DICOM files made of elements exactly as they are given: any VR, any bytes, right or wrong (PS3.5 §7.1, PS3.10).

pydicom is not asked here: it corrects or refuses what a server must be asked.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Protocol

from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from . import datasets
from .elements import LONG_FORM, UNDEFINED_LENGTH

#: ("gggg,eeee", VR, raw value) or, for a sequence, ("gggg,eeee", VR, [item, ...]); an item is a list of elements.
#: A value that is a tuple of bytes is encapsulated: an empty offset table, and these fragments (PS3.5 annex A.4).
RawElement = tuple[str, str, Any]

#: What says that there is a picture of 2 x 2 pixels of 8 bits; the pixels are not here.
IMAGE: Sequence[RawElement] = (
    ("0028,0002", "US", b"\1\0"),
    ("0028,0004", "CS", "MONOCHROME2 "),
    ("0028,0010", "US", b"\2\0"),
    ("0028,0011", "US", b"\2\0"),
    ("0028,0100", "US", b"\10\0"),
    ("0028,0101", "US", b"\10\0"),
    ("0028,0102", "US", b"\7\0"),
    ("0028,0103", "US", b"\0\0"),
)

ITEM, ITEM_END, SEQUENCE_END = (0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD)
#: VRs that no standard has are read in the long form where they are two capitals.
SHORT_FORM = frozenset("AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())


class Identifiers(Protocol):
    """What gives a file its identifiers, and remembers them: the session of a scenario."""

    known: set[str]

    def patient_id(self, suffix: str = "") -> str: ...

    def uid(self, *words: str) -> str: ...


def raw_file(
    session: Identifiers,
    *elements: RawElement | tuple[str, None],
    instance: int = 1,
    series: int = 1,
    study: int = 1,
    patient: str = "",
    implicit: bool = False,
    undefined_lengths: bool = False,
    big_endian: bool = False,
    deflated: bool = False,
    syntax: str | None = None,
) -> bytes:
    """A small secondary capture with the identifiers of a session and these elements, in order of their tags.

    An element takes the place of the one with its tag; ("gggg,eeee", None) removes it. `implicit` writes implicit VR,
    `undefined_lengths` writes sequences and items with undefined lengths, `big_endian` big endian (values stay as they
    are given), `deflated` a deflated data set. `syntax` is the transfer syntax that the file names, whatever it is
    written in.
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
    return encode_file(
        [found[tag] for tag in sorted(found)],
        implicit=implicit,
        undefined_lengths=undefined_lengths,
        big_endian=big_endian,
        deflated=deflated,
        named_syntax=syntax,
    )


def orthanc_ids(elements: Mapping[str, RawElement]) -> list[str]:
    """Orthanc's identifiers of a file, as far as its identifiers are texts."""
    values = [elements.get(tag, (tag, "", None))[2] for tag in ("0010,0020", "0020,000d", "0020,000e", "0008,0018")]
    texts = [*takewhile(lambda value: isinstance(value, str), values)]
    return [datasets.orthanc_id(*texts[: index + 1]) for index in range(len(texts))]


@dataclass(frozen=True)
class Form:
    """How elements are written; `order` is struct's sign of little or big endian."""

    implicit: bool = False
    undefined_lengths: bool = False
    order: str = "<"


def encode_file(
    elements: Iterable[RawElement],
    *,
    implicit: bool = False,
    undefined_lengths: bool = False,
    big_endian: bool = False,
    deflated: bool = False,
    named_syntax: str | None = None,
) -> bytes:
    """The elements, in this order, as a DICOM file with a meta header; `named_syntax` is what it names as its own."""
    listed = list(elements)
    values = {element[0]: element[2] for element in listed}
    chosen = {
        ImplicitVRLittleEndian: implicit,
        ExplicitVRBigEndian: big_endian,
        DeflatedExplicitVRLittleEndian: deflated,
    }
    syntax = next((syntax for syntax, wanted in chosen.items() if wanted), ExplicitVRLittleEndian)
    meta: list[RawElement] = [
        ("0002,0001", "OB", b"\0\1"),
        ("0002,0002", "UI", values.get("0008,0016", datasets.SECONDARY_CAPTURE)),
        ("0002,0003", "UI", values.get("0008,0018") or datasets.uid("no SOPInstanceUID")),
        ("0002,0010", "UI", str(syntax) if named_syntax is None else named_syntax),
        ("0002,0012", "UI", datasets.IMPLEMENTATION_CLASS_UID),
    ]
    header = b"".join(encode(element, Form()) for element in meta)
    length = encode(("0002,0000", "UL", struct.pack("<I", len(header))), Form())
    form = Form(implicit, undefined_lengths, ">" if big_endian else "<")
    body = b"".join(encode(element, form) for element in listed)
    if deflated:
        body = raw_deflated(body)
    return bytes(128) + b"DICM" + length + header + body


def raw_deflated(data: bytes) -> bytes:
    """Deflated bytes without zlib's header, of even length (PS3.5 annex A.5)."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    made = compressor.compress(data) + compressor.flush()
    return made + b"\0" * (len(made) % 2)


def encode(element: RawElement, form: Form) -> bytes:
    """One element; a text value is padded to even length, bytes stay as they are."""
    tag, representation, value = element
    group, number = (int(half, 16) for half in tag.split(","))
    if isinstance(value, tuple):
        content, length = encode_fragments(value), UNDEFINED_LENGTH
    elif isinstance(value, list):
        content, length = encode_items(value, form)
    else:
        content = padded(representation, value) if isinstance(value, str) else value
        length = len(content)
    head = struct.pack(f"{form.order}HH", group, number)
    if form.implicit:
        return head + struct.pack(f"{form.order}I", length) + content
    code = representation.encode("ascii")
    long_form = representation in LONG_FORM or (representation not in SHORT_FORM and representation.isupper())
    sizes = struct.pack(f"{form.order}HI", 0, length) if long_form else struct.pack(f"{form.order}H", length)
    return head + code + sizes + content


def encode_fragments(fragments: Iterable[bytes]) -> bytes:
    """An empty offset table, the fragments and their delimiter, always little endian."""
    items = (struct.pack("<HHI", *ITEM, len(one)) + one for one in (b"", *fragments))
    return b"".join(items) + struct.pack("<HHI", *SEQUENCE_END, 0)


def encode_items(items: list[list[RawElement]], form: Form) -> tuple[bytes, int]:
    """The content of a sequence, and the length to write before it."""
    bodies = (b"".join(encode(element, form) for element in item) for item in items)

    def delimiter(tag: tuple[int, int], length: int = 0) -> bytes:
        return struct.pack(f"{form.order}HHI", *tag, length)

    if form.undefined_lengths:
        begin, end = delimiter(ITEM, UNDEFINED_LENGTH), delimiter(ITEM_END)
        return b"".join(begin + body + end for body in bodies) + delimiter(SEQUENCE_END), UNDEFINED_LENGTH
    content = b"".join(delimiter(ITEM, len(body)) + body for body in bodies)
    return content, len(content)


def padded(representation: str, text: str) -> bytes:
    data = text.encode("latin-1")
    return data + (b"\0" if representation == "UI" else b" ") if len(data) % 2 else data
