"""`POST /tools/find`: what the database answers, and what files are read for."""

from __future__ import annotations

from typing import Any

from pydicom.dataset import Dataset

from conformance.asking.configurations import DEFAULT_CREATOR, FILES_FOR_ANSWERS, INDEXED_FULL, LAB, NO_FILES_ON_FIND
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

LEVELS = ("Patient", "Study", "Series", "Instance")


def three_studies(session: Session) -> list[Answer]:
    """Three patients with a study of four instances each, labelled a, b and B."""
    stored = []
    for number, label in enumerate(("a", "b", "B"), 1):
        for instance in range(1, 5):
            private = ((0x0011, 0x01, "LO", label), (0x0011, 0x02, "US", number), (0x0011, 0x03, "LO", f"full {label}"))
            dataset = session.dataset(*private, patient=str(number), study=number, instance=instance)
            stored.append(session.upload(dataset))
    return stored


def find_all(session: Session, query: dict[str, Any], **options: Any) -> None:
    for level in LEVELS:
        session.find(level, query, **options)


def one_patient(session: Session) -> dict[str, str]:
    return {"PatientID": session.patient_id("1")}


def all_patients(session: Session) -> dict[str, str]:
    return {"PatientID": session.patient_id() + "*"}


@scenario("A query by PatientID reads no file, at any level", configuration=LAB)
def by_patient_id(session: Session) -> None:
    three_studies(session)
    for level in LEVELS:
        session.find_counting_files(level, one_patient(session))


@scenario("A private tag, by number, at all four levels", configuration=LAB)
def by_private_number(session: Session) -> None:
    three_studies(session)
    find_all(session, {**all_patients(session), "0011,1001": "a"})


@scenario(
    "A private tag alone reads one file per candidate: each instance, or one instance of each series or study",
    configuration=LAB,
    needs_empty_server=True,
)
def files_of_private(session: Session) -> None:
    three_studies(session)
    for level in LEVELS:
        session.find_counting_files(level, {"0011,1001": "a"})


@scenario("A private tag with PatientID reads the candidates of that patient only", configuration=LAB)
def files_of_combined(session: Session) -> None:
    three_studies(session)
    for level in LEVELS:
        session.find_counting_files(level, {**one_patient(session), "0011,1001": "a"})


@scenario("A combined query that the database refutes reads no file", configuration=LAB)
def files_of_refuted(session: Session) -> None:
    three_studies(session)
    for level in LEVELS:
        session.find_counting_files(level, {"PatientID": session.patient_id("9"), "0011,1001": "a"})


@scenario("Standard tags of the level and above read no file; those below or beside do", configuration=LAB)
def files_of_standard(session: Session) -> None:
    three_studies(session)
    queries = (
        {"StudyDescription": "Study 1"},
        {"StudyDate": "20200101-20200103"},
        {"PatientName": "conformance*"},
        {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"},
    )
    for query in queries:
        session.find_counting_files("Study", {**all_patients(session), **query})
    session.find_counting_files("Instance", {**all_patients(session), "InstanceNumber": "2"})
    session.find_counting_files("Series", {**all_patients(session), "Modality": "OT"})


@scenario("The study matches by one of its instances only", configuration=LAB)
def study_of_mixed_instances(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x01, "LO", "a"), instance=1))
    session.upload(session.dataset((0x0011, 0x01, "LO", "b"), instance=2))
    query = {"PatientID": session.patient_id()}
    session.find_counting_files("Instance", {**query, "0011,1001": "a"})
    session.find_counting_files("Instance", {**query, "0011,1001": "b"})


@scenario("A private tag matches whatever the case, unless CaseSensitive", configuration=LAB)
def case(session: Session) -> None:
    three_studies(session)
    query = {**all_patients(session), "0011,1001": "B"}
    session.find("Study", query)
    session.find("Study", query, CaseSensitive=True)
    session.find("Study", query, CaseSensitive=False)
    session.find("Study", {"PatientID": session.patient_id("1").lower()})
    session.find("Study", {"PatientID": session.patient_id("1").lower()}, CaseSensitive=True)
    session.find("Study", {**all_patients(session), "PatientName": "conformance^suite"})
    session.find("Study", {**all_patients(session), "PatientName": "conformance^suite"}, CaseSensitive=True)


