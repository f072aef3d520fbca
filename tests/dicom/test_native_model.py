"""DICOM XML of `/instances/{id}/file`: texts as the server escapes them."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from emulator import RELEASES, Emulator
from emulator.testing import dicom_bytes


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("text", "shown"), [("\x01x", "&#01;x"), ("a\x10b", "a&#16;b"), ("a\x1fb", "a&#31;b"), ("<&>", "&lt;&amp;&gt;")]
)
def test_control_characters_are_references(release: str, text: str, shown: str) -> None:
    """Measured with every control character on 1.9.1 to 1.13.0."""
    orthanc = Emulator(release=release)
    instance = orthanc.store(dicom_bytes(PatientComments=text)).id
    answer = Client(orthanc.wsgi).get(f"/instances/{instance}/file", headers={"Accept": "application/dicom+xml"})
    assert f'<Value number="1">{shown}</Value>' in answer.text
