"""WADO-RS of frames of native pixel data."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import WEB
from conformance.asking.dicom_web import web
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.scenarios.dicomweb_retrieve import base
from conformance.scenarios.scenario import scenario

OCTETS = 'multipart/related; type="application/octet-stream"'


def stored_frames(session: Session, count: int, **elements: Any) -> None:
    given = {**datasets.grayscale(2, 2), "NumberOfFrames": str(count), **elements}
    made = session.dataset((0x0011, 0x01, "LO", "mine"), **{key: one for key, one in given.items() if one is not None})
    made.add_new("PixelData", "OW", bytes(range(4 * count)))
    session.upload(made)


@scenario("Frames by their numbers, in any order; where one is missing the answer is cut", configuration=WEB)
def numbers(session: Session) -> None:
    stored_frames(session, 3)
    for chosen in ("1", "3,1", "1,1", "1%2C2", "1,2,3,4", "1,9", "9", "0", "-1", "x", "1,", "+1", "1.0", "01"):
        web(session, f"{base(session, '')}/frames/{chosen}")
    for path in ("/frames", "/frames/", "/frames/1/"):
        web(session, base(session, "") + path)


@scenario("One frame, and none", configuration=WEB)
def one_frame(session: Session) -> None:
    stored_frames(session, 1)
    session.upload(session.dataset(patient="none"))
    for words in ("", "none"):
        for chosen in ("/1", "/2", "/1,2", ""):
            web(session, f"{base(session, words)}/frames{chosen}")


@scenario("The media types of frames", configuration=WEB)
def media_types(session: Session) -> None:
    stored_frames(session, 2)
    for accept in (
        OCTETS,
        f"{OCTETS}; transfer-syntax=*",
        f"{OCTETS}; transfer-syntax=1.2.840.10008.1.2.1",
        f"{OCTETS}; transfer-syntax=1.2.840.10008.1.2",
        f"{OCTETS}; transfer-syntax=1.2.3",
        "multipart/related",
        'multipart/related; type="*/*"',
        'multipart/related; type="image/png"',
        'multipart/related; type="image/jp2"',
        'multipart/related; type="image/dicom-rle"',
        "application/octet-stream",
        "text/html",
        "",
        f"{OCTETS}, multipart/related; type=image/jpeg",
    ):
        if "jpeg" not in accept:  # which a server would encode
            web(session, f"{base(session, '')}/frames/1", accept)


@scenario("Pictures: what is refused before anything is drawn", configuration=WEB)
def pictures(session: Session) -> None:
    stored_frames(session, 2)
    session.upload(session.dataset(patient="none"))
    for path in ("/rendered", "/frames/1/rendered"):
        web(session, base(session, "none") + path)
        for accept in ("image/gif", "image/*", "application/json"):
            web(session, base(session, "") + path, accept)
        for argument in ("window=1", "window=1,2,x", "viewport=1", "quality=0", "quality=101", "quality=x"):
            web(session, f"{base(session, '')}{path}?{argument}")
    for number in ("0", "9", "x", "1,2"):
        web(session, f"{base(session, '')}/frames/{number}/rendered")
