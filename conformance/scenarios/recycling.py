"""A full server: which patients go, which are protected, what is refused."""

from __future__ import annotations

from typing import Any

from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

TWO_PATIENTS = {"MaximumPatientCount": 2}
REJECTING = {"MaximumPatientCount": 2, "MaximumStorageMode": "Reject"}
ONE_MEBIBYTE = {"MaximumStorageSize": 1}


def store(session: Session, patient: str, instance: int = 1, size: int = 0) -> str:
    """Stores an instance of a patient, with so many bytes of payload; the patient's identifier."""
    elements: dict[str, Any] = {"EncapsulatedDocument": bytes(size)} if size else {}
    dataset = session.dataset(patient=patient, instance=instance, **elements)
    return str(session.upload(dataset).json.get("ParentPatient", ""))


def show(session: Session, *patients: str) -> None:
    """Which of the patients are there, with how many instances."""
    for patient in patients:
        session.get(f"/patients/{patient}/statistics")


@scenario("The patients that got nothing for the longest time go", configuration=TWO_PATIENTS, needs_empty_server=True)
def patients(session: Session) -> None:
    there = [store(session, "a"), store(session, "b"), store(session, "a", 2), store(session, "c")]
    show(session, *there)
    store(session, "d")
    show(session, *there)


@scenario("Protected patients stay", configuration=TWO_PATIENTS, needs_empty_server=True)
def protection(session: Session) -> None:
    first, second = store(session, "a"), store(session, "b")
    session.get(f"/patients/{first}/protected")
    for value in ("1", "x", "", "2", "0", "false", "true"):
        session.put(f"/patients/{first}/protected", data=value)
        session.get(f"/patients/{first}/protected")
    session.get(f"/patients/{first}")
    store(session, "c")
    session.get(f"/patients/{second}")
    session.put(f"/patients/{first}/protected", data="0")
    store(session, "d")
    session.get(f"/patients/{first}")
    for method in (session.get, session.delete):
        method(f"/patients/{session.unknown_id()}/protected")
    session.put(f"/patients/{session.unknown_id()}/protected", data="1")


@scenario("No room among protected patients", configuration=TWO_PATIENTS, needs_empty_server=True)
def no_room(session: Session) -> None:
    there = [store(session, "a"), store(session, "b")]
    for patient in there:
        session.put(f"/patients/{patient}/protected", data="1")
    store(session, "c")
    store(session, "b", 2)
    show(session, *there)
    study = session.get(f"/patients/{there[0]}").json["Studies"][0]
    replaced = {"PatientID": session.patient_id("d")}
    session.modify("patients", there[0], Replace=replaced, Force=True)
    session.modify("studies", study, Replace={"StudyDescription": "new"})


@scenario("A server that refuses rather than recycles", configuration=REJECTING, needs_empty_server=True)
def rejection(session: Session) -> None:
    there = [store(session, "a"), store(session, "b"), store(session, "c"), store(session, "a", 2)]
    show(session, *there[:2])


@scenario("Patients go until a file fits", configuration=ONE_MEBIBYTE, needs_empty_server=True)
def size(session: Session) -> None:
    there = [store(session, patient, 1, 400_000) for patient in ("a", "b", "c")]
    show(session, *there)
    store(session, "b", 2, 400_000)
    show(session, *there)
    store(session, "b", 3, 400_000)
    store(session, "d", 1, 1_100_000)
    show(session, *there)


@scenario("Overwriting", configuration={"OverwriteInstances": True})
def overwriting(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.upload(session.dataset())
    session.upload(session.dataset(PatientComments="new"))
    session.get(f"/instances/{stored.id}/simplified-tags")


@scenario("Overwriting what differs", configuration={"OverwriteInstances": "IfChanged"}, releases=["1.13.0"])
def overwriting_changes(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.upload(session.dataset())
    session.upload(session.dataset(PatientComments="new"))
    session.get(f"/instances/{stored.id}/simplified-tags")
    session.get("/system")
    session.modify("studies", stored.text_field("ParentStudy"), Replace={"StudyDescription": "new"})