@scenario("Wildcards on a private tag are refused, at all levels", configuration=LAB)
def wildcard(session: Session) -> None:
    three_studies(session)
    find_all(session, {**all_patients(session), "0011,1001": "*"})
    session.find("Study", {**all_patients(session), "0011,1001": "a?"})
    session.find("Study", {**all_patients(session), "0011,1099": "a*"})


@scenario("... also with DefaultPrivateCreator", configuration=DEFAULT_CREATOR)
def wildcard_with_default_creator(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x01, "LO", "a")))
    session.find("Study", {"PatientID": session.patient_id(), "0011,1001": "a*"})
    session.find("Study", {"PatientID": session.patient_id(), "0011,1001": "a"})


@scenario("Wildcards work on a creator element", configuration=LAB)
def creator_element(session: Session) -> None:
    three_studies(session)
    session.find("Study", {**all_patients(session), "0011,0010": "MY*"})
    session.find("Study", {**all_patients(session), "0011,0010": "MYLAB"})
    session.find("Study", {**all_patients(session), "0011,0010": "NO*"})


@scenario("A list of values matches any of them", configuration=LAB)
def value_list(session: Session) -> None:
    three_studies(session)
    session.find("Study", {**all_patients(session), "0011,1001": "a\\b"})
    session.find("Study", {**all_patients(session), "0011,1001": "a\\nothing"}, CaseSensitive=True)


@scenario("An empty value matches everything", configuration=LAB)
def empty_value(session: Session) -> None:
    three_studies(session)
    find_all(session, {**all_patients(session), "0011,1001": ""})
    session.find_counting_files("Study", {**all_patients(session), "0011,1099": ""})


@scenario("A name registered in full works, one by offset finds nothing", configuration=LAB)
def by_name(session: Session) -> None:
    three_studies(session)
    session.find("Study", {**all_patients(session), "MyFull": "full a"})
    session.find("Study", {**all_patients(session), "MyLabel": "a"})
    session.find("Instance", {**one_patient(session), "MyLabel": "a"})


@scenario("A number, as text", configuration=LAB)
def number(session: Session) -> None:
    three_studies(session)
    session.find("Study", {**all_patients(session), "0011,1002": "2"})
    session.find("Study", {**all_patients(session), "0011,1002": "02"})


@scenario("A tag without an entry is found by number", configuration=LAB)
def unknown_number(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x99, "LO", "unknown")))
    session.find("Instance", {"PatientID": session.patient_id(), "0011,1099": "unknown"})
    session.find("Instance", {"PatientID": session.patient_id(), "0011,1099": "other"})
    session.find("Instance", {"PatientID": session.patient_id(), "0011,109a": "absent"})


@scenario("A value of multiplicity 2 is not found by one of them", configuration=LAB)
def several_values(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x06, "LO", ["A", "B"])))
    for value in ("A", "B", "A\\B", "B\\A"):
        session.find("Instance", {"PatientID": session.patient_id(), "0011,1006": value})


@scenario("Spaces around the value, in the query and in the file", configuration=LAB)
def spaces(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x01, "LO", " spaced ")))
    for value in ("spaced", " spaced ", " spaced", "spaced "):
        session.find("Instance", {"PatientID": session.patient_id(), "0011,1001": value})


@scenario("A letter beyond ASCII", configuration=LAB)
def beyond_ascii(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x01, "LO", "Zürich"), SpecificCharacterSet="ISO_IR 100"))
    for value in ("Zürich", "ZÜRICH", "Zurich"):
        session.find("Instance", {"PatientID": session.patient_id(), "0011,1001": value})


@scenario("Wildcards and ranges on standard tags", configuration=LAB)
def standard_matching(session: Session) -> None:
    three_studies(session)
    queries = (
        {"StudyDescription": "study ?"},
        {"StudyDescription": "*1"},
        {"StudyDescription": "Study 1\\Study 2"},
        {"StudyDate": "20200102"},
        {"StudyDate": "20200103-"},
        {"StudyDate": "-20200102"},
        {"StudyInstanceUID": session.uid("study", "2", "2")},
    )
    for query in queries:
        session.find("Study", {**all_patients(session), **query})


