"""Creation of files: what a release makes of a body, and what the default mode refuses.

The scenarios in conformance/scenarios/create.py compare each answer with real servers; here are the rules in short.
"""

from __future__ import annotations

import base64
import struct
import time
import zlib
from typing import Any

import pytest

from emulator import RELEASES, Emulator, OrthancError
from emulator.errors import ErrorCode
from tests.modification.modified_files import DICTIONARY, LABEL, dicom, item_elements, raw, server

ALL = tuple(RELEASES)
NOW = 1577963472.0


def data_uri(mime_type: str, data: bytes) -> str:
    return f"data:{mime_type};base64,{base64.b64encode(data).decode()}"


PDF = data_uri("application/pdf", b"%PDF-1.4\n")


def created(release: str, body: Any) -> dict[int, tuple[str | None, bytes]]:
    orthanc = server(release)
    return raw(orthanc.file(orthanc.create(body)["ID"]))


@pytest.mark.parametrize("release", ALL)
def test_identifiers_and_dates_are_added(release: str) -> None:
    orthanc = Emulator(release=release, clock=lambda: NOW)
    answer = orthanc.create({"Tags": {"PatientName": "A^B", "StudyDate": "20200102"}})
    found = raw(orthanc.file(answer["ID"]))
    local = time.localtime(NOW)
    assert found[0x00080005] == ("CS", "ISO_IR 100")  # which pydicom has converted
    assert found[0x00080012] == ("DA", time.strftime("%Y%m%d", local).encode())
    assert found[0x00080013] == ("TM", time.strftime("%H%M%S.000000 ", local).encode())
    assert found[0x00080020] == ("DA", b"20200102")
    assert len(found[0x00100020][1]) == 36
    assert {0x00080018, 0x0020000D, 0x0020000E} <= set(found)
    assert answer["Path"] == f"/instances/{answer['ID']}"
    assert orthanc.resource("Instance", answer["ID"])["ParentSeries"] == answer["ParentSeries"]


@pytest.mark.parametrize("release", ALL)
def test_a_private_tag_has_its_vr_from_the_private_creator(release: str) -> None:
    tags = {"0011,1001": "x", "0011,1002": "7", "0011,1099": "y"}
    assert created(release, {"Tags": tags, "PrivateCreator": "MYLAB"})[0x00111001] == ("LO", b"x ")
    assert created(release, {"Tags": tags, "PrivateCreator": "MYLAB"})[0x00111002] == ("US", b"\7\0")
    assert created(release, {"Tags": tags, "PrivateCreator": "MYLAB"})[0x00111099] == ("UN", b"y\0")
    assert created(release, {"Tags": tags})[0x00111001] == ("UN", b"x\0")


def test_a_private_tag_in_a_sequence() -> None:
    orthanc = server(unknown_tags="reject")
    body = {"Tags": {"0011,1004": [{"0011,1003": "x"}]}, "PrivateCreator": "MYLAB"}
    file = orthanc.file(orthanc.create(body)["ID"])
    assert item_elements(file, 0x00111004) == {0x00111003: ("LO", "x")}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"Tags": {"0011,1099": "x"}, "PrivateCreator": "MYLAB"}, '"Dictionary": {"0011,1099"'),
        ({"Tags": {"0011,1001": "x"}}, 'add "PrivateCreator"'),
        ({"Tags": {"0011,1004": [{"0011,1099": "x"}]}, "PrivateCreator": "MYLAB"}, "0011,1099"),
        ({"Tags": {}, "Content": [PDF, {"Content": PDF, "Tags": {"0011,1099": "x"}}]}, "0011,1099"),
        ({"Tags": {"0012,0013": "x"}}, "0012,0013"),
        ({"Tags": {"PatientNam": "x"}}, 'did you mean "PatientName"'),
        ({"NotATag": "x"}, '"NotATag"'),
    ],
)
def test_the_default_mode_refuses_what_is_not_known_and_stores_nothing(body: Any, words: str) -> None:
    orthanc = Emulator({"Dictionary": DICTIONARY})
    with pytest.raises(OrthancError) as caught:
        orthanc.create(body)
    assert caught.value.http_status == 400
    assert words in str(caught.value)
    assert orthanc.resources("Instance") == []


@pytest.mark.parametrize("release", ALL)
def test_a_parent_leaves_its_tags(release: str) -> None:
    orthanc = server(release)
    parent = orthanc.store(dicom(*LABEL, (0x00081030, "LO", "study"), (0x0008103E, "LO", "series")))
    answer = orthanc.create({"Tags": {}, "Parent": parent.parent_study})
    found = raw(orthanc.file(answer["ID"]))
    assert answer["ParentStudy"] == parent.parent_study
    assert found[0x00081030] == ("LO", b"study ")
    assert found[0x00100010] == ("PN", b"A^B ")
    assert not {0x0008103E, 0x00111001, 0x00080020} & set(found)
    with pytest.raises(OrthancError) as caught:
        orthanc.create({"Tags": {"PatientName": "A^B"}, "Parent": parent.parent_study})
    assert (caught.value.code, caught.value.details) == (ErrorCode.CREATE_OVERRIDES_TAG, "PatientName")


@pytest.mark.parametrize("release", ALL)
def test_a_failing_content_deletes_the_parent_series(release: str) -> None:
    """The trap that loses data: what was in the series before is gone, too."""
    orthanc = server(release)
    parent = orthanc.store(dicom()).parent_series
    with pytest.raises(OrthancError):
        orthanc.create({"Tags": {}, "Parent": parent, "Content": [PDF, "bad"]})
    assert orthanc.resources("Instance") == []


@pytest.mark.parametrize("release", ALL)
def test_contents_make_a_series(release: str) -> None:
    orthanc = server(release)
    answer = orthanc.create({"Tags": {}, "Content": [PDF, PDF]})
    assert answer["Path"] == f"/series/{answer['ID']}"
    assert orthanc.resource("Series", answer["ID"])["Status"] == "Complete"


def test_an_image_without_rows_is_refused_and_nothing_is_stored() -> None:
    orthanc = server()
    header = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 1)  # interlaced
    chunks = ((b"IHDR", header), (b"IEND", b""))
    png = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    interlaced = data_uri("image/png", b"\x89PNG\r\n\x1a\n" + png)
    for content in (interlaced, [PDF, interlaced]):
        with pytest.raises(OrthancError, match="Bad file format"):
            orthanc.create({"Tags": {}, "Content": content})
    assert orthanc.resources("Instance") == []
