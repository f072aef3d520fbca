"""What stands behind a deflated data set: the comparison with servers looks at data sets, and can't see it."""

from __future__ import annotations

import zlib

import pytest

from emulator import Emulator
from emulator.testing import dicom

DEFLATED = "1.2.840.10008.1.2.1.99"


@pytest.mark.parametrize(
    ("release", "fills"), [("1.9.1", True), ("1.10.1", True), ("1.12.7", False), ("1.13.0", False)]
)
def test_old_releases_fill_up_to_the_undeflated_size(release: str, fills: bool) -> None:
    orthanc = Emulator(release=release)
    stored = orthanc.store(dicom(PatientID="1", instance=1, ImageComments="x" * 500))
    file = orthanc.modify("Instance", stored.id, {"Transcode": DEFLATED})
    assert isinstance(file, bytes)
    start = 132 + 12 + int.from_bytes(file[140:144], "little")
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    dataset = engine.decompress(file[start:])
    rest = engine.unused_data
    assert rest == b"\0" * len(rest)
    assert len(file) - start == (len(dataset) if fills else len(file) - start - len(rest))
