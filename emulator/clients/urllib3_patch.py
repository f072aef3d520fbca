"""The patch of urllib3 for interceptions: its connections, below pools, retries and redirects, which work as ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import BaseHTTPResponse

from .intercepted import Intercepted, Origin, intercepted, is_watched
from .urllib3_answers import Asked

#: Where a connection keeps the request that is to be answered in process.
ASKED = "_orthanc_emulator_asked"


def patch() -> list[Callable[[], None]]:
    """Patches the two classes of connections; gives what undoes it."""
    connect, connect_securely = HTTPConnection.connect, HTTPSConnection.connect
    request, getresponse = HTTPConnection.request, HTTPConnection.getresponse

    def connect_unless_watched(original: Callable[[Any], None]) -> Callable[[Any], None]:
        def connecting(self: Any) -> None:
            if is_watched(origin_of(self)):
                self.is_verified = True  # else urllib3 warns of an unverified one
            else:
                original(self)

        return connecting

    def requesting(
        self: Any,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        *,
        chunked: bool = False,
        **options: Any,
    ) -> None:
        found = found_for(self, url)
        setattr(self, ASKED, None)
        if found is not None:
            setattr(self, ASKED, Asked(found.application, method, found.target, headers or {}, body, options))
            return
        if self.sock is None and is_watched(origin_of(self)):  # it was not connected, to see what is asked first
            self.is_verified = False
            (connect_securely if isinstance(self, HTTPSConnection) else connect)(self)
        request(self, method, url, body, headers, chunked=chunked, **options)

    def answering(self: Any) -> BaseHTTPResponse:
        asked: Asked | None = getattr(self, ASKED, None)
        if asked is None:
            return getresponse(self)
        setattr(self, ASKED, None)
        return asked.answer(self, scheme_of(self))

    patches: list[tuple[type, str, Any]] = [
        (HTTPConnection, "connect", connect_unless_watched(connect)),
        (HTTPSConnection, "connect", connect_unless_watched(connect_securely)),
        (HTTPConnection, "request", requesting),
        (HTTPConnection, "getresponse", answering),
    ]
    undone = [(owner, name, owner.__dict__[name]) for owner, name, _ in patches]
    for owner, name, replacement in patches:
        setattr(owner, name, replacement)

    def undo() -> None:
        for owner, name, original in undone:
            setattr(owner, name, original)

    return [undo]


def scheme_of(connection: Any) -> str:
    return "https" if isinstance(connection, HTTPSConnection) else "http"


def origin_of(connection: Any) -> Origin:
    """Where a connection leads, through a tunnel as the case may be."""
    scheme = scheme_of(connection)
    tunnelled = getattr(connection, "_tunnel_host", None)
    if tunnelled:
        return Origin.of(scheme, tunnelled, connection._tunnel_port)
    return Origin.of(scheme, connection.host, connection.port)


def found_for(connection: Any, url: str) -> Intercepted | None:
    if not url.startswith("/"):  # a proxy is asked for a whole URL
        parts = urlsplit(url)
        if parts.hostname:
            target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            return intercepted(Origin.of(parts.scheme, parts.hostname, parts.port), target)
    return intercepted(origin_of(connection), url)
