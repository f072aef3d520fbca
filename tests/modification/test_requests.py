"""The body of a modify: which part goes before which, paths into sequences, UIDs, and the order of errors.

Measured on all releases unless a test says otherwise.
"""

from __future__ import annotations

from typing import Any

import pytest
from pydicom.dataset import Dataset
from werkzeug.test import Client

from emulator import OrthancError
from tests.modification.modified_files import LABEL, dicom, item_elements, modified, raw, server

NAME = 0x00100010
UIDS = {0x00080018: b"1.2.9.1.1.1", 0x0020000D: b"1.2.9.1", 0x0020000E: b"1.2.9.1.1"}
SEQUENCE = 0x0040A730


def sequence() -> tuple[int, str, Any]:
    item = Dataset()
    item.TextValue = "old"
    return SEQUENCE, "SQ", [item]


@pytest.mark.parametrize(
    ("request_body", "expected"),
    [
        ({"Replace": {"PatientName": "new"}, "Keep": ["PatientName"]}, b"A^B "),
        ({"Replace": {"PatientName": 5}, "Keep": ["PatientName"]}, b"A^B "),
        ({"Replace": {"PatientName": "new"}, "Remove": ["PatientName"]}, b"new "),
        ({"Remove": ["PatientName"], "Keep": ["PatientName"]}, b"A^B "),
        ({"Remove": ["PatientName"]}, None),
        ({"Replace": {"0010,0010": "number", "PatientName": "name"}}, b"name"),
    ],
)
def test_keep_goes_before_replace_and_replace_before_remove(request_body: Any, expected: bytes | None) -> None:
    assert raw(modified("1.12.7", request_body)).get(NAME, ("", None))[1] == expected


@pytest.mark.parametrize(
    ("request_body", "renewed"),
    [
        ({}, {0x00080018}),
        ({"Keep": ["SOPInstanceUID"], "Force": True}, set()),
        ({"Replace": {"PatientID": "X"}, "Force": True}, set(UIDS)),
        ({"Replace": {"PatientID": "X"}, "Remove": ["PatientID"], "Force": True}, set(UIDS)),
        ({"Replace": {"PatientID": "X"}, "Keep": ["StudyInstanceUID"], "Force": True}, {0x00080018, 0x0020000E}),
        ({"Replace": {"SOPInstanceUID": "1.2"}, "Keep": ["SOPInstanceUID"], "Force": True}, set()),
    ],
)
def test_new_uids(request_body: Any, renewed: set[int]) -> None:
    elements = raw(modified("1.12.7", request_body))
    assert {tag for tag, value in UIDS.items() if elements[tag][1].rstrip(b"\0") != value} == renewed


@pytest.mark.parametrize(
    ("request_body", "text"),
    [
        ({"Replace": {"0040,a730[0].TextValue": "new"}}, "new"),
        ({"Replace": {"ContentSequence[*].TextValue": "all", "0040,a730[0].0040,a160": "one"}}, "all"),
        ({"Replace": {"0040,a730[*].0040,a160": "all", "0040,a730[0].0040,a160": "one"}}, "one"),
        ({"Replace": {"0040,a730": [{"0040,a160": "s"}], "0040,a730[0].0040,a160": "path"}}, "path"),
        ({"Replace": {"0040,a730[0].0040,a160": "new"}, "Remove": ["0040,a730[0].0040,a160"]}, "new"),
        ({"Replace": {"0040,a730": [{"0040,a160": "first", "0040a160": "second"}]}}, "first"),
        ({"Keep": ["0040,a730"], "Replace": {"0040,a730[0].0040,a160": "new"}}, "new"),
        ({"Replace": {"0040,a730": [{"0040,a160": "s"}]}, "Remove": ["0040,a730[0].0040,a160"]}, None),
        ({"Replace": {"0040,a730[7].TextValue": "new"}}, "old"),
    ],
)
def test_paths_come_after_top_level_tags(request_body: Any, text: str | None) -> None:
    """Measured on 1.10.1 to 1.13.0: 1.9.1 has no paths."""
    item = item_elements(modified("1.12.7", request_body, [sequence()]), SEQUENCE)
    assert item.get(0x0040A160, ("", None))[1] == text


def test_a_path_of_1_9_1_names_the_sequence() -> None:
    assert SEQUENCE not in raw(modified("1.9.1", {"Remove": ["0040,a730[0].0040,a160"]}, [sequence()]))


@pytest.mark.parametrize("tag", ["0010,0000", "0002,0010", "0005,1001", "ffff,1001", "0011,0000"])
def test_lengths_and_groups_that_are_never_written(tag: str) -> None:
    assert set(raw(modified("1.12.7", {"Replace": {tag: "7"}}))) == set(raw(modified("1.12.7", {})))


@pytest.mark.parametrize(
    ("request_body", "details"),
    [
        ({"Replace": {"Rows": "bad", "StudyDescription": 5}}, "Bad Parameter type for tag 0008,1030"),
        ({"Replace": {"0040,a730[0].PatientName": 5, "Rows": "bad"}}, "tag (0028,0010)"),
        ({"Replace": {"0040,a730[0].PatientName": 5, "0008,1110[0].Rows": "bad"}}, "tag (0028,0010)"),
        ({"Replace": {"0040,a730": [{"Modality": 5, "BitsStored": "x"}]}}, "tag (0028,0101)"),
        ({"Replace": {"ZNotATag": "x", "PatientID": "y"}}, 'Marking tag "PatientID" as to be replaced'),
        ({"Remove": ["NotATag"], "Force": "x"}, 'Member "Force"'),
        ({"Replace": {"NotASequence[0].NotATag": "x"}}, "NotATag"),
        ({"Remove": ["0040,a730.PatientName"]}, "Parent path doesn't contain an index"),
        ({"Remove": ["0040,a730[0]x.PatientName"]}, "Parent path doesn't contain the end of the index"),
        ({"Remove": ["0040,a730[-1].PatientName"]}, "Negative index in parent path: -1"),
        ({"Transcode": "1.2.840.10008.1.2.4.90"}, "Cannot transcode to transfer syntax"),
        ({"Transcode": "1.2.840.10008.1.2.7.1"}, "Unknown transfer syntax: 1.2.840.10008.1.2.7.1"),
    ],
)
def test_first_of_several_errors(request_body: Any, details: str) -> None:
    with pytest.raises(OrthancError) as caught:
        modified("1.12.7", request_body, [sequence()])
    assert details in (caught.value.details or "")


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "{", "{'a':1}", '{"a":NaN}', '{"Replace":{"PatientName":"\\ud800"}}']
)
def test_a_body_that_is_no_json_object(body: str) -> None:
    orthanc = server()
    instance = orthanc.store(dicom(*LABEL)).id
    answer = Client(orthanc.wsgi).post(f"/instances/{instance}/modify", data=body.encode())
    assert (answer.status_code, answer.get_json(force=True)["OrthancStatus"]) == (400, 15)
    assert "Details" not in answer.get_json(force=True)


@pytest.mark.parametrize(
    ("level", "release", "status"),
    [("instances", "1.13.0", 404), ("studies", "1.12.7", 404), ("studies", "1.13.0", 400), ("series", "1.13.0", 400)],
)
def test_unknown_resource(level: str, release: str, status: int) -> None:
    answer = Client(server(release).wsgi).post(f"/{level}/nope/modify", data=b'{"Replace":{"Rows":"bad"}}')
    assert answer.status_code == status
