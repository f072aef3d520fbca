"""Jobs step by step: what a progress bar sees, and what a pause or a cancel in the middle leaves behind."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from emulator import RELEASES, Emulator
from emulator.jobs import State
from emulator.testing import dicom

OLD, NEW = ("1.9.1", "1.10.1"), ("1.12.7", "1.13.0")


class Clock:
    """A clock that goes on only when it is told to."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def server(release: str = "1.12.7", configuration: dict[str, Any] | None = None) -> Emulator:
    """A server with a study of seven instances."""
    orthanc = Emulator(configuration, release=release, clock=Clock())
    for number in range(1, 8):
        orthanc.store(dicom(PatientID="P1", StudyInstanceUID="1.2", SeriesInstanceUID="1.2.3", instance=number))
    return orthanc


def ask(orthanc: Emulator, path: str = "modify", **body: Any) -> str:
    """Asks for an asynchronous job about the study; the job's identifier."""
    study = orthanc.lookup("1.2")[0]["ID"]
    if path == "modify":
        body = {"Replace": {"StudyDescription": "new"}, **body}
    answer = orthanc.client().post(f"/studies/{study}/{path}", json={"Asynchronous": True, **body})
    assert answer.status_code == 200
    return str(answer.json["ID"])


def job_of(orthanc: Emulator, job: str) -> dict[str, Any]:
    answer: dict[str, Any] = orthanc.client().get(f"/jobs/{job}").json
    return answer


def copies(orthanc: Emulator) -> int:
    return int(orthanc.statistics()["CountInstances"]) - 7


def polled(orthanc: Emulator, job: str) -> list[tuple[str, int]]:
    """What a client sees that polls until the job is over."""
    seen = []
    while not seen or seen[-1][0] not in ("Success", "Failure"):
        shown = job_of(orthanc, job)
        seen.append((shown["State"], shown["Progress"]))
        assert len(seen) < 30
    return seen


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("path", "body", "progress"),
    [
        ("modify", {}, [13, 25, 38, 50, 63, 75, 88]),
        ("archive", {}, [31, 38, 46, 54, 62, 69, 100]),
        ("media", {}, [22, 33, 44, 56, 67, 78, 100]),
    ],
)
def test_a_progress_bar_sees_each_step(release: str, path: str, body: dict[str, Any], progress: list[int]) -> None:
    orthanc = server(release)
    with orthanc.jobs.hold(steps_per_look=1):
        job = ask(orthanc, path, **body)
        expected = [("Pending", 0), *(("Running", percent) for percent in progress), ("Success", 100)]
        assert polled(orthanc, job) == expected


@pytest.mark.parametrize("release", RELEASES)
def test_the_content_of_a_cascade_grows(release: str) -> None:
    orthanc = server(release)
    with orthanc.jobs.hold() as jobs:
        job = ask(orthanc)
        jobs.step(job, 3)
        shown = job_of(orthanc, job)
        assert (shown["State"], shown["Progress"], shown["ErrorCode"], copies(orthanc)) == ("Running", 38, 0, 3)
        assert "CompletionTime" not in shown
        made = shown["Content"]["ID"]
        assert len(orthanc.resource("Study", made)["Series"]) == 1
    assert (orthanc.jobs[job].state, copies(orthanc)) == (State.SUCCESS, 7)


@pytest.mark.parametrize(
    ("release", "runtime", "arrival"), [("1.9.1", 4.0, 1.0), ("1.10.1", 4.0, 12.0), ("1.12.7", 1.0, 3.0)]
)
def test_the_time_that_is_left_is_estimated(release: str, runtime: float, arrival: float) -> None:
    orthanc = server(release)
    with orthanc.jobs.hold() as jobs:
        job = ask(orthanc)
        jobs.step(job)
        assert "EstimatedTimeOfArrival" not in job_of(orthanc, job)
        orthanc.advance(4)
        jobs.step(job)
        orthanc.advance(1)
        shown = job_of(orthanc, job)
        assert shown["Progress"] == 25
        assert shown["EffectiveRuntime"] == runtime
        left = float(shown["EstimatedTimeOfArrival"][-9:]) - float(shown["Timestamp"][-9:])
        assert left % 60 == pytest.approx({1.0: 3.0}.get(arrival, arrival))
    assert job_of(orthanc, job)["EffectiveRuntime"] == 5.0


@pytest.mark.parametrize("release", OLD)
def test_a_pause_holds_up_the_copies_before_1_12(release: str) -> None:
    orthanc = server(release)
    with orthanc.jobs.hold() as jobs:
        job = ask(orthanc)
        jobs.step(job, 2)
        jobs.pause(job)
        assert jobs[job].state is State.RUNNING  # until the instance that is under way is done
        jobs.step()
        assert (jobs[job].state, jobs[job].progress, copies(orthanc)) == (State.PAUSED, 38, 3)
        jobs.step()
        with pytest.raises(ValueError, match="resume it first"):
            jobs.step(job)
        assert copies(orthanc) == 3
        jobs.resume(job)
        jobs.step(job)
        assert (jobs[job].state, jobs[job].progress, copies(orthanc)) == (State.RUNNING, 50, 4)
    assert (orthanc.jobs[job].state, copies(orthanc)) == (State.SUCCESS, 7)


