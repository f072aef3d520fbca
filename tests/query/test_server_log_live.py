"""What the logger `emulator.log` tells beside the logs of real servers, as far as they are installed here."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.asking.clients import EmulatorClient
from conformance.asking.exchange import Request
from conformance.benchmarks.operations import LABEL, small_file
from conformance.targets.server_process import BASE_CONFIGURATION, ServerProcess
from emulator import RELEASES, Emulator

ROOTS = Path(os.environ.get("ORTHANC_ROOTS", "/opt/orthancs"))
INSTALLED = {"1.9.1": ROOTS / "bullseye", "1.10.1": Path("/"), "1.12.7": ROOTS / "trixie", "1.13.0": ROOTS / "sid"}

STUDIES = {"Level": "Study", "Query": {LABEL: "label-1"}}
REQUESTS: tuple[tuple[str, str, Any], ...] = (
    ("PUT", "/tools/log-level", "verbose"),
    ("POST", "/tools/find", {"Level": "Study", "Query": {"PatientID": "nobody"}}),
    ("POST", "/tools/find", {"Level": "Instance", "Query": {LABEL: "label-1"}}),
    ("POST", "/tools/find", {**STUDIES, "Query": {LABEL: "label-1", "Rows": "x"}}),
    ("POST", "/tools/find", {**STUDIES, "RequestedTags": ["Rows"], "Expand": True}),
    ("POST", "/tools/find", {"Level": "Series", "Query": {}, "RequestedTags": ["Rows", "Columns"], "Expand": True}),
    ("GET", "/studies?expand&requestedTags=Rows", None),
    ("GET", "/studies?expand", None),
    ("PUT", "/tools/log-level", "default"),
    ("POST", "/tools/find", STUDIES),
    ("PUT", "/tools/log-level-http", "verbose"),
    ("POST", "/tools/find", STUDIES),
    ("GET", "/system", None),
)

#: Lines that the emulator has none of: the time that something took, and threads that a busy machine starts late.
PASSED_OVER = re.compile(r"Read (range of )?attachment|elapsed: |^Starting the ")


def body_of(value: Any) -> bytes:
    if value is None:
        return b""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def without_names(line: str) -> str:
    return re.sub(r'"[0-9a-f]{8}-[0-9a-f-]{27}"', "UUID", line)


def logged(server: ServerProcess, place: int) -> list[str]:
    """The lines of a server's log from this place on: their level and text."""
    text = server.log_path.read_bytes()[place:].decode()
    lines = re.findall(r"^([WIE])\d{4} [^\n]*?\] ([^\n]*)$", text, re.MULTILINE)
    return [f"{level} {without_names(line)}" for level, line in lines if not PASSED_OVER.search(line)]


@pytest.mark.parametrize(
    "options", [{}, {"Warnings": {"W001_TagsBeingReadFromStorage": False}}], ids=["W001", "no W001"]
)
@pytest.mark.parametrize("release", [*RELEASES])
def test_beside_a_real_server(release: str, options: Mapping[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    root = INSTALLED[release]
    if not (root / "usr/sbin/Orthanc").exists():
        pytest.skip(f"there is no Orthanc in {root}")
    server = ServerProcess("/usr/sbin/Orthanc", options, None if root == Path("/") else root, verbose=False)
    try:
        orthanc = Emulator({**BASE_CONFIGURATION, **options}, release=release, unknown_tags="as-release")
        client = EmulatorClient(orthanc)
        for number in range(2):
            for one in (server.client, client):
                one.send(Request("POST", "/instances", small_file(1, number)))
        place = server.log_path.stat().st_size
        caplog.clear()
        for method, path, value in REQUESTS:
            for one in (server.client, client):
                one.send(Request(method, path, body_of(value)))
        server.client.send(Request("PUT", "/tools/log-level", b"default"))  # all that was asked before is in the log
        here = [
            f"{one.levelname[0]} {without_names(one.getMessage())}"
            for one in caplog.records
            if one.name == "emulator.log"
        ]
        assert logged(server, place)[: len(here)] == here
        assert len(logged(server, place)) <= len(here) + 2
    finally:
        server.stop()
