"""How requests reach a server: HTTP, or a WSGI application in this process."""

from __future__ import annotations

import base64
import http.client
import re
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from socket import SHUT_RDWR
from typing import Any
from urllib.parse import SplitResult, unquote, unquote_to_bytes, urlsplit

from pydicom.dataset import Dataset
from werkzeug.test import create_environ, run_wsgi_app

from .connecting import RETRIES, Connecting
from .exchange import Answer, Request
from .network import Address

#: How long an answer may take as a whole, in seconds, and how large it may be, in bytes.
ANSWER_SECONDS = 300.0
MOST_BYTES = 1 << 30
PIECE = 1 << 16
METRICS = Request("GET", "/tools/metrics-prometheus")


class UnreachableError(Exception):
    """A server that does not answer."""


class HttpClient:
    """A keep-alive connection to the server at `url`, which may hold a path; not for several threads at once.

    `file_counter` gives the number of stored files that the server has read so far, None where it can't be seen.
    """

    def __init__(
        self,
        url: str,
        user: str | None = None,
        password: str | None = None,
        connecting: Connecting | None = None,
    ) -> None:
        connecting = connecting or Connecting(retries=RETRIES)  # looked up now: a test may set it
        parts = parsed(url)
        #: Without user and password, which no message, report or log shows.
        self.url = without_user(url).rstrip("/")
        if user is None and parts.username is not None:
            user, password = unquote(parts.username), unquote(parts.password or "")
        self.prefix = parts.path.rstrip("/")
        self.connection = connecting.connection(parts)
        self.headers = {"Accept": "*/*", **connecting.headers}
        if user is not None:
            credentials = base64.b64encode(f"{user}:{password or ''}".encode()).decode()
            self.headers["Authorization"] = f"Basic {credentials}"
        self.file_counter: Callable[[], int | None] = lambda: files_read_by_metrics(self)
        self.retries = connecting.retries
        self.deadline = Deadline(self.connection)
        self.dicom: Address | None = None

    def owns(self, content: Dataset) -> None:
        """Whose it is, the client above knows."""

    def send(self, request: Request) -> Answer:
        """Sends a request, a GET that gets no answer up to three times; raises UnreachableError."""
        for pause in self.retries if request.method == "GET" else ():
            try:
                return self.send_or_raise(request)
            except UnreachableError:
                time.sleep(pause)
        return self.send_or_raise(request)

    def send_or_raise(self, request: Request) -> Answer:
        reused = self.connection.sock is not None
        try:
            try:
                return self.send_once(request)
            except ConnectionError:
                if not reused:
                    raise
            # an idle connection that the server closed meanwhile (Orthanc does after a second): it saw no request
            return self.send_once(request)
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(f"{self.url} does not answer {request}: {error}") from None

    def send_once(self, request: Request) -> Answer:
        body = request.body if request.body or request.method in ("POST", "PUT") else None
        headers = {**self.headers, **request.headers}
        try:
            with self.deadline:
                self.connection.request(request.method, self.prefix + request.path, body, headers)
                response = self.connection.getresponse()
                content = self.content(response)
        except BaseException:
            # Ctrl-C, too: the answer that is still to come must not be taken for that to the next request
            self.connection.close()
            raise
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, content)

    def content(self, response: http.client.HTTPResponse) -> bytes:
        """The body of an answer, of which a server may send no end."""
        pieces: list[bytes] = []
        size = 0
        while piece := response.read(PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES:
                raise http.client.HTTPException(f"an answer of more than {MOST_BYTES} bytes")
        return b"".join(pieces)

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        before = self.file_counter()
        answer = self.send(request)
        after = self.file_counter()
        return answer, None if before is None or after is None else after - before

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        self.connection.close()


class Deadline:
    """A context that an exchange may not stay in for long: then its connection is shut down, and reading fails."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        self.seconds = ANSWER_SECONDS
        self.end: float | None = None
        self.thread: threading.Thread | None = None

    def __enter__(self) -> None:
        self.end = time.monotonic() + self.seconds
        if self.thread is None:
            self.thread = threading.Thread(target=self.watch, name="deadline", daemon=True)
            self.thread.start()

    def __exit__(self, *exception: object) -> None:
        self.end = None

    def watch(self) -> None:
        while True:
            time.sleep(min(self.seconds / 4, 1.0))
            end, socket = self.end, self.connection.sock
            if end is not None and time.monotonic() > end and socket is not None:
                with suppress(OSError):
                    socket.shutdown(SHUT_RDWR)


def parsed(url: str) -> SplitResult:
    """The parts of a URL; raises UnreachableError for what is none of a server."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnreachableError(f"{without_user(url)!r} is no URL of a server: write it like http://127.0.0.1:8042")
    return parts


def without_user(url: str) -> str:
    """A URL as it may be shown: without the user and the password in it."""
    scheme, slashes, rest = url.rpartition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}"


def files_read_by_metrics(client: HttpClient) -> int | None:
    """How many files the server has read since its start, from its metrics; None for a release without them.

    A read is a miss or, with MaximumStorageCacheSize above 0, a hit of the storage cache (1.12.7 on).
    """
    answer = client.send(METRICS)
    text = answer.body.decode("utf-8", "replace")
    if answer.status != 200 or "orthanc_storage_cache_count" not in text:
        return None
    counts = re.findall(r"^orthanc_storage_cache_(?:miss|hit)_count (\d+)", text, re.MULTILINE)
    return sum(int(count) for count in counts)


class EmulatorClient:
    """The WSGI application of an `emulator.Emulator`, called in this process."""

    def __init__(self, emulator: Any) -> None:
        self.emulator = emulator
        self.opened = ExitStack()

    @property
    def dicom(self) -> Address | None:
        """A listener of the emulator's own, from the first time that it is asked for until `close`."""
        if not hasattr(self, "address"):
            found = self.opened.enter_context(self.emulator.serve_dicom())
            self.address = Address(found.host, found.port, found.aet)
        return self.address

    def owns(self, content: Dataset) -> None:
        """All of it is the suite's."""

    def close(self) -> None:
        self.opened.close()

    def send(self, request: Request) -> Answer:
        path, _, query = request.path.partition("?")
        environ = create_environ(method=request.method, data=request.body, headers=list(request.headers.items()))
        # not as an argument: werkzeug would take "//system" for a host
        environ |= {
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": request.path,
            "RAW_URI": request.path,
        }
        if "Content-Type" in request.headers:  # Werkzeug completes that of a form
            environ["CONTENT_TYPE"] = request.headers["Content-Type"]
        chunks, status, headers = run_wsgi_app(self.emulator.wsgi, environ, buffered=True)
        lowered = {name.lower(): value for name, value in headers}
        return Answer(int(status.split()[0]), lowered, b"".join(chunks))

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        before = len(self.emulator.queries)
        answer = self.send(request)
        plans = list(self.emulator.queries)[before:]
        return answer, sum(plan.files_read for plan in plans)

    def wait(self, seconds: float) -> None:
        self.emulator.advance(seconds)
