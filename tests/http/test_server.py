"""The server on a port: how long it waits, what it keeps, and that it stops."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from emulator import RELEASES, Emulator, OrthancError
from emulator.http.server import WebServer

#: Nothing here takes so long, in seconds, unless it is stuck.
STUCK = 60

REQUEST = b"GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=STUCK)


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(1 << 16), b""))


@pytest.mark.parametrize(
    ("release", "options", "header", "closes"),
    [
        ("1.12.7", {}, b"timeout=1", False),
        ("1.12.7", {"KeepAliveTimeout": 0}, b"timeout=0", True),
        ("1.12.7", {"KeepAliveTimeout": 9}, b"timeout=9", False),
        ("1.10.1", {"KeepAliveTimeout": 9}, b"timeout=1", False),
        ("1.10.1", {"KeepAlive": False}, b"", True),
    ],
)
def test_connections_are_kept_as_long_as_the_configuration_says(
    release: str, options: dict[str, Any], header: bytes, closes: bool
) -> None:
    with Emulator(options, release=release).serve() as url, connect(url) as connection:
        connection.sendall(REQUEST)
        first = connection.recv(1 << 16)
        assert first.startswith(b"HTTP/1.1 404 Not Found\r\nConnection: " + (b"keep-alive" if header else b"close"))
        assert (b"\r\nKeep-Alive: " + header + b"\r\n" in first) == bool(header)
        if closes:
            assert read_all(connection) == b""
        else:
            connection.sendall(REQUEST)
            assert connection.recv(1 << 16) == first


def test_an_idle_connection_is_closed() -> None:
    with Emulator().serve() as url, connect(url) as connection:
        connection.sendall(REQUEST)
        assert read_all(connection).count(b"HTTP/1.1") == 1


def test_the_rest_of_a_request_is_waited_for_in_vain() -> None:
    """Measured with 2 s on 1.10.1 and 1.12.7: the head and chunks once, a body of known length three times."""
    with Emulator({"HttpRequestTimeout": 1}).serve() as url, ExitStack() as opened:
        sent = [
            b"",
            b"GET /no",
            b"POST /nope HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc",
            b"POST /nope HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        ]
        connections = [opened.enter_context(connect(url)) for _ in sent]
        for connection, data in zip(connections, sent, strict=True):
            connection.sendall(data)
        answers = [read_all(connection).partition(b"\r\n")[0] for connection in connections]
    assert answers == [b"", b"HTTP/1.0 400 Bad Request", b"HTTP/1.1 400 Bad Request", b"HTTP/1.1 400 Bad Request"]


@pytest.mark.parametrize("release", RELEASES)
def test_no_time_for_requests_is_refused(release: str) -> None:
    with pytest.raises(OrthancError, match="Request timeout"):
        Emulator({"HttpRequestTimeout": 0}, release=release)


def test_a_body_that_is_too_large_is_not_read() -> None:
    orthanc = Emulator()
    orthanc.server.maximum_body_size = 1000
    with orthanc.serve() as url:
        for form in (b"Content-Length: 5000000000\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n400\r\nabc"):
            with connect(url) as connection:
                connection.sendall(b"POST /instances HTTP/1.1\r\nHost: x\r\n" + form)
                connection.shutdown(socket.SHUT_WR)
                assert read_all(connection).startswith(b"HTTP/1.1 413 ")


def test_half_sent_requests_take_nobodys_place() -> None:
    with Emulator().serve() as url, ExitStack() as opened:
        for _ in range(100):
            opened.enter_context(connect(url)).sendall(b"GET /system HTTP/1.1\r\nHo")
        with connect(url) as connection:
            connection.sendall(REQUEST)
            assert connection.recv(12) == b"HTTP/1.1 404"


def test_threads_are_used_again() -> None:
    with Emulator().serve() as url:
        before = threading.active_count()
        for _ in range(50):
            with connect(url) as connection:
                connection.sendall(b"GET /nope HTTP/1.0\r\n\r\n")
                read_all(connection)
        assert threading.active_count() <= before + 10


def test_a_client_that_does_not_read_is_no_obstacle_to_the_end() -> None:
    begun = threading.Event()

    def endless(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        while True:
            yield b"x" * 100_000
            begun.set()

    before = threading.active_count()
    with WebServer(endless) as server, connect(server.url) as connection:
        connection.sendall(REQUEST)
        assert begun.wait(STUCK)
        start = time.monotonic()
        server.close()
        assert time.monotonic() - start < STUCK / 2
    assert threading.active_count() <= before


def test_an_application_that_fails_closes_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    def failing(environ: Any, start_response: Any) -> Iterable[bytes]:
        raise RuntimeError("a mistake")

    with WebServer(failing) as server, connect(server.url) as connection:
        connection.sendall(REQUEST)
        assert read_all(connection) == b""
    assert "a mistake" in caplog.text


def test_forms_of_answers() -> None:
    """With a length, by `write`, in parts without one, and without a body."""

    def answering(environ: Any, start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/written":
            write = start_response("200 OK", [("Content-Length", "6")])
            write(b"abc")
            return [b"def"]
        if path == "/none":
            start_response("304 Not Modified", [])
            return []
        if path == "/large":
            start_response("200 OK", [("Content-Length", "1000000")])
            return [b"x" * 1_000_000]
        start_response("200 OK", [("Content-Type", "text/plain")])
        return iter([b"", b"abc", b"de"])

    def answer(path: bytes) -> bytes:
        with connect(server.url) as connection:
            connection.sendall(b"GET %s HTTP/1.0\r\n\r\n" % path)
            return read_all(connection)

    with WebServer(answering) as server:
        assert answer(b"/written").endswith(b"\r\nContent-Length: 6\r\n\r\nabcdef")
        assert answer(b"/none").endswith(b"\r\nContent-Length: 0\r\n\r\n")
        assert len(answer(b"/large").partition(b"\r\n\r\n")[2]) == 1_000_000
        assert answer(b"/").endswith(b"\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
