"""STOW-RS: what is stored of a request, and what is answered."""

from __future__ import annotations

from conformance.asking.configurations import WEB
from conformance.asking.dicom_web import stow, stow_body, web
from conformance.asking.session import Session
from conformance.files import datasets, multipart
from conformance.files.raw import raw_file
from conformance.scenarios.dicomweb_retrieve import base
from conformance.scenarios.scenario import scenario

LABEL = (0x0011, 0x01, "LO", "mine")


def file(session: Session, instance: int = 1, study: int = 1) -> bytes:
    return datasets.to_bytes(session.dataset(LABEL, instance=instance, study=study))


def told(session: Session, path: str = "") -> None:
    """What is stored by now."""
    session.get(f"/patients/{datasets.orthanc_id(session.patient_id())}/instances{path}")


@scenario("Files are stored as they are, private tags and all, and known as a plugin's", configuration=WEB)
def stored(session: Session) -> None:
    data = file(session)
    session.known.update(datasets.orthanc_ids(session.dataset(LABEL)))
    stow(session, [data])
    identifier = datasets.orthanc_ids(session.dataset(LABEL))[3]
    for path in ("/file", "/metadata?expand", "/metadata/RemoteIP", "/tags?short"):
        session.get(f"/instances/{identifier}{path}")
    stow(session, [data])
    stow(session, [data, file(session, instance=2), file(session, study=2)])
    told(session)
    web(session, f"{base(session, '')}/metadata")


@scenario("Answers in JSON or XML", configuration=WEB)
def media_types(session: Session) -> None:
    for accept in (
        "application/dicom+json",
        "application/json",
        "application/dicom+xml",
        "application/xml",
        'multipart/related; type="application/dicom+xml"',
        "text/html",
    ):
        stow(session, [file(session)], Accept=accept)
        stow(session, [], Accept=accept)


@scenario("A file of another study than that of the URL", configuration=WEB)
def other_study(session: Session) -> None:
    one, two = session.uid("study", "", "1"), session.uid("study", "", "2")
    stow(session, [file(session)], f"/studies/{one}")
    stow(session, [file(session)], f"/studies/{two}")
    stow(session, [file(session, instance=2), file(session, study=2)], f"/studies/{two}")
    stow(session, [file(session)], f"/studies/{two}", Accept="application/dicom+xml")
    told(session)


@scenario("Parts that are no DICOM files", configuration=WEB)
def broken_parts(session: Session) -> None:
    good = file(session)
    for files in ([b""], [b"", b""], [b"junk"], [good[:-20]], [good, b"junk"], [b"junk", good], []):
        stow(session, files)
    stow(session, [raw_file(session, ("0008,0018", None))])
    stow(session, [good], part_type="image/jpeg")
    for part_type in (None, "application/dicom; transfer-syntax=1.2.840.10008.1.2.1", "application/octet-stream"):
        stow(session, [file(session, instance=3)], part_type=part_type)
    told(session)


@scenario("Content-Types that are none of STOW-RS", configuration=WEB)
def content_types(session: Session) -> None:
    for content_type in (
        "multipart/related; boundary=conformance",
        'multipart/related; type="application/dicom"',
        'multipart/related; type="application/dicom"; boundary=',
        'multipart/related; type="application/dicom+json"; boundary=conformance',
        "multipart/mixed; boundary=conformance",
        "application/dicom",
        "application/dicom+json",
        "text/plain",
    ):
        stow(session, [file(session)], content_type=content_type)
    for content_type in (
        "multipart/related; type=application/dicom; boundary=conformance",
        'Multipart/Related; boundary="conformance"; type="application/dicom"',
        'multipart/related; type="application/dicom"; boundary=other',
    ):
        stow(session, [file(session)], content_type=content_type)
    told(session)


@scenario("Streams that end too early, or are none", configuration=WEB)
def streams(session: Session) -> None:
    whole = multipart.multipart([file(session)])
    head = b"--conformance\r\nContent-Type: application/dicom\r\n"
    data = file(session, instance=2)
    for body in (
        b"",
        b"junk",
        b"--conformance--\r\n",
        b"--conformance\r\n",
        b"preamble\r\n" + whole + b"epilogue",
        whole[: -len("--conformance--\r\n")],
        whole.replace(b"\r\n", b"\n"),
        head + b"Content-Length: 1073741824\r\n\r\n" + data + b"\r\n--conformance--\r\n",
        head + f"Content-Length: {len(data)}\r\n\r\n".encode() + data + b"\r\n--conformance--\r\n",
        head + b"Content-Length: 10\r\n\r\n" + data + b"\r\n--conformance--\r\n",
        head + b"Content-Length: x\r\n\r\n" + data + b"\r\n--conformance--\r\n",
        multipart.multipart([b""] * 300),
    ):
        stow_body(session, body)
    told(session)
