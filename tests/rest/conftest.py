"""Servers of each release with two patients, and the answers of their WSGI applications."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import Client

from emulator import Emulator

ServerOf = Callable[[str], Client]


@pytest.fixture(scope="session")
def server_of(small_file: Callable[..., bytes]) -> ServerOf:
    """A client of a release's server that holds P1 with two series of two instances, and P2; tests only read it."""
    clients: dict[str, Client] = {}

    def client(release: str) -> Client:
        if release not in clients:
            emulator = Emulator({"Name": "rest"}, release=release)
            for series in (1, 2):
                for instance in (1, 2):
                    emulator.store(small_file("P1", "1.1", f"1.1.{series}", f"1.1.{series}.{instance}"))
            emulator.store(small_file("P2", "1.2", "1.2.1", "1.2.1.1"))
            clients[release] = Client(emulator.wsgi)
        return clients[release]

    return client
