"""What a client is sent: the answer of a WSGI application as bytes."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any

#: Bodies up to this size are sent together with their head, in bytes.
MOST_JOINED = 1 << 16

#: How long a client may take nothing of an answer, in seconds.
STALLED_SECONDS = 30.0

#: The statuses whose answers have no body.
WITHOUT_BODY = frozenset({"204", "304"})


class Outgoing:
    """The bytes of one connection's answers. Raises OSError where the client takes nothing for too long, or went."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        #: Of a stream that does not wait for its reader: what was not sent yet.
        self.waits = True
        self.unsent = bytearray()

    def send(self, data: bytes) -> None:
        """Sends all; a client that takes some of it in time may be as slow as it likes."""
        try:
            sent = self.connection.send(data)
        except (BlockingIOError, TimeoutError):
            sent = 0
        if sent < len(data):
            self.connection.settimeout(STALLED_SECONDS)
            view = memoryview(data)[sent:]
            while view:
                view = view[self.connection.send(view) :]

    def send_both(self, head: bytes, body: bytes) -> None:
        """Sends the head of an answer with its body."""
        if len(body) <= MOST_JOINED:
            self.send(head + body)
        else:
            self.send(head)
            self.send(body)

    def send_or_keep(self, data: bytes) -> None:
        """Sends what can be sent at once, and keeps the rest."""
        self.unsent += data
        self.connection.settimeout(0)
        try:
            while self.unsent:
                del self.unsent[: self.connection.send(self.unsent)]
        except BlockingIOError:
            pass

    def finish(self) -> None:
        """Sends what was kept."""
        if self.unsent:
            rest, self.unsent = bytes(self.unsent), bytearray()
            self.send(rest)


class UntilClosed(list[bytes]):
    """The body of an answer whose length nobody tells: it ends with the connection."""


class Start:
    """`start_response` of WSGI."""

    __slots__ = ("headers", "status", "written")

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.written: list[bytes] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], exception: Any = None) -> Any:
        self.status, self.headers = status, headers
        return self.written.append

    def open_head(self) -> bytes:
        """The head of an answer that ends with the connection."""
        lines = [f"HTTP/1.1 {self.status}", "Connection: close", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def head(self, kept: str, length: int | None) -> bytes:
        """The head of the answer: Content-Length comes last; without a length the body comes in chunks."""
        parts = [f"HTTP/1.1 {self.status}\r\n{kept}"]
        told = length
        for name, value in self.headers:
            if name != "Content-Length" and name.lower() != "content-length":
                parts.append(f"{name}: {value}\r\n")
            elif told is None:
                told = int(value)
        parts.append("Transfer-Encoding: chunked\r\n\r\n" if told is None else f"Content-Length: {told}\r\n\r\n")
        return "".join(parts).encode("latin-1")

    @property
    def has_length(self) -> bool:
        return any(name.lower() == "content-length" for name, _ in self.headers)

    @property
    def has_body(self) -> bool:
        return self.status[:3] not in WITHOUT_BODY


def send_answer(outgoing: Outgoing, start: Start, parts: Iterable[bytes], kept: str, *, has_body: bool) -> bool:
    """Sends an answer: whole where its length is told, else in chunks as they come.

    Returns whether another may follow on this connection.
    """
    has_body = has_body and start.has_body
    if type(parts) is list and has_body:  # nearly always
        body = b"".join([*start.written, *parts])
        outgoing.send_both(start.head(kept, len(body)), body)
        return True
    if isinstance(parts, UntilClosed):
        outgoing.send(start.open_head())
        for part in parts if has_body else ():
            outgoing.send(part)
        return False
    if not has_body or start.has_length or isinstance(parts, list | tuple):
        body = b"".join([*start.written, *parts])
        head = start.head(kept, len(body) if has_body else None if start.has_length else 0)
        outgoing.send_both(head, body if has_body else b"")
        return True
    is_begun = False
    for part in [*start.written, *parts] if start.written else parts:
        if not is_begun:  # the application may say what it answers only now
            outgoing.send(start.head(kept, None))
            is_begun = True
        if part:
            chunk = b"%x\r\n%s\r\n" % (len(part), part)
            (outgoing.send if outgoing.waits else outgoing.send_or_keep)(chunk)
    if not is_begun:
        outgoing.send(start.head(kept, None))
    outgoing.finish()
    outgoing.send(b"0\r\n\r\n")
    return True
