"""Patients, studies, series and instances: their identifiers, lists, children, parents, and their deletion."""

from __future__ import annotations

from typing import Any

from pydicom.dataset import Dataset

from conformance.asking.configurations import LAB, NOT_OVERWRITING, OVERWRITING
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.scenarios.scenario import scenario

LEVELS = ("patients", "studies", "series", "instances")
#: level: the field of an upload's answer that has its resource
FIELDS = {"instances": "ID", "series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}


def two_series(session: Session) -> Answer:
    session.upload_series(2, series=1)
    return session.upload(session.dataset(series=2, instance=3))


@scenario("The identifiers are the SHA-1 of the DICOM identifiers", configuration=LAB)
def identifiers(session: Session) -> None:
    dataset = session.dataset()
    stored = session.upload(dataset)
    shown = [stored.text_field(field) for field in ("ParentPatient", "ParentStudy", "ParentSeries", "ID")]
    session.observe("the identifiers are SHA-1", shown == datasets.orthanc_ids(dataset))


@scenario("Spaces around the identifiers do not count", configuration=LAB)
def identifiers_with_spaces(session: Session) -> None:
    session.upload(session.dataset(PatientID=f"{session.patient_id()}  "))
    session.upload(session.dataset(PatientID=f"{session.patient_id()} ", instance=2))


@scenario("Each level's resource", configuration=LAB)
def resources(session: Session) -> None:
    stored = two_series(session)
    for level in LEVELS:
        session.get(f"/{level}/{stored.text_field(FIELDS[level])}")


@scenario("The main DICOM tags of each level", configuration=LAB)
def main_tags(session: Session) -> None:
    many: dict[str, Any] = {
        "PatientBirthDate": "19700101",
        "PatientSex": "O",
        "OtherPatientIDs": "other",
        "StudyTime": "120000",
        "AccessionNumber": "A1",
        "InstitutionName": "Institution",
        "ReferringPhysicianName": "Referring^One",
        "RequestingPhysician": "Requesting^One",
        "RequestedProcedureDescription": "procedure",
        "SeriesDate": "20200103",
        "SeriesTime": "130000",
        "Manufacturer": "Maker",
        "StationName": "station",
        "BodyPartExamined": "HEAD",
        "SequenceName": "sequence",
        "ProtocolName": "protocol",
        "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
        "OperatorsName": "Operator^One",
        "PerformedProcedureStepDescription": "step",
        "InstanceCreationDate": "20200104",
        "InstanceCreationTime": "140000",
        "AcquisitionNumber": "5",
        "ImagePositionPatient": ["1.0", "2.0", "3.0"],
        "NumberOfFrames": "1",
        "TemporalPositionIdentifier": "1",
        "ImageComments": "comment",
        "ContrastBolusAgent": "agent",
    }
    stored = session.upload(session.dataset(**many))
    for level in LEVELS:
        session.get(f"/{level}/{stored.text_field(FIELDS[level])}")


@scenario("An empty main tag, and one that the file lacks", configuration=LAB)
def empty_main_tags(session: Session) -> None:
    made = session.dataset(
        PatientName="", StudyDescription=None, InstanceNumber=None, Modality=None, AccessionNumber=""
    )
    stored = session.upload(made)
    for level in LEVELS:
        session.get(f"/{level}/{stored.text_field(FIELDS[level])}")


@scenario("The main tags are those of the first instance", configuration=LAB)
def first_instance_counts(session: Session) -> None:
    session.upload(session.dataset(PatientName="First^Name"))
    stored = session.upload(session.dataset(PatientName="Second^Name", StudyDescription="second", instance=2))
    session.get(f"/patients/{stored.text_field('ParentPatient')}")
    session.get(f"/studies/{stored.text_field('ParentStudy')}")


@scenario("Children of each level, as lists of resources", configuration=LAB)
def children(session: Session) -> None:
    stored = two_series(session)
    for index, level in enumerate(LEVELS):
        for child in LEVELS[index + 1 :]:
            session.get(f"/{level}/{stored.text_field(FIELDS[level])}/{child}")


@scenario("Children with ?expand=false or ?expand", configuration=LAB)
def children_expand(session: Session) -> None:
    stored = two_series(session)
    session.get(f"/studies/{stored.text_field('ParentStudy')}/series?expand")
    session.get(f"/studies/{stored.text_field('ParentStudy')}/series?expand=false")


@scenario("Parents of each level", configuration=LAB)
def parents(session: Session) -> None:
    stored = two_series(session)
    for level, parent_names in (
        ("studies", ("patient",)),
        ("series", ("patient", "study")),
        ("instances", ("patient", "study", "series")),
    ):
        for parent in parent_names:
            session.get(f"/{level}/{stored.text_field(FIELDS[level])}/{parent}")


@scenario("Lists of all resources", configuration=LAB, needs_empty_server=True)
def lists(session: Session) -> None:
    two_series(session)
    for level in LEVELS:
        session.get(f"/{level}")
        session.get(f"/{level}?expand")


@scenario("A list in pages: since and limit belong together", configuration=LAB, needs_empty_server=True)
def pages(session: Session) -> None:
    session.upload_series(4)
    for query in ("since=0&limit=2", "since=2&limit=2", "since=9&limit=2", "since=1&limit=1&expand", "limit=0&since=1"):
        session.get(f"/instances?{query}")
    for query in ("since=1", "limit=1", "since=a&limit=1", "since=-1&limit=1", "since=&limit="):
        session.get(f"/instances?{query}")


@scenario("The same upload again is AlreadyStored", configuration=NOT_OVERWRITING)
def already_stored(session: Session) -> None:
    dataset = session.dataset((0x0011, 0x01, "LO", "first"))
    stored = session.upload(dataset)
    session.upload(dataset)
    session.upload(session.dataset((0x0011, 0x01, "LO", "second")))
    session.get(f"/instances/{stored.id}/tags")


@scenario("... with OverwriteInstances it replaces the instance", configuration=OVERWRITING)
def overwritten(session: Session) -> None:
    stored = session.upload(session.dataset((0x0011, 0x01, "LO", "first")))
    session.upload(session.dataset((0x0011, 0x01, "LO", "second")))
    session.get(f"/instances/{stored.id}/tags")


@scenario("Deletion tells the nearest ancestor that remains", configuration=LAB)
def delete(session: Session) -> None:
    stored = two_series(session)
    session.upload(session.dataset(study=2, instance=4))
    session.delete(f"/instances/{stored.id}")
    session.get(f"/series/{stored.text_field('ParentSeries')}")
    session.get(f"/studies/{stored.text_field('ParentStudy')}")
    session.delete(f"/studies/{stored.text_field('ParentStudy')}")
    session.delete(f"/patients/{stored.text_field('ParentPatient')}")
    session.delete(f"/patients/{stored.text_field('ParentPatient')}")


@scenario("Deletion of a series leaves the others", configuration=LAB)
def delete_series(session: Session) -> None:
    stored = two_series(session)
    session.delete(f"/series/{stored.text_field('ParentSeries')}")
    session.get(f"/studies/{stored.text_field('ParentStudy')}")
    session.get(f"/patients/{stored.text_field('ParentPatient')}/instances")


@scenario("Deletion of the last instance deletes its parents", configuration=LAB)
def delete_last(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.delete(f"/instances/{stored.id}")
    for level in LEVELS:
        session.get(f"/{level}/{stored.text_field(FIELDS[level])}")


@scenario("/tools/lookup finds resources by a DICOM identifier", configuration=LAB)
def lookup(session: Session) -> None:
    session.upload(session.dataset())
    identifiers = (
        session.patient_id(),
        session.patient_id().lower(),
        session.uid("study", "", "1"),
        session.uid("series", "", "1", "1"),
        session.uid("instance", "", "1", "1", "1"),
        "no such identifier",
        "",
    )
    for identifier in identifiers:
        session.post("/tools/lookup", data=identifier)


@scenario("Statistics of the whole server", configuration=LAB, needs_empty_server=True)
def server_statistics(session: Session) -> None:
    session.get("/statistics")
    two_series(session)
    session.get("/statistics")


@scenario("What /system says of the release", configuration=NOT_OVERWRITING)
def system(session: Session) -> None:
    session.get("/system")


@scenario("A series knows how many instances it expects, and its status", configuration=LAB)
def series_status(session: Session) -> None:
    stored = session.upload(session.dataset(ImagesInAcquisition="2", NumberOfTemporalPositions="1"))
    session.get(f"/series/{stored.text_field('ParentSeries')}")
    session.upload(session.dataset(ImagesInAcquisition="2", NumberOfTemporalPositions="1", instance=2))
    session.get(f"/series/{stored.text_field('ParentSeries')}")


@scenario("/tools/lookup and a space at the end", configuration=LAB)
def lookup_with_space(session: Session) -> None:
    session.upload(session.dataset())
    for identifier in (session.patient_id(), session.uid("study", "", "1")):
        session.post("/tools/lookup", data=f"{identifier} ")
        session.post("/tools/lookup", data=f" {identifier}")


@scenario("The requested attributes sequence among the main DICOM tags of a series", configuration=LAB)
def request_attributes(session: Session) -> None:
    item = Dataset()
    item.ScheduledProcedureStepID = "step"
    item.ScheduledProcedureStepDescription = "description"
    stored = session.upload(session.dataset(RequestAttributesSequence=[item]))
    session.get(f"/series/{stored.text_field('ParentSeries')}")
