"""Bodies that are no UTF-8, or no JSON, as a user meets them."""

from __future__ import annotations

import logging

import pytest

from emulator import Emulator
from emulator.testing import dicom


def test_a_diagnostic_of_bytes_that_are_no_utf_8_can_be_logged(caplog: pytest.LogCaptureFixture) -> None:
    with Emulator() as orthanc, caplog.at_level(logging.WARNING, "emulator.diagnostics"):
        stored = orthanc.store(dicom(SpecificCharacterSet="ISO_IR 100"))
        answer = orthanc.client().post(f"/instances/{stored.id}/modify", data=b'{"Replace":{"StudyID":"a\xe9"}}')
        assert answer.status_code == 200
        assert [one.code for one in orthanc.diagnostics] == ["characters-dropped"]
        assert str(orthanc.diagnostics[-1]).encode("utf-8")
        assert caplog.text.encode("utf-8")


def test_a_body_that_is_nested_too_deeply_is_no_json() -> None:
    with Emulator() as orthanc:
        stored = orthanc.store(dicom())
        client = orthanc.client()
        for depth, status in ((200, 200), (201, 400), (100_000, 400)):
            body = b'{"Unknown":' + b"[" * depth + b"]" * depth + b"}"
            assert client.post(f"/instances/{stored.id}/modify", data=body).status_code == status


def test_a_number_of_many_digits_is_read() -> None:
    with Emulator() as orthanc:
        stored = orthanc.store(dicom())
        body = b'{"Unknown":' + b"9" * 10_000 + b"}"
        assert orthanc.client().post(f"/instances/{stored.id}/modify", data=body).status_code == 200
