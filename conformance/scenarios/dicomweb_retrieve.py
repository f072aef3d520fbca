"""WADO-RS and WADO-URI: files, metadata with private tags, bulk data."""

from __future__ import annotations

from conformance.asking.configurations import LAB, WEB
from conformance.asking.dicom_web import web, web_request
from conformance.asking.session import Session
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

XML = 'multipart/related; type="application/dicom+xml"'
DICOM = 'multipart/related; type="application/dicom"'

ELEMENTS = (
    ("0008,0005", "CS", "ISO_IR 100"),
    ("0008,1140", "SQ", [[("0008,1155", "UI", "1.2.3"), ("0009,0010", "LO", "X"), ("0009,1001", "UN", b"ab")]]),
    ("0010,0010", "PN", "M\xfcller^Anna=B=C"),
    ("0011,0010", "LO", "MYLAB"),
    ("0011,1001", "LO", "a label "),
    ("0011,1002", "US", b"\7\0"),
    ("0011,1004", "SQ", [[("0011,0010", "LO", "MYLAB"), ("0011,1001", "LO", "inner")]]),
    ("0011,1006", "LO", " a\\b \\\\c"),
    ("0011,1007", "DS", "1.50\\x\\3"),
    ("0011,1030", "OB", b"\1\2\3\4"),
    ("0011,1031", "OB", b""),
    ("0011,1032", "UN", b"text"),
    ("0013,1001", "LO", "orphan"),
    ("0028,0010", "US", b"\2\0"),
    ("7fe0,0010", "OW", b"\0\1\2\3"),
)


def base(session: Session, *words: str) -> str:
    return (
        f"/studies/{session.uid('study', *words, '1')}/series/{session.uid('series', *words, '1', '1')}"
        f"/instances/{session.uid('instance', *words, '1', '1', '1')}"
    )


@scenario(
    "Metadata have all private tags, in the VR of the file or, in implicit VR, of the dictionary", configuration=WEB
)
def metadata(session: Session) -> None:
    session.upload(raw_file(session, *ELEMENTS))
    session.upload(raw_file(session, *ELEMENTS, patient="implicit", implicit=True))
    for words in ("", "implicit"):
        for accept in (None, XML):
            web(session, f"{base(session, words)}/metadata", accept)
    study = session.uid("study", "", "1")
    for path in (
        f"/studies/{study}/metadata",
        f"/studies/{study}/series/{session.uid('series', '', '1', '1')}/metadata",
    ):
        web(session, path)


@scenario("The media types of metadata", configuration=WEB)
def metadata_media_types(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x01, "LO", "mine")))
    for accept in (
        "application/dicom+json, application/json",
        "application/json;q=0.5",
        "multipart/related",
        DICOM,
        "application/dicom+xml",
        "text/html",
        "",
        f"text/html, {XML}",
    ):
        web(session, f"{base(session, '')}/metadata", accept)


@scenario("Bulk data of any element, private ones too, by the path of its tag", configuration=WEB)
def bulk(session: Session) -> None:
    session.upload(raw_file(session, *ELEMENTS))
    for tag in ("00111030", "00111001", "0011,1001", "0011-1002", "MyLabel", "00111031", "00110010", "7fe00010"):
        web(session, f"{base(session, '')}/bulk/{tag}")
    for path in (
        "00111004/1/00111001",
        "00081140/1/00091001",
        "00111004",
        "00111004/2/00111001",
        "00111004/0/00111001",
        "00111004/x/00111001",
        "00111004/1",
        "00111099",
        "NoSuchName",
        "00020010",
        "",
    ):
        web(session, f"{base(session, '')}/bulk/{path}")
    for accept in (DICOM, "application/octet-stream", 'multipart/related; type="application/octet-stream"'):
        web(session, f"{base(session, '')}/bulk/00111030", accept)


@scenario("Bulk data of odd length, and of pixel data that are neither OB nor OW", configuration=WEB)
def odd_bulk(session: Session) -> None:
    for big_endian in (False, True):
        for pixels in (("7fe0,0010", "OW", b"abc"), ("7fe0,0010", "OB", b"abc"), ("7fe0,0010", "UN", b"abcd")):
            private: RawElement = ("0011,1103", "OW", b"abc")
            stored = session.upload(raw_file(session, private, pixels, big_endian=big_endian))
            for tag in ("00111103", "7fe00010"):
                web(session, f"{base(session, '')}/bulk/{tag}")
            session.delete(f"/instances/{stored.id}")


