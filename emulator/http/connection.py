"""One connection: request after request, each answered before the next is read."""

from __future__ import annotations

import io
import logging
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from ..exchanges.faults import DisconnectedError, HeldBackError
from .heads import Head
from .incoming import BadBodyError, Incoming, LostError, TooLargeError
from .manners import Manners
from .outgoing import Outgoing, Start, send_answer
from .pages import NoAnswerError, RefusedError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOGGER = logging.getLogger("emulator.http")

#: What the environment of a request on a port has: its connection.
CONNECTION = "orthanc_emulator.connection"
#: Its headers alone, under the names that WSGI has for them, where all of them are as they came.
SENT_HEADERS = "orthanc_emulator.headers"

#: What is read and thrown away at the end, so that the client gets its answer: so long, and so many bytes.
LINGERING_SECONDS = 1.0
MOST_LINGERING = 64 << 20

#: The methods whose body must be whole.
WITH_BODY = frozenset({"POST", "PUT"})


class Connection:
    """A client on a socket. `is_waiting` while no request is under way."""

    def __init__(
        self,
        connection: socket.socket,
        address: Any,
        application: WSGIApplication,
        manners: Callable[[], Manners],
        environ: dict[str, Any],
    ) -> None:
        self.socket = connection
        self.application = application
        self.manners = manners
        self.incoming = Incoming(connection)
        self.outgoing = Outgoing(connection)
        self.is_waiting = True
        self.is_last = False  # no request follows the one under way
        self.environ = {
            **environ,
            "REMOTE_ADDR": str(address[0]) if address else "",
            "REMOTE_PORT": str(address[1]) if address else "",
            CONNECTION: self,
        }

    def serve(self) -> None:
        """Answers until one side has enough; closes the socket. Nothing is raised."""
        try:
            with suppress(NoAnswerError, DisconnectedError, OSError):
                try:
                    self.answer_all()
                except RefusedError as refused:
                    self.outgoing.send(refused.page())
                self.linger()
        except Exception:
            LOGGER.exception("a connection failed")
        finally:
            self.socket.close()

    def answer_all(self) -> None:
        manners = self.manners()
        seconds: float = manners.request_seconds
        while True:
            self.is_waiting = True
            head = self.incoming.head(manners, seconds)
            self.is_waiting = False
            if head is None:
                return
            manners = self.manners()
            if not self.answer(head, manners) or not manners.keeps or not manners.idle_seconds or self.is_last:
                return
            seconds = manners.idle_seconds

    def answer(self, head: Head, manners: Manners) -> bool:
        """Answers one request; whether another may follow. Raises DisconnectedError, OSError."""
        is_kept = head.is_kept
        length = None
        try:
            body = self.incoming.body(head, manners)
        except LostError as lost:
            body, is_kept = lost.body, False
        except TooLargeError as large:
            body, length, is_kept = b"", large.size, False
        except BadBodyError:
            if head.method in WITH_BODY:
                self.send_empty(manners, "400 Bad Request")
                return False
            body, is_kept = b"", False
        if head.method in WITH_BODY and not head.fields.is_plain:
            self.send_empty(manners, "411 Length Required")
            return is_kept
        if (
            head.fields.coding
            and "CONTENT_LENGTH" in head.fields.environ
            and head.method in WITH_BODY
            and length is None
        ):
            body = body[: head.fields.length]  # beside chunks it says how much of them is the body
            if len(body) < (head.fields.length or 0):
                self.send_empty(manners, "400 Bad Request")
                return is_kept
        return self.run(self.environ_of(head, body, length), head.method, manners) and is_kept

    def run(self, environ: dict[str, Any], method: str, manners: Manners) -> bool:
        """Lets the application answer; whether another answer may follow."""
        start = Start()
        self.outgoing.waits = True
        try:
            parts = self.application(environ, start)
        except HeldBackError as error:
            error.hold_back()
            raise DisconnectedError from None
        try:
            return send_answer(self.outgoing, start, parts, manners.kept_headers, has_body=method != "HEAD")
        finally:
            if hasattr(parts, "close"):
                parts.close()

    def environ_of(self, head: Head, body: bytes, length: int | None) -> dict[str, Any]:
        path, _, query = head.target.partition("?")
        environ = {**self.environ, **head.fields.environ}
        environ["REQUEST_METHOD"] = head.method
        environ["REQUEST_URI"] = head.target
        environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1") if "%" in path else path
        environ["QUERY_STRING"] = query
        environ["SERVER_PROTOCOL"] = "HTTP/1.1" if head.is_newest else "HTTP/1.0"
        environ["wsgi.input"] = io.BytesIO(body)
        if body or length is not None or "CONTENT_LENGTH" in environ:
            environ["CONTENT_LENGTH"] = str(len(body) if length is None else length)
        if environ.get("CONTENT_LENGTH") == head.fields.environ.get("CONTENT_LENGTH"):
            environ[SENT_HEADERS] = head.fields.environ
        return environ

    def send_empty(self, manners: Manners, status: str) -> None:
        """An answer without body that no application makes."""
        nosniff = "X-Content-Type-Options: nosniff\r\n" if manners.sends_nosniff else ""
        self.outgoing.send(
            f"HTTP/1.1 {status}\r\n{manners.kept_headers}{nosniff}Content-Length: 0\r\n\r\n".encode("ascii")
        )

    def linger(self) -> None:
        """Takes what the client still sends, for a while: else it might never see its answer."""
        if not self.incoming.is_behind and not self.incoming.data:
            return
        self.socket.shutdown(socket.SHUT_WR)
        end, size = time.monotonic() + LINGERING_SECONDS, 0
        while size < MOST_LINGERING and (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            data = self.socket.recv(1 << 16)
            if not data:
                return
            size += len(data)

    def close_if_waiting(self) -> None:
        """Ends the connection, unless a request is under way."""
        if self.is_waiting:
            self.end()

    def end(self) -> None:
        """Ends the connection: who serves it finds that the client went away."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


def common_environ(host: str, port: int) -> dict[str, Any]:
    """What the environments of all requests on a port have."""
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
