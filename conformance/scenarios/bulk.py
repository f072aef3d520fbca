"""Many resources in one request: `/tools/bulk-modify`, `/tools/bulk-anonymize`, `/tools/bulk-delete`."""

from __future__ import annotations

import json
from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer, Request
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

NEW = {"Replace": {"0011,1001": "new"}, "PrivateCreator": "MYLAB"}
LABEL = (0x0011, 0x01, "LO", "old")


def stored(session: Session) -> tuple[Answer, Answer, Answer]:
    """Stores two series of a study, of two instances and one, and another patient's study."""
    first = session.upload_series(2, LABEL)[0]
    second = session.upload(session.dataset(LABEL, series=2, instance=3))
    return first, second, session.upload(session.dataset(LABEL, patient="2", instance=4))


def show_all(session: Session, *answers: Answer) -> None:
    for answer in answers:
        session.get(f"/patients/{answer.text_field('ParentPatient')}/instances")


def observe_kinds(session: Session, body: dict[str, Any], action: str = "bulk-modify") -> None:
    """Asks for a modification, and logs the kinds of what it names: there are many new identifiers, much alike."""
    answer = session.client.send(Request("POST", f"/tools/{action}", json.dumps(body).encode()))
    shown = answer.json if answer.status == 200 else {"status": answer.status, "why": answer.json.get("Details")}
    kinds = [one["Type"] for one in shown.get("Resources", [])]
    session.observe(json.dumps(body), {**shown, "Resources": kinds})


@scenario("By default each instance is copied within its series", configuration=LAB)
def instances(session: Session) -> None:
    first, second, other = stored(session)
    named = [first.text_field("ParentSeries"), other.text_field("ParentStudy")]
    session.post("/tools/bulk-modify", json={"Resources": named, **NEW})
    show_all(session, second, other)


@scenario("Level says what gets new identifiers", configuration=LAB)
def levels(session: Session) -> None:
    first, _, other = stored(session)
    named = [first.text_field("ParentSeries"), other.text_field("ParentPatient")]
    for level in ("Series", "study", "Patient", "Instance"):
        observe_kinds(session, {"Resources": named, "Level": level, **NEW})
    session.observe("instances", len(session.client.send(instances_of(other)).json))


def instances_of(answer: Answer) -> Request:
    return Request("GET", f"/patients/{answer.text_field('ParentPatient')}/instances")


@scenario("A new PatientID for several patients merges them", configuration=LAB)
def patients(session: Session) -> None:
    first, _, other = stored(session)
    named = [first.text_field("ParentPatient"), other.text_field("ParentPatient")]
    replaced = {"PatientID": session.patient_id("3"), "PatientName": "One"}
    body = {"Resources": named, "Level": "Patient", "Replace": replaced, "Force": True, "KeepSource": False}
    answer = session.post("/tools/bulk-modify", json=body)
    show_all(session, first, other)
    if answer.status == 200:
        made = next(one["ID"] for one in answer.json["Resources"] if one["Type"] == "Patient")
        session.get(f"/patients/{made}/instances")


@scenario("Resources that overlap", configuration=LAB)
def overlapping(session: Session) -> None:
    first, _, _ = stored(session)
    study, series = first.text_field("ParentStudy"), first.text_field("ParentSeries")
    for named in ([study, study], [series, study], [first.id, study], [first.id, series]):
        observe_kinds(session, {"Resources": named, "Level": "Study", **NEW})


@scenario("A level that is named guards the identifiers above it, also an instance's", configuration=LAB)
def guarded_identifiers(session: Session) -> None:
    first, _, _ = stored(session)
    identifiers = {"PatientID": session.patient_id("3"), "StudyInstanceUID": "1.2.3", "SeriesInstanceUID": "1.2.4"}
    for level in ({}, {"Level": "Instance"}, {"Level": "Series"}):
        for tag, value in identifiers.items():
            body = {"Resources": [first.id], "Replace": {tag: value}, "Force": True, **level}
            observe_kinds(session, body)
    both = {"Level": "Instance", "Replace": {**identifiers, "Rows": "bad"}, "Force": True}
    observe_kinds(session, {"Resources": [first.id], **both})


@scenario("An asynchronous bulk modification, and one that fails", configuration=LAB)
def asynchronous(session: Session) -> None:
    first, _, other = stored(session)
    named = [first.text_field("ParentSeries"), other.id]
    bad: dict[str, Any] = {"Replace": {"Rows": "bad"}}
    for more in ({**NEW, "KeepSource": False, "UserData": [1]}, bad, {**bad, "Permissive": True}):
        asked = session.post("/tools/bulk-modify", json={"Resources": named, "Asynchronous": True, **more})
        if asked.status == 200:
            session.wait_for_job(asked)
    session.post("/tools/bulk-modify", json={"Resources": named, **bad})


