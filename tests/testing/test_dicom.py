"""Files that `emulator.testing.dicom` makes."""

from __future__ import annotations

import io

import pytest
from pydicom import dcmread
from pydicom.encaps import generate_frames

from emulator import Emulator
from emulator.testing import dicom, dicom_bytes

LABEL = {("MYLAB", 0x0011, 0x01): ("LO", "label-A")}
DICTIONARY = {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}

UNCOMPRESSED = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"]


@pytest.mark.parametrize("transfer_syntax", UNCOMPRESSED)
@pytest.mark.parametrize("release", ["1.9.1", "1.13.0"])
def test_a_label_is_read_in_every_transfer_syntax(transfer_syntax: str, release: str) -> None:
    orthanc = Emulator({"Dictionary": DICTIONARY}, release=release)
    stored = orthanc.store(dicom_bytes(PatientID="P1", private=LABEL, transfer_syntax=transfer_syntax))
    tags = orthanc.simplified_tags(stored.id)
    assert (tags["PatientID"], tags["MyLabel"]) == ("P1", "label-A")


def test_frames_that_are_encoded_already_are_encapsulated() -> None:
    frames = [b"\xff\xd8first\xff\xd9", b"\xff\xd8second\xff\xd9"]
    file = dicom_bytes(transfer_syntax="1.2.840.10008.1.2.4.50", NumberOfFrames=2, BitsAllocated=8, PixelData=frames)
    dataset = dcmread(io.BytesIO(file))
    assert dataset["PixelData"].is_undefined_length
    read = [*generate_frames(dataset.PixelData, number_of_frames=2)]
    assert [frame.rstrip(b"\0") for frame in read] == frames


def test_pixels_that_are_not_compressed_are_written_as_they_are() -> None:
    file = dicom_bytes(Rows=1, Columns=2, BitsAllocated=16, PixelData=b"\1\0\2\0")
    dataset = dcmread(io.BytesIO(file))
    assert (dataset["PixelData"].VR, dataset.PixelData) == ("OW", b"\1\0\2\0")


def test_the_same_numbers_give_the_same_identifiers() -> None:
    first, again = (dicom(PatientID="P1", study=2, series=3, instance=4) for _ in range(2))
    assert first == again
    assert dicom(PatientID="P1").SOPInstanceUID != dicom(PatientID="P1").SOPInstanceUID
    assert dicom(PatientID="P1").SeriesInstanceUID == dicom(PatientID="P1").SeriesInstanceUID
    assert dicom(PatientID="P1", study=2).StudyInstanceUID != dicom(PatientID="P2", study=2).StudyInstanceUID


def test_keywords_override_and_none_leaves_out() -> None:
    dataset = dicom(StudyInstanceUID="1.2.3", SOPClassUID=None, Modality="CT", StudyDescription="chest")
    assert (dataset.StudyInstanceUID, dataset.Modality, dataset.StudyDescription) == ("1.2.3", "CT", "chest")
    assert "SOPClassUID" not in dataset


def test_items_hold_keywords_and_private_tags() -> None:
    private = {("MYLAB", 0x0011, 0x04): ("SQ", [{"PatientID": "inside", ("OTHER", 0x0013, 0x01): ("US", 7)}])}
    dataset = dicom(OtherPatientIDsSequence=[{"PatientID": "P2"}], private=private)
    item = dataset.private_block(0x0011, "MYLAB")[0x04].value[0]
    assert dataset.OtherPatientIDsSequence[0].PatientID == "P2"
    assert (item.PatientID, item[0x0013, 0x1001].value, item[0x0013, 0x0010].value) == ("inside", 7, "OTHER")


def test_an_element_chooses_its_block() -> None:
    dataset = dicom(private={("MYLAB", 0x0011, 0x1101): ("LO", "x"), ("OTHER", 0x0011, 0x1001): ("LO", "y")})
    creators = (dataset[0x0011, 0x0010].value, dataset[0x0011, 0x0011].value)
    assert (creators, dataset[0x0011, 0x1101].value) == (("OTHER", "MYLAB"), "x")


def test_an_orphan_has_no_creator() -> None:
    dataset = dicom(elements={0x00111001: ("LO", "orphan")})
    assert (0x0011, 0x0010) not in dataset
    assert dataset[0x0011, 0x1001].value == "orphan"


def test_what_can_not_be_is_refused() -> None:
    with pytest.raises(ValueError, match="did you mean PatientName"):
        dicom(PatientNam="x")
    with pytest.raises(ValueError, match="odd group"):
        dicom(private={("MYLAB", 0x0010, 0x01): ("LO", "x")})
    with pytest.raises(ValueError, match="block 10 of group 0011"):
        dicom(private={("MYLAB", 0x0011, 0x1001): ("LO", "x"), ("OTHER", 0x0011, 0x1002): ("LO", "y")})
