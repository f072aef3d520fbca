"""What differs between Orthanc releases, as data: one frozen Release per release.

No other room of the house compares versions; it asks the release for the behaviour by name. Each figure was measured
on the server itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from .store.level import Level

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


@dataclass(frozen=True)
class Release:
    """One release of Orthanc, as Debian builds it.

    `version` and `dcmtk_version` name it. Every other field is one behaviour; its comment says what True means.
    """

    version: str
    dcmtk_version: str
    api_version: int
    main_dicom_tags: Mapping[Level, tuple[int, ...]]

    # Dictionary
    names_are_unique: bool = False  # a registered name, rather than a tag, must be free
    registers_long_vrs: bool = False  # OD, OL, OV, SV, UC, UR and UV can be registered

    # REST
    system_is_detailed: bool = False  # /system has Capabilities, MainDicomTags, UserMetadata and their like
    has_labels: bool = False  # resources have "Labels"
    error_content_type: str | None = None  # the Content-Type of an error body
    sends_nosniff: bool = False  # answers carry X-Content-Type-Options
    redirect_status: int = 301  # of / and /favicon.ico
    compresses_answers: bool = True  # a client that accepts gzip gets it (HttpCompressionEnabled's default)
    lists_by_identifier: bool = False  # lists are sorted by Orthanc identifier, not in order of arrival
    zero_limit_is_none: bool = False  # ?limit=0 means all, rather than none
    boolean_arguments_are_read: bool = False  # ?expand=false is heeded
    file_is_named_by_identifier: bool = False  # Content-Disposition of /file, else by FileUuid
    children_check_level: bool = False  # children of an id of another level: 404, else []
    metadata_numbers_are_unsigned: bool = False  # IndexInSeries: null below 0 and from 2^32 on, else it wraps
    series_may_repeat_indexes: bool = False  # two instances of one IndexInSeries are not "Inconsistent"

    # Stored files and their views

    # Metadata
    signs_main_dicom_tags: bool = False  # MainDicomTagsSignature
    has_revisions: bool = True  # ETag of a metadata
    statistics_of_unknown_are_zero: bool = False  # /{level}/{id}/statistics of an unknown id, else 404

    # Errors
    names_the_unknown_tag: bool = False  # "Details" of the error "Unknown DICOM tag"

    # Modification
    replaces_attribute_tags: bool = True  # Replace of an AT
    replaces_multiple_numbers: bool = False  # Replace {"US tag": "7\\8"}
    has_keep_labels: bool = False  # the option KeepLabels is read
    explains_removed_identifiers: bool = False  # "Details" when an identifier is to be removed
    guards_parent_identifiers: bool = True  # a patient needs a new PatientID; what is below must keep the parent's
    checks_overwriting_cascades: bool = False  # Keep of all UIDs asks for OverwriteInstances and KeepSource
    checks_patient_tags: bool = False  # a study may not contradict the tags of a patient with other studies
    overwrites_modified_instances: bool = False  # copies are stored whatever OverwriteInstances says
    reconstructs_after_modification: bool = False  # main DICOM tags above follow the copies
    modifies_by_identifier: bool = False  # copies are made in order of their sources' ids, else last come first
    hides_job_details: bool = False  # an error in a cascade has no "Details"
    counts_failed_instances: bool = False  # FailedInstancesCount when every instance failed
    names_parent_resources: bool = False  # a cascade's answer has ParentResources

    # Find
    finds_by_identifier: bool = False  # instances found are sorted by identifier too, not in order of arrival
    limits_candidates: bool = False  # Limit cuts the candidates before files are read
    refuses_since_when_scanning: bool = False  # Since with a constraint that needs files
    refuses_tags_far_below: bool = False  # a main DICOM tag two levels below the one asked: an SQLite error
    refuses_sequence_constraints: bool = False  # a text asked of a sequence, once a file has it
    lists_match_any_member: bool = False  # "A\\B" finds a stored "A\\C" in a file
    shows_what_it_scanned: bool = False  # expanded answers carry RequestedTags with the tags that were scanned
    names_the_invalid_level: bool = False  # "Details" of an unknown Level
    find_requirement: str = "should be"  # the wording of errors about the members of a body


ORTHANC_1_10_1 = Release(
    version="1.10.1",
    dcmtk_version="3.6.7",
    api_version=16,
    main_dicom_tags=main_tags(),
)
ORTHANC_1_9_1 = replace(
    ORTHANC_1_10_1,
    version="1.9.1",
    dcmtk_version="3.6.5",
    api_version=11,
    names_are_unique=True,
    has_revisions=False,
    replaces_attribute_tags=False,
)

ORTHANC_1_12_7 = replace(
    ORTHANC_1_10_1,
    version="1.12.7",
    dcmtk_version="3.6.9",
    api_version=27,
    main_dicom_tags=main_tags(study=(0x00080201,), series=(0x00080201, 0x00400244, 0x00400245, 0x00400275)),
    system_is_detailed=True,
    has_labels=True,
    error_content_type="text/plain",
    sends_nosniff=True,
    redirect_status=307,
    compresses_answers=False,
    lists_by_identifier=True,
    zero_limit_is_none=True,
    boolean_arguments_are_read=True,
    file_is_named_by_identifier=True,
    children_check_level=True,
    metadata_numbers_are_unsigned=True,
    series_may_repeat_indexes=True,
    signs_main_dicom_tags=True,
    names_the_unknown_tag=True,
    replaces_multiple_numbers=True,
    has_keep_labels=True,
    explains_removed_identifiers=True,
    guards_parent_identifiers=False,
    checks_overwriting_cascades=True,
    checks_patient_tags=True,
    overwrites_modified_instances=True,
    reconstructs_after_modification=True,
    modifies_by_identifier=True,
    hides_job_details=True,
    counts_failed_instances=True,
    names_parent_resources=True,
    finds_by_identifier=True,
    limits_candidates=True,
    refuses_since_when_scanning=True,
    refuses_tags_far_below=True,
    refuses_sequence_constraints=True,
    lists_match_any_member=True,
    shows_what_it_scanned=True,
    names_the_invalid_level=True,
    find_requirement="must be",
)

ORTHANC_1_13_0 = replace(
    ORTHANC_1_12_7,
    version="1.13.0",
    dcmtk_version="3.7.0",
    api_version=31,
    registers_long_vrs=True,
    statistics_of_unknown_are_zero=True,
)

#: The releases that can be emulated, oldest first.
RELEASES: Mapping[str, Release] = MappingProxyType(
    {release.version: release for release in (ORTHANC_1_9_1, ORTHANC_1_10_1, ORTHANC_1_12_7, ORTHANC_1_13_0)}
)

DEFAULT_RELEASE = ORTHANC_1_12_7.version
