"""Raw elements -> bytes of a DICOM file, encoded as the server encodes what it has edited.

Measured on Orthanc 1.9.1 to 1.13.0: sequences and items get explicit lengths, group lengths that are there are
counted anew, the preamble is blank, and the meta header is written from scratch.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache, lru_cache

from .element import LONG_VRS, NUMBER_SIZES, TEXT_VRS, UNDECIDED_VRS, UNSUPPORTED_VR, Dataset, Element, OddPixels, even
from .identifiers import generate_uid
from .reader import ITEM, SEQUENCE_DELIMITER, UNDEFINED_LENGTH, DicomFile, fragments, swapped
from .transfer_syntaxes import DEFLATED, EXPLICIT_BIG_ENDIAN, IMPLICIT

#: Groups of which nothing is written: of the command and meta header, and those that hold no private elements.
UNWRITTEN_GROUPS = frozenset({0x0000, 0x0001, 0x0002, 0x0003, 0x0005, 0x0007, 0xFFFF})

#: The same within the items of a sequence.
UNWRITTEN_GROUPS_OF_ITEMS = UNWRITTEN_GROUPS | {0x0006}

#: What the meta header names where the dataset has no SOPClassUID (DCMTK: private general file SOP class).
NO_SOP_CLASS = "1.2.276.0.7230010.3.1.0.1"

#: DCMTK releases that take a SOP class or instance of any text VR, and an empty text for any other; later ones want UI.
TAKES_TEXTS_FOR_UIDS = frozenset({"3.6.5"})

#: DCMTK releases that fill a deflated dataset with NULs to the size that it had; later ones do not even pad it.
FILLS_DEFLATED = frozenset({"3.6.5", "3.6.7"})

#: The group length of the meta header.
META_LENGTH = struct.Struct("<HH2sHL").pack

SOP_CLASS_UID = 0x00080016
SOP_INSTANCE_UID = 0x00080018


def write_file(file: DicomFile, dcmtk_version: str) -> bytes:
    """The bytes of a file whose meta header names the DCMTK release as the implementation (PS3.10 section 7.1)."""
    body = write_data_set(file.dataset, file.transfer_syntax, dcmtk_version)
    return bytes(128) + b"DICM" + meta_header(file, dcmtk_version) + body


def write_data_set(dataset: Dataset, transfer_syntax: str, dcmtk_version: str = "") -> bytes:
    """The bytes of a data set alone, as they go over the DICOM network; old DCMTK fills up what is deflated."""
    encoder = encoder_of(explicit=transfer_syntax not in IMPLICIT, little_endian=transfer_syntax != EXPLICIT_BIG_ENDIAN)
    body = encoder.dataset(dataset)
    if transfer_syntax in DEFLATED:
        engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        size, body = len(body), engine.compress(body) + engine.flush()
        if dcmtk_version in FILLS_DEFLATED:
            body = body.ljust(size, b"\0")
    return body


def meta_header(file: DicomFile, dcmtk_version: str) -> bytes:
    """Group 0002 as DCMTK writes it, its group length included; a missing SOP class is named there."""
    takes_texts = dcmtk_version in TAKES_TEXTS_FOR_UIDS
    sop_class = meta_uid(file.dataset.get(SOP_CLASS_UID), takes_texts=takes_texts)
    sop_instance = meta_uid(file.dataset.get(SOP_INSTANCE_UID), takes_texts=takes_texts)
    before, behind = meta_header_around_instance(sop_class, file.transfer_syntax, dcmtk_version)
    encoder = encoder_of(explicit=True, little_endian=True)
    instance = encoder.element(Element(0x00020003, "UI", uid(generate_uid()) if sop_instance is None else sop_instance))
    header = before + instance + behind
    return META_LENGTH(2, 0, b"UL", 4, len(header)) + header


@lru_cache(maxsize=64)
def meta_header_around_instance(
    sop_class: bytes | None, transfer_syntax: str, dcmtk_version: str
) -> tuple[bytes, bytes]:
    """The elements before and behind the SOP instance's, which the files of a cascade have in common."""
    encoder = encoder_of(explicit=True, little_endian=True)
    before = (
        Element(0x00020001, "OB", b"\x00\x01"),
        Element(0x00020002, "UI", uid(NO_SOP_CLASS) if sop_class is None else sop_class),
    )
    behind = (
        Element(0x00020010, "UI", uid(transfer_syntax)),
        Element(0x00020012, "UI", uid(f"1.2.276.0.7230010.3.0.{dcmtk_version}")),
        Element(0x00020013, "SH", text("OFFIS_DCMTK_" + dcmtk_version.replace(".", ""))),
    )
    return b"".join(map(encoder.element, before)), b"".join(map(encoder.element, behind))


def meta_uid(element: Element | None, *, takes_texts: bool) -> bytes | None:
    """What the meta header says of a SOP class or instance, None where DCMTK finds no UID in the dataset."""
    if element is None or (element.vr != "UI" and not takes_texts):
        return None
    if element.vr not in TEXT_VRS:
        return b""
    return even(element.value.partition(b"\0")[0].rstrip(b" "))


def uid(value: str) -> bytes:
    """A UID, padded to an even length with a NUL."""
    return (value + "\0" * (len(value) % 2)).encode("ascii")


def text(value: str) -> bytes:
    return (value + " " * (len(value) % 2)).encode("ascii")


