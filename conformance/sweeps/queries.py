"""Generated queries, side by side: the same finds to a live server and to the emulator over the same files.

Compared are the whole answers, the candidates that the database left, the files read and, where the release has metrics
of it, their bytes. Where the server leaves the order to PostgreSQL, answers are
compared as sets; of those that a Limit or Since cuts, the number, and that each is one of all that match.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from emulator import Emulator, QueryPlan

from ..asking.clients import METRICS, EmulatorClient, HttpClient
from ..asking.exchange import Answer, Request
from ..asking.session import Session
from ..comparing.masking import MASKED, mask_fields
from ..targets.databases import DATABASE_OPTIONS, database_of
from ..targets.postgresql import PostgresqlServer
from ..targets.server_process import BASE_CONFIGURATION, ServerProcess
from .executable import check_release
from .query_bodies import CONFIGURATION, Question, load, questions

#: The members of a find that leave out answers because of their place.
CUTTING = ("Limit", "Since")

#: What the error says of a resource that a join finds twice (1.12.7 with PostgreSQL).
TWICE = "already been added"


@dataclass(frozen=True)
class Seen:
    """What is compared of one answer; None for what can't be seen."""

    status: int
    body: Any
    candidates: int | None = None
    files: int | None = None
    bytes: int | None = None

    def differences(self, other: Seen) -> dict[str, tuple[Any, Any]]:
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__}
        return {name: pair for name, pair in pairs.items() if None not in pair and pair[0] != pair[1]}


class Server(Protocol):
    """What answers questions."""

    def ask(self, question: Question) -> Seen: ...


class Live:
    """A started server, and what its log and its metrics tell of each find."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.client: HttpClient = server.client
        self.place = 0

    def ask(self, question: Question) -> Seen:
        self.new_log()
        before = self.bytes_read()
        answer = self.client.send(request(question))
        after = self.bytes_read()
        log = self.new_log()
        counted = re.findall(r"Number of candidate resources after fast DB filtering on main DICOM tags: (\d+)", log)
        read = log.count("Reading attachment")
        size = None if before is None or after is None else after - before
        candidates = int(counted[-1]) if counted and answer.status == 200 else None
        return Seen(answer.status, comparable(answer), candidates, read, size)

    def new_log(self) -> str:
        """What the server logged since the last call."""
        with self.server.log_path.open("rb") as log:
            log.seek(self.place)
            text = log.read()
        self.place += len(text)
        return text.decode("utf-8", "replace")

    def bytes_read(self) -> int | None:
        """The metric of that name, 0 before the first read; None for a release without it."""
        text = self.client.send(METRICS).body.decode("utf-8", "replace")
        if "orthanc_storage_cache_count" not in text:
            return None
        found = re.search(r"^orthanc_storage_read_bytes (\d+)", text, re.MULTILINE)
        return int(found[1]) if found else 0


class Emulated:
    """The emulator, and what its plan tells of the last question."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = EmulatorClient(emulator)
        self.plan: QueryPlan | None = None

    def ask(self, question: Question) -> Seen:
        self.emulator.queries.clear()
        answer = self.client.send(request(question))
        plans = list(self.emulator.queries)
        self.plan = plans[-1] if plans else None
        candidates = self.plan.candidates if self.plan is not None and answer.status == 200 else None
        files, size = sum(plan.files_read for plan in plans), sum(plan.bytes_read for plan in plans)
        return Seen(answer.status, comparable(answer), candidates, files, size)

    def with_ties(self, seen: Seen) -> Seen:
        """What was seen, answers that `OrderBy` leaves equal in an order of their own: SQLite's is that of its joins.

        Of the last ones that a Limit leaves any may be left.
        """
        if self.plan is None or not isinstance(seen.body, list):
            return seen
        keys = [self.sort_key(one) for one in seen.body]
        last = keys[-1] if keys and self.plan.page.cuts else None
        texts = [(key, "" if key == last else text_of(one)) for key, one in zip(keys, seen.body, strict=True)]
        groups = [sorted(group) for _, group in groupby(texts, key=lambda pair: pair[0])]
        return replace(seen, body=groups)

    def sort_key(self, answer: Any) -> str:
        """The texts by which the last question sorted an answer."""
        assert self.plan is not None
        identifier = answer["ID"] if isinstance(answer, dict) else answer
        resource = self.emulator.server.store.levels[self.plan.level][identifier]
        texts = [order.text(resource, self.emulator.release) for order in self.plan.orders]
        values = [
            None if text is None else order.value(text) for order, text in zip(self.plan.orders, texts, strict=True)
        ]
        return text_of(values)


