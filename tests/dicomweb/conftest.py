"""Servers with DICOMweb, one of each release."""

from __future__ import annotations

import pytest

from emulator import RELEASES, Emulator
from emulator.testing import dicom

DICTIONARY = {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}
LABEL = {("MYLAB", 0x0011, 0x01): ("LO", "mine")}


@pytest.fixture(params=[*RELEASES])
def orthanc(request: pytest.FixtureRequest) -> Emulator:
    """Two studies of one patient, with a private tag."""
    emulator = Emulator({"Dictionary": DICTIONARY, "DicomWeb": {"Enable": True}}, release=request.param)
    emulator.store(dicom(PatientID="P1", StudyDescription="Head", private=LABEL))
    emulator.store(dicom(PatientID="P1", StudyDescription="Foot", study=2, private=LABEL))
    return emulator
