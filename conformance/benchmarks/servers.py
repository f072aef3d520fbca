"""The three servers of a benchmark: the emulator in process, the emulator on a port, and a live server.

What is on a port has a process of its own, the emulator as well as the live server: a client in the same process would
be measured with it.
"""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from emulator import Emulator
from emulator.store.level import LEVELS, LevelName

from ..targets.server_process import ServerProcess

#: The name of a level in paths.
PLURALS = {level.value: level.plural for level in LEVELS}

#: One private tag, so that each side knows it.
CONFIGURATION: Mapping[str, Any] = {"Dictionary": {"0011,01": ["LO", "BenchLabel", 1, 1, "ORTHANC-EMULATOR"]}}

#: The live server keeps files in memory as it does by default, and not as the rest of the suite has it; in MiB.
LIVE_CONFIGURATION: Mapping[str, Any] = {**CONFIGURATION, "MaximumStorageCacheSize": 128}


class Server(Protocol):
    """What the operations ask of a server; what it answers is not looked at, but for identifiers."""

    def connect(self) -> None: ...
    def store(self, file: bytes) -> str: ...
    def tags(self, instance: str) -> object: ...
    def simplified_tags(self, instance: str) -> object: ...
    def instance(self, identifier: str) -> object: ...
    def studies(self) -> object: ...
    def find(self, level: LevelName, query: Mapping[str, str]) -> list[str]: ...
    def modify(self, level: LevelName, identifier: str, request: Mapping[str, Any]) -> Any: ...
    def delete(self, level: LevelName, identifier: str) -> object: ...


class InProcess:
    """The emulator through its Python methods."""

    def __init__(self, orthanc: Emulator) -> None:
        self.orthanc = orthanc

    def connect(self) -> None:
        """Nothing to do: there is no connection."""

    def store(self, file: bytes) -> str:
        return self.orthanc.store(file).id

    def tags(self, instance: str) -> object:
        return self.orthanc.tags(instance)

    def simplified_tags(self, instance: str) -> object:
        return self.orthanc.simplified_tags(instance)

    def instance(self, identifier: str) -> object:
        return self.orthanc.resource("Instance", identifier)

    def studies(self) -> object:
        return [self.orthanc.resource("Study", study) for study in self.orthanc.resources("Study")]

    def find(self, level: LevelName, query: Mapping[str, str]) -> list[str]:
        return self.orthanc.find(level, query)

    def modify(self, level: LevelName, identifier: str, request: Mapping[str, Any]) -> Any:
        return self.orthanc.modify(level, identifier, request)

    def delete(self, level: LevelName, identifier: str) -> object:
        return self.orthanc.delete(level, identifier)


class OverHttp:
    """Any server, through one connection that is kept alive: the least that a client can cost."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.prefix = parts.path.rstrip("/")
        self.headers = dict(headers or {})
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=600)

    def connect(self) -> None:
        """Connects anew: Orthanc closes a connection on which nothing came for a second."""
        self.connection.close()
        self.call("GET", "/system")

    def call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """The body of an answer; raises RuntimeError for one that is not 200."""
        self.connection.request(method, self.prefix + path, body, self.headers)
        response = self.connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{method} {path} was answered {response.status}: {content[:500]!r}")
        return content

    def version(self) -> str:
        """The release that the server is."""
        return str(json.loads(self.call("GET", "/system"))["Version"])

    def store(self, file: bytes) -> str:
        return str(json.loads(self.call("POST", "/instances", file))["ID"])

    def tags(self, instance: str) -> object:
        return self.call("GET", f"/instances/{instance}/tags")

    def simplified_tags(self, instance: str) -> object:
        return self.call("GET", f"/instances/{instance}/simplified-tags")

    def instance(self, identifier: str) -> object:
        return self.call("GET", f"/instances/{identifier}")

    def studies(self) -> object:
        return self.call("GET", "/studies?expand")

    def find(self, level: LevelName, query: Mapping[str, str]) -> list[str]:
        body = json.dumps({"Level": level, "Query": query}).encode()
        return list(json.loads(self.call("POST", "/tools/find", body)))

    def modify(self, level: LevelName, identifier: str, request: Mapping[str, Any]) -> Any:
        answer = self.call("POST", f"/{PLURALS[level]}/{identifier}/modify", json.dumps(request).encode())
        return answer if level == "Instance" else json.loads(answer)

    def delete(self, level: LevelName, identifier: str) -> object:
        return self.call("DELETE", f"/{PLURALS[level]}/{identifier}")


@contextmanager
def in_process(release: str) -> Iterator[Server]:
    yield InProcess(Emulator(CONFIGURATION, release=release))


@contextmanager
def over_http(release: str) -> Iterator[Server]:
    """`python -m emulator serve`, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "orthanc.json"
        configuration.write_text(json.dumps({**CONFIGURATION, "DicomServerEnabled": False}), encoding="utf-8")
        arguments = ("serve", "--config", str(configuration), "--port", "0", "--release", release)
        command = [sys.executable, "-m", "emulator", *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            try:
                assert process.stdout is not None
                ready = re.search(r"http://\S+?(?=[:/]? )", process.stdout.readline())
                if ready is None:
                    raise RuntimeError(f"the emulator did not start: {' '.join(command)}")
                yield OverHttp(ready[0])
            finally:
                process.terminate()


@contextmanager
def executable(path: str, root: Path | None) -> Iterator[OverHttp]:
    """An Orthanc executable, started with an empty store in a temporary folder and a log of warnings only."""
    server = ServerProcess(path, LIVE_CONFIGURATION, root, verbose=False)
    try:
        yield OverHttp(server.client.url)
    finally:
        server.stop()
