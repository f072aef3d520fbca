"""What a scenario can run against: the emulator, a server at a URL, an Orthanc executable that is started for it."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from ..asking.clients import EmulatorClient, HttpClient, UnreachableError
from ..asking.exchange import Entry, Request, UnexpectedAnswerError
from ..asking.session import Client, Session
from ..comparing.differences import NormalEntry, normalise
from ..recorder.recordings import SQLITE
from ..scenarios.scenario import Scenario
from .ownership import NotOursError, OwnedClient
from .postgresql import PostgresqlServer
from .probing import missing_options
from .server_process import BASE_CONFIGURATION, CannotStartError, ServerProcess, StartRefusedError

POSTGRESQL = "postgresql"

#: The databases that the emulator can be set to, and the options that do it.
DATABASE_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    SQLITE: {},
    POSTGRESQL: {"PostgreSQL": {"EnableIndex": True}},
}


def database_of(system: Mapping[str, Any]) -> str:
    """Which database has the index of a server that answers this to /system; SQLite where it is none of ours."""
    plugin = str(system.get("DatabaseBackendPlugin") or "")
    return POSTGRESQL if "postgresql" in plugin.lower() else SQLITE


def with_database(database: str) -> str:
    """What a target's name says of its database: nothing of the usual one."""
    return "" if database == SQLITE else f" with {database}"


@dataclass(frozen=True)
class Outcome:
    """What came of running a scenario against a target.

    `log` is empty and `not_asked` a reason where the target could not be asked; `stopped` says why a scenario did not
    reach its end; `failure` is the traceback of an error inside the emulator.
    """

    log: Sequence[Entry] = ()
    known: frozenset[str] = frozenset()
    not_asked: str | None = None
    stopped: str | None = None
    failure: str | None = None
    normal: list[NormalEntry] = field(default_factory=list)


class Target(Protocol):
    """`name` is for people; `release` the Orthanc release that it is or stands for, `database` that of its index."""

    name: str
    release: str
    database: str

    def run(self, scenario: Scenario) -> Outcome: ...

    def close(self) -> None: ...


def run_on(client: Client, scenario: Scenario) -> Outcome:
    """Runs a scenario that needs a started server."""
    session = Session(client, scenario.chapter, scenario.name)
    if scenario.starts:
        observe_start(session, scenario.promised, None)
    stopped = failure = None
    try:
        scenario.function(session)
    except (UnexpectedAnswerError, KeyError, IndexError, TypeError) as error:
        stopped = f"{type(error).__name__}: {error}"
    except (NotOursError, UnreachableError):
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

    def send(self, request: Request) -> Any:
        raise UnexpectedAnswerError("the server did not start")

    send_counting_files = send

    def wait(self, seconds: float) -> None:
        raise UnexpectedAnswerError("the server did not start")


class EmulatorTarget:
    """The emulator, in process: a fresh one for each scenario, set to `release` and its index to `database`.

    Scenarios of the documented contract get its default mode, all others the one that does as the release does.
    """

    def __init__(self, release: str, database: str = SQLITE) -> None:
        self.release = release
        self.database = database
        self.name = f"emulator of {release}{with_database(database)}"

    def run(self, scenario: Scenario) -> Outcome:
        from emulator import Emulator, OrthancError

        unknown_tags: Literal["reject", "as-release"] = "reject" if scenario.mode == "contract" else "as-release"
        configuration = {**BASE_CONFIGURATION, **scenario.configuration, **DATABASE_OPTIONS[self.database]}
        try:
            emulator = Emulator(configuration, release=self.release, unknown_tags=unknown_tags)
        except OrthancError as error:
            refusal = StartRefusedError(int(error.code), error.message, error.details or "")
            return refused_start(scenario, refusal)
        with emulator:
            return run_on(EmulatorClient(emulator), scenario)

    def close(self) -> None:
        pass


