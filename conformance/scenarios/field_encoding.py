"""Bytes of values and files that are not as the standard has them."""

from __future__ import annotations

import base64
import struct
from typing import Any

from conformance.asking.configurations import EXPLORED, LAB
from conformance.asking.session import Session
from conformance.files.raw import IMAGE, RawElement, raw_file
from conformance.scenarios.scenario import scenario

TEXT_VRS = {
    0x1020: "AE",
    0x1021: "AS",
    0x1023: "CS",
    0x1024: "DA",
    0x1025: "DS",
    0x1029: "IS",
    0x102A: "LO",
    0x102B: "LT",
    0x102F: "PN",
    0x1030: "SH",
    0x1036: "TM",
    0x1037: "UI",
}


def binary(data: bytes) -> str:
    return "data:application/octet-stream;base64," + base64.b64encode(data).decode()


@scenario("A binary value of a text VR ends at its first NUL, then its trailing blanks go", configuration=EXPLORED)
def binary_texts(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0013,0010", "LO", "MYLAB")))
    for data in (b"AB\0CD", b"AB \0CD", b"AB\0", b"\0AB", b"A\\B\0C\\D", b"AB\0 ", b"AB  ", b"  AB", b"A\\\0B"):
        replaced = {f"0013,{number:04x}": binary(data) for number in TEXT_VRS}
        session.modify("instances", stored.id, Replace=replaced, PrivateCreator="MYLAB")
        session.modify(
            "instances",
            stored.id,
            Replace={"0013,102c": binary(data), "0013,1039": binary(data)},
            PrivateCreator="MYLAB",
        )


@scenario("... also of identifiers, in items, and in create-dicom", configuration=LAB)
def binary_texts_elsewhere(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0040,a730", "SQ", [[("0040,a040", "CS", "TEXT")]])))
    for replaced in (
        {"StudyDescription": binary("é\0x".encode())},
        {"StudyInstanceUID": binary(b"1.2\0.3")},
        {"SpecificCharacterSet": binary(b"ISO_IR 192\0x")},
    ):
        session.modify("instances", stored.id, Replace=replaced, Force=True)
    session.modify("instances", stored.id, Replace={"ContentSequence": [{"TextValue": binary(b"AB\0CD")}]})
    session.modify("instances", stored.id, Replace={"ContentSequence[0].TextValue": binary(b"AB\0CD")})
    made = session.post(
        "/tools/create-dicom",
        json={
            "Tags": {
                "PatientID": session.patient_id(),
                "StudyDescription": binary(b"AB\0CD"),
                "0009,1001": binary(b"AB\0CD"),
            }
        },
    )
    session.get(f"/instances/{made.id}/file")


FRAMES = ("", "+5", "-0", "F", "4.1", "1\\2", " 2", "2 ", "3abc", "0", "00002", "+", "0x10", "  ", "2\\")


def add_frames(number: int, text: str) -> None:
    def function(session: Session) -> None:
        pixels: list[RawElement] = [("7fe0,0010", "OB", b"\1\2\3\4\5\6\7\10")]
        for instance, elements in enumerate(([], pixels), 1):
            stored = session.upload(
                raw_file(session, *IMAGE, ("0028,0008", "IS", text), *elements, instance=instance, series=instance)
            )
            session.get(f"/instances/{stored.id}/frames")
            session.get(f"/series/{stored.text_field('ParentSeries')}/ordered-slices")
            for frame in (0, 1, 2):
                session.get(f"/instances/{stored.id}/frames/{frame}/raw")

    function.__name__ = f"number_of_frames_{number}"
    function.__module__ = __name__
    scenario(f"NumberOfFrames {text!r}: frames, ordered slices, raw frames", configuration=LAB)(function)


for index, number_of_frames in enumerate(FRAMES):
    add_frames(index, number_of_frames)


@scenario("NumberOfFrames that is no text counts as absent", configuration=LAB)
def number_of_frames_in_other_vrs(session: Session) -> None:
    for number, (vr, value) in enumerate(
        (("UN", b"2 "), ("US", b"\2\0"), ("OB", b"2 "), ("LO", b"2 "), ("DS", b"2.0 ")), 1
    ):
        stored = session.upload(raw_file(session, *IMAGE, ("0028,0008", vr, value), instance=number))
        session.get(f"/instances/{stored.id}/frames")


@scenario("A raw frame of a file without pixel data: no frame, or one out of range", configuration=LAB)
def raw_frame_without_pixels(session: Session) -> None:
    for number, elements in enumerate((IMAGE, []), 1):
        stored = session.upload(raw_file(session, *elements, instance=number))
        for path in ("frames/0/raw", "frames/0/raw.gz", "frames/1/raw", "frames/-1/raw"):
            session.get(f"/instances/{stored.id}/{path}")


@scenario("IndexInSeries: the trimmed InstanceNumber, a negative zero is no number from 1.12 on", configuration=LAB)
def index_in_series(session: Session) -> None:
    for number, (vr, value) in enumerate(
        (
            ("UN", b"122 "),
            ("UN", b" 5"),
            ("UN", b"-0"),
            ("UN", b"abc "),
            ("IS", " 5"),
            ("IS", "-0"),
            ("IS", "+7"),
            ("LO", " 9 "),
            ("IS", "007 "),
        ),
        1,
    ):
        stored = session.upload(raw_file(session, ("0020,0013", vr, value), series=number, instance=number))
        session.get(f"/instances/{stored.id}")
        session.get(f"/instances/{stored.id}/metadata/IndexInSeries")
        session.find(
            "Instance",
            {"PatientID": session.patient_id(), "SeriesInstanceUID": session.uid("series", "", "1", str(number))},
            Expand=True,
        )


def edits(session: Session, content: bytes, *syntaxes: str) -> None:
    stored = session.upload(content)
    if stored.status != 200:
        return
    session.modify("instances", stored.id, Replace={"StudyID": "x"}, Keep=["SOPInstanceUID"], Force=True)
    session.modify("studies", stored.text_field("ParentStudy"), Replace={"StudyID": "x"})
    for syntax in syntaxes:
        session.modify("instances", stored.id, Transcode=syntax, Keep=["SOPInstanceUID"], Force=True)


LENGTHS: tuple[RawElement, ...] = (
    ("0010,0000", "UL", b""),
    ("0010,0000", "UL", b"\1\0"),
    ("0010,0000", "UL", b"\1\0\0\0\2\0\0\0"),
    ("0010,0000", "US", b"\1\0"),
    ("0010,0000", "LO", "ab"),
    ("0010,0000", "LO", "abcd"),
    ("0010,0000", "OB", b"\1\0\0\0"),
    ("0010,0000", "SQ", []),
    ("0010,0000", "SQ", [[("0010,0010", "PN", "x")]]),
    ("0011,0000", "LO", "ab"),
    ("0011,0000", "SQ", []),
)


@scenario("Group lengths of fewer than 4 bytes can't be written before 1.13, others become UL", configuration=LAB)
def group_lengths(session: Session) -> None:
    for number, element in enumerate(LENGTHS, 1):
        edits(session, raw_file(session, element, study=number, series=number, instance=number), "1.2.840.10008.1.2")


@scenario("... unless they are those of the last group", configuration=LAB)
def group_lengths_by_group(session: Session) -> None:
    for number, group in enumerate(("0008", "0010", "0011", "0018", "0020", "0028", "6000"), 1):
        content = raw_file(session, (f"{group},0000", "UL", b"\1\0"), study=number, series=number, instance=number)
        edits(session, content, "1.2.840.10008.1.2")


@scenario("The group length of the last group is counted in its place", configuration=LAB)
def last_group_lengths(session: Session) -> None:
    for number, (_, vr, value) in enumerate((*LENGTHS[:9], ("", "UN", b"\1\0")), 1):
        length = ("0028,0000", vr, value)
        for place, element in ((number, length), (number + 50, ("0040,a730", "SQ", [[length]]))):
            content = raw_file(session, element, study=place, series=place, instance=place)
            edits(session, content, "1.2.840.10008.1.2")


@scenario("... nor does it matter in a deflated file", configuration=LAB)
def group_lengths_of_deflated_files(session: Session) -> None:
    for number, element in enumerate(LENGTHS[:5], 1):
        content = raw_file(session, element, study=number, series=number, instance=number, deflated=True)
        edits(session, content, "1.2.840.10008.1.2", "1.2.840.10008.1.2.1.99")
    stored = session.upload(raw_file(session, LENGTHS[0], study=9, series=9, instance=9))
    session.modify("instances", stored.id, Transcode="1.2.840.10008.1.2.1.99", Keep=["SOPInstanceUID"], Force=True)


@scenario("... in items, too", configuration=LAB)
def nested_group_lengths(session: Session) -> None:
    for number, element in enumerate(LENGTHS, 1):
        item = [element, ("0040,a040", "CS", "TEXT")]
        edits(
            session,
            raw_file(session, ("0040,a730", "SQ", [item]), study=number, series=number, instance=number),
            "1.2.840.10008.1.2",
        )


@scenario("Words of odd length are padded before they are swapped", configuration=LAB)
def odd_words(session: Session) -> None:
    elements: tuple[list[RawElement], ...] = (
        [("6000,3000", "OW", b"abc")],
        [("6000,3000", "OW", b"a")],
        [*IMAGE, ("7fe0,0010", "OW", b"abc")],
        [("0088,0200", "SQ", [[("7fe0,0010", "OW", b"abc")]])],
    )
    for number, listed in enumerate(elements, 1):
        stored = session.upload(raw_file(session, *listed, instance=number))
        session.modify("instances", stored.id, Transcode="1.2.840.10008.1.2.2", Keep=["SOPInstanceUID"], Force=True)


@scenario(
    "Words of odd length in a big endian file are padded as they are copied, not as they are shown", configuration=LAB
)
def odd_swapped_words(session: Session) -> None:
    kept: dict[str, Any] = {"Keep": ["SOPInstanceUID"], "Force": True}
    for number, tag in enumerate(("7fe0,0010", "6000,3000", "0011,1103"), 1):
        for length in (1, 3, 5):
            identity: dict[str, Any] = {"study": number, "series": number, "instance": length}
            stored = session.upload(
                raw_file(session, (tag, "OW", bytes(range(1, length + 1))), **identity, big_endian=True)
            )
            session.modify("instances", stored.id, **kept)
            for syntax in ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1"):
                session.modify("instances", stored.id, Transcode=syntax, **kept)
            # shown last: a server that has shown such a value copies it as it was shown, for a while
            session.get(f"/instances/{stored.id}/content/{tag.replace(',', '-')}")
            session.get(f"/instances/{stored.id}/content/{tag.replace(',', '-')}/0")
            session.delete(f"/instances/{stored.id}")


@scenario("Pixel bytes of odd length in a big endian file become words in implicit VRs", configuration=LAB)
def odd_pixel_bytes(session: Session) -> None:
    for number, value in enumerate((b"\1\2\3", b"\1\2\3\4", b"\1"), 1):
        pixels: RawElement = ("7fe0,0010", "OB", value)
        for study, elements in enumerate(([pixels], [("0088,0200", "SQ", [[pixels]])]), 1):
            identity: dict[str, Any] = {"study": study, "series": study, "instance": number}
            stored = session.upload(raw_file(session, *elements, **identity, big_endian=True))
            for syntax in ("", ".1", ".2"):
                wanted = f"1.2.840.10008.1.2{syntax}"
                session.modify("instances", stored.id, Transcode=wanted, Keep=["SOPInstanceUID"], Force=True)


@scenario("A short group length and what can't be transcoded in one file: the latter is told", configuration=LAB)
def short_lengths_and_transcoding(session: Session) -> None:
    empty: RawElement = ("0008,0000", "UL", b"")
    for number, elements in enumerate(([empty], [empty, ("7fe0,0010", "OB", (b"abcd",))]), 1):
        identity: dict[str, Any] = {"study": number, "series": number, "instance": number}
        stored = session.upload(raw_file(session, *elements, **identity, syntax="1.2.840.10008.1.2.1"))
        for syntax in ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.90"):
            session.modify("instances", stored.id, Transcode=syntax, Keep=["SOPInstanceUID"], Force=True)


@scenario("UIDs lose blanks anywhere, and NULs behind the last of them only", configuration=LAB)
def nuls_in_uids(session: Session) -> None:
    for number, value in enumerate(
        (b"1.2\0\\3.4", b"1.2\0\0\\3.4\0\0", b"1 .2\0 \\3.4 \0", b"\0\\1", b"a\0b\0\\3.4 5", b"1.2\0\0\0", b"1\0 "), 1
    ):
        stored = session.upload(raw_file(session, ("0008,1155", "UI", value), instance=number))
        session.modify("instances", stored.id, Keep=["SOPInstanceUID"], Force=True)
        session.get(f"/instances/{stored.id}/tags?simplify")
        session.get(f"/instances/{stored.id}/content/0008-1155")


@scenario("Words of odd length have no padding in /content", configuration=LAB)
def content_of_odd_words(session: Session) -> None:
    for number, (tag, vr) in enumerate(
        (("7fe0,0010", "OW"), ("7fe0,0010", "OB"), ("6000,3000", "OW"), ("0011,1103", "OF")), 1
    ):
        stored = session.upload(raw_file(session, (tag, vr, b"\1\2\3"), instance=number))
        session.get(f"/instances/{stored.id}/content/{tag.replace(',', '-')}")
        session.get(f"/instances/{stored.id}/content/{tag.replace(',', '-')}/0")


@scenario("Pixel data of an icon in /content: fragments are none", configuration=LAB)
def content_of_icons(session: Session) -> None:
    pixels: tuple[RawElement, ...] = (
        ("7fe0,0010", "OB", (b"ab", b"cde")),
        ("7fe0,0010", "UN", b"abc"),
        ("7fe0,0010", "OW", b"abc"),
    )
    for number, element in enumerate(pixels, 1):
        stored = session.upload(raw_file(session, ("0088,0200", "SQ", [[element]]), instance=number))
        for rest in ("", "/0", "/x"):
            session.get(f"/instances/{stored.id}/content/0088-0200/0/7fe0-0010{rest}")


@scenario("Pixel data that are neither OB nor OW are none: not transcoded, without blocks", configuration=LAB)
def other_pixel_data(session: Session) -> None:
    for number, (vr, big_endian) in enumerate(
        (("UN", False), ("UN", True), ("US", False), ("UL", True), ("OF", False), ("LO", False), ("SQ", False)), 1
    ):
        value: Any = [] if vr == "SQ" else b"\1\2\3\4"
        identity: dict[str, Any] = {"study": number, "series": number, "instance": number}
        stored = session.upload(raw_file(session, *IMAGE, ("7fe0,0010", vr, value), **identity, big_endian=big_endian))
        for syntax in ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1.99"):
            session.get(f"/instances/{stored.id}/file?transcode={syntax}")
            session.modify("instances", stored.id, Transcode=syntax, Keep=["SOPInstanceUID"], Force=True)
        for block in ("", "/0", "/1", "/x"):
            session.get(f"/instances/{stored.id}/content/7fe0-0010{block}")
        copied = session.modify("studies", stored.text_field("ParentStudy"), Transcode="1.2.840.10008.1.2")
        if copied.status == 200:
            session.get(f"/instances/{session.instances_below('studies', copied.id)[0]['ID']}/file")


@scenario("VRs in small letters that DCMTK itself uses: lt, ox, px are OW or OB, up UL, xs US", configuration=LAB)
def internal_vrs(session: Session) -> None:
    for number, (vr, long) in enumerate(
        (("lt", True), ("ox", True), ("px", True), ("up", False), ("xs", False), ("na", False)), 1
    ):
        head = struct.pack("<HH", 0x0018, 0x1030) + vr.encode()
        element = head + (b"\0\0" + struct.pack("<I", 4) if long else struct.pack("<H", 4)) + b"\1\0\2\0"
        content = raw_file(session, instance=number)
        place = content.find(b"\x20\0\x0d\0UI")
        stored = session.upload(content[:place] + element + content[place:])
        if stored.status == 200:
            session.modify("instances", stored.id, Replace={"StudyID": "x"}, Keep=["SOPInstanceUID"], Force=True)
            session.get(f"/instances/{stored.id}/tags")


@scenario(
    "A deflated file is filled with NULs to its undeflated length up to 1.10, not padded from 1.12 on",
    configuration=LAB,
)
def deflated(session: Session) -> None:
    for number in range(1, 5):
        stored = session.upload(
            raw_file(session, ("0008,1030", "LO", "xyz" * number), study=number, series=number, instance=number)
        )
        session.modify("instances", stored.id, Transcode="1.2.840.10008.1.2.1.99", Keep=["SOPInstanceUID"], Force=True)
    stored = session.upload(raw_file(session, deflated=True, study=9, series=9, instance=9))
    for text in ("x", "xx", "xxxx"):
        session.modify("instances", stored.id, Replace={"StudyDescription": text}, Keep=["SOPInstanceUID"], Force=True)


@scenario("1.9.1: a study whose SOPInstanceUID is stored as UN, or ends at a NUL", configuration=LAB)
def odd_instance_uids(session: Session) -> None:
    for number, (vr, value) in enumerate((("UN", b"2.25.77\0"), ("LO", b"2.25.\0.4 "), ("UI", b"2.25.\0.5\0")), 1):
        stored = session.upload(
            raw_file(session, ("0008,0018", vr, value), study=number, series=number, instance=number)
        )
        session.modify("instances", stored.id, Keep=["SOPInstanceUID"], Force=True, Replace={"StudyID": "x"})
        session.modify(
            "studies", stored.text_field("ParentStudy"), Keep=["SOPInstanceUID"], Force=True, Replace={"StudyID": "x"}
        )


@scenario("A data set of no known syntax is big endian if its first group is a low number so only", configuration=LAB)
def guessed_byte_order(session: Session) -> None:
    number = 0
    for tag, value in (
        ("0008,0000", b"\1\0\0\0"),
        ("0008,0000", b""),
        ("0009,0000", b"\1\0\0\0"),
        ("0008,0001", b"\1\0\0\0"),
    ):
        for big_endian in (True, False):
            number += 1
            stored = session.upload(
                raw_file(session, (tag, "UL", value), big_endian=big_endian, syntax="", patient=str(number))
            )
            session.get(f"/instances/{stored.id}/tags?short")
