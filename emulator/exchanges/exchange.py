"""What an emulator was asked over HTTP, and what it answered: `Emulator.requests`."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, NamedTuple, overload

from ..threads import lock

#: How many requests are kept, how many bytes of them together, and how many of each body.
KEPT_REQUESTS = 1000
KEPT_BYTES = 64 << 20
KEPT_BYTES_OF_BODY = 1 << 20

#: How many characters of a body are printed.
SHOWN_CHARACTERS = 800

#: How many lines of a difference between two JSON values are printed.
MOST_LINES = 60

#: Stands for "any body" in `assert_called`, because None is a JSON value.
ANY_BODY: Any = object()


@dataclass(frozen=True)
class Exchange:
    """One request over HTTP, on a port or in process, and its answer.

    `path` is as the server understood it, without the `query`. `status` is None where no answer was sent
    (`Emulator.fail_next`). `body` and `answer` are the bytes of both bodies, at most 1 MiB of each; an answer is kept
    as it is before it is compressed.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    status: int | None = None
    answer_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    answer: bytes = field(default=b"", repr=False)
    #: The diagnostics and the query plans that it caused.
    caused: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def target(self) -> str:
        """Path and query, as in a URL."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def json(self) -> Any:
        """The body of the request, parsed from JSON; raises ValueError for what is none."""
        return json.loads(self.body)

    @property
    def answer_json(self) -> Any:
        """The body of the answer, parsed from JSON; raises ValueError for what is none."""
        return json.loads(self.answer)

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return weight(self)

    def summary_of(self, number: int) -> dict[str, Any]:
        """The request in one line of JSON, without its bodies."""
        return {
            "number": number,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "caused": len(self.caused),
        }

    def matches(self, method: str, path: str) -> bool:
        """Whether method and path are these; `*` stands for anything, and the query is heeded where `path` has one."""
        target = self.target if "?" in path else self.path
        return fnmatchcase(self.method, method.upper()) and fits(target, path)

    def has_json(self, value: Any) -> bool:
        """Whether the request's body is JSON and equal to `value` (in which `unittest.mock.ANY` fits anything)."""
        try:
            return bool(value == self.json)
        except ValueError:
            return False

    def __str__(self) -> str:
        answer = "no answer" if self.status is None else str(self.status)
        lines = [f"{self.method} {self.target} -> {answer}"]
        lines += [f"    > {line}" for line in shown(self.body)]
        lines += [f"    < {line}" for line in shown(self.answer)]
        return "\n".join(lines)


