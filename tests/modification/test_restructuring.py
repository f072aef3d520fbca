"""Split, merge and bulk operations in the default mode: what is refused stores nothing."""

from __future__ import annotations

import pytest

from emulator import Emulator, OrthancError
from emulator.testing import dicom


@pytest.fixture
def orthanc() -> Emulator:
    server = Emulator()
    for number in (1, 2):
        server.store(dicom(PatientID="P1", series=number, instance=1, StudyDescription="one"))
    server.store(dicom(PatientID="P2", instance=1, StudyDescription="two"))
    return server


def study(orthanc: Emulator, patient: str) -> str:
    return str(orthanc.find("Study", {"PatientID": patient})[0])


def test_a_split_and_the_merge_that_takes_it_back(orthanc: Emulator) -> None:
    first = study(orthanc, "P1")
    series = orthanc.resource("Study", first)["Series"][0]
    made = orthanc.split(first, {"Series": [series], "Replace": {"StudyDescription": "new"}})["TargetStudy"]
    assert orthanc.resource("Study", made)["MainDicomTags"]["StudyDescription"] == "new"
    assert len(orthanc.resource("Study", first)["Series"]) == 1
    orthanc.merge(first, {"Resources": [made]})
    assert len(orthanc.resource("Study", first)["Series"]) == 2
    assert orthanc.statistics()["CountInstances"] == 3


def test_a_held_merge_can_be_canceled(orthanc: Emulator) -> None:
    with orthanc.jobs.hold() as jobs:
        body = {"Resources": [study(orthanc, "P2")], "Asynchronous": True}
        jobs.cancel(orthanc.merge(study(orthanc, "P1"), body)["ID"])
    assert orthanc.statistics()["CountPatients"] == 2


def test_an_unknown_private_tag_is_refused_before_anything_is_stored(orthanc: Emulator) -> None:
    body = {"Resources": [study(orthanc, "P1"), study(orthanc, "P2")], "Replace": {"0011,1001": "x"}}
    with pytest.raises(OrthancError, match='add "PrivateCreator"') as error:
        orthanc.server.modifications.bulk_modify(body)
    assert error.value.http_status == 400
    with pytest.raises(OrthancError, match="Unknown tag") as error:
        orthanc.split(study(orthanc, "P1"), {"Series": orthanc.resources("Series")[:1], "Remove": ["NotATag"]})
    assert error.value.http_status == 400
    assert orthanc.statistics()["CountInstances"] == 3


def test_what_is_deleted_together(orthanc: Emulator) -> None:
    orthanc.server.modifications.bulk_delete(
        {"Resources": [study(orthanc, "P1"), "nope", *orthanc.resources("Series")]}
    )
    assert orthanc.statistics()["CountPatients"] == 0
