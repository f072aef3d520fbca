"""Archives that are made as jobs: how a test sees them, and where they are kept."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from emulator import Emulator, OrthancError
from emulator.jobs import State
from emulator.testing import dicom


@pytest.fixture
def orthanc() -> Emulator:
    server = Emulator()
    for number in (1, 2):
        server.store(dicom(PatientID="P1", StudyInstanceUID="1.2", instance=number))
    return server


def ask(orthanc: Emulator, **body: Any) -> str:
    """Asks for the archive of the study; the job's path."""
    study = orthanc.resources("Study")[0]
    answer = orthanc.client().post(f"/studies/{study}/archive", json={"Asynchronous": True, **body})
    assert answer.status_code == 200
    return str(answer.json["Path"])


def members(orthanc: Emulator, job: str) -> int:
    """How many files the archive of a job holds."""
    answer = orthanc.client().get(f"{job}/archive")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return len(zipfile.ZipFile(io.BytesIO(answer.data)).namelist())


def test_an_archive_is_ready_at_the_first_look(orthanc: Emulator) -> None:
    job = ask(orthanc, Filename="study.zip")
    content = orthanc.client().get(job).json["Content"]
    assert content["InstancesCount"] == 2
    assert content["ArchiveSize"] == str(len(orthanc.client().get(f"{job}/archive").data))
    assert members(orthanc, job) == 2
    assert orthanc.client().get(f"{job}/archive").headers["Content-Disposition"] == 'filename="study.zip"'


def test_an_archive_that_is_held_back_can_be_canceled_but_not_resubmitted(orthanc: Emulator) -> None:
    client = orthanc.client()
    with orthanc.jobs.hold():
        job = ask(orthanc)
        assert client.get(job).json["State"] == "Pending"
        assert client.get(f"{job}/archive").status_code == 404
        client.post(f"{job}/cancel", json={})
    assert client.get(job).json["ErrorCode"] == 37
    answer = client.post(f"{job}/resubmit", json={})
    assert answer.status_code == 500
    assert answer.get_json(force=True)["Details"] == "Cannot resubmit the creation of an archive"


def test_an_instance_that_is_deleted_before_the_job_runs_is_left_out(orthanc: Emulator) -> None:
    with orthanc.jobs.hold():
        job = ask(orthanc)
        orthanc.delete("Instance", orthanc.resources("Instance")[0])
    assert members(orthanc, job) == 1
    assert orthanc.client().get(job).json["Content"]["InstancesCount"] == 2


@pytest.mark.parametrize("size", [1, 2])
def test_the_last_archives_are_kept(size: int) -> None:
    orthanc = Emulator({"MediaArchiveSize": size})
    orthanc.store(dicom())
    jobs = [ask(orthanc) for _ in range(3)]
    statuses = [orthanc.client().get(f"{job}/archive").status_code for job in jobs]
    assert statuses == [404] * (3 - size) + [200] * size


def test_no_archives_can_not_be_configured() -> None:
    with pytest.raises(OrthancError, match="Parameter out of range"):
        Emulator({"MediaArchiveSize": 0})


def test_an_archive_that_is_waited_for_leaves_a_job_without_output(orthanc: Emulator) -> None:
    orthanc.archive("Study", orthanc.resources("Study")[0], media=True)
    (job,) = orthanc.jobs
    assert (job.kind, job.state, dict(job.outputs)) == ("Media", State.SUCCESS, {})


def test_a_fork_has_its_own_archives(orthanc: Emulator) -> None:
    job = ask(orthanc)
    fork = orthanc.fork()
    ask(fork)
    assert members(orthanc, job) == 2
    assert fork.client().get(f"{job}/archive").status_code == 404