@scenario("What bulk modifications refuse", configuration=LAB)
def refusals(session: Session) -> None:
    first, _, _ = stored(session)
    for action in ("bulk-modify", "bulk-anonymize"):
        bodies: tuple[Any, ...] = (
            {},
            [],
            5,
            {"Resources": 5},
            {"Resources": [5]},
            {"Resources": []},
            {"Resources": [session.unknown_id()]},
            {"Resources": [first.id, session.unknown_id()]},
            {"Resources": [session.unknown_id()], "KeepSource": 1},
            {"Resources": 5, "Level": "Nope"},
            {"Resources": [first.id], "Level": 5} if action == "bulk-modify" else {"Resources": 6},
            {"Resources": [first.id], "Replace": {"NotATag": "x"}, "KeepSource": 1},
            {"Resources": [first.id], "KeepSource": 1, "Level": "Nope"},
            {"Resources": [first.id], "Transcode": "nope"},
            {"Resources": [first.id], "Priority": "x"},
            {"Resources": [first.id], "Permissive": 1, "Priority": "x"},
        )
        for body in bodies:
            session.post(f"/tools/{action}", json=body)
    session.post("/tools/bulk-modify", json={"Resources": [first.id], "Level": "Nope"})
    session.post("/tools/bulk-modify", data="nope")
    session.get("/tools/bulk-modify")


@scenario("Anonymized together, the instances of one study stay together", configuration=LAB)
def anonymization(session: Session) -> None:
    first, second, other = stored(session)
    named = [first.id, second.text_field("ParentSeries"), other.text_field("ParentPatient")]
    observe_kinds(session, {"Resources": named, "Level": "Study"}, "bulk-anonymize")


@scenario("What is deleted together", configuration=LAB)
def deletion(session: Session) -> None:
    first, second, other = stored(session)
    bodies: tuple[Any, ...] = (
        {},
        [],
        5,
        {"Resources": 5},
        {"Resources": [5]},
        {"Resources": []},
        {"Resources": [session.unknown_id()]},
        {"Resources": [first.id, second.text_field("ParentSeries"), session.unknown_id(), first.id]},
        {"Resources": [other.text_field("ParentPatient"), other.id]},
    )
    for body in bodies:
        session.post("/tools/bulk-delete", json=body)
    session.post("/tools/bulk-delete", data="nope")
    show_all(session, first, other)


@scenario("What is missing: 1.13.0 goes by the first identifier in the alphabet, others refuse it", configuration=LAB)
def missing_resources(session: Session) -> None:
    stored = session.upload(session.dataset())
    other = session.upload(session.dataset(series=2, instance=2))
    missing = [session.unknown_id(f"unknown {number}") for number in range(3)]
    known = (stored.id, other.id, stored.text_field("ParentSeries"), stored.text_field("ParentStudy"))
    bodies: tuple[dict[str, Any], ...] = ({}, {"Permissive": True}, {"Replace": {"PatientName": "x"}})
    for body in bodies:
        session.post("/tools/bulk-modify", json={"Resources": missing, "Level": "Study", **body})
        for identifier in known:
            for one in missing[:2]:
                answer = session.post(
                    "/tools/bulk-modify", json={"Resources": [identifier, one], "Level": "Study", **body}
                )
                if answer.status == 200:
                    session.get(f"/patients/{stored.text_field('ParentPatient')}/instances")


@scenario("A named level Instance leaves the study and the series as they are", configuration=LAB)
def named_instance_level(session: Session) -> None:
    stored = session.upload(session.dataset())
    for replaced in ({"PatientID": session.patient_id("2")}, {"StudyInstanceUID": session.uid("new")}):
        for level in ({}, {"Level": "Instance"}):
            body = {"Resources": [stored.id], "Force": True, "Replace": replaced, **level}
            session.post("/tools/bulk-modify", json=body)
    session.instances_below("patients", stored.text_field("ParentPatient"))


@scenario("Whether tags contradict the patient is asked before the options of the job", configuration=LAB)
def patient_tags_and_options(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.upload(session.dataset(study=2))
    series, study = stored.text_field("ParentSeries"), stored.text_field("ParentStudy")
    for option in ({"Priority": "x"}, {"Permissive": 5}, {"Asynchronous": "x"}):
        for identifier in (study, series, session.unknown_id()):
            for replaced in ({"PatientName": "x"}, {"StudyDescription": "x"}):
                body = {"Replace": replaced, **option}
                session.post(f"/studies/{identifier}/modify", json=body)
                session.post("/tools/bulk-modify", json={"Resources": [identifier], "Level": "Study", **body})
