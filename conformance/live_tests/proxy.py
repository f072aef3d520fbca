"""Requests passed on to a live server, as a WSGI application: so the emulator's transports serve it, too."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug.wrappers import Request as WsgiRequest

from emulator.exchanges.exchange import KEPT_BYTES_OF_BODY, Exchange, Requests

from ..asking.clients import HttpClient
from ..asking.exchange import Answer, Request
from ..asking.exchange import Exchange as Asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: What is said of one connection, and not of the request or its answer; nor is an answer asked for in small.
OF_CONNECTION = frozenset(
    "connection keep-alive proxy-connection te trailer transfer-encoding upgrade content-length host "
    "accept-encoding".split()
)


class Proxy:
    """Passes requests on, from any thread; `requests` has those that came through WSGI, `trace` all of a test."""

    def __init__(self, connect: Callable[[], HttpClient]) -> None:
        self.connect = connect
        self.connected = threading.local()
        self.requests = Requests()
        self.trace: list[Asked] = []

    def send(self, request: Request) -> Answer:
        """Asks the server; raises UnreachableError."""
        if not hasattr(self.connected, "client"):
            self.connected.client = self.connect()
        answer: Answer = self.connected.client.send(request)
        self.trace.append(Asked(request, answer))
        return answer

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        came = WsgiRequest(environ)
        headers = {name: value for name, value in came.headers.items() if name.lower() not in OF_CONNECTION}
        answer = self.send(Request(came.method, target_of(environ), came.get_data(), headers))
        self.requests.append(
            Exchange(
                came.method,
                came.path,
                environ.get("QUERY_STRING", ""),
                dict(came.headers.items()),
                came.get_data()[:KEPT_BYTES_OF_BODY],
                answer.status,
                dict(answer.headers),
                answer.body[:KEPT_BYTES_OF_BODY],
            )
        )
        passed = [(name.title(), value) for name, value in answer.headers.items() if name not in OF_CONNECTION]
        start_response(f"{answer.status} {phrase(answer.status)}", [*passed, ("Content-Length", str(len(answer.body)))])
        return [answer.body]


def target_of(environ: Any) -> str:
    """Path and query as they were sent or, where that is not known, as they may have been."""
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    if raw.startswith("/"):
        return raw
    path = quote(environ.get("PATH_INFO", "/").encode("latin-1"), safe="/:@!$&'()*+,;=~-._")
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
