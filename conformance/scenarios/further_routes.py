"""Routes beyond the first ones of the emulator: further views of tags, metadata, statistics of one resource."""

from __future__ import annotations

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.datasets import grayscale
from conformance.scenarios.scenario import scenario

LEVELS = ("patients", "studies", "series", "instances")
#: level: the field of an upload's answer that has its resource
FIELDS = {"instances": "ID", "series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}
LABEL = (0x0011, 0x01, "LO", "label")
FULL = (0x0011, 0x03, "LO", "full")


@scenario("/header shows the meta header, which /tags leaves out", configuration=LAB)
def header(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    for view in ("header", "header?simplify", "header?short"):
        session.get(f"/instances/{stored.id}/{view}")


@scenario("/{level}/{id}/instances-tags shows private tags per instance", configuration=LAB)
def in_instances_tags(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL, FULL))
    session.get(f"/series/{stored.text_field('ParentSeries')}/instances-tags?simplify")


@scenario("/{level}/{id}/shared-tags shows private tags that all instances have in common", configuration=LAB)
def in_shared_tags(session: Session) -> None:
    stored = session.upload_series(2, LABEL)[0]
    session.upload(session.dataset((0x0011, 0x01, "LO", "label"), FULL, instance=3))
    session.get(f"/series/{stored.text_field('ParentSeries')}/shared-tags?simplify")


@scenario("/{level}/{id}/module shows the tags of a module, no private ones", configuration=LAB)
def not_in_module(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    for level in LEVELS:
        session.get(f"/{level}/{stored.text_field(FIELDS[level])}/module?simplify")


@scenario("Statistics of each resource", configuration=LAB)
def statistics(session: Session) -> None:
    session.upload_series(2, series=1)
    stored = session.upload(session.dataset(series=2, instance=3))
    for level in LEVELS:
        session.get(f"/{level}/{stored.text_field(FIELDS[level])}/statistics")


@scenario("Metadata of an instance", configuration=LAB)
def metadata(session: Session) -> None:
    stored = session.upload(session.dataset())
    for level in LEVELS:
        session.get(f"/{level}/{stored.text_field(FIELDS[level])}/metadata")
    session.get(f"/instances/{stored.id}/metadata/TransferSyntax")
    session.get(f"/instances/{stored.id}/metadata/IndexInSeries")
    session.get(f"/instances/{stored.id}/metadata/NoSuchMetadata")


@scenario("The metadata of a copy say what it was modified from", configuration=LAB)
def modified_from(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    answer = session.modify(
        "studies", stored.text_field("ParentStudy"), Replace={"0011,1001": "new"}, PrivateCreator="MYLAB"
    )
    session.get(f"/studies/{answer.id}/metadata/ModifiedFrom")
    copy = session.instances_below("studies", answer.id)[0]
    session.get(f"/instances/{copy['ID']}/metadata/ModifiedFrom")
    session.get(f"/instances/{copy['ID']}/metadata")


@scenario("Statistics of a resource that does not exist", configuration=LAB)
def statistics_of_unknown(session: Session) -> None:
    for level in LEVELS:
        session.get(f"/{level}/{session.unknown_id()}/statistics")


@scenario("/tags?ignore-length names the tags of which any length is shown", configuration=LAB)
def ignore_length(session: Session) -> None:
    stored = session.upload(session.dataset((0x0011, 0x01, "LT", "x" * 300), (0x0011, 0x99, "LT", "y" * 300)))
    for tags in ("0011-1001", "0011-1001,0011-1099", "0011,1001", "00111001", "MyLabel", "NotATag", ""):
        session.get(f"/instances/{stored.id}/tags?simplify&ignore-length={tags}")


@scenario("?requestedTags adds tags of the files to the answer", configuration=LAB)
def requested_tags(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL, FULL))
    for level in LEVELS:
        session.get(f"/{level}/{stored.text_field(FIELDS[level])}?requestedTags=0011,1001;PatientID")
    for tags in ("MyFull", "0011,1001;0011,1003;0011,0010", "MyLabel", "NotATag", "0011,1099", ""):
        session.get(f"/instances/{stored.id}?requestedTags={tags}")


@scenario("Pixel data: what the metadata tell of it", configuration=LAB)
def pixel_data(session: Session) -> None:
    made = session.dataset(LABEL, **grayscale(1, 2))
    made.add_new("PixelData", "OW", b"\x01\x02")
    stored = session.upload(made)
    session.get(f"/instances/{stored.id}/metadata")
    session.get(f"/instances/{stored.id}/metadata/PixelDataVR")
    session.get(f"/instances/{stored.id}/tags")
