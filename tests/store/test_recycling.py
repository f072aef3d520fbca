"""A full store: who is recycled, who is protected, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import Emulator, OrthancError
from emulator.testing import dicom


def store(orthanc: Emulator, patient: str, instance: int = 1, size: int = 0) -> Any:
    elements: dict[str, Any] = {"EncapsulatedDocument": bytes(size)} if size else {}
    return orthanc.store(dicom(PatientID=patient, instance=instance, **elements))


def patients(orthanc: Emulator) -> set[str]:
    return {
        one["MainDicomTags"]["PatientID"]
        for one in (orthanc.resource("Patient", identifier) for identifier in orthanc.resources("Patient"))
    }


def protect(orthanc: Emulator, patient: str, value: str) -> None:
    identifier = orthanc.find("Patient", {"PatientID": patient})[0]
    assert orthanc.client().put(f"/patients/{identifier}/protected", data=value).status_code == 200


def test_the_patient_that_got_nothing_for_the_longest_time_goes() -> None:
    orthanc = Emulator({"MaximumPatientCount": 2})
    for patient, instance in (("A", 1), ("B", 1), ("A", 2), ("C", 1)):
        store(orthanc, patient, instance)
    assert patients(orthanc) == {"A", "C"}


def test_protected_patients_stay_and_unprotected_ones_are_last_in_line() -> None:
    orthanc = Emulator({"MaximumPatientCount": 2})
    store(orthanc, "A")
    store(orthanc, "B")
    protect(orthanc, "A", "1")
    store(orthanc, "C")
    assert patients(orthanc) == {"A", "C"}
    protect(orthanc, "A", "0")
    store(orthanc, "D")
    assert patients(orthanc) == {"A", "D"}


@pytest.mark.parametrize(("release", "status"), [("1.10.1", 500), ("1.12.7", 507), ("1.13.0", 507)])
def test_nothing_is_recycled_where_that_does_not_help(release: str, status: int) -> None:
    orthanc = Emulator({"MaximumStorageSize": 1}, release=release)
    store(orthanc, "A", 1, 400_000)
    store(orthanc, "A", 2, 400_000)
    store(orthanc, "B")
    with pytest.raises(OrthancError, match="The file storage is full") as error:
        store(orthanc, "A", 3, 400_000)
    assert error.value.http_status == status
    assert patients(orthanc) == {"A", "B"}


def test_1_9_1_answers_a_failure() -> None:
    orthanc = Emulator({"MaximumPatientCount": 1}, release="1.9.1")
    store(orthanc, "A")
    protect(orthanc, "A", "true")
    stored = store(orthanc, "B")
    assert (stored.status, "ID" in stored.to_json()) == ("Failure", False)
    assert patients(orthanc) == {"A"}


def test_a_server_may_refuse_rather_than_recycle() -> None:
    configuration = {"MaximumPatientCount": 1, "MaximumStorageMode": "Reject"}
    orthanc = Emulator(configuration)
    store(orthanc, "A")
    store(orthanc, "A", 2)
    with pytest.raises(OrthancError, match="The file storage is full"):
        store(orthanc, "B")
    old = Emulator(configuration, release="1.10.1")  # which does not know that mode
    store(old, "A")
    store(old, "B")
    assert patients(old) == {"B"}


def test_a_fork_recycles_on_its_own() -> None:
    orthanc = Emulator({"MaximumPatientCount": 2})
    store(orthanc, "A")
    store(orthanc, "B")
    fork = orthanc.fork()
    store(fork, "A", 2)
    store(fork, "C")
    store(orthanc, "C")
    assert (patients(fork), patients(orthanc)) == ({"A", "C"}, {"B", "C"})


def test_overwriting_only_what_differs() -> None:
    orthanc = Emulator({"OverwriteInstances": "IfChanged"}, release="1.13.0")
    assert [store(orthanc, "A", size=size).status for size in (10, 10, 12)] == ["Success", "AlreadyStored", "Success"]
    assert orthanc.client().get("/system").json["OverwriteInstancesMode"] == "IfChanged"
