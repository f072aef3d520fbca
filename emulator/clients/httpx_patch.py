"""The patch of httpx for interceptions: its transports, through which every call goes that needs a connection."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from .httpx_transports import answer, target_of
from .intercepted import Intercepted, Origin, intercepted


def patch() -> list[Callable[[], None]]:
    """Patches both transports; gives what undoes it."""
    send, send_async = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request

    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        found = found_for(request)
        if found is None:
            return send(self, request)
        return answer(found.application, request, found.target, request.read())

    async def handle_async_request(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        found = found_for(request)
        if found is None:
            return await send_async(self, request)
        return answer(found.application, request, found.target, await request.aread())

    def undo() -> None:
        setattr(httpx.HTTPTransport, "handle_request", send)  # noqa: B010  # mypy: a method is not to be assigned
        setattr(httpx.AsyncHTTPTransport, "handle_async_request", send_async)  # noqa: B010

    setattr(httpx.HTTPTransport, "handle_request", handle_request)  # noqa: B010
    setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async_request)  # noqa: B010
    return [undo]


def found_for(request: httpx.Request) -> Intercepted | None:
    url = request.url
    return intercepted(Origin.of(url.scheme, url.host, url.port), target_of(request))
