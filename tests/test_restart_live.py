"""A restart beside real servers that are started again, with other options, on the same storage folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.asking.clients import EmulatorClient
from conformance.asking.session import Client, Session
from conformance.targets.server_process import ServerProcess
from emulator import RELEASES, Emulator

ROOTS = Path(os.environ.get("ORTHANC_ROOTS", "/opt/orthancs"))
INSTALLED = {"1.9.1": ROOTS / "bullseye", "1.10.1": Path("/"), "1.12.7": ROOTS / "trixie", "1.13.0": ROOTS / "sid"}

PLAIN = {"StableAge": 600, "MaximumStorageCacheSize": 0}
EXTRA = {**PLAIN, "ExtraMainDicomTags": {"Instance": ["0011,1003"], "Study": ["PatientComments"]}}

#: What differs from server to server, or with the moment.
VARIABLE = frozenset({"FileUuid", "LastUpdate", "Date", "ParentResources"})

Restart = Callable[[Mapping[str, Any]], Client]


def without_variables(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_variables(one) for name, one in value.items() if name not in VARIABLE}
    return [without_variables(one) for one in value] if isinstance(value, list) else value


def story(client: Client, restart: Restart) -> list[tuple[str, Any]]:
    """What a server answers over three lives, with and without ExtraMainDicomTags."""
    seen: list[tuple[str, Any]] = []
    session = Session(client, "restart", "live")

    def upload(number: int) -> dict[str, Any]:
        private = (0x0011, 0x03, "LO", f"full {number}")
        file = session.dataset(private, instance=number, PatientComments=f"c{number}", StudyDescription=f"D{number}")
        answer: dict[str, Any] = session.upload(file).json
        return answer

    def look(what: str) -> None:
        for path in ("/changes", *(f"/{level}?expand" for level in ("patients", "studies", "series"))):
            seen.append((f"{what}: {path}", without_variables(session.get(path).json)))
        for one in first, second:
            for path in (f"/instances/{one['ID']}", f"/studies/{one['ParentStudy']}/metadata/MainDicomTagsSignature"):
                answer = session.get(path)
                seen.append(
                    (f"{what}: {path}", without_variables(answer.json) if path.startswith("/i") else answer.body)
                )
        for level, query in (
            ("Instance", {"0011,1003": "full 1"}),
            ("Study", {"PatientComments": "c1"}),
            ("Study", {"PatientComments": "*"}),
            ("Study", {"PatientComments": ""}),
            ("Series", {"PatientComments": "c2"}),
        ):
            answer = session.find(level, query)
            seen.append((f"{what}: find {level} {query}", (answer.status, answer.json)))
        for level, tag in (("Study", "PatientComments"), ("Series", "PatientComments"), ("Instance", "0011,1003")):
            for shape in ({"Expand": True}, {"ResponseContent": []}, {"ResponseContent": ["MainDicomTags"]}):
                answer = session.find(level, {}, RequestedTags=[tag], **shape)
                seen.append((f"{what}: {tag} of {level} {shape}", (answer.status, without_variables(answer.json))))

    first, second = upload(1), upload(2)
    seen.append(("anonymized", session.anonymize("instances", first["ID"]).status))
    look("first life")
    session = Session(restart(EXTRA), "restart", "live")
    look("second life")
    upload(3)
    look("with a new instance")
    session.post(f"/studies/{first['ParentStudy']}/reconstruct", json={"LimitToThisLevelMainDicomTags": True})
    look("study reconstructed")
    session.post(f"/patients/{first['ParentPatient']}/reconstruct", data=b"")
    look("all reconstructed")
    session = Session(restart(PLAIN), "restart", "live")
    look("third life")
    return seen


@pytest.mark.parametrize("release", RELEASES)
def test_the_real_server_agrees(release: str) -> None:
    root = INSTALLED[release]
    if not (root / "usr/sbin/Orthanc").exists():
        pytest.skip(f"Orthanc {release} is not installed in {root}: set ORTHANC_ROOTS to where releases are")
    server = ServerProcess("/usr/sbin/Orthanc", PLAIN, None if root == Path("/") else root, verbose=False)

    def restart_server(configuration: Mapping[str, Any]) -> Client:
        server.restart(configuration)
        return server.client

    try:
        live = story(server.client, restart_server)
    finally:
        server.stop()
    orthanc = Emulator(PLAIN, release=release, unknown_tags="as-release")
    client = EmulatorClient(orthanc)

    def restart_emulator(configuration: Mapping[str, Any]) -> Client:
        orthanc.restart(configuration)
        return client

    emulated = story(client, restart_emulator)
    assert {
        what: (answer, mine) for (what, answer), (_, mine) in zip(live, emulated, strict=True) if answer != mine
    } == {}
