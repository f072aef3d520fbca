"""Small DICOM files, and the plugins that the tests need."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

import pytest
from hypothesis import settings

import pytest_orthanc_emulator

#: A busy machine must not fail a test: no test is timed.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """In a checkout that is not installed, the plugin is registered here; and pytest's own, to test it."""
    if not pluginmanager.has_plugin("orthanc_emulator"):
        pluginmanager.register(pytest_orthanc_emulator, "orthanc_emulator")
    pluginmanager.import_plugin("pytester")


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
