"""Modify of patients, studies and series: the copies, what becomes of the source, and the rules of each release."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import Emulator, OrthancError
from emulator.store.level import Level
from tests.modification.modified_files import LABEL, dicom, raw, server

UIDS = ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"]
KEEP = {"Keep": UIDS, "Force": True}
NEW, OLD = ("1.12.7", "1.13.0"), ("1.9.1", "1.10.1")


def filled(release: str, *, studies: int = 1, **options: Any) -> Emulator:
    """A patient whose studies hold a series of two instances and one of one."""
    orthanc = server(release, **options)
    for study in range(1, studies + 1):
        for series, instance in (("1", "1"), ("1", "2"), ("2", "1")):
            orthanc.store(dicom(*LABEL, study=f"1.2.9.{study}", series=series, instance=instance))
    return orthanc


def first(orthanc: Emulator, level: str) -> str:
    """The resource that holds the instance 1.2.9.1.1.1."""
    instance = orthanc.find("Instance", {"SOPInstanceUID": "1.2.9.1.1.1"})[0]
    return orthanc.server.store.get(Level.INSTANCE, instance).ancestor(Level(level)).id


def labels(orthanc: Emulator) -> list[bytes]:
    return sorted(raw(orthanc.file(instance))[0x00111001][1] for instance in orthanc.resources("Instance"))


@pytest.mark.parametrize("release", OLD + NEW)
@pytest.mark.parametrize(("level", "count"), [("Series", 2), ("Study", 3)])
def test_copies_carry_the_value_and_the_source_stays(release: str, level: str, count: int) -> None:
    orthanc = filled(release)
    source = first(orthanc, level)
    answer = orthanc.modify(level, source, {"Replace": {"0011,1001": "new"}, "PrivateCreator": "MYLAB"})
    assert labels(orthanc) == sorted([b"new "] * count + [b"old "] * 3)
    copy = orthanc.resource(level, answer["ID"])
    assert copy["ModifiedFrom"] == source
    assert answer["Path"] == f"/{'series' if level == 'Series' else 'studies'}/{answer['ID']}"


@pytest.mark.parametrize("release", OLD + NEW)
def test_keep_source_false_replaces_the_source(release: str) -> None:
    orthanc = filled(release)
    source = first(orthanc, "Study")
    answer = orthanc.modify("Study", source, {"KeepSource": False})
    assert orthanc.resources("Study") == [answer["ID"]] != [source]
    assert orthanc.statistics()["CountInstances"] == 3


@pytest.mark.parametrize("release", OLD + NEW)
def test_a_value_that_fails_changes_nothing(release: str) -> None:
    orthanc = filled(release)
    before = orthanc.resources("Instance")
    with pytest.raises(OrthancError) as caught:
        orthanc.modify("Study", first(orthanc, "Study"), {"Replace": {"Rows": "bad"}, "KeepSource": False})
    assert (caught.value.http_status, caught.value.details is None) == (400, release in NEW)
    assert orthanc.resources("Instance") == before


@pytest.mark.parametrize(("release", "failed"), [("1.9.1", 0), ("1.10.1", 0), ("1.12.7", 3), ("1.13.0", 3)])
def test_a_permissive_failure_without_keep_source_loses_the_source(release: str, failed: int) -> None:
    orthanc = filled(release)
    body = {"Replace": {"Rows": "bad"}, "KeepSource": False, "Permissive": True}
    answer = orthanc.modify("Study", first(orthanc, "Study"), body)
    assert (answer["FailedInstancesCount"], answer["InstancesCount"], "ID" in answer) == (failed, 3, False)
    assert orthanc.resources("Instance") == []


@pytest.mark.parametrize(
    ("release", "level", "body", "answer"),
    [
        *((release, "Patient", {}, "her PatientID is required") for release in OLD),
        *((release, "Patient", {}, None) for release in NEW),
        *((release, "Study", {"Replace": {"PatientID": "N"}, "Force": True}, "parent PatientID") for release in OLD),
        *((release, "Study", {"Replace": {"PatientID": "N"}, "Force": True}, None) for release in NEW),
        *((release, "Patient", {"Remove": ["PatientID"], "Force": True}, "") for release in OLD + NEW),
        *((release, "Study", KEEP, "Error while storing a modified instance") for release in OLD),
        *((release, "Study", KEEP, "'OverwriteInstances' Orthanc configuration") for release in NEW),
        *((release, "Study", {**KEEP, "KeepSource": False}, "set KeepSource to true") for release in NEW),
    ],
)
def test_rules_of_a_level(release: str, level: str, body: dict[str, Any], answer: str | None) -> None:
    orthanc = filled(release)
    if answer is None:
        assert orthanc.modify(level, first(orthanc, level), body)["Type"] == level
        return
    with pytest.raises(OrthancError) as caught:
        orthanc.modify(level, first(orthanc, level), body)
    assert answer in (caught.value.details or "")


@pytest.mark.parametrize("release", OLD)
def test_a_permissive_job_gets_past_the_rules_of_a_level(release: str) -> None:
    orthanc = filled(release)
    body = {"Replace": {"PatientID": "N"}, "Force": True, "Permissive": True}
    assert "ID" not in orthanc.modify("Study", first(orthanc, "Study"), body)


@pytest.mark.parametrize("release", OLD + NEW)
def test_in_place(release: str) -> None:
    orthanc = filled(release, OverwriteInstances=True)
    before = sorted(orthanc.resources("Instance"))
    study = first(orthanc, "Study")
    body = {**KEEP, "Replace": {"0011,1001": "new", "StudyDescription": "new"}, "PrivateCreator": "MYLAB"}
    assert orthanc.modify("Study", study, body)["ID"] == study
    assert sorted(orthanc.resources("Instance")) == before
    assert labels(orthanc) == [b"new "] * 3


@pytest.mark.parametrize("release", OLD)
def test_in_place_without_keep_source_loses_the_instances(release: str) -> None:
    orthanc = filled(release, OverwriteInstances=True)
    orthanc.modify("Study", first(orthanc, "Study"), {**KEEP, "KeepSource": False})
    assert orthanc.resources("Instance") == []


@pytest.mark.parametrize("release", NEW)
def test_a_copy_that_is_stored_already_is_passed_over(release: str) -> None:
    """A series in place without OverwriteInstances answers 200, and nothing is changed."""
    orthanc = filled(release)
    body = {**KEEP, "Replace": {"0011,1001": "new"}, "PrivateCreator": "MYLAB"}
    series = first(orthanc, "Series")
    assert orthanc.modify("Series", series, body)["ID"] == series
    assert labels(orthanc) == [b"old "] * 3
    one_uid = {"Replace": {"SOPInstanceUID": "1.5"}, "Force": True}
    copy = orthanc.modify("Series", series, one_uid)["ID"]
    kept = orthanc.resource("Series", copy)["Instances"]
    assert [orthanc.resource("Instance", instance)["ModifiedFrom"] for instance in kept] == [
        min(orthanc.resource("Series", series)["Instances"])
    ]


@pytest.mark.parametrize("release", OLD)
def test_old_releases_copy_the_last_instance_first(release: str) -> None:
    orthanc = filled(release)
    first_instance = orthanc.find("Instance", {"SOPInstanceUID": "1.2.9.1.1.1"})[0]
    with pytest.raises(OrthancError, match=first_instance):
        orthanc.modify("Series", first(orthanc, "Series"), {"Replace": {"SOPInstanceUID": "1.5"}, "Force": True})


@pytest.mark.parametrize(
    ("replaced", "details"),
    [
        ({"PatientName": "n"}, {"1.12.7": "Failing tag: 0010,0010", "1.13.0": "Failing tag: 0010,0010"}),
        (
            {"PatientName": "A^B"},
            {"1.12.7": "Failing tag: 0010,0020", "1.13.0": "Missing tag in the 'Replace' tags: 0010,0020"},
        ),
        (
            {"PatientName": "A^B", "PatientID": "PID", "PatientSex": "M"},
            {"1.12.7": "Failing tag: 0010,0040", "1.13.0": "Failing tag: 0010,0040"},
        ),
    ],
)
@pytest.mark.parametrize("release", NEW)
def test_the_patient_rule(release: str, replaced: dict[str, str], details: dict[str, str]) -> None:
    orthanc = filled(release, studies=2)
    with pytest.raises(OrthancError) as caught:
        orthanc.modify("Study", first(orthanc, "Study"), {"Replace": replaced, "Force": True})
    assert (caught.value.details or "").endswith(details[release])


@pytest.mark.parametrize("release", NEW)
def test_the_patient_rule_lets_pass(release: str) -> None:
    for studies, body in (
        (1, {"Replace": {"PatientName": "n"}}),
        (2, {"Replace": {"PatientName": "n"}, "Keep": ["PatientName"]}),
        (2, {"Replace": {"PatientName": "A^B", "PatientID": "PID"}, "Force": True}),
    ):
        orthanc = filled(release, studies=studies)
        assert orthanc.modify("Study", first(orthanc, "Study"), body)["Type"] == "Study"


@pytest.mark.parametrize(
    ("release", "members"),
    [
        ("1.9.1", set()),
        ("1.10.1", {"Description", "FailedInstancesCount", "InstancesCount", "IsAnonymization"}),
        ("1.12.7", {"Description", "FailedInstancesCount", "InstancesCount", "IsAnonymization", "ParentResources"}),
        (
            "1.13.0",
            {
                "Description",
                "FailedInstancesCount",
                "InstancesCount",
                "IsAnonymization",
                "ParentResources",
                "Resources",
            },
        ),
    ],
)
def test_members_of_the_answer(release: str, members: set[str]) -> None:
    orthanc = filled(release)
    answer = orthanc.modify("Study", first(orthanc, "Study"), {"Transcode": "1.2.840.10008.1.2"})
    assert set(answer) == members | {"ID", "Path", "PatientID", "Transcode", "Type"}


@pytest.mark.parametrize(("release", "name"), [("1.9.1", "A^B"), ("1.10.1", "A^B"), ("1.12.7", "n"), ("1.13.0", "n")])
def test_main_tags_of_the_patient_afterwards(release: str, name: str) -> None:
    orthanc = filled(release)
    orthanc.modify("Study", first(orthanc, "Study"), {"Replace": {"PatientName": "n"}})
    assert orthanc.resource("Patient", first(orthanc, "Patient"))["MainDicomTags"]["PatientName"] == name
