"""Uploads in pieces, PDFs, LastUpdate, labels, names of anonymized patients, private elements in items, paths."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from conformance.asking.configurations import LAB, OVERWRITING
from conformance.asking.exchange import Request
from conformance.asking.session import Session, body_bytes
from conformance.files import datasets
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

BOUNDARY = "----Boundary"
#: A server keeps pieces that were never put together: those of an earlier run must not be taken for this one's.
RUN = secrets.token_hex(4)


def form(part: bytes) -> bytes:
    name = 'form-data; name="files[]"; filename="a.dcm"'
    head = f"--{BOUNDARY}\r\nContent-Disposition: {name}\r\nContent-Type: application/octet-stream\r\n\r\n"
    return head.encode() + part + f"\r\n--{BOUNDARY}--\r\n".encode()


def send(session: Session, part: bytes, headers: Mapping[str, str]) -> None:
    session.post(
        "/instances", data=form(part), headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
    )


def pieces(session: Session, parts: Sequence[bytes], size: int, name: str, **more: str) -> None:
    for part in parts:
        send(session, part, {"X-File-Name": f"{name}-{RUN}", "X-File-Size": str(size), **more})
    session.find("Instance", {"PatientID": session.patient_id()})


@scenario("Pieces of a file are put together by X-File-Name until they have X-File-Size bytes", configuration=LAB)
def in_pieces(session: Session) -> None:
    content = raw_file(session, ("0010,4000", "LT", "z" * 2000))
    first, second, third = content[:1000], content[1000:2000], content[2000:]
    pieces(session, (first, second, third), len(content), "a")
    session.delete(f"/patients/{unique(session)}")
    pieces(session, (second, first, third), len(content), "b")
    pieces(session, (first, second), 2000, "c")
    pieces(session, (content,), len(content) + 1, "d")
    pieces(session, (content,), len(content) - 1, "e")
    pieces(session, (content,), 0, "f")


def unique(session: Session) -> str:
    """The patient's identifier, if one is stored."""
    found = session.find("Patient", {"PatientID": session.patient_id()}).json
    return found[0] if found else session.unknown_id()


@scenario("Content-Range is not read; two names are kept apart", configuration=LAB)
def ranges_and_names(session: Session) -> None:
    content = raw_file(session, ("0010,4000", "LT", "z" * 2000))
    first, second, third = content[:1000], content[1000:2000], content[2000:]
    size = str(len(content))
    for part, name, span in (
        (first, "a", "bytes 5-6/7"),
        (first, "b", "bytes 0-999/9"),
        (second, "a", "x"),
        (third, "a", "bytes 0-0/1"),
    ):
        send(session, part, {"X-File-Name": f"{name}-{RUN}", "X-File-Size": size, "Content-Range": span})
        session.find("Instance", {"PatientID": session.patient_id()})


@scenario("X-File-Name and X-File-Size need each other; X-Requested-With is XMLHttpRequest", configuration=LAB)
def headers_of_pieces(session: Session) -> None:
    content = raw_file(session)
    size = str(len(content))
    for headers in (
        {"X-File-Name": "a"},
        {"X-File-Size": size},
        {"X-File-Name": "a", "X-File-Size": "abc"},
        {"X-File-Name": "a", "X-File-Size": ""},
        {"X-File-Name": f"a-{RUN}", "X-File-Size": size, "X-Requested-With": "Fetch"},
        {"X-Requested-With": "Fetch"},
        {"X-Requested-With": "XMLHttpRequest"},
        {"Content-Range": f"bytes 0-{size}/{size}"},
    ):
        send(session, content, headers)


@scenario("/pdf: the last of an even number of bytes goes, unless it is a line feed; OW has no PDF", configuration=LAB)
def pdf(session: Session) -> None:
    number = 0
    for data in (
        b"%PDF-1.4 %%EO\n",
        b"%PDF-1.4 %%EOF",
        b"%PDF-1.4 %%EO\0",
        b"%PDF-1.4 %%EO ",
        b"%PDF-1.4 %EO\r\n",
        b"%PDF-1.4 %%EOFx",
        b"%PDF-1.4 %%EOF\n",
        b"\n\n",
        b"",
    ):
        for vr in ("OB", "UN", "OW"):
            number += 1
            stored = session.upload(
                raw_file(
                    session,
                    ("0008,0016", "UI", "1.2.840.10008.5.1.4.1.1.104.1"),
                    ("0042,0011", vr, data),
                    ("0042,0012", "LO", "application/pdf"),
                    instance=number,
                )
            )
            if stored.status == 200:
                session.get(f"/instances/{stored.id}/pdf")


LEVELS = (("series", "ParentSeries"), ("studies", "ParentStudy"), ("patients", "ParentPatient"))


