"""Pictures: /preview, /rendered and /image-… of every kind of pixel data, compared pixel by pixel."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.pixels import JPEG_COLOR, JPEG_GREY, run_lengths
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

PNG, JPEG, PAM = "image/png", "image/jpeg", "image/x-portable-arbitrarymap"
VIEWS = ("preview", "rendered", "image-uint8", "image-uint16", "image-int16")
JPEG_SYNTAX, RLE_SYNTAX, JPEG_2000 = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.90"

#: The tags of what a picture says of itself, with their VR.
TAGS = {
    "samples": ("0028,0002", "US"),
    "photometric": ("0028,0004", "CS"),
    "planar": ("0028,0006", "US"),
    "frames": ("0028,0008", "IS"),
    "rows": ("0028,0010", "US"),
    "columns": ("0028,0011", "US"),
    "allocated": ("0028,0100", "US"),
    "stored": ("0028,0101", "US"),
    "high": ("0028,0102", "US"),
    "signed": ("0028,0103", "US"),
    "center": ("0028,1050", "DS"),
    "width": ("0028,1051", "DS"),
    "intercept": ("0028,1052", "DS"),
    "slope": ("0028,1053", "DS"),
}
GREY: dict[str, Any] = {"samples": 1, "photometric": "MONOCHROME2", "rows": 4, "columns": 4}
COLOR: dict[str, Any] = {"samples": 3, "photometric": "RGB", "planar": 0}

RAMP = bytes(range(0, 256, 16))
#: Numbers of 12 and 16 bits that reach to the ends.
TWELVE = struct.pack("<16H", 0, 1, 5, 100, 127, 128, 200, 255, 256, 300, 1000, 2000, 3000, 4000, 4094, 4095)
SIXTEEN = struct.pack(
    "<16H", 0, 1, 255, 256, 1000, 4095, 9999, 20000, 32767, 32768, 32769, 40000, 50000, 65000, 65534, 65535
)
#: Numbers from 280 to 800, of which some come to a half of a grey level.
HALVES = struct.pack("<16H", 280, 281, 384, 436, 488, 540, 592, 644, 645, 696, 748, 749, 774, 787, 799, 800)
COLORS = bytes(part for pixel in range(16) for part in (10 * pixel, 255 - pixel, 3 * pixel))


def bits(allocated: int, stored: int | None = None, *, signed: int = 0, high: int | None = None) -> dict[str, Any]:
    stored = stored or allocated
    return {
        "allocated": allocated,
        "stored": stored,
        "high": stored - 1 if high is None else high,
        "signed": signed,
    }


def picture(
    session: Session,
    label: str,
    data: bytes | tuple[bytes, ...],
    *others: RawElement,
    syntax: str | None = None,
    **given: Any,
) -> str:
    """Stores a picture, and gives its path."""
    elements: list[RawElement] = [*others, ("7fe0,0010", "OB" if isinstance(data, tuple) else "OW", data)]
    for name, value in {**GREY, **bits(8), **given}.items():
        tag, vr = TAGS[name]
        if value is not None:
            elements.append((tag, vr, struct.pack("<H", value) if vr == "US" else even(value)))
    stored = session.upload(raw_file(session, *elements, patient=label, syntax=syntax))
    return f"/instances/{stored.id}"


def even(text: str) -> str:
    return text + " " * (len(text) % 2)


def show(session: Session, base: str, views: Iterable[str] = VIEWS, accept: str = PNG) -> None:
    for view in views:
        session.get(f"{base}/{view}", headers={"Accept": accept})


@scenario("Grey of 8, 12 and 16 bits, signed or not, upright or inverted", configuration=LAB)
def grey(session: Session) -> None:
    for photometric in ("MONOCHROME2", "MONOCHROME1"):
        for label, data, given in (
            ("8", RAMP, bits(8)),
            ("12", TWELVE, bits(16, 12)),
            ("16", SIXTEEN, bits(16)),
            ("halves", HALVES, bits(16)),
            ("12 signed", TWELVE, bits(16, 12, signed=1)),
            ("16 signed", SIXTEEN, bits(16, signed=1)),
        ):
            show(session, picture(session, f"{photometric} {label}", data, **given, photometric=photometric))


@scenario("Pixels that are shifted, of 1 bit, of 8 bits in 16, or of 32", configuration=LAB)
def odd_bits(session: Session) -> None:
    longs = struct.pack("<16L", *range(0, 16_000_000, 1_000_000))
    for label, data, given in (
        ("shifted", SIXTEEN, bits(16, 12, high=15)),
        ("one", b"\x0f\xa5\x33\x55", {**bits(1), "columns": 8}),
        ("eight in sixteen", SIXTEEN, bits(16, 8)),
        ("eight in sixteen, signed", SIXTEEN, bits(16, 8, signed=1)),
        ("thirty-two", longs, bits(32, 24)),
        ("thirty-one", longs, bits(32, 31)),
        ("six", RAMP, bits(8, 6)),
        ("signed bytes", RAMP, bits(8, signed=1)),
        ("all equal", bytes([7] * 16), {}),
    ):
        show(session, picture(session, label, data, **given))


@scenario("Rescaling and the window of a file: /rendered heeds them, /preview does not", configuration=LAB)
def windows(session: Session) -> None:
    rescaling = (None, ("1", "0"), ("2", "-1000"), ("0.37", "5.5"), ("-1", "100"), ("0", "50"), ("0.00005", "1"))
    for number, pair in enumerate((*rescaling, ("x", "1"), ("2\\3", "1"), ("2", None))):
        slope, intercept = pair or (None, None)
        for window in (None, ("333", "777.7")):
            center, width = window or (None, None)
            given = {"slope": slope, "intercept": intercept, "center": center, "width": width}
            base = picture(session, f"{number} {window}", SIXTEEN, **bits(16), **given)
            show(session, base, ("preview", "rendered"))


@scenario("The words of a window: several, unreadable, of no width, or half of one", configuration=LAB)
def window_texts(session: Session) -> None:
    for number, (center, width) in enumerate(
        (
            ("1000\\2000", "500\\100"),
            ("2000", "0"),
            ("2000", "-500"),
            ("2000", "0.5"),
            ("2000", None),
            (None, "500"),
            ("x", "500"),
            ("2000", "x"),
            (" 2000", "+500"),
            ("1e3", "5e2"),
            ("", ""),
            ("nan", "500"),
            ("inf", "500"),
            ("2000", "1e39"),
        )
    ):
        base = picture(session, str(number), TWELVE, **bits(16, 12), center=center, width=width)
        show(session, base, ("rendered",))


@scenario("The window that a client asks for", configuration=LAB)
def asked_windows(session: Session) -> None:
    plain = picture(session, "plain", TWELVE, **bits(16, 12))
    own = picture(session, "own", TWELVE, **bits(16, 12), center="1000", width="700", slope="2", intercept="-500")
    for arguments in (
        "window-center=1000&window-width=500",
        "window-center=128",
        "window-width=256",
        "window-center=1.5e2&window-width=.5",
        "window-center=1&window-center=2000&window-width=500",
        "window-center=nan&window-width=500",
        "window-center=128&window-width=-3",
    ):
        show(session, plain, (f"rendered?{arguments}", f"preview?{arguments}"))
        show(session, own, (f"rendered?{arguments}",))
    for arguments in (
        "window-center=x&window-width=5",
        "window-center=5&window-width=x",
        "window-center=&window-width=",
        "window-center=%205&window-width=%2B5",
        "window-center=5&window-width=+5",
        "window-center=0x10",
        "window-center=1e400",
    ):
        show(session, plain, (f"rendered?{arguments}",))


@scenario("The size that a client asks for, smoothed or not", configuration=LAB)
def sizes(session: Session) -> None:
    wide = picture(session, "wide", bytes(range(0, 252, 3)), rows=7, columns=12)
    color = picture(session, "color", COLORS, **COLOR)
    for arguments in (
        "width=24",
        "height=3",
        "width=5",
        "width=11",
        "width=13",
        "width=30&height=6",
        "width=1",
        "width=0",
        "width=12&height=100",
        "width=5&smooth=1",
        "width=5&smooth=true",
        "width=24&smooth=1",
        "width=5&smooth=0",
        "smooth=1",
        "width=9&width=5",
    ):
        show(session, wide, (f"rendered?{arguments}",))
    show(session, color, ("rendered?width=3", "rendered?width=3&smooth=1", "preview?width=3"))
    for arguments in (
        "width=-1",
        "width=x",
        "height=x",
        "width=8.5",
        "width=",
        "width=%208",
        "width=%2B8",
        "height=4294967296",
        "smooth=x",
        "smooth=x&width=x",
        "smooth&width=5",
    ):
        show(session, wide, (f"rendered?{arguments}",))


@scenario("PNG, JPEG or PAM, as the client accepts them", configuration=LAB)
def media_types(session: Session) -> None:
    base = picture(session, "grey", TWELVE, **bits(16, 12))
    color = picture(session, "color", COLORS, **COLOR)
    for accept in (JPEG, PAM):
        show(session, base, VIEWS, accept)
        show(session, color, ("preview", "rendered"), accept)
    for accept in (
        "*/*",
        "image/*",
        "image/jpeg, image/png",
        "image/png, image/jpeg",
        "image/png;q=0.5, image/jpeg",
        "image/jpeg;q=0.5, */*",
        "*/*, image/jpeg",
        "image/gif, image/jpeg",
        "image/jpeg;q=0",
        "image/jpeg;level=1",
        "image / jpeg",
        "image/gif",
        "text/html",
        "IMAGE/PNG",
        "*",
        "image/png;q=x",
        "image/png;q=2",
    ):
        show(session, base, ("preview",), accept)


@scenario("The quality of JPEG, which is read whatever is made", configuration=LAB)
def quality(session: Session) -> None:
    base = picture(session, "", TWELVE, **bits(16, 12))
    for number in ("1", "50", "100", "0", "101", "-1", "x", "", "50.5", "+50", "%2050"):
        show(session, base, (f"preview?quality={number}",), JPEG)
    show(session, base, ("preview?quality=x", "rendered?quality=x&width=x", "image-uint8?quality=x"))


@scenario("Colours: RGB by pixel or plane, of 8 or 16 bits, and what else is not drawn", configuration=LAB)
def colors(session: Session) -> None:
    planes = COLORS[::3] + COLORS[1::3] + COLORS[2::3]
    deep = struct.pack("<48H", *(257 * part % 65536 for part in COLORS))
    for label, data, given in (
        ("pixels", COLORS, {}),
        ("planes", planes, {"planar": 1}),
        ("window", COLORS, {"center": "50", "width": "20", "slope": "2", "intercept": "5"}),
        ("deep", deep, bits(16)),
        ("twelve", deep, bits(16, 12)),
        ("deep planes", deep, {**bits(16), "planar": 1}),
        ("signed", COLORS, bits(8, signed=1)),
        ("one sample", RAMP, {"samples": 1}),
        ("grey", COLORS, {"photometric": "MONOCHROME2"}),
    ):
        show(session, picture(session, label, data, **{**COLOR, **given}))
    for photometric in ("YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "CMYK", "HSV"):
        show(session, picture(session, photometric, COLORS, **{**COLOR, "photometric": photometric}), ("preview",))


def palette(entries: int, depth: int, *, first: int = 0, said: int | None = None) -> list[RawElement]:
    """The descriptors and tables of a palette of `entries`, of which `said` are told."""
    made: list[RawElement] = []
    top = (1 << depth) - 1
    for number in range(3):
        told = struct.pack("<3H", (entries if said is None else said) & 0xFFFF, first, depth)
        values = (top * (place if number == 0 else entries - place) // entries for place in range(entries))
        made.append((f"0028,110{number + 1}", "US", told))
        made.append((f"0028,120{number + 1}", "OW", struct.pack(f"<{entries}H", *values)))
    return made


@scenario("Palettes", configuration=LAB)
def palettes(session: Session) -> None:
    indexes = bytes(range(16))
    for label, data, table, given in (
        ("usual", indexes, palette(256, 16), {}),
        ("small", indexes, palette(16, 16), {}),
        ("too small", indexes, palette(8, 16), {}),
        ("twelve", indexes, palette(256, 12), {}),
        ("eight", indexes, palette(256, 8), {}),
        ("first", indexes, palette(256, 16, first=1), {}),
        ("short", indexes, palette(255, 16, said=256), {}),
        ("wide", SIXTEEN, palette(65536, 16), bits(16)),
        ("wide indexes", SIXTEEN, palette(256, 16), bits(16)),
        ("eight in sixteen", SIXTEEN, palette(256, 16), bits(16, 8)),
        ("signed", indexes, palette(256, 16), bits(8, signed=1)),
        ("none", indexes, [], {}),
    ):
        base = picture(session, label, data, *table, **{**given, "photometric": "PALETTE COLOR"})
        show(session, base, ("preview", "rendered", "image-uint8", "frames/0/numpy?rescale=0"))


@scenario("The frames of a picture, and those that are not there", configuration=LAB)
def frames(session: Session) -> None:
    base = picture(session, "", RAMP + RAMP[::-1], frames="2 ")
    for number in ("0", "1", "2", "-1", "x", "99999999999"):
        show(session, base, (f"frames/{number}/preview", f"frames/{number}/image-uint16"))
    show(
        session,
        base,
        ("frames/1/rendered?width=2", "frames/7/preview?returnUnsupportedImage", "frames/7/rendered?width=x"),
    )


@scenario("What lies about its size, or has none, is no picture", configuration=LAB)
def lies(session: Session) -> None:
    for label, data, given in (
        ("frames", RAMP, {"frames": "3 "}),
        ("many frames", RAMP, {"frames": "1000000 "}),
        ("no frames", RAMP, {"frames": "0 "}),
        ("word", RAMP, {"frames": "x "}),
        ("rows", RAMP, {"rows": 65535, "columns": 65535}),
        ("no rows", RAMP, {"rows": None}),
        ("no photometric", RAMP, {"photometric": None}),
        ("short", RAMP[:8], {}),
        ("zero rows", b"", {"rows": 0}),
        ("zero columns", b"", {"columns": 0}),
    ):
        base = picture(session, label, data, **given)
        show(session, base, ("preview", "rendered", "image-uint8"))
        show(session, base, ("preview", "rendered?width=10"), PAM)
        show(session, base, ("preview",), JPEG)


@scenario("A client may be led to a picture that says that there is none", configuration=LAB)
def unsupported(session: Session) -> None:
    base = picture(session, "six", RAMP, **bits(8, 6))
    fine = picture(session, "fine", RAMP)
    for value in ("", "=1", "=true", "=false", "=0", "=x"):
        show(session, base, (f"preview?returnUnsupportedImage{value}",))
    show(session, base, ("frames/0/rendered?returnUnsupportedImage", "preview?returnUnsupportedImage"), "image/gif")
    for arguments in ("quality=x", "width=x", "smooth=x"):
        show(session, fine, (f"rendered?{arguments}&returnUnsupportedImage",))
    show(session, fine, ("preview?returnUnsupportedImage=x", "preview?quality=x&returnUnsupportedImage=x"))


@scenario("RLE: every segment fills its bytes, whatever is said of the colours", configuration=LAB)
def rle(session: Session) -> None:
    planes = (COLORS[::3], COLORS[1::3], COLORS[2::3])
    for label, segments, given in (
        ("eight", (RAMP,), {}),
        ("sixteen", (TWELVE[1::2], TWELVE[::2]), bits(16)),
        ("signed", (SIXTEEN[1::2], SIXTEEN[::2]), bits(16, signed=1)),
        ("short", (RAMP[:10],), {}),
        ("long", (RAMP + RAMP,), {}),
        ("rows", (RAMP,), {"rows": 6}),
        ("one too many", (RAMP, RAMP), {}),
        ("one too few", (RAMP,), bits(16)),
        ("color", planes, COLOR),
        ("planes", planes, {**COLOR, "planar": 1}),
        ("ybr", planes, {**COLOR, "photometric": "YBR_FULL"}),
        ("ybr planes", planes, {**COLOR, "photometric": "YBR_FULL", "planar": 1}),
        ("grey", planes, {**COLOR, "photometric": "MONOCHROME2"}),
    ):
        base = picture(session, label, (run_lengths(*segments),), syntax=RLE_SYNTAX, **given)
        show(session, base, ("preview", "image-uint16", "matlab"))
    two = (run_lengths(RAMP), run_lengths(RAMP[::-1]))
    show(
        session, picture(session, "two", two, syntax=RLE_SYNTAX, frames="2 "), ("frames/1/preview", "frames/2/preview")
    )


@scenario("JPEG: what is decoded fills the frame, and YBR becomes RGB", configuration=LAB)
def jpeg(session: Session) -> None:
    grey_frame: dict[str, Any] = {"rows": 8, "columns": 8}
    color_frame: dict[str, Any] = {**COLOR, **grey_frame}
    for label, data, given in (
        ("grey", JPEG_GREY, grey_frame),
        ("inverted", JPEG_GREY, {**grey_frame, "photometric": "MONOCHROME1"}),
        ("other shape", JPEG_GREY, {"rows": 16, "columns": 4}),
        ("too few rows", JPEG_GREY, {"rows": 4, "columns": 8}),
        ("eight in sixteen", JPEG_GREY, {**grey_frame, **bits(16, 8)}),
        ("signed", JPEG_GREY, {**grey_frame, **bits(8, signed=1)}),
        ("six", JPEG_GREY, {**grey_frame, **bits(8, 6)}),
        ("frames", JPEG_GREY, {**grey_frame, "frames": "3 "}),
        ("one sample", JPEG_COLOR, grey_frame),
        ("raw", JPEG_COLOR, color_frame),
        *((ybr, JPEG_COLOR, {**color_frame, "photometric": ybr}) for ybr in ("YBR_FULL", "YBR_FULL_422", "YBR_RCT")),
        ("planes", JPEG_COLOR, {**color_frame, "photometric": "YBR_FULL", "planar": 1}),
        ("cut", JPEG_GREY[:100], grey_frame),
        ("junk", b"garbage!", grey_frame),
    ):
        base = picture(session, label, (data,), syntax=JPEG_SYNTAX, **given)
        show(session, base, ("preview", "rendered", "image-uint8", "matlab"))
    show(
        session,
        picture(session, "two", (JPEG_GREY, JPEG_GREY), syntax=JPEG_SYNTAX, **grey_frame, frames="2 "),
        (
            "frames/1/preview",
            "frames/2/preview",
        ),
    )


@scenario("JPEG in any of its transfer syntaxes that the server knows; JPEG 2000 in none", configuration=LAB)
def syntaxes(session: Session) -> None:
    for number in ("51", "52", "53", "54", "55", "56", "57", "66", "70", "90", "91"):
        base = picture(session, number, (JPEG_GREY,), syntax=f"1.2.840.10008.1.2.4.{number}", rows=8, columns=8)
        show(session, base, ("image-uint8", "frames/0/numpy"))
