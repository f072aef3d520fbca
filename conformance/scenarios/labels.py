"""Labels of resources (from 1.12 on)."""

from __future__ import annotations

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

LEVELS = ("patients", "studies", "series", "instances")
#: level: the field of an upload's answer that has its resource
FIELDS = {"instances": "ID", "series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}
#: Texts that are labels, and others.
LABELS = ("b", "a", "B", "_x", "-y", "1", "a_b-c", "x" * 64)
BAD_LABELS = ("x" * 65, "a%20b", "a.b", "%C3%A9", "a%2Fb", "a+b", "*", "%09", "a:b", "")


def labels_of_study(session: Session) -> str:
    return f"/studies/{session.upload(session.dataset()).text_field('ParentStudy')}/labels"


@scenario("A label is put, seen, listed in order and deleted", configuration=LAB)
def put_and_delete(session: Session) -> None:
    path = labels_of_study(session)
    session.get(path)
    for label in (*LABELS, "a"):
        session.put(f"{path}/{label}", data="")
    session.get(path)
    for label in ("a", "zz", "a%20b", "A"):
        session.get(f"{path}/{label}")
    for label in ("b", "b", "zz"):
        session.delete(f"{path}/{label}")
    session.get(path)
    session.get(path.removesuffix("/labels"))


@scenario("What is no label is refused", configuration=LAB)
def bad_labels(session: Session) -> None:
    path = labels_of_study(session)
    for label in BAD_LABELS:
        session.put(f"{path}/{label}", data="")
        session.delete(f"{path}/{label}")
    session.get(path)


@scenario("Labels of each level are their own", configuration=LAB)
def each_level(session: Session) -> None:
    stored = session.upload(session.dataset())
    for level in LEVELS:
        session.put(f"/{level}/{stored.text_field(FIELDS[level])}/labels/on_{level}", data="")
    for level in LEVELS:
        session.get(f"/{level}/{stored.text_field(FIELDS[level])}/labels")


@scenario("Labels of what does not exist, or is of another level; methods that they do not have", configuration=LAB)
def refused(session: Session) -> None:
    stored = session.upload(session.dataset())
    for identifier in (session.unknown_id(), stored.text_field("ParentSeries")):
        path = f"/studies/{identifier}/labels"
        session.get(path)
        session.get(f"{path}/label")
        session.put(f"{path}/label", data="")
        session.put(f"{path}/no.label", data="")
        session.delete(f"{path}/label")
        session.delete(f"{path}/no.label")
    path = f"/studies/{stored.text_field('ParentStudy')}/labels"
    session.post(f"{path}/label", data="")
    session.post(path, data="")
    session.put(path, data="")
    session.delete(path)


@scenario("/tools/labels lists all labels in use", configuration=LAB, needs_empty_server=True)
def all_labels(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.get("/tools/labels")
    session.put(f"/studies/{stored.text_field('ParentStudy')}/labels/shared", data="")
    session.put(f"/instances/{stored.id}/labels/shared", data="")
    session.put(f"/instances/{stored.id}/labels/Own", data="")
    session.get("/tools/labels")
    session.delete(f"/studies/{stored.text_field('ParentStudy')}/labels/shared")
    session.get("/tools/labels")
    session.delete(f"/instances/{stored.id}")
    session.get("/tools/labels")


@scenario("A find sees labels: all, any or none of them", configuration=LAB)
def found(session: Session) -> None:
    first = session.upload(session.dataset(study=1)).text_field("ParentStudy")
    second = session.upload(session.dataset(study=2)).text_field("ParentStudy")
    session.upload(session.dataset(study=3))
    for study, label in ((first, "one"), (first, "both"), (second, "both")):
        session.put(f"/studies/{study}/labels/{label}", data="")
    query = {"PatientID": session.patient_id()}
    for labels in (["one"], ["both"], ["one", "both"], ["ONE"], ["zz"], ["one", "zz"], [""], ["a b"], []):
        session.find("Study", query, Labels=labels)
        for constraint in ("All", "Any", "None"):
            session.find("Study", query, Labels=labels, LabelsConstraint=constraint)
    for constraint in ("All", "Any", "None"):
        session.find("Study", query, LabelsConstraint=constraint)
    session.find("Instance", query, Labels=["one"])
    session.find("Study", query, Labels=["one"], Expand=True)
    session.find("Study", query, Labels=["both"], ResponseContent=["Labels"])


@scenario("A count sees labels, too", configuration=LAB)
def counted(session: Session) -> None:
    path = labels_of_study(session)
    session.put(f"{path}/label", data="")
    query = {"PatientID": session.patient_id()}
    for options in ({"Labels": ["label"]}, {"Labels": ["other"]}, {"LabelsConstraint": "None"}):
        session.post("/tools/count-resources", json={"Level": "Study", "Query": query, **options})


def labelled(session: Session, patient: str) -> dict[str, str]:
    """The identifiers by level of a new patient's instance and what is above it, each with a label."""
    stored = session.upload(session.dataset(patient=patient))
    identifiers = {level: stored.text_field(FIELDS[level]) for level in LEVELS}
    for level, identifier in identifiers.items():
        session.put(f"/{level}/{identifier}/labels/on_{level}", data="")
    return identifiers


def show_copy(session: Session, level: str, made: Answer) -> None:
    """Asks for the only instance of a copy, and what is above it."""
    instance = session.get(f"/{level}/{made.id}/instances").json[0]["ID"]
    session.get(f"/instances/{instance}")
    for above in ("patient", "study", "series"):
        session.get(f"/instances/{instance}/{above}")


def modify_each_level(session: Session, **options: bool) -> None:
    made = session.modify(
        "patients",
        labelled(session, "patients")["patients"],
        Replace={"PatientID": session.patient_id("copy")},
        Force=True,
        **options,
    )
    show_copy(session, "patients", made)
    for level, name in (("studies", "StudyDescription"), ("series", "SeriesDescription")):
        identifiers = labelled(session, level)
        made = session.modify(level, identifiers[level], Replace={name: "changed"}, **options)
        show_copy(session, level, made)


def anonymize_each_level(session: Session, **options: bool) -> None:
    for level in LEVELS[:-1]:
        made = session.anonymize(level, labelled(session, level)[level], **options)
        show_copy(session, level, made)


@scenario("A copy has no labels of its source", configuration=LAB)
def not_kept_by_modify(session: Session) -> None:
    modify_each_level(session)


@scenario("With KeepLabels a copy has those above the instances", configuration=LAB)
def kept_by_modify(session: Session) -> None:
    modify_each_level(session, KeepLabels=True)


@scenario("An anonymized copy has no labels of its source", configuration=LAB)
def not_kept_by_anonymize(session: Session) -> None:
    anonymize_each_level(session)


@scenario("With KeepLabels an anonymized copy has those above the instances", configuration=LAB)
def kept_by_anonymize(session: Session) -> None:
    anonymize_each_level(session, KeepLabels=True)
