"""What a test asked of a live server, asked of the emulator: the first answer that differs, as a scenario to report."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from emulator import Emulator

from ..asking.clients import EmulatorClient
from ..asking.exchange import Answer, Exchange, Request
from ..comparing.differences import differences, shown
from ..comparing.masking import uids_in
from ..comparing.normalising import normalise
from ..files import datasets

#: What a server makes up: identifiers of resources and jobs, and UIDs.
MADE_UP = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{8}){4}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+(?:\.[0-9]+){3,}"
)
#: What the server tells of itself, of its work meanwhile, and of what it has counted: no two tell the same.
UNLIKE = re.compile(r"/(system|jobs|changes|exports|statistics|plugins|tools/(now|metrics|log-level|generate-uid))\b")
LONGEST_LINE = 200
LOG = logging.getLogger("emulator.diagnostics")


@dataclass(frozen=True)
class Finding:
    """The first request whose answer differs, with those before it; `told` are the differences."""

    asked: Sequence[Exchange]
    emulated: Answer
    told: Sequence[str]

    @property
    def live(self) -> Answer:
        return self.asked[-1].answer

    @property
    def is_refusal(self) -> bool:
        """Whether the emulator keeps to the documented contract, and the live server does not."""
        return self.emulated.status == 400 and self.live.status != 400 and b"nknown" in self.emulated.body

    def __str__(self) -> str:
        request = self.asked[-1].request
        return "\n".join(
            [
                f"{request} {text_of(request.body)}".rstrip(),
                f"  live:     {self.live.summary()}",
                f"  emulator: {self.emulated.summary()}",
                *(f"    {one}" for one in self.told[:6]),
                "  as a scenario:",
                *(f"    {line}" for line in scenario_lines([one.request for one in self.asked])),
            ]
        )


class Replay:
    """Asks an emulator what a live server was asked, in the names that the emulator makes up."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = EmulatorClient(emulator)
        self.names: dict[str, str] = {}  # what the live server made up, and what the emulator made up in its place

    def ask(self, one: Exchange) -> Answer:
        answer = self.client.send(renamed(one.request, self.names))
        self.names.update(pairs(one.answer, answer))
        return answer

    def ask_all(self, trace: Sequence[Exchange]) -> None:
        with silent():
            for one in trace:
                self.ask(one)


@contextmanager
def silent() -> Iterator[None]:
    """Without the warnings that an emulator logs: they were no test's."""
    former, LOG.disabled = LOG.disabled, True
    try:
        yield
    finally:
        LOG.disabled = former


def first_difference(trace: Sequence[Exchange], emulator: Emulator) -> Finding | None:
    """Asks the emulator the same; None where it answers alike."""
    replay = Replay(emulator)
    emulated: list[Exchange] = []
    with silent():
        for number, one in enumerate(trace, 1):
            answer = replay.ask(one)
            emulated.append(Exchange(one.request, answer))  # as if it had been asked in the live server's names
            told = [] if UNLIKE.match(one.request.path) else told_differences(trace[:number], emulated)
            if told:
                return Finding(trace[:number], answer, told)
    return None


def told_differences(live: Sequence[Exchange], emulated: Sequence[Exchange]) -> list[str]:
    """What differs in the last answers, with what each server made up numbered alike."""
    known = known_in(live)
    last = len(live) - 1
    found = differences(normalise(emulated, known), normalise(live, known))
    return [
        f"{one.path}: {shown(one.left, 120)} ≠ {shown(one.right, 120)}"
        for one in found
        if one.entry == last and "request" not in one.path
    ]


def known_in(log: Sequence[Exchange]) -> set[str]:
    """The identifiers that come of the files that were stored."""
    known: set[str] = set()
    for one in log:
        dataset = datasets.read(one.request.body) if one.request.path == "/instances" else None
        if dataset is not None:
            known |= {*datasets.orthanc_ids(dataset), *uids_in(one.request.body)}
    return known


def renamed(request: Request, names: dict[str, str]) -> Request:
    """The request in the emulator's names."""
    path, body = request.path, request.body
    for live, own in names.items():
        path = path.replace(live, own)
        if body[128:132] != b"DICM":
            body = body.replace(live.encode(), own.encode())
    return Request(request.method, path, body, request.headers)


def pairs(live: Answer, emulated: Answer) -> Iterator[tuple[str, str]]:
    """What stands in the same places of two answers and was made up."""
    try:
        values = json.loads(live.body), json.loads(emulated.body)
    except ValueError:
        return
    yield from pairs_in(*values)


def pairs_in(live: Any, emulated: Any) -> Iterator[tuple[str, str]]:
    if isinstance(live, dict) and isinstance(emulated, dict):
        for name in live.keys() & emulated.keys():
            yield from pairs_in(live[name], emulated[name])
    elif isinstance(live, list) and isinstance(emulated, list) and len(live) == len(emulated):
        for one, other in zip(live, emulated, strict=True):
            yield from pairs_in(one, other)
    elif isinstance(live, str) and isinstance(emulated, str) and live != emulated:
        here, there = MADE_UP.findall(live), MADE_UP.findall(emulated)
        if len(here) == len(there):
            yield from ((one, other) for one, other in zip(here, there, strict=True) if one != other)


def scenario_lines(requests: Sequence[Request]) -> Iterator[str]:
    """The requests as the body of a scenario: files in Base64, JSON as it was sent."""
    yield "def found(session: Session) -> None:"
    for one in requests:
        body = f", data={one.body!r}" if one.body else ""
        text = f"    session.send(Request({one.method!r}, {one.path!r}{body.replace('data=', '')}))"
        yield text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]} …  # {len(one.body)} bytes"


def text_of(body: bytes) -> str:
    if body[128:132] == b"DICM":
        return f"(a DICOM file of {len(body)} bytes)"
    return body.decode("utf-8", "replace")[:LONGEST_LINE]
