"""Jobs as a test sees them: held back, stepped through, paused, canceled, forked."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import Emulator, OrthancError
from emulator.jobs import State
from emulator.testing import dicom

NEW = {"Replace": {"StudyDescription": "new"}, "Asynchronous": True}


@pytest.fixture
def orthanc() -> Emulator:
    server = Emulator()
    for number in (1, 2):
        server.store(dicom(PatientID="P1", StudyInstanceUID="1.2", instance=number))
    return server


def ask(orthanc: Emulator, **more: Any) -> str:
    """Asks for a modification of the study; the job's identifier."""
    study = orthanc.find("Study", {"StudyInstanceUID": "1.2"})[0]
    answer = orthanc.modify("Study", study, {**NEW, **more})
    return str(answer["ID"])


def count(orthanc: Emulator) -> int:
    return int(orthanc.statistics()["CountInstances"])


def test_a_poller_sees_the_end_at_its_first_look(orthanc: Emulator) -> None:
    job = orthanc.jobs[ask(orthanc)]
    assert (job.state, job.progress, count(orthanc)) == (State.SUCCESS, 100, 4)
    assert job.content["InstancesCount"] == 2


def test_jobs_that_are_held_wait_for_their_turn(orthanc: Emulator) -> None:
    with orthanc.jobs.hold() as jobs:
        first, urgent, last = ask(orthanc), ask(orthanc, Priority=5), ask(orthanc, Priority=-1)
        assert {jobs[one].state for one in (first, urgent, last)} == {State.PENDING}
        assert count(orthanc) == 2
        assert [jobs.run_next().id for _ in range(2)] == [urgent, first]  # type: ignore[union-attr]
        assert jobs[last].state is State.PENDING
        assert count(orthanc) == 6
    assert orthanc.jobs[last].state is State.SUCCESS
    assert orthanc.jobs.run_next() is None


def test_a_paused_job_waits_until_it_is_resumed(orthanc: Emulator) -> None:
    with orthanc.jobs.hold() as jobs:
        job = ask(orthanc)
        jobs.pause(job)
        with pytest.raises(OrthancError):
            jobs.resubmit(job)
    assert (orthanc.jobs[job].state, count(orthanc)) == (State.PAUSED, 2)
    orthanc.jobs.resume(job)
    assert (orthanc.jobs[job].state, count(orthanc)) == (State.SUCCESS, 4)


def test_a_canceled_job_makes_nothing_until_it_is_resubmitted(orthanc: Emulator) -> None:
    with orthanc.jobs.hold() as jobs:
        job = ask(orthanc)
        jobs.cancel(job)
    shown = orthanc.jobs[job].to_json(0.0, orthanc.release)
    assert (shown["State"], shown["ErrorCode"], shown["ErrorDescription"]) == ("Failure", 37, "This job was canceled")
    assert count(orthanc) == 2
    orthanc.jobs.resubmit(job)
    assert (orthanc.jobs[job].state, count(orthanc)) == (State.SUCCESS, 4)


def test_a_failure_is_told_by_the_job_alone(orthanc: Emulator) -> None:
    job = orthanc.jobs[ask(orthanc, Replace={"Rows": "bad"})]
    assert job.state is State.FAILURE
    assert job.error is not None
    assert (job.error.message, job.progress, count(orthanc)) == ("Bad file format", 0, 2)


@pytest.mark.parametrize(("release", "message"), [("1.10.1", "Internal error"), ("1.12.7", "Unknown resource")])
def test_an_instance_that_went_before_the_job_ran(release: str, message: str) -> None:
    orthanc = Emulator(release=release)
    stored = orthanc.store(dicom(PatientID="P1", StudyInstanceUID="1.2"))
    with orthanc.jobs.hold():
        job = ask(orthanc)
        orthanc.delete("Instance", stored.id)
    error = orthanc.jobs[job].error
    assert error is not None
    assert error.message == message
    assert count(orthanc) == 0


def test_a_fork_has_jobs_of_its_own(orthanc: Emulator) -> None:
    with orthanc.jobs.hold():
        job = ask(orthanc)
        fork = orthanc.fork()
        fork.jobs.run()
        assert (fork.jobs[job].state, count(fork)) == (State.SUCCESS, 4)
        assert (orthanc.jobs[job].state, count(orthanc)) == (State.PENDING, 2)
        orthanc.jobs.cancel(job)
    assert (fork.jobs[job].state, orthanc.jobs[job].state) == (State.SUCCESS, State.FAILURE)


def test_a_snapshot_keeps_the_jobs(orthanc: Emulator) -> None:
    with orthanc.jobs.hold():
        job = ask(orthanc)
        snapshot = orthanc.snapshot()
        orthanc.jobs.run()
        orthanc.restore(snapshot)
        assert (orthanc.jobs[job].state, count(orthanc)) == (State.PENDING, 2)
    assert count(orthanc) == 4


def test_the_history_is_bounded() -> None:
    orthanc = Emulator({"JobsHistorySize": 2})
    orthanc.store(dicom(PatientID="P1", StudyInstanceUID="1.2"))
    jobs = [ask(orthanc) for _ in range(4)]
    assert {job.id for job in orthanc.jobs} == {*jobs[2:]}


def test_what_a_job_does_silently_is_told_when_it_runs(orthanc: Emulator) -> None:
    with orthanc.jobs.hold():
        ask(orthanc)
        assert not orthanc.diagnostics
    assert [one.code for one in orthanc.diagnostics] == ["cascade-copied"]
    assert orthanc.diagnostics[0].request.startswith('modify("Study"')