class Noted(NamedTuple):
    """A request and its answer as they are noted down; few are looked at, and an Exchange takes longer to make."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]  # as WSGI has them
    name_of: Callable[[str], str]
    body: bytes
    status: int | None
    answer_headers: Mapping[str, str]
    answer: bytes
    caused: tuple[Any, ...]

    def exchange(self) -> Exchange:
        return Exchange(
            self.method,
            self.path,
            self.query,
            KeptHeaders(self.headers, self.name_of),
            self.body,
            self.status,
            self.answer_headers,
            self.answer,
            self.caused,
        )


class KeptHeaders(Mapping[str, str]):
    """Headers as WSGI has them, which get their names only when somebody looks."""

    __slots__ = ("known", "name_of", "raw")

    def __init__(self, raw: Mapping[str, str], name_of: Callable[[str], str]) -> None:
        self.raw, self.name_of = raw, name_of
        self.known: dict[str, str] | None = None

    def named(self) -> dict[str, str]:
        if self.known is None:
            self.known = {self.name_of(key): value for key, value in self.raw.items()}
        return self.known

    def __getitem__(self, name: str) -> str:
        return self.named()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.named())

    def __len__(self) -> int:
        return len(self.raw)

    def __repr__(self) -> str:
        return repr(self.named())


def weight(one: Exchange | Noted) -> int:
    """About how many bytes of memory a request and its answer take."""
    sent = one.headers.raw if isinstance(one.headers, KeptHeaders) else one.headers
    texts = (*sent.values(), *one.answer_headers.values())
    headers = 120 * len(texts) + sum(map(len, texts))
    return 1000 + len(one.body) + len(one.answer) + len(one.path) + len(one.query) + headers


class Requests(Sequence[Exchange]):
    """The last requests and their answers, the oldest first; safe to use from several threads.

    1,000 are kept, and 64 MiB of them.
    """

    def __init__(self) -> None:
        self.lock = lock()
        self.noted: deque[Exchange | Noted] = deque()  # those that were looked at are exchanges
        self.sizes: deque[int] = deque()
        self.kept_bytes = 0
        self.forgotten = 0  # how many came before the first one that is kept

    def append(self, exchange: Exchange | Noted) -> int:
        """Adds a request and returns its number, from 1 on."""
        with self.lock:
            size = weight(exchange)
            self.noted.append(exchange)
            self.sizes.append(size)
            self.kept_bytes += size
            number = self.forgotten + len(self.noted)
            while len(self.noted) > KEPT_REQUESTS or self.kept_bytes > KEPT_BYTES:
                self.noted.popleft()
                self.kept_bytes -= self.sizes.popleft()
                self.forgotten += 1
            return number

    def exchanges(self) -> list[Exchange]:
        """The requests, for who holds the lock; each is made once."""
        made = [one.exchange() if isinstance(one, Noted) else one for one in self.noted]
        self.noted = deque(made)
        return made

    def numbered(self) -> list[tuple[int, Exchange]]:
        """The requests with their numbers, which go on when others are forgotten."""
        with self.lock:
            return [*enumerate(self.exchanges(), self.forgotten + 1)]

    def clear(self) -> None:
        """Forgets all of them."""
        with self.lock:
            self.forgotten += len(self.noted)
            self.noted.clear()
            self.sizes.clear()
            self.kept_bytes = 0

    def called(self, method: str = "*", path: str = "*", *, json: Any = ANY_BODY) -> list[Exchange]:
        """The requests with this method and path (`*` stands for anything in both) and, if given, this JSON body."""
        found = [one for one in self if one.matches(method, path)]
        return found if json is ANY_BODY else [one for one in found if one.has_json(json)]

    def assert_called(
        self, method: str, path: str, *, json: Any = ANY_BODY, times: int | None = None, status: int | None = None
    ) -> Exchange:
        """Checks that there was such a request, and gives the last one.

        `path` is "/instances", "/instances/*" or, with its query, "/studies?expand"; `json` the whole body, in which
        `unittest.mock.ANY` fits anything; `times` how often, else at least once; `status` that of the answer. Raises
        AssertionError with what was asked.
        """
        __tracebackhide__ = True
        found = [one for one in self.called(method, path, json=json) if status is None or one.status == status]
        if found and (times is None or times == len(found)):
            return found[-1]
        if not found and times == 0:
            raise ValueError("times=0 gives no request: use assert_not_called")
        wanted = f"{method} {path}"
        wanted += "" if json is ANY_BODY else " with this JSON"
        wanted += "" if status is None else f" answered {status}"
        how_often = f"was called {often(len(found))}" if found else "was never called"
        expected = "" if times is None else f", not {often(times)}"
        near = nearest(self.called(method, path), json, status) if not found else []
        told = "\n".join([f"{wanted} {how_often}{expected}.", *near])
        raise AssertionError(f"{told}\n{self.summary()}")

    def assert_not_called(self, method: str = "*", path: str = "*", *, json: Any = ANY_BODY) -> None:
        """Checks that there was no such request. Raises AssertionError with those there were."""
        __tracebackhide__ = True
        found = self.called(method, path, json=json)
        if found:
            told = "\n".join(map(str, found[-10:]))
            raise AssertionError(f"{method} {path} was called {often(len(found))}:\n{told}")

    def summary(self, most: int = 20) -> str:
        """The last requests with their answers, as text."""
        listed = list(self)
        if not listed:
            return "No request was made."
        left_out = f", the last {most} of them" if len(listed) > most else ""
        count = f"{len(listed)} request{'' if len(listed) == 1 else 's'}"
        return "\n".join([f"{count}{left_out}:", *map(str, listed[-most:])])

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<{len(self)} requests>"

    def __len__(self) -> int:
        return len(self.noted)

    def __iter__(self) -> Iterator[Exchange]:
        with self.lock:
            return iter(self.exchanges())

    @overload
    def __getitem__(self, index: int) -> Exchange: ...

    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...

    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        with self.lock:
            if not isinstance(index, int):
                return self.exchanges()[index]
            one = self.noted[index]
            if isinstance(one, Noted):
                one = self.noted[index] = one.exchange()
            return one


def often(times: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(times, f"{times} times")


def nearest(similar: Sequence[Exchange], json: Any, status: int | None) -> list[str]:
    """What the last call with the same method and path has otherwise: its status, its JSON line by line."""
    if not similar:
        return []
    last = similar[-1]
    told = [f"The last call of {len(similar)} with this method and path:"]
    if status is not None and last.status != status:
        told.append(f"  status: expected {status}, actual {last.status}")
    if json is not ANY_BODY and not last.has_json(json):
        try:
            actual = last.json
        except ValueError:
            return [*told, "  its body is no JSON"]
        told.append("  JSON (- expected, + actual):")
        told += [f"    {line}" for line in differences(as_matched(json, actual), actual)]
    return told


def as_matched(expected: Any, actual: Any) -> Any:
    """What was expected, with what is there in the place of what fits it, such as `unittest.mock.ANY`."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {key: as_matched(value, actual.get(key)) for key, value in expected.items()}
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [as_matched(one, other) for one, other in zip(expected, actual, strict=True)]
    return actual if expected == actual else expected


def differences(expected: Any, actual: Any) -> list[str]:
    """Two JSON values line by line, as pytest shows what is not equal."""
    from difflib import ndiff  # few programs ask what differs

    texts = (json.dumps(one, indent=2, sort_keys=True, ensure_ascii=False, default=repr) for one in (expected, actual))
    before, after = (text.splitlines() for text in texts)
    lines = [line.rstrip("\n") for line in ndiff(before, after)]
    return lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], f"... {len(lines) - MOST_LINES} more lines"]


def fits(path: str, pattern: str) -> bool:
    """Whether a path fits a pattern, in which `*` alone is special."""
    if "*" not in pattern:
        return path == pattern
    return fnmatchcase(path, pattern.replace("[", "[[]").replace("?", "[?]"))


def shown(body: bytes) -> list[str]:
    """A body as a few lines of text, or its length."""
    if not body:
        return []
    if b"\0" in body[:1024]:
        return [f"{len(body):,} bytes{' of DICOM' if body[128:132] == b'DICM' else ''}"]
    text = body[: 4 * SHOWN_CHARACTERS].decode("utf-8", errors="replace")
    with suppress(ValueError, RecursionError):  # on one line, where the server writes a line for each field
        text = json.dumps(json.loads(body), ensure_ascii=False)
    return [text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + " …"]
