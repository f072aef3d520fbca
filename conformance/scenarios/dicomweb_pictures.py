"""Pictures by DICOMweb: /rendered with windows and viewports, and WADO-URI, compared pixel by pixel."""

from __future__ import annotations

import struct
from typing import Any

from conformance.asking.configurations import WEB
from conformance.asking.dicom_web import web, web_request
from conformance.asking.session import Session
from conformance.files.pixels import JPEG_COLOR, JPEG_GREY, run_lengths
from conformance.scenarios.dicomweb_retrieve import base
from conformance.scenarios.pictures import (
    COLOR,
    COLORS,
    HALVES,
    JPEG,
    JPEG_2000,
    JPEG_SYNTAX,
    PNG,
    RAMP,
    RLE_SYNTAX,
    SIXTEEN,
    TWELVE,
    bits,
    picture,
)
from conformance.scenarios.scenario import scenario

#: 8 x 8 pixels that are all different.
SQUARE: dict[str, Any] = {"rows": 8, "columns": 8}
OCTETS = 'multipart/related; type="application/octet-stream"'
FUNCTIONS = ("linear", "linear-exact", "sigmoid")


def rendered(session: Session, label: str, arguments: str = "", accept: str = PNG) -> None:
    web(session, f"{base(session, label)}/rendered{'?' if arguments else ''}{arguments}", accept)


@scenario("Without arguments a picture is stretched or, at first, as the server's /rendered", configuration=WEB)
def plain(session: Session) -> None:
    for label, data, given in (
        ("eight", RAMP, {}),
        ("twelve", TWELVE, bits(16, 12)),
        ("halves", HALVES, bits(16)),
        ("signed", SIXTEEN, bits(16, signed=1)),
        ("inverted", TWELVE, {**bits(16, 12), "photometric": "MONOCHROME1"}),
        ("window", TWELVE, {**bits(16, 12), "center": "1000", "width": "700", "slope": "2", "intercept": "-500"}),
        ("one", b"\x0f\xa5\x33\x55", {**bits(1), "columns": 8}),
        ("thirty-two", struct.pack("<16L", *range(0, 16_000_000, 1_000_000)), bits(32, 24)),
        ("color", COLORS, COLOR),
        ("deep", struct.pack("<48H", *(257 * part % 65536 for part in COLORS)), {**COLOR, **bits(16)}),
        ("six", RAMP, bits(8, 6)),
    ):
        picture(session, label, data, **given)
        for arguments in ("", "window=1000,500,linear", "viewport=2,2", "quality=80"):
            rendered(session, label, arguments)
        rendered(session, label, "quality=10", JPEG)


@scenario("Windows, with each of their functions", configuration=WEB)
def plugin_windows(session: Session) -> None:
    picture(session, "plain", SIXTEEN, **bits(16))
    picture(session, "rescaled", SIXTEEN, **bits(16), slope="0.37", intercept="-77.3", photometric="MONOCHROME1")
    for label in ("plain", "rescaled"):
        for window in ("1000,500", "30000,40000", "1000.5,333.3", "2000,1", "2000,0", "2000,-7", "500,0.5"):
            for function in FUNCTIONS:
                rendered(session, label, f"window={window},{function}")
    for window in ("x,5,linear", "5,,linear", "%205,5,linear", "x,5,other", "5,5,other", "5,5", "5,5,linear,5"):
        rendered(session, "plain", f"window={window}")


