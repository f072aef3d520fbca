"""What a find answers beyond identifiers, and what narrows and sorts it from 1.12 on; older releases ignore it all."""

from __future__ import annotations

from typing import Any

from pydicom.dataset import Dataset

from conformance.asking.configurations import INDEXED_FULL, LAB, NO_FILES_ON_FIND
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

LEVELS = ("Patient", "Study", "Series", "Instance")
PLURALS = ("patients", "studies", "series", "instances")

#: Main DICOM tags of all levels, tags in files, computed ones, private ones.
REQUESTED = (
    ["PatientID", "StudyDescription", "Modality", "InstanceNumber"],
    ["PatientComments", "PatientBirthDate"],
    ["ModalitiesInStudy", "NumberOfStudyRelatedInstances", "NumberOfPatientRelatedStudies"],
    ["NumberOfSeriesRelatedInstances", "RetrieveURL", "SOPClassUID", "TransferSyntaxUID"],
    ["0011,1001", "0011,0010", "0011,1099"],
    ["ReferencedStudySequence", "Rows", "PixelData"],
    ["SOPClassesInStudy"],
)


def two_studies(session: Session) -> dict[str, str]:
    """A patient with two studies in three series, whose files differ; the query that finds them."""
    item = Dataset()
    item.PatientName = "Inner^Name"
    more: dict[str, Any] = {"PatientComments": "remark", "ReferencedStudySequence": [item], "Rows": 5}
    session.upload(session.dataset((0x0011, 0x01, "LO", "a"), (0x0011, 0x03, "LO", "full a"), Modality="CT", **more))
    session.upload(
        session.dataset((0x0011, 0x01, "LO", "b"), (0x0011, 0x03, "LO", "full b"), Modality="CT", instance=2)
    )
    session.upload(session.dataset((0x0011, 0x01, "LO", "c"), Modality="MR", series=2))
    session.upload(session.dataset((0x0011, 0x01, "LO", "d"), Modality="MR", study=2))
    return {"PatientID": session.patient_id()}


@scenario("RequestedTags: from the index, computed, and only else from a file of each answer", configuration=LAB)
def requested_tags(session: Session) -> None:
    query = two_studies(session)
    for level in LEVELS:
        for tags in REQUESTED:
            session.find_counting_files(level, query, Expand=True, RequestedTags=tags)
    session.find_counting_files("Study", query, RequestedTags=["PatientComments"])


@scenario("RequestedTags with constraints that are scanned, computed or case-sensitive", configuration=LAB)
def requested_and_scanned(session: Session) -> None:
    query = two_studies(session)
    more: tuple[dict[str, str], ...] = (
        {"0011,1001": "a"},
        {"NumberOfStudyRelatedInstances": "3"},
        {"ModalitiesInStudy": "CT"},
        {"PatientName": "conformance^suite"},
    )
    for constraint in more:
        for tags in (["PatientID"], ["PatientComments"]):
            session.find_counting_files("Study", {**query, **constraint}, Expand=True, RequestedTags=tags)
            session.find_counting_files(
                "Study", {**query, **constraint}, Expand=True, RequestedTags=tags, CaseSensitive=True
            )


@scenario("RequestedTags in the three forms", configuration=LAB)
def requested_forms(session: Session) -> None:
    query = two_studies(session)
    tags = ["PatientID", "ReferencedStudySequence", "0011,1001", "0011,1099", "ModalitiesInStudy"]
    for options in ({}, {"Short": True}, {"Full": True}):
        session.find("Study", query, Expand=True, RequestedTags=tags, **options)


@scenario("?requestedTags of a resource and of what is below and above it", configuration=LAB)
def requested_arguments(session: Session) -> None:
    query = two_studies(session)
    for level, plural in zip(LEVELS, PLURALS, strict=True):
        identifier = session.find(level, query, OrderBy=[]).json[0]
        for tags in ("PatientID;0011,1001", "PatientComments;ModalitiesInStudy", "NotATag", ""):
            session.get(f"/{plural}/{identifier}?requestedTags={tags}")
        session.get(f"/{plural}/{identifier}?requestedTags=PatientID&requested-tags=0011,1001")
        if level == "Study":
            session.get(f"/studies/{identifier}/series?requestedTags=PatientComments;PatientID")
            session.get(f"/studies/{identifier}/patient?requestedTags=PatientComments")
            session.get(f"/studies/{identifier}/patient?requestedTags=NotATag")


@scenario(
    "Of a tag that is a main DICOM tag of several levels RequestedTags tell that of the highest", configuration=LAB
)
def requested_of_two_levels(session: Session) -> None:
    session.upload(session.dataset())
    session.upload(session.dataset(instance=2, series=2, TimezoneOffsetFromUTC="+0100"))
    session.upload(session.dataset(study=2, TimezoneOffsetFromUTC="-0700"))
    session.upload(session.dataset(study=2, series=2, TimezoneOffsetFromUTC="-0800"))
    query = {"PatientID": session.patient_id()}
    for level in LEVELS:
        session.find(level, query, Expand=True, RequestedTags=["TimezoneOffsetFromUTC"])


@scenario("No file is read for RequestedTags where StorageAccessOnFind is Never", configuration=NO_FILES_ON_FIND)
def requested_without_files(session: Session) -> None:
    query = two_studies(session)
    session.find_counting_files("Study", query, Expand=True, RequestedTags=["PatientComments", "PatientID"])


