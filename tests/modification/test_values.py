"""What Replace writes: tables of answers measured on the releases that each row names."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import OrthancError
from emulator.dicom.writer import NO_SOP_CLASS
from tests.dicom.files import explicit, file
from tests.modification.modified_files import dicom, modified, raw, server

ALL = ("1.9.1", "1.10.1", "1.12.7", "1.13.0")
OLD, NEW = ALL[:2], ALL[2:]
REFUSED = "out-of-range value"

WRITTEN = [
    ("0008,1030", "12 ", "LO", b"12", ALL),
    ("0008,1030", " 5 ", "LO", b" 5", ALL),
    ("0008,1030", "data:application/octet-stream;base64,AQI", "LO", b"\1\2", ALL),
    ("0020,0052", " 1. 2\\ 3 ", "UI", b"1.2\\3\0", ALL),
    ("0028,0010", "-1", "US", b"\xff\xff", ALL),
    ("0028,0010", "+1\\+2", "US", b"\1\0\2\0", NEW),
    ("0028,0010", "70000\\1.5", "US", b"\x70\x11\1\0", ("1.12.7",)),
    ("0028,0010", "", "US", b"", ALL[1:]),
    ("0028,0106", "1\\70000", "US", b"\1\0\x70\x11", ALL[1:]),
    ("0028,3006", "", "OW", b"", ALL[1:]),
    ("0028,1201", "AB", "OW", b"AB", ALL[:3]),
    ("0028,1201", "1\\-1", "OW", b"\1\0\xff\xff", ("1.13.0",)),
    ("0028,0009", "0010,0020\\0008,0018", "AT", b"\x10\0\x20\0", ("1.10.1", "1.12.7")),
    ("0028,0009", "0010,0020\\0008,0018", "AT", b"\x10\0\x20\0\x08\0\x18\0", ("1.13.0",)),
    ("0008,040c", "1", "UN", b"1\0", OLD),
    ("0008,040c", "1", "UV", b"\1\0\0\0\0\0\0\0", ("1.13.0",)),
    ("7fe0,0010", "data:application/octet-stream;base64,AQID", "OW", b"\1\2\3\0", ALL[1:]),
    ("0011,1001", "new", "LO", b"new ", ALL),
    ("0011,1101", "new", "LO", b"new ", ALL),
    ("MyLabel", "new", "LO", b"new ", ALL),
    ("0011,1009", "x", "UN", b"x\0", ALL),
    ("0013,1005", "x", "UN", b"x\0", ALL),
    ("0011,0010", "MYLAB", "UN", b"MYLAB\0", ALL),
]

REFUSALS: list[tuple[str, Any, str | None, tuple[str, ...]]] = [
    ("0028,0010", "notnum", REFUSED, ALL),
    ("0028,0010", "1\\2", REFUSED, OLD),
    ("0028,0010", "1.5\\2", REFUSED, (*OLD, "1.13.0")),
    ("0028,0010", "", REFUSED, ("1.9.1",)),
    ("0028,0106", "-0", REFUSED, ALL),
    ("0028,0106", "1", REFUSED, ("1.9.1",)),
    ("0028,3006", "1", REFUSED, ALL),
    ("0018,9073", "1e999", REFUSED, ALL),
    ("0008,040c", "1", REFUSED, ("1.12.7",)),
    ("0028,1201", "AB", REFUSED, ("1.13.0",)),
    ("0028,1201", "A", None, ALL[:3]),
    ("0028,0009", "0010,0020", None, ("1.9.1",)),
    ("0008,1030", 5, "Bad Parameter type for tag 0008,1030", ALL),
    ("0008,1030", "data:application/octet-stream;base64,!!", None, ALL),
    ("7fe0,0010", "data:application/pdf;base64,AQID", "Not a PDF file", ALL),
    ("0040,a730", "text", REFUSED, ALL),
    ("0040,a730[0].0028,0010", "", REFUSED, ALL[1:]),
    ("NotATag", "x", "NotATag", ALL),
]


def by_release(rows: list[Any]) -> list[Any]:
    return [
        pytest.param(release, *row[:-1], id=f"{release} {row[0]}={str(row[1])[:30]}")
        for row in rows
        for release in row[-1]
    ]


def tag_of(text: str) -> int:
    return 0x00110001 if text == "MyLabel" else int(text.replace(",", ""), 16)


@pytest.mark.parametrize(("release", "tag", "value", "vr", "expected"), by_release(WRITTEN))
def test_value_written(release: str, tag: str, value: str, vr: str, expected: bytes) -> None:
    file = modified(release, {"Replace": {tag: value}, "PrivateCreator": "MYLAB"})
    assert raw(file)[tag_of(tag)] == (vr, expected)


@pytest.mark.parametrize(("release", "tag", "value", "details"), by_release(REFUSALS))
def test_value_refused(release: str, tag: str, value: Any, details: str | None) -> None:
    with pytest.raises(OrthancError) as caught:
        modified(release, {"Replace": {tag: value}, "PrivateCreator": "MYLAB"})
    if details is None:
        assert caught.value.details is None
    else:
        assert details in (caught.value.details or "")


@pytest.mark.parametrize(
    ("stored", "vr", "old", "new"),
    [
        (b"ab\0\0", "LO", b"ab\0\0", b"ab"),
        (b"1\0  ", "LO", b"1\0", b"1 "),
        (b"12  ", "DS", b"12", b"12"),
        (b"abc\0", "UN", b"abc\0", b"abc\0"),
        (b" 1.2 \\3\0", "UI", b"1.2\\3\0", b"1.2\\3\0"),
    ],
)
def test_value_that_is_not_touched(stored: bytes, vr: str, old: bytes, new: bytes) -> None:
    """Trailing blanks go on every release, trailing NULs of a text on 1.13.0 alone."""
    buffer = file_bytes(dicom((0x00191001, "UN", stored))).replace(header("UN", stored), header(vr, stored))
    for release, expected in (("1.10.1", old), ("1.12.7", old), ("1.13.0", new)):
        orthanc = server(release)
        assert raw(orthanc.modify("Instance", orthanc.store(buffer).id, {}))[0x00191001] == (vr, expected)


def header(vr: str, value: bytes) -> bytes:
    if vr == "UN":
        return b"\x19\x00\x01\x10UN\0\0" + len(value).to_bytes(4, "little")
    return b"\x19\x00\x01\x10" + vr.encode() + len(value).to_bytes(2, "little")


def file_bytes(dataset: Any) -> bytes:
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


@given(number=st.integers(-0xFFFF, 0xFFFF))
def test_unsigned_numbers_wrap_around(number: int) -> None:
    """Measured on all releases: a US takes a minus sign, and what it means modulo 65536 is written."""
    file = modified("1.12.7", {"Replace": {"Rows": str(number)}})
    assert raw(file)[0x00280010] == ("US", (number % 0x10000).to_bytes(2, "little"))


@given(text=st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=40))
def test_text_is_written_in_latin_1_without_trailing_blanks(text: str) -> None:
    """Measured on all releases, for a file that names no character set."""
    expected = text.encode("latin-1").rstrip(b" ")
    file = modified("1.12.7", {"Replace": {"StudyDescription": text}})
    assert raw(file)[0x00081030] == ("LO", expected + b" " * (len(expected) % 2))


def test_generated_meta_header() -> None:
    """Measured on all releases: group 0002 is written from scratch, a missing SOP class as DCMTK's own."""
    meta = pydicom.dcmread(BytesIO(modified("1.12.7", {"Remove": ["SOPClassUID"]}))).file_meta
    assert [int(tag) & 0xFFFF for tag in [*meta.keys()]] == [0, 1, 2, 3, 0x10, 0x12, 0x13]
    assert meta.MediaStorageSOPClassUID == "1.2.276.0.7230010.3.1.0.1"
    assert meta.ImplementationVersionName == "OFFIS_DCMTK_369"


@pytest.mark.parametrize(("release", "shown"), [("1.9.1", ("1.2.3", "")), ("1.10.1", (NO_SOP_CLASS, "2.25."))])
def test_meta_header_of_uids_in_another_vr(release: str, shown: tuple[str, str]) -> None:
    orthanc = server(release)
    instance = orthanc.store(file(explicit(0x00080016, "LO", b"1.2.3 "), explicit(0x00080018, "UN", b"1.2.4\0"))).id
    answer = orthanc.modify("Instance", instance, {"Keep": ["SOPInstanceUID"], "Force": True})
    meta = pydicom.dcmread(BytesIO(answer)).file_meta
    assert meta.MediaStorageSOPClassUID == shown[0]
    assert meta.MediaStorageSOPInstanceUID[:5] == shown[1]
