"""A text that is no ASCII in a file that names no character set: other programs read something else."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pydicom
import pytest

from emulator import Emulator
from tests.modification.modified_files import LABEL, dicom, server

RELEASES = ("1.9.1", "1.10.1", "1.12.7", "1.13.0")
LESION = {"Replace": {"PatientName": "Läsion"}}


def edited(encoding: str, request: dict[str, Any], release: str = "1.12.7", **declared: str) -> tuple[Emulator, bytes]:
    orthanc = server(release, DefaultEncoding=encoding)
    file = dicom(*LABEL)
    if declared:
        file.SpecificCharacterSet = declared["term"]
    answer = orthanc.modify("Instance", orthanc.store(file).id, request)
    assert isinstance(answer, bytes)
    return orthanc, answer


def codes(orthanc: Emulator) -> list[str]:
    return [one.code for one in orthanc.diagnostics]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("encoding", "text", "term"),
    [
        ("Utf8", "Läsion", "ISO_IR 192"),
        ("Cyrillic", "Жук", "ISO_IR 144"),
        ("Chinese", "王", "GB18030"),
        ("Windows1251", "Жук", "ISO_IR 192"),
        ("Korean", "김", "ISO_IR 192"),
    ],
)
def test_the_advice_makes_others_read_the_text(release: str, encoding: str, text: str, term: str) -> None:
    orthanc, wrong = edited(encoding, {"Replace": {"PatientName": text}}, release)
    (one,) = orthanc.diagnostics
    assert (one.code, one.tag) == ("characters-undeclared", "0010,0010")
    assert f'replace "SpecificCharacterSet" by "{term}", too' in one.advice
    assert str(pydicom.dcmread(BytesIO(wrong)).PatientName) != text
    orthanc, right = edited(encoding, {"Replace": {"PatientName": text, "SpecificCharacterSet": term}}, release)
    assert codes(orthanc) == []
    assert str(pydicom.dcmread(BytesIO(right)).PatientName) == text


@pytest.mark.parametrize(
    ("encoding", "request_", "declared"),
    [
        ("Latin1", LESION, {}),
        ("Utf8", LESION, {"term": "ISO_IR 100"}),
        ("Utf8", {"Replace": {"PatientName": "lesion"}}, {}),
        ("Utf8", {"Replace": {"0011,1001": "data:text/plain;base64,w6Q="}, "PrivateCreator": "MYLAB"}, {}),
    ],
)
def test_what_others_read_is_not_told(encoding: str, request_: dict[str, Any], declared: dict[str, str]) -> None:
    assert codes(edited(encoding, request_, **declared)[0]) == []


def test_what_is_dropped_is_not_undeclared() -> None:
    assert codes(edited("Cyrillic", {"Replace": {"PatientName": "ä"}})[0]) == ["characters-dropped"]
    assert codes(edited("Ascii", {"Replace": {"PatientName": "ä"}})[0]) == ["characters-dropped"]


def test_items_and_copies_are_looked_into() -> None:
    orthanc = server(DefaultEncoding="Utf8")
    study = orthanc.store(dicom(*LABEL)).parent_study
    orthanc.modify("Study", study, {"Replace": {"0040,a730": [{"PatientName": "Läsion"}]}, "KeepSource": False})
    assert [(one.code, one.tag) for one in orthanc.diagnostics] == [("characters-undeclared", "0040,a730[0].0010,0010")]


def test_created_files_name_theirs() -> None:
    orthanc = server(DefaultEncoding="Utf8")
    orthanc.create({"Tags": {"PatientName": "Läsion"}})
    assert codes(orthanc) == []