@scenario("A deletion changes LastUpdate of what is above it, from 1.12 on", configuration=LAB)
def last_update(session: Session) -> None:
    stored = session.upload(raw_file(session))
    others = [
        session.upload(raw_file(session, study=study, series=series, instance=instance))
        for study, series, instance in ((1, 1, 2), (1, 2, 3), (2, 3, 4))
    ]

    def seen() -> list[bytes]:
        return [session.client.send(request(level, field)).body for level, field in LEVELS]

    def request(level: str, field: str) -> Request:
        return Request("GET", f"/{level}/{stored.text_field(field)}/metadata/LastUpdate")

    for path in (
        f"/instances/{others[0].id}",
        f"/series/{others[1].text_field('ParentSeries')}",
        f"/studies/{others[2].text_field('ParentStudy')}",
    ):
        before = seen()
        session.wait(1.5)
        session.delete(path)
        after = seen()
        session.observe(
            f"LastUpdate of series, study and patient changes by DELETE {path.split('/')[1]}",
            [one != two for one, two in zip(before, after, strict=True)],
        )


@scenario(
    "KeepLabels of an edit in place keeps the instance's labels, too",
    configuration=OVERWRITING,
    releases=("1.12.7", "1.13.0"),
)
def kept_labels(session: Session) -> None:
    keep = {"Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"], "Force": True}
    for level, field in LEVELS:
        for kept in (True, False):
            stored = session.upload(raw_file(session))
            places = [("instances", stored.id), *((one, stored.text_field(name)) for one, name in LEVELS)]
            for one, resource in places:
                session.put(f"/{one}/{resource}/labels/of-{one}", data="")
            replaced = {
                "patients": {"PatientID": session.patient_id(), "PatientName": "x"},
                "studies": {"StudyDescription": "x"},
                "series": {"SeriesDescription": "x"},
            }[level]
            session.modify(level, stored.text_field(field), Replace=replaced, KeepLabels=kept, **keep)
            for one, resource in places:
                session.get(f"/{one}/{resource}/labels")
            session.delete(f"/instances/{stored.id}")


@scenario("Each place of a path takes a tag in parentheses", configuration=LAB)
def parentheses_in_paths(session: Session) -> None:
    inner: list[RawElement] = [("2005,0010", "LO", "PHIL"), ("2005,100e", "SQ", [[("0008,0023", "DA", "20200101")]])]
    stored = session.upload(
        raw_file(session, ("0040,a730", "SQ", [[("0040,a160", "UT", "x ")]]), ("5200,9230", "SQ", [inner]))
    )
    for path in (
        "(5200,9230)[*].2005,100e[*].(0008,0023)",
        "(5200,9230)[0].(2005,100e)[0].(0008,0023)",
        "5200-9230[*].(2005-100e)[*].(00080023)",
        "PerFrameFunctionalGroupsSequence[*].(2005,100e)[*].ContentDate",
        " (5200,9230)[*].2005,100e[*].0008,0023",
        "5200,9230[*].2005,100e[*].0008,0023 ",
        "(5200,9230[*].2005,100e[*].0008,0023",
        "((0040,a730))[0].TextValue",
        "(0040,A730)[ 0 ].(0040,A160)",
        "(5200,9230)[0]",
        "5200,9230[*]2005,100e[*].0008,0023",
    ):
        session.modify("instances", stored.id, Replace={path: "20210101"})
        session.modify("instances", stored.id, Remove=[path])
        session.anonymize("instances", stored.id, Keep=[path])


@scenario(
    "Only a request that gives a name by the profile takes a number of Anonymized",
    configuration=LAB,
    needs_empty_server=True,
)
def numbers_of_anonymized(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0010,0010", "PN", "X ")))
    first: list[int] = []

    def next_number() -> int:
        made = datasets.read(session.client.send(_anonymize(stored.id)).body)
        number = int(str(made.PatientName).removeprefix("Anonymized")) if made is not None else -1
        first.append(number)
        return number - first[0]

    next_number()
    bodies: tuple[Mapping[str, object], ...] = (
        {"Replace": {"PatientName": "N"}},
        {"Keep": ["PatientName"]},
        {"Remove": ["PatientName"]},
        {"Replace": {"Nope": "x"}},
        {"DicomVersion": "1999"},
        {"Keep": ["SOPInstanceUID"]},
        {"Transcode": "1.2.3"},
        {"DicomVersion": "2008"},
        {"RemovePrivateTags": True},
    )
    for body in bodies:
        session.client.send(_anonymize(stored.id, body))
        session.observe(f"how far the number is after {body}", next_number())


def _anonymize(instance: str, body: Mapping[str, object] | None = None) -> Request:
    return Request("POST", f"/instances/{instance}/anonymize", body_bytes(body or {}, None))
