"""One job: what it does, and what came of it so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from ..diagnostics import Diagnostic
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.store import Store


class State(Enum):
    """The state of a job; its value is the name that the server uses."""

    PENDING = "Pending"
    RUNNING = "Running"
    PAUSED = "Paused"
    SUCCESS = "Success"
    FAILURE = "Failure"


#: A job in one of these has come to its end.
ENDED = frozenset({State.SUCCESS, State.FAILURE})


@dataclass(frozen=True)
class Output:
    """A file that a job made, for `GET /jobs/{id}/{name}`."""

    data: bytes
    content_type: str
    file_name: str | None = None


@dataclass
class Job:
    """A job; times are in seconds since the epoch, `runtime` in seconds.

    `kind` is the server's "Type"; `content` its "Content", which depends on the kind and may grow while it runs.
    `work` does it, in the store that it is given, and sets `content`, `outputs` and `diagnostics` (never changes them
    in place). `request` is what asked for it, as diagnostics name it. `no_resubmission` is the error of who wants it
    done once more, "" where it can be.
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
    diagnostics: tuple[Diagnostic, ...] = ()
    request: str = ""
    no_resubmission: str = ""
    completed: float | None = None
    runtime: float = 0.0

    @property
    def is_over(self) -> bool:
        return self.state in ENDED

    def reference(self) -> dict[str, Any]:
        """What the answer to an asynchronous request says of it."""
        return {"ID": self.id, "Path": f"/jobs/{self.id}"}

    def twin(self) -> Job:
        """A copy that goes its own way from here."""
        return replace(self)

    def to_json(self, now: float, release: Release) -> dict[str, Any]:
        """The answer of `GET /jobs/{id}`."""
        answer: dict[str, Any] = {
            "Content": dict(self.content),
            "CreationTime": time_text(self.created),
            "EffectiveRuntime": round(self.runtime, 3),
            "ErrorCode": 0 if self.error is None else int(self.error.code),
            "ErrorDescription": "Success" if self.error is None else self.error.message,
            "ID": self.id,
            "Priority": self.priority,
            "Progress": self.progress,
            "State": self.state.value,
            "Timestamp": time_text(now),
            "Type": self.kind,
        }
        if release.shows_job_error_details:
            answer["ErrorDetails"] = "" if self.error is None else self.error.details or ""
        if self.completed is not None:
            answer["CompletionTime"] = time_text(self.completed)
        if release.shows_job_user_data and self.user_data is not None:
            answer["UserData"] = self.user_data
        return answer


Work = Callable[[Store, Job], None]


def canceled() -> OrthancError:
    return OrthancError(ErrorCode.CANCELED_JOB)


def time_text(seconds: float) -> str:
    """A moment as jobs tell it: in UTC, with microseconds."""
    whole = int(seconds)
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(whole))}.{int((seconds - whole) * 1_000_000):06d}"