#: The VRs whose length has two bytes in explicit VR files (PS3.5 section 7.1.2), as they are written.
SHORT_VRS = {vr: vr.encode("ascii") for vr in (TEXT_VRS | NUMBER_SIZES.keys()) - LONG_VRS}


def encoded_fragments(value: bytes) -> bytes:
    """Fragments as they are written: each of even length, and a delimiter of length 0 behind them."""
    parts = (even(part) for part in fragments(value))
    items = b"".join(struct.pack("<HHL", ITEM >> 16, ITEM & 0xFFFF, len(part)) + part for part in parts)
    return items + struct.pack("<HHL", SEQUENCE_DELIMITER >> 16, SEQUENCE_DELIMITER & 0xFFFF, 0)


def counted_length(element: Element, size: int, *, is_last: bool) -> Element:
    """A group length counted anew: that of the last group where it stands, if it is UL, so that it may keep a rest."""
    counted = Element(element.tag, "UL", struct.pack("<L", size))
    if is_last and element.vr == "UL":
        if 0 < len(element.value) < len(counted.value):
            return element
        counted.value += element.value[len(counted.value) :]
    return counted


@cache
def encoder_of(*, explicit: bool, little_endian: bool) -> Encoder:
    """The one encoder of each kind."""
    return Encoder(explicit=explicit, little_endian=little_endian)


class Encoder:
    """Encodes elements in one of the uncompressed transfer syntaxes."""

    def __init__(self, *, explicit: bool, little_endian: bool) -> None:
        self.explicit = explicit
        self.little_endian = little_endian
        order = "<" if little_endian else ">"
        self.tag_and_long_length = struct.Struct(order + "HHL").pack
        self.tag_vr_and_length = struct.Struct(order + "HH2sH").pack
        self.tag_vr_and_long_length = struct.Struct(order + "HH2sHL").pack

    def dataset(self, dataset: Dataset, unwritten: frozenset[int] = UNWRITTEN_GROUPS) -> bytes:
        if dataset.is_flat:
            return b"".join(self.encoded([*dataset]))
        tags = [tag for tag in dataset.elements if tag >> 16 not in unwritten]
        elements = [dataset.held[tag] for tag in tags]
        if all(tag & 0xFFFF for tag in tags):  # no group length to be counted
            return b"".join(self.encoded(elements))
        last_group = max(element.group for element in elements)
        encoded = [(element, self.element(element)) for element in elements]
        for index, (element, _) in enumerate(encoded):
            if element.tag & 0xFFFF == 0:
                size = sum(
                    len(data) for other, data in encoded if other.group == element.group and other is not element
                )
                counted = counted_length(element, size, is_last=element.group == last_group)
                encoded[index] = (element, self.element(counted))
        return b"".join(data for _, data in encoded)

    def encoded(self, elements: list[Element]) -> list[bytes]:
        """The bytes of elements; for short ones of explicit VR, as most are, with two calls less."""
        if not (self.explicit and self.little_endian):
            return [*map(self.element, elements)]
        parts: list[bytes] = []
        pack, short_vrs, add = self.tag_vr_and_length, SHORT_VRS.get, parts.append
        for element in elements:
            value = element.value
            short_vr, length, tag = short_vrs(element.vr), len(value), element.tag
            if short_vr is not None and not length & 1 and length <= 0xFFFF:
                add(pack(tag >> 16, tag & 0xFFFF, short_vr, length))
                add(value)
            else:
                add(self.element(element))
        return parts

    def element(self, element: Element) -> bytes:
        if element.items is not None:
            value = b"".join(self.item(item) for item in element.items)
            return self.header(element, len(value)) + value
        if element.undefined_length:  # fragments are OB, whatever the source said (PS3.5 annex A.4)
            encoded = element.value if element.vr == "UN" else encoded_fragments(element.value)
            return self.header(Element(element.tag, "OB", encoded), UNDEFINED_LENGTH) + encoded
        value = element.value if self.little_endian else swapped(element.value, element.vr)
        value += b"\0" * (len(value) % 2)
        if not self.explicit and isinstance(element, OddPixels):
            value = swapped(value, "OW")
        return self.header(element, len(value)) + value

    def item(self, item: Dataset) -> bytes:
        value = self.dataset(item, UNWRITTEN_GROUPS_OF_ITEMS)
        return self.tag_and_long_length(ITEM >> 16, ITEM & 0xFFFF, len(value)) + value

    def header(self, element: Element, length: int) -> bytes:
        group, number = element.tag >> 16, element.tag & 0xFFFF
        short_vr = SHORT_VRS.get(element.vr)
        if self.explicit and short_vr is not None and length <= 0xFFFF:  # nearly all of them
            return self.tag_vr_and_length(group, number, short_vr, length)
        if not self.explicit:
            return self.tag_and_long_length(group, number, length)
        vr = UNDECIDED_VRS.get(element.vr, element.vr)
        if vr in LONG_VRS:
            return self.tag_vr_and_long_length(group, number, vr.encode("ascii"), 0, length)
        if (
            element.vr == UNSUPPORTED_VR or length > 0xFFFF
        ):  # more than the two bytes of a short length hold: PS3.5 section 6.2.2 note 2
            return self.tag_vr_and_long_length(group, number, b"UN", 0, length)
        return self.tag_vr_and_length(group, number, vr.encode("ascii"), length)