@scenario("Files, byte for byte where they are in the transfer syntax asked for", configuration=WEB)
def files(session: Session) -> None:
    session.upload(raw_file(session, *ELEMENTS))
    session.upload(raw_file(session, *ELEMENTS, patient="implicit", implicit=True))
    for words in ("", "implicit"):
        for accept in (None, DICOM, f"{DICOM}; transfer-syntax=*", f"{DICOM}; transfer-syntax=1.2.840.10008.1.2"):
            web(session, base(session, words), accept)
    for accept in (
        f"{DICOM}; transfer-syntax=1.2.3",
        f"{DICOM}; transfer-syntax=",
        "multipart/related",
        'multipart/related; type="image/jpeg"',
        "application/dicom",
        "application/zip",
        f"application/json, {DICOM}",
        "",
    ):
        web(session, base(session, ""), accept)


@scenario("What is not there, and what is not allowed", configuration=WEB)
def refusals(session: Session) -> None:
    session.upload(session.dataset())
    session.upload(session.dataset(patient="other"))
    study, series = session.uid("study", "", "1"), session.uid("series", "", "1", "1")
    other = session.uid("study", "other", "1")
    for path in (
        "/studies/9.9",
        f"/studies/{study}/series/9.9",
        f"/studies/{other}/series/{series}",
        f"/studies/{study}/series/{series}/instances/9.9",
        "/studies/abc",
        "/studies/9.9/metadata",
        f"/studies/{other}/series/{series}/metadata",
        f"{base(session, '')}/nothing",
        "/studies/9.9/rendered",
        "/servers",
        "/servers/nobody",
        "/info",
        "/app",
        "/app/client/no-such-file",
    ):
        web(session, path)
    for method in ("DELETE", "PUT"):
        web_request(session, method, "/dicom-web/studies")
        web_request(session, method, "/dicom-web/series")
    web_request(session, "POST", "/dicom-web/instances")


@scenario("UIDs of a path are compared without their case; from 1.12 on a wildcard is refused", configuration=WEB)
def uids(session: Session) -> None:
    session.upload(raw_file(session, ("0020,000d", "UI", "1.2.3a"), ("0008,0018", "UI", "ABC.1")))
    study, series = session.uid("study", "", "1"), session.uid("series", "", "1", "1")
    for path in (
        "/studies/1.2.3a/metadata",
        "/studies/1.2.3A/metadata",
        "/studies/1.2.3a%20/metadata",
        f"/studies/1.2.3A/series/{series}/metadata",
        "/studies/*/metadata",
        f"/studies/{study}*/metadata",
        f"/studies/1.2.3a/series/{series}/instances/abc.1/bulk/00100020",
    ):
        web(session, path)
    for uid in ("abc.1", "ABC.1", "*"):
        web_request(session, "GET", f"/wado?requestType=WADO&objectUID={uid}&contentType=application/dicom")


@scenario("WADO-URI: the file of an instance, by its UIDs", configuration=WEB)
def wado_uri(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x01, "LO", "mine")))
    uid = session.uid("instance", "", "1", "1", "1")
    study, series = session.uid("study", "", "1"), session.uid("series", "", "1", "1")
    file = "contentType=application/dicom"
    for arguments in (
        f"requestType=WADO&objectUID={uid}&{file}",
        f"requestType=WADO&studyUID={study}&seriesUID={series}&objectUID={uid}&{file}&transferSyntax=1.2.840.10008.1.2",
        f"requestType=WADO&studyUID=9.9&objectUID={uid}&{file}",
        f"requestType=WADO&studyUID=&objectUID={uid}&{file}",
        f"requestType=wado&objectUID={uid}&{file}",
        f"objectUID={uid}&{file}",
        f"requestType=WADO&{file}",
        f"requestType=WADO&objectUID=9.9&{file}",
        f"requestType=WADO&objectUID={uid}&contentType=image/gif",
        f"requestType=WADO&objectUID={uid}&contentType=image/jpeg",
        "",
    ):
        web_request(session, "GET", f"/wado?{arguments}")
    web_request(session, "GET", "/wado/")


@scenario("Without the plugin there are no such routes", configuration=LAB, starts=True)
def without_plugin(session: Session) -> None:
    for path in ("/studies", "/info", "/servers"):
        web(session, path)
    session.get("/plugins")
    session.get("/plugins/dicom-web")
    web_request(session, "GET", "/wado?requestType=WADO")
