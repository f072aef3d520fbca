"""What `python -m conformance queries` asks: some fifty files, and finds, counts and look-ups made up from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydicom.dataset import Dataset

from ..asking.configurations import DICTIONARY
from ..asking.session import Session

LEVELS = ("Patient", "Study", "Series", "Instance")
PLURALS = ("patients", "studies", "series", "instances")

#: What a server is started with; ExtraMainDicomTags is passed over by the releases that have none.
CONFIGURATION: Mapping[str, Any] = {
    "Dictionary": DICTIONARY,
    "ExtraMainDicomTags": {
        "Instance": ["0011,1003", "Rows"],
        "Series": ["PatientPosition"],
        "Study": ["PatientComments"],
    },
    "UserMetadata": {"Remark": 1024},
}

NAMES = ("Doe^John", "doe^jane", "Éric^Ärger", "Roe")
LABELS = ("a", "b", "B", "a b", "full a")
REMARKS = ("yes", "Yes", "no", "a\\b", "Ünder", "10", "9")
SERIES = ("Series 1", "series 2", "Série 3", "SÉRIE 4")

#: What a query may ask of each tag; None stands for an identifier of the files.
TEXTS: Mapping[str, tuple[str | None, ...]] = {
    "PatientID": (None, "*", "GENERATED-1", "generated-*", "GENERATED-?", "GENERATED-1\\GENERATED-2", "nobody"),
    "PatientName": (*NAMES, "DOE^JOHN", "doe*", "*^j*", "éric^ärger", "Doe^John\\Roe", "?oe", "%oe"),
    "PatientBirthDate": ("19800101", "1980-", "-19801231", "19800101-19901231", "-"),
    "PatientComments": ("first", "FIRST", "*", "s*", "second\\first"),
    "StudyInstanceUID": (None, "1.2.3"),
    "StudyDescription": ("Study 1", "study 2", "*1", "Study 1\\Study 2", "Study ?"),
    "StudyDate": ("20200101", "20200101-20200102", "20200102-", "-20200101", "2020*"),
    "AccessionNumber": ("A1", "a1", "A*", ""),
    "ModalitiesInStudy": ("CT", "ct", "CT\\MR", "US", "C*", "MR\\C*", "MR\\"),
    "NumberOfStudyRelatedInstances": ("1", "4", "2\\3", "*"),
    "NumberOfSeriesRelatedInstances": ("1", "2"),
    "SeriesInstanceUID": (None,),
    "Modality": ("CT", "MR", "mr", "C*", "CT\\MR", "*"),
    "SeriesDescription": (*SERIES, "*", "SERIES ?", "série 3", "*é*", "Série 3\\série 4"),
    "RequestAttributesSequence": ("", "x", "*"),
    "PatientPosition": ("HFS", "hfs", "h*", "FFS\\HFS"),
    "SOPInstanceUID": (None,),
    "SOPClassUID": ("1.2.840.10008.5.1.4.1.1.7", "1.2.3"),
    "InstanceNumber": ("1", "2", "1\\2", "01", "1-2"),
    "ImageComments": ("x", "*", "é", "É"),
    "ReferencedStudySequence": ("", "x"),
    "Rows": ("4", "04", "8", "4\\8"),
    "0011,1001": (*LABELS, "A", "a\\b", "*", "zzz"),
    "0011-1001": ("a",),
    "00111001": ("b",),
    "0011,1002": ("1", "2", "01", "1\\2"),
    "0011,1003": ("full 1", "FULL 1", "full 2\\full 1", "full*"),
    "MyFull": ("full 1", "full 2"),
    "MyLabel": ("a",),
    "0011,1006": ("A", "A\\B", "B\\C"),
    "0011,1004": ("x", ""),
    "MySequence": ("", "x"),
    "0011,0010": ("MYLAB", "MY*", "OTHER"),
    "0011,1099": ("x", ""),
    "NotATag": ("x", ""),
}
REQUESTED = (
    "PatientComments",
    "ModalitiesInStudy",
    "0011,1001",
    "MyFull",
    "Rows",
    "StudyDescription",
    "NumberOfSeriesRelatedInstances",
    "NumberOfPatientRelatedStudies",
    "SOPClassUID",
    "PatientPosition",
    "RequestAttributesSequence",
    "ReferencedStudySequence",
    "0011,1004",
)
CONTENTS = (
    "Attachments",
    "Children",
    "IsProtected",
    "IsStable",
    "Labels",
    "MainDicomTags",
    "Metadata",
    "Parent",
    "RequestedTags",
    "Status",
)
METADATA: Mapping[str, tuple[str, ...]] = {
    "Remark": (*REMARKS, "*", "y*", "yes\\no", "ünder", ""),
    "1024": ("yes",),
    "IndexInSeries": ("1", "?", "1\\2"),
    "SopClassUid": ("1.2.*",),
    "Origin": ("restapi", "RestApi"),
    "RemoteAET": ("", "*"),
    "LastUpdate": ("*",),
    "NoSuchMetadata": ("x", ""),
}
ORDERS = (
    *(
        ("DicomTag", name)
        for name in ("PatientName", "PatientID", "StudyDescription", "StudyDate", "SeriesDescription")
    ),
    *(
        ("DicomTag", name)
        for name in ("InstanceNumber", "Rows", "0011,1003", "0011,1001", "AccessionNumber", "NotATag")
    ),
    *((kind, "InstanceNumber") for kind in ("DicomTagAsInt", "DicomTagAsFloat", "dicomtagasint")),
    *((kind, "Remark") for kind in ("Metadata", "MetadataAsInt", "MetadataAsFloat")),
    ("Metadata", "IndexInSeries"),
    ("Metadata", "NoSuchMetadata"),
    ("Nonsense", "PatientID"),
)

#: Values of a wrong type, or out of range, that a member may have instead.
BAD: Mapping[str, tuple[Any, ...]] = {
    "Level": (5, None, "Nope", "study", "IMAGES", ""),
    "Query": (None, 5, [], "x", {"PatientID": 5}, {"PatientID": None}),
    "Limit": ("1", -1, 1.5, None, True),
    "Since": ("1", -1, 1.5, None, True),
    "CaseSensitive": ("true", 1, None),
    "Expand": ("true", [], {}, None, 1),
    "Short": (1, None, "x"),
    "Full": (1, None, "x"),
    "RequestedTags": ("PatientID", 5, None, [5], [None], ["NotATag"], [["PatientID"]]),
    "Labels": ("a", 5, [5], None),
    "LabelsConstraint": (5, "any", "Foo", None),
    "OrderBy": (5, {}, [5], [{}], [{"Key": "PatientID", "Type": "DicomTag"}], None),
    "ResponseContent": ("Labels", [5], ["Nonsense"], None),
    "MetadataQuery": ([], "x", {"Remark": 5}, None),
    "ParentPatient": (5, None, ""),
    "ParentStudy": (5, None, ""),
    "ParentSeries": (5, None, ""),
}


@dataclass
class Stored:
    """What `load` stored: the DICOM identifiers of each instance, the Orthanc identifiers of each level, in order."""

    identifiers: list[dict[str, str]] = field(default_factory=list)
    resources: dict[str, list[str]] = field(default_factory=lambda: {level: [] for level in LEVELS})


@dataclass(frozen=True)
class Question:
    """A request that changes nothing: POST of a JSON body, or of a text."""

    path: str
    body: Any


def load(session: Session, chance: random.Random) -> Stored:
    """Stores some fifty files of six patients, in any order, and gives some of what it stored metadata and labels."""
    places = [
        (patient, study, series, instance)
        for patient in range(1, 7)
        for study in range(1, 1 + chance.randint(1, 2))
        for series in range(1, 1 + chance.randint(1, 3))
        for instance in range(1, 1 + chance.randint(1, 4))
    ]
    chance.shuffle(places)
    stored = Stored()
    for place in places:
        dataset = generated(session, place, chance)
        names = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
        stored.identifiers.append({name: str(dataset[name].value) for name in names})
        answer = session.upload(dataset)
        for level in LEVELS:
            identifier = answer.text_field("ID" if level == "Instance" else f"Parent{level}")
            if identifier not in stored.resources[level]:
                stored.resources[level].append(identifier)
    for level, plural in zip(LEVELS, PLURALS, strict=True):
        for identifier in stored.resources[level]:
            if chance.random() < 0.6:
                session.put(f"/{plural}/{identifier}/metadata/Remark", data=chance.choice(REMARKS))
            for label in chance.sample(("Red", "green", "blue"), chance.randint(0, 2)):
                session.put(f"/{plural}/{identifier}/labels/{label}", data=b"")
    return stored


def generated(session: Session, place: tuple[int, int, int, int], chance: random.Random) -> Dataset:
    """The file at a place: the numbers of its patient, study, series and instance."""
    patient, study, series, instance = place
    dataset = session.dataset(
        (0x0011, 0x01, "LO", chance.choice(LABELS)),
        (0x0011, 0x02, "US", chance.randint(1, 3)),
        (0x0011, 0x03, "LO", f"full {chance.randint(1, 3)}"),
        (0x0011, 0x06, "LO", ["A", chance.choice("BC")]),
        patient=str(patient),
        study=study,
        series=series,
        instance=instance,
        SpecificCharacterSet="ISO_IR 100",
        PatientID=f"GENERATED-{patient}",
        PatientName=NAMES[patient % len(NAMES)],
        PatientBirthDate=f"19{78 + patient}0101",
        PatientComments=("first", "second", "")[patient % 3],
        StudyDate=f"2020010{study}",
        AccessionNumber=f"A{study}" if patient % 2 else "",
        Modality="CT" if (patient + series) % 2 else "MR",
        SeriesDescription=SERIES[(patient + series) % len(SERIES)],
        PatientPosition=("HFS", "FFS")[series % 2],
        Rows=(4, 8)[instance % 2],
        ImageComments=("", "x", "É")[instance % 3],
    )
    if chance.random() < 0.3:
        item = Dataset()
        item.ReferencedSOPInstanceUID = f"1.2.{patient}"
        dataset.ReferencedStudySequence = [item] * chance.randint(0, 2)
    if series == 1:
        item = Dataset()
        item.ScheduledProcedureStepID = f"step {study}"
        dataset.RequestAttributesSequence = [item]
    return dataset


def questions(stored: Stored, chance: random.Random) -> Iterator[Question]:
    """Questions without end: mostly finds, some counts and look-ups, some of them with members of wrong types."""
    while True:
        likelihood = chance.random()
        if likelihood < 0.03:
            text = chance.choice([*chance.choice(stored.identifiers).values(), "generated-1", " GENERATED-2", "x*", ""])
            yield Question("/tools/lookup", text)
            continue
        body = narrowed_body(stored, chance)
        path = "/tools/count-resources" if likelihood < 0.1 else "/tools/find"
        if path == "/tools/find":
            body |= shaped_members(chance)
        if chance.random() < 0.08:
            for name in chance.sample(list(BAD), chance.choice((1, 1, 2))):
                body[name] = chance.choice(BAD[name])
        if chance.random() < 0.01:
            del body[chance.choice(("Level", "Query"))]
        yield Question(path, body)


def narrowed_body(stored: Stored, chance: random.Random) -> dict[str, Any]:
    """The part of a body that says which resources are asked for."""
    query = {}
    for name in chance.sample(list(TEXTS), chance.choice((0, 1, 1, 2, 2, 3))):
        text = chance.choice(TEXTS[name])
        query[name] = chance.choice(stored.identifiers)[name] if text is None else text
    body: dict[str, Any] = {"Level": chance.choice(LEVELS), "Query": query}
    if chance.random() < 0.25:
        body["CaseSensitive"] = chance.choice((True, False))
    if chance.random() < 0.08:
        body["MetadataQuery"] = chosen_texts(METADATA, chance)
    if chance.random() < 0.08:
        body["Labels"] = chance.sample(("Red", "green", "blue", "red"), chance.randint(0, 2))
    if chance.random() < 0.08:
        body["LabelsConstraint"] = chance.choice(("All", "Any", "None"))
    if chance.random() < 0.1:
        level = chance.choice(LEVELS[:3])
        below = stored.resources[chance.choice((level, level, level, "Instance"))]
        body[f"Parent{level}"] = chance.choice((*chance.sample(below, 2), below[0].upper()))
    return body


def shaped_members(chance: random.Random) -> dict[str, Any]:
    """The members that say what of a find is answered, and how."""
    body: dict[str, Any] = {}
    for name, values, likelihood in (
        ("Limit", (0, 1, 2, 3, 7), 0.25),
        ("Since", (0, 1, 2), 0.15),
        ("Expand", (True, False), 0.35),
        ("Short", (True, False), 0.06),
        ("Full", (True, False), 0.06),
    ):
        if chance.random() < likelihood:
            body[name] = chance.choice(values)
    if chance.random() < 0.25:
        body["RequestedTags"] = chance.sample(REQUESTED, chance.randint(1, 3))
    if chance.random() < 0.08:
        body["ResponseContent"] = chance.sample(CONTENTS, chance.randint(0, 3))
    if chance.random() < 0.1:
        orders: Sequence[tuple[str, str]] = chance.sample(ORDERS, chance.randint(1, 2))
        body["OrderBy"] = [
            {"Type": kind, "Key": key, "Direction": chance.choice(("ASC", "DESC", "asc"))} for kind, key in orders
        ]
    return body


def chosen_texts(texts: Mapping[str, tuple[str, ...]], chance: random.Random) -> dict[str, str]:
    return {name: chance.choice(texts[name]) for name in chance.sample(list(texts), chance.choice((1, 1, 2)))}
