"""Many clients at once never see half a change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client

from emulator import RELEASES, Emulator
from emulator.jobs import engine
from emulator.store import store

SECONDS = 0.7
SLICES = 4
LABEL = 0x00111001
DICTIONARY = {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}


def study_files(small_file: Callable[..., bytes], patient: str, study: str) -> list[bytes]:
    private = {0x00110010: ("LO", "MYLAB"), LABEL: ("LO", "old")}
    return [small_file(patient, study, f"{study}.1", f"{study}.1.{index}", private) for index in range(SLICES)]


def check(condition: bool, what: str, seen: Any) -> None:
    if not condition:
        raise AssertionError(f"{what}: {seen}")


@pytest.mark.parametrize("many", [store.MANY, 2], ids=["short", "long"])
@pytest.mark.parametrize("release", [version for version in RELEASES if version in {"1.10.1", "1.12.7"}])
def test_no_client_sees_half_a_change(
    small_file: Callable[..., bytes], release: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight threads upload, delete, copy, modify in place, list and find; short requests, and such as count as long."""
    monkeypatch.setattr(store, "MANY", many)
    monkeypatch.setattr(engine, "MANY", many)
    orthanc = Emulator({"Dictionary": DICTIONARY, "OverwriteInstances": True}, release=release)
    coming = study_files(small_file, "COMING", "1.1")
    kept = study_files(small_file, "KEPT", "1.2")
    for file in kept:
        orthanc.store(file)
    kept_study = orthanc.find("Study", {"PatientID": "KEPT"})[0]
    in_place = {
        "Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"],
        "Force": True,
        "PrivateCreator": "MYLAB",
    }

    def upload() -> None:
        for file in coming:
            orthanc.store(file)

    def delete() -> None:
        client = Client(orthanc.wsgi)
        for patient in orthanc.find("Patient", {"PatientID": "COMING|COPY".replace("|", "\\")}):
            check(client.delete(f"/patients/{patient}").status_code in {200, 404}, "DELETE", patient)

    def modify() -> None:
        for value in ("new", "old"):
            orthanc.modify("Study", kept_study, {**in_place, "Replace": {"0011,1001": value}})

    def copy() -> None:
        body = {"Replace": {"PatientID": "COPY"}, "Force": True}
        orthanc.modify("Patient", orthanc.find("Patient", {"PatientID": "KEPT"})[0], body)

    def watch_lists() -> None:
        client = Client(orthanc.wsgi)
        for study in client.get("/studies?expand").get_json():
            check(bool(study["Series"]), "a study without series", study)
        counts = client.get("/statistics").get_json()
        ordered = [counts[f"Count{level}"] for level in ("Instances", "Series", "Studies", "Patients")]
        check(ordered == sorted(ordered, reverse=True) and bool(ordered[-1]), "counts", counts)

    def watch_values() -> None:
        found = orthanc.find("Instance", {"PatientID": "KEPT", "0011,1001": "new"})
        check(len(found) in {0, SLICES}, "a study half modified", found)
        check(len(orthanc.find("Instance", {"PatientID": "KEPT"})) == SLICES, "a study half replaced", found)

    def watch_copies() -> None:
        for study in orthanc.find("Study", {"PatientID": "COPY"}):
            response = Client(orthanc.wsgi).get(f"/studies/{study}/instances")
            whole = response.status_code == 404 or len(response.get_json()) == SLICES
            check(whole, "half a copy", response.text)

    run_together([upload, upload, delete, modify, copy, watch_lists, watch_values, watch_copies])
    assert len(orthanc.resource("Study", kept_study)["Series"]) == 1
    assert not orthanc.server.store.views
    assert not orthanc.server.store.layers.older


def run_together(actions: list[Callable[[], None]]) -> None:
    """Repeats each action in a thread of its own for a while, and raises what went wrong in any."""
    until = time.monotonic() + SECONDS
    failures: list[BaseException] = []

    def repeat(action: Callable[[], None]) -> None:
        try:
            while time.monotonic() < until and not failures:
                action()
        except BaseException as error:  # a thread's own failure would go unnoticed
            failures.append(error)

    threads = [threading.Thread(target=repeat, args=(action,), daemon=True) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads)
    for failure in failures:
        raise failure
