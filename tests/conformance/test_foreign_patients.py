"""A server in use: whatever it is configured to do, nothing of others is touched on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from conformance.asking import configurations
from conformance.asking.clients import HttpClient
from conformance.asking.exchange import Request
from conformance.commands.command_line import main
from conformance.targets.room import PATIENTS
from conformance.targets.server_process import ServerProcess
from emulator import RELEASES, Emulator

Files = Callable[..., bytes]

FOREIGN = 10

#: Releases that do not tell their limits.
BEFORE_LIMITS = ("1.9.1", "1.10.1")
FEW = ["--only", "visibility", "--only", "cascade/study", "--only", "bulk"]

#: What makes a server delete patients of others for one that is stored, with ten of them there.
BRIMS: dict[str, dict[str, Any]] = {
    "full": {"MaximumPatientCount": FOREIGN},
    "nearly full": {"MaximumPatientCount": FOREIGN + 1},
    "full of bytes": {"MaximumStorageSize": 1},
    "full, rejecting": {"MaximumPatientCount": FOREIGN, "MaximumStorageMode": "Reject"},
}


def foreign_files(small_file: Files) -> list[bytes]:
    """Ten patients of 100 kB each, one of them without a PatientID: a mebibyte together."""
    return [
        small_file(f"SOMEBODY{number}" if number else "", f"1.9.{number}", f"1.9.{number}.1", f"1.9.{number}.1.1",
                   {0x00204000: ("LT", "x" * 60_000), 0x00324000: ("LT", "y" * 44_000)})
        for number in range(FOREIGN)
    ]  # fmt: skip


def everything(client: HttpClient) -> dict[str, bytes]:
    """All that a server tells of what is stored, with every file."""
    told = {}
    for path in ("/patients?expand", "/studies?expand", "/series?expand", "/instances?expand", "/statistics"):
        told[path] = client.send(Request("GET", path)).body
    for identifier in client.send(Request("GET", "/instances")).json:
        for below in ("file", "metadata?expand", "tags"):
            path = f"/instances/{identifier}/{below}"
            told[path] = client.send(Request("GET", path)).body
    return told


def filled(url: str, files: list[bytes]) -> HttpClient:
    client = HttpClient(url)
    for file in files:
        assert client.send(Request("POST", "/instances", file)).status == 200
    assert len(client.send(Request("GET", "/patients")).json) == FOREIGN
    return client


@pytest.mark.parametrize("brim", BRIMS)
@pytest.mark.parametrize("release", RELEASES)
def test_a_full_emulator_is_asked_nothing_that_stores(
    small_file: Files, release: str, brim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {**configurations.LAB, "StableAge": 600, **BRIMS[brim]}
    with Emulator(options, release=release, unknown_tags="as-release").serve() as url:
        client = filled(url, foreign_files(small_file))
        before = everything(client)
        assert main(["run", "--url", url, *FEW]) == 2
        told = capsys.readouterr().err
        assert everything(client) == before
    if release in BEFORE_LIMITS:
        assert "does not tell whether it recycles" in told
    else:
        needed = {"full of bytes": '"MaximumStorageSize" is 1 MB'}.get(brim, f"{FOREIGN + PATIENTS} are needed")
        assert needed in told
        assert ("refuse files of others" if "rejecting" in brim else "delete patients of others") in told


@pytest.mark.parametrize("release", BEFORE_LIMITS)
def test_a_user_who_is_wrong_loses_one_patient_and_no_more(
    small_file: Files, release: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {**configurations.LAB, "MaximumPatientCount": FOREIGN}
    with Emulator(options, release=release, unknown_tags="as-release").serve() as url:
        client = filled(url, foreign_files(small_file))
        before = set(client.send(Request("GET", "/patients")).json)
        assert main(["run", "--url", url, "--no-limits", *FEW]) != 0
        assert len(before.difference(client.send(Request("GET", "/patients")).json)) == 1
    told = capsys.readouterr()
    assert "1 patients of others are gone" in told.out + told.err


@pytest.mark.parametrize("release", RELEASES)
def test_a_server_with_room_is_asked_and_stays_as_it_was(
    small_file: Files, release: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also the patient without PatientID, below which nothing of the suite's comes."""
    options = {
        **configurations.LAB,
        "StableAge": 600,
        "MaximumPatientCount": FOREIGN + PATIENTS,
        "MaximumStorageSize": 20,
    }
    with Emulator(options, release=release, unknown_tags="as-release").serve() as url:
        client = filled(url, foreign_files(small_file))
        before = everything(client)
        only = [*FEW, "--only", "anonymize/without_patient_id", "--only", "create"]
        assert main(["run", "--url", url, "--no-limits", *only]) == 0
        assert everything(client) == before
    assert "has a patient without PatientID already" in capsys.readouterr().out


def test_a_scenario_that_stores_more_than_the_room_is_not_asked(
    small_file: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its patients would be more than were asked for, and others would go: a full run had found one."""
    options = {**configurations.LAB, "StableAge": 600, "MaximumPatientCount": FOREIGN + PATIENTS}
    with Emulator(options, release="1.12.7", unknown_tags="as-release").serve() as url:
        client = filled(url, foreign_files(small_file))
        before = everything(client)
        many = ["--only", "field_texts/moved_into_empty_tags"]
        assert main(["run", "--url", url, *FEW, *many]) == 0
        assert everything(client) == before


def test_who_owns_the_server_is_asked_nothing(small_file: Files) -> None:
    options = {**configurations.LAB, "MaximumPatientCount": FOREIGN}
    with Emulator(options, release="1.12.7", unknown_tags="as-release").serve() as url:
        filled(url, foreign_files(small_file))
        assert main(["run", "--url", url, "--i-own-this-server", "--only", "visibility"]) == 0


# Real servers

ROOTS = Path(os.environ.get("ORTHANC_ROOTS", "/opt/orthancs"))
INSTALLED = {"1.9.1": ROOTS / "bullseye", "1.10.1": Path("/"), "1.12.7": ROOTS / "trixie", "1.13.0": ROOTS / "sid"}


@contextmanager
def real_server(release: str, options: dict[str, Any]) -> Iterator[ServerProcess]:
    root = INSTALLED[release]
    if not (root / "usr/sbin/Orthanc").exists():
        pytest.skip(f"Orthanc {release} is not installed in {root}: set ORTHANC_ROOTS to where releases are")
    server = ServerProcess("/usr/sbin/Orthanc", options, None if root == Path("/") else root)
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("brim", BRIMS)
@pytest.mark.parametrize("release", RELEASES)
def test_a_full_server_stays_byte_for_byte_the_same(small_file: Files, release: str, brim: str) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(real_server(release, {**configurations.LAB, **BRIMS[brim]}))
        client = filled(server.client.url, foreign_files(small_file))
        stack.callback(client.close)
        before = everything(client)
        assert main(["run", "--url", server.client.url, *FEW]) == 2
        assert everything(client) == before


@pytest.mark.parametrize("release", RELEASES)
def test_a_server_with_room_stays_byte_for_byte_the_same(small_file: Files, release: str) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(
            real_server(release, {**configurations.LAB, "MaximumPatientCount": FOREIGN + PATIENTS})
        )
        client = filled(server.client.url, foreign_files(small_file))
        stack.callback(client.close)
        before = everything(client)
        assert main(["run", "--url", server.client.url, "--no-limits", *FEW]) == 0
        assert everything(client) == before
