"""Uploads of several files: forms and ZIP archives, and what is wrong with them."""

from __future__ import annotations

import gzip
import io
import zipfile

from conformance.asking.configurations import NOT_OVERWRITING
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.scenarios.scenario import scenario

FORM = {"Content-Type": "multipart/form-data; boundary=BOUNDARY"}
HEADERS = b'Content-Disposition: form-data; name="f"; filename="a.dcm"\r\nContent-Type: application/dicom'


def archive(*members: tuple[str, bytes]) -> bytes:
    """A ZIP archive, not compressed: the same bytes on every machine."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name), content)
    return output.getvalue()


def form(*parts: bytes, headers: bytes = HEADERS, end: bytes = b"--BOUNDARY--\r\n") -> bytes:
    return b"".join(b"--BOUNDARY\r\n" + headers + b"\r\n\r\n" + part + b"\r\n" for part in parts) + end


def files(session: Session, patient: str) -> tuple[bytes, bytes]:
    """Two instances of a patient of this scenario."""
    first, second = (datasets.to_bytes(session.dataset(patient=patient, instance=number)) for number in (1, 2))
    return first, second


def send(session: Session, patient: str, body: bytes, headers: dict[str, str] | None = None) -> None:
    """An upload, and how many instances its patient has then."""
    session.post("/instances", data=body, headers=headers or {"Content-Type": "application/octet-stream"})
    session.find(
        "Instance", {"PatientID": datasets.patient_id(session.chapter, session.scenario, patient)}, Expand=False
    )


@scenario("A ZIP archive is answered by a list of its DICOM files", configuration=NOT_OVERWRITING)
def archives(session: Session) -> None:
    first, second = files(session, "two")
    send(session, "two", archive(("a", first), ("b", second)))
    send(session, "two", archive(("a", first), ("b", second)))
    first, second = files(session, "others")
    send(session, "others", archive(("x.txt", b"hello"), ("d/", b""), ("d/a", first), ("empty", b"")))
    send(session, "others", archive(("in.zip", archive(("a", second)))))
    send(session, "others", archive(("../../../tmp/orthanc-emulator", second), ("/tmp/orthanc-emulator", second)))
    send(session, "others", archive(("x.txt", b"hello")))


@scenario("ZIP archives that are cut off, damaged or have bytes around them", configuration=NOT_OVERWRITING)
def broken_archives(session: Session) -> None:
    first, second = files(session, "a")
    whole = archive(("a", first), ("b", second))
    send(session, "a", whole[:-30])
    send(session, "a", whole[: len(whole) // 2])
    send(session, "a", b"junk" + whole)
    damaged = bytearray(whole)
    damaged[60] ^= 0xFF  # in the first member's preamble: its checksum is wrong
    send(session, "a", bytes(damaged))
    send(session, "a", whole + b"junk")


@scenario("A form is answered by nothing, whatever it holds", configuration=NOT_OVERWRITING)
def forms(session: Session) -> None:
    first, second = files(session, "a")
    send(session, "a", form(first), FORM)
    send(session, "a", form(first, second), FORM)
    first, second = files(session, "b")
    send(session, "b", form(archive(("a", first), ("b", second))), FORM)
    first, second = files(session, "c")
    send(session, "c", b"before\r\n" + form(first, headers=b"Content-Type: application/dicom"), FORM)
    send(session, "c", form(second), {"Content-Type": 'Multipart/Form-Data; Boundary="BOUNDARY"'})


@scenario("Forms that are wrong", configuration=NOT_OVERWRITING)
def broken_forms(session: Session) -> None:
    first, second = files(session, "a")
    send(session, "a", form(first, end=b""), FORM)
    send(session, "a", b"--BOUNDARY\r\n\r\n" + first + b"\r\n--BOUNDARY--\r\n", FORM)
    send(session, "a", form(first).replace(b"BOUNDARY\r\n", b"BOUNDARY\n"), FORM)
    send(session, "a", form(b"hello", first), FORM)
    send(session, "a", form(b""), FORM)
    send(session, "a", form(), FORM)
    send(session, "a", form(first), {"Content-Type": "multipart/form-data; boundary=OTHER"})
    send(session, "a", form(first), {"Content-Type": "multipart/form-data"})
    send(session, "a", form(first), {"Content-Type": "multipart/mixed; boundary=BOUNDARY"})
    send(session, "a", form(first, b"hello", second), FORM)


@scenario("A gzipped body that is none, or breaks off", configuration=NOT_OVERWRITING)
def damaged_gzip(session: Session) -> None:
    whole = gzip.compress(b"no DICOM", mtime=0)
    behind = (b"a", b"ab", b"abc", b"a" * 40, bytes(4), b"\x1f\x8b", b"\x1f\x8babcdefghijklmnop")
    for body in (whole, whole[:12], whole[:-8], whole[:-3], whole + b"x", whole[:10] + b"\xff" * 20, *behind):
        session.post("/instances", data=body, headers={"Content-Encoding": "gzip"})
