"""Frames and images of uncompressed pixel data, documents, and the order of a series' slices."""

from __future__ import annotations

import struct
from typing import Any

from pydicom.encaps import encapsulate

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.scenarios.scenario import scenario

GRAYSCALE = datasets.grayscale(2, 3)
COLOR: dict[str, Any] = {**GRAYSCALE, "SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}
SIXTEEN_BITS: dict[str, Any] = {"BitsAllocated": 16, "BitsStored": 16, "HighBit": 15}
IMAGES = ("preview", "rendered", "image-uint8", "image-uint16", "image-int16")
AXIAL = [1, 0, 0, 0, 1, 0]


def image(session: Session, data: bytes, instance: int = 1, **elements: Any) -> Answer:
    """Stores an instance with these pixel data; absent elements are None."""
    given = {name: value for name, value in {**GRAYSCALE, **elements}.items() if value is not None}
    made = session.dataset(instance=instance, **given)
    made.add_new("PixelData", "OW", data)
    return session.upload(made)


def frame(session: Session, label: str, data: bytes, **elements: Any) -> None:
    """The raw frame, MATLAB's and NumPy's of an instance in a series of its own."""
    stored = image(session, data, patient=label, **elements)
    for view in ("frames/0/raw", "matlab", "frames/0/numpy"):
        session.get(f"/instances/{stored.id}/{view}")


@scenario("The frames of an instance", configuration=LAB)
def frames(session: Session) -> None:
    stored = image(session, bytes(range(18)), NumberOfFrames="3")
    base = f"/instances/{stored.id}"
    for path in ("frames", "frames/0", "frames/7", "frames/x", "frames/0/nope", "frames/0/raw/x"):
        session.get(f"{base}/{path}")
    for number in ("0", "2", "3", "00", "+0", "-1", "x", "99999999999"):
        session.get(f"{base}/frames/{number}/raw")
    for path in ("frames/2/raw.gz", "frames/2/matlab", "matlab", "frames/1/numpy", "numpy"):
        session.get(f"{base}/{path}")
    for arguments in ("rescale=false", "rescale=x", "compress=x", "compress=false", "rescale=0&compress=0"):
        session.get(f"{base}/numpy?{arguments}")
    session.post(f"{base}/frames/0/raw", data=b"")


@scenario("How many frames there are, in the words of NumberOfFrames", configuration=LAB)
def frame_counts(session: Session) -> None:
    for number in ("0", "2", "-1", "4294967296"):
        stored = session.upload(session.dataset(patient=number, NumberOfFrames=number))
        session.get(f"/instances/{stored.id}/frames")


@scenario("Images of resources that have none", configuration=LAB)
def without_pixels(session: Session) -> None:
    stored = session.upload(session.dataset())
    for identifier in (stored.id, session.unknown_id(), stored.text_field("ParentSeries")):
        for path in ("frames", "frames/0", "frames/0/raw", "frames/x/raw", "matlab", "numpy", "pdf"):
            session.get(f"/instances/{identifier}/{path}")
        for path in (*IMAGES, "frames/0/preview"):
            session.get(f"/instances/{identifier}/{path}")
    session.get(f"/series/{session.unknown_id()}/numpy")
    session.get(f"/series/{session.unknown_id()}/ordered-slices")


@scenario("Grayscale pixel data of 8, 16 and 32 bits", configuration=LAB)
def grayscale(session: Session) -> None:
    wide = struct.pack("<6H", 0xF123, 0x0FFF, 0x0800, 0x7FFF, 0, 1)
    frame(session, "eight", bytes(range(6)))
    frame(session, "monochrome1", bytes(range(6)), PhotometricInterpretation="MONOCHROME1")
    frame(session, "bits", wide, **{**SIXTEEN_BITS, "BitsStored": 12, "HighBit": 11})
    frame(session, "shifted", wide, **{**SIXTEEN_BITS, "BitsStored": 12})
    frame(session, "signed", wide, **SIXTEEN_BITS, PixelRepresentation=1)
    frame(session, "signed shifted", wide, **{**SIXTEEN_BITS, "BitsStored": 12}, PixelRepresentation=1)
    longs = struct.pack("<6L", 0xF1234567, 5, 0x00FFFFFF, 70000, 0, 1)
    frame(session, "thirty-two", longs, BitsAllocated=32, BitsStored=24, HighBit=23)
    frame(session, "one", b"\x55\xaa", BitsAllocated=1, BitsStored=1, HighBit=0, Columns=8)
    frame(session, "few elements", bytes(range(6)), BitsStored=None, HighBit=None, PixelRepresentation=None)


@scenario("Pixel data in color", configuration=LAB)
def color(session: Session) -> None:
    frame(session, "pixels", bytes(range(18)), **COLOR, PlanarConfiguration=0)
    frame(session, "planes", bytes(range(18)), **COLOR, PlanarConfiguration=1)
    frame(session, "unsaid", bytes(range(18)), **COLOR)


@scenario("Pixel data that a server can't read, or not decode", configuration=LAB)
def unsupported(session: Session) -> None:
    frame(session, "six bits", bytes(range(6)), BitsStored=6, HighBit=5)
    frame(session, "signed bytes", bytes(range(6)), PixelRepresentation=1)
    frame(session, "all bits", bytes(range(24)), BitsAllocated=32, BitsStored=32, HighBit=31)
    frame(session, "twelve", bytes(range(12)), BitsAllocated=12, BitsStored=12, HighBit=11)
    frame(session, "columns", b"\x55\xaa", BitsAllocated=1, BitsStored=1, HighBit=0)
    frame(session, "stored", bytes(range(6)), BitsStored=16, HighBit=15)
    frame(session, "planar", bytes(range(18)), **COLOR, PlanarConfiguration=2)
    frame(session, "other", bytes(range(18)), **{**COLOR, "PhotometricInterpretation": "YBR_FULL"})
    frame(session, "palette", bytes(range(6)), PhotometricInterpretation="PALETTE COLOR")
    frame(session, "short", bytes(range(4)))
    frame(session, "long", bytes(range(8)))
    frame(session, "no rows", bytes(range(6)), Rows=None)
    frame(session, "no photometric", bytes(range(6)), PhotometricInterpretation=None)
    frame(session, "no frames", bytes(range(6)), NumberOfFrames="0")
    stored = image(session, bytes(range(6)), BitsStored=6, HighBit=5)
    for name in (*IMAGES, "frames/0/preview"):
        session.get(f"/instances/{stored.id}/{name}")


@scenario("NumPy's arrays are rescaled unless the client says otherwise", configuration=LAB)
def rescaling(session: Session) -> None:
    data = struct.pack("<6h", -1, 513, 1027, 1541, 2055, 3597)
    cases = (("2", "-1000.5"), ("0.3", "1"), ("-1.5", "0"), ("1\\2", "1"), (None, "5"), ("2", None))
    for number, (slope, intercept) in enumerate(cases):
        given = {"RescaleSlope": slope, "RescaleIntercept": intercept, "PixelRepresentation": 1, **SIXTEEN_BITS}
        stored = image(session, data, patient=str(number), **given)
        session.get(f"/instances/{stored.id}/frames/0/numpy")
    session.get(f"/instances/{stored.id}/frames/0/numpy?rescale=0")


@scenario("The array of a series holds the frames of its slices in order", configuration=LAB)
def series(session: Session) -> None:
    def array(label: str, *items: tuple[bytes, dict[str, Any]]) -> None:
        for index, (data, elements) in enumerate(items):
            given = {"Rows": 1, "Columns": 2, "InstanceNumber": str(9 - index), **elements}
            stored = image(session, data, instance=index, patient=label, **given)
        session.get(f"/series/{stored.text_field('ParentSeries')}/numpy")

    array("two", (b"\1\2", {}), (b"\3\4", {}))
    array("frames", (b"\1\2\5\6", {"NumberOfFrames": "2"}), (b"\3\4", {}))
    array("sizes", (b"\1\2", {}), (b"\3\4", {"Rows": 2, "Columns": 1}))
    array("types", (b"\1\2", {}), (b"\3\4\5\6\7\x08", {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}))
    array("no order", (b"\1\2", {"InstanceNumber": None}), (b"\3\4", {"InstanceNumber": None}))


@scenario("Slices are in order by position or, if they are no volume, by number", configuration=LAB)
def slices(session: Session) -> None:
    def order(label: str, *items: dict[str, Any]) -> None:
        for index, elements in enumerate(items):
            given = {"InstanceNumber": str(index), **elements}
            stored = session.upload(session.dataset(patient=label, instance=index, **given))
        session.get(f"/series/{stored.text_field('ParentSeries')}/ordered-slices")

    def placed(height: int, orientation: list[int] = AXIAL, **elements: Any) -> dict[str, Any]:
        return {"ImagePositionPatient": [0, 0, height], "ImageOrientationPatient": orientation, **elements}

    order("numbers", {"InstanceNumber": "3"}, {"InstanceNumber": "1"}, {"InstanceNumber": "2"})
    order("volume", placed(3), placed(1), placed(2))
    order("turned", *(placed(height, [1, 0, 0, 0, -1, 0]) for height in (3, 1, 2)))
    order("one height", placed(3), placed(1), placed(1))
    order("two directions", placed(3), placed(2), placed(1, [0, 1, 0, 0, 0, 1]))
    order("flat", *(placed(height, [0, 1, 0, 0, 0, 1]) for height in (3, 1, 2)))
    order("some places", placed(3), {})
    order("frames", placed(3, NumberOfFrames="2"), placed(1, NumberOfFrames="2"))
    order("equal numbers", *({"InstanceNumber": "4"} for _ in range(3)))
    order("below zero", {"InstanceNumber": "-4"}, {"InstanceNumber": "-6"})
    order("no numbers", {"InstanceNumber": None}, {"InstanceNumber": None})
    order("one number", {"InstanceNumber": "2"}, {"InstanceNumber": None})
    order("alone", {"InstanceNumber": None})


@scenario("The document of an Encapsulated PDF", configuration=LAB)
def documents(session: Session) -> None:
    pdf = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.104.1", "MIMETypeOfEncapsulatedDocument": "application/pdf"}
    cases: tuple[tuple[str, dict[str, Any]], ...] = (
        ("pdf", {**pdf, "EncapsulatedDocument": b"%PDF-1.4 x\0"}),
        ("no padding", {**pdf, "EncapsulatedDocument": b"%PDF-1.4"}),
        ("a NUL", {**pdf, "EncapsulatedDocument": b"%PDF-1.\0"}),
        ("NULs", {**pdf, "EncapsulatedDocument": b"%PDF-\0\0\0"}),
        ("empty", {**pdf, "EncapsulatedDocument": b""}),
        ("other type", {**pdf, "MIMETypeOfEncapsulatedDocument": "text/plain", "EncapsulatedDocument": b"abcd"}),
        ("other class", {**pdf, "SOPClassUID": "1.2.3", "EncapsulatedDocument": b"%PDF-1.4"}),
        ("no document", pdf),
    )
    for label, elements in cases:
        session.get(f"/instances/{session.upload(session.dataset(patient=label, **elements)).id}/pdf")


@scenario("Frames of compressed pixel data are given as they are", configuration=LAB)
def compressed(session: Session) -> None:
    def encapsulated(syntax: str, count: int, *fragments: bytes, has_table: bool = True) -> None:
        label = f"{syntax} {count} {len(fragments)} {has_table}"
        made = session.dataset(patient=label, **GRAYSCALE, NumberOfFrames=str(count))
        made.PixelData = encapsulate(list(fragments), has_bot=has_table)
        made["PixelData"].VR = "OB"
        made["PixelData"].is_undefined_length = True
        stored = session.upload(datasets.to_bytes(made, f"1.2.840.10008.1.2.{syntax}"))
        for path in ("frames/0/raw", f"frames/{count - 1}/raw", f"frames/{count}/raw"):
            session.get(f"/instances/{stored.id}/{path}")
        if syntax in ("4.90", "4.102"):
            for path in ("matlab", "numpy", "preview"):
                session.get(f"/instances/{stored.id}/{path}")

    for syntax in ("4.50", "4.57", "4.80", "4.90", "4.102", "5"):
        encapsulated(syntax, 2, b"first", b"second frame")
    encapsulated("4.50", 1, b"one ", b"two ", b"three ", has_table=False)
    encapsulated("4.50", 1, b"one ", b"two ", b"three ")
    encapsulated("4.50", 2, b"one ", b"two ", b"three ", has_table=False)


@scenario("An instance is not written to the server's disk", configuration=LAB)
def export(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.get(f"/instances/{stored.id}/export")
    session.post(f"/instances/{stored.id}/export", data="/tmp/orthanc-emulator-conformance.dcm")
