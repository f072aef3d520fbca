"""The plugin's pictures and decompressed frames as clients read them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from werkzeug.test import Client, TestResponse

from conformance.files import datasets
from conformance.files.pixels import run_lengths
from emulator import RELEASES, Emulator

ALL = tuple(RELEASES)
BASE = "/dicom-web/studies/1.2/series/1.2.3/instances/1.2.3.4"
RAMP = bytes(range(0, 160, 10))


def get(path: str, release: str, data: bytes = RAMP, accept: str = "image/png", syntax: str = "") -> TestResponse:
    orthanc = Emulator({"DicomWeb": {"Enable": True}}, release=release)
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = datasets.SECONDARY_CAPTURE, "1.2.3.4"
    made.StudyInstanceUID, made.SeriesInstanceUID = "1.2", "1.2.3"
    for keyword, value in datasets.grayscale(4, 4).items():
        setattr(made, keyword, value)
    made.add_new("PixelData", "OB" if syntax else "OW", encapsulate([data]) if syntax else data)
    made["PixelData"].is_undefined_length = bool(syntax)
    orthanc.store(datasets.to_bytes(made, syntax or "1.2.840.10008.1.2.1"))
    return Client(orthanc.wsgi).get(f"{BASE}/{path}", headers={"Accept": accept})


def pixels(path: str, release: str) -> Any:
    answer = get(path, release)
    assert answer.status_code == 200, answer.data
    return np.array(Image.open(io.BytesIO(answer.data))).tolist()


@pytest.mark.parametrize("release", ALL)
def test_default_picture(release: str) -> None:
    first = [0, 9, 19, 29] if release == "1.9.1" else [0, 17, 34, 51]
    assert pixels("rendered", release)[0] == first
    assert pixels("frames/1/rendered?quality=50", release)[0] == [0, 17, 34, 51]


@pytest.mark.parametrize("release", ALL)
def test_windows_and_viewports(release: str) -> None:
    assert pixels("rendered?window=50,30,linear", release)[1] == [44, 132, 220, 255]
    assert pixels("rendered?viewport=8,4", release)[0] == [0, 0, 0, 17, 34, 51, 0, 0]
    assert pixels("rendered?viewport=4,4,1,1,-2,2", release)[0] == [51, 51, 0, 0]


@pytest.mark.parametrize("release", ALL)
def test_bad_arguments(release: str) -> None:
    for argument in ("window=x,5,linear", "window=5,5", "viewport=x,2", "viewport=1", "viewport=-1,2", "quality=0"):
        assert get(f"rendered?{argument}", release).status_code == 400
    assert get("rendered?viewport=0,2", release).status_code == 500
    assert get("rendered?viewport=100000,100000", release).status_code == 501


@pytest.mark.parametrize("release", ALL)
def test_compressed_frame_is_sent_without_compression(release: str) -> None:
    accept = 'multipart/related; type="application/octet-stream"'
    answer = get("frames/1", release, run_lengths(RAMP), accept, "1.2.840.10008.1.2.5")
    assert answer.status_code == 200
    assert b"\r\n\r\n" + RAMP + b"\r\n" in answer.data
    assert get("frames/2", release, run_lengths(RAMP), accept, "1.2.840.10008.1.2.5").status_code == 400
    assert get("frames/1", release, b"junk", accept, "1.2.840.10008.1.2.5").status_code == 500
