"""The default encoding in create-dicom, ISO 2022 escapes, names in archives, and how they are sent."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Request
from conformance.asking.session import Session, body_bytes
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

ENCODINGS = (
    "Ascii",
    "Utf8",
    "Latin1",
    "Latin2",
    "Latin3",
    "Latin4",
    "Latin5",
    "Cyrillic",
    "Arabic",
    "Greek",
    "Hebrew",
    "Thai",
    "Japanese",
    "Chinese",
    "JapaneseKanji",
    "Korean",
    "SimplifiedChinese",
)
NAMES = ("Zürich", "山田", "김희", "Люкce", "Διον", "ไทย", "ŁĀ½€", "王小东", "ｱﾏ", "שלום", "x")


def create(session: Session, tags: dict[str, str], **more: str) -> None:
    made = session.post("/tools/create-dicom", json={"Tags": tags, **more})
    if made.status == 200:
        session.get(f"/instances/{made.id}/file")
        session.get(f"/instances/{made.id}/simplified-tags")


def add(encoding: str) -> None:
    def function(session: Session) -> None:
        for number, name in enumerate(NAMES):
            create(session, {"PatientID": session.patient_id(str(number)), "PatientName": name})
        create(
            session,
            {"PatientID": session.patient_id("given"), "PatientName": "Zürich山", "SpecificCharacterSet": "ISO_IR 100"},
        )
        create(
            session, {"PatientID": session.patient_id("empty"), "PatientName": "Zürich山", "SpecificCharacterSet": ""}
        )
        for number, declared in enumerate(([], [("0008,0005", "CS", "ISO_IR 144")]), 1):
            stored = session.upload(
                raw_file(session, *declared, study=number, series=number, instance=number, patient=f"parent{number}")
            )
            create(session, {"SeriesDescription": "Zürich Люкce 山"}, Parent=stored.text_field("ParentStudy"))

    function.__name__ = f"created_in_{encoding.lower()}"
    function.__module__ = __name__
    scenario(f"create-dicom with DefaultEncoding {encoding}", configuration={**LAB, "DefaultEncoding": encoding})(
        function
    )


for one in ENCODINGS:
    add(one)

ESCAPES = (
    ("\\ISO 2022 IR 87", b"\x1b$(D0!\x1b(B"),
    ("\\ISO 2022 IR 87", b"\x1b(I1O\x1b(B"),
    ("\\ISO 2022 IR 87", b"\x1b$(C0!\x1b(B"),
    ("\\ISO 2022 IR 87", b"\x1b.A\x1bNix"),
    ("\\ISO 2022 IR 87", b"a\x1b(J\\~\x1b(B"),
    ("\\ISO 2022 IR 87", b"\x1b.F\x1bNA"),
    ("\\ISO 2022 IR 87", b"\x1b$(D\x22\x37\x1b(B\x1b$B;3\x1b(B"),
    ("\\ISO 2022 IR 87", b"\x1b$@;3\x1b(B"),
    ("\\ISO 2022 IR 87", b"\x1b$A0!\x1b(B"),
    ("\\ISO 2022 IR 87", b"a\x1bZb "),
    ("\\ISO 2022 IR 159", b"\x1b$(D0!\x1b(B"),
    ("\\ISO 2022 IR 149", b"\x1b$)C\xb1\xe8"),
    ("\\ISO 2022 IR 58", b"\x1b$)A\xcd\xf5"),
    ("ISO 2022 IR 13\\ISO 2022 IR 87", b"\xd4\xcf=\x1b$B;3\x1b(J"),
    ("\\ISO 2022 IR 144", b"\x1b-L\xbb"),
)


@scenario("Escapes of ISO 2022 are decoded, or shown as what follows them", configuration=LAB)
def escapes(session: Session) -> None:
    for number, (term, text) in enumerate(ESCAPES, 1):
        value = text + b" " * (len(text) % 2)
        stored = session.upload(
            raw_file(
                session,
                ("0008,0005", "CS", term),
                ("0010,0010", "PN", value),
                study=number,
                series=number,
                instance=number,
                patient=str(number),
            )
        )
        session.get(f"/instances/{stored.id}/simplified-tags")
        session.get(f"/patients/{stored.text_field('ParentPatient')}")


FOLDERS = ("^", "^^^", "-", "/", "%", "  ", "a^b", "^a", "a/", "$", "\xe9", "a  b", "a-b", "a\\b", "?", "*", "..", "_")
#: name: the tags that get the text
PLACES = {
    "description": ("0008,1030 LO",),
    "accession": ("0008,0050 SH",),
    "both": ("0008,0050 SH", "0008,1030 LO"),
    "series": ("0008,103e LO",),
    "modality": ("0008,0060 CS",),
    "name": ("0010,0010 PN",),
}


def add_folders(place: str, tags: tuple[str, ...]) -> None:
    def function(session: Session) -> None:
        for number, text in enumerate(FOLDERS, 1):
            elements: list[RawElement] = [(tag.split()[0], tag.split()[1], text) for tag in tags]
            stored = session.upload(
                raw_file(session, *elements, study=number, series=number, instance=number, patient=f"{number}")
            )
            session.get(f"/patients/{stored.text_field('ParentPatient')}/archive")
            session.get(f"/series/{stored.text_field('ParentSeries')}/archive")

    function.__name__ = f"folders_by_{place}"
    function.__module__ = __name__
    scenario(f"Names of folders and files where the {place} is cleaned away", configuration=LAB)(function)


for place_name, place_tags in PLACES.items():
    add_folders(place_name, place_tags)


@scenario("Archives are sent as they are made from 1.10 on: no Content-Encoding", configuration=LAB)
def accepted_encodings(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0010,4000", "LT", "z" * 5000)))
    accept = {"Accept-Encoding": "gzip, deflate"}
    for path in (
        f"/studies/{stored.text_field('ParentStudy')}/archive",
        f"/studies/{stored.text_field('ParentStudy')}/media",
        f"/instances/{stored.id}/tags",
    ):
        answer = session.client.send(Request("GET", path, headers=accept))
        session.observe(f"Content-Encoding of {path.split('/')[-1]}", answer.headers.get("content-encoding", "none"))
    for path in ("/tools/create-archive", "/tools/create-media"):
        answer = session.client.send(Request("POST", path, body_bytes([stored.id], None), accept))
        session.observe(f"Content-Encoding of {path.split('/')[-1]}", answer.headers.get("content-encoding", "none"))


PATIENTS = (
    [("0010,0010", "PN", ""), ("0010,0030", "DA", "2020")],
    [("0010,0010", "PN", "A "), ("0010,0030", "DA", "")],
    [("0010,0010", "PN", "A ")],
    [("0010,0040", "CS", "")],
    [("0010,0010", "PN", ""), ("0010,0030", "DA", ""), ("0010,0040", "CS", "")],
)
REPLACED: tuple[dict[str, str], ...] = (
    {},
    {"PatientName": "A"},
    {"PatientName": ""},
    {"PatientName": "A", "PatientBirthDate": ""},
    {"PatientSex": ""},
    {"PatientBirthDate": "2020"},
)


@scenario("A study moved into a patient with empty main tags (1.13: they need not be given)", configuration=LAB)
def moved_into_empty_tags(session: Session) -> None:
    number = 0
    for elements in PATIENTS:
        for replaced in REPLACED:
            number += 1
            session.upload(
                raw_file(session, *elements, patient=f"to{number}", study=number, series=number, instance=number)
            )
            stored = session.upload(
                raw_file(
                    session,
                    ("0010,0010", "PN", "Z "),
                    patient=f"from{number}",
                    study=number + 100,
                    series=number + 100,
                    instance=number + 100,
                )
            )
            session.modify(
                "studies",
                stored.text_field("ParentStudy"),
                Replace={"PatientID": session.patient_id(f"to{number}"), **replaced},
                KeepSource=True,
                Force=True,
            )


@scenario("Patient tags that are no texts, in a study of a patient with others", configuration=LAB)
def patient_tags_that_are_no_texts(session: Session) -> None:
    values: tuple[Any, ...] = ([], {}, 5, True, None, ["x"], "x")
    for number, value in enumerate(values, 1):
        for study in (number, number + 100):
            stored = session.upload(
                raw_file(
                    session, ("0010,0010", "PN", "5"), patient=str(number), study=study, series=study, instance=study
                )
            )
        session.modify("studies", stored.text_field("ParentStudy"), Replace={"PatientName": value})
        session.modify(
            "studies",
            stored.text_field("ParentStudy"),
            Replace={"PatientID": value if value != "x" else session.patient_id(str(number))},
            Force=True,
            KeepSource=True,
        )


@scenario("A new SpecificCharacterSet is written in Latin-1, whatever it says or was", configuration=LAB)
def new_character_sets(session: Session) -> None:
    for number, former in enumerate(("ISO_IR 192", "NONSENSE", "ISO 2022 IR 87", "ISO_IR 6", None), 1):
        elements: list[RawElement] = [] if former is None else [("0008,0005", "CS", former)]
        stored = session.upload(raw_file(session, *elements, instance=number))
        for new in ("Z\u00fcrich", "\u03a9\u00fc", "ISO_IR 192"):
            session.modify(
                "instances",
                stored.id,
                Replace={"SpecificCharacterSet": new, "StudyDescription": "\u00fc"},
                Keep=["SOPInstanceUID"],
                Force=True,
            )


@scenario("Decimal strings with commas, as DICOM JSON and XML", configuration=LAB)
def decimal_commas(session: Session) -> None:
    for number, value in enumerate((b"1,5", b"+01,50e2", b"1,", b",5", b"1,5\\x\\2,5", b"1,000.5", b"1,2,3"), 1):
        stored = session.upload(raw_file(session, ("0018,1310", "DS", value), instance=number))
        for kind in ("json", "xml"):
            session.get(f"/instances/{stored.id}/file", headers={"Accept": f"application/dicom+{kind}"})


@scenario("Behind yen and overline, ISO 2022 IR 87 stays in JIS X 0201 Roman as long as it can", configuration=LAB)
def roman_letters(session: Session) -> None:
    stored = session.upload(
        raw_file(session, ("0008,0005", "CS", "ISO 2022 IR 87"), ("0008,0090", "PN", b"\x1b(J\\~\x1b(B "))
    )
    for text in ("\u00a5a", "a\u00a5 b", "\u00a5a\u00a5", "\u203e~\u00a5\\", "\u5c71\u00a5a\u5c71 ", "\u00a51\r\n2"):
        session.modify("instances", stored.id, Replace={"PatientComments": text}, Keep=["SOPInstanceUID"], Force=True)
    created = session.post("/tools/create-dicom", json={"Tags": {}, "Parent": stored.text_field("ParentStudy")})
    session.get(f"/instances/{created.id}/file")
