"""What differs between releases in this room, as data: what a job tells of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..json.rules import JsonRelease
from ..ruling import Rules


@dataclass(init=False, eq=False, repr=False)
class JobRules(Rules):
    """What a job tells of itself, while it runs and after a restart."""

    # What is told

    shows_job_error_details: bool = False
    """Jobs have "ErrorDetails" [1.10.1 on]."""
    shows_job_user_data: bool = False
    """The request's UserData is kept [1.13.0 on]."""

    # While it runs

    shows_runtime_of_steps: bool = False
    """EffectiveRuntime of a job that runs is that of its present step [1.12.7 on]."""
    estimates_by_progress: bool = False
    """EstimatedTimeOfArrival heeds how far the job is [1.10.1 on]."""
    resubmissions_begin_at_zero: bool = False
    """Progress of a job that runs again begins at 0, else stays as it was until its first step [1.12.7 on]."""

    # After a restart

    begins_cascades_once: bool = True
    """A cascade that a restart found failed or paused can't be done once more: Bad sequence of calls [only 1.9.1]."""
    forgets_job_errors: bool = True
    """A restart forgets why a job failed [only 1.9.1]."""
    forgets_job_progress: bool = False
    """A restart forgets Progress and Description of a cascade that was over [1.12.7 on]."""


class JobRelease(JsonRelease, Protocol):
    """What jobs ask of a release."""

    @property
    def jobs(self) -> JobRules: ...
