"""One shard of an attack: batch after batch, each made of its own number and the seed alone."""

from __future__ import annotations

import base64
import http.client
import logging
import random
import time
import warnings
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from emulator import RELEASES, Emulator
from emulator.store.level import Level

from ..asking.configurations import LAB
from ..asking.exchange import Request
from . import material
from .figures import Figures, memory
from .mutations import damaged, odd
from .swarms import Send, contradictions, in_process, swarm
from .wire import STATUS_LINE, answer_to, message

#: How many uploads, and how many requests, are in a batch; each batch has an emulator of its own.
UPLOADS, REQUESTS = 250, 250
#: How many connections a batch over a port opens beside them, to send bytes that may be no request.
MESSAGES = 250

#: An answer that takes longer, in seconds, twice, is a finding.
SLOW = 2.0

#: Batches after which the memory is looked at first: by then what is loaded late is loaded, and the bounded caches are
#: full (measured: 121 MiB after 44 batches, 122 after 92 and after 188).
WARM_UP = 80

#: After so many batches the figures are written.
KEPT_EACH = 4

#: So many findings are described.
MOST_FINDINGS = 50

FAILED = b"The emulator failed"

Over = Literal["process", "port", "both"]


class Noticed(logging.Handler):
    """Counts what is logged as an error: a traceback that no client sees."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(logging.Formatter().format(record))


class Shard:
    """One process's part of an attack; `path` is the file in which its figures are kept."""

    def __init__(self, seed: int, number: int, path: Path, over: Over) -> None:
        self.seed, self.number, self.path, self.over = seed, number, path, over
        self.figures = Figures.read(path)
        self.files = material.files()
        self.requests: dict[str, list[Request]] = {}
        self.noticed = Noticed()

    def run(self, seconds: float) -> None:
        """Goes on for so long, at least for a batch, from where it ended before."""
        start, before = time.monotonic(), self.figures.seconds
        logger = logging.getLogger("emulator")
        logger.addHandler(self.noticed)
        logger.propagate = False
        warnings.simplefilter("ignore")
        try:
            while True:
                self.batch(self.figures.batches)
                self.figures.batches += 1
                self.figures.seconds = before + time.monotonic() - start
                if self.figures.batches % KEPT_EACH == 0 or not self.figures.last_memory:
                    self.figures.last_memory = memory()
                if self.figures.batches <= WARM_UP:
                    self.figures.first_memory = self.figures.last_memory
                if self.figures.batches % KEPT_EACH == 0:
                    self.figures.write(self.path)
                if time.monotonic() - start >= seconds:
                    break
        finally:
            self.figures.write(self.path)
            logger.removeHandler(self.noticed)
            logger.propagate = True

    def batch(self, number: int) -> None:
        """Damaged uploads and odd requests on one emulator, then a swarm on another, now and then."""
        chance = random.Random(f"{self.seed}/{self.number}/{number}")
        release = chance.choice([*RELEASES])
        mode: Literal["reject", "as-release"] = chance.choice(("reject", "as-release"))
        orthanc = Emulator({**LAB, **chance.choice(OPTIONS)}, release=release, unknown_tags=mode)
        over_port = self.over == "port" or (self.over == "both" and number % 3 == 2)
        with orthanc.serve() if over_port else nullcontext("") as url:
            send = client_at(url) if url else in_process(orthanc)
            self.upload(orthanc, send, chance)
            self.ask(orthanc, send, chance, release)
            if url:
                self.send_bytes(url, chance)
        self.note_contradictions(contradictions(orthanc), number)
        if number % 8 == 3:
            count, problems = swarm(Emulator(release="1.12.7"), chance, client_at if over_port else None)
            self.figures.swarms += 1
            self.figures.requests += count
            self.note_contradictions(problems, number)
            self.note_logged(Request("", "/a swarm"))

    def upload(self, orthanc: Emulator, send: Send, chance: random.Random) -> None:
        for _ in range(UPLOADS):
            data = damaged(chance.choice(self.files), chance, self.files)
            headers = {"Content-Encoding": "gzip"} if data[:2] == b"\x1f\x8b" else {}
            self.figures.uploads += 1
            status, body = self.exchange(send, Request("POST", "/instances", data, headers))
            if status == 200 and body[:1] == b"{":
                self.figures.accepted += 1

    def ask(self, orthanc: Emulator, send: Send, chance: random.Random, release: str) -> None:
        if release not in self.requests:
            self.requests[release] = material.requests(release, random.Random(f"{self.seed}/{self.number}"))
            self.noticed.records.clear()
        identifiers: list[str] = []
        for number in range(REQUESTS):
            if number % 50 == 0:
                identifiers = [one for level in Level for one in orthanc.resources(level)[:20]]
            self.figures.requests += 1
            self.exchange(send, odd(chance.choice(self.requests[release]), chance, identifiers))

    def send_bytes(self, url: str, chance: random.Random) -> None:
        """Sends bytes of all kinds, each on a connection of its own: what comes back is HTTP, or nothing."""
        for _ in range(MESSAGES):
            self.figures.messages += 1
            sent = message(chance)
            shown = Request("", "/bytes", sent)
            try:
                answer = answer_to(url, sent, chance)
            except OSError as error:
                self.figures.broken += 1
                self.describe("broken", shown, f"{type(error).__name__}: {error}")
                continue
            if answer and not STATUS_LINE.match(answer):
                self.figures.broken += 1
                self.describe("broken", shown, answer[:300].decode("latin-1"))
            if FAILED in answer or b"Traceback" in answer:
                self.figures.failures += 1
                self.describe("failure", shown, answer[:300].decode("latin-1"))
            self.note_logged(shown)

    def exchange(self, send: Send, request: Request) -> tuple[int, bytes]:
        """Sends a request, and looks at what comes of it."""
        start = time.monotonic()
        try:
            status, body = send(request)
        except Exception as error:
            self.figures.broken += 1
            self.describe("broken", request, f"{type(error).__name__}: {error}")
            return 0, b""
        self.figures.statuses[str(status)] = self.figures.statuses.get(str(status), 0) + 1
        if FAILED in body:
            self.figures.failures += 1
            self.describe("failure", request, body[:300].decode("latin-1"))
        self.note_logged(request)
        if time.monotonic() - start > SLOW:
            self.note_slow(send, request)
        return status, body

    def note_slow(self, send: Send, request: Request) -> None:
        """Asks once more, and counts the time of the processor: the machine may have had other things to do."""
        start = time.process_time()
        try:
            send(request)
        except Exception:
            return
        used = time.process_time() - start
        if used > SLOW:
            self.figures.slow += 1
            self.describe("slow", request, f"{used:.1f} s")

    def note_logged(self, request: Request) -> None:
        for record in self.noticed.records:
            self.figures.tracebacks += 1
            self.describe("traceback", request, record)
        self.noticed.records.clear()

    def note_contradictions(self, problems: list[str], number: int) -> None:
        for problem in problems:
            self.figures.lost += 1
            self.describe("lost", Request("", f"/batch {number} of shard {self.number}"), problem)

    def describe(self, kind: str, request: Request, told: str) -> None:
        if len(self.figures.findings) < MOST_FINDINGS:
            found: dict[str, Any] = {
                "kind": kind,
                "batch": self.figures.batches,
                "shard": self.number,
                "method": request.method,
                "path": request.path,
                "headers": dict(request.headers),
                "body": base64.b64encode(request.body[:200_000]).decode("ascii"),
                "told": told,
            }
            self.figures.findings.append(found)


OPTIONS: tuple[Mapping[str, Any], ...] = (
    *({}, {}, {"OverwriteInstances": True}, {"StorageCompression": True}, {"CheckRevisions": True}),
    *({"MaximumPatientCount": 6}, {"DefaultEncoding": "Utf8"}, {"StorageAccessOnFind": "Never"}),
    *({"EmulatorMaximumUnpackedSize": 1 << 20}, {"LimitFindResults": 3}, {"HttpCompressionEnabled": True}),
)


def client_at(url: str) -> Send:
    """A client of an emulator on a port, which sends a path as it is; it connects anew after each answer."""
    parts = urlsplit(url)

    def send(request: Request) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        try:
            path = quote(request.path, safe="/?&=%+,;:@!$'()*~#[]{}|\\^`<>\"")
            headers = {name: text for name, text in request.headers.items() if name != "Expect"}
            connection.putrequest(request.method, path.replace(" ", "%20"), skip_accept_encoding=True)
            for name, text in {**headers, "Content-Length": str(len(request.body)), "Connection": "close"}.items():
                connection.putheader(name, text)
            connection.endheaders(request.body)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    return send