def request(question: Question) -> Request:
    is_text = isinstance(question.body, str)
    return Request("POST", question.path, (question.body if is_text else json.dumps(question.body)).encode())


def comparable(answer: Answer) -> Any:
    """An answer's JSON without what no two servers have in common."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return answer.body.decode("utf-8", "replace")
    return without_uuids(mask_fields(body, "/tools/find", lambda _: False))


def without_uuids(value: Any) -> Any:
    """The random names of files, in what is told of attachments."""
    if isinstance(value, list):
        return [without_uuids(one) for one in value]
    if isinstance(value, dict):
        return {name: MASKED if name == "Uuid" else without_uuids(one) for name, one in value.items()}
    return value


def compared(question: Question, live: Live, emulated: Emulated) -> tuple[Seen, dict[str, tuple[Any, Any]]]:
    """What the live server showed, and what the emulator showed otherwise."""
    there, here = live.ask(question), emulated.ask(question)
    plan = emulated.plan
    if plan is None or not there.differences(here):
        return there, there.differences(here)
    if plan.orders and plan.page.is_sorted:
        return there, emulated.with_ties(there).differences(emulated.with_ties(here))
    if plan.page.is_sorted:
        return there, there.differences(here)
    if plan.page.cuts and is_cut(there) and is_cut(here):
        return there, cut_differences(question, there, here, live, emulated)
    return there, in_any_order(there).differences(in_any_order(here))


def is_cut(seen: Seen) -> bool:
    """Whether an answer is a list, or the error for what is in a list twice, which may be within what is cut or not."""
    return isinstance(seen.body, list) or TWICE in str(seen.body)


def in_any_order(seen: Seen) -> Seen:
    """What was seen, its answers in an order of their own; of an error that names the first of several, no name."""
    body = seen.body
    if isinstance(body, list):
        body = sorted(body, key=text_of)
    elif isinstance(body, dict) and "Details" in body:
        details = re.sub(rf"(?<={TWICE}: )\S+", MASKED, str(body["Details"]))
        return replace(seen, body={**body, "Details": details}, files=None, bytes=None)
    return replace(seen, body=body)


def cut_differences(
    question: Question, there: Seen, here: Seen, live: Server, emulated: Server
) -> dict[str, tuple[Any, Any]]:
    """How answers differ of which each server cut what it liked: both may answer so many of all that match."""
    whole = Question(question.path, {name: one for name, one in question.body.items() if name not in CUTTING})
    wholes = live.ask(whole), emulated.ask(whole)
    found = in_any_order(wholes[0]).differences(in_any_order(wholes[1]))
    if TWICE in str((there.body, here.body)):
        return found
    if len(there.body) != len(here.body):
        found["number of answers"] = len(there.body), len(here.body)
    if isinstance(wholes[0].body, list):
        all_texts = {text_of(one) for one in wholes[0].body}
        for seen in (there, here):
            if not all_texts.issuperset(map(text_of, seen.body)):
                found["body"] = there.body, here.body
    return found


def text_of(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def compare(
    executable: str,
    root: Path | None,
    count: int,
    seed: int,
    postgresql: PostgresqlServer | None = None,
    options: Mapping[str, Any] | None = None,
) -> int:
    """Prints every difference; the number of questions that are answered differently."""
    configuration = {**CONFIGURATION, **(options or {})}
    server = ServerProcess(executable, configuration, root, postgresql=postgresql)
    differing = files = indexed = 0
    try:
        system = server.client.send(Request("GET", "/system")).json
        release = check_release(str(system["Version"]))
        configuration = {**BASE_CONFIGURATION, **configuration, **DATABASE_OPTIONS[database_of(system)]}
        with Emulator(configuration, release=release, unknown_tags="as-release") as emulator:
            live, emulated = Live(server), Emulated(emulator)
            for client in (server.client, emulated.client):
                stored = load(Session(client, "queries", "generated"), random.Random(seed))
            for _, question in zip(range(count), questions(stored, random.Random(seed)), strict=False):
                there, found = compared(question, live, emulated)
                differing += bool(found)
                files += there.files or 0
                indexed += not there.files
                if found:
                    print(question.path, json.dumps(question.body, ensure_ascii=False))
                    for name, (expected, got) in found.items():
                        print(f"    {name}: live {expected!r:.400}, emulated {got!r:.400}")
    finally:
        server.stop()
    database = " with PostgreSQL" if postgresql else ""
    chosen = "".join(f", {name} {json.dumps(value)}" for name, value in (options or {}).items())
    print(
        f"Orthanc {release}{database}{chosen}: {count} questions about {len(stored.identifiers)} files, seed {seed}: "
        f"{differing} differ; the server answered {indexed} without a file and read {files} files for the others"
    )
    return differing
