"""What a modify leaves behind: what users had added to the sources, and the words for one and for many."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import Diagnostic, Emulator
from emulator.store.level import Level
from tests.modification.modified_files import LABEL, dicom, server

RELEASES = ("1.9.1", "1.10.1", "1.12.7", "1.13.0")
HAVE_LABELS = RELEASES[2:]
UIDS = ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"]
IN_PLACE = {"Keep": UIDS, "Force": True, "Replace": {"StudyDescription": "x"}}
MOVED = {"Replace": {"StudyDescription": "x"}, "KeepSource": False}


def owning(release: str = "1.12.7", *, instances: int = 1, **options: Any) -> tuple[Emulator, str]:
    """A server with a study that has a metadata, an attachment and, where there are any, a label; its identifier."""
    names = {"UserContentType": {"report": 1025}, "UserMetadata": {"reader": 1026}}
    orthanc = server(release, **names, **options)
    stored = [orthanc.store(dicom(*LABEL, instance=str(number + 1))) for number in range(instances)]
    study = stored[0].parent_study
    if release in HAVE_LABELS:
        orthanc.add_label("Study", study, "urgent")
    orthanc.set_metadata("Study", study, "1024", "x")
    orthanc.set_metadata("Series", stored[0].parent_series, "reader", "x")
    orthanc.attach("Study", study, "report", b"x")
    return orthanc, study


def left_behind(orthanc: Emulator) -> list[Diagnostic]:
    return [one for one in orthanc.diagnostics if one.code == "left-behind"]


def all_of(release: str) -> str:
    """What is told of the study that `owning` makes."""
    label = 'label "urgent", ' if release in HAVE_LABELS else ""
    return f"{label}metadata 1024, attachment report of the study"


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("instances", [1, 3])
def test_what_the_copies_lack_is_told_once(release: str, instances: int) -> None:
    orthanc, study = owning(release, instances=instances)
    orthanc.modify("Study", study, MOVED)
    (one,) = left_behind(orthanc)
    assert all_of(release) in one.happened
    assert "metadata reader of the series" in one.happened
    assert ('"KeepLabels": true' in one.advice) is (release in HAVE_LABELS)
    assert "write them on the copies" in one.advice


@pytest.mark.parametrize("release", RELEASES)
def test_sources_that_were_overwritten_count(release: str) -> None:
    orthanc, study = owning(release, OverwriteInstances=True)
    orthanc.modify("Study", study, IN_PLACE)
    assert "1024" not in orthanc.metadata("Study", study)
    assert [all_of(release) in one.happened for one in left_behind(orthanc)] == [True]


@pytest.mark.parametrize("more", [{"KeepSource": True}, {}])
def test_sources_that_stay_lose_nothing(more: dict[str, Any]) -> None:
    orthanc, study = owning()
    orthanc.modify("Study", study, {"Replace": {"StudyDescription": "x"}, **more})
    assert left_behind(orthanc) == []


def test_labels_that_were_kept_are_not_told() -> None:
    orthanc, study = owning()
    orthanc.modify("Study", study, {**MOVED, "KeepLabels": True})
    (one,) = left_behind(orthanc)
    assert "urgent" not in one.happened
    assert "KeepLabels" not in one.advice
    assert "metadata 1024" in one.happened


def test_labels_alone_need_one_word() -> None:
    orthanc = server("1.12.7")
    study = orthanc.store(dicom(*LABEL)).parent_study
    orthanc.add_label("Study", study, "urgent")
    orthanc.modify("Study", study, MOVED)
    (one,) = left_behind(orthanc)
    assert one.advice == '"KeepLabels": true keeps the labels of patients, studies and series'
    study = orthanc.resources("Study")[0]
    orthanc.add_label("Study", study, "urgent")
    with orthanc.expect_no_diagnostics("left-behind"):
        orthanc.modify("Study", study, {**MOVED, "KeepLabels": True})


def test_a_patient_that_stays_keeps_its_own() -> None:
    orthanc = server("1.12.7")
    stored = orthanc.store(dicom(*LABEL))
    orthanc.add_label("Patient", stored.parent_patient, "vip")
    orthanc.modify("Study", stored.parent_study, MOVED)
    assert orthanc.labels("Patient", stored.parent_patient) == ["vip"]
    assert left_behind(orthanc) == []


def test_many_sources_and_names_are_counted() -> None:
    orthanc = server("1.12.7")
    stored = [orthanc.store(dicom(*LABEL, instance=str(number))) for number in range(1, 4)]
    for one in stored:
        for number in range(1024, 1036):
            orthanc.set_metadata("Instance", one.id, str(number), "x")
    orthanc.modify("Study", stored[0].parent_study, MOVED)
    (told,) = left_behind(orthanc)
    assert "metadata 1024, metadata 1025" in told.happened
    assert "4 more of 3 instances" in told.happened
    assert "KeepLabels" not in told.advice


@pytest.mark.parametrize(
    ("instances", "request_", "told"),
    [
        (1, {"Replace": {"StudyDescription": "x"}}, "1 copy was made of the instances, with the new values"),
        (2, {"Replace": {"StudyDescription": "x"}}, "2 copies were made of the instances, with the new values"),
        (2, {"RemovePrivateTags": True}, "with new identifiers, and without what was to be removed"),
        (1, {}, "with new identifiers and nothing else new"),
    ],
)
def test_copies_are_counted_and_say_what_is_new(instances: int, request_: dict[str, Any], told: str) -> None:
    orthanc, study = owning(instances=instances)
    orthanc.modify("Study", study, request_)
    (one,) = orthanc.diagnostics
    assert one.code == "cascade-copied"
    assert told in one.happened


def test_one_resource_is_one() -> None:
    orthanc, study = owning()
    orthanc.client().post("/tools/bulk-modify", json={"Resources": [study], "Replace": {"StudyDescription": "x"}})
    assert orthanc.diagnostics[0].happened.startswith("1 resource did not change: 1 copy was made")


def test_failed_sources_in_the_singular() -> None:
    orthanc, study = owning()
    request = {"Replace": {"Rows": "many"}, "Permissive": True, "KeepSource": False}
    orthanc.modify("Study", study, request)
    told = {one.code: one.happened for one in orthanc.diagnostics}
    assert told["failed-sources-deleted"].startswith("1 of 1 instance of study")
    assert "was deleted as if it had been" in told["failed-sources-deleted"]
    assert "urgent" in told["left-behind"]
    assert orthanc.server.store.levels[Level.STUDY].get(study) is None


@pytest.mark.parametrize("release", RELEASES)
def test_merges_and_splits_are_told(release: str) -> None:
    orthanc, study = owning(release, instances=2)
    other = orthanc.store(dicom(*LABEL, study="1.2.9.2"))
    series = orthanc.server.store.get(Level.STUDY, study).descendants(Level.SERIES)[0].id
    client = orthanc.client()
    assert client.post(f"/studies/{study}/split", json={"Series": [series], "KeepSource": True}).status_code == 200
    assert left_behind(orthanc) == []
    assert client.post(f"/studies/{other.parent_study}/merge", json={"Resources": [study]}).status_code == 200
    (one,) = left_behind(orthanc)
    assert all_of(release) in one.happened
    assert "KeepLabels" not in one.advice
    orthanc.set_metadata("Study", other.parent_study, "1024", "x")
    series = orthanc.server.store.get(Level.STUDY, other.parent_study).descendants(Level.SERIES)[0].id
    assert client.post(f"/studies/{other.parent_study}/split", json={"Series": [series]}).status_code == 200
    assert "1024" in orthanc.metadata("Study", other.parent_study)  # other series stay
    assert len(left_behind(orthanc)) == 1