@scenario("Viewports: a size, and the part of the picture that is shown in it", configuration=WEB)
def viewports(session: Session) -> None:
    picture(session, "square", bytes(range(0, 256, 4)), **SQUARE)
    picture(session, "inverted", bytes(range(0, 256, 4)), **SQUARE, photometric="MONOCHROME1")
    for viewport in (
        *("2,2", "16,16", "16,8", "7,10", "20,3", ",", "2,", ",2"),
        *("2,2,1,2,2,2", "4,4,1,1,-2,2", "4,4,1,1,-2,-2", "4,4,,,2,2", "2,2,1,1,,", "2,2,,1,-2,", "4,4,0,0,100,100"),
        *("5,7,1,1,3,4", "9,5,0,0,7,3", "2,2,0.5,1.9,2.7,2.2", "2,2,-3,-3,2,2", "4,4,2,2,-0.5,1", "2,2,7.9,7.9,2,2"),
        *("4,4,0,0,0,0", "4,4,,,,"),
    ):
        rendered(session, "square", f"viewport={viewport}")
        rendered(session, "square", f"window=32,64,linear&viewport={viewport}")
    for viewport in ("16,8", "4,4,1,1,2,2"):
        rendered(session, "inverted", f"viewport={viewport}")
    for viewport in (
        *("x,2", "-1,2", "2.5,2", "4294967296,2", "2,%202", "1", "2,2,2"),
        *("4,4,x,0,2,2", "4,4,2,2,1e300,2", "4,4,nan,2,2,2", "4,4,%201,1,2,2"),
    ):
        rendered(session, "square", f"viewport={viewport}")


@scenario("The frames of a picture, what is no picture, and media types", configuration=WEB)
def frames(session: Session) -> None:
    picture(session, "two", RAMP + RAMP[::-1], frames="2 ")
    picture(session, "short", RAMP[:8])
    for number in ("1", "2", "3"):
        for arguments in ("", "?viewport=2,2"):
            web(session, f"{base(session, 'two')}/frames/{number}/rendered{arguments}", PNG)
            web(session, f"{base(session, 'two')}/frames/{number}/thumbnail{arguments}", PNG)
    for arguments in ("", "window=5,5,linear", "viewport=2,2", "quality=50", "quality=0", "quality=x"):
        rendered(session, "short", arguments)
    for accept in (None, JPEG, "image/gif"):
        web(session, f"{base(session, 'two')}/rendered", accept)


@scenario("WADO-URI draws as the server's /rendered, whatever else it is asked for", configuration=WEB)
def wado_uri(session: Session) -> None:
    picture(session, "", TWELVE, **bits(16, 12), center="1000", width="700")
    uid = session.uid("instance", "", "1", "1", "1")
    for arguments in (
        "",
        "&contentType=image/png",
        "&contentType=image/jpeg",
        "&contentType=image/png&windowCenter=1&windowWidth=2",
        "&contentType=image/png&rows=2&columns=2&frameNumber=2",
        "&contentType=image/jpeg&imageQuality=1",
    ):
        web_request(session, "GET", f"/wado?requestType=WADO&objectUID={uid}{arguments}")


@scenario("Compressed frames are sent without compression to a client that accepts nothing else", configuration=WEB)
def decompressed(session: Session) -> None:
    planes = (COLORS[::3], COLORS[1::3], COLORS[2::3])
    square = {"rows": 8, "columns": 8}
    color = {**COLOR, **square}
    for label, fragments, syntax, given in (
        ("grey", (JPEG_GREY,), JPEG_SYNTAX, square),
        ("ybr", (JPEG_COLOR,), JPEG_SYNTAX, {**color, "photometric": "YBR_FULL"}),
        ("ybr planes", (JPEG_COLOR,), JPEG_SYNTAX, {**color, "photometric": "YBR_FULL", "planar": 1}),
        ("raw", (JPEG_COLOR,), JPEG_SYNTAX, color),
        ("two", (JPEG_GREY, JPEG_GREY), JPEG_SYNTAX, {**square, "frames": "2 "}),
        ("six", (JPEG_GREY,), JPEG_SYNTAX, {**square, **bits(8, 6)}),
        ("too few rows", (JPEG_GREY,), JPEG_SYNTAX, {**square, "rows": 4}),
        ("junk", (b"garbage!",), JPEG_SYNTAX, square),
        ("JPEG 2000", (b"garbage!",), JPEG_2000, square),
        ("rle", (run_lengths(TWELVE[1::2], TWELVE[::2]),), RLE_SYNTAX, bits(16)),
        ("rle color", (run_lengths(*planes),), RLE_SYNTAX, COLOR),
        ("rle planes", (run_lengths(*planes),), RLE_SYNTAX, {**COLOR, "planar": 1}),
    ):
        picture(session, label, fragments, syntax=syntax, **given)
        for number in ("1", "2", "1,2"):
            web(session, f"{base(session, label)}/frames/{number}", OCTETS)
        web(session, f"{base(session, label)}/frames/1")
