"""Small DICOM files whose identifiers are the same in every run, so that recordings stay true."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.uid import UID, ExplicitVRLittleEndian

#: Every patient that the suite makes has an id with this prefix; nothing else is ever deleted or modified.
PATIENT_PREFIX = "ORTHANC-EMULATOR-"

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
IMPLEMENTATION_CLASS_UID = "2.25.302159840714832049153094862094310982471"

#: (group, offset, VR, value) or, for a block of another creator than the file's, (creator, group, offset, VR, value).
PrivateElement = tuple[int, int, str, Any] | tuple[str, int, int, str, Any]


def patient_id(chapter: str, scenario: str, suffix: str = "") -> str:
    """The PatientID of a scenario: at most 64 characters (LO, PS3.5 §6.2), the end hashed where it is longer."""
    text = PATIENT_PREFIX + f"{chapter}-{scenario}".upper().replace("_", "-")
    if suffix:
        text += f"-{suffix}"
    if len(text) <= 64:
        return text
    return text[:57] + "-" + hashlib.sha256(text.encode()).hexdigest()[:6].upper()


def uid(*words: str) -> str:
    """A UID under 2.25 (PS3.5 §B.2) made of the words."""
    digest = hashlib.sha256("|".join(words).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:15], 'big')}"


def orthanc_id(*identifiers: str) -> str:
    """Orthanc's identifier of a resource: SHA-1 of its DICOM identifiers, from PatientID down, joined by "|"."""
    digest = hashlib.sha1("|".join(identifiers).encode("utf-8"), usedforsecurity=False).hexdigest()
    return "-".join(re.findall(".{8}", digest))


def orthanc_ids(dataset: Dataset) -> list[str]:
    """Orthanc's identifiers of the patient, study, series and instance of a file; fewer where the file has less."""
    keywords = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    identifiers: list[str] = []
    for keyword in keywords:
        if keyword not in dataset and keyword != "PatientID":
            break
        identifiers.append(str(dataset.get(keyword, "") or "").strip())
    return [orthanc_id(*identifiers[: index + 1]) for index in range(len(identifiers))]


def grayscale(rows: int, columns: int, bits: int = 8) -> dict[str, Any]:
    """The elements that describe unsigned, uncompressed pixel data of one sample (PS3.3 §C.7.6.3), by keyword."""
    return {
        "Rows": rows,
        "Columns": columns,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": 0,
    }


def add_private(dataset: Dataset, creator: str, elements: Sequence[PrivateElement]) -> None:
    """Adds private elements, each to the block of its creator, which is reserved where it is not there yet."""
    for element in elements:
        if len(element) == 5:
            owner, group, offset, representation, value = element
        else:
            group, offset, representation, value = element
            owner = creator
        block = dataset.private_block(group, owner, create=True)
        block.add_new(offset, representation, value)


def to_bytes(dataset: Dataset, transfer_syntax: str = ExplicitVRLittleEndian) -> bytes:
    """The dataset as a DICOM file (PS3.10)."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", SECONDARY_CAPTURE)
    meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", uid("no SOPInstanceUID"))
    meta.TransferSyntaxUID = UID(transfer_syntax)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = "CONFORMANCE"
    dataset.file_meta = meta
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def read(data: bytes) -> Dataset | None:
    """The dataset of a DICOM file, None for bytes that are none."""
    try:
        return dcmread(io.BytesIO(data))
    except (InvalidDicomError, BytesLengthException, EOFError, OSError, ValueError, KeyError, NotImplementedError):
        return None


def read_within(data: bytes) -> list[Dataset]:
    """The datasets of the files within a form or a ZIP archive whose members are not compressed."""
    starts = [found.start() - 128 for found in re.finditer(b"DICM\x02\x00", data) if found.start() >= 128]
    within = (read(data[start:end]) for start, end in pairwise([*starts, len(data)]))
    return [dataset for dataset in within if dataset is not None]
