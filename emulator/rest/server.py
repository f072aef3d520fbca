"""A WSGI application on a port, in a thread, by waitress."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from ..exchanges.faults import DisconnectedError, HeldBackError
from .route import CLOSES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# That a request waits for a thread is no news: as a warning it would stand in the output of every loaded test.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)

#: The largest body that is read, in bytes.
MAXIMUM_BODY_SIZE = 2 << 30


#: How many connections may be open at once, where the process may open so many files.
CONNECTIONS = 2000
#: How many files are left to the rest of the process, and at least how many connections there are.
OTHER_FILES, FEWEST_CONNECTIONS = 128, 64


def connection_limit() -> int:
    """How many connections are taken: more than the process may open files would stop the server."""
    try:
        import resource  # not on Windows
    except ImportError:
        return CONNECTIONS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = files == resource.RLIM_INFINITY
    return CONNECTIONS if unlimited else max(min(CONNECTIONS, files - OTHER_FILES), FEWEST_CONNECTIONS)


#: What the environment of a request on a port has: its channel.
CHANNEL = "orthanc_emulator.channel"


def is_served(environ: WSGIEnvironment) -> bool:
    """Whether a request came over a port."""
    return CHANNEL in environ


def unread_bytes(environ: WSGIEnvironment) -> int:
    """How many bytes of an answer, which is sent bit by bit, the client has not taken yet."""
    return int(environ[CHANNEL].total_outbufs_len) if CHANNEL in environ else 0


def drop(environ: WSGIEnvironment) -> None:
    """Closes the connection of a request, whatever was not sent of the answer."""
    if CHANNEL in environ and environ[CHANNEL].total_outbufs_len:
        environ[CHANNEL].will_close = True


class Task(WSGITask):
    """Answers a request; after the answer the connection is closed, where the application said so."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[CHANNEL] = self.channel
        return environ

    def build_response_header(self) -> bytes:
        if self.get_environment().get(CLOSES):
            request: Any = self.request  # never one that could not be parsed: another task answers those
            request.headers["CONNECTION"] = "close"
        header: bytes = super().build_response_header()
        return header


class Channel(HTTPChannel):
    task_class = Task


class WebServer:
    """Serves an application until it is closed, or left as a context. Raises OSError for a port in use."""

    def __init__(self, application: WSGIApplication, host: str = "127.0.0.1", port: int = 0, threads: int = 8) -> None:
        self.sockets: dict[int, Any] = {}
        self.closing = False
        # one host is given, so there is one socket and no MultiSocketServer
        server: Any = create_server(
            with_failing_connections(application),
            map=self.sockets,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            clear_untrusted_proxy_headers=False,
            max_request_body_size=MAXIMUM_BODY_SIZE,
            connection_limit=connection_limit(),
            backlog=1024,
            asyncore_use_poll=True,  # select can't watch a thousand connections
        )
        server.channel_class = Channel
        self.server = server
        self.host = host
        self.port: int = server.effective_port
        self.thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def run(self) -> None:
        """Serves in this thread until `close` is called."""
        self.server.run()

    def close_connections(self) -> None:
        """Closes the connections that clients keep open though no request is under way; waits until that is done."""
        closed = threading.Event()

        def close_idle() -> None:  # in the server's thread, which alone may close them
            for channel in [*self.server.active_channels.values()]:
                if not channel.requests and not channel.total_outbufs_len:
                    channel.handle_close()
            closed.set()

        if self.server.active_channels:
            self.server.trigger.pull_trigger(close_idle)
            closed.wait(timeout=1)

    def close(self) -> None:
        """Stops, open connections included: a client that keeps one alive would else be waited for.

        Requests under way get a second to end; a thread that ends later would write to what is closed.
        """
        if self.closing:
            return
        self.closing = True
        self.server.task_dispatcher.shutdown(timeout=1)
        with suppress(OSError):  # the loop, awake for another reason, may have closed all before it is woken
            self.server.trigger.pull_trigger(lambda: wasyncore.close_all(self.sockets, ignore_all=True))

    def __enter__(self) -> WebServer:
        self.thread = threading.Thread(target=self.run, name=f"orthanc-emulator:{self.port}", daemon=True)
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
        if self.thread is not None:
            self.thread.join(timeout=5)


def with_failing_connections(application: WSGIApplication) -> WSGIApplication:
    """Holds answers back, or closes the connection without one, as `Emulator.fail_next` was told."""

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except HeldBackError as error:
            error.hold_back()
        except DisconnectedError:
            pass
        raise ClientDisconnected  # waitress takes it that the client went away: it sends nothing, and closes

    return answered
