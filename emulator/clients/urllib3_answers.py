"""How a connection of urllib3 (and so of requests) gets an emulator's answers, with urllib3's own retries around it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from http.client import RemoteDisconnected
from typing import TYPE_CHECKING, Any, NamedTuple

from ..exchanges.faults import DisconnectedError
from .calling import call
from .missing import needed

with needed("urllib3>=2", "This way into requests and urllib3"):
    from urllib3 import HTTPHeaderDict
    from urllib3.connection import HTTPConnection
    from urllib3.response import BaseHTTPResponse, HTTPResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Asked(NamedTuple):
    """A request that a connection was given, to be answered in process when its answer is asked for."""

    application: WSGIApplication
    method: str
    target: str
    headers: Mapping[str, Any]
    body: Any
    #: preload_content, decode_content and enforce_content_length, as urllib3 gave them.
    options: Mapping[str, bool]

    def answer(self, connection: HTTPConnection, scheme: str) -> BaseHTTPResponse:
        """The application's answer; raises what a socket would: TimeoutError, RemoteDisconnected."""
        headers = [(name, value if type(value) is str else text_of(value)) for name, value in self.headers.items()]
        if "host" not in [name.lower() for name, _ in headers]:
            headers.insert(0, ("Host", f"{connection.host}:{connection.port}"))
        try:
            answered = call(
                self.application,
                self.method,
                self.target,
                headers,
                bytes_of(self.body),
                scheme=scheme,
                host=connection.host,
                port=connection.port or 80,
            )
        except DisconnectedError as error:
            raise RemoteDisconnected("Remote end closed connection without response") from error
        response = HTTPResponse(
            body=io.BytesIO(answered.body),
            headers=HTTPHeaderDict(answered.headers),
            status=answered.status,
            version=11,
            reason=answered.reason,
            request_method=self.method,
            request_url=self.target,
            preload_content=self.options.get("preload_content", True),
            decode_content=self.options.get("decode_content", True),
            enforce_content_length=self.options.get("enforce_content_length", True),
        )
        response.version_string = "HTTP/1.1"  # urllib3's constructor takes it from 2.3 on
        return response


def text_of(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def bytes_of(body: Any) -> bytes:
    """A body in one of the forms that urllib3 takes: none, bytes, text, a file, or an iterable of bytes or texts."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8")
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    if hasattr(body, "read"):
        return bytes_of(body.read())
    parts: Iterable[str | bytes] = body
    return b"".join(part.encode("utf-8") if isinstance(part, str) else bytes(part) for part in parts)
