"""The documented recipe: a request that reserves a block, in the default mode, without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator, OrthancError
from emulator.checking import check
from emulator.testing import dicom

COMPANY = "My Company"
DICTIONARY = {
    "0405,0010": ["LO", "PrivateCreatorForMyCompany", 1, 1, COMPANY],
    "0405,1001": ["ST", "MyPrivateXMLTag", 1, 1, COMPANY],
    "0407,0010": ["UN", "CreatorOfUnknownVR", 1, 1, COMPANY],
}
NUMBERS = {"0405,0010": COMPANY, "0405,1001": "<xml/>"}
NAMES = {"PrivateCreatorForMyCompany": COMPANY, "MyPrivateXMLTag": "<xml/>"}
RELEASES = ("1.9.1", "1.10.1", "1.12.7", "1.13.0")


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("tags", [NUMBERS, NAMES])
def test_a_created_file_is_found_and_shown_by_name(release: str, tags: dict[str, str]) -> None:
    orthanc = Emulator({"Dictionary": DICTIONARY}, release=release)
    with orthanc.expect_no_diagnostics():
        made = orthanc.create({"PrivateCreator": COMPANY, "Tags": {"PatientID": "7", **tags}})
    assert orthanc.simplified_tags(made["ID"])["MyPrivateXMLTag"] == "<xml/>"
    assert orthanc.find("Instance", {"MyPrivateXMLTag": "<xml/>"}) == [made["ID"]]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("tags", [NUMBERS, NAMES])
def test_a_modified_study_has_the_block(release: str, tags: dict[str, str]) -> None:
    orthanc = Emulator({"Dictionary": DICTIONARY}, release=release)
    study = orthanc.store(dicom(PatientID="1", instance=1)).parent_study
    with orthanc.expect_no_diagnostics("private-creator-overwritten", "offset-form-name", "outside-reserved-block"):
        orthanc.modify("Study", study, {"Replace": tags, "PrivateCreator": COMPANY})
    assert len(orthanc.find("Study", {"MyPrivateXMLTag": "<xml/>"})) == 1


@pytest.mark.parametrize(
    ("more", "advice"),
    [
        ({"Replace": NUMBERS}, 'add "PrivateCreator": "My Company" to the request'),
        ({"Replace": NUMBERS, "PrivateCreator": "my company"}, 'add "PrivateCreator": "My Company" to the request'),
        (
            {"Replace": {"0405,0011": COMPANY}, "PrivateCreator": COMPANY},
            '"Dictionary": {"0405,0011": ["LO", "PrivateCreatorElement", 1, 1, "My Company"]}',
        ),
        ({"Replace": {"0407,0010": COMPANY}, "PrivateCreator": COMPANY}, "register it as LO"),
    ],
)
def test_what_would_reserve_nothing_is_refused(more: dict[str, Any], advice: str) -> None:
    orthanc = Emulator({"Dictionary": DICTIONARY})
    instance = orthanc.store(dicom(PatientID="1", instance=1)).id
    with pytest.raises(OrthancError) as caught:
        orthanc.modify("Instance", instance, more)
    assert caught.value.http_status == 400
    assert advice in (caught.value.details or "")


@pytest.mark.parametrize(("value", "told"), [("Another", 'written as "Another"'), ("", "written empty")])
def test_a_block_of_another_is_told(value: str, told: str) -> None:
    orthanc = Emulator({"Dictionary": DICTIONARY})
    instance = orthanc.store(dicom(PatientID="1", instance=1)).id
    orthanc.modify("Instance", instance, {"Replace": {"0405,0010": value}, "PrivateCreator": COMPANY})
    assert [(one.code, told in one.happened) for one in orthanc.diagnostics] == [("private-creator-overwritten", True)]


def test_the_check_knows_the_entry(tmp_path: Path) -> None:
    file = tmp_path / "orthanc.json"
    file.write_text(json.dumps({"Dictionary": DICTIONARY}))
    assert [one.code for one in check(file) if one.key == "0405,0010"] == []
