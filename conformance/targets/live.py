"""What a scenario can run against: the emulator, a server at a URL, an Orthanc executable that is started for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..asking.clients import HttpClient, UnreachableError
from ..asking.exchange import Request, UnexpectedAnswerError
from ..asking.network import Address
from ..asking.session import Session
from ..scenarios.scenario import Scenario
from .databases import database_of, with_database
from .emulated import EmulatorTarget
from .fitting import Fitting
from .outcome import Outcome, refused_start, run_on
from .ownership import NEEDS_START, NotOursError, OwnedClient
from .plugins import MissingPluginError, with_plugins
from .postgresql import PostgresqlServer
from .probing import lacking_of
from .releases import nearest_release
from .room import Watch, check_room, may_recycle
from .server_process import CannotStartError, ServerProcess, StartRefusedError

#: What comes of reading answers that no Orthanc gives.
STRANGE_ANSWERS = (KeyError, TypeError, AttributeError, IndexError, ValueError)


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
        """The server with this configuration, a new one if it must be `empty`.

        Raises StartRefusedError, or MissingPluginError.
        """
        wanted = json.dumps(configuration, sort_keys=True)
        if empty or self.server is None or wanted != self.configuration:
            self.close()
            options = with_plugins(configuration, self.root)
            self.server = ServerProcess(self.executable, options, self.root, postgresql=self.postgresql)
            self.configuration = wanted
        return RunningServer(self.server.client, started=True)

    def run(self, scenario: Scenario) -> Outcome:
        try:
            # what an earlier scenario's job has stored since then is nothing that its clean-up could remove (1.13.0)
            server = self.start(scenario.configuration, empty=scenario.needs_empty_server)
        except MissingPluginError as error:
            return Outcome(not_asked=str(error))
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

    `exclusive` says that nobody else uses it, so that scenarios that need an empty server may run; `has_no_limits` that
    it recycles nothing, which a server before 1.12 does not tell; `is_owned` that nothing on it matters; `dicom` where
    it is on the DICOM network; `configuration` holds the options that its administrator gave it, as far as known.
    Raises NoRoomError for a server on which patients of others could go.
    """

    def __init__(
        self,
        client: HttpClient,
        exclusive: bool = False,
        *,
        has_no_limits: bool = False,
        is_owned: bool = False,
        dicom: Address | None = None,
        configuration: Mapping[str, Any] | None = None,
    ) -> None:
        client.dicom = dicom
        self.server = RunningServer(client)
        if not is_owned:
            check_room(self.server.system, self.server.statistics, vouched=has_no_limits)
            self.server.watch = Watch(client, always=may_recycle(self.server.system))
        self.release, self.database = self.server.release, self.server.database
        self.name = f"Orthanc {self.release} at {client.url}{with_database(self.database)}"
        self.exclusive = exclusive
        self.configuration = configuration or {}
        self.lacking: dict[str, Any] = {}  # by option and wanted value
        self.fitting: Fitting | None = None
        self.reasons: dict[str, str] = {}  # by the titles of scenarios that can't be asked

    def fit(self, scenario: Scenario) -> Scenario:
        """The scenario as this server can be asked it; one that it can't be asked stays as it is."""
        reason = self.reason_at_sight(scenario)
        if reason is None:
            try:
                found = self.fitting_now().fit(scenario)
            except NotOursError as error:
                found = str(error)
            if isinstance(found, Scenario):
                return found
            reason = found
        self.reasons[scenario.title] = reason
        return scenario

    def run(self, scenario: Scenario) -> Outcome:
        """Asks a scenario that `fit` gave."""
        reason = self.reasons.get(scenario.title)
        if reason:
            return Outcome(not_asked=reason)
        try:
            return self.server.run(scenario)
        except NotOursError as error:
            return Outcome(not_asked=str(error))

    def reason_at_sight(self, scenario: Scenario) -> str | None:
        if scenario.starts:
            return NEEDS_START
        if scenario.needs_empty_server and not self.exclusive:
            return "needs an empty server that nobody else uses: --exclusive"
        if scenario.needs_empty_server and not self.is_empty():
            return "needs an empty server: there are patients on this one"
        return None

    def is_empty(self) -> bool:
        return self.server.client.send(Request("GET", "/patients")).body.strip() == b"[]"

    def fitting_now(self) -> Fitting:
        if self.fitting is None:
            plugins = self.server.client.send(Request("GET", "/plugins"))
            has_web = plugins.status == 200 and "dicom-web" in plugins.json
            emulated = EmulatorTarget(nearest_release(self.release), self.database)
            self.fitting = Fitting(emulated, self.server.system, self.configuration, self.lacking_of, has_web=has_web)
        return self.fitting

    def lacking_of(self, option: str, wanted: Any) -> Any:
        """What the server lacks of the wanted value of an option, None if nothing; each is tried out once."""
        key = f"{option} {json.dumps(wanted, sort_keys=True)}"
        if key not in self.lacking:
            client = self.server.owned()
            try:
                self.lacking[key] = lacking_of(Session(client, "probe", "configuration"), option, wanted)
            except (UnexpectedAnswerError, *STRANGE_ANSWERS) as error:
                told = f"{type(error).__name__}: {error}"
                raise UnreachableError(f"what its configuration has could not be found out ({told})") from None
            finally:
                client.clean_up()
        return self.lacking[key]

    def rejects_unknown_tags(self) -> bool:
        """Whether this is an emulator in its default mode, which answers unknown tags otherwise than any release."""
        answer = self.server.client.send(Request("GET", "/emulator/health"))
        try:
            health = answer.json if answer.status == 200 else None
        except ValueError:
            return False
        return isinstance(health, dict) and health.get("unknown_tags") == "reject"

    def close(self) -> None:
        self.server.client.close()


class RunningServer:
    """A live server that answers: runs scenarios on it, each leaving nothing behind.

    `started` says that the suite has started it itself, and may change its settings.
    """

    def __init__(self, client: HttpClient, *, started: bool = False) -> None:
        self.client = client
        self.started = started
        self.watch: Watch | None = None
        self.system = self.answered("/system", "Version")
        self.statistics = {} if started else self.answered("/statistics", "CountPatients")
        self.release = str(self.system["Version"])
        self.database = database_of(self.system)

    def answered(self, path: str, member: str) -> dict[str, Any]:
        """What every Orthanc answers; raises CannotStartError for what is none."""
        answer = self.client.send(Request("GET", path))
        if answer.status != 200:
            raise CannotStartError(
                f"{self.client.url}{path} answers {answer.summary()}: is it an Orthanc, and the user right?"
            )
        body = answer.json
        if not isinstance(body, dict) or member not in body:
            told = f"{self.client.url}{path} has no {member}"
            raise CannotStartError(f"{told}, so this is no Orthanc: {answer.summary()}")
        return body

    def owned(self) -> OwnedClient:
        return OwnedClient(self.client, started=self.started, watch=self.watch)

    def run(self, scenario: Scenario) -> Outcome:
        owned = self.owned()
        try:
            return run_on(owned, scenario)
        finally:
            owned.clean_up()
            if self.watch is not None:
                self.watch.check()
