"""The DICOMDIR of a medium: a directory of its files as a DICOM file (PS3.3 annex F, PS3.10 section 8.6).

Records and elements are those of Orthanc 1.9.1 to 1.13.0, which write it alike.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..dicom.element import Dataset, Element
from ..dicom.identifiers import generate_uid
from ..dicom.reader import DicomFile
from ..dicom.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN
from ..dicom.views import tag_text
from ..dicom.writer import encoder_of, meta_header, uid
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..store.metadata import date_text
from .names import ascii_text
from .rules import ArchiveRelease

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
FILE_SET_ID = "ORTHANC_MEDIA"

SOP_CLASS_UID, SOP_INSTANCE_UID, CHARACTER_SET = 0x00080016, 0x00080018, 0x00080005
STUDY_DATE, STUDY_TIME = 0x00080020, 0x00080030
SERIES_DESCRIPTION = 0x0008103E

#: The elements of each record that are taken from a file, and whether one without a value is written (type 2).
KEYS: dict[str, tuple[tuple[int, str, bool], ...]] = {
    "PATIENT": ((0x00100010, "PN", True), (0x00100020, "LO", False)),
    "STUDY": (
        (STUDY_DATE, "DA", True),
        (STUDY_TIME, "TM", True),
        (0x00080050, "SH", True),
        (0x00081030, "LO", True),
        (0x0020000D, "UI", False),
        (0x00200010, "SH", False),
    ),
    "SERIES": ((0x00080060, "CS", True), (0x0020000E, "UI", False), (0x00200011, "IS", False)),
    "IMAGE": ((0x00200013, "IS", True),),
}

#: What stands for a study's date or time where a file has none: those of the series, acquisition and content.
SUBSTITUTES = {
    STUDY_DATE: (0x00080021, 0x00080022, 0x00080023),
    STUDY_TIME: (0x00080031, 0x00080032, 0x00080033),
}

ENCODER = encoder_of(explicit=True, little_endian=True)
ITEM = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
ITEM_END = struct.pack("<HHL", 0xFFFE, 0xE00D, 0)
SEQUENCE = struct.pack("<HH2sHL", 0x0004, 0x1220, b"SQ", 0, 0xFFFFFFFF)
SEQUENCE_END = struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)


@dataclass
class Record:
    """A directory record: its type, its own elements, and the records below it, by their identifier."""

    kind: str
    elements: list[Element]
    below: dict[str, Record] = field(default_factory=dict)

    def encoded(self, following: int, lower: int) -> bytes:
        """The record as an item; `following` and `lower` are the offsets of other records, 0 for none."""
        links = [
            Element(0x00041400, "UL", struct.pack("<L", following)),
            Element(0x00041410, "US", b"\xff\xff"),  # in use
            Element(0x00041420, "UL", struct.pack("<L", lower)),
            Element(0x00041430, "CS", text_value(self.kind)),
        ]
        return ITEM + b"".join(ENCODER.element(element) for element in (*links, *self.elements)) + ITEM_END


class DicomDirectory:
    """The directory of a medium on which files are put one by one; `extended` adds the SeriesDescription."""

    def __init__(self, dictionary: Dictionary, release: ArchiveRelease, *, extended: bool, now: float) -> None:
        self.dictionary = dictionary
        self.release = release
        self.extended = extended
        self.date, _, time = date_text(now).partition("T")
        self.time = f"{time}.000000"
        self.patients: dict[str, Record] = {}

    def add(self, file: DicomFile, path: Sequence[str], identifiers: Sequence[str]) -> None:
        """Enters a file; `path` are the components of its name, `identifiers` tell patient, study and series apart.

        Raises OrthancError (Bad file format) for a file without SOPClassUID.
        """
        if not self.text(file.dataset, SOP_CLASS_UID):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
        records = self.patients
        for kind, identifier in zip(("PATIENT", "STUDY", "SERIES"), identifiers, strict=True):
            if identifier not in records:
                records[identifier] = Record(kind, self.elements(kind, file.dataset))
            records = records[identifier].below
        name = "\\".join(path)
        references = [
            Element(0x00041500, "CS", text_value(name)),
            Element(0x00041510, "UI", uid(self.text(file.dataset, SOP_CLASS_UID) or "")),
            Element(0x00041511, "UI", uid(self.text(file.dataset, SOP_INSTANCE_UID) or "")),
            Element(0x00041512, "UI", uid(file.transfer_syntax)),
        ]
        records[name] = Record("IMAGE", references + self.elements("IMAGE", file.dataset))

    def text(self, dataset: Dataset, tag: int) -> str | None:
        """The text of a value in ASCII, None where there is none."""
        text = tag_text(dataset, tag, self.dictionary, self.release.dicom.text)
        return None if text is None else ascii_text(text)

    def elements(self, kind: str, dataset: Dataset) -> list[Element]:
        """The elements of a record that come from a file, in order of their tags."""
        keys = KEYS[kind]
        if self.extended and kind == "SERIES":
            keys += ((SERIES_DESCRIPTION, "LO", SERIES_DESCRIPTION in dataset),)
        values = {tag: (vr, self.value(dataset, tag), is_kept) for tag, vr, is_kept in keys}
        values[CHARACTER_SET] = ("CS", self.text(dataset, CHARACTER_SET) or "", False)
        return [
            Element(tag, vr, uid(value) if vr == "UI" else text_value(value))
            for tag, (vr, value, is_kept) in sorted(values.items())
            if value or is_kept
        ]

    def value(self, dataset: Dataset, tag: int) -> str:
        for candidate in (tag, *SUBSTITUTES.get(tag, ())):
            if candidate in dataset:
                return self.text(dataset, candidate) or ""
        return {STUDY_DATE: self.date, STUDY_TIME: self.time}.get(tag, "")

    def encoded(self) -> bytes:
        """The bytes of the DICOMDIR."""
        named = Dataset(
            {
                SOP_CLASS_UID: Element(SOP_CLASS_UID, "UI", uid(MEDIA_STORAGE_DIRECTORY)),
                SOP_INSTANCE_UID: Element(SOP_INSTANCE_UID, "UI", uid(generate_uid())),
            }
        )
        meta = meta_header(DicomFile(Dataset(), named, EXPLICIT_LITTLE_ENDIAN), self.release.dcmtk_version)
        head = bytes(128) + b"DICM" + meta
        start = len(head) + len(file_set(0, 0)) + len(SEQUENCE)
        offsets: dict[int, int] = {}
        for record in in_depth(self.patients):
            offsets[id(record)] = start
            start += len(record.encoded(0, 0))
        patients = [*self.patients.values()]
        first, last = (offsets[id(patients[0])], offsets[id(patients[-1])]) if patients else (0, 0)
        following = dict(siblings(self.patients))
        items = b"".join(
            record.encoded(
                offsets.get(following.get(id(record), 0), 0),
                next((offsets[id(below)] for below in record.below.values()), 0),
            )
            for record in in_depth(self.patients)
        )
        return head + file_set(first, last) + SEQUENCE + items + SEQUENCE_END


def file_set(first: int, last: int) -> bytes:
    """The elements before the records; `first` and `last` are the offsets of those of patients."""
    elements = (
        Element(0x00041130, "CS", text_value(FILE_SET_ID)),
        Element(0x00041200, "UL", struct.pack("<L", first)),
        Element(0x00041202, "UL", struct.pack("<L", last)),
        Element(0x00041212, "US", b"\0\0"),  # consistent
    )
    return b"".join(ENCODER.element(element) for element in elements)


def text_value(text: str) -> bytes:
    """A text in ASCII, padded to an even length with a blank."""
    return (text + " " * (len(text) % 2)).encode("ascii", errors="ignore")


def in_depth(records: dict[str, Record]) -> Iterator[Record]:
    """Each record, what is below it after it: their order in the file."""
    for record in records.values():
        yield record
        yield from in_depth(record.below)


def siblings(records: dict[str, Record]) -> Iterator[tuple[int, int]]:
    """id() of each record that another follows at its level, with that of the other."""
    values = [*records.values()]
    for record, other in pairwise(values):
        yield id(record), id(other)
    for record in values:
        yield from siblings(record.below)
