"""Modification of a patient, study or series: copies of all instances below, each with the new value."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB, NOT_OVERWRITING, OVERWRITING
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.files.raw import raw_file
from conformance.scenarios.scenario import scenario

LABEL = (0x0011, 0x01, "LO", "old")
NEW = {"Replace": {"0011,1001": "new"}, "PrivateCreator": "MYLAB"}
SAME_UIDS = {"Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"], "Force": True}


def two_series(session: Session) -> Answer:
    """Stores a study of two series, of two instances and one; the answer to the last upload."""
    session.upload_series(2, LABEL, series=1)
    return session.upload(session.dataset(LABEL, series=2, instance=3))


def show_all(session: Session, level: str, resource: str) -> None:
    """All instances below a resource: the resource, the list, and each one's tags and file."""
    session.get(f"/{level}/{resource}")
    for instance in session.instances_below(level, resource):
        session.get(f"/instances/{instance['ID']}/tags")
        session.get(f"/instances/{instance['ID']}/file")


@scenario("A modified study is a copy: every instance has the new value", configuration=LAB)
def study(session: Session) -> None:
    stored = two_series(session)
    answer = session.modify("studies", stored.text_field("ParentStudy"), **NEW)
    show_all(session, "studies", answer.id)


@scenario("The source of a modified study stays as it is", configuration=LAB)
def study_source_stays(session: Session) -> None:
    stored = two_series(session)
    session.modify("studies", stored.text_field("ParentStudy"), **NEW)
    show_all(session, "studies", stored.text_field("ParentStudy"))
    session.get(f"/patients/{stored.text_field('ParentPatient')}")


@scenario("A modified series is a copy in the same study", configuration=LAB)
def series(session: Session) -> None:
    stored = session.upload_series(2, LABEL)[0]
    answer = session.modify("series", stored.text_field("ParentSeries"), **NEW)
    show_all(session, "series", answer.id)
    session.get(f"/studies/{stored.text_field('ParentStudy')}")


@scenario("A modified patient has a new PatientID, and copies of all studies", configuration=LAB)
def patient(session: Session) -> None:
    stored = two_series(session)
    session.upload(session.dataset(LABEL, study=2, instance=4))
    replaced = {**NEW["Replace"], "PatientID": session.patient_id("2")}  # type: ignore[dict-item]
    answer = session.modify(
        "patients", stored.text_field("ParentPatient"), **{**NEW, "Replace": replaced, "Force": True}
    )
    show_all(session, "patients", answer.id)
    session.get(f"/patients/{stored.text_field('ParentPatient')}")


