"""Connections to an application without a port: both ends of a pair of sockets."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from emulator import Emulator
from emulator.doors import HttpDoors
from emulator.http.connection import Connection, common_environ
from emulator.http.manners import Manners

Ask = Callable[[bytes], bytes]


def asked(application: Any, manners: Callable[[], Manners], sent: bytes, *, ends: bool = True) -> bytes:
    """All that comes back for bytes; with `ends` the client says at once that it sends no more."""
    ours, theirs = socket.socketpair()
    connection = Connection(theirs, ("127.0.0.1", 1), application, manners, common_environ("localhost", 80))
    server = threading.Thread(target=connection.serve)
    with ours:
        ours.settimeout(60)
        server.start()
        sending = threading.Thread(target=send, args=(ours, sent, ends))
        sending.start()
        answer = b"".join(iter(lambda: received(ours), b""))
        sending.join()
    server.join(60)
    assert not server.is_alive()
    return answer


def received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1 << 16)
    except ConnectionError:
        return b""


def send(connection: socket.socket, data: bytes, ends: bool) -> None:
    try:
        connection.sendall(data)
        if ends:
            connection.shutdown(socket.SHUT_WR)
    except OSError:  # the other side has enough
        pass


@pytest.fixture(scope="session")
def ask_release() -> Callable[[str, bytes], bytes]:
    """What the emulator of a release answers to bytes."""
    doors: dict[str, HttpDoors] = {}

    def ask(release: str, sent: bytes) -> bytes:
        if release not in doors:
            doors[release] = HttpDoors(Emulator({"Name": "wire"}, release=release).server)
        return asked(doors[release], doors[release].manners, sent)

    return ask


def undated(answer: bytes) -> bytes:
    """An answer without its time."""
    return re.sub(rb"\r\nDate: [^\r]*", b"\r\nDate: X", answer)
