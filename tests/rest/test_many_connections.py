"""Many connections at once: idle ones take nobody's place."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack

import pytest

from emulator import Emulator
from emulator.http.server import connection_limit

IDLE, PARALLEL = 500, 200

#: Nothing here takes so long, in seconds, unless it is stuck.
STUCK = 60


def connect(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=STUCK)


def ask(connection: socket.socket) -> bytes:
    connection.sendall(b"GET /system HTTP/1.1\r\nHost: orthanc\r\nConnection: close\r\n\r\n")
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    return answer


@pytest.mark.skipif(connection_limit() < 2 * (IDLE + PARALLEL), reason="this process may not open so many files")
def test_idle_connections_take_no_place_and_parallel_requests_are_answered() -> None:
    answers: list[bytes] = []
    with Emulator().serve() as url, ExitStack() as opened:
        for _ in range(IDLE):
            opened.enter_context(connect(url))
        parallel = [opened.enter_context(connect(url)) for _ in range(PARALLEL)]
        threads = [threading.Thread(target=lambda one=one: answers.append(ask(one))) for one in parallel]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(answers) == PARALLEL
    assert all(answer.startswith(b"HTTP/1.1 200 OK") for answer in answers)
