"""What the database behind the index shows of itself: SQLite and PostgreSQL answer these differently."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

NEW = ("1.12.7", "1.13.0")


def two_patients(session: Session) -> None:
    """A patient with two studies, the first of three series of two modalities; and a patient with one study."""
    for study, series, instance, modality in ((1, 1, 1, "CT"), (1, 1, 2, "CT"), (1, 2, 1, "CT"), (1, 3, 1, "MR")):
        session.upload(session.dataset(patient="1", study=study, series=series, instance=instance, Modality=modality))
    session.upload(session.dataset(patient="1", study=2, Modality="MR"))
    session.upload(session.dataset(patient="2", Modality="OT"))


def everyone(session: Session) -> dict[str, str]:
    return {"PatientID": session.patient_id() + "*"}


@scenario("Letters beyond ASCII in main DICOM tags: their case, and what has none", configuration=LAB)
def letters(session: Session) -> None:
    for study, name in enumerate(("ÉRIC^Ärger", "Eric^Aerger", "éric^ärger"), 1):
        texts: dict[str, Any] = {"PatientName": name, "StudyDescription": name, "InstitutionName": name}
        session.upload(session.dataset(study=study, SpecificCharacterSet="ISO_IR 100", **texts))
    for tag in ("PatientName", "StudyDescription", "InstitutionName"):
        for text in (
            "ÉRIC^ÄRGER",
            "éric^ärger",
            "ERIC*",
            "éric*",
            "?ric^*",
            "*ärger",
            "%ric*",
            "_ric*",
            "a\\ÉRIC^ÄRGER",
        ):
            session.find("Study", {"PatientID": session.patient_id(), tag: text})
        session.find("Study", {"PatientID": session.patient_id(), tag: "éric^ärger"}, CaseSensitive=True)


@scenario("Since and Limit, with a constraint and without", configuration=LAB, needs_empty_server=True)
def pages(session: Session) -> None:
    two_patients(session)
    for query in ({}, everyone(session), {"0011,1001": ""}):
        for options in ({"Limit": 2}, {"Since": 0, "Limit": 2}, {"Since": 1, "Limit": 2}, {"Since": 1}, {"Since": 9}):
            session.find("Instance", query, **options)
    for path in ("since=1&limit=2", "since=1&limit=0", "since=0&limit=0", "since=1&limit=-2", "since=-1&limit=2"):
        session.get(f"/instances?{path}")
    session.get("/studies?since=1&limit=1&expand")


@scenario("A Limit on what is read from files, and what is read for it", configuration=LAB)
def limited_scans(session: Session) -> None:
    for instance, label in enumerate("xaaxax", 1):
        session.upload(session.dataset((0x0011, 0x01, "LO", label), instance=instance))
    for limit in (0, 1, 2, 3, 4):
        session.find_counting_files("Instance", {**everyone(session), "0011,1001": "a"}, Limit=limit)
    session.find_counting_files("Instance", {**everyone(session), "0011,1001": "a"}, Limit=1, Expand=True)
    session.find_counting_files("Instance", everyone(session), Limit=2, CaseSensitive=True)


@scenario("ModalitiesInStudy: text, case, lists, wildcards, limits and what is read", configuration=LAB)
def modalities(session: Session) -> None:
    two_patients(session)
    for text in ("CT", "mr", "CT\\MR", "m*\\CT", "C*", "?R", "CT-MR"):
        session.find_counting_files("Study", {**everyone(session), "ModalitiesInStudy": text})
    session.find("Study", {**everyone(session), "ModalitiesInStudy": "mr"}, CaseSensitive=True)
    query = {**everyone(session), "ModalitiesInStudy": "MR"}
    session.find("Study", query, Limit=1)
    session.find("Study", query, Expand=True)
    session.find_counting_files("Study", {**query, "0011,1001": "x"})
    session.find_counting_files("Study", query, RequestedTags=["PatientComments"])


@scenario(
    "ModalitiesInStudy with tags of series and instances, of studies that share a StudyInstanceUID", configuration=LAB
)
def modalities_and_series(session: Session) -> None:
    shared = session.uid("shared")
    for patient, study, series, modality, uid in (
        ("1", 1, 1, "CT", session.uid("study", "1", "1")),
        ("1", 1, 2, "MR", session.uid("study", "1", "1")),
        ("2", 1, 1, "CT", session.uid("study", "2", "1")),
        ("3", 1, 1, "CT", shared),
        ("4", 1, 1, "CT", shared),
        ("4", 1, 2, "MR", shared),
        ("5", 1, 1, "CT", shared),
    ):
        private = (0x0011, 0x01, "LO", f"label {patient}")
        numbers: dict[str, Any] = {"patient": patient, "study": study, "series": series}
        session.upload(session.dataset(private, **numbers, Modality=modality, StudyInstanceUID=uid))
    for query in (
        {"ModalitiesInStudy": "CT"},
        {"ModalitiesInStudy": "MR"},
        {"ModalitiesInStudy": "CT\\MR", "SeriesDescription": "Series 2"},
        {"ModalitiesInStudy": "CT", "SeriesInstanceUID": session.uid("series", "2", "1", "1")},
        {"ModalitiesInStudy": "CT", "InstanceNumber": "1"},
        {"ModalitiesInStudy": "CT", "0011,1001": "label 4\\label 5"},
    ):
        session.find_counting_files("Study", {**everyone(session), **query})
    for options in ({"Limit": 1}, {"Limit": 2}, {"Limit": 2, "Since": 1}, {"Since": 1}):
        session.find("Study", {**everyone(session), "ModalitiesInStudy": "CT"}, **options)


@scenario("Main DICOM tags of lower levels, where one of them matches and where several do", configuration=LAB)
def lower_levels(session: Session) -> None:
    two_patients(session)
    for level, query in (
        ("Study", {"Modality": "MR"}),
        ("Study", {"Modality": "CT"}),
        ("Study", {"Modality": "*"}),
        ("Study", {"Modality": "CT", "0011,1001": "x"}),
        ("Study", {"Modality": "CT", "NumberOfStudyRelatedInstances": "4"}),
        ("Patient", {"StudyDescription": "Study 2"}),
        ("Patient", {"StudyDescription": "*"}),
        ("Patient", {"Modality": "OT"}),
        ("Patient", {"Modality": "CT"}),
    ):
        session.find_counting_files(level, {**everyone(session), **query})
    session.find("Study", {**everyone(session), "Modality": "CT"}, Limit=1)


@scenario("Parents, orders, metadata and labels, alone and together", configuration=LAB, releases=NEW)
def narrowing(session: Session) -> None:
    two_patients(session)
    patient = session.find("Patient", {"PatientID": session.patient_id("1")}).json[0]
    study = session.find("Study", {"StudyInstanceUID": session.uid("study", "1", "1")}).json[0]
    order = [{"Type": "DicomTag", "Key": "StudyDescription", "Direction": "ASC"}]
    for level, query, options in (
        ("Patient", {}, {"ParentPatient": patient}),
        ("Study", {}, {"ParentPatient": patient}),
        ("Study", {}, {"ParentPatient": patient, "Limit": 1}),
        ("Study", {}, {"ParentPatient": patient, "Since": 1}),
        ("Study", {}, {"ParentPatient": "nobody"}),
        ("Series", {}, {"ParentPatient": patient}),
        ("Series", {"0011,1001": ""}, {"ParentStudy": study}),
        ("Series", {"0011,1001": "x"}, {"ParentStudy": study}),
        ("Series", {"Modality": "CT"}, {"ParentStudy": study}),
        ("Series", {}, {"ParentStudy": study, "Labels": ["x"]}),
        ("Instance", {}, {"ParentStudy": study}),
        ("Study", {"ModalitiesInStudy": "CT"}, {"ParentPatient": patient}),
        ("Study", {}, {"ParentPatient": patient, "OrderBy": order}),
        ("Study", everyone(session), {"OrderBy": order}),
        ("Study", {"0011,1001": "x"}, {"OrderBy": order}),
        ("Study", everyone(session), {"MetadataQuery": {"LastUpdate": ""}}),
        ("Study", everyone(session), {"MetadataQuery": {"LastUpdate": "1"}}),
        ("Study", everyone(session), {"Labels": ["x"]}),
        ("Study", everyone(session), {"Labels": ["x"], "LabelsConstraint": "None"}),
    ):
        session.find(level, query, **options)


@scenario("/tools/count-resources", configuration=LAB, releases=NEW)
def counts(session: Session) -> None:
    two_patients(session)
    for level in ("Patient", "Study", "Series", "Instance"):
        for query in ({}, {"StudyDescription": "Study 1"}, {"Modality": "CT"}, {"InstanceNumber": "1"}):
            session.post("/tools/count-resources", json={"Level": level, "Query": {**everyone(session), **query}})
    query = {**everyone(session), "ModalitiesInStudy": "CT"}
    session.post("/tools/count-resources", json={"Level": "Study", "Query": query})
    patient = session.find("Patient", {"PatientID": session.patient_id("1")}).json[0]
    for options in (
        {"ParentPatient": patient},
        {"ParentPatient": "nobody"},
        {"ParentPatient": patient, "Labels": ["x"]},
        {"MetadataQuery": {"LastUpdate": "1"}},
    ):
        session.post("/tools/count-resources", json={"Level": "Study", "Query": {}, **options})


@scenario("Resources of another level, and of none", configuration=LAB)
def other_levels(session: Session) -> None:
    stored = session.upload(session.dataset()).json
    for identifier in (stored["ParentStudy"], session.unknown_id()):
        for path in ("", "/metadata", "/instances"):
            session.get(f"/series/{identifier}{path}")
        for path in ("/tags", "/file", "/simplified-tags"):
            session.get(f"/instances/{identifier}{path}")
        session.delete(f"/series/{identifier}")
