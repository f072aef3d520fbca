"""Pictures as clients see them: the pixels are those of the real servers, measured on each release."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.encaps import encapsulate
from werkzeug.test import Client, TestResponse

from conformance.files import datasets
from conformance.files.pixels import run_lengths
from emulator import RELEASES, Emulator

from .test_images import stored

ALL = tuple(RELEASES)
LATER = tuple(release for release in ALL if release != "1.9.1")
SIXTEEN: dict[str, Any] = {"BitsAllocated": 16, "BitsStored": 16, "HighBit": 15}
COLOR: dict[str, Any] = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
TWELVE = np.array([0, 1, 5, 100, 127, 128, 200, 255, 256, 300, 1000, 2000, 3000, 4000, 4095, 4095], "<u2").tobytes()
TWELVE_BITS: dict[str, Any] = {"Rows": 4, "Columns": 4, "BitsAllocated": 16, "BitsStored": 12, "HighBit": 11}
ENCAPSULATED = {"RLE": "1.2.840.10008.1.2.5", "JPEG": "1.2.840.10008.1.2.4.50"}


def get(
    data: bytes, view: str, release: str = "1.12.7", *, accept: str = "", syntax: str = "", **elements: Any
) -> TestResponse:
    """The answer to a view of an instance with these pixel data."""
    orthanc = Emulator(release=release, unknown_tags="as-release")
    if syntax:
        made = datasets.read(orthanc.file(stored(orthanc, b"", **elements)))
        assert made is not None
        made.SOPInstanceUID = "1.2.3.5"
        made.PixelData = encapsulate([data])
        made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
        identifier = orthanc.store(datasets.to_bytes(made, syntax)).id
    else:
        identifier = stored(orthanc, data, **elements)
    headers = {"Accept": accept} if accept else {}
    return Client(orthanc.wsgi).get(f"/instances/{identifier}/{view}", headers=headers)


def pixels(*arguments: Any, **options: Any) -> list[Any]:
    answer = get(*arguments, **options)
    assert answer.status_code == 200, answer.data
    shown: list[Any] = np.array(Image.open(io.BytesIO(answer.data))).tolist()
    return shown


def details(answer: TestResponse) -> str | None:
    described: str | None = json.loads(answer.data).get("Details")
    return described


@pytest.mark.parametrize("release", ALL)
def test_preview_is_stretched_and_rendered_by_bits(release: str) -> None:
    assert pixels(TWELVE, "preview", release, **TWELVE_BITS) == [
        [0, 0, 0, 6],
        [8, 8, 12, 16],
        [16, 19, 62, 125],
        [187, 249, 255, 255],
    ]
    assert pixels(TWELVE, "rendered", release, **TWELVE_BITS) == [
        [0, 0, 0, 6],
        [7, 7, 12, 15],
        [15, 18, 62, 124],
        [186, 249, 254, 254],
    ]


def test_half_of_a_grey_level() -> None:
    """644 is 178.5 of 255 in a picture from 280 to 800, a little less in numbers of 32 bits."""
    assert pixels(struct.pack("<3H", 280, 644, 800), "preview", Columns=3, **SIXTEEN) == [[0, 178, 255]]


@pytest.mark.parametrize("release", ALL)
def test_inverted_photometric_interpretation(release: str) -> None:
    given = {**TWELVE_BITS, "PhotometricInterpretation": "MONOCHROME1"}
    assert pixels(TWELVE, "preview", release, **given)[3] == [68, 6, 0, 0]
    assert pixels(TWELVE, "rendered", release, **given)[3] == [69, 6, 1, 1]
    assert pixels(TWELVE, "image-uint16", release, **given)[3] == [3000, 4000, 4095, 4095]


@pytest.mark.parametrize("release", ALL)
def test_default_window_is_rescaled_on_the_first_release(release: str) -> None:
    given = {**TWELVE_BITS, "RescaleSlope": "2", "RescaleIntercept": "-1000"}
    assert pixels(TWELVE, "rendered", release, **given)[2] == (
        [15, 18, 62, 124] if release == "1.9.1" else [0, 0, 62, 186]
    )


@pytest.mark.parametrize("release", ALL)
def test_window_of_the_file_and_of_the_client(release: str) -> None:
    given = {**TWELVE_BITS, "WindowCenter": "1000", "WindowWidth": "500"}
    assert pixels(TWELVE, "rendered", release, **given)[2] == [0, 0, 127, 255]
    assert pixels(TWELVE, "rendered?window-center=128&window-width=256", release, **given)[:2] == [
        [0, 0, 4, 99],
        [126, 127, 199, 254],
    ]


def test_numbers_are_held_within_their_type() -> None:
    signed = struct.pack("<2h", -5, 300)
    given = {**SIXTEEN, "PixelRepresentation": 1}
    assert pixels(signed, "image-uint8", **given) == [[0, 255]]
    assert pixels(signed, "image-uint16", **given) == [[0, 300]]
    assert pixels(signed, "image-int16", **given) == [[65531, 300]]


def test_size_keeps_the_proportion_and_smooths_what_shrinks() -> None:
    ramp = bytes(range(0, 256, 16))
    given = {"Rows": 4, "Columns": 4}
    assert pixels(ramp, "rendered?width=2", **given) == [[79, 111], [207, 239]]
    assert pixels(ramp, "rendered?width=2&smooth=1", **given) == [[84, 109], [184, 209]]
    assert pixels(ramp, "rendered?width=3&height=9", **given) == [[0, 31, 47], [127, 159, 175], [191, 223, 239]]
    assert len(pixels(ramp, "rendered?height=8", **given)) == 8


@pytest.mark.parametrize("release", ALL)
def test_colors(release: str) -> None:
    rgb = bytes([1, 2, 3, 4, 5, 6])
    assert pixels(rgb, "preview", release, **COLOR) == [[[1, 2, 3], [4, 5, 6]]]
    planes = bytes([1, 4, 2, 5, 3, 6])
    assert pixels(planes, "rendered", release, **{**COLOR, "PlanarConfiguration": 1}) == [[[1, 2, 3], [4, 5, 6]]]
    deep = get(struct.pack("<6H", *range(0, 1536, 256)), "preview", release, **{**COLOR, **SIXTEEN})
    assert deep.status_code == {"1.9.1": 301, "1.10.1": 415}.get(release, 200)


@pytest.mark.parametrize("release", LATER)
def test_palette(release: str) -> None:
    table = np.arange(256, dtype="<u2") * 257
    elements: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for number, name in enumerate(("Red", "Green", "Blue")):
        elements[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        elements[f"{name}PaletteColorLookupTableData"] = (table[::-1] if number else table).tobytes()
    assert pixels(b"\x01\xff", "preview", release, **elements) == [[[1, 254, 254], [255, 0, 0]]]
    short = {**elements, "RedPaletteColorLookupTableData": bytes(8)}
    assert get(b"\1\2", "preview", release, **short).status_code == 415


def test_media_types() -> None:
    jpeg = get(bytes([0, 255]), "preview", accept="image/png;q=0.5, image/jpeg")
    assert jpeg.headers["Content-Type"] == "image/jpeg"
    assert jpeg.data.startswith(b"\xff\xd8\xff\xe0")
    smaller = get(bytes(range(256)), "preview?quality=1", accept="image/jpeg", Rows=16, Columns=16)
    assert len(smaller.data) < len(get(bytes(range(256)), "preview", accept="image/jpeg", Rows=16, Columns=16).data)
    pam = get(bytes([0, 255]), "preview", accept="image/x-portable-arbitrarymap")
    assert pam.data == b"P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nTUPLTYPE GRAYSCALE\nENDHDR\n\x00\xff"
    assert get(bytes(2), "preview", accept="*/*").headers["Content-Type"] == "image/png"
    assert get(bytes(2), "preview", accept="image/gif").status_code == 404


@pytest.mark.parametrize("release", ALL)
def test_bad_arguments(release: str) -> None:
    explained = release == "1.9.1"
    for view, status, message in (
        ("rendered?window-center=x", 404, "Bad value for argument: window-center"),
        ("rendered?width=-1", 404, "Argument cannot be negative: width"),
        ("rendered?smooth=x", 415, "Boolean value expected"),
        ("preview?quality=0", 415, "Bad quality for a JPEG encoding (must be a number between 0 and 100): 0"),
    ):
        answer = get(bytes(2), view, release)
        assert answer.status_code == (400 if explained else status), view
        assert not explained or details(answer) == message
    assert get(bytes(2), "image-uint16", release, accept="image/jpeg").status_code == (400 if explained else 404)


@pytest.mark.parametrize("release", ALL)
def test_what_is_no_image(release: str) -> None:
    redirected = {"1.9.1": 301, "1.10.1": 415}.get(release, 415)
    assert get(bytes(2), "preview", release, Columns=9).status_code == redirected
    answer = get(bytes(2), "frames/0/preview?returnUnsupportedImage", release, Columns=9)
    assert answer.status_code == (301 if release in ("1.9.1", "1.10.1") else 307)
    assert answer.headers["Location"] == "../../../../app/images/unsupported.png"
    beyond = get(bytes(2), "frames/1/rendered", release)
    assert beyond.status_code == (404 if release in ("1.9.1", "1.10.1") else 415)


@pytest.mark.parametrize("release", ALL)
def test_picture_without_pixels(release: str) -> None:
    answer = get(b"", "preview", release, Rows=0)
    assert answer.status_code == (500 if release == "1.9.1" else 415)
    pam = get(b"", "preview", release, accept="image/x-portable-arbitrarymap", Rows=0)
    assert b"HEIGHT 0" in pam.data


@pytest.mark.parametrize("release", ALL)
def test_rle(release: str) -> None:
    rle = ENCAPSULATED["RLE"]
    assert pixels(run_lengths(b"\1\2", b"\3\4"), "image-uint16", release, syntax=rle, **SIXTEEN) == [[259, 516]]
    assert pixels(run_lengths(b"\x01\x02", b"\3\4", b"\5\6"), "preview", release, syntax=rle, **COLOR) == [
        [[1, 3, 5], [2, 4, 6]]
    ]
    many = get(run_lengths(b"\1\2", b"\3\4"), "preview", release, syntax=rle)
    assert many.status_code == (301 if release == "1.9.1" else 415)


def jpeg_of(picture: Any) -> bytes:
    output = io.BytesIO()
    Image.fromarray(picture).save(output, "JPEG", quality=100)
    return output.getvalue()


@pytest.mark.parametrize("release", ALL)
def test_jpeg(release: str) -> None:
    grey = np.full((8, 8), 77, "u1")
    given: dict[str, Any] = {"syntax": ENCAPSULATED["JPEG"], "Rows": 8, "Columns": 8}
    assert pixels(jpeg_of(grey), "image-uint8", release, **given) == grey.tolist()
    red = jpeg_of(np.full((8, 8, 3), (255, 0, 0), "u1"))
    converted = pixels(red, "preview", release, **{**given, **COLOR, "PhotometricInterpretation": "YBR_FULL_422"})
    assert converted[0][0] == [254, 0, 0]
    raw = pixels(red, "preview", release, **{**given, **COLOR})
    assert raw[0][0] == [76, 85, 255]


@pytest.mark.parametrize("release", ALL)
def test_jpeg_that_lies(release: str) -> None:
    """A stream that is larger than the file says is no image, and never decoded; nor is one that is cut, or none."""
    whole = jpeg_of(np.zeros((16, 16), "u1"))
    huge = bytearray(whole)
    place = huge.index(b"\xff\xc0") + 5
    huge[place : place + 4] = b"\xff\xff\xff\xff"
    for data in (whole, bytes(huge), whole[:300], b"junk", b"\xff\xd8\xff\xc0\x00\x02", b"\xff\xd8"):
        answer = get(data, "preview", release, syntax=ENCAPSULATED["JPEG"], Rows=8, Columns=8)
        assert answer.status_code == (301 if release == "1.9.1" else 415)


def test_memory_is_bounded() -> None:
    """Neither a small file that claims a huge frame, nor a client that asks for a huge picture, is followed."""
    frame = get(run_lengths(b"\1"), "preview", syntax=ENCAPSULATED["RLE"], Rows=65535, Columns=65535)
    assert (frame.status_code, "at most" in str(details(frame))) == (501, True)
    picture = get(bytes(2), "rendered?width=100000000")
    assert (picture.status_code, "at most" in str(details(picture))) == (501, True)
    assert get(bytes(2), "preview", Rows=65535, Columns=65535).status_code == 415


def test_codec_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from pydicom.pixels.decoders.base import Decoder

    monkeypatch.setattr(Decoder, "available_plugins", property(lambda _: ()))
    stream = b"\xff\xd8\xff\xf7" + struct.pack(">HBHHB", 11, 8, 1, 2, 1) + bytes(3)
    answer = get(stream, "preview", syntax="1.2.840.10008.1.2.4.80")
    assert answer.status_code == 501
    assert "pyjpegls" in str(details(answer))


@pytest.mark.parametrize("missing", ["numpy", "PIL"])
def test_missing_extra_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    for name in [name for name in sys.modules if name.startswith(f"{missing}.")]:
        monkeypatch.setitem(sys.modules, name, None)
    for view in ("preview", "rendered", "image-uint8", "frames/0/image-int16"):
        answer = get(bytes(2), view)
        assert answer.status_code == 501
        assert "pip install numpy Pillow, or '.[images]' in a clone" in str(details(answer))
    assert get(bytes(2), "preview", Columns=9).status_code == 415  # there is nothing to draw


def test_nothing_of_it_is_imported_before_it_is_needed() -> None:
    script = "import sys, emulator; emulator.Emulator(); print([m for m in ('numpy', 'PIL') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


@given(
    data=st.binary(min_size=2, max_size=200),
    kind=st.sampled_from(["", *ENCAPSULATED.values(), "1.2.840.10008.1.2.4.57"]),
    size=st.tuples(st.integers(0, 6), st.integers(0, 6)),
    bits=st.sampled_from([(1, 1), (8, 8), (8, 6), (16, 8), (16, 12), (16, 16), (32, 24), (32, 32)]),
    high=st.integers(0, 40),
    signed=st.integers(0, 1),
    samples=st.sampled_from([1, 3, 4]),
    planar=st.integers(0, 1),
    photometric=st.sampled_from(["MONOCHROME1", "MONOCHROME2", "RGB", "YBR_FULL", "PALETTE COLOR", "X"]),
    release=st.sampled_from(ALL),
)
@settings(max_examples=25, deadline=None)
def test_no_picture_fails(
    data: bytes,
    kind: str,
    size: tuple[int, int],
    bits: tuple[int, int],
    high: int,
    signed: int,
    samples: int,
    planar: int,
    photometric: str,
    release: str,
) -> None:
    """Whatever a file says of its pixels, each view is a picture or an error of the server's own."""
    elements = {
        "Rows": size[0],
        "Columns": size[1],
        "BitsAllocated": bits[0],
        "BitsStored": bits[1],
        "HighBit": high,
        "PixelRepresentation": signed,
        "SamplesPerPixel": samples,
        "PlanarConfiguration": planar,
        "PhotometricInterpretation": photometric,
    }
    if kind.endswith(".4.57"):
        data = b"\xff\xd8\xff\xc3\x00\x0b\x08" + data
    for view in ("preview", "rendered?width=3&smooth=1", "image-uint8", "matlab"):
        answer = get(data, view, release, syntax=kind, **elements)
        assert b"The emulator failed" not in answer.data
