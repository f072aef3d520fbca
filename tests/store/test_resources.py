"""What a resource has beside what all have: each has its own, and forks share none that changes."""

from __future__ import annotations

from emulator import Emulator
from emulator.store.level import LEVELS
from emulator.store.resource import Resource
from emulator.testing import dicom


def resources(orthanc: Emulator) -> list[Resource]:
    return [orthanc.server.store.resources(level)[0] for level in LEVELS]


def test_nothing_is_there_before_something_is_set() -> None:
    orthanc = Emulator()
    orthanc.store(dicom(PatientID="A"))
    instance = resources(orthanc)[-1]
    assert (instance.labels, instance.children, instance.patient_tags) == (frozenset(), {}, {})
    assert (instance.main_sequences, instance.revisions, instance.attachments) == ({}, {}, {})
    assert (instance.shrunk, instance.touched, instance.is_protected) == (0.0, 0, False)


def test_each_resource_has_its_own() -> None:
    orthanc = Emulator()
    first = orthanc.store(dicom(PatientID="A", instance=1)).id
    second = orthanc.store(dicom(PatientID="A", instance=2)).id
    orthanc.add_label("Instance", first, "seen")
    assert orthanc.labels("Instance", first) == ["seen"]
    assert orthanc.labels("Instance", second) == []


def test_a_fork_changes_copies() -> None:
    orthanc = Emulator()
    orthanc.store(dicom(PatientID="A", instance=1))
    fork = orthanc.fork()
    store = fork.server.store
    for resource in resources(fork):
        store.set_labels(resource, frozenset({"seen"}))
    store.protect(resources(fork)[0], True)
    fork.store(dicom(PatientID="A", instance=2))
    assert [sorted(one.labels) for one in resources(fork)] == [["seen"]] * 4
    assert [sorted(one.labels) for one in resources(orthanc)] == [[]] * 4
    assert not resources(orthanc)[0].is_protected
    assert [len(one.children) for one in resources(orthanc)] == [1, 1, 1, 0]
    assert [len(one.children) for one in resources(fork)] == [1, 1, 2, 0]
