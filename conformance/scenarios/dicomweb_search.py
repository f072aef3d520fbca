"""QIDO-RS: what a search finds, tells and passes over; above all private tags."""

from __future__ import annotations

from conformance.asking.configurations import INDEXED_FULL, WEB
from conformance.asking.dicom_web import web
from conformance.asking.session import Session
from conformance.files.raw import raw_file
from conformance.scenarios.scenario import scenario

LABEL = (0x0011, 0x01, "LO", "mine")
#: So that a search on a server in use finds nothing else.
MINE = "PatientID=ORTHANC-EMULATOR-DICOMWEB-SEARCH*"


def stored_studies(session: Session) -> None:
    """Two studies of a patient, the first with two series."""
    session.upload(session.dataset(LABEL, PatientBirthDate="19700102", AccessionNumber="", StudyTime="101112"))
    session.upload(session.dataset(LABEL, instance=2, Modality="CT", BodyPartExamined="HEAD", series=2))
    session.upload(session.dataset(LABEL, study=2, StudyDate="20210304", StudyDescription="Two\\Three"))


@scenario("A private tag filters nothing, whatever its spelling: all is found", configuration=WEB)
def private_filters(session: Session) -> None:
    stored_studies(session)
    mine = f"PatientID={session.patient_id()}"
    for name in ("MyLabel", "00111001", "0011,1001", "0011-1001", "0011,0010", "00110010", "(0011,1001)", "MyFull"):
        web(session, f"/instances?{mine}&{name}=nothing")
    for level in ("studies", "series"):
        web(session, f"/{level}?{mine}&00111001=nothing&limit=1")


@scenario("A private tag filters nothing though it is a main DICOM tag", configuration={**INDEXED_FULL, **WEB})
def private_main_tag(session: Session) -> None:
    stored_studies(session)
    session.upload(session.dataset((0x0011, 0x03, "LO", "found"), instance=9))
    for argument in ("MyFull=found", "00111003=nothing", "includefield=MyFull", "includefield=00111003"):
        web(session, f"/instances?PatientID={session.patient_id()}&{argument}")


@scenario("includefield brings no private tag and no creator", configuration=WEB)
def private_fields(session: Session) -> None:
    stored_studies(session)
    mine = f"PatientID={session.patient_id()}"
    for field in ("MyLabel", "00111001", "0011-1001", "00110010", "all", "ALL", "", "PixelData", "NoSuchTag"):
        web(session, f"/instances?{mine}&includefield={field}")
    web(session, f"/studies?{mine}&includefield=00111001,StudyDescription&includefield=BodyPartExamined")


@scenario("What is told of studies, series and instances, flat and nested", configuration=WEB)
def levels(session: Session) -> None:
    stored_studies(session)
    mine = f"PatientID={session.patient_id()}"
    study, series = session.uid("study", "", "1"), session.uid("series", "", "1", "1")
    for path in (f"/studies?{mine}", f"/series?{mine}", f"/instances?{mine}", f"/studies/?{mine}"):
        web(session, path)
    for below in ("series", "instances", f"series/{series}/instances", "series/9.9/instances"):
        web(session, f"/studies/{study}/{below}")
    for path in (f"/series?StudyInstanceUID={study}", f"/instances?StudyInstanceUID={study}"):
        web(session, path)
    for path in (f"/instances?SeriesInstanceUID={series}", f"/instances?0020000D={study}&0020000e={series}"):
        web(session, path)
    for path in ("/patients", f"/series/{series}/instances", "", "/", "/capabilities"):
        web(session, path)


@scenario("How a value is compared: case, wildcards, ranges, lists, absent tags", configuration=WEB)
def values(session: Session) -> None:
    stored_studies(session)
    mine = f"PatientID={session.patient_id()}"
    for filters in (
        "PatientName=conformance^suite",
        "PatientName=Conf*",
        "PatientName=Conf?rmance^Suite",
        "StudyDate=20200101-20201231",
        "StudyDate=-20201231",
        "StudyDate=*",
        "StudyDate=2020",
        "StudyInstanceUID=1.2*",
        "ModalitiesInStudy=CT",
        "Modality=CT",
        "Modality=CT,OT",
        "Modality=CT%5COT",
        "StudyDescription=Study 1",
        "StudyDescription=Study%201",
        "StudyDescription=Two,Three",
        "BodyPartExamined=HEAD",
        "bodypartexamined=nothing",
        "BodyPartExamined=",
        "SOPInstanceUID=9.9",
        "NumberOfStudyRelatedSeries=2",
        "PatientID=nothing&" + mine,
    ):
        if " " not in filters:
            web(session, f"/studies?{mine}&{filters}")
    for filters in ("BodyPartExamined=HEAD", "InstanceNumber=2", "00080000=1", "NumberOfStudyRelatedSeries=2"):
        web(session, f"/instances?{mine}&{filters}")