@pytest.mark.parametrize("release", NEW)
def test_a_pause_holds_up_the_progress_alone_from_1_12_on(release: str) -> None:
    orthanc = server(release)
    with orthanc.jobs.hold() as jobs:
        job = ask(orthanc, KeepSource=False)
        jobs.step(job, 2)
        jobs.pause(job)
        jobs.step()
        assert (jobs[job].state, jobs[job].progress, copies(orthanc)) == (State.PAUSED, 22, 7)
        jobs.resume(job)
        jobs.step(job)
        assert (jobs[job].state, jobs[job].progress, copies(orthanc)) == (State.RUNNING, 89, 7)
        jobs.step(job)
        assert (jobs[job].state, copies(orthanc)) == (State.SUCCESS, 0)


@pytest.mark.parametrize(("release", "progress"), [("1.9.1", 38), ("1.10.1", 38), ("1.12.7", 22), ("1.13.0", 22)])
def test_a_cancel_in_the_middle_leaves_the_copies_and_the_sources(release: str, progress: int) -> None:
    orthanc = server(release)
    with orthanc.jobs.hold() as jobs:
        job = ask(orthanc, KeepSource=False)
        jobs.step(job, 2)
        orthanc.client().post(f"/jobs/{job}/cancel", json={})
        assert job_of(orthanc, job)["State"] == "Running"
        jobs.step(job)
        shown = job_of(orthanc, job)
        assert (shown["State"], shown["ErrorCode"], shown["Progress"]) == ("Failure", 37, progress)
        assert copies(orthanc) == 3


@pytest.mark.parametrize("release", OLD)
def test_resubmitted_the_copies_meet_those_that_are_there_before_1_12(release: str) -> None:
    orthanc = canceled_and_resubmitted(release)
    job = orthanc.jobs.run_next()
    assert job is not None
    assert job.error is not None
    assert (job.error.message, job.progress, copies(orthanc)) == ("Cannot store an instance", 0, 3)


@pytest.mark.parametrize("release", NEW)
def test_resubmitted_the_copies_are_completed_from_1_12_on(release: str) -> None:
    orthanc = canceled_and_resubmitted(release)
    job = orthanc.jobs.run_next()
    assert job is not None
    assert (job.state, copies(orthanc), len(orthanc.resources("Study"))) == (State.SUCCESS, 7, 2)


def canceled_and_resubmitted(release: str) -> Emulator:
    """A server whose job was canceled after three copies, and waits again."""
    orthanc = server(release)
    jobs = orthanc.jobs
    jobs.held = 1
    job = ask(orthanc)
    jobs.step(job, 2)
    jobs.cancel(job)
    jobs.step(job)
    before = jobs[job].progress
    jobs.resubmit(job)
    jobs.step(job, 0)
    assert (jobs[job].state, jobs[job].progress, copies(orthanc)) == (State.PENDING, before, 3)
    return orthanc


def test_as_many_run_at_once_as_are_allowed_the_most_urgent_first() -> None:
    orthanc = server(configuration={"ConcurrentJobs": 2})
    with orthanc.jobs.hold() as jobs:
        asked = [ask(orthanc, Priority=priority) for priority in (0, 0, 5)]
        jobs.step()
        assert [jobs[one].state for one in asked] == [State.RUNNING, State.PENDING, State.RUNNING]
        with pytest.raises(ValueError, match="others run"):
            jobs.step(asked[1])
        jobs.pause(asked[2])
        jobs.step(count=2)
        assert [jobs[one].state for one in asked] == [State.RUNNING, State.RUNNING, State.PAUSED]
        assert [jobs[one].progress for one in asked[:2]] == [38, 13]


@pytest.mark.parametrize("release", RELEASES)
def test_an_archive_leaves_out_what_goes_before_its_turn(release: str) -> None:
    orthanc = server(release)
    first, *_, last = orthanc.resources("Instance")
    with orthanc.jobs.hold() as jobs:
        job = ask(orthanc, "archive")
        jobs.step(job, 3)
        size = job_of(orthanc, job)["Content"].get("ArchiveSize")
        assert size is None if release == "1.9.1" else int(size) > 40
        fork = orthanc.fork()
        for instance in orthanc.resources("Instance"):
            orthanc.delete("Instance", instance)
        assert orthanc.client().get(f"/jobs/{job}/archive").status_code == 404
    assert (orthanc.jobs[job].state, members(orthanc, job)) == (State.SUCCESS, 3)
    fork.jobs.run()
    assert members(fork, job) == 7
    assert first != last


def members(orthanc: Emulator, job: str) -> int:
    answer = orthanc.client().get(f"/jobs/{job}/archive")
    return len(zipfile.ZipFile(io.BytesIO(answer.data)).namelist())


def test_a_split_goes_on_in_a_fork_on_its_own() -> None:
    orthanc = server()
    series = orthanc.resources("Series")
    with orthanc.jobs.hold() as jobs:
        job = ask(orthanc, "split", Series=series)
        jobs.step(job, 2)
        fork, snapshot = orthanc.fork(), orthanc.snapshot()
        fork.jobs.run()
        assert (fork.jobs[job].state, copies(fork)) == (State.SUCCESS, 0)
        assert (jobs[job].progress, copies(orthanc)) == (25, 2)
        jobs.step(job, 2)
        orthanc.restore(snapshot)
        assert (jobs[job].progress, copies(orthanc)) == (25, 2)
        jobs.cancel(job)
    assert (orthanc.jobs[job].state, orthanc.jobs[job].progress, copies(orthanc)) == (State.FAILURE, 38, 3)
