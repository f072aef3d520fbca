"""Files with something wrong in front: the VRs and lengths of the meta header, NULs in UIDs, texts that are no text."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files.raw import Form, encode, raw_file
from conformance.scenarios.scenario import scenario

JSON, XML = {"Accept": "application/dicom+json"}, {"Accept": "application/dicom+xml"}

#: VRs with a length of two bytes, and the sizes of a single value of those that have one.
SIZES = {"AT": 4, "FD": 8, "FL": 4, "SL": 4, "SS": 2, "UL": 4, "US": 2}
TEXTS = ("AE", "AS", "LO", "SH", "UI")


def short(number: int, vr: str, value: bytes) -> bytes:
    """An element of the meta header."""
    return struct.pack("<HH2sH", 2, number, vr.encode("latin-1"), len(value)) + value


def with_meta(session: Session, elements: Sequence[bytes], group_length_vr: str = "UL", preamble: bool = True) -> bytes:
    """The file of a session, with these elements in its meta header, behind the group length."""
    file = raw_file(session)
    (length,) = struct.unpack_from("<L", file, 140)
    meta = b"".join(elements)
    start = bytes(128) + b"DICM" if preamble else b""
    return start + short(0, group_length_vr, struct.pack("<L", len(meta))) + meta + file[144 + length :]


def stored(session: Session, file: bytes) -> Answer:
    """The answer to the upload of a file, which goes again if it was taken."""
    answer = session.upload(file)
    if answer.status == 200:
        session.delete(f"/instances/{answer.id}")
    return answer


SYNTAX = short(0x10, "UI", ExplicitVRLittleEndian.encode("ascii") + b"\0")


@scenario("The group length of the meta header is a UL, where it comes first", configuration=LAB)
def group_length(session: Session) -> None:
    for vr in (*SIZES, *TEXTS):
        for preamble in (True, False):
            stored(session, with_meta(session, [SYNTAX], vr, preamble))


@scenario("VRs are checked up to an element that is no single number of its VR, or is an AS", configuration=LAB)
def odd_lengths(session: Session) -> None:
    unknown = short(0x13, "??", b"12")
    for vr in (*SIZES, *TEXTS):
        size = SIZES.get(vr, 4)
        for length in (0, size - 1, size, size + 1, 2 * size):
            stored(session, with_meta(session, [SYNTAX, short(0x12, vr, b"1" * length), unknown]))


@scenario("A transfer syntax ends at its first NUL, whatever follows", configuration=LAB)
def transfer_syntax(session: Session) -> None:
    for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian, "1.2.840.10008.1.2.4.50"):
        for behind in (b"\0", b" ", b"\0\x80", b"\0.1", b"\0\0\0", b"\x80", b" x", b"x"):
            stored(session, with_meta(session, [short(0x10, "UI", syntax.encode("ascii") + behind)]))


@scenario("Every character that a VR may be made of: a DELETE stands for a VR that is none", configuration=LAB)
def characters_of_a_vr(session: Session) -> None:
    file = raw_file(session, ("0010,4000", "LT", "text"))
    start = file.index(encode(("0010,4000", "LT", "text"), Form())) + 4
    for character in (0x00, 0x19, 0x20, 0x21, 0x7E, 0x7F, 0x80, 0xFF):
        for vr in (bytes((character, 0x54)), bytes((0x4C, character))):
            stored(session, file[:start] + vr + file[start + 2 :])


@scenario("A SpecificCharacterSet that is no ASCII is shown as its bytes are, in JSON and in XML", configuration=LAB)
def character_set(session: Session) -> None:
    for value in (b"ISO_I\xff\xff ", b"\xc3\xa9 ", b"ISO_IR 100\\\xff ", b"\xe9\\ISO 2022 IR 87"):
        file = raw_file(session, ("0008,0005", "CS", value), ("0010,0010", "PN", b"\xc3\xa9"))
        instance = f"/instances/{session.upload(file).id}"
        session.get(f"{instance}/simplified-tags")
        session.get(f"{instance}/file", JSON)
        session.get(f"{instance}/file", XML)
        session.delete(instance)
