"""QIDO-RS: what a search passes over is told, and can be forbidden."""

from __future__ import annotations

import pytest

from emulator import Emulator


def descriptions(orthanc: Emulator, arguments: str) -> list[str]:
    found = orthanc.client().get(f"/dicom-web/studies?includefield=StudyDescription&{arguments}").json
    return sorted(one["00081030"]["Value"][0] for one in found)


def test_a_standard_tag_filters(orthanc: Emulator) -> None:
    assert descriptions(orthanc, "StudyDescription=Head") == ["Head"]
    assert descriptions(orthanc, "PatientID=P1") == ["Foot", "Head"]
    assert descriptions(orthanc, "PatientID=P2") == []


@pytest.mark.parametrize("key", ["MyLabel", "00111001", "0011,1001", "0011-1001", "00110010"])
def test_a_private_tag_filters_nothing_and_that_is_told(orthanc: Emulator, key: str) -> None:
    assert descriptions(orthanc, f"{key}=nothing") == ["Foot", "Head"]
    told = orthanc.diagnostics[-1]
    assert (told.code, told.tag) == ("key-ignored", "0011,0010" if key == "00110010" else "0011,1001")
    assert told.request == "GET /dicom-web/studies"


def test_a_private_field_brings_nothing_and_that_is_told(orthanc: Emulator) -> None:
    orthanc.client().get("/dicom-web/instances?includefield=MyLabel")
    told = orthanc.diagnostics[0]
    assert told.code == "key-ignored"
    assert "brings nothing" in told.happened


@pytest.mark.parametrize("arguments", ["limit=1", "orderby=x", "includefield=all", "_=123", "PatientName=x"])
def test_what_is_no_private_tag_is_not_told(orthanc: Emulator, arguments: str) -> None:
    orthanc.client().get(f"/dicom-web/studies?{arguments}")
    assert list(orthanc.diagnostics) == []


def test_an_ignored_key_can_be_forbidden(orthanc: Emulator) -> None:
    with pytest.raises(AssertionError, match="key-ignored 0011,1001"), orthanc.expect_no_diagnostics("key-ignored"):
        orthanc.client().get("/dicom-web/instances?MyLabel=mine")


def test_a_search_has_a_plan(orthanc: Emulator) -> None:
    orthanc.client().get("/dicom-web/instances?PatientID=P1")
    assert len(orthanc.queries) == 1
    assert "0010,0020" in str(orthanc.queries[-1])


def test_metadata_have_private_tags(orthanc: Emulator) -> None:
    client = orthanc.client()
    study = client.get("/dicom-web/studies?StudyDescription=Head").json[0]["0020000D"]["Value"][0]
    (instance,) = client.get(f"/dicom-web/studies/{study}/metadata").json
    assert instance["00111001"] == {"vr": "LO", "Value": ["mine"]}
    assert instance["00110010"] == {"vr": "LO", "Value": ["MYLAB"]}
