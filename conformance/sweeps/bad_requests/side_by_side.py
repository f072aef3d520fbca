"""The same bad requests to a real server and to the emulator, each on the same resources."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from emulator import RELEASES, Emulator

from ...asking.clients import EmulatorClient, HttpClient, UnreachableError
from ...asking.exchange import Answer, Exchange, Request
from ...comparing.differences import shown, value_differences
from ...comparing.normalising import normalise
from ...targets.server_process import BASE_CONFIGURATION, ServerProcess
from ..client_methods.world import CONFIGURATION, World
from ..executable import release_of
from .making import BadRequest, bad_requests

#: An answer that takes longer is told, in seconds.
SLOW = 2.0
#: Paths whose answers tell of all that was done since the server's start: of these the status alone is compared.
HISTORIES = ("/changes", "/jobs", "/exports")
#: Paths whose changes outlive the resources: the server is started anew.
SETTINGS = ("/tools/", "/modalities", "/peers", "/changes", "/exports", "/plugins")
#: Requests of these change nothing that lasts.
READING = (
    *("/tools/find", "/tools/lookup", "/tools/count-resources", "/tools/bulk-content", "/tools/create-archive"),
    *("/tools/create-media", "/tools/create-media-extended", "/tools/invalidate-tags"),
)
#: Requests that change resources, and no settings.
BULK = ("/tools/bulk-", "/tools/create-dicom", "/tools/reconstruct")


class Servers:
    """A real server and an emulator that hold the same; `ids` are those of the first file, by level."""

    def __init__(self, orthanc: str, root: Path | None, release: str) -> None:
        self.orthanc, self.root = orthanc, root
        self.filled = Emulator({**BASE_CONFIGURATION, **CONFIGURATION}, release=release, unknown_tags="as-release")
        emulated = World("", Path(), EmulatorClient(self.filled))  # type: ignore[arg-type]
        emulated.fill()
        self.known = emulated.known
        self.ids = emulated.ids
        self.server: ServerProcess | None = None
        self.start()

    def start(self) -> None:
        if self.server is not None:
            self.server.stop()
        self.server = ServerProcess(self.orthanc, CONFIGURATION, self.root, verbose=False)
        self.world = World(self.server.client.url, Path(), HttpClient(self.server.client.url))
        self.world.fill()

    def ask(self, request: Request) -> tuple[Answer, Answer]:
        """The answers of the real server and of an emulator of its own; raises UnreachableError."""
        return self.world.http.send(request), EmulatorClient(self.filled.fork()).send(request)

    def restore(self, request: BadRequest, answer: Answer) -> None:
        """Makes the real server hold the same again as at the start."""
        path = request.route.partition(" ")[2]
        overridden = "ethod" in request.request.path or "X-HTTP-Method-Override" in request.request.headers
        if answer.status >= 500 or (request.request.method == "GET" and not overridden) or path in READING:
            return
        if path.startswith(SETTINGS) and not path.startswith(BULK):
            if answer.status == 200:
                self.start()
            return
        self.world.empty()
        self.world.fill()

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()


def compare(orthanc: str, root: Path | None, count: int, seed: int) -> int:
    """Prints what differs; the number of requests that were answered otherwise."""
    release = release_of(orthanc, root)
    servers = Servers(orthanc, root, release)
    told: Counter[Any] = Counter()
    statuses: Counter[int] = Counter()
    refused = different = 0
    try:
        for bad in islice(bad_requests(RELEASES[release], servers.ids, random.Random(seed)), count):
            start = time.monotonic()
            try:
                live, emulated = servers.ask(bad.request)
            except UnreachableError as error:
                print(f"No answer: {described(bad.request)}: {error}")
                servers.start()
                continue
            if time.monotonic() - start > SLOW:
                print(f"{time.monotonic() - start:.1f} s: {described(bad.request)}")
            statuses[live.status] += 1
            servers.restore(bad, live)
            if emulated.status == 501:
                refused += 1
                continue
            found = difference(bad, live, emulated, servers.known)
            if found:
                different += 1
                kind = (bad.route, live.status, emulated.status)
                told[kind] += 1
                if told[kind] == 1:
                    print(described(bad.request), found, sep="\n    ")
                    print(f"    live {live.summary()}\n    here {emulated.summary()}")
    finally:
        servers.stop()
    print(
        f"Orthanc {release}: {count} requests, statuses {dict(sorted(statuses.items()))}, "
        f"{refused} not emulated (501), {different} answered otherwise"
    )
    return different


def difference(bad: BadRequest, live: Answer, emulated: Answer, known: set[str]) -> str:
    """What differs first between two answers, in words; "" for nothing."""
    if bad.route.partition(" ")[2].startswith(HISTORIES):
        return "" if live.status == emulated.status else f"status: {live.status} ≠ {emulated.status}"
    asked = replace(bad.request, path=bad.route.partition(" ")[2])
    both = (normalise([Exchange(asked, answer)], known)[0]["answer"] for answer in (live, emulated))
    for path, left, right in value_differences("", *both):
        return f"{path}: {shown(left)} ≠ {shown(right)}"
    return ""


def described(request: Request) -> str:
    """A request in a line."""
    headers = "".join(f" {name}: {value};" for name, value in request.headers.items())
    sent = f" {request.body[:200]!r}" + (f" ({len(request.body)} bytes)" if len(request.body) > 200 else "")
    return f"{request.method} {request.path[:300]}{headers}{sent if request.body else ''}"
