"""The log of changes: what a poller reads, and when resources become stable."""

from __future__ import annotations

from pydicom.dataset import Dataset

from emulator import Emulator
from emulator.store.change_pages import ChangesRequest, page_of_changes
from emulator.store.changes import Change, Changes
from emulator.store.level import LEVELS, Level
from emulator.testing import dicom


def file(patient: str, instance: int = 1) -> Dataset:
    return dicom(PatientID=patient, instance=instance)


def kinds(orthanc: Emulator, request: ChangesRequest | None = None) -> list[str]:
    page = page_of_changes(orthanc.server.store, request or ChangesRequest(), tells_first=True)
    return [change["ChangeType"] for change in page["Changes"]]


def test_polling_in_pages_sees_every_change_once() -> None:
    orthanc = Emulator()
    for patient in "ABC":
        orthanc.store(file(patient))
    seen: list[int] = []
    since, done = 0, False
    while not done:
        page = page_of_changes(orthanc.server.store, ChangesRequest(since=since, limit=5), tells_first=True)
        seen += [change["Seq"] for change in page["Changes"]]
        since, done = page["Last"], page["Done"]
    assert seen == [*range(1, 13)]


def test_resources_become_stable_when_the_clock_has_moved() -> None:
    orthanc = Emulator({"StableAge": 60})
    orthanc.store(file("A"))
    orthanc.advance(seconds=59)
    assert not [kind for kind in kinds(orthanc) if kind.startswith("Stable")]
    orthanc.advance(seconds=1)
    assert kinds(orthanc)[4:] == ["StableSeries", "StableStudy", "StablePatient"]
    orthanc.store(file("A", instance=2))
    orthanc.advance(seconds=60)
    assert kinds(orthanc)[8:] == ["StableSeries", "StableStudy", "StablePatient"]


def test_what_goes_takes_its_changes_along_even_if_it_comes_again() -> None:
    orthanc = Emulator()
    stored = orthanc.store(file("A"))
    orthanc.store(file("B"))
    orthanc.delete("Patient", stored.parent_patient)
    assert len(kinds(orthanc)) == 4
    orthanc.store(file("A"))
    page = page_of_changes(orthanc.server.store, ChangesRequest(), tells_first=True)
    assert [change["Seq"] for change in page["Changes"]] == [*range(5, 13)]


def test_a_fork_goes_on_with_a_log_of_its_own() -> None:
    orthanc = Emulator()
    orthanc.store(file("A"))
    fork = orthanc.fork()
    fork.store(file("B"))
    orthanc.store(file("A", instance=2))
    assert len(kinds(fork)) == 8
    assert kinds(orthanc)[4:] == ["NewInstance"]


def test_the_log_can_be_emptied_and_its_numbers_go_on() -> None:
    orthanc = Emulator()
    orthanc.store(file("A"))
    client = orthanc.client()
    assert client.delete("/changes").status_code == 200
    assert client.get("/changes").json == {"Changes": [], "Done": True, "Last": 4}
    assert client.delete("/exports").status_code == 200


def test_a_log_lists_its_changes_from_any_number_in_both_directions() -> None:
    log, expected = Changes(), []
    for number in range(1, 31):
        kind, level, identifier = f"Kind{number % 3}", LEVELS[number % 4], f"id-{number % 5}"
        assert log.add(kind, level, identifier, number / 8) == number
        expected.append(Change(number, kind, level, identifier, number / 8))
        if number % 3 == 0:
            log = log.fork()
    assert (len(log), log.last) == (30, 30)
    assert [*log] == expected
    assert [*reversed(log)] == expected[::-1]
    for number in range(-1, 33):
        assert [*log.since(number)] == [change for change in expected if change.number > number]
        assert [*log.until(number)] == [change for change in reversed(expected) if change.number <= number]


def test_a_log_that_is_sifted_keeps_what_is_known_with_its_numbers() -> None:
    log = Changes()
    for number in range(1, 11):
        log.add("NewInstance", Level.INSTANCE, f"id-{number}", 1.5)
    fork = log.fork()
    log.sift(lambda change: change.number % 2 == 0)
    assert [change.number for change in log] == [2, 4, 6, 8, 10]
    assert [change.number for change in log.since(5)] == [6, 8, 10]
    assert [change.number for change in log.until(5)] == [4, 2]
    assert log.add("NewInstance", Level.INSTANCE, "id-11", 1.5) == 11
    assert len(fork) == 10
