"""Jobs over a restart: "SaveJobs", and what is known of them afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import RELEASES, Emulator
from emulator.testing import dicom


def server(release: str, **options: Any) -> tuple[Emulator, str]:
    """A server with a study of two instances, and the study."""
    orthanc = Emulator(options, release=release)
    for number in (1, 2):
        stored = orthanc.store(
            dicom(PatientID="P1", StudyInstanceUID="1.2", SeriesInstanceUID="1.2.3", instance=number)
        )
    return orthanc, stored.parent_study


def ask(orthanc: Emulator, study: str, operation: str = "modify", **body: Any) -> str:
    answer = orthanc.client().post(f"/studies/{study}/{operation}", json={"Asynchronous": True, **body})
    return str(answer.json["ID"])


def shown(orthanc: Emulator, job: str) -> dict[str, Any] | None:
    answer = orthanc.client().get(f"/jobs/{job}")
    return answer.json if answer.status_code == 200 else None


@pytest.mark.parametrize("release", RELEASES)
def test_a_restart_keeps_jobs_but_archives(release: str) -> None:
    orthanc, study = server(release)
    done, archive = ask(orthanc, study), ask(orthanc, study, "archive")
    failed = ask(orthanc, study, Replace={"Rows": "bad"})
    split = ask(orthanc, study, "split", Series=orthanc.resource("Study", study)["Series"], KeepSource=True)
    before = shown(orthanc, split)
    with orthanc.jobs.hold() as jobs:
        running, paused = ask(orthanc, study), ask(orthanc, study)
        jobs.pause(paused)
        jobs.step(running)
        orthanc.restart()
        assert [orthanc.jobs[job].state.value for job in (running, paused)] == ["Pending", "Paused"]
    answer = shown(orthanc, running)
    assert answer is not None
    assert (answer["State"], "ID" in answer["Content"]) == ("Success", True)
    assert orthanc.statistics()["CountInstances"] == 8
    assert shown(orthanc, archive) is None
    after = shown(orthanc, split)
    assert before is not None
    assert after is not None
    assert after["Content"] == before["Content"]
    new = release in ("1.12.7", "1.13.0")
    answer = shown(orthanc, done)
    assert answer is not None
    assert answer["Progress"] == (0 if new else 100)
    assert answer["Content"]["Description"] == ("" if new else "REST API")
    assert "ID" not in answer["Content"]
    answer = shown(orthanc, failed)
    assert answer is not None
    assert answer["ErrorCode"] == (0 if release == "1.9.1" else 15)


@pytest.mark.parametrize("release", RELEASES)
def test_without_save_jobs_those_of_this_life_are_forgotten(release: str) -> None:
    orthanc, study = server(release)
    first = ask(orthanc, study)
    orthanc.restart({"SaveJobs": False})
    second = ask(orthanc, study)
    assert len(orthanc.jobs) == 2
    orthanc.restart({"SaveJobs": False})
    assert [job.id for job in orthanc.jobs] == [first]
    assert shown(orthanc, second) is None


@pytest.mark.parametrize(("release", "error"), [("1.9.1", 6), ("1.10.1", 15), ("1.13.0", 15)])
def test_a_cascade_of_a_former_life_is_not_begun_again(release: str, error: int) -> None:
    """As measured on 1.9.1: of jobs that failed or were paused, those that store elsewhere are done once more."""
    orthanc, study = server(release)
    failed = ask(orthanc, study, Replace={"Rows": "bad"})
    with orthanc.jobs.hold() as jobs:
        paused = ask(orthanc, study)
        jobs.pause(paused)
        orthanc.restart()
    client = orthanc.client()
    assert client.post(f"/jobs/{failed}/resubmit").status_code == 200
    assert client.post(f"/jobs/{paused}/resume").status_code == 200
    answers = [shown(orthanc, job) for job in (failed, paused)]
    assert [answer and answer["ErrorCode"] for answer in answers] == [error, 6 if release == "1.9.1" else 0]
