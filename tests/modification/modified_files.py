"""Small DICOM files to modify, and the raw elements of what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from emulator import Emulator

DICTIONARY = {
    "0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"],
    "0011,02": ["US", "MyCount", 1, 1, "MYLAB"],
    "0011,04": ["SQ", "MySequence", 1, 1, "MYLAB"],
    "0011,05": ["FD", "MyLength", 1, 2, "MYLAB"],
    "0011,0b": ["AT", "MyTag", 1, 0, "MYLAB"],
    "0011,0e": ["OW", "MyWords", 1, 1, "MYLAB"],
    "0011,1003": ["LO", "MyFull", 1, 1, "MYLAB"],
    "0013,1005": ["LO", "MyCreatorless", 1, 1],
}

PATIENT = "PID"
STUDY = "1.2.9.1"
ELEMENT = tuple[int, str, Any]

LABEL: tuple[ELEMENT, ...] = ((0x00110010, "LO", "MYLAB"), (0x00111001, "LO", "old"))


def dicom(
    *elements: ELEMENT, study: str = STUDY, series: str = "1", instance: str = "1", patient: str = PATIENT
) -> Dataset:
    """A file with what Orthanc requires, and these elements."""
    dataset = Dataset()
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.SOPInstanceUID = f"{study}.{series}.{instance}"
    dataset.StudyInstanceUID = study
    dataset.SeriesInstanceUID = f"{study}.{series}"
    dataset.PatientID = patient
    dataset.PatientName = "A^B"
    for tag, vr, value in elements:
        dataset.add_new(tag, vr, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    return dataset


def server(release: str = "1.12.7", **options: Any) -> Emulator:
    """An emulator with the dictionary above that does as the release does."""
    mode = options.pop("unknown_tags", "as-release")
    return Emulator({"Dictionary": DICTIONARY, **options}, release=release, unknown_tags=mode)


def raw(file: bytes) -> dict[int, tuple[str | None, bytes]]:
    """The VR and the bytes of each element at the top level."""
    dataset = pydicom.dcmread(BytesIO(file))
    found = {tag: dataset.get_item(tag) for tag in [*dataset.keys()]}
    return {int(tag): (item.VR, item.value or b"") for tag, item in found.items() if item.VR != "SQ"}


def item_elements(file: bytes, tag: int, index: int = 0) -> dict[int, tuple[str, Any]]:
    """The VR and the value of each element of an item."""
    return {int(element.tag): (element.VR, element.value) for element in pydicom.dcmread(BytesIO(file))[tag][index]}


def modified(release: str, request: Mapping[str, Any], elements: Iterable[ELEMENT] = ()) -> bytes:
    """The file that a release answers to the modify of one instance."""
    orthanc = server(release)
    answer = orthanc.modify("Instance", orthanc.store(dicom(*elements)).id, request)
    assert isinstance(answer, bytes)
    return answer