@scenario("A modification of a patient without a new PatientID", configuration=LAB)
def patient_without_id(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    session.modify("patients", stored.text_field("ParentPatient"), **NEW)
    session.instances_below("patients", stored.text_field("ParentPatient"))


@scenario("A new PatientID needs Force at patient level", configuration=LAB)
def patient_without_force(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    replaced = {"PatientID": session.patient_id("2")}
    session.modify("patients", stored.text_field("ParentPatient"), Replace=replaced)


@scenario("The identifiers of a copy are the SHA-1 of its DICOM identifiers", configuration=LAB)
def identifiers_of_copy(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    answer = session.modify("studies", stored.text_field("ParentStudy"), **NEW)
    copy = session.instances_below("studies", answer.id)[0]
    dataset = datasets.read(session.get(f"/instances/{copy['ID']}/file").body)
    right = dataset is not None and datasets.orthanc_ids(dataset)[3] == copy["ID"]
    session.observe("the identifier is the SHA-1 of PatientID, study, series and SOP instance UID", right)


@scenario("KeepSource false: the copies replace the source", configuration=LAB)
def keep_source_false(session: Session) -> None:
    stored = two_series(session)
    answer = session.modify("studies", stored.text_field("ParentStudy"), KeepSource=False, **NEW)
    session.get(f"/studies/{stored.text_field('ParentStudy')}")
    session.get(f"/instances/{stored.id}")
    show_all(session, "studies", answer.id)
    session.get(f"/patients/{stored.text_field('ParentPatient')}")


@scenario("KeepSource false at series and patient level", configuration=LAB)
def keep_source_false_elsewhere(session: Session) -> None:
    stored = two_series(session)
    session.modify("series", stored.text_field("ParentSeries"), KeepSource=False, **NEW)
    session.get(f"/series/{stored.text_field('ParentSeries')}")
    replaced = {"PatientID": session.patient_id("2")}
    patient_level = session.modify(
        "patients", stored.text_field("ParentPatient"), Replace=replaced, Force=True, KeepSource=False
    )
    session.get(f"/patients/{stored.text_field('ParentPatient')}")
    session.instances_below("patients", patient_level.id)


@scenario("In place: same UIDs, Force and OverwriteInstances", configuration=OVERWRITING)
def in_place(session: Session) -> None:
    stored = two_series(session)
    session.modify("studies", stored.text_field("ParentStudy"), **NEW, **SAME_UIDS)
    show_all(session, "studies", stored.text_field("ParentStudy"))


@scenario("In place at series level", configuration=OVERWRITING)
def series_in_place(session: Session) -> None:
    stored = two_series(session)
    session.modify("series", stored.text_field("ParentSeries"), **NEW, **SAME_UIDS)
    show_all(session, "studies", stored.text_field("ParentStudy"))


@scenario("In place without OverwriteInstances is an error", configuration=NOT_OVERWRITING)
def in_place_without_overwriting(session: Session) -> None:
    stored = two_series(session)
    session.modify("studies", stored.text_field("ParentStudy"), **NEW, **SAME_UIDS)
    show_all(session, "studies", stored.text_field("ParentStudy"))


@scenario("In place with KeepSource false: the old releases lose every instance", configuration=OVERWRITING)
def in_place_keep_source_false(session: Session) -> None:
    stored = two_series(session)
    session.modify("studies", stored.text_field("ParentStudy"), KeepSource=False, **NEW, **SAME_UIDS)
    session.get(f"/studies/{stored.text_field('ParentStudy')}")
    session.get(f"/instances/{stored.id}")


@scenario("Keep SOPInstanceUID only: copies in a new study", configuration=LAB)
def keep_sop_instance_uid(session: Session) -> None:
    stored = session.upload_series(2, LABEL)[0]
    answer = session.modify("studies", stored.text_field("ParentStudy"), **NEW, Keep=["SOPInstanceUID"], Force=True)
    show_all(session, "studies", answer.id)


@scenario("Keep study and series: copies in the same study", configuration=LAB)
def keep_study_and_series(session: Session) -> None:
    stored = session.upload_series(2, LABEL)[0]
    keep = ["StudyInstanceUID", "SeriesInstanceUID"]
    session.modify("studies", stored.text_field("ParentStudy"), **NEW, Keep=keep, Force=True)
    session.get(f"/studies/{stored.text_field('ParentStudy')}")
    session.instances_below("studies", stored.text_field("ParentStudy"))


@scenario("Remove and RemovePrivateTags reach every instance", configuration=LAB)
def remove(session: Session) -> None:
    study_id = two_series(session).text_field("ParentStudy")
    show_all(session, "studies", session.modify("studies", study_id, Remove=["0011,1001"]).id)
    show_all(session, "studies", session.modify("studies", study_id, RemovePrivateTags=True).id)


@scenario("A name registered in full and one by offset, at study level", configuration=LAB)
def by_name(session: Session) -> None:
    study_id = session.upload(session.dataset(LABEL)).text_field("ParentStudy")
    for name in ("MyFull", "MyLabel"):
        answer = session.modify("studies", study_id, Replace={name: "new"}, PrivateCreator="MYLAB")
        show_all(session, "studies", answer.id)


@scenario("A value that does not fit is an error, and nothing is stored", configuration=LAB)
def bad_value(session: Session) -> None:
    stored = session.upload_series(2, LABEL, (0x0011, 0x02, "US", 7))[0]
    for level, field in (("studies", "ParentStudy"), ("series", "ParentSeries")):
        session.modify(level, stored.text_field(field), Replace={"0011,1002": "notnum"}, PrivateCreator="MYLAB")
    session.instances_below("patients", stored.text_field("ParentPatient"))


@scenario("A modified study stays with its patient, and may not change PatientID without Force", configuration=LAB)
def study_patient_id(session: Session) -> None:
    study_id = session.upload(session.dataset(LABEL)).text_field("ParentStudy")
    session.modify("studies", study_id, Replace={"PatientID": session.patient_id("2")})
    session.modify("studies", study_id, Replace={"PatientID": session.patient_id("2")}, Force=True)


@scenario("Standard tags of the study are new in the answers for the copy", configuration=LAB)
def standard_tags(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    replaced = {"StudyDescription": "new description", "PatientName": "New^Name"}
    answer = session.modify("studies", stored.text_field("ParentStudy"), Replace=replaced)
    session.get(f"/studies/{answer.id}")
    session.get(f"/patients/{stored.text_field('ParentPatient')}")


@scenario("Wrong JSON at study level", configuration=LAB)
def bad_bodies(session: Session) -> None:
    study_id = session.upload(session.dataset(LABEL)).text_field("ParentStudy")
    bodies: tuple[Any, ...] = ([], None, {"Replace": []}, {"Remove": "x"}, {"KeepSource": "no"}, {"Force": 1})
    for body in bodies:
        session.post(f"/studies/{study_id}/modify", json=body)


@scenario("An unknown resource at each level", configuration=LAB)
def unknown_resource(session: Session) -> None:
    for level in ("patients", "studies", "series", "instances"):
        session.modify(level, session.unknown_id(level), **NEW)
        session.modify(level, "nonsense", **NEW)


@scenario("A second modification modifies the copy", configuration=LAB)
def twice(session: Session) -> None:
    study_id = session.upload(session.dataset(LABEL)).text_field("ParentStudy")
    first = session.modify("studies", study_id, **NEW)
    second = session.modify("studies", first.id, Replace={"0011,1001": "newer"}, PrivateCreator="MYLAB")
    show_all(session, "studies", second.id)


@scenario("In place at series level without OverwriteInstances", configuration=NOT_OVERWRITING)
def series_in_place_without_overwriting(session: Session) -> None:
    stored = two_series(session)
    session.modify("series", stored.text_field("ParentSeries"), **NEW, **SAME_UIDS)
    show_all(session, "studies", stored.text_field("ParentStudy"))


@scenario("A series may not leave its study, even with Force", configuration=LAB)
def series_study_uid(session: Session) -> None:
    series_id = session.upload(session.dataset(LABEL)).text_field("ParentSeries")
    replaced = {"StudyInstanceUID": session.uid("another study")}
    session.modify("series", series_id, Replace=replaced)
    session.modify("series", series_id, Replace=replaced, Force=True)


@scenario("A series of one instance may get a SOPInstanceUID, with Force", configuration=LAB)
def series_sop_instance_uid(session: Session) -> None:
    series_id = session.upload(session.dataset(LABEL)).text_field("ParentSeries")
    replaced = {"SOPInstanceUID": session.uid("another instance")}
    session.modify("series", series_id, Replace=replaced)
    show_all(session, "series", session.modify("series", series_id, Replace=replaced, Force=True).id)


@scenario("A study of a patient whose PatientID has a wildcard", configuration=LAB)
def wildcard_in_patient_id(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL, patient="*"))
    session.modify("studies", stored.text_field("ParentStudy"), **NEW)
    session.instances_below("patients", stored.text_field("ParentPatient"))


@scenario("A standard tag whose value does not fit, at each level", configuration=LAB)
def bad_standard_value(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    for level, field in (("studies", "ParentStudy"), ("series", "ParentSeries"), ("instances", "ID")):
        session.modify(level, stored.text_field(field), Replace={"Rows": "notnum"})


@scenario("Permissive: instances that can't be modified are passed over", configuration=LAB)
def permissive(session: Session) -> None:
    stored = session.upload_series(3, LABEL)[0]
    bad = {"Replace": {"0011,1002": "notnum"}, "PrivateCreator": "MYLAB"}
    session.modify("studies", stored.text_field("ParentStudy"), **bad, Permissive=True)
    session.instances_below("patients", stored.text_field("ParentPatient"))


@scenario("Permissive: of two instances one can't be written, which not all releases count", configuration=LAB)
def permissive_in_part(session: Session) -> None:
    stored = session.upload(raw_file(session))
    session.upload(raw_file(session, ("0010,0000", "US", b"\1\0"), instance=2))
    for level, member in (("studies", "ParentStudy"), ("series", "ParentSeries")):
        session.modify(level, stored.text_field(member), Permissive=True)
    session.anonymize("patients", stored.text_field("ParentPatient"), Permissive=True)


@scenario("Permissive with KeepSource false: what can't be modified is lost", configuration=LAB)
def permissive_keep_source_false(session: Session) -> None:
    stored = session.upload_series(3, LABEL)[0]
    bad = {"Replace": {"0011,1002": "notnum"}, "PrivateCreator": "MYLAB", "KeepSource": False}
    session.modify("studies", stored.text_field("ParentStudy"), **bad)
    session.get(f"/studies/{stored.text_field('ParentStudy')}")
    session.modify("studies", stored.text_field("ParentStudy"), **bad, Permissive=True)
    session.get(f"/studies/{stored.text_field('ParentStudy')}")


@scenario(
    "A study of a patient without PatientID, not even an empty one, may be given other patient tags", configuration=LAB
)
def patient_tags_of_nameless(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0010,0020", None)))
    study = stored.text_field("ParentStudy")
    session.modify("studies", study)
    for replaced in ({"PatientSex": "M"}, {"PatientName": "x"}):
        session.modify("studies", study, Replace=replaced)


@scenario("Many resources, some of them no studies, are checked by identifier", configuration=LAB)
def order_of_checks(session: Session) -> None:
    stored = session.upload(raw_file(session))
    session.upload(raw_file(session, study=2, series=2, instance=2))
    study = stored.text_field("ParentStudy")
    for other in (stored.id, stored.text_field("ParentSeries"), stored.text_field("ParentPatient")):
        for resources in ([study, other], [other, study]):
            body = {"Resources": resources, "Level": "Study", "Replace": {"PatientName": "x"}}
            session.post("/tools/bulk-modify", json=body)


@scenario("In which order a job goes over instances: how far it got when one fails", configuration=LAB)
def order_of_a_job(session: Session) -> None:
    for position in range(4):
        stored = [
            session.upload(
                raw_file(
                    session,
                    *([("0008,0000", "UL", b"")] if number == position else []),
                    instance=instance,
                    series=series,
                )
            )
            for number, (instance, series) in enumerate(((1, 1), (2, 2), (3, 1), (4, 3)))
        ]
        study = stored[0].text_field("ParentStudy")
        session.wait_for_job(session.modify("studies", study, Asynchronous=True))
        if session.get("/system").json["Version"] != "1.9.1":
            body = {"Resources": [*(one.id for one in stored[1:]), stored[0].text_field("ParentSeries")]}
            session.wait_for_job(session.post("/tools/bulk-modify", json={**body, "Asynchronous": True}))
        session.delete(f"/patients/{stored[0].text_field('ParentPatient')}")
