"""Emulators with a few small instances, made with pydicom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from emulator import Emulator

UID_NAMES = {"Patient": "PatientID", "Study": "StudyInstanceUID", "Series": "SeriesInstanceUID"}


def instance(patient: str, study: int, series: int, number: int, **elements: Any) -> Dataset:
    """An instance with these identifiers; `private` is the value of (0011,1001) in a block of MYLAB."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = elements.pop("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7")
    dataset.PatientID = patient
    dataset.StudyInstanceUID = f"1.2.3.1.{study}"
    dataset.SeriesInstanceUID = f"1.2.3.2.{series}"
    dataset.SOPInstanceUID = f"1.2.3.3.{number}"
    private = elements.pop("private", None)
    if private is not None:
        dataset.add_new(0x00110010, "LO", "MYLAB")
        dataset.add_new(0x00111001, "LO", private)
    for name, value in elements.items():
        setattr(dataset, name, value)
    return dataset


class Serve(Protocol):
    def __call__(self, release: str, instances: Iterable[Dataset], **configuration: Any) -> Emulator: ...


@pytest.fixture
def serve() -> Serve:
    """Makes an emulator of a release that holds these instances."""

    def make(release: str, instances: Iterable[Dataset], **configuration: Any) -> Emulator:
        orthanc = Emulator(configuration, release=release, unknown_tags="as-release")
        for dataset in instances:
            orthanc.store(dataset)
        return orthanc

    return make


@pytest.fixture
def hospital() -> list[Dataset]:
    """Patient A with two studies in three series, patient B with one, patient C without a modality."""
    return [
        instance(
            "A", 1, 1, 1, PatientName="A^A", StudyDescription="S1", Modality="CT", private="one", ImageComments="ic"
        ),
        instance("A", 1, 1, 2, PatientName="A^A", StudyDescription="S1", Modality="CT", private="two"),
        instance(
            "A", 1, 2, 3, PatientName="A^A", StudyDescription="S1", Modality="MR", private="three", SOPClassUID="1.2"
        ),
        instance("A", 2, 4, 4, PatientName="A^A", StudyDescription="S2", Modality="MR", private="four"),
        instance("B", 3, 5, 5, PatientName="B^B", StudyDescription="S1", Modality="US", private="one"),
        instance("C", 4, 6, 6, PatientName="C^C", private="one"),
    ]


def found(orthanc: Emulator, level: str, query: Mapping[str, str], **options: Any) -> list[str]:
    """The last parts of the UIDs (or the PatientIDs) of what a find answers, in its order."""
    name = UID_NAMES.get(level, "SOPInstanceUID")
    answers = (orthanc.resource(level, identifier) for identifier in orthanc.find(level, query, **options))
    return [answer["MainDicomTags"][name].rpartition(".")[2] for answer in answers]
