"""An Orthanc executable, started on a free loopback port in a temporary folder, and stopped again."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..asking.clients import HttpClient, UnreachableError
from ..asking.exchange import Request
from ..asking.network import Address
from ..files.server_scripts import with_scripts
from .postgresql import PostgresqlServer

START_SECONDS = 30.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.02

#: What every server of the suite is started with; a scenario's options come on top.
BASE_CONFIGURATION: Mapping[str, Any] = {
    "Name": "conformance",
    "DicomServerEnabled": False,
    "RemoteAccessAllowed": False,
    "AuthenticationEnabled": False,
    "Plugins": [],
    "StableAge": 600,
    "MaximumStorageCacheSize": 0,
}

#: An error of the JSON library has no code; it counts as an internal error, whose details are its words.
REFUSAL = re.compile(
    r"Uncaught exception, stopping now: \[(?P<message>.*?)\](?: \(code (?P<code>-?\d+)\)|\s*$)", re.MULTILINE
)
INTERNAL_ERROR = (-1, "Internal error")
UNKNOWN_TAG = 27  # its details stand between quotation marks
#: The error code "The TCP port of the HTTP server is privileged or already in use".
PORT_IN_USE = 2004


class StartRefusedError(Exception):
    """A configuration with which the server does not start: its error code, message and details (perhaps empty)."""

    def __init__(self, code: int, message: str, details: str) -> None:
        self.code, self.message, self.details = code, message, details
        super().__init__(f"{message} (code {code})" + (f": {details}" if details else ""))


class CannotStartError(Exception):
    """An executable that can't be run, or that gives no reason for stopping."""


class ServerProcess:
    """A running server: `client` talks to it. With `root`, the executable is run in a chroot there.

    `further_files` are the texts, by name, of configuration files that the server reads beside its own; with
    `postgresql` the server keeps its index in a fresh database there, else in SQLite. The counts of files read need a
    `verbose` log.

    Raises StartRefusedError, or CannotStartError.
    """

    def __init__(
        self,
        executable: str,
        configuration: Mapping[str, Any],
        root: Path | None = None,
        further_files: Mapping[str, str] | None = None,
        *,
        verbose: bool = True,
        postgresql: PostgresqlServer | None = None,
    ) -> None:
        self.executable = executable
        self.root = root
        self.further_files = further_files or {}
        self.verbose = verbose
        self.postgresql = postgresql
        self.database: str | None = None
        inside = Path("/") if root is None else root
        self.folder = Path(tempfile.mkdtemp(prefix="orthanc-conformance-", dir=None if root is None else root / "tmp"))
        self.seen = self.folder if root is None else Path("/") / self.folder.relative_to(inside)
        self.log_path = self.folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.start_somewhere(configuration)

    def start_somewhere(self, configuration: Mapping[str, Any]) -> None:
        """Starts the server on a port that is free; what it left goes if it does not start."""
        try:
            for _ in range(3):
                if self.start(configuration):
                    return
            raise CannotStartError(f"{self.executable}: three free ports in a row were taken by others")
        except BaseException:
            self.stop()
            raise

    def restart(self, configuration: Mapping[str, Any]) -> None:
        """Ends the server in an orderly way and starts it with another configuration on what it has stored.

        The log begins anew; `client` is another one, for the port is. Raises StartRefusedError, or CannotStartError.
        """
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.start_somewhere(configuration)

    def start(self, configuration: Mapping[str, Any]) -> bool:
        """Starts the server and waits until it answers; False if its port was taken meanwhile."""
        port = free_port()
        if self.postgresql is not None and self.database is None:
            self.database = self.postgresql.make_database()
        options = {
            **BASE_CONFIGURATION,
            "StorageDirectory": f"{self.seen}/db",
            "IndexDirectory": f"{self.seen}/db",
            **with_scripts(configuration, self.folder / "scripts", self.seen / "scripts"),
            **self.database_options(),
            "HttpPort": port,
        }
        listens = options["DicomServerEnabled"] is True
        if listens:
            options["DicomPort"] = free_port()
        (self.folder / "configuration").mkdir(exist_ok=True)
        for name, text in {"orthanc.json": json.dumps(options, indent=1), **self.further_files}.items():
            (self.folder / "configuration" / name).write_text(text, encoding="utf-8")
        command = [self.executable, *(["--verbose"] if self.verbose else []), f"{self.seen}/configuration"]
        if self.root is not None:
            command = ["chroot", str(self.root), *command]
        with self.log_path.open("wb") as log:
            try:
                # a session of its own: Ctrl-C must not stop the server before its resources are cleaned up
                self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            except OSError as error:
                raise CannotStartError(
                    f"Cannot run {command[0]}: {error.strerror}; give the path of an Orthanc executable"
                ) from None
        self.client = HttpClient(f"http://127.0.0.1:{port}")
        self.client.file_counter = self.files_read
        if listens:
            self.client.dicom = Address("127.0.0.1", int(options["DicomPort"]), options.get("DicomAet", "ORTHANC"))
        try:
            self.wait()
        except StartRefusedError as refusal:
            if refusal.code == PORT_IN_USE:
                return False
            raise
        return True

    def database_options(self) -> Mapping[str, Any]:
        if self.postgresql is None or self.database is None:
            return {}
        return self.postgresql.options(self.database)

    def wait(self) -> None:
        """Waits until the server answers; raises StartRefusedError if it stops, CannotStartError after a while."""
        assert self.process is not None
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise self.refusal()
            try:
                self.client.send(Request("GET", "/system"))
                return
            except UnreachableError:
                time.sleep(POLL_SECONDS)
        raise CannotStartError(f"The server does not answer {START_SECONDS:.0f} s after its start")

    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def refusal(self) -> StartRefusedError | CannotStartError:
        """Why the server stopped, from its log."""
        log = self.log()
        found = REFUSAL.search(log)
        if not found:
            lines = " / ".join(log.strip().splitlines()[-3:])
            return CannotStartError(
                f"The server stopped without saying why: is it an Orthanc? The end of its log: {lines or '(empty)'}"
            )
        message = found["message"]
        if found["code"] is None:
            return StartRefusedError(*INTERNAL_ERROR, message)
        code = int(found["code"])
        details = logged_details(log, message)
        return StartRefusedError(code, message, details[1:-1] if code == UNKNOWN_TAG else details)

    def files_read(self) -> int:
        """How many stored files the server has read, from its log: as its metrics say where it has them (1.12.7)."""
        return self.log().count("Reading attachment")

    def stop(self) -> None:
        """Stops the server and removes its folder and its database."""
        if self.process is not None and self.process.poll() is None:
            # not terminate(): an orderly end takes Orthanc 2.5 s, and its storage is thrown away anyway
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.postgresql is not None and self.database is not None:
            database, self.database = self.database, None
            self.postgresql.drop_database(database)


def logged_details(log: str, message: str) -> str:
    """What a line of the log says beside an error's message; it goes on until the next line begins with its date."""
    place = r"^[EI]\d{4} [^\n]*?\.cpp:\d+\](?: \(dicom\))? "
    found = re.search(rf"{place}{re.escape(message)}: (.*?)\n?(?=^[A-Z]\d{{4}} |\Z)", log, re.MULTILINE | re.DOTALL)
    return found[1].lstrip() if found else ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
