"""The live server of a run of tests: an executable that is started as tests need it, or a URL of an empty server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from emulator.configuration.option_table import HONOURED

from ..asking.clients import HttpClient
from ..asking.configurations import DEFAULTS
from ..asking.exchange import Request
from ..asking.network import Address
from ..asking.session import Session
from ..targets.fitting import NOT_TAKEN
from ..targets.ownership import OwnedClient
from ..targets.plugins import MissingPluginError, with_plugins
from ..targets.probing import PROBES, lacking_of
from ..targets.server_process import ServerProcess

#: What a test's configuration may set on a server that is started: nothing that says where it keeps things, or what it
#: runs, for that could be somebody's own.
TAKEN = {*HONOURED.split(), "DicomWeb", "StableAge"} - (NOT_TAKEN - {"StableAge"})

#: Scripts are somebody's own: they are run where their owner runs them.
OF_SCRIPTS = ("PythonScript", "LuaScripts")


class NotFitError(Exception):
    """A server that a test can't be run on, with the reason."""


class LiveServer(Protocol):
    """`name` is for people, `release` what /system tells, `dicom` where it is on the DICOM network."""

    name: str
    release: str

    def prepare(self, configuration: Mapping[str, Any]) -> None:
        """An empty server with this configuration; raises NotFitError."""

    def connect(self) -> HttpClient:
        """A client of it, for one thread."""

    def dicom(self) -> Address:
        """Raises NotFitError."""

    def empty(self) -> None:
        """Deletes what a test has left."""

    def close(self) -> None: ...


class StartedServer:
    """An executable, started for the first test with a configuration and kept for the next with the same."""

    def __init__(self, executable: str) -> None:
        self.executable = executable
        self.process: ServerProcess | None = None
        self.configuration: str | None = None
        self.prepare({})
        self.release = release_of(self.client())
        self.name = f"Orthanc {self.release} ({executable})"

    def prepare(self, configuration: Mapping[str, Any]) -> None:
        scripts = [name for name in OF_SCRIPTS if configuration.get(name)]
        if scripts:
            raise NotFitError(f"{' and '.join(scripts)} of the configuration are not given to a live server")
        options = {name: value for name, value in configuration.items() if name in TAKEN}
        wanted = json.dumps(options, sort_keys=True)
        if self.process is not None and wanted == self.configuration:
            return
        self.close()
        try:
            self.process = ServerProcess(self.executable, with_plugins(options, None), verbose=False)
        except MissingPluginError as error:
            raise NotFitError(str(error)) from None
        self.configuration = wanted

    def client(self) -> HttpClient:
        assert self.process is not None
        return self.process.client

    def connect(self) -> HttpClient:
        return HttpClient(self.client().url)

    def dicom(self) -> Address:
        """Starts the server again, on the DICOM network, where it is not yet."""
        if self.client().dicom is None:
            self.prepare({**json.loads(self.configuration or "{}"), "DicomServerEnabled": True})
        address = self.client().dicom
        assert address is not None
        return address

    def empty(self) -> None:
        delete_all(self.client())
        self.client().send(Request("DELETE", "/changes"))

    def close(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.stop()


class ServerAtUrl:
    """A server that runs already, of which nothing is known but what it shows; a test that needs more is not run on it.

    It must be empty before each test, unless `deletes` says that all on it may go. Raises NotFitError.
    """

    def __init__(self, url: str, *, deletes: bool) -> None:
        self.url = url
        self.client = HttpClient(url)
        self.lacking: dict[str, Any] = {}
        self.release = release_of(self.client)
        self.name = f"Orthanc {self.release} at {self.client.url}"
        if deletes:
            delete_all(self.client)
        self.check_empty()

    def check_empty(self) -> None:
        found = self.client.send(Request("GET", "/statistics")).json["CountPatients"]
        if found:
            raise NotFitError(
                f"{self.name} is not empty: there are {found} patients. Tests run on an empty server that nobody else "
                "uses, for all on it is deleted after each; --orthanc-live-delete deletes these, too"
            )

    def prepare(self, configuration: Mapping[str, Any]) -> None:
        self.check_empty()
        wanted = {**DEFAULTS, **{name: value for name, value in configuration.items() if name in TAKEN}}
        lacking = [name for name, value in wanted.items() if name in PROBES and self.lacks(name, value)]
        if lacking:
            named = ", ".join(
                f'"{name}": {json.dumps(configuration.get(name, DEFAULTS.get(name)))}' for name in lacking
            )
            raise NotFitError(f"{self.name} has another configuration than this test needs: {named}")

    def lacks(self, option: str, value: Any) -> bool:
        key = f"{option} {json.dumps(value, sort_keys=True)}"
        if key not in self.lacking:
            owned = OwnedClient(self.client)
            try:
                self.lacking[key] = lacking_of(Session(owned, "probe", "configuration"), option, value)
            finally:
                owned.clean_up()
        return self.lacking[key] is not None

    def connect(self) -> HttpClient:
        return HttpClient(self.url)

    def dicom(self) -> Address:
        system = self.client.send(Request("GET", "/system")).json
        return Address(self.client.connection.host, int(system["DicomPort"]), str(system["DicomAet"]))

    def empty(self) -> None:
        delete_all(self.client)

    def close(self) -> None:
        self.client.close()


def release_of(client: HttpClient) -> str:
    answer = client.send(Request("GET", "/system"))
    release = answer.json.get("Version") if answer.status == 200 and isinstance(answer.json, dict) else None
    if release is None:
        raise NotFitError(f"{client.url}/system answers {answer.summary()}: is it an Orthanc, and the user right?")
    return str(release)


def delete_all(client: HttpClient) -> None:
    for patient in client.send(Request("GET", "/patients")).json:
        client.send(Request("DELETE", f"/patients/{patient}"))


def live_server(place: str, *, deletes: bool) -> LiveServer:
    """The server at a URL, or an executable."""
    if "://" in place:
        return ServerAtUrl(place, deletes=deletes)
    return StartedServer(place)
