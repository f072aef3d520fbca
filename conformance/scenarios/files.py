"""The file of an instance: as stored, transcoded, as DICOM JSON and XML; what a view of the whole file shows."""

from __future__ import annotations

import struct

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

VALUES: tuple[RawElement, ...] = (
    ("0008,0005", "CS", "ISO_IR 100"),
    ("0008,0008", "CS", "A\\\\C"),
    ("0008,0070", "LO", "caf\u00e9 "),
    ("0008,0090", "PN", "A^B=C\\\\D"),
    ("0008,1140", "SQ", [[("0008,1150", "UI", "1.2")], []]),
    ("0010,1020", "DS", "1.50\\abc\\ 2 \\\\1."),
    ("0010,1030", "UN", b"1.5 "),
    ("0011,0010", "LO", "MYLAB"),
    ("0011,1001", "LO", "label"),
    ("0011,1002", "UN", b"\5\0"),
    ("0011,1099", "UN", b"ab"),
    ("0018,9073", "FD", struct.pack("<4d", 1, 0.1, 1e15, 1e-20)),
    ("0020,0013", "IS", "7\\x\\99999999999"),
    ("0028,0009", "AT", b"\x18\0\x63\x10\x10\0\x20\0"),
    ("0028,0010", "UN", b"\1\0"),
    ("0028,1201", "OW", b"\1\2"),
    ("0066,0016", "OF", struct.pack("<2f", 1, 2.5)),
)


@scenario("The DICOM JSON and the XML of a file are asked for with the header Accept alone", configuration=LAB)
def web_models(session: Session) -> None:
    stored = session.upload(raw_file(session, *VALUES))
    for accepted in ("application/dicom+json", "application/dicom+xml"):
        session.get(f"/instances/{stored.id}/file", headers={"Accept": accepted})


@scenario("The DICOM JSON of an implicit VR file, the VRs of which are the dictionary's", configuration=LAB)
def web_model_of_implicit(session: Session) -> None:
    values = (("0011,0010", "", "MYLAB"), ("0011,1002", "", b"\1\0"), ("0028,0106", "", b"\1\0"))
    stored = session.upload(raw_file(session, *values, implicit=True))
    session.get(f"/instances/{stored.id}/file", headers={"Accept": "application/dicom+json"})


@scenario("?transcode= of a file: to the syntaxes that need no codec, and to what is none", configuration=LAB)
def transcoded(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0008,0070", "LO", b"ab \0"), ("0011,0010", "LO", "MYLAB")))
    for syntax in ("1.2", "1.2.1", "1.2.1.99", "1.2.2", "1.2.5", "1.2.4.90"):
        session.get(f"/instances/{stored.id}/file?transcode=1.2.840.10008.{syntax}")
    session.get(f"/instances/{stored.id}/file?transcode=nope")
    session.get(f"/instances/{session.unknown_id()}/file?transcode=nope")


@scenario("?whole shows what stands behind the pixel data", configuration=LAB)
def whole(session: Session) -> None:
    behind = (("7fe0,0010", "OW", b"abcd"), ("7fe1,0010", "LO", "MYLAB"), ("7fe1,1001", "LO", "x" * 300))
    stored = session.upload(raw_file(session, *behind))
    for query in ("", "whole", "whole=false", "whole=x&ignore-length=nope", "whole&ignore-length=7fe1-1001"):
        session.get(f"/instances/{stored.id}/tags?short&{query}")
    session.get(f"/instances/{stored.id}/simplified-tags?whole")
    session.get(f"/instances/{session.unknown_id()}/tags?ignore-length=nope")


@scenario("?ignore-length of the tags of all instances and of a module", configuration=LAB)
def ignored_lengths(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0020,0060", "CS", "x" * 300)))
    series = f"/series/{stored.text_field('ParentSeries')}"
    for path in (f"{series}/instances-tags", f"{series}/module", f"{series}/shared-tags"):
        session.get(f"{path}?short&ignore-length=Laterality")
        session.get(f"{path}?short&ignore-length=nope")


@scenario(
    "?numeric names metadata by number; ?expand is read as a Boolean where the release reads any", configuration=LAB
)
def numeric_metadata(session: Session) -> None:
    stored = session.upload(raw_file(session))
    for query in ("numeric", "numeric&expand", "numeric=false", "expand=false", "expand=x"):
        session.get(f"/instances/{stored.id}/metadata?{query}")


@scenario("The meta header of a file whose SOPClassUID or SOPInstanceUID has another VR", configuration=LAB)
def uids_in_another_vr(session: Session) -> None:
    for representation in ("LO", "UN"):
        values = (("0008,0016", representation, b"1.2.3 "), ("0008,0018", representation, b"1.2.3.4.5 "))
        stored = session.upload(raw_file(session, *values))
        session.modify("instances", stored.id, Keep=["SOPInstanceUID"], Force=True)
        session.delete(f"/instances/{stored.id}")


@scenario("Words of odd length and empty pixel data in the model; whole numbers of 64 bits, which the XML has none of")
def words_in_the_model(session: Session) -> None:
    elements: tuple[RawElement, ...] = (
        ("0008,1030", "OW", b"abc"),
        ("0013,1000", "OV", b"\xff" * 8),
        ("0013,1000", "OV", b"\xff" * 4 + b"\0" * 4),
        ("0013,1000", "UV", b"\xff" * 8),
        ("0013,1000", "OF", b"\xff" * 4),
        ("7fe0,0010", "OW", b""),
        ("7fe0,0010", "OB", b""),
        ("7fe0,0010", "OW", b"abc"),
        ("7fe0,0010", "OB", b"abc"),
    )
    for number, element in enumerate(elements, 1):
        stored = session.upload(raw_file(session, element, instance=number))
        for form in ("json", "xml"):
            session.get(f"/instances/{stored.id}/file", headers={"Accept": f"application/dicom+{form}"})
