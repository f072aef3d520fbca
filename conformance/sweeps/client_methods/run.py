"""The calls of all clients, carried out on the emulator, and on a server that is started for them."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

from emulator import Emulator
from emulator.testing.shared_server import SharedServer

from ...asking.clients import HttpClient
from ...targets.plugins import with_plugins
from ...targets.server_process import BASE_CONFIGURATION, ServerProcess
from . import dicomweb_client_calls, orthanc_api_client_calls, pyorthanc_calls
from .outcomes import outcome
from .pyorthanc_routes import Call
from .world import CONFIGURATION, World


def dicomweb_client(module: Any, url: str) -> Any:
    """A client that does not try again what failed."""
    made = module.DICOMwebClient(f"{url}/dicom-web")
    made.set_http_retry_params(retry=False)
    return made


CLIENTS = {
    "pyorthanc": pyorthanc_calls,
    "orthanc_api_client": orthanc_api_client_calls,
    "dicomweb_client": dicomweb_client_calls,
}
#: What makes a client of its module and the URL of a server.
MAKERS: Mapping[str, Callable[[Any, str], Any]] = {
    "pyorthanc": lambda module, url: module.Orthanc(url),
    "orthanc_api_client": lambda module, url: module.OrthancApiClient(url),
    "dicomweb_client": dicomweb_client,
}
#: The options that a client needs beside those of all.
FURTHER_OPTIONS: Mapping[str, Mapping[str, Any]] = {"dicomweb_client": {"DicomWeb": {"Enable": True}}}

#: What calls change beside the resources: they get a server of their own, and so does the next one.
SETTINGS = (
    "_tools_",
    "set_log_level",
    "modalities.",
    "_modalities_",
    "_peers_",
    "_changes",
    "_exports",
    "_jobs",
    "jobs.",
)

#: The release of which all outcomes are recorded.
WHOLE_RELEASE = "1.12.7"

Outcome = dict[str, Any]


def configuration(client: str) -> dict[str, Any]:
    """The options of both servers."""
    return {**CONFIGURATION, **FURTHER_OPTIONS.get(client, {})}


def calls(client: str) -> dict[str, Call]:
    """All calls of a client that is installed, by name. Raises ImportError."""
    return dict(CLIENTS[client].calls(importlib.import_module(client)))


def version(client: str) -> str:
    return importlib.metadata.version(client.replace("_", "-"))


def world_at(client: str, url: str, folder: str) -> World:
    module = importlib.import_module(client)
    return World(url, Path(folder), HttpClient(url), module, MAKERS[client](module, url))


def on_emulator(client: str, release: str, names: Iterable[str]) -> Iterator[tuple[str, Outcome]]:
    """The outcome of each of these calls on an emulator of its own."""
    known = calls(client)
    filled = Emulator({**BASE_CONFIGURATION, **configuration(client)}, release=release, unknown_tags="as-release")
    with SharedServer() as server:
        with server.answering(filled) as url, tempfile.TemporaryDirectory() as folder:
            world = world_at(client, url, folder)
            world.fill()
        for name in names:
            with server.answering(filled.fork()), tempfile.TemporaryDirectory() as folder:
                world.folder = Path(folder)
                yield name, outcome(world, known[name])


def on_server(client: str, orthanc: str, root: Path | None, names: Iterable[str]) -> Iterator[tuple[str, Outcome]]:
    """The outcome of each of these calls on a server, emptied before each, or started anew after one that sets it."""
    known = calls(client)
    server: ServerProcess | None = None
    try:
        for name in names:
            sets = any(part in name for part in SETTINGS)
            if server is None or sets:
                if server is not None:
                    server.stop()
                server = ServerProcess(orthanc, with_plugins(configuration(client), root), root, verbose=False)
            with tempfile.TemporaryDirectory() as folder:
                world = world_at(client, server.client.url, folder)
                with closing(world.client) if hasattr(world.client, "close") else nullcontext():
                    world.empty()
                    world.fill()
                    yield name, outcome(world, known[name])
            if sets:
                server.stop()
                server = None
    finally:
        if server is not None:
            server.stop()


def read(folder: Path, release: str, client: str) -> dict[str, Any]:
    """What was recorded of a client: its version, and the outcomes by call; of most releases those alone that differ.

    Raises OSError.
    """
    recorded: dict[str, Any] = json.loads((folder / release / f"{client}.json").read_text(encoding="utf-8"))
    return recorded


def write(folder: Path, release: str, client: str, outcomes: dict[str, Outcome]) -> Path:
    """Records outcomes, one line each: all of 1.12.7, and of other releases what differs from them (1.12.7 first)."""
    common = {} if release == WHOLE_RELEASE else read(folder, WHOLE_RELEASE, client)["outcomes"]
    kept = {name: one for name, one in outcomes.items() if common.get(name) != one}
    lines = (f"  {json.dumps(name)}: {json.dumps(kept[name], sort_keys=True)}" for name in sorted(kept))
    path = folder / release / f"{client}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = f'{{\n "client": {json.dumps(version(client))},\n "outcomes": {{\n'
    path.write_text(head + ",\n".join(lines) + "\n }\n}\n", encoding="utf-8")
    return path