@scenario("ResponseContent chooses the parts of an answer", configuration=LAB)
def response_content(session: Session) -> None:
    query = two_studies(session)
    contents: tuple[Any, ...] = (
        [],
        ["MainDicomTags"],
        ["Children", "Parent"],
        ["Labels", "IsStable", "Status"],
        ["RequestedTags"],
        ["IsProtected"],
        ["Nonsense"],
        "Labels",
    )
    for level in LEVELS:
        for content in contents:
            session.find(level, query, ResponseContent=content)
    session.find("Study", {**query, "0011,1001": "a"}, ResponseContent=[])


@scenario("OrderBy sorts by main DICOM tags and metadata; without a value comes last", configuration=LAB)
def order_by(session: Session) -> None:
    for number, text in enumerate(("b", "B", "a", None, "", "10", "9", "é"), 1):
        session.upload(
            session.dataset(
                patient=str(number),
                PatientName=text,
                SeriesDescription=text,
                InstanceNumber=str(20 - number),
                SpecificCharacterSet="ISO_IR 192",
            )
        )
    query = {"PatientID": session.patient_id() + "*"}
    for level, kind, key in (
        ("Patient", "DicomTag", "PatientName"),
        ("Series", "DicomTag", "SeriesDescription"),
        ("Instance", "DicomTagAsInt", "SeriesDescription"),
        ("Instance", "DicomTag", "InstanceNumber"),
        ("Instance", "MetadataAsInt", "IndexInSeries"),
        ("Instance", "MetadataAsFloat", "IndexInSeries"),
        ("Patient", "DicomTag", "Modality"),
        ("Patient", "DicomTag", "NotATag"),
        ("Patient", "Nonsense", "PatientID"),
    ):
        for direction in ("ASC", "desc"):
            session.find(level, query, OrderBy=[{"Type": kind, "Key": key, "Direction": direction}])
    by_name = {"Type": "DicomTag", "Key": "PatientName", "Direction": "DESC"}
    session.find("Patient", query, OrderBy=[by_name], Limit=3)


@scenario("ParentPatient, ParentStudy and ParentSeries narrow a find", configuration=LAB)
def parents(session: Session) -> None:
    query = two_studies(session)
    names = ("ParentPatient", "ParentStudy", "ParentSeries")
    found = {level: session.find(level, query, OrderBy=[]).json[0] for level in LEVELS}
    for level in LEVELS:
        for name in names:
            session.find(level, query, **{name: found[name.removeprefix("Parent")]})
        session.find(level, query, ParentPatient="nobody")


@scenario("MetadataQuery, Labels and LabelsConstraint narrow a find", configuration=LAB)
def metadata_and_labels(session: Session) -> None:
    query = two_studies(session)
    for constraint in (
        {"IndexInSeries": "1"},
        {"IndexInSeries": "1\\2"},
        {"Origin": "rest*"},
        {"1024": "x"},
        {"No": "x"},
    ):
        session.find("Instance", query, MetadataQuery=constraint)
        session.find("Instance", query, MetadataQuery=constraint, CaseSensitive=True)
    by_label: tuple[dict[str, Any], ...] = (
        {"Labels": ["x"]},
        {"Labels": []},
        {"Labels": [5]},
        {"Labels": ["x"], "LabelsConstraint": "None"},
    )
    for labels in by_label:
        session.find("Study", query, **labels)
    session.find("Study", query, Labels=["x"], LabelsConstraint="Some")


@scenario("/tools/count-resources counts what the index decides", configuration=LAB)
def count_resources(session: Session) -> None:
    query = two_studies(session)
    for level in LEVELS:
        session.post("/tools/count-resources", json={"Level": level, "Query": query})
    for more in ({"0011,1001": "a"}, {"Modality": "MR"}, {"NumberOfStudyRelatedInstances": "1"}, {"NotATag": "x"}):
        session.post("/tools/count-resources", json={"Level": "Study", "Query": {**query, **more}})
    session.post("/tools/count-resources", json={"Level": "Study", "Query": query, "CaseSensitive": True})


@scenario(
    "An extra main DICOM tag is shown, found without a file, and answered from the index", configuration=INDEXED_FULL
)
def extra_main_tag(session: Session) -> None:
    query = two_studies(session)
    for level in LEVELS:
        session.find_counting_files(level, {**query, "0011,1003": "full A"})
        session.find_counting_files(level, query, Expand=True, RequestedTags=["0011,1003"])
    session.find_counting_files("Instance", {**query, "0011,1003": "full A"}, CaseSensitive=True)


def extra(tags: Any) -> dict[str, Any]:
    return {"ExtraMainDicomTags": tags}


@scenario(
    "An unknown name among ExtraMainDicomTags stops the server", configuration=extra({"Study": ["NoTag"]}), starts=True
)
def extra_unknown_name(session: Session) -> None:
    """The start is what is compared."""


@scenario("ExtraMainDicomTags of a level must be a list", configuration=extra({"Study": "PatientAge"}), starts=True)
def extra_no_list(session: Session) -> None:
    """The start is what is compared."""


@scenario(
    "ExtraMainDicomTags of no level stop the server", configuration=extra({"Galaxy": ["PatientAge"]}), starts=True
)
def extra_no_level(session: Session) -> None:
    """The start is what is compared."""


@scenario(
    "A patient's tag as an extra tag of studies: such a server stores nothing",
    configuration=extra({"Study": ["PatientName"]}),
)
def extra_patient_tag(session: Session) -> None:
    session.upload(session.dataset())
