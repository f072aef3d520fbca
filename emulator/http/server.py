"""A WSGI application on a port: one thread takes connections, and one serves each that is open."""

from __future__ import annotations

import os
import queue
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING

from ..threads import lock
from .connection import CONNECTION, Connection, common_environ
from .manners import Manners

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

#: How many connections may be open at once, where the process may open so many files.
CONNECTIONS = 2000
#: How many files are left to the rest of the process, and at least how many connections there are.
OTHER_FILES, FEWEST_CONNECTIONS = 128, 64

#: How many connections the system keeps until they are taken.
BACKLOG = 1024

#: How many threads wait for connections to come; more end with theirs.
MOST_IDLE = 16

#: How long requests under way may take when the server is closed, in seconds, and how long their threads after that.
GRACE_SECONDS = 1.0
ENDING_SECONDS = 4.0


def connection_limit() -> int:
    """How many connections are taken: more than the process may open files would stop the server."""
    try:
        import resource  # not on Windows
    except ImportError:
        return CONNECTIONS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = files == resource.RLIM_INFINITY
    return CONNECTIONS if unlimited else max(min(CONNECTIONS, files - OTHER_FILES), FEWEST_CONNECTIONS)


def is_served(environ: WSGIEnvironment) -> bool:
    """Whether a request came over a port."""
    return CONNECTION in environ


def stream(environ: WSGIEnvironment) -> None:
    """Lets the answer to a request be a stream that does not wait for its reader."""
    if CONNECTION in environ:
        environ[CONNECTION].outgoing.waits = False


def unread_bytes(environ: WSGIEnvironment) -> int:
    """How many bytes of a stream the client has not taken yet."""
    return len(environ[CONNECTION].outgoing.unsent) if CONNECTION in environ else 0


def drop(environ: WSGIEnvironment) -> None:
    """Closes the connection of a stream that the client does not read, whatever was not sent of it."""
    if unread_bytes(environ):
        environ[CONNECTION].end()


class WebServer:
    """Serves an application until it is closed, or left as a context. Raises OSError for a port in use.

    `manners` says how it behaves, and is asked at each request.
    """

    def __init__(
        self,
        application: WSGIApplication,
        host: str = "127.0.0.1",
        port: int = 0,
        manners: Callable[[], Manners] = Manners,
    ) -> None:
        self.application = application
        self.manners = manners
        self.host = host
        self.listening = listen(host, port)
        self.port: int = self.listening.getsockname()[1]
        self.environ = common_environ(host, self.port)
        self.most = connection_limit()
        self.lock = lock()
        self.open: set[Connection] = set()
        self.threads: set[threading.Thread] = set()
        self.waiting: queue.SimpleQueue[Connection | None] = queue.SimpleQueue()
        self.idle = 0  # threads that wait, less the connections that wait for them
        self.room = threading.Condition(self.lock)
        self.closing = False
        self.process = os.getpid()
        self.thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def run(self) -> None:
        """Takes connections in this thread until `close` is called."""
        while not self.closing:
            try:
                accepted, address = self.listening.accept()
            except OSError:
                if self.closing:
                    return
                time.sleep(0.05)  # too many files are open: those of others may be closed soon
                continue
            with suppress(OSError):
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.take(Connection(accepted, address, self.application, self.manners, self.environ))

    def take(self, connection: Connection) -> None:
        """Gives a connection to a thread, to a new one where none waits."""
        with self.lock:
            while len(self.open) >= self.most and not self.closing:
                self.room.wait(1)
            if self.closing:
                connection.socket.close()
                return
            self.open.add(connection)
            self.idle -= 1
            if self.idle < 0:
                self.idle += 1
                thread = threading.Thread(target=self.work, name=f"orthanc-emulator:{self.port}:worker", daemon=True)
                self.threads.add(thread)
                thread.start()
                self.waiting.put(connection)
                return
        self.waiting.put(connection)

    def work(self) -> None:
        """Serves one connection after the other."""
        while (connection := self.waiting.get()) is not None:
            connection.serve()
            with self.lock:
                self.open.discard(connection)
                self.room.notify()
                if self.closing or self.idle >= MOST_IDLE:
                    break
                self.idle += 1
        with self.lock:
            self.threads.discard(threading.current_thread())

    def close_connections(self) -> None:
        """Closes the connections that clients keep open though no request is under way."""
        with self.lock:
            for connection in self.open:
                connection.close_if_waiting()

    def close(self) -> None:
        """Stops, open connections included: a client that keeps one alive would else be waited for.

        Requests under way get a second to end, and then lose their connection.
        """
        with self.lock:
            if self.closing:
                return
            self.closing = True
            self.room.notify_all()
            threads = [*self.threads]
            for connection in self.open:
                connection.is_last = True
        if os.getpid() != self.process:  # a fork of it: the sockets are those of its parent, too
            self.listening.close()
            return
        wake(self.listening)
        self.close_connections()
        for _ in threads:
            self.waiting.put(None)
        end = time.monotonic() + GRACE_SECONDS
        self.join(threads, end)
        with self.lock:
            for connection in self.open:
                connection.end()
        self.join(threads, end + ENDING_SECONDS)

    def join(self, threads: list[threading.Thread], end: float) -> None:
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(max(end - time.monotonic(), 0))

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


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere two servers could have one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def wake(listening: socket.socket) -> None:
    """Ends the wait for connections, and closes the socket."""
    with suppress(OSError):
        listening.shutdown(socket.SHUT_RDWR)  # on Linux it wakes who waits; elsewhere a connection does
    with suppress(OSError):
        address = listening.getsockname()
        with socket.socket(listening.family, socket.SOCK_STREAM) as knocking:
            knocking.settimeout(0.2)
            knocking.connect(address)
    listening.close()
