"""Asynchronous work: what is answered at once, what the job tells, what can be done with one."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer, Request
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

ASYNCHRONOUS = {"Asynchronous": True}
SAME_UIDS = {"Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"], "Force": True}


def study_of(session: Session) -> str:
    """Stores a study of two instances."""
    return session.upload_series(2)[0].text_field("ParentStudy")


def show(session: Session, asked: Answer) -> None:
    """The job, and what it made."""
    job = session.wait_for_job(asked)
    made = job.json["Content"].get("ID")
    if made and job.json["Content"]["Type"] == "Study":
        session.get(f"/studies/{made}")
        session.instances_below("studies", made)


@scenario("An asynchronous modification is answered with its job, which makes the copies", configuration=LAB)
def modification(session: Session) -> None:
    study = study_of(session)
    show(session, session.modify("studies", study, Replace={"StudyDescription": "new"}, **ASYNCHRONOUS))
    show(session, session.modify("studies", study, Replace={"StudyDescription": "new"}, Synchronous=False))
    show(session, session.modify("studies", study, KeepSource=False, Priority=-5, UserData={"a": [1]}, **ASYNCHRONOUS))
    session.get(f"/studies/{study}")


@scenario("An asynchronous anonymization", configuration=LAB)
def anonymization(session: Session) -> None:
    stored = session.upload_series(2)[0]
    show(session, session.anonymize("studies", stored.text_field("ParentStudy"), **ASYNCHRONOUS))
    show(session, session.anonymize("series", stored.text_field("ParentSeries"), **ASYNCHRONOUS))
    show(session, session.anonymize("patients", stored.text_field("ParentPatient"), UserData="text", **ASYNCHRONOUS))


@scenario("A series and a patient modified asynchronously", configuration=LAB)
def other_levels(session: Session) -> None:
    stored = session.upload_series(2)[0]
    show(session, session.modify("series", stored.text_field("ParentSeries"), Priority=7, **ASYNCHRONOUS))
    replaced = {"Replace": {"PatientID": session.patient_id("2")}, "Force": True}
    show(session, session.modify("patients", stored.text_field("ParentPatient"), **replaced, **ASYNCHRONOUS))
    show(session, session.modify("patients", stored.text_field("ParentPatient"), **ASYNCHRONOUS))


@scenario("A job that fails tells its error", configuration=LAB)
def failure(session: Session) -> None:
    study = study_of(session)
    show(session, session.modify("studies", study, Replace={"Rows": "bad"}, **ASYNCHRONOUS))
    show(session, session.modify("studies", study, Replace={"Rows": "bad"}, Permissive=True, **ASYNCHRONOUS))
    replaced = {"PatientID": session.patient_id("2"), "StudyInstanceUID": "1.2"}
    session.modify("studies", study, Replace=replaced, **ASYNCHRONOUS)


@scenario("What is refused before a job is made", configuration={**LAB, "OverwriteInstances": False})
def refusals(session: Session) -> None:
    study = study_of(session)
    for body in (
        {"Priority": "x"},
        {"Priority": 1.5},
        {"Priority": True},
        {"Permissive": 1},
        {"Synchronous": 1},
        {"Asynchronous": "true"},
        {"Asynchronous": None},
        {"KeepSource": 1, "Priority": "x"},
        {"Permissive": 1, "Priority": "x"},
        {"Transcode": "nope", **ASYNCHRONOUS},
        {"Replace": {"NotATag": "x"}, **ASYNCHRONOUS},
        {"Synchronous": True, **ASYNCHRONOUS, "Replace": {"StudyDescription": "new"}},
        {"UserData": [1, 2], "Replace": {"StudyDescription": "new"}},
    ):
        session.post(f"/studies/{study}/modify", json=body)
    session.modify("studies", session.unknown_id(), **ASYNCHRONOUS)
    for level in ("instances", "series"):
        session.modify(level, session.unknown_id(), **ASYNCHRONOUS)


@scenario("Copies over their sources, without OverwriteInstances", configuration={**LAB, "OverwriteInstances": False})
def in_place(session: Session) -> None:
    study = study_of(session)
    for keep_source in (True, False):
        asked = session.modify("studies", study, KeepSource=keep_source, **SAME_UIDS, **ASYNCHRONOUS)
        if asked.status == 200:
            show(session, asked)
    session.instances_below("studies", study)


@scenario("A modification of an instance heeds no Asynchronous", configuration=LAB)
def instance(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.modify("instances", stored.id, Replace={"PatientComments": "new"}, **ASYNCHRONOUS)
    session.modify("instances", stored.id, Asynchronous="x", Priority="x")


@scenario("What can be done with a job that is over", configuration=LAB)
def actions(session: Session) -> None:
    study = study_of(session)
    for replaced in ({"StudyDescription": "new"}, {"Rows": "bad"}):
        asked = session.modify("studies", study, Replace=replaced, **ASYNCHRONOUS)
        session.wait_for_job(asked)
        for action in ("pause", "resume", "cancel", "resubmit"):
            session.post(f"/jobs/{asked.id}/{action}", json={})
            session.wait_for_job(asked)
        for name in ("archive", "x", "cancel"):
            session.get(f"/jobs/{asked.id}/{name}")
            session.delete(f"/jobs/{asked.id}/{name}")
        session.put(f"/jobs/{asked.id}/cancel", json={})
        session.delete(f"/jobs/{asked.id}")
        session.get(f"/jobs/{asked.id}")


@scenario("A job that is not there", configuration=LAB)
def unknown(session: Session) -> None:
    session.get("/jobs/nope")
    session.delete("/jobs/nope")
    session.post("/jobs/nope", json={})
    for action in ("pause", "resume", "cancel", "resubmit"):
        session.post(f"/jobs/nope/{action}", json={})
    for name in ("archive", "x", "x/y"):
        session.get(f"/jobs/nope/{name}")
        session.delete(f"/jobs/nope/{name}")


@scenario("The last jobs are listed, by identifier", configuration={"JobsHistorySize": 3}, needs_empty_server=True)
def history(session: Session) -> None:
    study = study_of(session)
    session.get("/jobs")
    jobs: list[Any] = []
    for number in range(5):
        if number % 2:
            session.modify("studies", study, Replace={"StudyDescription": str(number)})
        else:
            jobs.append(session.modify("studies", study, Replace={"StudyDescription": str(number)}, **ASYNCHRONOUS))
            session.wait_for_job(jobs[-1])
    session.jobs_over()
    listed = session.client.send(Request("GET", "/jobs")).json
    session.observe("how many are listed, sorted", [len(listed), listed == sorted(listed)])
    session.observe("which are known", [session.get(f"/jobs/{job.id}").status for job in jobs])
    expanded = session.client.send(Request("GET", "/jobs?expand")).json
    session.observe("the expanded list", [[one["ID"] for one in expanded] == listed, *map(sorted, expanded)])
    for expand in ("?expand=false", "?expand=nope"):
        session.observe(f"the list with {expand}", session.client.send(Request("GET", f"/jobs{expand}")).status)
    session.delete("/jobs")


@scenario("Without a history a modification can't tell what it did", configuration={"JobsHistorySize": 0})
def no_history(session: Session) -> None:
    study = study_of(session)
    session.modify("studies", study, Replace={"StudyDescription": "new"})
    session.modify("studies", study, Replace={"Rows": "bad"})
    patient = session.get(f"/studies/{study}").text_field("ParentPatient")
    below = session.client.send(Request("GET", f"/patients/{patient}/instances")).json
    session.observe("the copies are there all the same", len(below))
