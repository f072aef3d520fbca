"""Frames and arrays as clients read them."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from werkzeug.test import Client

from conformance.files import datasets
from emulator import RELEASES, Emulator

ALL = tuple(RELEASES)
WITH_NUMPY = [release for release in ALL if release != "1.9.1"]


def stored(orthanc: Emulator, data: bytes, syntax: str = "1.2.840.10008.1.2.1", **elements: Any) -> str:
    """Stores two pixels beside each other, or what `elements` make of them; answers the identifier."""
    made = Dataset()
    given = {
        "SOPClassUID": datasets.SECONDARY_CAPTURE,
        "SOPInstanceUID": "1.2.3.4",
        "StudyInstanceUID": "1.2",
        "SeriesInstanceUID": "1.2.3",
        "Rows": 1,
        "Columns": 2,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelRepresentation": 0,
        **elements,
    }
    for keyword, value in given.items():
        setattr(made, keyword, value)
    made.add_new("PixelData", "OW", data)
    return orthanc.store(datasets.to_bytes(made, syntax)).id


@pytest.mark.parametrize("release", ALL)
def test_raw_frame_is_what_is_in_the_file(release: str) -> None:
    orthanc = Emulator(release=release)
    base = f"/instances/{stored(orthanc, bytes(range(6)), NumberOfFrames='3')}"
    client = Client(orthanc.wsgi)
    assert client.get(f"{base}/frames").get_json() == [0, 1, 2]
    assert client.get(f"{base}/frames/1/raw").data == b"\2\3"
    assert gzip.decompress(client.get(f"{base}/frames/2/raw.gz").data) == b"\4\5"
    assert client.get(f"{base}/frames/3/raw").status_code == 400


@pytest.mark.parametrize("release", WITH_NUMPY)
def test_array_of_numpy(release: str) -> None:
    orthanc = Emulator(release=release)
    base = f"/instances/{stored(orthanc, bytes([1, 255]))}"
    client = Client(orthanc.wsgi)
    data = client.get(f"{base}/numpy").data
    assert data.startswith(b"\x93NUMPY\1\0")
    assert len(data) == 128 + 8
    assert b"'<f4'" in data
    assert b"(1, 1,2,1)" in data
    assert struct.unpack("<2f", data[128:]) == (1.0, 255.0)
    packed = client.get(f"{base}/frames/0/numpy?rescale=false&compress").data
    assert zipfile.ZipFile(io.BytesIO(packed)).read("arr_0")[128:] == b"\1\xff"


@pytest.mark.parametrize(("size", "expected"), [((2, 0), "double([ ; ])"), ((0, 3), "double([ ])")])
def test_matlab_of_no_pixels(size: tuple[int, int], expected: str) -> None:
    orthanc = Emulator()
    identifier = stored(orthanc, b"", Rows=size[0], Columns=size[1])
    assert Client(orthanc.wsgi).get(f"/instances/{identifier}/matlab").data == expected.encode("ascii")


def test_compressed_frame_is_as_it_is_in_the_file() -> None:
    orthanc = Emulator()
    made = Dataset()
    made.update(datasets.read(orthanc.file(stored(orthanc, bytes(2)))) or {})
    made.SOPInstanceUID = "1.2.3.5"
    made.PixelData = encapsulate([b"JPEG"])
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    identifier = orthanc.store(datasets.to_bytes(made, "1.2.840.10008.1.2.4.50")).id
    client = Client(orthanc.wsgi)
    raw = client.get(f"/instances/{identifier}/frames/0/raw")
    assert (raw.data, raw.headers["Content-Type"]) == (b"JPEG", "image/jpeg")
    answer = client.get(f"/instances/{identifier}/numpy")
    assert (answer.status_code, json.loads(answer.data)["Details"]) == (400, "Cannot decode a non-palette image")


def test_frames_are_bounded() -> None:
    orthanc = Emulator()
    identifier = stored(orthanc, bytes(2), NumberOfFrames="2000000000")
    answer = Client(orthanc.wsgi).get(f"/instances/{identifier}/frames")
    assert answer.status_code == 500
    assert "at most" in json.loads(answer.data)["Details"]


def test_export_is_forbidden_or_not_emulated() -> None:
    for options, status in (({}, 403), ({"RestApiWriteToFileSystemEnabled": True}, 501)):
        orthanc = Emulator(options)
        answer = Client(orthanc.wsgi).post(f"/instances/{stored(orthanc, bytes(2))}/export", data="/tmp/x.dcm")
        assert answer.status_code == status
