"""Split and merge: series copied into a new study, or into one that is there."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

KEEP = {"KeepSource": True}


def two_series(session: Session) -> tuple[Answer, Answer]:
    """Stores a study of two series, of two instances and one."""
    first = session.upload_series(2, PatientSex="M", AccessionNumber="A1")[0]
    return first, session.upload(session.dataset(series=2, instance=3, PatientSex="M", AccessionNumber="A1"))


def show(session: Session, study: str) -> None:
    """A study, its patient, and the tags and metadata of its instances."""
    session.get(f"/studies/{study}")
    session.get(f"/studies/{study}/patient")
    for instance in session.instances_below("studies", study):
        session.get(f"/instances/{instance['ID']}/tags")
        session.get(f"/instances/{instance['ID']}/metadata?expand")


def split(session: Session, study: str, **body: Any) -> Answer:
    return session.post(f"/studies/{study}/split", json=body)


def merge(session: Session, study: str, **body: Any) -> Answer:
    return session.post(f"/studies/{study}/merge", json=body)


@scenario("A split takes a series out of its study", configuration=LAB)
def split_series(session: Session) -> None:
    first, second = two_series(session)
    study = first.text_field("ParentStudy")
    answer = split(session, study, Series=[second.text_field("ParentSeries")])
    show(session, answer.text_field("TargetStudy"))
    show(session, study)


@scenario("A split of all series leaves nothing behind", configuration=LAB)
def split_whole_study(session: Session) -> None:
    first, second = two_series(session)
    series = [first.text_field("ParentSeries"), second.text_field("ParentSeries")]
    answer = split(session, first.text_field("ParentStudy"), Series=series)
    show(session, answer.text_field("TargetStudy"))
    session.get(f"/studies/{first.text_field('ParentStudy')}")


@scenario("A split may replace and remove the tags of patient and study", configuration=LAB)
def split_with_tags(session: Session) -> None:
    first, _ = two_series(session)
    replaced = {"StudyDescription": "new", "PatientID": session.patient_id("2"), "PatientName": "New"}
    answer = split(
        session,
        first.text_field("ParentStudy"),
        Series=[first.text_field("ParentSeries")],
        Replace=replaced,
        Remove=["StudyID", "PatientName", "PatientSex"],
        Keep=["SOPInstanceUID"],
        **KEEP,
    )
    show(session, answer.text_field("TargetStudy"))
    show(session, first.text_field("ParentStudy"))


@scenario("Single instances are split off, from 1.10.1 on", configuration=LAB)
def split_instances(session: Session) -> None:
    first, second = two_series(session)
    study = first.text_field("ParentStudy")
    bodies: tuple[Any, ...] = (
        {"Instances": [first.id]},
        {"Instances": [first.id], "Series": []},
        {"Instances": [first.id, second.id], "Series": [first.text_field("ParentSeries")]},
        {"Instances": [session.unknown_id()]},
    )
    for body in bodies:
        answer = session.post(f"/studies/{study}/split", json={**body, **KEEP})
        if answer.status == 200 and "TargetStudy" in answer.json:
            session.instances_below("studies", answer.text_field("TargetStudy"))


@scenario("An asynchronous split and merge", configuration=LAB)
def asynchronous(session: Session) -> None:
    first, second = two_series(session)
    study = first.text_field("ParentStudy")
    asked = split(session, study, Series=[first.text_field("ParentSeries")], Asynchronous=True, Priority=3, **KEEP)
    made = session.wait_for_job(asked).json["Content"]["TargetStudy"]
    session.wait_for_job(merge(session, study, Resources=[made], Asynchronous=True, UserData="u"))
    session.instances_below("studies", second.text_field("ParentStudy"))
    session.get(f"/studies/{made}")


@scenario("What a split refuses", configuration=LAB)
def split_refusals(session: Session) -> None:
    first, _ = two_series(session)
    other = session.upload(session.dataset(study=2))
    study, series = first.text_field("ParentStudy"), first.text_field("ParentSeries")
    bodies: tuple[Any, ...] = (
        {},
        [],
        5,
        {"Series": 5},
        {"Series": [5]},
        {"Series": []},
        {"Series": [session.unknown_id()]},
        {"Series": [other.text_field("ParentSeries")]},
        {"Series": [study]},
        {"Instances": [other.id]},
        {"Series": [series], "KeepSource": "x"},
        {"Series": [session.unknown_id()], "KeepSource": "x"},
        {"Series": [series], **KEEP, "Replace": {"NotATag": "x"}},
        {"Series": [series], **KEEP, "Replace": {"SeriesDescription": "x"}},
        {"Series": [series], **KEEP, "Replace": {"StudyInstanceUID": "1.2"}},
        {"Series": [series], **KEEP, "Replace": {"PatientWeight": "1"}},
        {"Series": [series], **KEEP, "Replace": {"0011,1001": "x"}},
        {"Series": [series], **KEEP, "Replace": {"StudyDescription": 5}},
        {"Series": [series], **KEEP, "Replace": {"StudyDescription": None}},
        {"Series": [series], **KEEP, "Replace": {"ReferencedStudySequence": "x"}},
        {"Series": [series], **KEEP, "Replace": 5},
        {"Series": [series], **KEEP, "Replace": []},
        {"Series": [series], **KEEP, "Remove": 5},
        {"Series": [series], **KEEP, "Remove": [5]},
        {"Series": [series], **KEEP, "Remove": ["NotATag"]},
        {"Series": [series], **KEEP, "Remove": ["SeriesDate"], "Replace": {"NotATag": "x"}},
        {"Series": [series], **KEEP, "Priority": "x", "Replace": {"SeriesDate": "x"}},
        {"Series": [series], **KEEP, "Priority": "x", "Permissive": "x"},
        {"Series": [series], "KeepSource": 1, "Permissive": "x", "Remove": ["SeriesDate"]},
    )
    for body in bodies:
        session.post(f"/studies/{study}/split", json=body)
    session.post(f"/studies/{session.unknown_id()}/split", json={})
    session.get(f"/studies/{study}/split")
    session.instances_below("studies", study)


@scenario("A merge gives series the tags of patient and study of their new study", configuration=LAB)
def merge_study(session: Session) -> None:
    target = session.upload(session.dataset(PatientSex="M", PatientAge="001Y", StudyTime="100000", PatientComments=""))
    source = session.upload(
        session.dataset(patient="2", instance=5, PatientBirthDate="20000101", PatientAge="002Y", ProtocolName="p")
    )
    session.upload(session.dataset(patient="2", series=2, instance=2, PatientBirthDate="20000101"))
    merge(session, target.text_field("ParentStudy"), Resources=[source.text_field("ParentStudy")], **KEEP)
    show(session, target.text_field("ParentStudy"))
    show(session, source.text_field("ParentStudy"))


@scenario("Without KeepSource what was merged is gone", configuration=LAB)
def merge_series(session: Session) -> None:
    target = session.upload(session.dataset())
    source = session.upload_series(2, patient="2")[0]
    merge(session, target.text_field("ParentStudy"), Resources=[source.text_field("ParentSeries")])
    session.instances_below("studies", target.text_field("ParentStudy"))
    session.get(f"/patients/{source.text_field('ParentPatient')}")


@scenario("What a merge refuses", configuration=LAB)
def merge_refusals(session: Session) -> None:
    target = session.upload_series(2)[0]
    source = session.upload(session.dataset(patient="2"))
    study = target.text_field("ParentStudy")
    bodies: tuple[Any, ...] = (
        {},
        [],
        5,
        {"Resources": 5},
        {"Resources": [5]},
        {"Resources": []},
        {"Resources": [session.unknown_id()], "KeepSource": 1},
        {"Resources": [source.text_field("ParentStudy"), session.unknown_id()]},
        {"Resources": [source.text_field("ParentPatient")]},
        {"Resources": [study]},
        {"Resources": [target.text_field("ParentSeries")]},
        {"Resources": [target.id]},
        {"Resources": [source.id], "KeepSource": 1},
        {"Resources": [source.text_field("ParentStudy")], "KeepSource": 1, "Permissive": 1},
        {"Resources": [source.text_field("ParentStudy")], "Permissive": 1, "Priority": "x"},
        {"Resources": [source.id], **KEEP},
        {"Resources": [source.text_field("ParentStudy")], "Keep": 5, **KEEP},
    )
    for body in bodies:
        session.post(f"/studies/{study}/merge", json=body)
    session.post(f"/studies/{session.unknown_id()}/merge", json={})
    session.instances_below("studies", study)


@scenario(
    "A split goes over instances as they came, or by identifier: how far it got when one fails", configuration=LAB
)
def order_of_a_split(session: Session) -> None:
    fragments: RawElement = ("7fe0,0010", "OW", (b"abc",))
    for position in range(3):
        stored = [
            session.upload(
                raw_file(session, *([fragments] if number == position else []), instance=instance, implicit=True)
            )
            for number, instance in enumerate((2, 3, 1))
        ]
        series = {"Series": [stored[0].text_field("ParentSeries")], "Asynchronous": True}
        session.wait_for_job(session.post(f"/studies/{stored[0].text_field('ParentStudy')}/split", json=series))
        session.delete(f"/patients/{stored[0].text_field('ParentPatient')}")


@scenario("A merge into a study without PatientID, not even an empty one, takes it away", configuration=LAB)
def merge_into_nameless(session: Session) -> None:
    target = session.upload(raw_file(session, ("0010,0020", None)))
    source = session.upload(raw_file(session, ("0008,1030", "LO", "abc"), patient="2", instance=2))
    study = target.text_field("ParentStudy")
    session.post(f"/studies/{study}/merge", json={"Resources": [source.text_field("ParentSeries")]})
    for instance in session.instances_below("studies", study):
        session.get(f"/instances/{instance['ID']}/file")


@scenario("A merge takes over no texts of more than 256 bytes: they are taken away", configuration=LAB)
def merge_into_long_texts(session: Session) -> None:
    source = session.upload(raw_file(session, ("0008,0050", "SH", "abc"), study=9, series=9, instance=9))
    for number, length in enumerate((256, 257), 1):
        target = session.upload(raw_file(session, ("0008,0050", "SH", b"x" * length), study=number, series=number))
        study = target.text_field("ParentStudy")
        body = {"Resources": [source.text_field("ParentStudy")], "KeepSource": True}
        session.post(f"/studies/{study}/merge", json=body)
        for instance in session.instances_below("studies", study):
            session.get(f"/instances/{instance['ID']}/tags")
        session.delete(f"/studies/{study}")


@scenario("A split may take the PatientID away", configuration=LAB)
def split_off_nameless(session: Session) -> None:
    stored = session.upload(raw_file(session))
    body = {"Series": [stored.text_field("ParentSeries")], "Remove": ["PatientID"]}
    session.post(f"/studies/{stored.text_field('ParentStudy')}/split", json=body)
