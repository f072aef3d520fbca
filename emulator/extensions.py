"""What a script, or a test, may add to a server: what it is told of, and what it may decide.

A server without an extension asks none of this: it costs nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Event(NamedTuple):
    """Something that happened in a server.

    `kind` is as in /changes ("NewInstance", "StableStudy", ...), or "Stored", "AlreadyStored", "Deleted",
    "NewChildInstance", "JobSubmitted", "JobSuccess", "JobFailure", "UpdatedModalities", "UpdatedPeers", "Started",
    "Stopped". `level` is "Patient", "Study", "Series", "Instance" or, where it is about no resource, "". `id` is that
    of the resource or job, else "".
    """

    kind: str
    level: str = ""
    id: str = ""


class RefusedError(Exception):
    """A file that came in is not stored, and its identifier told all the same, as by Lua's filter."""


class StoreStatusError(Exception):
    """A script refuses a C-STORE by this status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"a script refuses the C-STORE: status {status:#06x}")
        self.status = status


class Extension:
    """What adds to a server: each method does nothing until a subclass says otherwise."""

    def told(self, event: Event) -> None:
        """Is told of what happened, in the thread of the request and before its answer is sent."""

    def received(self, data: bytes, origin: Mapping[str, str]) -> bytes | None:
        """What is stored in the place of a file that came in, None for nothing; raises OrthancError."""
        return data

    def admits(self, request: Any) -> bool:
        """Whether a request over HTTP may go on; raises OrthancError."""
        return True

    def answer(self, request: Any, server: Any) -> Any:
        """The answer to a request over HTTP, None for a path that is none of its own; raises OrthancError."""
        return None

    def store_status(self, data: bytes, origin: Mapping[str, str]) -> int:
        """The status of a C-STORE: 0 for what may be stored; raises StoreStatusError, with 0 for what is dropped."""
        return 0

    def execute(self, code: str) -> str | None:
        """What a script in Lua printed, None where it is not run here; raises OrthancError."""
        return None

    def outgoing(self, texts: Mapping[int, str], aet: str) -> Mapping[int, str]:
        """The keys of a query that is sent to another modality, by tag; raises OrthancError."""
        return texts

    def incoming(self, kind: str, keys: Any, origin: Mapping[str, str]) -> Any:
        """The data set in the place of a query that came in ("find", "worklist"); raises OrthancError."""
        return keys

    #: The kinds of queries of the DICOM network that it answers: "find", "worklist".
    answers_queries: frozenset[str] = frozenset()

    def found(self, kind: str, keys: Any, calling_aet: str, called_aet: str) -> tuple[list[Any], bool]:
        """The datasets that answer a query, and whether there are more; raises OrthancError."""
        raise NotImplementedError


class TellingLock:
    """The lock of a store that is told when a thread lets go of it: then it is said what happened meanwhile."""

    def __init__(self, inner: Any, released: Callable[[], None]) -> None:
        self.inner = inner
        self.released = released

    def __enter__(self) -> bool:
        return bool(self.inner.__enter__())

    def __exit__(self, *exception: object) -> None:
        self.inner.__exit__(*exception)
        if not self.inner.is_held():
            self.released()

    def release(self) -> None:
        self.__exit__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass
class Extensions:
    """The extensions of one server, in the order in which they are asked."""

    all: tuple[Extension, ...] = ()
    mine: threading.local = field(default_factory=threading.local)  # of each thread: what it has not told yet

    def __bool__(self) -> bool:
        return bool(self.all)

    def note(self, kind: str, level: str = "", identifier: str = "") -> None:
        """Keeps what happened until the thread lets go of the store."""
        if self.all:
            self.pending().append(Event(kind, level, identifier))

    def pending(self) -> deque[Event]:
        if not hasattr(self.mine, "events"):
            self.mine.events, self.mine.tells = deque(), False
        events: deque[Event] = self.mine.events
        return events

    def tell(self) -> None:
        """Says what happened, the first first; what a listener does itself is told after that."""
        events = self.pending()
        if self.mine.tells or not events:
            return
        self.mine.tells = True
        try:
            while events:
                event = events.popleft()
                for one in self.all:
                    one.told(event)
        finally:
            self.mine.tells = False

    def received(self, data: bytes, origin: Mapping[str, str]) -> bytes | None:
        """What is stored in the place of a file that came in, None for nothing.

        Raises StoreStatusError for one that came by C-STORE and is refused by a status.
        """
        kept: bytes | None = data
        for one in self.all:
            if kept is None:
                return None
            kept = one.received(kept, origin)
        if kept is not None and origin.get("Origin") == "DicomProtocol":
            status = self.store_status(kept, origin)
            if status:
                raise StoreStatusError(status)
        return kept

    def admits(self, request: Any) -> bool:
        """Whether a request over HTTP may go on."""
        return all(one.admits(request) for one in self.all)

    def outgoing(self, texts: Mapping[int, str], aet: str) -> Mapping[int, str]:
        """The keys of a query that is sent to another modality."""
        for one in self.all:
            texts = one.outgoing(texts, aet)
        return texts

    def incoming(self, kind: str, keys: Any, origin: Mapping[str, str]) -> Any:
        """The data set in the place of a query that came in."""
        for one in self.all:
            keys = one.incoming(kind, keys, origin)
        return keys

    def answering(self, kind: str) -> Extension | None:
        """The extension that answers a kind of queries, None where the server does so itself."""
        return next((one for one in self.all if kind in one.answers_queries), None)

    def store_status(self, data: bytes, origin: Mapping[str, str]) -> int:
        """The status of a C-STORE: 0 for what may be stored."""
        return next(filter(None, (one.store_status(data, origin) for one in self.all)), 0)


#: The kinds of events that may be listened to.
KINDS = frozenset(
    (
        "AlreadyStored CompletedSeries Deleted JobFailure JobSubmitted JobSuccess NewChildInstance NewInstance "
        "NewPatient NewSeries NewStudy StablePatient StableSeries StableStudy Stored UpdatedAttachment UpdatedMetadata "
        "UpdatedModalities UpdatedPeers"
    ).split()
)


class Listener(Extension):
    """Calls a function for each event of some kinds; raises ValueError for a kind that there is not."""

    def __init__(self, kinds: Iterable[str], function: Callable[[Event], object]) -> None:
        self.kinds = frozenset(kinds)
        unknown = sorted(self.kinds - KINDS)
        if unknown:
            raise ValueError(f"no kinds of events: {', '.join(unknown)}; there are {', '.join(sorted(KINDS))}")
        self.function = function

    def told(self, event: Event) -> None:
        if event.kind in self.kinds:
            self.function(event)
