"""C-FIND: what is found, what is answered, and which keys are ignored."""

from __future__ import annotations

from typing import Any

from pydicom.dataset import Dataset

from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

QUERIES = {"DicomServerEnabled": True, "DicomAlwaysAllowFind": True}
LABELLED = {**QUERIES, "Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}}

IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"


def label(text: str) -> tuple[int, int, str, str]:
    return (0x0011, 0x01, "LO", text)


def stored(session: Session) -> None:
    """Two studies, of one series each, in the second with two instances."""
    session.upload(session.dataset(label("one"), AccessionNumber="A1", PatientComments="some words"))
    for number in (1, 2):
        study = session.dataset(label("two"), study=2, instance=number, Modality="MR", AccessionNumber="A2")
        study.StudyDate = "20210304"
        session.upload(study)


def keys(session: Session, level: str | None = "STUDY", **elements: Any) -> Dataset:
    """An identifier that finds what the scenario has stored alone."""
    found = Dataset()
    if level is not None:
        found.QueryRetrieveLevel = level
    found.PatientID = session.patient_id()
    for keyword, value in elements.items():
        setattr(found, keyword, value)
    return found


def labelled(session: Session, text: str, vr: str = "LO", *, creator: bool = True, level: str = "STUDY") -> Dataset:
    found = keys(session, level, StudyInstanceUID="")
    if creator:
        found.add_new(0x00110010, "LO", "MYLAB")
    found.add_new(0x00111001, vr, text.encode().ljust(len(text) + len(text) % 2, b"\0") if vr == "UN" else text)
    return found


@scenario("Keys at each level", configuration=QUERIES)
def levels(session: Session) -> None:
    stored(session)
    for level in ("PATIENT", "STUDY", "SERIES", "IMAGE", "INSTANCE", "study", "NOPE", ""):
        session.dicom_find(level, keys(session, level))
    session.dicom_find("no level", keys(session, None))


@scenario("What an answer holds", configuration=QUERIES)
def answers(session: Session) -> None:
    stored(session)
    for level in ("PATIENT", "STUDY", "SERIES"):
        asked = keys(session, level)
        for keyword in (
            "StudyInstanceUID",
            "ModalitiesInStudy",
            "NumberOfPatientRelatedStudies",
            "NumberOfStudyRelatedInstances",
            "NumberOfSeriesRelatedInstances",
            "PatientComments",
            "InstanceAvailability",
            "RetrieveAETitle",
            "PatientAge",
        ):
            setattr(asked, keyword, "")
        session.dicom_find(level, asked)


@scenario("How values are compared", configuration=QUERIES)
def matching(session: Session) -> None:
    stored(session)
    for constraint in (
        {"PatientName": "conformance*"},
        {"PatientName": "CONFORMANCE^SUITE"},
        {"PatientName": "nobody"},
        {"AccessionNumber": "a1"},
        {"AccessionNumber": "A?"},
        {"AccessionNumber": ["A1", "A2"]},
        {"StudyDate": "20200101-20201231"},
        {"StudyDate": "20210101-"},
        {"StudyDate": "-20200102"},
        {"StudyDate": "-"},
        {"ModalitiesInStudy": "MR"},
        {"ModalitiesInStudy": ["MR", "OT"]},
        {"ModalitiesInStudy": "M*"},
        {"NumberOfStudyRelatedInstances": "2"},
        {"PatientComments": "some words"},
        {"PatientComments": "SOME*"},
        {"Modality": "MR"},
        {"SOPClassesInStudy": "1.2.840.10008.5.1.4.1.1.7"},
        {"TimezoneOffsetFromUTC": "+0100"},
    ):
        session.dicom_find(str(constraint), keys(session, **constraint))


@scenario("Wildcards where none may be", configuration=QUERIES)
def wildcards(session: Session) -> None:
    stored(session)
    for tag, vr, text in ((0x00080020, "DA", "2020*"), (0x0020000D, "UI", "1.2*"), (0x00080030, "TM", "10*")):
        asked = keys(session)
        asked.add_new(tag, vr, text)
        session.dicom_find(f"{tag:08x} {text}", asked)


def private_keys(session: Session) -> None:
    """A private key with and without its creator, as LO and as UN, in explicit and in implicit VR."""
    stored(session)
    for text in ("one", "nothing", ""):
        for syntax in (EXPLICIT, IMPLICIT):
            for vr in ("LO", "UN"):
                name = f"{text!r} as {vr} in {syntax}"
                session.dicom_find(name, labelled(session, text, vr), syntaxes=(syntax,))
        session.dicom_find(f"{text!r} without creator", labelled(session, text, creator=False))
        session.dicom_find(f"{text!r} at IMAGE level", labelled(session, text, level="IMAGE"))
    session.dicom_find("a wildcard", labelled(session, "n*"))


@scenario(
    "Private keys without an entry in Dictionary: as UN, or in implicit VR, they are ignored", configuration=QUERIES
)
def unregistered_keys(session: Session) -> None:
    private_keys(session)


@scenario("Private keys with an entry in Dictionary filter", configuration=LABELLED)
def registered_keys(session: Session) -> None:
    private_keys(session)


@scenario("A key that is a sequence", configuration=QUERIES)
def sequences(session: Session) -> None:
    code = Dataset()
    code.CodeValue = "X"
    session.upload(session.dataset(ProcedureCodeSequence=[code]))
    for items in ([], [Dataset()], [code]):
        session.dicom_find(
            f"{len(items)} items, {sum(map(len, items))} keys", keys(session, ProcedureCodeSequence=items)
        )


@scenario("Without permission the association is aborted", configuration={"DicomServerEnabled": True})
def not_allowed(session: Session) -> None:
    session.dicom_find("by nobody known", keys(session))


@scenario(
    "LimitFindResults",
    configuration={**QUERIES, "LimitFindResults": 1, "LimitFindInstances": 1},
    needs_empty_server=True,
)
def limits(session: Session) -> None:
    stored(session)
    for level in ("PATIENT", "STUDY", "SERIES", "IMAGE"):
        found = session.network.find(keys(session, level))
        session.observe(f"C-FIND: {level}", {"Answers": len(found["Answers"]), "Status": found["Status"]})
