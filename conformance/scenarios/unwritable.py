"""Edits that leave pixel data which the server can't write."""

from __future__ import annotations

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.files.datasets import grayscale
from conformance.files.raw import raw_file
from conformance.scenarios.scenario import scenario

EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
JPEG_2000, RLE = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"


def ask(session: Session, stored: Answer, value: str | None, *syntaxes: str) -> None:
    """Replaces the pixel data of an instance, as they are and with each "Transcode", and of its series."""
    request = {"Replace": {"PixelData": value}}
    for action in ("modify", "anonymize"):
        for more in ({}, *({"Transcode": syntax} for syntax in syntaxes)):
            session.post(f"/instances/{stored.id}/{action}", json={**request, **more})
    series = f"/series/{stored.text_field('ParentSeries')}"
    session.post(f"{series}/modify", json=request)
    session.post(f"{series}/modify", json={**request, "Transcode": IMPLICIT})
    session.post(f"{series}/modify", json={**request, "Permissive": True})


def native(session: Session) -> Answer:
    return session.upload(session.dataset(**grayscale(2, 2), PixelData=b"\1\2\3\4"))


def encapsulated(session: Session) -> Answer:
    """An instance of compressed pixel data, which no server decodes here."""
    made = session.dataset(**grayscale(2, 2), PixelData=b"\xfe\xff\x00\xe0\0\0\0\0\xfe\xff\x00\xe0\2\0\0\0ab")
    made["PixelData"].is_undefined_length = True
    return session.upload(datasets.to_bytes(made, RLE))


@scenario('PixelData replaced by "" is what 1.10.1 and 1.12.7 can\'t write')
def emptied(session: Session) -> None:
    ask(session, native(session), "", EXPLICIT, IMPLICIT, JPEG_2000)


@scenario("PixelData replaced by null is empty")
def null(session: Session) -> None:
    ask(session, native(session), None, EXPLICIT)


@scenario("Pixel data written into a file of a compressed transfer syntax can't be written there")
def native_in_encapsulated(session: Session) -> None:
    stored = encapsulated(session)
    ask(session, stored, "ab", RLE, JPEG_2000)
    ask(session, stored, "")
    ask(session, stored, None)
    ask(session, stored, "abc")
    ask(session, stored, "data:application/octet-stream;base64,AQID")
    session.modify("instances", stored.id, Remove=["PixelData"])


@scenario(
    "Up to 1.12 the file is edited first: so what it then has is transcoded without a codec",
    releases=("1.9.1", "1.10.1", "1.12.7"),
)
def native_transcoded(session: Session) -> None:
    session.modify("instances", encapsulated(session).id, Replace={"PixelData": "ab"}, Transcode=IMPLICIT)


@scenario("A split or merge of what can't be written tells the study that it would be in", configuration=LAB)
def unwritable_in_split_and_merge(session: Session) -> None:
    fragments = ("7fe0,0010", "OB", (b"abcd",))
    for number, more in enumerate(({}, {"Permissive": True}), 1):
        stored, other = (
            session.upload(raw_file(session, fragments, study=place, series=place, instance=place))
            for place in (number, number + 10)
        )
        plain = session.upload(raw_file(session, study=number + 20, series=number + 20, instance=number + 20))
        split = {"Series": [stored.text_field("ParentSeries")], "Asynchronous": True, **more}
        merge = {"Resources": [other.text_field("ParentSeries")], "Asynchronous": True, **more}
        session.wait_for_job(session.post(f"/studies/{stored.text_field('ParentStudy')}/split", json=split))
        session.wait_for_job(session.post(f"/studies/{plain.text_field('ParentStudy')}/merge", json=merge))


@scenario("An archive whose files 1.13.0 writes anew ends before one that can't be written", configuration=LAB)
def unwritable_in_archives(session: Session) -> None:
    odd = (
        ("7fe0,0010", "OB", (b"ab",)),
        ("7fe0,0010", "OB", ()),
        ("0028,7fe0", "UR", "http://nowhere/"),
        ("0088,0200", "SQ", [[("7fe0,0010", "OB", ())]]),
    )
    for number, element in enumerate(odd, 1):
        when = (("0008,0020", "DA", "20210304"), ("0008,0030", "TM", "101112"))
        stored = session.upload(raw_file(session, *when, element, study=number, series=number, instance=number))
        study = stored.text_field("ParentStudy")
        for syntax in (EXPLICIT, IMPLICIT):
            session.get(f"/studies/{study}/archive?transcode={syntax}")
            job = session.post(f"/studies/{study}/archive", json={"Transcode": syntax, "Asynchronous": True})
            session.wait_for_job(job)
        session.get(f"/studies/{study}/media?transcode={EXPLICIT}")


@scenario(
    "1.13.0 writes a file anew in its own syntax, where fragments in a native one can't be written", configuration=LAB
)
def unwritable_in_its_own_syntax(session: Session) -> None:
    odd = (
        ("7fe0,0010", "OB", (b"", b"ab")),
        ("7fe0,0010", "OB", ()),
        ("0028,7fe0", "UR", "http://nowhere/"),
        ("0088,0200", "SQ", [[("7fe0,0010", "OB", ())]]),
    )
    for number, element in enumerate(odd, 1):
        stored = session.upload(raw_file(session, element, instance=number, syntax=EXPLICIT))
        for syntax in (EXPLICIT, IMPLICIT):
            session.get(f"/instances/{stored.id}/file?transcode={syntax}")
