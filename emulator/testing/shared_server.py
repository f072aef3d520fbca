"""One server on a port for many tests: each puts an emulator of its own behind it, which costs no start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from ..http.manners import Manners
from ..http.server import WebServer
from ..rest.manners import manners_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ..emulator import Emulator


class SharedServer:
    """Serves one emulator at a time on a loopback port, a free one for 0; 503 while there is none.

    with SharedServer() as server:
        with server.answering(Emulator()) as url:
            ...
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.emulator: Emulator | None = None
        self.server = WebServer(self.answer, host, port, self.manners)

    @property
    def url(self) -> str:
        return self.server.url

    @contextmanager
    def answering(self, emulator: Emulator) -> Iterator[str]:
        """Answers by this emulator and gives the URL. At the end connections are closed that clients left open."""
        before, self.emulator = self.emulator, emulator
        try:
            with emulator.server.faults.serving():
                yield self.url
        finally:
            self.emulator = before
            self.server.close_connections()

    def manners(self) -> Manners:
        """How the server behaves, as the emulator that answers now was told to."""
        return Manners() if self.emulator is None else manners_of(self.emulator.server)

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.emulator is not None:
            return self.emulator.wsgi(environ, start_response)
        start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"No emulator is behind this port now: the test that used it is over"]

    def __enter__(self) -> SharedServer:
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.emulator is not None:
            self.emulator.server.faults.release()
        self.server.__exit__(kind, error, traceback)
