"""The option IngestTranscoding: the transfer syntax in which a server keeps what comes in, and what it makes itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.asking.configurations import DICTIONARY
from conformance.asking.session import Session
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import Scenario, add

IMPLICIT, EXPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
JPEG_2000 = "1.2.840.10008.1.2.4.90"

PRIVATE: tuple[RawElement, ...] = (
    ("0011,0010", "LO", "MYLAB"),
    ("0011,1001", "LO", "label"),
    ("0011,1002", "US", b"\x01\x02"),
    ("0011,1099", "FD", b"\x01\x02\x03\x04\x05\x06\x07\x08"),
)
PIXELS: tuple[RawElement, ...] = (
    ("0028,0002", "US", b"\x01\x00"),
    ("0028,0004", "CS", "MONOCHROME2"),
    ("0028,0010", "US", b"\x02\x00"),
    ("0028,0011", "US", b"\x02\x00"),
    ("0028,0100", "US", b"\x10\x00"),
    ("0028,0101", "US", b"\x0c\x00"),
    ("0028,0102", "US", b"\x0b\x00"),
    ("0028,0103", "US", b"\x00\x00"),
    ("7fe0,0010", "OW", b"\x01\x02\x03\x04\x05\x06\x07\x08"),
)
#: How a file is written.
FORMS: tuple[dict[str, Any], ...] = (
    {"implicit": True},
    {},
    {"big_endian": True},
    {"deflated": True},
    {"syntax": JPEG_2000},
)


def in_form(elements: tuple[RawElement, ...], form: Mapping[str, Any]) -> list[RawElement]:
    """The elements with their numbers as a file of this form has them."""
    widths = {"US": 2, "OW": 2, "FD": 8} if form.get("big_endian") else {}
    return [
        (tag, vr, swapped(value, widths[vr])) if isinstance(value, bytes) and vr in widths else (tag, vr, value)
        for tag, vr, value in elements
    ]


def swapped(value: bytes, width: int) -> bytes:
    return b"".join(value[start : start + width][::-1] for start in range(0, len(value), width))


def kept(session: Session, instance: str) -> None:
    """What is kept of an instance: its transfer syntax, what hangs on it, and the file."""
    for path in ("metadata?expand", "metadata/PixelDataOffset", "attachments/dicom/size", "tags?simplify"):
        session.get(f"/instances/{instance}/{path}")
    session.get(f"/instances/{instance}/file")


def files(session: Session) -> None:
    number = 0
    for form in FORMS:
        for more in ((), PIXELS):
            if more and "syntax" in form:
                continue  # pixel data without fragments would be another matter
            number += 1
            content = raw_file(session, *in_form((*PRIVATE, *more), form), instance=number, **form)
            kept(session, session.upload(content).text_field("ID"))
            session.upload(content)
    session.upload(raw_file(session, instance=99)[:-5])


def fragments(session: Session) -> None:
    """Pixel data that no server of ours decodes stay as they are."""
    stream = (b"", b"\xff\x4f\xff\x51\x00\x00")
    pixels = (*PIXELS[:-1], ("7fe0,0010", "OB", stream))
    kept(session, session.upload(raw_file(session, *PRIVATE, *pixels, syntax=JPEG_2000)).text_field("ID"))


def copies(session: Session) -> None:
    for number, form in enumerate(FORMS[:4]):
        stored = session.upload(raw_file(session, *in_form((*PRIVATE, *PIXELS), form), instance=number, **form))
    study = stored.text_field("ParentStudy")
    for request in ({}, {"Transcode": IMPLICIT}, {"Transcode": DEFLATED}):
        copy = session.modify("studies", study, Replace={"0011,1001": "new"}, PrivateCreator="MYLAB", **request)
        for instance in session.instances_below("studies", copy.text_field("ID")):
            session.get(f"/instances/{instance['ID']}/file")
        session.get(f"/studies/{copy.text_field('ID')}/series?expand")
        session.get(f"/studies/{copy.text_field('ID')}")
    session.post(
        f"/instances/{stored.text_field('ID')}/modify", json={"Replace": {"0011,1001": "x"}, "PrivateCreator": "MYLAB"}
    )
    tags = {"PatientID": session.patient_id(), "0011,1001": "made"}
    made = session.post("/tools/create-dicom", json={"Tags": tags, "PrivateCreator": "MYLAB"})
    session.get(f"/instances/{made.text_field('ID')}/file")
    copy = session.anonymize("studies", study, Transcode=BIG)
    session.instances_below("studies", copy.text_field("ID"))
    session.post(f"/studies/{study}/split", json={"Series": [stored.text_field("ParentSeries")]})


def starts(_: Session) -> None:
    """What is compared is whether the server starts."""


#: name, scenario, options, claim
CASES: tuple[tuple[str, Callable[[Session], None], dict[str, Any], str], ...] = (
    ("to_implicit", files, {"IngestTranscoding": IMPLICIT}, "Files are kept in implicit VR"),
    ("to_explicit", files, {"IngestTranscoding": EXPLICIT}, "Files are kept in explicit VR"),
    ("to_big_endian", files, {"IngestTranscoding": BIG}, "Files are kept in big endian"),
    ("to_deflated", files, {"IngestTranscoding": DEFLATED}, "Deflated; on 1.13.0 only what has pixel data"),
    ("to_what_is_not_written", files, {"IngestTranscoding": JPEG_2000}, "Files stay as they are"),
    (
        "not_of_uncompressed",
        files,
        {"IngestTranscoding": EXPLICIT, "IngestTranscodingOfUncompressed": False},
        "Native files stay as they are, deflated ones do not",
    ),
    (
        "not_of_compressed",
        files,
        {"IngestTranscoding": BIG, "IngestTranscodingOfCompressed": False},
        "Deflated files and those of compressed transfer syntaxes stay as they are",
    ),
    ("what_is_not_decoded", fragments, {"IngestTranscoding": EXPLICIT}, "JPEG 2000 stays as it is"),
    (
        "copies",
        copies,
        {"IngestTranscoding": EXPLICIT},
        "Copies and what is created are transcoded, too; from 1.12 on not those of a request with Transcode",
    ),
)
for name, function, options, claim in CASES:
    add(Scenario("ingest", name, claim, function, configuration={"Dictionary": DICTIONARY, **options}))

for name, options in (
    ("empty", {"IngestTranscoding": ""}),
    ("unknown", {"IngestTranscoding": "1.2.3"}),
    ("number", {"IngestTranscoding": 5}),
    ("of_compressed", {"IngestTranscoding": EXPLICIT, "IngestTranscodingOfCompressed": "x"}),
    ("of_nothing", {"IngestTranscodingOfUncompressed": "x"}),
    ("high_throughput", {"IngestTranscoding": "1.2.840.10008.1.2.4.201"}),
):
    add(
        Scenario(
            "ingest",
            f"start_{name}",
            f"Whether a server starts with {options}",
            starts,
            configuration=options,
            starts=True,
        )
    )