class ExecutableTarget:
    """An Orthanc executable: started for the first scenario that needs a configuration, kept for the next like it.

    With `postgresql` its index is in a fresh database there, else in SQLite.
    """

    def __init__(self, executable: str, root: Path | None = None, postgresql: PostgresqlServer | None = None) -> None:
        self.executable, self.root, self.postgresql = executable, root, postgresql
        self.server: ServerProcess | None = None
        self.configuration: str | None = None
        started = self.start({})
        self.release, self.database = started.release, started.database
        where = f" in {root}" if root else ""
        self.name = f"Orthanc {self.release} ({executable}{where}){with_database(self.database)}"

    def start(self, configuration: Mapping[str, Any], *, empty: bool = False) -> RunningServer:
        """The server with this configuration, a new one if it must be `empty`; raises StartRefusedError."""
        wanted = json.dumps(configuration, sort_keys=True)
        if empty or self.server is None or wanted != self.configuration:
            self.close()
            self.server = ServerProcess(self.executable, configuration, self.root, postgresql=self.postgresql)
            self.configuration = wanted
        return RunningServer(self.server.client, started=True)

    def run(self, scenario: Scenario) -> Outcome:
        try:
            # what an earlier scenario's job has stored since then is nothing that its clean-up could remove (1.13.0)
            server = self.start(scenario.configuration, empty=scenario.needs_empty_server)
        except StartRefusedError as refusal:
            return refused_start(scenario, refusal)
        try:
            return server.run(scenario)
        except NotOursError as error:
            return Outcome(stopped=str(error))

    def close(self) -> None:
        server, self.server = self.server, None
        if server is not None:
            server.stop()


class UrlTarget:
    """A server that is already running, perhaps in use: only what it can be asked safely is asked.

    `exclusive` says that nobody else uses it, so that scenarios that need an empty server may run.
    """

    def __init__(
        self,
        url: str,
        user: str | None = None,
        password: str | None = None,
        exclusive: bool = False,
    ) -> None:
        self.server = RunningServer(HttpClient(url, user, password))
        self.release, self.database = self.server.release, self.server.database
        self.name = f"Orthanc {self.release} at {url}{with_database(self.database)}"
        self.exclusive = exclusive
        self.missing: dict[str, list[str]] = {}

    def run(self, scenario: Scenario) -> Outcome:
        reason = self.reason_not_to_ask(scenario)
        if reason:
            return Outcome(not_asked=reason)
        try:
            return self.server.run(scenario)
        except NotOursError as error:
            return Outcome(not_asked=str(error))

    def reason_not_to_ask(self, scenario: Scenario) -> str | None:
        if scenario.starts:
            return "needs a server that the suite starts itself: --orthanc"
        if scenario.needs_empty_server and not self.exclusive:
            return "needs an empty server that nobody else uses: --exclusive"
        if scenario.needs_empty_server and not self.is_empty():
            return "needs an empty server: there are patients on this one"
        missing = self.missing_options(scenario.configuration)
        return f"needs {', '.join(missing)} in the server's configuration" if missing else None

    def is_empty(self) -> bool:
        return self.server.client.send(Request("GET", "/patients")).body.strip() == b"[]"

    def missing_options(self, configuration: Mapping[str, Any]) -> list[str]:
        key = json.dumps(configuration, sort_keys=True)
        if key not in self.missing:
            client = OwnedClient(self.server.client)
            try:
                self.missing[key] = missing_options(Session(client, "probe", "configuration"), configuration)
            except NotOursError as error:
                return [str(error)]
            finally:
                client.clean_up()
        return self.missing[key]

    def close(self) -> None:
        self.server.client.close()


class RunningServer:
    """A live server that answers: runs scenarios on it, each leaving nothing behind.

    `started` says that the suite has started it itself, and may change its settings.
    """

    def __init__(self, client: HttpClient, *, started: bool = False) -> None:
        self.client = client
        self.started = started
        answer = client.send(Request("GET", "/system"))
        if answer.status != 200:
            raise CannotStartError(
                f"{client.url}/system answers {answer.summary()}: is it an Orthanc, and the user right?"
            )
        self.release = answer.text_field("Version")
        self.database = database_of(answer.json)

    def run(self, scenario: Scenario) -> Outcome:
        owned = OwnedClient(self.client, started=self.started)
        try:
            return run_on(owned, scenario)
        finally:
            owned.clean_up()
