"""PNG images: as the content of a new file, and as the pixel data of a modified one."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

#: Name -> bits per sample, colour type, and two rows of two pixels.
IMAGES: Mapping[str, tuple[int, int, bytes]] = {
    "grey": (8, 0, bytes(range(4))),
    "grey of 16 bits": (16, 0, bytes(range(8))),
    "true colour": (8, 2, bytes(range(12))),
    "true colour and alpha": (8, 6, bytes(range(16))),
    "true colour of 16 bits": (16, 2, bytes(range(24))),
    "true colour of 16 bits and alpha": (16, 6, bytes(range(32))),
    "grey and alpha": (8, 4, bytes(range(8))),
    "a palette": (8, 3, bytes(4)),
}


def png(bits: int, colour: int, pixels: bytes, kind: int = 0) -> str:
    """A data URI of two rows, with the filter `kind`."""
    half = len(pixels) // 2
    rows = b"".join(bytes([kind]) + row for row in (pixels[:half], pixels[half:]))
    palette = chunk(b"PLTE", bytes(range(6))) if colour == 3 else b""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, bits, colour, 0, 0, 0))
    file = b"\x89PNG\r\n\x1a\n" + header + palette + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(file).decode("ascii")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def show(session: Session, image: str, **tags: str) -> None:
    """Creates a file of an image, and looks at what it says of its pixels."""
    given = {"PatientID": session.patient_id(), **tags}
    created = session.post("/tools/create-dicom", json={"Tags": given, "Content": image})
    if created.status == 200:
        session.get(f"/instances/{created.id}/content/0028-0010")
        session.get(f"/instances/{created.id}/content/0028-0004")
        session.get(f"/instances/{created.id}/content/7fe0-0010/0")


@scenario("PNG images of each kind become pixel data, or are not implemented", configuration=LAB)
def kinds(session: Session) -> None:
    for image in IMAGES.values():
        show(session, png(*image))


@scenario("The filters of PNG, and one that is none", configuration=LAB)
def filters(session: Session) -> None:
    for kind in range(6):
        show(session, png(*IMAGES["true colour"], kind))


@scenario(
    "What a request says of an image gives way to it, but for the photometric interpretation of grey", configuration=LAB
)
def given_tags(session: Session) -> None:
    for name in ("grey", "true colour"):
        show(session, png(*IMAGES[name]), Rows="9", PhotometricInterpretation="MONOCHROME1")


@scenario("A PNG replaces the pixel data of an instance", configuration=LAB)
def replaced(session: Session) -> None:
    made = session.dataset()
    made.add_new("PixelData", "OW", b"ab")
    stored = session.upload(made)
    session.modify("instances", stored.id, Replace={"PixelData": png(*IMAGES["true colour"])})


#: The passes of an interlaced image: where each begins, and the steps to its next pixel and row.
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def interlaced(width: int, height: int, bits: int, colour: int, kind: int = 0, *, cut: int = 0) -> str:
    """A data URI of an image in seven passes, all of whose bytes differ from their neighbours."""
    step = {0: 1, 2: 3, 6: 4}[colour] * bits // 8
    rows = [bytes((7 * (y * width * step + x) + y) % 251 for x in range(width * step)) for y in range(height)]
    packed = b""
    for x, y, across, down in PASSES:
        for row in rows[y::down]:
            pixels = b"".join(row[at * step : at * step + step] for at in range(x, width, across))
            packed += bytes([kind]) + pixels if pixels else b""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 1))
    image = chunk(b"IDAT", zlib.compress(packed[: len(packed) - cut]))
    file = b"\x89PNG\r\n\x1a\n" + header + image + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(file).decode("ascii")


@scenario("Interlaced PNG images of several sizes, and one that is cut off", configuration=LAB)
def passes(session: Session) -> None:
    for width, height in ((1, 1), (2, 2), (5, 3), (3, 5), (8, 8), (9, 13), (1, 9)):
        show(session, interlaced(width, height, 8, 0))
    for bits, colour in ((16, 0), (8, 2), (8, 6)):
        show(session, interlaced(6, 7, bits, colour))
    for kind in range(1, 5):
        show(session, interlaced(6, 7, 8, 2, kind))
    show(session, interlaced(6, 7, 8, 2, cut=5))
