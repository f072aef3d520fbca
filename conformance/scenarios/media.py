"""Media: ZIP files with a DICOMDIR."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.scenarios.archives import FIELDS, tree
from conformance.scenarios.scenario import scenario

#: Without it a DICOMDIR has the time at which it was made.
TIME: dict[str, Any] = {"StudyTime": "101112"}


def medium(session: Session, patient: str, **elements: Any) -> None:
    """The extended medium of an instance with these elements."""
    stored = session.upload(session.dataset(patient=patient, **{**TIME, **elements}))
    session.get(f"/series/{stored.text_field('ParentSeries')}/media?extended")


@scenario("A medium holds numbered files, and a DICOMDIR of four levels of records", configuration=LAB)
def of_each_level(session: Session) -> None:
    first = session.upload(session.dataset(SpecificCharacterSet="ISO_IR 100", **TIME))
    session.upload(session.dataset(instance=2, **TIME))
    session.upload(session.dataset(series=2, instance=3, Modality="CT", **TIME))
    session.upload(session.dataset(study=2, instance=4, **TIME))
    for level, field in FIELDS.items():
        session.get(f"/{level}/{first.text_field(field)}/media")
        session.post(f"/{level}/{first.text_field(field)}/media", json={"Extended": True})


@scenario("Media of chosen resources", configuration=LAB)
def chosen(session: Session) -> None:
    first = session.upload(session.dataset(**TIME))
    other = session.upload(session.dataset(patient="other", **TIME))
    for kind in ("media", "media-extended"):
        session.post(f"/tools/create-{kind}", json=[other.id, first.text_field("ParentSeries")])
        session.post(f"/tools/create-{kind}", json={"Resources": [first.id], "Extended": False})
        session.post(f"/tools/create-{kind}", json=[])
        session.get(f"/tools/create-{kind}?resources={first.id}")
        session.get(f"/tools/create-{kind}?resources={first.id}&extended")


@scenario("Media of an unknown resource, and wrong options", configuration=LAB)
def refused(session: Session) -> None:
    ids = tree(session)
    for level in FIELDS:
        session.get(f"/{level}/{session.unknown_id()}/media")
    session.post(f"/studies/{ids['studies']}/media", json={"Extended": "x"})
    session.post(f"/studies/{ids['studies']}/media", json={"Transcode": "nope"})
    session.post("/tools/create-media", json={})
    session.post("/tools/create-media", json=[session.unknown_id()])
    session.get("/tools/create-media")


@scenario("Values of a DICOMDIR: ASCII, some of them absent if they are empty", configuration=LAB)
def values(session: Session) -> None:
    names = (
        "PatientName",
        "StudyDescription",
        "SeriesDescription",
        "Modality",
        "SeriesNumber",
        "StudyID",
        "InstanceNumber",
    )
    medium(session, "absent", **dict.fromkeys(names))
    medium(session, "empty", **dict.fromkeys((*names, "StudyDate", "StudyTime", "AccessionNumber"), ""))
    medium(session, "utf8", SpecificCharacterSet="ISO_IR 192", PatientName="Müller", StudyDescription="Ελ")
    medium(session, "latin", SpecificCharacterSet="ISO_IR 100", PatientName="Müller", StudyDescription="é")
    medium(session, "several", StudyID="a\\b", Modality="CT\\MR", StudyDescription="x\\y", SeriesNumber="1\\2")
    medium(session, "blanks", PatientName="A  ", StudyDescription="  x ", StudyID="   ")
    medium(session, "control", StudyDescription="a\tb\nc", AccessionNumber="a\x07")


@scenario("A study without date and time has those of its series, acquisition or content", configuration=LAB)
def dates(session: Session) -> None:
    kinds = ("Study", "Series", "Acquisition", "Content")
    for without in range(1, 4):
        given: dict[str, Any] = {"StudyDate": None}
        for kind in kinds[without:]:
            given |= {f"{kind}Date": f"200{kinds.index(kind)}0101", f"{kind}Time": f"0{kinds.index(kind)}"}
        stored = session.upload(session.dataset(patient=str(without), **given))
        session.get(f"/series/{stored.text_field('ParentSeries')}/media")
    stored = session.upload(session.dataset(patient="empty", StudyDate=None, ContentDate="", SeriesTime="02"))
    session.get(f"/series/{stored.text_field('ParentSeries')}/media")


@scenario("A file without SOPClassUID can't be on a medium", configuration=LAB)
def without_class(session: Session) -> None:
    session.upload(session.dataset(**TIME))
    stored = session.upload(session.dataset(instance=2, SOPClassUID=None, **TIME))
    session.get(f"/series/{stored.text_field('ParentSeries')}/media")
    session.get(f"/series/{stored.text_field('ParentSeries')}/archive")


@scenario("The DICOMDIR names the transfer syntax of transcoded files", configuration=LAB)
def transcoded(session: Session) -> None:
    series = session.upload(session.dataset(**TIME)).text_field("ParentSeries")
    for syntax in ("1.2.840.10008.1.2", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.5"):
        session.get(f"/series/{series}/media?transcode={syntax}")
