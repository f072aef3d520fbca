"""The log of changes: what a poller reads, and when resources become stable."""

from __future__ import annotations

from pydicom.dataset import Dataset

from emulator import Emulator
from emulator.store.change_pages import ChangesRequest, page_of_changes
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
