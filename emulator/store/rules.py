"""What differs between releases in this room, as data: what is stored of a file, and how it is described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from ..dicom.rules import DicomRelease
from ..errors import ErrorCode
from ..ruling import Rules
from .level import Level
from .numbered_names import LATER_METADATA, METADATA_NUMBERS, NumberedNames
from .traffic_rules import TrafficRules

PATIENT_TAGS = (0x00100010, 0x00100020, 0x00100030, 0x00100040, 0x00101000)
STUDY_TAGS = (
    0x00080020,
    0x00080030,
    0x00080050,
    0x00080080,
    0x00080090,
    0x00081030,
    0x0020000D,
    0x00200010,
    0x00321032,
    0x00321060,
)
SERIES_TAGS = (
    0x00080021,
    0x00080031,
    0x00080060,
    0x00080070,
    0x00081010,
    0x0008103E,
    0x00081070,
    0x00180010,
    0x00180015,
    0x00180024,
    0x00181030,
    0x00181090,
    0x00181400,
    0x0020000E,
    0x00200011,
    0x00200037,
    0x00200105,
    0x00201002,
    0x00400254,
    0x00540081,
    0x00540101,
    0x00541000,
)
INSTANCE_TAGS = (
    0x00080012,
    0x00080013,
    0x00080018,
    0x00200012,
    0x00200013,
    0x00200032,
    0x00200037,
    0x00200100,
    0x00204000,
    0x00280008,
    0x00541330,
)


def main_tags(*, study: tuple[int, ...] = (), series: tuple[int, ...] = ()) -> Mapping[Level, tuple[int, ...]]:
    """The main DICOM tags of each level, those of 1.10.1 with what a later release adds."""
    return MappingProxyType(
        {
            Level.PATIENT: PATIENT_TAGS,
            Level.STUDY: tuple(sorted(STUDY_TAGS + study)),
            Level.SERIES: tuple(sorted(SERIES_TAGS + series)),
            Level.INSTANCE: INSTANCE_TAGS,
        }
    )


#: The names of releases before 1.12.
METADATA_NAMES_1_10_1 = NumberedNames(
    MappingProxyType({name: number for name, number in METADATA_NUMBERS.items() if number not in LATER_METADATA})
)
METADATA_NAMES = NumberedNames(METADATA_NUMBERS)


@dataclass(init=False, eq=False, repr=False)
class StoreRules(Rules):
    """What is stored of a file, how resources are described and listed, and what happens when it is full."""

    # Main DICOM tags

    main_dicom_tags: Mapping[Level, tuple[int, ...]] = field(default_factory=main_tags)
    """The main DICOM tags of each level [changed in 1.12.7]."""
    counts_readings: bool = False
    """Metadata that are written again, as a file is read once more, have their revision counted up [1.13.0 on]."""
    stores_main_sequences: bool = False
    """A main DICOM tag may be a sequence [1.12.7 on]."""
    stores_tags_twice: bool = False
    """A tag may be both the study's own and its patient's [1.13.0 on]."""
    has_extra_main_dicom_tags: bool = False
    """The configuration's ExtraMainDicomTags are read [1.12.7 on]."""
    repeated_tags_error: ErrorCode = ErrorCode.SQLITE_RUN_CACHED_STATEMENT
    """The error for a tag of both patient and study."""
    reads_reconstruct_options: bool = False
    """ReconstructFiles and LimitToThisLevelMainDicomTags of /reconstruct are read [1.12.7 on]."""

    # Levels and identifiers

    names_wrong_levels: bool = False
    """An id of another level has "Details"; children of an unknown one: code 7."""
    names_the_invalid_level: bool = False
    """The error for an unknown Level has "Details" [1.12.7 on]."""
    instances_are_checked: bool = False
    """An id of another level has no images: 404, else an internal error [1.12.7 on]."""

    # Lists

    lists_by_arrival: bool = False
    """Whole lists, finds and children are in order of arrival, though members are not."""
    lists_by_identifier: bool = False
    """Lists are sorted by Orthanc identifier, not in order of arrival [1.12.7 on]."""

    # Descriptions of resources

    shows_patient_protection: bool = False
    """Patients have "IsProtected" [1.13.0 on]."""
    has_labels: bool = False
    """Resources have "Labels" [1.12.7 on]."""
    metadata_numbers_are_unsigned: bool = False
    """IndexInSeries: null below 0 and from 2^32 on, else it wraps [1.12.7 on]."""
    equal_indexes_count_once: bool = False
    """Two instances of one IndexInSeries are not "Inconsistent" [1.12.7 on]."""

    deletions_are_updates: bool = False
    """A deletion changes the LastUpdate of what is above [1.12.7 on]."""

    # Metadata

    metadata_names: NumberedNames = METADATA_NAMES_1_10_1
    """The names of metadata, with those of the server's UserMetadata [changed in 1.12.7]."""
    signs_main_dicom_tags: bool = False
    """Resources have the metadata MainDicomTagsSignature [1.12.7 on]."""

    # Limits

    refuses_large_files: bool = False
    """A file larger than MaximumStorageSize is refused, else stored [1.10.1 on]."""
    full_storage_is_failure: bool = True
    """A file that finds no room: 200 with Status "Failure" [only 1.9.1]."""
    full_storage_status: int = 500
    """The HTTP status of an upload that finds no room [changed in 1.12.7]."""
    explains_full_storage: bool = True
    """An upload that finds no room has "Details" [up to 1.10.1]."""

    # Reading and writing

    traffic: TrafficRules = field(default_factory=TrafficRules)
    """What is read, and from which cache [changed in 1.13.0]."""


class StoreRelease(DicomRelease, Protocol):
    """What storing asks of a release."""

    @property
    def store(self) -> StoreRules: ...
