"""What differs between releases in this room, as data: what becomes of a file, and of all files of a resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from ..annotations.rules import AnnotationRelease
from ..jobs.rules import JobRelease
from ..ruling import Rules

#: What a release makes of several numbers, separated by backslashes, in a modify.
NumberLists = Literal["refused", "lenient", "strict"]


class PamDetails(NamedTuple):
    """ "Details" of what is not read: other pixels, another MAXVAL, 16 bits in colour, and numbers above 65,535."""

    kind: str | None = None
    maximum: str | None = None
    colour_maximum: str | None = None
    deep_colour: str | None = None
    #: None where such numbers are numbers like others.
    numbers: str | None = None


NO_PAM_DETAILS = PamDetails()


@dataclass(init=False, eq=False, repr=False)
class ModificationRules(Rules):
    """What a modify or an anonymize makes of a file, and of all files of a resource."""

    # Values

    replaces_attribute_tags: bool = False
    """Replace takes a tag of VR AT [1.10.1 on]."""
    replaces_attribute_tag_lists: bool = False
    """Every tag of a list is written as AT, else the first alone [1.13.0 on]."""
    replaces_numbers_by_context: bool = False
    """Replace takes a tag that is US or SS by context [1.10.1 on]."""
    number_lists: NumberLists = "refused"
    """What becomes of several numbers, Replace {"US tag": "7\\8"}; lenient: what follows a number is passed over
    [changed in 1.12.7 and 1.13.0].
    """
    has_long_integers: bool = False
    """SV, UV and OV are written as numbers, else refused [1.13.0 on]."""
    reads_words: bool = False
    """A text for an OW is a list of numbers, pixel data excepted [1.13.0 on]."""
    explains_odd_words: bool = False
    """An odd number of bytes for pixel data is Parameter out of range, with "Details" [1.13.0 on]."""
    empties_values: bool = False
    """Replace by "" empties an element of any VR, else of some [1.10.1 on]."""
    explains_wrong_sop_uids: bool = True
    """A SOPInstanceUID or SOPClassUID given as a number or a list has "Details" [only 1.9.1]."""
    places_internal_errors: bool = False
    """ "Details" of an internal error name the line of the source [1.13.0 on]."""

    # Content: images and documents

    refuses_empty_pixel_data: bool = False
    """Replace PixelData by "" is an error: a file that it can't write [1.10.1 and 1.12.7]."""
    replaces_content: bool = False
    """Replace takes a data URI of application/octet-stream for PixelData and EncapsulatedDocument [1.10.1 on]."""
    has_models: bool = False
    """A data URI may be of STL, OBJ or MTL; image/jpg is image/jpeg; PNG of 16 bits with alpha are read [1.12.7
    on].
    """
    png_details: str | None = None
    """ "Details" of a PNG image whose pixels have another format than those that are read [changed in 1.13.0]."""
    jpeg_details: str | None = None
    """ "Details" of a JPEG image that is neither grey nor of three colours [changed in 1.13.0]."""
    pam_details: PamDetails = NO_PAM_DETAILS
    """ "Details" of PAM images that are not read [changed in 1.13.0]."""
    tags_of_documents: frozenset[int] = frozenset({0x00080016, 0x00080060, 0x00080064, 0x00420012})
    """What a document replaces of the tags given [changed in 1.10.1 and 1.12.7]."""

    # Requests

    reads_tag_paths: bool = False
    """ "0040,a730[0].0040,a160" names an element of an item [1.10.1 on]."""
    has_keep_labels: bool = False
    """The option KeepLabels is read [1.12.7 on]."""
    explains_removed_identifiers: bool = False
    """To remove an identifier has "Details" [1.12.7 on]."""

    # Transcoding

    has_high_throughput_syntaxes: bool = False
    """Transcode knows HTJ2K [1.13.0 on]."""
    transcodes_before_editing: bool = False
    """A Transcode that fails is answered before a bad value [1.13.0 on]."""
    transcode_wins_over_ingest: bool = False
    """Copies of a request with Transcode stay so, whatever IngestTranscoding says [1.12.7 on]."""
    ingest_forgets_sources: bool = True
    """Copies that IngestTranscoding changes have no ModifiedFrom and AnonymizedFrom [up to 1.10.1]."""
    compresses_pixels_alone: bool = False
    """A native file without pixel data stays as it is where IngestTranscoding names a compressed syntax [1.13.0 on]."""
    explains_transcoding: bool = True
    """ "Cannot transcode", else Not implemented yet without "Details" [up to 1.12.7]."""
    rewrites_untranscoded_files: bool = False
    """?transcode= to the file's own syntax writes it anew, else it stays as it is [1.13.0 on]."""
    checks_syntax_before_file: bool = False
    """An unknown transfer syntax goes before an unknown instance [1.13.0 on]."""
    reads_lossy_quality: bool = False
    """?lossy-quality must be a number [1.12.7 on]."""
    negative_qualities_are_bad_types: bool = False
    """A LossyQuality below 0 is a value of a bad type [1.13.0 on]."""

    # What can't be written

    refuses_short_group_lengths: bool = True
    """A file can't be written whose group lengths need more bytes when they are counted [up to 1.12.7]."""
    names_errors_of_writing: bool = False
    """ "Details" of a file that can't be written name the error of DCMTK [1.12.7 on]."""
    refuses_copies_without_text_uids: bool = True
    """A copy whose SOPInstanceUID is no text, such as a UN, is not stored [only 1.9.1]."""

    # What a cascade checks first

    guards_parent_identifiers: bool = True
    """A patient needs a new PatientID; what is below must keep the parent's [up to 1.10.1]."""
    checks_overwriting_cascades: bool = False
    """Keep of all UIDs asks for OverwriteInstances and KeepSource [1.12.7 on]."""
    checks_patient_tags: bool = False
    """A study may not contradict the tags of a patient with other studies [1.12.7 on]."""
    names_missing_patient_tags: bool = False
    """The error for contradicting patient tags tells a missing tag from a failing one; what is empty need not be given
    [1.13.0 on].
    """
    unknown_cascades_are_out_of_range: bool = False
    """Modify of an unknown patient, study or series: 400, else 404 [1.13.0 on]."""

    # What a cascade does

    passes_over_stored_copies: bool = False
    """A copy that is stored already is left out, else an error [1.12.7 on]."""
    reconstructs_after_modification: bool = False
    """Main DICOM tags above follow the copies [1.12.7 on]."""
    modifies_by_identifier: bool = False
    """Copies are made in order of their sources' ids, else series by series, last come first [1.12.7 on]."""
    copies_in_background: bool = False
    """Copies are made while a cascade is paused; Progress lags behind at its cancel [1.12.7 on]."""
    missing_sources_are_unknown: bool = False
    """A job whose instance went meanwhile: Unknown resource, else internal [1.12.7 on]."""

    # What a cascade answers

    describes_cascades: bool = False
    """A cascade's answer has its Description and counts, too, when copies were made [1.10.1 on]."""
    hides_job_details: bool = False
    """An error in a cascade has no "Details" [1.12.7 on]."""
    counts_failed_instances: bool = False
    """What fails in a permissive job counts in its FailedInstancesCount [1.12.7 on]."""
    counts_refused_copies: bool = False
    """A copy that a script refuses counts as failed in a permissive job [1.12.7 on]."""
    counts_deletion_of_sources: bool = False
    """To delete the sources counts as a step in the Progress of a cascade [1.12.7 on]."""
    names_parent_resources: bool = False
    """A cascade's answer has ParentResources [1.12.7 on]."""
    names_source_resources: bool = False
    """A cascade's answer has Resources [1.13.0 on]."""

    # Anonymization

    anonymization_profiles: tuple[str, ...] = ("2008", "2017c")
    """The profiles by DicomVersion; the last is the default [changed in 1.10.1 and 1.12.7]."""
    anonymizes_items: bool = False
    """All of the profile holds in sequences and for UIDs, else for four references alone [1.10.1 on]."""
    maps_patient_ids: bool = False
    """A PatientID gets one and the same new one wherever it stands, else at the top alone [1.10.1 on]."""
    signs_customized_anonymization: bool = False
    """DeidentificationMethod names the release, else it stays [1.12.7 on]."""
    transcodes_anonymized_instances: bool = False
    """Transcode is read when an instance is anonymized [1.12.7 on]."""
    explains_wrong_dicom_version: bool = False
    """A DicomVersion that is no text has "Details" [1.13.0 on]."""
    unknown_element_details: str | None = None
    """ "Details" when an element of VR UN can't be emptied [changed in 1.13.0]."""

    # Many resources at once, split and merge

    bulk_goes_by_first: bool = False
    """An identifier of nothing is taken for what the first one is [1.13.0 on]."""
    bulk_delete_wants_array: bool = False
    """A bulk-delete without Resources is told in other words [1.13.0 on]."""
    splits_instances: bool = False
    """Split reads Instances, merge takes them [1.10.1 on]."""
    split_explains_foreign: bool = False
    """An unknown series or instance in a split has "Details" [1.12.7 on]."""


class ModificationRelease(AnnotationRelease, JobRelease, Protocol):
    """What modifications ask of a release."""

    @property
    def modification(self) -> ModificationRules: ...
