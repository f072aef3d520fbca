"""Hand-made DICOM files, byte by byte: what is stored is what a test says, right or wrong."""

from __future__ import annotations

import struct

EXPLICIT = "1.2.840.10008.1.2.1"
IMPLICIT = "1.2.840.10008.1.2"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
JPEG = "1.2.840.10008.1.2.4.50"

UNDEFINED = 0xFFFFFFFF
LONG_VRS = frozenset("OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())

#: The elements that every file here has, by tag: SOPInstanceUID, PatientID, StudyInstanceUID, SeriesInstanceUID.
IDENTIFIERS = {
    0x00080018: ("UI", b"1.2.3.4\0"),
    0x00100020: ("LO", b"ID"),
    0x0020000D: ("UI", b"1.2\0"),
    0x0020000E: ("UI", b"1.3\0"),
}


def explicit(
    tag: int, vr: str, value: bytes = b"", *, length: int | None = None, order: str = "<", long: bool | None = None
) -> bytes:
    """An element of an explicit VR file; `long` says that the length has four bytes, else the VR does."""
    length = len(value) if length is None else length
    header = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF) + vr.encode("latin-1")
    if vr in LONG_VRS if long is None else long:
        return header + struct.pack(order + "HL", 0, length) + value
    return header + struct.pack(order + "H", length) + value


def implicit(tag: int, value: bytes = b"", *, length: int | None = None) -> bytes:
    """An element of an implicit VR file."""
    return struct.pack("<HHL", tag >> 16, tag & 0xFFFF, len(value) if length is None else length) + value


def item(value: bytes = b"", *, length: int | None = None) -> bytes:
    return implicit(0xFFFEE000, value, length=length)


ITEM_END = implicit(0xFFFEE00D)
SEQUENCE_END = implicit(0xFFFEE0DD)


def meta(transfer_syntax: str = EXPLICIT) -> bytes:
    """Preamble, prefix and the shortest meta header."""
    uid = transfer_syntax.encode("ascii")
    return bytes(128) + b"DICM" + explicit(0x00020010, "UI", uid + b"\0" * (len(uid) % 2))


def dataset(*elements: bytes, order: str = "<") -> bytes:
    """The elements with the identifiers among them, in the order of their tags; those with one tag stay in order."""
    tags = struct.Struct(order + "HH").unpack_from
    own = {tags(element) for element in elements}
    wanted = [explicit(tag, vr, value, order=order) for tag, (vr, value) in IDENTIFIERS.items()]
    return b"".join(sorted([*(one for one in wanted if tags(one) not in own), *elements], key=tags))


def implicit_dataset(*elements: bytes) -> bytes:
    """The same with implicit VRs."""
    tags = struct.Struct("<HH").unpack_from
    own = {tags(element) for element in elements}
    wanted = [implicit(tag, value) for tag, (_, value) in IDENTIFIERS.items()]
    return b"".join(sorted([*(one for one in wanted if tags(one) not in own), *elements], key=tags))


def file(*elements: bytes) -> bytes:
    """An explicit little endian file with these elements and the identifiers."""
    return meta() + dataset(*elements)
