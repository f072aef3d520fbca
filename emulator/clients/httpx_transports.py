"""Transports of httpx that an emulator answers, without a port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..exchanges.faults import DisconnectedError, HeldBackError
from .calling import call
from .missing import needed

with needed("httpx", "httpx_transport()"):
    import httpx

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def answer(application: WSGIApplication, request: httpx.Request, target: str, body: bytes) -> httpx.Response:
    """The application's answer to a request whose body is read, or the exception that httpx would raise."""
    url = request.url
    try:
        answered = call(
            application,
            request.method,
            target,
            request.headers.multi_items(),
            body,
            scheme=url.scheme,
            host=url.host,
            port=url.port or (443 if url.scheme == "https" else 80),
        )
    except HeldBackError as error:
        raise httpx.ReadTimeout(str(error), request=request) from error
    except DisconnectedError as error:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request) from error
    return httpx.Response(
        answered.status, headers=[*answered.headers], stream=httpx.ByteStream(answered.body), request=request
    )


def target_of(request: httpx.Request) -> str:
    """Path and query of a request, as they would be sent."""
    return request.url.raw_path.decode("ascii")


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """For `httpx.Client(transport=...)` and `httpx.AsyncClient(transport=...)`.

    A request is answered without a break, so that the order of asynchronous ones is certain.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return answer(self.application, request, target_of(request), request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return answer(self.application, request, target_of(request), await request.aread())