@scenario("Expand true answers the resources, with their labels and parents as the release has them", configuration=LAB)
def expand(session: Session) -> None:
    three_studies(session)
    find_all(session, one_patient(session), Expand=True)


@scenario("Expand with a private constraint", configuration=LAB)
def expand_private(session: Session) -> None:
    three_studies(session)
    session.find("Study", {**one_patient(session), "0011,1001": "a"}, Expand=True)


@scenario("Limit and Since on an indexed query", configuration=LAB)
def limit_and_since(session: Session) -> None:
    session.upload_series(4)
    query = {"PatientID": session.patient_id()}
    for options in ({"Limit": 2}, {"Limit": 0}, {"Since": 1}, {"Since": 1, "Limit": 2}, {"Since": 9}):
        session.find("Instance", query, **options)


@scenario("Limit and Since on a private query", configuration=LAB)
def limit_and_since_private(session: Session) -> None:
    session.upload_series(4, (0x0011, 0x01, "LO", "a"))
    query = {"PatientID": session.patient_id(), "0011,1001": "a"}
    for options in ({"Limit": 2}, {"Since": 0}, {"Since": 0, "Limit": 1}, {"Since": 1}, {"Since": 1, "Limit": 2}):
        session.find("Instance", query, **options)


@scenario("The main tag of a lower level, absent at the level asked", configuration=LAB)
def lower_level_tag(session: Session) -> None:
    session.upload(session.dataset())
    query = {"PatientID": session.patient_id()}
    session.find("Study", {**query, "SOPInstanceUID": session.uid("instance", "", "1", "1", "1")})
    session.find("Study", {**query, "Modality": "OT"})
    session.find("Patient", {**query, "StudyDate": "20200102"})
    session.find("Series", {**query, "InstanceNumber": "1"})


@scenario("A private sequence as a constraint", configuration=LAB)
def sequence(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x04, "SQ", [])))
    session.find("Instance", {"PatientID": session.patient_id(), "0011,1004": "x"})
    session.find("Instance", {"PatientID": session.patient_id(), "0011,1004": ""})


@scenario("Wrong JSON in a find", configuration=LAB)
def bad_bodies(session: Session) -> None:
    patient = session.patient_id()
    bodies: tuple[Any, ...] = (
        [],
        None,
        {},
        {"Level": "Study"},
        {"Query": {}},
        {"Level": "Galaxy", "Query": {}},
        {"Level": 5, "Query": {}},
        {"Level": "Study", "Query": []},
        {"Level": "Study", "Query": {"PatientID": 5}},
        {"Level": "Study", "Query": {"PatientID": None}},
        {"Level": "Study", "Query": {"PatientID": ["x"]}},
        {"Level": "Study", "Query": {"PatientID": patient}, "Expand": "yes"},
        {"Level": "Study", "Query": {"PatientID": patient}, "CaseSensitive": 1},
        {"Level": "Study", "Query": {"PatientID": patient}, "Limit": "2"},
        {"Level": "Study", "Query": {"PatientID": patient}, "Limit": -1},
        {"Level": "Study", "Query": {"PatientID": patient}, "Since": "2"},
        {"Level": "Study", "Query": {"PatientID": patient}, "Since": 1.5},
        {"Level": "study", "Query": {"PatientID": patient}},
        {"Level": "Study", "Query": {"PatientID": patient}, "NoSuchOption": 1},
    )
    for body in bodies:
        session.post("/tools/find", json=body)
    session.post("/tools/find", data="not JSON")
    session.post("/tools/find", data="")


@scenario("A main tag of two levels below, or more", configuration=LAB)
def far_below_tags(session: Session) -> None:
    session.upload(session.dataset())
    query = {"PatientID": session.patient_id()}
    for level, tags in (
        ("Patient", {"Modality": "OT"}),
        ("Patient", {"SOPInstanceUID": session.uid("instance", "", "1", "1", "1")}),
        ("Patient", {"InstanceNumber": "1"}),
        ("Patient", {"StudyDescription": "Study 1"}),
        ("Study", {"InstanceNumber": "1"}),
        ("Study", {"SeriesDescription": "Series 1"}),
    ):
        session.find(level, {**query, **tags})


