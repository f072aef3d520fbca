"""Archives: ZIP files of folders by patient, study and series; which files, under which names, in which order."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.datasets import grayscale
from conformance.scenarios.scenario import scenario

#: level: the field of an upload's answer that has its resource
FIELDS = {"series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}
NUMBERS = (5, 3, 4)


def tree(session: Session) -> dict[str, str]:
    """Two studies of a patient, one with two series; identifiers by level."""
    first = session.upload(session.dataset(AccessionNumber="A1"))
    session.upload(session.dataset(instance=2))
    session.upload(session.dataset(series=2, instance=3, Modality="CT"))
    session.upload(session.dataset(study=2, instance=4))
    return {level: first.text_field(field) for level, field in FIELDS.items()} | {"instances": first.id}


@scenario("The archive of a patient, study or series holds all of their files in folders", configuration=LAB)
def of_each_level(session: Session) -> None:
    ids = tree(session)
    for level in FIELDS:
        session.get(f"/{level}/{ids[level]}/archive")
        session.post(f"/{level}/{ids[level]}/archive", json={})


@scenario("The archive of an unknown resource, and of one of another level", configuration=LAB)
def unknown(session: Session) -> None:
    ids = tree(session)
    for level in FIELDS:
        session.get(f"/{level}/{session.unknown_id()}/archive")
        session.post(f"/{level}/{session.unknown_id()}/archive", json={})
    session.get(f"/studies/{ids['series']}/archive")
    session.get(f"/series/{ids['instances']}/archive")
    session.get(f"/instances/{ids['instances']}/archive")
    session.put(f"/studies/{ids['studies']}/archive")


def named(session: Session, patient: str, **elements: Any) -> None:
    """The archive of an instance with these elements."""
    stored = session.upload(session.dataset(patient=patient, **elements))
    session.get(f"/series/{stored.text_field('ParentSeries')}/archive")


@scenario("Folders have names of letters, digits and few signs", configuration=LAB)
def signs_in_names(session: Session) -> None:
    named(
        session,
        "a",
        PatientName="A^B^^C=D",
        StudyDescription="x^y_z-w.(1),2;3",
        SeriesDescription="a+b@c#d$e%f&g!h~i`j'k",
    )
    named(session, "b", StudyDescription='q"r|s<t>u{v}w[x]y', SeriesDescription="a:b*c?d/e")
    named(session, "c", PatientName="  A   B  ", StudyDescription="   ", SeriesDescription=" x ")
    named(session, "d", StudyDescription="a\tb", SeriesDescription="a\nb", PatientName="a\x07b\x7fc")
    named(session, "e", PatientName="..", StudyDescription="..", SeriesDescription="../../x")


@scenario("Letters beyond ASCII are left out of names", configuration=LAB)
def accents_in_names(session: Session) -> None:
    latin: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 100",
        "StudyDescription": "Thé à l'été",
        "SeriesDescription": "ñßø",
    }
    named(session, "a", PatientName="Müller^Jörg", **latin)
    utf8: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "StudyDescription": "Ελ Привет",
        "SeriesDescription": "naïve …",
    }
    named(session, "b", PatientName="Yamada^Tarou=山田^太郎", **utf8)


@scenario("Absent and empty values in names", configuration=LAB)
def without_values(session: Session) -> None:
    absent: dict[str, Any] = dict.fromkeys(
        ("PatientName", "StudyDescription", "SeriesDescription", "Modality", "SeriesNumber")
    )
    named(session, "a", **absent)
    named(session, "b", **dict.fromkeys(absent, ""))
    named(session, "c", PatientName=None, SeriesDescription=None, AccessionNumber="A")


@scenario("A file's name begins with two letters of the modality", configuration=LAB)
def modalities(session: Session) -> None:
    for modality in ("ABCDEFGH", "X", "SEG"):
        named(session, modality, Modality=modality)


@scenario("Folders of one name are told apart by a number", configuration=LAB)
def same_names(session: Session) -> None:
    for study in (1, 2, 3):
        for series, description in ((1, "same"), (2, "same"), (3, "same-2")):
            stored = session.upload(
                session.dataset(study=study, series=series, StudyDescription="study", SeriesDescription=description)
            )
    session.get(f"/patients/{stored.text_field('ParentPatient')}/archive")


def numbered(session: Session, patient: str, *numbers: str | None) -> None:
    """The archive of a series whose instances have these InstanceNumbers."""
    for index, number in enumerate(numbers):
        stored = session.upload(session.dataset(patient=patient, instance=index, InstanceNumber=number))
    session.get(f"/series/{stored.text_field('ParentSeries')}/archive")


@scenario("Files stand in the order of arrival, or in that of InstanceNumber, which may name them", configuration=LAB)
def numbers(session: Session) -> None:
    numbered(session, "a", "5", "3", "4")
    numbered(session, "b", "2", "1", "1", "2")
    numbered(session, "c", None, None, None)
    numbered(session, "d", "5", None)
    numbered(session, "e", "-1", "0", "7")
    numbered(session, "f", "-1", "+3", "003")
    numbered(session, "g", "1000000", "12345678", "7")
    numbered(session, "h", "2147483648", "99999999999", "5")
    numbered(session, "i", "4294967301", "5")
    numbered(session, "j", "4294967295", "7", "4294967290")


@scenario("/tools/create-archive takes resources of any level", configuration=LAB)
def chosen(session: Session) -> None:
    ids = tree(session)
    other = session.upload(session.dataset(patient="other"))
    session.post("/tools/create-archive", json=[other.id, ids["series"]])
    session.post("/tools/create-archive", json={"Resources": [ids["series"], ids["studies"], ids["instances"]]})
    session.post("/tools/create-archive", json=[ids["instances"], ids["instances"]])
    session.post("/tools/create-archive", json=[])
    session.get(f"/tools/create-archive?resources={other.id},{ids['series']},")
    session.get("/tools/create-archive?resources=")
    session.get("/tools/create-archive")
    session.get(f"/tools/create-archive?resources={session.unknown_id()}")


@scenario("Instances that are named one by one stand in that order", configuration=LAB)
def one_by_one(session: Session) -> None:
    stored = [session.upload(session.dataset(instance=number)) for number in NUMBERS]
    ids = [one.id for one in stored]
    series = stored[0].text_field("ParentSeries")
    for resources in (ids[:2], ids[::-1], [ids[2], series], [series, ids[2]]):
        session.post("/tools/create-archive", json=resources)


@scenario("Bodies of /tools/create-archive that are wrong", configuration=LAB)
def wrong_bodies(session: Session) -> None:
    known = session.upload(session.dataset()).id
    bodies: tuple[Any, ...] = (
        {},
        {"Resources": "x"},
        {"Resources": [1]},
        {"Resources": {}},
        [1],
        [[]],
        "x",
        5,
        None,
        True,
    )
    for body in bodies:
        session.post("/tools/create-archive", json=body)
    for resources in ([session.unknown_id()], [known, session.unknown_id()]):
        session.post("/tools/create-archive", json={"Resources": resources})
    session.post("/tools/create-archive", data="{x")
    session.post("/tools/create-archive", data="")
    session.delete("/tools/create-archive")


@scenario("Options of an archive of the wrong type", configuration=LAB)
def wrong_options(session: Session) -> None:
    series = session.upload(session.dataset()).text_field("ParentSeries")
    wrong: dict[str, Any] = {
        "Asynchronous": "x",
        "Synchronous": 1,
        "Priority": "x",
        "Transcode": 5,
        "Extended": "x",
        "Filename": 5,
        "Utf8": "x",
        "LossyQuality": "x",
        "UserData": 5,
        "Resources": ["nope"],
    }
    for name, value in wrong.items():
        session.post(f"/series/{series}/archive", json={name: value})
    bodies: tuple[Any, ...] = ([], "x", 5, None)
    for body in bodies:
        session.post(f"/series/{series}/archive", json=body)
    session.post(f"/series/{series}/archive", data="{x")


@scenario("What the client is to call an archive", configuration=LAB)
def file_names(session: Session) -> None:
    stored = session.upload(session.dataset())
    series = stored.text_field("ParentSeries")
    for name in ("x.zip", "", "a%22b.zip", "a/b.zip", "%C3%A9.zip"):
        session.get(f"/series/{series}/archive?filename={name}")
    for name in ("a.zip", "", 'a"b\x07c\té.zip'):
        session.post(f"/series/{series}/archive", json={"Filename": name})
    session.get(f"/tools/create-archive?resources={stored.id}&filename=q.zip")


@scenario("Utf8 keeps the letters of names", configuration=LAB)
def utf8(session: Session) -> None:
    stored = session.upload(
        session.dataset(
            SpecificCharacterSet="ISO_IR 192",
            PatientName="Müller^Jörg",
            StudyDescription="a\tb\x07c/dé…",
            SeriesDescription="山田<太郎>",
        )
    )
    for utf8 in (True, False):
        session.post(f"/series/{stored.text_field('ParentSeries')}/archive", json={"Utf8": utf8})
        session.post("/tools/create-archive", json={"Resources": [stored.id], "Utf8": utf8})
    session.get(f"/series/{stored.text_field('ParentSeries')}/archive?utf8=true")


PIXELS = grayscale(2, 2)


@scenario("Transcode writes files in another transfer syntax, if the release can", configuration=LAB)
def transcoded(session: Session) -> None:
    made = session.dataset((0x0011, 0x01, "LO", "label"), **PIXELS)
    made.add_new("PixelData", "OB", b"\1\2\3\4")
    series = session.upload(made).text_field("ParentSeries")
    syntaxes = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.5", "nope", "")
    for syntax in (*syntaxes, "1.2.840.10008.1.2.4.90"):
        session.get(f"/series/{series}/archive?transcode={syntax}")
    session.post(f"/series/{series}/archive", json={"Transcode": "1.2.840.10008.1.2"})
    session.post(f"/series/{series}/archive", json={"Transcode": "nope"})
    session.post("/tools/create-archive", json={"Resources": [series], "Transcode": ""})
    for quality in ("abc", "50", "500"):
        session.get(f"/series/{series}/archive?transcode=1.2.840.10008.1.2&lossy-quality={quality}")
    session.get(f"/series/{series}/archive?lossy-quality=abc")


@scenario("A patient who is called otherwise in another study: of whom the folder has its name", configuration=LAB)
def names_of_a_patient(session: Session) -> None:
    first = session.upload(session.dataset(PatientName="First"))
    second = session.upload(session.dataset(study=2, PatientName="Second"))
    nameless = session.upload(session.dataset(study=3, PatientName=""))
    for stored in (first, second, nameless):
        for level in ("series", "studies"):
            session.get(f"/{level}/{stored.text_field(FIELDS[level])}/archive")
            session.post(f"/{level}/{stored.text_field(FIELDS[level])}/archive", json={})
    session.get(f"/patients/{first.text_field('ParentPatient')}/archive")
    session.post("/tools/create-archive", json=[second.text_field("ParentStudy")])
