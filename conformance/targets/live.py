"""What a scenario can run against: the emulator, a server at a URL, an Orthanc executable that is started for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..asking.clients import HttpClient
from ..asking.exchange import Request
from ..asking.session import Session
from ..scenarios.scenario import Scenario
from .databases import database_of, with_database
from .outcome import Outcome, refused_start, run_on
from .ownership import NotOursError, OwnedClient
from .plugins import MissingPluginError, with_plugins
from .postgresql import PostgresqlServer
from .probing import missing_options
from .server_process import CannotStartError, ServerProcess, StartRefusedError


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
