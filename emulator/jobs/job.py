"""One job: what it does, and what came of it so far."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple

from ..diagnostics import Diagnostic
from ..errors import ErrorCode, OrthancError
from ..store.store import Store
from .rules import JobRelease


class State(Enum):
    """The state of a job; its value is the name that the server uses."""

    PENDING = "Pending"
    RUNNING = "Running"
    PAUSED = "Paused"
    SUCCESS = "Success"
    FAILURE = "Failure"


#: A job in one of these has come to its end.
ENDED = frozenset({State.SUCCESS, State.FAILURE})


class Output(NamedTuple):
    """A file that a job made, for `GET /jobs/{id}/{name}`."""

    data: bytes
    content_type: str
    file_name: str | None = None


class Run(ABC):
    """One run of a job, step by step, in the store that it is given.

    A step sets `content`, `progress`, `outputs` and `diagnostics` of the job, and never changes them in place.
    """

    #: Whether a job that succeeds tells a Progress of 100.
    reaches_100 = True

    #: How many instances it goes over without asking other servers, and whether it changes nothing that is stored.
    size = 0
    only_reads = False

    @abstractmethod
    def step(self, store: Store, job: Job) -> bool:
        """Does the next instance or, after the last one, what remains; False once all is done. Raises OrthancError."""

    @abstractmethod
    def twin(self) -> Run:
        """A copy that goes its own way from here."""

    def pause(self, store: Store, job: Job) -> bool:
        """Does what is still done when the job is paused: the instance that is under way. As `step`."""
        return self.step(store, job)

    def cancel(self, store: Store, job: Job) -> bool:
        """Does what is still done when the job is canceled. As `step`."""
        return self.step(store, job)


class SpentRun(Run):
    """The run of a job that can't be begun twice: it fails."""

    def step(self, store: Store, job: Job) -> bool:
        raise OrthancError(ErrorCode.BAD_SEQUENCE_OF_CALLS)

    def twin(self) -> SpentRun:
        return self


class Told(Mapping[str, Any]):
    """What a job tells, put together when somebody looks: after each of many steps nobody does."""

    def __init__(self, put_together: Callable[[], Mapping[str, Any]]) -> None:
        self.put_together = put_together

    @cached_property
    def members(self) -> Mapping[str, Any]:
        return self.put_together()

    def __getitem__(self, name: str) -> Any:
        return self.members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)


@dataclass
class Job:
    """A job; times are in seconds since the epoch, `runtime` in seconds up to the last step.

    `kind` is the server's "Type"; `content` its "Content", which depends on the kind and may grow while it runs.
    `work` begins a run of it; `run` is the run that is under way, `since` when it began its present step, `stopping`
    the state that it will have after that. `request` is what asked for it, as diagnostics name it. `no_resubmission`
    is the error of who wants it done once more, "" where it can be.
    """

    id: str
    kind: str
    work: Work
    created: float
    content: Mapping[str, Any]
    priority: int = 0
    user_data: Any = None
    state: State = State.PENDING
    progress: int = 0  # percent
    error: OrthancError | None = None
    outputs: Mapping[str, Output] = field(default_factory=dict)
    diagnostics: Sequence[Diagnostic] = ()
    request: str = ""
    no_resubmission: str = ""
    completed: float | None = None
    runtime: float = 0.0
    since: float = 0.0
    run: Run | None = None
    stopping: State | None = None
    lasting_content: Mapping[str, Any] | None = None  # what it tells after a restart, None for all
    first_progress: int | None = None  # of a run that has made no step yet, if the job still tells another one

    @property
    def is_over(self) -> bool:
        return self.state in ENDED

    @property
    def is_kept(self) -> bool:
        """Whether it is known after a restart: archives are not."""
        return not self.no_resubmission

    def forget(self, release: JobRelease) -> None:
        """Tells less of a job that was over before a restart: a cascade forgets what it made."""
        if release.jobs.forgets_job_errors:
            self.error = None
        if self.lasting_content is None:
            return
        self.content = self.lasting_content
        if release.jobs.forgets_job_progress:
            self.content, self.progress = {**self.content, "Description": ""}, 0

    def reference(self) -> dict[str, Any]:
        """What the answer to an asynchronous request says of it."""
        return {"ID": self.id, "Path": f"/jobs/{self.id}"}

    def twin(self) -> Job:
        """A copy that goes its own way from here."""
        return replace(self, run=None if self.run is None else self.run.twin())

    def shown_runtime(self, now: float, release: JobRelease) -> float:
        """ "EffectiveRuntime"; of a job that runs, some releases tell that of its present step."""
        if self.state is State.RUNNING and release.jobs.shows_runtime_of_steps:
            return round(max(now - self.since, 0.0), 3)
        return round(self.runtime, 3)

    def arrival(self, now: float, release: JobRelease) -> float | None:
        """ "EstimatedTimeOfArrival": when a job that runs may be over; None while nothing can be told of it."""
        runtime, done = self.shown_runtime(now, release), self.progress / 100
        if self.state is not State.RUNNING or not runtime or not done:
            return None
        return now + runtime * (1 - done) / (done if release.jobs.estimates_by_progress else 1)

    def to_json(self, now: float, release: JobRelease) -> dict[str, Any]:
        """The answer of `GET /jobs/{id}`."""
        answer: dict[str, Any] = {
            "Content": dict(self.content),
            "CreationTime": time_text(self.created),
            "EffectiveRuntime": self.shown_runtime(now, release),
            "ErrorCode": 0 if self.error is None else int(self.error.code),
            "ErrorDescription": "Success" if self.error is None else self.error.message,
            "ID": self.id,
            "Priority": self.priority,
            "Progress": self.progress,
            "State": self.state.value,
            "Timestamp": time_text(now),
            "Type": self.kind,
        }
        arrival = self.arrival(now, release)
        if arrival is not None:
            answer["EstimatedTimeOfArrival"] = time_text(arrival)
        if self.error is not None and self.error.job_payload is not None:
            answer["ErrorPayload"] = self.error.job_payload
        if release.jobs.shows_job_error_details:
            answer["ErrorDetails"] = "" if self.error is None else self.error.details or ""
        if self.completed is not None:
            answer["CompletionTime"] = time_text(self.completed)
        if release.jobs.shows_job_user_data and self.user_data is not None:
            answer["UserData"] = self.user_data
        return answer


Work = Callable[[Store, Job], Run]


def percent(done: int, total: int) -> int:
    """A progress as jobs tell it: halves are rounded up."""
    return (200 * done + total) // (2 * total)


def canceled() -> OrthancError:
    return OrthancError(ErrorCode.CANCELED_JOB)


def time_text(seconds: float) -> str:
    """A moment as jobs tell it: in UTC, with microseconds."""
    whole = int(seconds)
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(whole))}.{int((seconds - whole) * 1_000_000):06d}"


def spent(store: Store, job: Job) -> Run:
    """The work of a job of a former life that can't be begun twice."""
    return SpentRun()


def never_again(store: Store, job: Job) -> Run:
    """The work of a job that is over and can't be done once more."""
    raise OrthancError(ErrorCode.BAD_SEQUENCE_OF_CALLS, job.no_resubmission)
