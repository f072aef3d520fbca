"""STOW-RS: whatever is sent, the answer comes soon and is an answer."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest

from conformance.files import multipart
from emulator import Emulator
from emulator.testing import dicom_bytes


def posted(orthanc: Emulator, body: bytes, content_type: str = multipart.CONTENT_TYPE) -> int:
    return orthanc.client().post("/dicom-web/studies", data=body, content_type=content_type).status_code


def test_a_file_is_stored_as_it_is(orthanc: Emulator) -> None:
    data = dicom_bytes(PatientID="P2", private={("MYLAB", 0x0011, 0x01): ("LO", "mine")})
    assert posted(orthanc, multipart.multipart([data])) == 200
    (instance,) = orthanc.find("Instance", {"PatientID": "P2"})
    assert orthanc.file(instance) == data
    assert orthanc.metadata("Instance", instance)["Origin"] == "Plugins"


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/related; type="application/dicom"',
        'multipart/related; type="application/dicom"; boundary=',
        "multipart/mixed; boundary=x",
        "application/dicom",
        "",
    ],
)
def test_without_a_boundary_it_is_415(orthanc: Emulator, content_type: str) -> None:
    assert posted(orthanc, multipart.multipart([b""]), content_type) == 415


def test_with_a_wrong_boundary_nothing_is_stored(orthanc: Emulator) -> None:
    wrong = multipart.CONTENT_TYPE.replace(multipart.BOUNDARY, "wrong")
    assert posted(orthanc, multipart.multipart([dicom_bytes(PatientID="P2")]), wrong) == 200
    assert orthanc.find("Patient", {"PatientID": "P2"}) == []


def test_ten_thousand_empty_parts_are_answered_soon(orthanc: Emulator) -> None:
    body = multipart.multipart([b""] * 10_000)
    begin = time.perf_counter()
    status = posted(orthanc, body)
    assert status == (200 if orthanc.release.version == "1.9.1" else 400)
    assert time.perf_counter() - begin < 10  # 0.1 s on the machine where it was written


def test_a_part_that_claims_a_gigabyte_takes_no_memory(orthanc: Emulator) -> None:
    claim = b"Content-Type: application/dicom\r\nContent-Length: 1073741824\r\n\r\n"
    tracemalloc.start()
    status = posted(orthanc, b"--conformance\r\n" + claim + b"little\r\n--conformance--\r\n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert status == 200
    assert peak < 50 << 20
    assert len(orthanc.resources("Instance")) == 2


@pytest.mark.parametrize("body", [b"", b"\r\n", b"--", b"--conformance", b"--conformance\r\n", b"\0" * 1000])
def test_junk_stores_nothing(orthanc: Emulator, body: bytes) -> None:
    assert posted(orthanc, body) in (200, 500)
    assert len(orthanc.resources("Instance")) == 2


def test_the_answer_names_the_default_encoding() -> None:
    client = Emulator({"DicomWeb": {}, "DefaultEncoding": "Utf8"}).client()
    body = multipart.multipart([dicom_bytes(PatientID="P2")])
    answer = json.loads(client.post("/dicom-web/studies", data=body, content_type=multipart.CONTENT_TYPE).data)
    assert answer["00080005"]["Value"] == ["ISO_IR 192"]
