"""What a target is, and what comes of running a scenario on a client."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from pydicom.dataset import Dataset

from ..asking.clients import UnreachableError
from ..asking.exchange import Entry, Request, UnexpectedAnswerError
from ..asking.network import Address
from ..asking.session import Client, Session
from ..asking.stand_ins import StandInClient
from ..comparing.normalising import NormalEntry, normalise
from ..scenarios.scenario import Scenario
from .ownership import NotOursError
from .room import ForeignLossError
from .server_process import StartRefusedError


@dataclass(frozen=True)
class Outcome:
    """What came of running a scenario against a target.

    `log` is empty and `not_asked` a reason where the target could not be asked; `stopped` says why a scenario did not
    reach its end; `failure` is the traceback of an error inside the emulator; `failed` that the server
    failed, so that it could not be asked.
    """

    log: Sequence[Entry] = ()
    known: frozenset[str] = frozenset()
    not_asked: str | None = None
    stopped: str | None = None
    failure: str | None = None
    failed: bool = False
    normal: list[NormalEntry] = field(default_factory=list)


class Target(Protocol):
    """`name` is for people; `release` the Orthanc release that it is or stands for, `database` that of its index."""

    name: str
    release: str
    database: str

    def run(self, scenario: Scenario) -> Outcome: ...

    def close(self) -> None: ...


@runtime_checkable
class Fits(Protocol):
    """A target that can't be configured as a scenario needs it."""

    def fit(self, scenario: Scenario) -> Scenario:
        """The scenario as this target can be asked it."""


def fitted(target: Target, scenario: Scenario) -> Scenario:
    """The scenario as it is asked of this target and of what is compared with it."""
    return target.fit(scenario) if isinstance(target, Fits) else scenario


def run_on(client: Client, scenario: Scenario) -> Outcome:
    """Runs a scenario that needs a started server."""
    spoken_to = client if scenario.stand_ins is None else StandInClient(client, scenario.stand_ins)
    session = Session(spoken_to, scenario.chapter, scenario.name)
    if scenario.starts:
        observe_start(session, scenario.promised, None)
    stopped = failure = None
    try:
        scenario.function(session)
    except (UnexpectedAnswerError, KeyError, IndexError, TypeError) as error:
        stopped = f"{type(error).__name__}: {error}"
    except (NotOursError, UnreachableError, ForeignLossError):
        raise
    except Exception:
        failure = traceback.format_exc()
        stopped = failure.strip().splitlines()[-1]
    return finished(session, stopped, failure)


def finished(session: Session, stopped: str | None, failure: str | None) -> Outcome:
    known = frozenset(session.known)
    normal = normalise(session.log, known)
    return Outcome(session.log, known, stopped=stopped, failure=failure, normal=normal)


def observe_start(session: Session, promised: bool, refusal: StartRefusedError | None) -> None:
    """Logs that the server started, or the error with which it did not."""
    outcome: dict[str, Any] = {"Started": refusal is None}
    if refusal is not None:
        outcome |= {"OrthancStatus": refusal.code, "Message": refusal.message, "Details": refusal.details}
    session.observe("the server's start", outcome)
    if promised:
        session.expect("the server starts", refusal is None)


def refused_start(scenario: Scenario, refusal: StartRefusedError) -> Outcome:
    session = Session(NoClient(), scenario.chapter, scenario.name)
    observe_start(session, scenario.promised, refusal)
    stopped = None if scenario.starts else f"the server does not start: {refusal}"
    return finished(session, stopped, None)


class NoClient:
    """The client of a server that did not start."""

    dicom: Address | None = None

    def owns(self, content: Dataset) -> None:
        raise UnexpectedAnswerError("the server did not start")

    def send(self, request: Request) -> Any:
        raise UnexpectedAnswerError("the server did not start")

    send_counting_files = send

    def wait(self, seconds: float) -> None:
        raise UnexpectedAnswerError("the server did not start")
