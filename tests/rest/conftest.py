"""Servers of each release with two patients, and the answers of their WSGI applications."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

import pytest
from werkzeug.test import Client

from emulator import Emulator

ServerOf = Callable[[str], Client]


def element(tag: int, vr: str, value: str) -> bytes:
    """A data element in Explicit VR Little Endian (PS3.5 section 7.1.2)."""
    data = value.encode("latin-1")
    data += (b"\0" if vr == "UI" else b" ") * (len(data) % 2)
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr.encode(), len(data)) + data


def file_of(
    patient: str, study: str, series: str, instance: str, extra: Mapping[int, tuple[str, str]] | None = None
) -> bytes:
    """A small DICOM file with these identifiers, and `extra` elements: tag -> (VR, value)."""
    elements = {
        0x00080018: ("UI", instance),
        0x00100020: ("LO", patient),
        0x0020000D: ("UI", study),
        0x0020000E: ("UI", series),
        **(extra or {}),
    }
    syntax = element(0x00020010, "UI", "1.2.840.10008.1.2.1")
    length = struct.pack("<HH2sHL", 0x0002, 0x0000, b"UL", 4, len(syntax))
    return bytes(128) + b"DICM" + length + syntax + b"".join(element(tag, *elements[tag]) for tag in sorted(elements))


@pytest.fixture(scope="session")
def small_file() -> Callable[..., bytes]:
    return file_of


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
