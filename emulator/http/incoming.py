"""What a client sends, from the bytes of a socket: heads, and bodies of a length or in chunks."""

from __future__ import annotations

import os
import re
import socket
import struct
import time

from .heads import MOST_BYTES, Head, read_head
from .manners import Manners
from .pages import MALFORMED, RefusedError

#: How much is asked of a socket at once, in bytes.
PIECE = 1 << 16

#: The line before a chunk, and the longest of them.
CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]+\Z")
MOST_CHUNK_LINE = 16384


#: Whether the system itself bounds how long a socket waits. Python bounds it by another call before each, which takes
#: 6 % of a short request.
BOUNDED_BY_SYSTEM = os.name == "posix"

#: How a socket tells that nothing came in time: Python's bound, and the system's.
TOO_LATE = (TimeoutError, BlockingIOError)


def time_value(seconds: float) -> bytes:
    """The system's `struct timeval`."""
    return struct.pack("@ll", *divmod(max(round(seconds * 1_000_000), 1), 1_000_000))  # none at all would be no bound


class EndedError(Exception):
    """The client sends no more."""


class BadBodyError(Exception):
    """A body breaks off, or is not in chunks as it should."""


class TooLargeError(Exception):
    """A body is larger than any that is read; `size` is what is known of it."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class Incoming:
    """The bytes of one connection that were received and not yet read."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.seconds: float | None = None  # as the system bounds it
        self.data = b""
        self.at = 0  # of a body that comes in parts, where it goes on
        #: Whether the client may have sent more than was read.
        self.is_behind = False

    def receive(self) -> bytes:
        """The next bytes. Raises EndedError, OSError (TimeoutError after the socket's own)."""
        data = self.connection.recv(PIECE)
        if not data:
            raise EndedError
        return data

    def head(self, manners: Manners, seconds: float) -> Head | None:
        """The next head, None where none comes. Raises RefusedError, NoAnswerError, OSError."""
        self.is_behind = True
        if not self.data:
            self.wait_at_most(seconds)
            try:
                self.data = self.receive()
            except (EndedError, *TOO_LATE):
                self.is_behind = False
                return None
        head = read_head(self.data, manners)
        if head is None:
            head = self.rest_of_head(manners, seconds)
        if head.follows is not None:
            self.data = self.data[: head.size] + head.follows
        return head

    def wait_at_most(self, seconds: float) -> None:
        """Bounds how long the next bytes are waited for, and how long a client may take nothing of an answer."""
        if not BOUNDED_BY_SYSTEM:
            if self.connection.gettimeout() != seconds:
                self.connection.settimeout(seconds)
            return
        if self.connection.gettimeout() is not None:
            self.connection.settimeout(None)
        if self.seconds != seconds:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, time_value(seconds))
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, time_value(seconds))
            self.seconds = seconds

    def rest_of_head(self, manners: Manners, seconds: float) -> Head:
        """A head that came in part: all of it must come in time."""
        end = time.monotonic() + seconds
        head = None
        while head is None:
            self.connection.settimeout(max(end - time.monotonic(), 0.001))
            try:
                self.data += self.connection.recv(MOST_BYTES) or self.broken(manners)
            except TimeoutError:
                self.broken(manners)
            head = read_head(self.data, manners)
        return head

    def broken(self, manners: Manners) -> bytes:
        raise RefusedError(manners.unread_version, MALFORMED)

    def body(self, head: Head, manners: Manners) -> bytes:
        """The body of a request. Raises BadBodyError, LostError, TooLargeError, OSError."""
        length = head.fields.length or 0
        if not head.fields.coding and head.size + length <= len(self.data):  # nearly always
            body = self.data[head.size : head.size + length]
            self.data = self.data[head.size + length :]
            self.is_behind = False
            return body
        if not head.fields.coding and length > manners.maximum_body_size:
            raise TooLargeError(length)
        self.at = head.size
        # a body of a known length is waited for three times as long (measured on 1.10.1 and 1.12.7)
        self.connection.settimeout(manners.request_seconds * (1 if head.fields.coding else 3))
        try:
            body = self.chunks(manners) if head.fields.coding else self.take(length)
        except (EndedError, TimeoutError):
            raise BadBodyError from None
        self.data, self.at = self.data[self.at :], 0
        self.is_behind = False
        return body

    def take(self, length: int) -> bytes:
        """The next bytes, so many."""
        start = self.at
        self.at += length
        if self.at <= len(self.data):
            return self.data[start : self.at]
        parts = [self.data[start:]]
        missing = length - len(parts[0])
        while missing > 0:
            self.data = self.receive()
            parts.append(self.data)
            missing -= len(self.data)
        self.at = len(self.data) + missing
        if missing:
            parts[-1] = self.data[: self.at]
        return b"".join(parts)

    def chunks(self, manners: Manners) -> bytes:
        """A body in chunks, with what follows the last of them."""
        parts: list[bytes] = []
        size = 0
        while length := self.chunk_length(manners):
            size += length
            if size > manners.maximum_body_size:
                raise TooLargeError(size)
            parts.append(self.take(length))
            if self.take(2) != b"\r\n":
                raise BadBodyError
        body = b"".join(parts)
        if manners.takes_chunk_extensions:
            while self.line():
                pass
        elif not self.is_at_line_end():  # the body is whole, but what comes then is lost
            raise LostError(body)
        return body

    def is_at_line_end(self) -> bool:
        try:
            return self.take(2) == b"\r\n"
        except EndedError:
            return False

    def chunk_length(self, manners: Manners) -> int:
        line = self.line()
        if manners.takes_chunk_extensions:
            line = line.partition(b";")[0]
        if not CHUNK_SIZE.match(line) or (length := int(line, 16)) >= 1 << 63:
            raise BadBodyError
        return length

    def line(self) -> bytes:
        """The next line, which ends with CR and LF. Raises BadBodyError for another, and for one that is too long."""
        while (end := self.data.find(b"\n", self.at)) < 0:
            if len(self.data) - self.at > MOST_CHUNK_LINE:
                raise BadBodyError
            self.data, self.at = self.data[self.at :] + self.receive(), 0
        line, self.at = self.data[self.at : end + 1], end + 1
        if not line.endswith(b"\r\n"):
            raise BadBodyError
        return line[:-2]


class LostError(Exception):
    """A body came whole, but where the next request begins is not known."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body
