"""The patch of urllib.request for interceptions: where its handlers of http and https make their calls."""

from __future__ import annotations

import io
import urllib.request
from collections.abc import Callable
from http.client import HTTPResponse, RemoteDisconnected
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from ..exchanges.faults import DisconnectedError
from .calling import Answer, call
from .intercepted import Intercepted, Origin, intercepted


class Wire:
    """Stands for the socket of a connection: what an HTTPResponse reads of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def makefile(self, *_: Any, **__: Any) -> io.BytesIO:
        return io.BytesIO(self.data)


def patch() -> list[Callable[[], None]]:
    """Patches `AbstractHTTPHandler.do_open`, through which each opener calls; gives what undoes it."""
    owner = urllib.request.AbstractHTTPHandler
    original = owner.do_open

    def do_open(self: Any, http_class: Any, req: urllib.request.Request, **arguments: Any) -> HTTPResponse:
        parts = urlsplit(req.full_url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        found = intercepted(Origin.of(parts.scheme, parts.hostname or "", parts.port), target)
        return original(self, http_class, req, **arguments) if found is None else answered(found, req, parts)

    owner.do_open = do_open  # type: ignore[method-assign]

    def undo() -> None:
        owner.do_open = original  # type: ignore[method-assign]

    return [undo]


def answered(found: Intercepted, request: urllib.request.Request, parts: Any) -> HTTPResponse:
    """The application's answer; raises what a socket would: TimeoutError as URLError, RemoteDisconnected."""
    headers = [*{**request.unredirected_hdrs, **request.headers}.items()]
    try:
        answer = call(
            found.application,
            request.get_method(),
            found.target,
            [(name.title(), value) for name, value in headers],
            bytes_of(request.data),
            scheme=parts.scheme,
            host=parts.hostname,
            port=parts.port or (443 if parts.scheme == "https" else 80),
        )
    except DisconnectedError as error:
        raise RemoteDisconnected("Remote end closed connection without response") from error
    except OSError as error:
        raise URLError(error) from error
    response = HTTPResponse(Wire(on_the_wire(answer)), method=request.get_method())  # type: ignore[arg-type]
    response.begin()
    response.url = request.full_url
    response.msg = response.reason  # type: ignore[assignment]  # as urllib.request's own have it
    return response


def on_the_wire(answer: Answer) -> bytes:
    """An answer as HTTP/1.1 sends it; one that tells no length ends with the connection."""
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
    kept = [(name, value) for name, value in answer.headers if name.lower() != "transfer-encoding"]
    if not any(name.lower() == "content-length" for name, _ in kept):
        kept.append(("Connection", "close"))
    lines += [f"{name}: {value}" for name, value in kept]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body


def bytes_of(data: Any) -> bytes:
    """A body in one of the forms that urllib.request takes: none, bytes, a file, or an iterable of bytes."""
    if data is None:
        return b""
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data)
    return bytes(data.read()) if hasattr(data, "read") else b"".join(data)
