"""Requested tags that have one name in an answer: told."""

from __future__ import annotations

import pytest

from emulator import Emulator
from emulator.testing import dicom

DICTIONARY = {
    "0041,1001": ["LO", "AcmeFinding", 1, 1, "ACME AI"],
    "0041,1002": ["DS", "AcmeScore", 1, 1, "ACME AI"],
}
PRIVATE = {("ACME AI", 0x41, 1): ("LO", "nodule"), ("ACME AI", 0x41, 2): ("DS", "0.93")}


@pytest.mark.parametrize("release", ["1.12.7", "1.13.0"])
def test_private_tags_of_one_name_are_told(release: str) -> None:
    orthanc = Emulator({"Dictionary": DICTIONARY}, release=release)
    orthanc.store(dicom(PatientID="1", instance=1, private=PRIVATE))
    path = f"/studies/{orthanc.resources('Study')[0]}?requestedTags=0041,1001;0041,1002"
    assert orthanc.client().get(path).json["RequestedTags"] == {"Unknown Tag & Data": "0.93"}
    (told,) = [one for one in orthanc.diagnostics if one.code == "simplified-name-collision"]
    assert told.tag == "0041,1001"
    assert told.happened.startswith('0041,1001, 0041,1002 have one name in RequestedTags, "Unknown Tag & Data"')


@pytest.mark.parametrize("release", ["1.12.7", "1.13.0"])
def test_numbers_are_the_way_out(release: str) -> None:
    orthanc = Emulator({"Dictionary": DICTIONARY}, release=release)
    orthanc.store(dicom(PatientID="1", instance=1, private=PRIVATE))
    body = {"Level": "Study", "Query": {}, "Expand": True, "RequestedTags": ["0041,1001", "0041,1002"], "Short": True}
    with orthanc.expect_no_diagnostics("simplified-name-collision"):
        (found,) = orthanc.client().post("/tools/find", json=body).json
    assert found["RequestedTags"] == {"0041,1001": "nodule", "0041,1002": "0.93"}
