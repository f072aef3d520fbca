"""Pixel data that the server can't write: what the API in Python makes of it; HTTP is compared by the scenarios."""

from __future__ import annotations

import pytest

from emulator import Emulator, OrthancError
from emulator.testing import dicom


@pytest.mark.parametrize("release", ["1.10.1", "1.12.7"])
def test_emptied_pixel_data_are_refused(release: str) -> None:
    with Emulator(release=release) as orthanc:
        stored = orthanc.store(dicom(Rows=1, Columns=1, BitsAllocated=16, PixelData=b"\1\2"))
        with pytest.raises(OrthancError, match="can't write"):
            orthanc.modify("Instance", stored.id, {"Replace": {"PixelData": ""}})
        with pytest.raises(OrthancError):
            orthanc.modify("Study", stored.parent_study, {"Replace": {"PixelData": ""}, "KeepSource": False})
        assert orthanc.resources("Instance") == [stored.id]


@pytest.mark.parametrize("release", ["1.9.1", "1.13.0"])
def test_emptied_pixel_data_are_written(release: str) -> None:
    with Emulator(release=release) as orthanc:
        stored = orthanc.store(dicom(Rows=1, Columns=1, BitsAllocated=16, PixelData=b"\1\2"))
        orthanc.modify("Instance", stored.id, {"Replace": {"PixelData": ""}})
