"""The documented contract: what the guide says of private tags, and whether a release keeps to it."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer, Observation
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.scenarios.scenario import Scenario, add, scenario

LABEL = (0x0011, 0x01, "LO", "old")
FULL = (0x0011, 0x03, "LO", "full")
UNKNOWN = (0x0011, 0x99, "LO", "unknown")
#: level: the field of an upload's answer that has its resource
FIELDS = {"instances": "ID", "series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}


@scenario("A private tag of the dictionary has its name in /simplified-tags", configuration=LAB)
def shown_by_name(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL, FULL))
    tags = session.get(f"/instances/{stored.id}/simplified-tags").json
    session.expect("its name and value are there", (tags.get("MyLabel"), tags.get("MyFull")) == ("old", "full"))


@scenario("Creator, group and offset keep tags of one number apart", configuration=LAB)
def kept_apart(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL, ("OTHERLAB", 0x0011, 0x01, "LO", "theirs")))
    tags = session.get(f"/instances/{stored.id}/simplified-tags").json
    session.expect("each has its own name", (tags.get("MyLabel"), tags.get("OtherLabel")) == ("old", "theirs"))


#: name, claim, tag of the query, value
QUERIES = (
    ("found_by_number", "A private tag of the dictionary is queried by its number", "0011,1001", "old"),
    ("found_by_name", "A private tag registered by its offset is queried by its name", "MyLabel", "old"),
    ("found_by_name_in_full", "A private tag registered in full is queried by its name", "MyFull", "full"),
    ("found_by_wildcard", "A private tag is queried with a wildcard, as a standard tag is", "0011,1001", "o*"),
)


def add_query(name: str, claim: str, tag: str, value: str) -> None:
    def function(session: Session) -> None:
        stored = session.upload(session.dataset(LABEL, FULL))
        answer = session.find("Instance", {"PatientID": session.patient_id(), tag: value})
        session.expect("the instance is found", answer.status == 200 and answer.json == [stored.id])

    add(Scenario("contract", name, claim, function, configuration=LAB))


for case in QUERIES:
    add_query(*case)


def written(answer: Answer) -> tuple[str, str]:
    """VR and value of (0011,1001) in a DICOM answer."""
    dataset = datasets.read(answer.body) if answer.status == 200 else None
    element = None if dataset is None else dataset.get((0x0011, 0x1001))
    return ("", "") if element is None else (element.VR, str(element.value))


#: name, claim, body of the modify
MODIFICATIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "modified_by_number",
        "A private tag of the dictionary is modified by its number",
        {"Replace": {"0011,1001": "new"}, "PrivateCreator": "MYLAB"},
    ),
    (
        "modified_by_number_alone",
        "A private tag is modified without PrivateCreator, as a standard tag is",
        {"Replace": {"0011,1001": "new"}},
    ),
    (
        "modified_by_name",
        "A private tag registered by its offset is modified by its name",
        {"Replace": {"MyLabel": "new"}, "PrivateCreator": "MYLAB"},
    ),
)


def add_modification(name: str, claim: str, body: dict[str, Any]) -> None:
    def function(session: Session) -> None:
        stored = session.upload(session.dataset(LABEL))
        answer = session.modify("instances", stored.id, **body)
        session.expect("the tag has the new value and its VR", written(answer) == ("LO", "new"))

    add(Scenario("contract", name, claim, function, configuration=LAB))


for modification in MODIFICATIONS:
    add_modification(*modification)


@scenario("Private tags are instance-level: no answer for a resource has them", configuration=LAB)
def instance_level(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL, FULL))
    for level, field in FIELDS.items():
        answer = session.get(f"/{level}/{stored.text_field(field)}")
        session.expect(f"GET /{level}/… has none", b"MyLabel" not in answer.body and b"MyFull" not in answer.body)


def cascade(session: Session, level: str) -> tuple[Answer, Answer]:
    """Stores two instances and modifies the resource above; the answers to the last upload and to the modify."""
    stored = session.upload_series(2, LABEL)[-1]
    body: dict[str, Any] = {"Replace": {"0011,1001": "new"}, "PrivateCreator": "MYLAB"}
    if level == "patients":
        body["Replace"]["PatientID"] = session.patient_id("2")
        body["Force"] = True
    return stored, session.modify(level, stored.text_field(FIELDS[level]), **body)


def labels_below(session: Session, level: str, resource: str) -> list[Any]:
    below = session.instances_below(level, resource)
    return [session.get(f"/instances/{one['ID']}/simplified-tags").json.get("MyLabel") for one in below]


def add_cascade(level: str) -> None:
    def function(session: Session) -> None:
        _, answer = cascade(session, level)
        labels = labels_below(session, level, answer.id)
        session.expect("every instance below the answered resource has the new value", labels == ["new", "new"])

    claim = f"A modify of /{level}/… updates the private tag of every instance below"
    add(Scenario("contract", f"modified_{level}", claim, function, configuration=LAB))


for one_level in ("patients", "studies", "series"):
    add_cascade(one_level)


@scenario("A modify of /studies/… updates the instances that are there: it makes no copies", configuration=LAB)
def modified_in_place(session: Session) -> None:
    stored, _ = cascade(session, "studies")
    labels = labels_below(session, "studies", stored.text_field("ParentStudy"))
    session.expect("every instance of the study has the new value", labels == ["new", "new"])


@scenario("An unknown private tag is stored, and is in the full tag set", configuration=LAB)
def unknown_is_stored(session: Session) -> None:
    stored = session.upload(session.dataset(UNKNOWN))
    tags = session.get(f"/instances/{stored.id}/tags").json
    session.expect("/tags has its value", tags.get("0011,1099", {}).get("Value") == "unknown")


def add_unknown(name: str, tag: str, level: str) -> None:
    def function(session: Session) -> None:
        stored = session.upload(session.dataset(UNKNOWN))
        answer = session.modify(level, stored.text_field(FIELDS[level]), Replace={tag: "x"}, PrivateCreator="MYLAB")
        session.expect("the answer is 400 Bad Request", answer.status == 400)

    claim = f"A modify of /{level}/… that names an unknown {name} is answered 400"
    add(Scenario("contract", f"unknown_{name}_{level}", claim, function, configuration=LAB))


for one_level in ("instances", "series", "studies"):
    add_unknown("number", "0011,1099", one_level)
    add_unknown("name", "NotATag", one_level)


def files_read(session: Session, level: str, query: dict[str, Any]) -> int | None:
    session.find_counting_files(level, {"PatientID": session.patient_id() + "*", **query})
    seen = session.log[-1]
    assert isinstance(seen, Observation)
    return None if seen.value is None else int(seen.value)


def upload_two_patients(session: Session) -> None:
    for patient in ("1", "2"):
        for instance in (1, 2):
            session.upload(session.dataset(LABEL, patient=patient, instance=instance))


@scenario("A query on standard tags is answered from the database", configuration=LAB)
def indexed(session: Session) -> None:
    upload_two_patients(session)
    count = files_read(session, "Study", {"StudyDescription": "Study 1", "StudyDate": "20200102"})
    session.expect("no file is read", None if count is None else count == 0)


@scenario("A query on a private tag reads files; a standard tag beside it spares some", configuration=LAB)
def scanned(session: Session) -> None:
    upload_two_patients(session)
    alone = files_read(session, "Instance", {"0011,1001": "old"})
    session.expect("files are read for a private tag", None if alone is None else alone > 0)
    together = files_read(session, "Instance", {"PatientID": session.patient_id("1"), "0011,1001": "old"})
    fewer = None if alone is None or together is None else together < alone
    session.expect("fewer are read together with a PatientID", fewer)
