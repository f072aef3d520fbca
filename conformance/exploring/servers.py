"""The server that is explored, and which configuration it has."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..asking.clients import HttpClient
from ..asking.configurations import EXPLORED, EXPLORED_NETWORK
from ..asking.exchange import Request
from ..asking.session import Session
from ..files.raw import RawElement, raw_file
from ..targets.ownership import OwnedClient
from ..targets.probing import lacking_default_creator, lacking_overwriting
from ..targets.server_process import BASE_CONFIGURATION, CannotStartError, ServerProcess
from .own_server import OwnServerClient


@contextmanager
def running_server(client: HttpClient) -> Iterator[tuple[HttpClient, Mapping[str, Any]]]:
    """The client of a server in use, and the configuration that it has as far as it shows."""
    try:
        yield client, {**BASE_CONFIGURATION, **configuration_of(client)}
    finally:
        client.close()


@contextmanager
def started_server(
    executable: str, root: Path | None, *, network: bool = False
) -> Iterator[tuple[OwnServerClient, Mapping[str, Any]]]:
    """The client of a server that is started with the explored configuration, and that configuration."""
    configuration = EXPLORED_NETWORK if network else EXPLORED
    # DCMTK's own switch: without it Nagle's algorithm and delayed acknowledgements cost 40 ms a request
    os.environ.setdefault("TCP_NODELAY", "1")
    running: list[ServerProcess] = []

    def start() -> HttpClient:
        stop()
        running.append(ServerProcess(executable, configuration, root))
        return running[0].client

    def stop() -> None:
        while running:
            running.pop().stop()

    try:
        yield OwnServerClient(start), {**BASE_CONFIGURATION, **configuration}
    finally:
        stop()


def release_of(client: HttpClient | OwnServerClient) -> str:
    answer = client.send(Request("GET", "/system"))
    if answer.status != 200:
        raise CannotStartError(f"{client.url}/system answers {answer.summary()}: is it an Orthanc, and the user right?")
    return answer.text_field("Version")


def configuration_of(client: HttpClient) -> dict[str, Any]:
    """What of the explored configuration a server has: tried out with instances of the suite's own."""
    owned = OwnedClient(client)
    session = Session(owned, "explore", "probe")
    try:
        entries = {
            key: entry for key, entry in EXPLORED["Dictionary"].items() if entry[1] == shown_name(session, key, entry)
        }
        found: dict[str, Any] = {"Dictionary": entries}
        if lacking_overwriting(session, False) is not None:
            found["OverwriteInstances"] = True
        if entries and lacking_default_creator(session, "") is not None:
            found["DefaultPrivateCreator"] = "MYLAB"
    finally:
        owned.clean_up()
    missing = [key for key in EXPLORED["Dictionary"] if key not in entries]
    if missing:
        print(f"The server's dictionary lacks {len(missing)} of the entries that explore uses: {', '.join(missing)}")
    return found


def shown_name(session: Session, key: str, entry: list[Any]) -> str:
    """The name that a server gives to an element of a dictionary entry."""
    group, element = key.split(",")
    in_full = len(element) == 4 and not element.startswith("00")
    tag = f"{group},{element}" if in_full else f"{group},10{element[-2:]}"
    elements: list[RawElement] = [(tag, "LO", "probe")]
    if len(entry) > 4:
        elements.append((f"{group},00{tag[5:7]}", "LO", entry[4]))
    stored = session.upload(raw_file(session, *elements))
    name = str(session.get(f"/instances/{stored.id}/tags").json[tag]["Name"])
    session.delete(f"/instances/{stored.id}")
    return name