@scenario("Pages: limit, offset; what is no number", configuration=WEB, needs_empty_server=True)
def pages(session: Session) -> None:
    for number in range(1, 5):
        session.upload(session.dataset(study=number, PatientID="ORTHANC-EMULATOR-DICOMWEB-SEARCH-PAGES"))
    for arguments in ("limit=2", "limit=2&offset=2", "offset=3", "limit=0", "limit=1&limit=3", "offset=9", "Limit=1"):
        answer = web(session, f"/studies?{MINE}&{arguments}")
        session.observe("how many are found", len(answer.json))
    for arguments in ("limit=x", "limit=", "limit=-1", "limit=1.5", "offset=x", "limit=+1", "limit=99999999999"):
        web(session, f"/studies?PatientID=nobody&{arguments}")
    for arguments in ("fuzzymatching=true", "fuzzymatching=x", "fuzzymatching=", "orderby=x"):
        web(session, f"/studies?PatientID=nobody&{arguments}")


@scenario("JSON or XML by Accept; never 406", configuration=WEB)
def media_types(session: Session) -> None:
    session.upload(session.dataset(LABEL))
    path = f"/studies?PatientID={session.patient_id()}"
    for accept in (
        "application/dicom+json",
        "application/json",
        "application/dicom+xml",
        "application/xml",
        "text/xml",
        'multipart/related; type="application/dicom+xml"',
        "application/dicom+json, application/dicom+xml",
        "text/html",
        "",
    ):
        web(session, path, accept)
    web(session, "/studies?PatientID=nobody", "application/dicom+xml")


@scenario("Text in and beyond Latin-1, and the character set that is named", configuration=WEB)
def character_sets(session: Session) -> None:
    name = "山田^太郎=Müller^Anna".encode()
    session.upload(raw_file(session, ("0008,0005", "CS", "ISO_IR 192"), ("0010,0010", "PN", name)))
    path = f"/studies?PatientID={session.patient_id()}"
    for argument in ("", "&includefield=SpecificCharacterSet", "&PatientName=M%C3%BCller*", "&PatientName=*"):
        web(session, path + argument)
    web(session, path, "application/dicom+xml")


@scenario("The URLs in answers go by headers and options", configuration=WEB)
def urls(session: Session) -> None:
    session.upload(session.dataset())
    path = f"/studies?PatientID={session.patient_id()}"
    web(session, path, Forwarded="host=a.org;proto=https")
    web(session, path, Forwarded='for=1.2.3.4; Host="b.org"; proto=http')
    web(session, path, X_Forwarded_Host="c.org", X_Forwarded_Proto="https")
    web(session, path, X_Forwarded_Host="c.org")


@scenario("Sequences and numbers of the file among the fields", configuration=WEB)
def fields(session: Session) -> None:
    session.upload(
        raw_file(
            session,
            ("0008,1032", "SQ", [[("0008,0100", "SH", "A")], [("0011,0010", "LO", "MYLAB"), ("0011,1001", "LO", "x")]]),
            ("0018,0050", "DS", "1.50"),
            ("0028,0010", "US", b"\2\0"),
            ("0028,0011", "US", b"\3\0"),
            ("0040,0275", "SQ", [[("0040,0009", "SH", "S1")]]),
            ("0072,006c", "DS", "1\\x\\2.5"),
            ("0020,4000", "LT", "long " * 80),
        )
    )
    wanted = "ProcedureCodeSequence,SliceThickness,Rows,ImageComments,0072006C,RequestAttributesSequence"
    for level in ("studies", "series", "instances"):
        web(session, f"/{level}?PatientID={session.patient_id()}&includefield={wanted}")