@scenario("A code of multiplicity 2 is found by both together, from 1.12.7 on", configuration=LAB)
def several_codes(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x08, "CS", ["A", "B"])))
    for value in ("A", "B", "A\\B", "a\\b", "B\\A"):
        session.find("Instance", {"PatientID": session.patient_id(), "0011,1008": value})


@scenario("A sequence that has items as a constraint", configuration=LAB)
def sequence_with_items(session: Session) -> None:
    item = Dataset()
    item.PatientName = "Inner^Name"
    session.upload(session.dataset((0x0011, 0x04, "SQ", [item])))
    for value in ("x", "Inner^Name", "", "*"):
        session.find("Instance", {"PatientID": session.patient_id(), "0011,1004": value})


@scenario("A range on a private tag is a text like any other", configuration=LAB)
def private_range(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x01, "LO", "B")))
    for value in ("A-Z", "A-", "-Z", "B"):
        session.find("Instance", {"PatientID": session.patient_id(), "0011,1001": value})


@scenario("The name of a retired tag", configuration=LAB)
def retired_name(session: Session) -> None:
    session.upload(session.dataset(OtherPatientIDs="other"))
    session.find("Patient", {"PatientID": session.patient_id(), "OtherPatientIDs": "other"})
    session.find("Patient", {"PatientID": session.patient_id(), "0010,1000": "other"})


@scenario("RequestedTags with a private tag", configuration=LAB)
def requested_tags(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x01, "LO", "a"), (0x0011, 0x03, "LO", "full a")))
    query = {"PatientID": session.patient_id()}
    for level in LEVELS:
        session.find(level, query, Expand=True, RequestedTags=["0011,1001", "PatientID"])
    session.find("Instance", query, Expand=True, RequestedTags=["MyFull", "0011,0010"])
    session.find("Instance", query, Expand=True, RequestedTags=["MyLabel", "0011,1099"])
    session.find("Instance", query, Expand=True, RequestedTags=["NotATag"])
    session.find("Instance", query, RequestedTags=["0011,1001"])


@scenario("StorageAccessOnFind Never: a private tag matches nothing", configuration=NO_FILES_ON_FIND)
def no_files_on_find(session: Session) -> None:
    three_studies(session)
    for level in LEVELS:
        session.find_counting_files(level, {**all_patients(session), "0011,1001": "a"})
        session.find_counting_files(level, one_patient(session))


@scenario("StorageAccessOnFind Answers", configuration=FILES_FOR_ANSWERS)
def files_for_answers(session: Session) -> None:
    three_studies(session)
    for level in LEVELS:
        session.find_counting_files(level, {**all_patients(session), "0011,1001": "a"})
        session.find_counting_files(level, one_patient(session))


@scenario("ExtraMainDicomTags with a private tag: an Instance query on it reads no file", configuration=INDEXED_FULL)
def extra_main_tags(session: Session) -> None:
    stored = three_studies(session)
    session.get(f"/instances/{stored[0].id}")
    for level in LEVELS:
        session.find_counting_files(level, {**all_patients(session), "0011,1003": "full a"})
    session.find_counting_files("Instance", {**all_patients(session), "MyFull": "full a"})


@scenario("Constraints are compared in the order of their names, those of a lower level with them", configuration=LAB)
def order_of_constraints(session: Session) -> None:
    item = Dataset()
    item.CodeValue = "x"
    stored = session.dataset(ProcedureCodeSequence=[item], ReferencedStudySequence=[item], Manufacturer="Maker")
    session.upload(stored)
    patient = {"PatientID": session.patient_id()}
    for name, text in (
        ("Modality", "*"),  # before ProcedureCodeSequence, a text of which is refused
        ("Modality", "OT"),
        ("SeriesDescription", "*"),  # behind it
        ("SeriesDescription", "Series 1"),
        ("SeriesDescription", "other"),
    ):
        query = {**patient, name: text, "ProcedureCodeSequence": "x"}
        session.find_counting_files("Study", query)
        session.find_counting_files("Study", {**query, "Manufacturer": "Other"})
        for requested in ("SeriesDescription", "Modality"):
            session.find("Study", query, RequestedTags=[requested])
    uid = stored.SeriesInstanceUID
    for case_sensitive in (False, True):
        query = {**patient, "SeriesInstanceUID": uid, "ReferencedStudySequence": "x"}
        session.find("Study", query, CaseSensitive=case_sensitive)
