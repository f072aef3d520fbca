"""What happens on a server, as it happens, in the form of server-sent events; who does not read is dropped."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .members import ControlError

if TYPE_CHECKING:
    from ..server import Server

#: How many streams a server has at once, and how many events wait for one at most.
MOST_STREAMS = 4
MOST_WAITING = 1000

#: How many bytes of a stream the client may leave unread.
MOST_UNREAD = 256 << 10

#: After so many seconds without an event a comment is sent, by which a client that went away is noticed.
SECONDS_BETWEEN_COMMENTS = 5.0

Event = tuple[str, Any]


class Stream:
    """One reader: the events that it was not sent yet. `is_dropped` once there are too many."""

    def __init__(self, condition: threading.Condition, last_change: int) -> None:
        self.condition = condition
        self.waiting: deque[Event] = deque()
        self.last_change = last_change
        self.is_dropped = False

    def add(self, event: Event) -> None:
        if len(self.waiting) >= MOST_WAITING:
            self.waiting.clear()
            self.is_dropped = True
        if not self.is_dropped:
            self.waiting.append(event)


class Events:
    """The streams of one server; nothing is kept while there are none."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.condition = threading.Condition()
        self.streams: list[Stream] = []
        self.is_closed = False
        server.watchers.append(self.publish)

    def publish(self, kind: str, thing: Any) -> None:
        """Tells all streams of a thing: JSON, or what has `to_json`."""
        if not self.streams:
            return
        with self.condition:
            for stream in self.streams:
                stream.add((kind, thing))
            self.condition.notify_all()

    def close(self) -> None:
        """Ends all streams, also those to come."""
        with self.condition:
            self.is_closed = True
            self.condition.notify_all()
        if self.publish in self.server.watchers:
            self.server.watchers.remove(self.publish)

    def open(self) -> Stream:
        """A stream of what happens from now on; raises ControlError (503) for one too many."""
        with self.condition:
            if len(self.streams) >= MOST_STREAMS:
                raise ControlError(503, f"There are {MOST_STREAMS} streams of events already: close one of them")
            stream = Stream(self.condition, self.server.store.changes.last)
            self.streams.append(stream)
            return stream

    def read(self, stream: Stream, unread: Callable[[], int], *, seconds: float | None = None) -> Iterator[bytes]:
        """The stream as bytes (`text/event-stream`), until it is closed or, with `seconds`, as soon as none comes.

        `unread` tells how many bytes the client has not read yet.
        """
        try:
            yield b": the events of an emulated Orthanc\n\n"
            while not self.is_closed and not stream.is_dropped and unread() <= MOST_UNREAD:
                events = self.next(stream, SECONDS_BETWEEN_COMMENTS if seconds is None else seconds)
                if events:
                    yield b"".join(map(encoded, events))
                elif seconds is not None:
                    return
                else:
                    yield b":\n\n"
        finally:
            with self.condition:
                if stream in self.streams:
                    self.streams.remove(stream)

    def next(self, stream: Stream, seconds: float) -> list[Event]:
        """The events that wait, or come within so many seconds; with them the changes since the last ones."""
        with self.condition:
            if not stream.waiting and not self.is_closed:
                self.condition.wait(seconds)
            events = [*stream.waiting]
            stream.waiting.clear()
        return events + self.changes(stream)

    def changes(self, stream: Stream) -> list[Event]:
        """The changes that were not told yet: the log itself is asked, which may go back at a restore."""
        store = self.server.store
        with store.reading:
            stream.last_change = min(stream.last_change, store.changes.last)
            found = [*store.changes.since(stream.last_change)][:MOST_WAITING]
            stream.last_change = store.changes.last
        return [
            ("change", {"Seq": one.number, "ChangeType": one.kind, "ResourceType": one.level.value, "ID": one.id})
            for one in found
        ]


def encoded(event: Event) -> bytes:
    """One event as the lines of the stream (WHATWG HTML, section 9.2)."""
    kind, thing = event
    data = json.dumps(thing.to_json() if hasattr(thing, "to_json") else thing)
    return f"event: {kind}\ndata: {data}\n\n".encode("ascii")
