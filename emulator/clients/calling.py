"""A call of a WSGI application in this process, as any HTTP library wants it (PEP 3333)."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes

from ..http.connection import SENT_HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Headers that WSGI has under names without HTTP_.
UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}

#: Headers about the connection, which an application must not see.
OF_THE_CONNECTION = frozenset({"transfer-encoding", "connection"})

Headers = Sequence[tuple[str, str]]


class Answer(NamedTuple):
    """What the application answered; a header may be there twice."""

    status: int
    reason: str
    headers: Headers
    body: bytes


def call(
    application: WSGIApplication,
    method: str,
    target: str,
    headers: Headers = (),
    body: bytes = b"",
    *,
    scheme: str = "http",
    host: str = "localhost",
    port: int = 80,
) -> Answer:
    """The application's answer to a request; `target` is the URL's path and query as they would be sent.

    Raises what the application raises: HeldBackError and DisconnectedError where it was told to fail so.
    """
    started: list[tuple[str, Headers]] = []
    written: list[bytes] = []

    def start_response(status: str, answered: list[tuple[str, str]], exception: Any = None) -> Any:
        started[:] = [(status, answered)]
        return written.append

    environ = environ_of(method, target, headers, body, scheme, host, port)
    parts: Iterable[bytes] = application(environ, start_response)
    try:
        data = b"".join([*written, *parts])
    finally:
        if hasattr(parts, "close"):
            parts.close()
    status, _, reason = started[0][0].partition(" ")
    return Answer(int(status), reason, started[0][1], data)


def environ_of(
    method: str, target: str, headers: Headers, body: bytes, scheme: str, host: str, port: int
) -> dict[str, Any]:
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1") if "%" in path or not path.isascii() else path,
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    sent: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key in OF_THE_CONNECTION:
            continue
        key = UNPREFIXED.get(key) or f"HTTP_{key.upper().replace('-', '_')}"
        sent[key] = f"{sent[key]}, {value}" if key in sent else value
    if body:
        sent["CONTENT_LENGTH"] = str(len(body))
    environ.update(sent)
    environ[SENT_HEADERS] = sent
    return environ
