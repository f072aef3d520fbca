"""What differs between Orthanc releases, as data: one frozen Release per release.

No other room of the house compares versions; it asks the release for the behaviour by name. Each figure was measured
on the server itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from ..dicom.rules import META_VRS, FileRules, TextRules, WebRules
from ..dicom.transfer_syntaxes import (
    ENCAPSULATED_1_12_7,
    ENCAPSULATED_1_13_0,
    IMPLICIT_LITTLE_ENDIAN,
    JPIP_HIGH_THROUGHPUT,
    numbered,
    transfer_syntaxes,
)
from ..dictionary.dictionary import SHOWN_NAMES
from ..errors import ErrorCode
from ..json.syntax import JsonRules
from ..store.level import Level
from ..store.numbered_names import ATTACHMENT_NUMBERS, LATER_METADATA, METADATA_NUMBERS, NumberedNames
from ..store.query_costs import QueryCosts
from ..store.traffic_rules import TrafficRules
from ..system.metric_names import METRICS_1_9_1, METRICS_1_12_7, METRICS_1_13_0, MetricNames

#: What a release makes of several numbers, separated by backslashes, in a modify.
NumberLists = Literal["refused", "lenient", "strict"]

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


#: The options that /system tells from 1.12.7 on, with their defaults.
DETAILED_SYSTEM_OPTIONS: Mapping[str, Any] = MappingProxyType(
    {
        "CheckRevisions": False,
        "IngestTranscoding": "",
        "MaximumPatientCount": 0,
        "MaximumStorageMode": "Recycle",
        "MaximumStorageSize": 0,
        "ReadOnly": False,
        "StorageCompression": False,
    }
)

#: What /system says of 1.13.0, as Debian builds it, beside what can be configured.
SYSTEM_CONSTANTS_1_13_0: Mapping[str, Any] = MappingProxyType(
    {
        "Capabilities": {
            "HasExtendedChanges": True,
            "HasExtendedFind": True,
            "HasKeyValueStores": True,
            "HasQueues": True,
            "HasReserveQueueValue": True,
        },
        "PatientLevelEnabled": True,
        "Performance": {
            "ConcurrentJobs": 2,
            "DicomParserCacheSize": 256,
            "DicomParserMemoryCapacity": 256,
            "DicomParserThreadsCount": 2,
            "DicomThreadsCount": 4,
            "HttpThreadsCount": 50,
            "MaximumStorageCacheSize": 0,
            "SequentialDicomReaderThreadsCount": 4,
            "StorageLoaderThreadsCount": 4,
            "StorageMemoryCapacity": 512,
            "TranscoderCacheSize": 256,
            "TranscoderMemoryCapacity": 256,
            "TranscoderThreadsCount": 4,
        },
        "ThirdPartyPatches": [],
        "ThirdPartyVersions": {
            "boost": "1.92.0",
            "civetweb": "1.16.0",
            "dcmtk": "3.7.0",
            "jsoncpp": "1.9.8",
            "libcurl": "8.23.0-rc3",
            "libjpeg": "6.2",
            "libpng": "1.6.59",
            "lua": "5.3.6",
            "openssl": "3.6.5",
            "protobuf": "3.21.12",
            "pugixml": "1.16.0",
            "sqlite": "3.53.4",
            "zlib": "1.3.2",
        },
    }
)


#: What ResponseContent may name.
RESPONSE_CONTENT = frozenset(
    {
        "Attachments",
        "Children",
        "IsStable",
        "Labels",
        "MainDicomTags",
        "Metadata",
        "Parent",
        "RequestedTags",
        "Status",
    }
)


#: The transfer syntaxes that can be accepted from the DICOM network, in the order in which they are listed.
NEGOTIATED = (
    IMPLICIT_LITTLE_ENDIAN,
    *numbered("", "1 1.99 2"),
    *numbered("4.", "50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 70 80 81 90 91 92 93 94 95"),
    *numbered("4.", "100 101 102 103 104 105 106 107 108"),
    *numbered("", "5 6.1 6.2"),
)
NEGOTIATED_1_13_0 = (*NEGOTIATED, *numbered("4.", "110 111 112 201 202 203"))

#: What a modality may ask for, as its configuration names it.
MODALITY_PERMISSIONS = (
    "AllowEcho",
    "AllowEventReport",
    "AllowFind",
    "AllowFindWorklist",
    "AllowGet",
    "AllowMove",
    "AllowNAction",
    "AllowStore",
    "AllowTranscoding",
)

#: The names of releases before 1.12.
METADATA_NAMES_1_10_1 = NumberedNames(
    MappingProxyType({name: number for name, number in METADATA_NUMBERS.items() if number not in LATER_METADATA})
)
METADATA_NAMES = NumberedNames(METADATA_NUMBERS)
ATTACHMENT_NAMES = NumberedNames(ATTACHMENT_NUMBERS)

#: What /attachments/{name} lists, whether it is there or not (1.9.1).
FIRST_ATTACHMENT_OPERATIONS = (
    "compress",
    "compressed-data",
    "compressed-md5",
    "compressed-size",
    "data",
    "is-compressed",
    "md5",
    "size",
    "uncompress",
    "verify-md5",
)
ATTACHMENT_OPERATIONS = (*FIRST_ATTACHMENT_OPERATIONS[:5], "info", *FIRST_ATTACHMENT_OPERATIONS[5:])

#: What becomes of an attachment to a resource that does not exist: 403, 200 although nothing is stored, 404.
AttachingToUnknown = Literal["forbidden", "ignored", "unknown"]


@dataclass(frozen=True, eq=False, repr=False)  # nobody compares releases, and to be able to would take 4 ms at import
class Release:
    """One release of Orthanc, as Debian builds it.

    `version` and `dcmtk_version` name it. Every other field is one behaviour; its comment says what True means.
    """

    version: str
    dcmtk_version: str
    api_version: int
    main_dicom_tags: Mapping[Level, tuple[int, ...]]
    file_rules: FileRules  # which files are accepted
    text_rules: TextRules  # the text of values
    system_constants: Mapping[str, Any]  # members of /system that nothing changes
    system_options: Mapping[str, Any]  # options that /system tells, with their defaults

    # Configuration
    json_rules: JsonRules = field(default_factory=JsonRules)  # how a configuration file is read
    names_unread_configurations: bool = True  # "Details" of a configuration that is no JSON name the file
    expects_regular_files: bool = False  # a configuration that is not there: 2006, else 13 "Inexistent file"
    heeds_dictionary_options: bool = True  # LoadPrivateDictionary and ExternalDictionaries, else both are ignored

    # Database (databases.py says what another one than SQLite changes)
    database_plugin: str | None = None  # DatabaseBackendPlugin of /system; None: SQLite
    main_tags_fold_all_letters: bool = False  # the database folds the case of all letters, else of ASCII alone
    pages_by_identifier: bool = False  # lists with ?limit are sorted by identifier, whatever whole lists are
    lists_by_arrival: bool = False  # whole lists, finds and children are in order of arrival, though members are not
    refuses_negative_limits: bool = False  # ?limit=-1 is an error, else see zero_limit_is_none
    negative_limit_is_none: bool = False  # ?limit=-1 means all
    unlimited_list_error: ErrorCode = ErrorCode.SQLITE_STEP_CACHED_STATEMENT  # of ?since=-1
    repeated_tags_error: ErrorCode = ErrorCode.SQLITE_RUN_CACHED_STATEMENT  # of a tag of both patient and study
    has_extended_find: bool = True  # the database itself takes the members of a find that 1.12 added
    names_wrong_levels: bool = False  # "Details" of an id of another level; children of an unknown one: code 7

    # Dictionary
    shown_names: Mapping[int, str] = field(default_factory=lambda: SHOWN_NAMES)  # whatever the dictionary says
    names_are_unique: bool = False  # a registered name, rather than a tag, must be free
    registers_long_vrs: bool = False  # OD, OL, OV, SV, UC, UR and UV can be registered

    # REST
    system_is_detailed: bool = False  # /system has Capabilities, MainDicomTags, UserMetadata and their like
    names_overwriting_mode: bool = False  # /system has OverwriteInstancesMode
    shows_patient_protection: bool = False  # patients have "IsProtected"
    has_labels: bool = False  # resources have "Labels"
    error_content_type: str | None = None  # the Content-Type of an error body
    sends_nosniff: bool = False  # answers carry X-Content-Type-Options
    redirect_status: int = 301  # of / and /favicon.ico
    plus_is_blank_in_paths: bool = False  # "+" in a path is decoded
    decodes_arguments: bool = False  # "%31" and "+" in the query string are decoded
    reads_plus_signs: bool = True  # since=+1 is 1
    shows_main_tags_in_forms: bool = True  # ?short and ?full are heeded for resources
    more_known_methods: frozenset[str] = frozenset()  # methods that the web server does not refuse itself
    compresses_answers: bool = True  # a client that accepts gzip gets it (HttpCompressionEnabled's default)
    lists_by_identifier: bool = False  # lists are sorted by Orthanc identifier, not in order of arrival
    zero_limit_is_none: bool = False  # ?limit=0 means all, rather than none
    boolean_arguments_are_read: bool = False  # ?expand=false is heeded
    file_is_named_by_identifier: bool = False  # Content-Disposition of /file, else by FileUuid
    children_check_level: bool = False  # children of an id of another level: 404, else []
    metadata_numbers_are_unsigned: bool = False  # IndexInSeries: null below 0 and from 2^32 on, else it wraps
    equal_indexes_count_once: bool = False  # two instances of one IndexInSeries are not "Inconsistent"

    # Routes
    has_numpy: bool = True  # /instances/{id}/numpy, and of frames and series
    has_attachment_info: bool = True  # /{level}/{id}/attachments/{name}/info
    has_bulk_operations: bool = True  # /tools/bulk-modify, bulk-anonymize, bulk-delete, bulk-content
    deletes_jobs: bool = False  # DELETE of a job, and of its outputs
    lists_sop_classes: bool = False  # /tools/accepted-sop-classes
    retrieves_by_get: bool = False  # /modalities/{id}/get

    # Access and settings
    has_default_user: bool = True  # orthanc:orthanc, where one must authenticate from elsewhere and none is registered
    checks_passwords: bool = False  # a password in RegisteredUsers that is no text is an error, else it lets nobody in
    smallest_compressed_answer: int = 1  # bytes, with HttpCompressionEnabled
    negotiated_transfer_syntaxes: tuple[str, ...] = NEGOTIATED  # what AcceptedTransferSyntaxes can name, in order
    modality_permissions: tuple[str, ...] = MODALITY_PERMISSIONS  # members of a modality's configuration
    modalities_have_retrieve_method: bool = False  # RetrieveMethod in a modality's configuration
    explains_json_members: bool = False  # "Details" of a member of a wrong type in the body for a modality
    unreachable_modality: str = "TCP Initialization Error: Connection refused"  # the end of the error's "Details"
    unreachable_peer: str = "libCURL error: Couldn't connect to server"  # "Details"; {url} is what was accessed
    unknown_exports_fail: bool = False  # an unknown resource sent to another server: an error that depends, else 404
    checks_echo_members: bool = False  # CheckFind of an echo must be a Boolean
    worklists_have_members: bool = True  # find-worklist: the query may be the member Query; a list is unhandled
    details_retrievals: bool = False  # a retrieval's answer has "Details"
    has_retrieval_jobs: bool = False  # a move of nothing is a job with an answer, else {}

    # Stored files and their views
    stores_main_sequences: bool = False  # a main DICOM tag may be a sequence
    names_files: bool = False  # ?filename= of /file
    opens_empty_archives: bool = False  # a ZIP archive without members: [], else an error
    archives_skip_incomplete_files: bool = True  # a member without identifiers is left out, rather than an error
    explains_compressions: bool = True  # "Details" of a member of an archive in an unknown compression
    refuses_damaged_members: bool = False  # a damaged member of an archive is an error, else it is left out
    streams_gzip: bool = False  # what follows in a gzip body is passed over, rather than an error
    indexes_from_the_end: bool = True  # /content/SEQUENCE/-1 is the last item
    trims_indexes: bool = False  # an index in /content between blanks is read; none has a sign but "+"
    explains_bad_blocks: bool = False  # /content/7fe0-0010/x: 400, else 404

    web_rules: WebRules = field(default_factory=WebRules)  # DICOMweb JSON and XML of /file
    traffic_rules: TrafficRules = field(default_factory=TrafficRules)  # what is read, and from which cache
    query_costs: QueryCosts = field(default_factory=QueryCosts)  # the database's part in QueryPlan.estimate
    metrics: MetricNames = METRICS_1_9_1  # what /tools/metrics-prometheus tells
    warns_of_reads: bool = False  # W001 in the log for each file that a find reads
    reads_ranges: bool = False  # the log tells the range of a file that is read
    logs_threads: bool = False  # the log names the threads
    shows_whole_files: bool = False  # ?whole of /tags and /simplified-tags
    numbers_metadata: bool = False  # ?numeric of /metadata
    transcodes_files: bool = False  # ?transcode= of /file
    rewrites_untranscoded_files: bool = False  # a file in the syntax asked for, which else stays as it is
    checks_syntax_before_file: bool = False  # an unknown transfer syntax goes before an unknown instance
    finds_no_transcoded_file: bool = False  # a file that can't be transcoded: 404 without a body, else 500

    has_extra_main_dicom_tags: bool = False  # the configuration's ExtraMainDicomTags are read
    stores_tags_twice: bool = False  # a tag may be both the study's own and its patient's

    # Metadata, attachments and labels
    metadata_names: NumberedNames = METADATA_NAMES_1_10_1  # with those of the server's UserMetadata
    attachment_names: NumberedNames = ATTACHMENT_NAMES  # with those of the server's UserContentType
    content_types: Mapping[int, str] = field(default_factory=dict)  # the MIME types of UserContentType by number
    signs_main_dicom_tags: bool = False  # MainDicomTagsSignature
    statistics_of_unknown_are_zero: bool = False  # /{level}/{id}/statistics of an unknown id, else 404
    has_revisions: bool = True  # ETag, If-Match and If-None-Match of metadata and attachments; CheckRevisions
    counts_revisions: bool = False  # a revision that was written is read again, else 0 is
    revisions_may_have_blanks: bool = False  # "0 -..." is the revision 0
    missing_deletions_are_errors: bool = True  # DELETE of a metadata or attachment that is not there: 404, else 200
    attachments_check_level: bool = False  # /{level}/{id}/attachments/... of an id of another level: 404
    attachment_operations: tuple[str, ...] = ATTACHMENT_OPERATIONS  # what /attachments/{name} lists
    attaching_to_unknown: AttachingToUnknown = "ignored"  # PUT of an attachment to an id that does not exist
    missing_attachments_vary: bool = False  # what a resource lacks is told in three ways, else by "Unknown resource"
    attachments_are_named_dcm: bool = True  # the name in Content-Disposition of a DICOM file ends in .dcm
    names_attachments: bool = False  # ?filename= of /data; /compressed-data of what is not compressed is as /data
    serves_ranges: bool = False  # the header Range of /data and /compressed-data
    ranges_are_strict: bool = False  # a limit that is no number is an error, else absent
    checks_md5_on_reading: bool = False  # without StoreMD5ForAttachments no file can be read
    none_of_no_labels_is_unlabelled: bool = False  # LabelsConstraint "None" without Labels: what has no label at all

    # Errors
    names_the_unknown_tag: bool = False  # "Details" of the error "Unknown DICOM tag"

    # Modification
    replaces_attribute_tags: bool = True  # Replace of an AT
    replaces_attribute_tag_lists: bool = False  # every tag of a list is written as AT, else the first alone
    replaces_numbers_by_context: bool = True  # Replace of a tag that is US or SS
    number_lists: NumberLists = "refused"  # Replace {"US tag": "7\\8"}; lenient: what follows a number is passed over
    has_long_integers: bool = False  # SV, UV and OV are written as numbers, else refused
    reads_words: bool = False  # a text for an OW is a list of numbers, pixel data excepted
    explains_odd_words: bool = False  # an odd number of bytes for pixel data is Parameter out of range, with "Details"
    empties_values: bool = True  # Replace by "" empties an element of any VR
    refuses_empty_pixel_data: bool = True  # Replace PixelData by "": a file that it can't write
    replaces_content: bool = True  # PixelData and EncapsulatedDocument by a data URI of application/octet-stream
    has_models: bool = False  # ... or of STL, OBJ, MTL; image/jpg is image/jpeg; PNG of 16 bits with alpha are read
    png_details: str | None = None  # "Details" of a PNG image whose pixels have another format than those that are read
    tags_of_documents: frozenset[int] = frozenset({0x00080016})  # what a document replaces of the tags given
    places_internal_errors: bool = False  # "Details" of an internal error name the line of the source
    explains_wrong_sop_uids: bool = (
        False  # "Details" when SOPInstanceUID or SOPClassUID are given as a number or a list
    )
    reads_tag_paths: bool = True  # "0040,a730[0].0040,a160" names an element of an item
    has_high_throughput_syntaxes: bool = False  # Transcode knows HTJ2K
    transcodes_before_editing: bool = False  # a Transcode that fails is answered before a bad value
    explains_transcoding: bool = True  # "Cannot transcode", else Not implemented yet without "Details"
    has_keep_labels: bool = False  # the option KeepLabels is read
    explains_removed_identifiers: bool = False  # "Details" when an identifier is to be removed
    guards_parent_identifiers: bool = True  # a patient needs a new PatientID; what is below must keep the parent's
    checks_overwriting_cascades: bool = False  # Keep of all UIDs asks for OverwriteInstances and KeepSource
    checks_patient_tags: bool = False  # a study may not contradict the tags of a patient with other studies
    names_missing_patient_tags: bool = False  # that error tells a missing tag from a failing one
    passes_over_stored_copies: bool = False  # a copy that is stored already is left out, else an error
    reconstructs_after_modification: bool = False  # main DICOM tags above follow the copies
    modifies_by_identifier: bool = False  # copies are made in order of their sources' ids, else last come first
    hides_job_details: bool = False  # an error in a cascade has no "Details"
    counts_failed_instances: bool = False  # FailedInstancesCount when every instance failed
    describes_cascades: bool = True  # a cascade's answer has its Description and counts, too, when copies were made
    names_parent_resources: bool = False  # a cascade's answer has ParentResources
    names_source_resources: bool = False  # a cascade's answer has Resources
    unknown_cascades_are_out_of_range: bool = False  # modify of an unknown patient, study or series: 400, else 404

    # Anonymization
    anonymization_profiles: tuple[str, ...] = ("2008", "2017c", "2021b")  # by DicomVersion; the last is the default
    anonymizes_items: bool = True  # all of the profile holds in sequences and for UIDs, else for four references alone
    maps_patient_ids: bool = True  # a PatientID gets one and the same new one wherever it stands, else at the top alone
    signs_customized_anonymization: bool = False  # DeidentificationMethod names the release, else it stays
    transcodes_anonymized_instances: bool = False  # Transcode is read at instance level
    explains_wrong_dicom_version: bool = False  # "Details" of a DicomVersion that is no text
    unknown_element_details: str | None = None  # "Details" when an element of VR UN can't be emptied

    # Archives and media
    checks_archived_level: bool = False  # /{level}/{id}/archive of an id of another level is 404, else that archive
    gets_chosen_archives: bool = False  # GET /tools/create-archive and its like
    names_archives: bool = False  # Filename and ?filename= are heeded
    cleans_file_names: bool = False  # quotes and line feeds of such a name are left out
    numbers_archived_files: bool = False  # names and order by InstanceNumber, else counted as they arrived
    signs_archived_numbers: bool = False  # ... as numbers of 32 bits with a sign
    hyphenates_archive_names: bool = False  # "P1 - Doe^Jane", and SeriesNumber, else "P1 Doe Jane"
    posted_series_stand_alone: bool = False  # POST /series/{id}/archive: no folders of patient and study
    has_utf8_archives: bool = False  # the option Utf8
    streams_archives: bool = True  # an error within is noticed after the first bytes were sent
    rewrites_archived_files: bool = False  # Transcode to the file's own transfer syntax writes it anew
    leaves_out_untranscodable_files: bool = False  # else they stay as they are
    reads_lossy_quality: bool = False  # ?lossy-quality must be a number
    shows_archive_sizes: bool = True  # jobs tell sizes in bytes, too
    negative_qualities_are_bad_types: bool = False  # the error of a LossyQuality below 0
    shows_lossy_quality: bool = False  # jobs that transcode tell LossyQuality
    names_job_archives: bool = True  # /jobs/{id}/archive has a Content-Disposition

    # Images
    reads_black_and_white: bool = True  # pixel data of one bit, and more checks of the bits
    requires_photometric_interpretation: bool = True  # frames of a file without it: Not implemented yet
    trims_frame_counts: bool = False  # a NumberOfFrames between blanks is read
    explains_image_errors: bool = False  # errors about images have "Details"
    redirects_unsupported_images: bool = False  # no image: to an image that says so, else 415
    tells_absent_frames: bool = True  # the image of a frame that is not there is 404, else as no image
    hides_decoding_errors: bool = False  # /matlab: what can't be decoded is Not implemented yet, whatever the reason
    names_undecodable_instances: bool = False  # ... with the instance in "Details"
    rounds_rescaled_samples: bool = True  # /numpy: rescaled samples are whole numbers, the next below
    orders_below_zero: bool = True  # an InstanceNumber below 0 orders slices, else they can't be
    instances_are_checked: bool = False  # images of an id of another level: 404, else an internal error

    # Ids, bodies and arguments that are wrong
    explains_large_integers: bool = False  # an integer above 32 bits is told, and one below them taken, else unhandled
    heeds_status_of_parts: bool = False  # a part of a form that is answered 404 or 405 makes a bad request of the whole
    tag_views_check_level: bool = False  # /module, /shared-tags, /instances-tags of an id of another level: 404
    reads_encapsulate: bool = False  # "Encapsulate" of /tools/create-dicom: an image as it is, which takes JPEG alone
    header_reads: str = "the DICOM file"  # what /header can't read of an id that is no instance's
    retrievals_need_objects: bool = True  # the body of a retrieval, if it is JSON, is an object, or an unhandled error
    retrieval_members: tuple[str, ...] = ("TargetAet", "Timeout", "Full", "Simplify")  # checked before the query

    # Jobs, changes, recycling
    shows_job_error_details: bool = True  # jobs have "ErrorDetails"
    shows_job_user_data: bool = False  # the request's UserData is kept
    missing_sources_are_unknown: bool = False  # a job whose instance went meanwhile: Unknown resource, else internal
    filters_changes: bool = False  # /changes has "to", "type" and "First"
    bulk_goes_by_first: bool = False  # an identifier of nothing is taken for what the first one is
    bulk_counts_instances_once: bool = False  # an instance below two of the Resources is modified once
    bulk_delete_wants_array: bool = False  # the words for a bulk-delete without Resources
    splits_instances: bool = True  # split reads Instances, merge takes them
    split_needs_object: bool = True  # a split whose body is no object is an internal error
    split_explains_foreign: bool = False  # "Details" of an unknown series or instance in a split
    heeds_maximum_storage_mode: bool = False  # MaximumStorageMode can be "Reject"
    refuses_large_files: bool = True  # a file larger than MaximumStorageSize is refused, else stored
    full_storage_is_failure: bool = False  # a file that finds no room: 200 with Status "Failure"
    full_storage_status: int = 500  # the HTTP status of an upload that finds no room
    explains_full_storage: bool = True  # "Details" of that error

    # Options
    has_server_identifier: bool = True  # DatabaseServerIdentifier is read
    knows_later_sop_classes: bool = False  # three SOP classes more
    rejects_sop_classes: bool = False  # RejectedSopClasses is read
    hides_patients: bool = False  # PatientLevelEnabled can be false
    utf8_is_default: bool = False  # ZipUseUtf8, of archives that are asked for by POST

    # Jobs while they run
    shows_runtime_of_steps: bool = False  # EffectiveRuntime of a job that runs is that of its present step
    estimates_by_progress: bool = True  # EstimatedTimeOfArrival heeds how far the job is
    resubmissions_begin_at_zero: bool = False  # Progress of a job that runs again, else as it was until its first step
    forgets_job_errors: bool = False  # a restart forgets why a job failed
    forgets_job_progress: bool = False  # a restart forgets Progress and Description of a cascade that was over
    counts_deletion_of_sources: bool = False  # Progress of a cascade: to delete the sources is a step, too
    copies_in_background: bool = False  # copies are made while a cascade is paused; Progress lags behind at its cancel

    # Reconstruct
    reads_reconstruct_options: bool = False  # ReconstructFiles and LimitToThisLevelMainDicomTags

    # Find
    limits_candidates: bool = False  # Limit cuts the candidates before files are read
    refuses_tags_far_below: bool = False  # a main DICOM tag two levels below the one asked: an SQLite error
    refuses_sequence_constraints: bool = False  # a text asked of a sequence, once a file has it
    lists_match_any_member: bool = False  # "A\\B" finds a stored "A\\C" in a file
    shows_what_it_scanned: bool = False  # the tags that were scanned or computed count as RequestedTags
    names_the_invalid_level: bool = False  # "Details" of an unknown Level
    find_requirement: str = "should be"  # the wording of errors about the members of a body
    find_is_extended: bool = False  # RequestedTags, ResponseContent, OrderBy, MetadataQuery, Labels, Parent... are read
    response_content: frozenset[str] = frozenset()  # what ResponseContent may name
    find_has_formats: bool = True  # the members Short and Full of a find are read
    find_numbers_have_32_bits: bool = True  # a Limit or Since beyond is an internal error
    folds_all_letters: bool = True  # case is folded for all letters of Unicode, else for those of ASCII alone
    computes_tags: bool = False  # ModalitiesInStudy, NumberOfStudyRelatedInstances, ... are answered without a file
    modality_wildcards_are_literal: bool = False  # "C*" as ModalitiesInStudy asks for the modality "C*"
    stars_skip_the_levels_below: bool = False  # "*" on a main DICOM tag of a lower level narrows no candidates
    repeats_candidates: bool = True  # a candidate counts once per resource of a lower level that matches
    joins_decide_order: bool = False  # what the server does not sort comes as the database joins it (PostgreSQL)
    samples_by_identifier: bool = False  # the instance with the lowest id stands for a resource, else the first
    finds_modalities_apart: bool = True  # finds with ModalitiesInStudy have an order and a Since of their own
    answers_access_scans: bool = False  # StorageAccessOnFind "Answers" reads files as "Always" does
    lookup_trims_and_folds: bool = True  # a look-up trims the text asked for and folds its case
    has_other_patient_ids_name: bool = False  # "OtherPatientIDs" is a name that a request may use
    reads_bare_prefix: bool = True  # "0x,10" is the tag (0000,0010), by the C library of the distribution

    def __repr__(self) -> str:
        return f"<Release {self.version}>"  # its fields are many, and would fill what shows a default, as pydoc does


#: The names that 1.9.1 has built in (measured by renaming every tag of dicom.dic).
SHOWN_NAMES_1_9_1 = {
    **SHOWN_NAMES,
    0x00080018: "SOPInstanceUID",
    0x00080050: "AccessionNumber",
    0x00100010: "PatientName",
    0x00100020: "PatientID",
    0x00181090: "CardiacNumberOfImages",
    0x0020000D: "StudyInstanceUID",
    0x0020000E: "SeriesInstanceUID",
    0x00200013: "InstanceNumber",
    0x00200032: "ImagePositionPatient",
    0x00200037: "ImageOrientationPatient",
    0x00201002: "ImagesInAcquisition",
    0x00280008: "NumberOfFrames",
    0x00540081: "NumberOfSlices",
    0x00541330: "ImageIndex",
}

ORTHANC_1_10_1 = Release(
    version="1.10.1",
    dcmtk_version="3.6.7",
    api_version=16,
    main_dicom_tags=main_tags(),
    json_rules=JsonRules(refuses_infinity=True, comments_separate=True),
    file_rules=FileRules(),
    text_rules=TextRules(gb18030_has_plane_2=True),
    system_constants=MappingProxyType({}),
    system_options=MappingProxyType({"CheckRevisions": False}),
    attachment_operations=(*ATTACHMENT_OPERATIONS, "uuid"),
)
ORTHANC_1_9_1 = replace(
    ORTHANC_1_10_1,
    has_server_identifier=False,
    estimates_by_progress=False,
    forgets_job_errors=True,
    version="1.9.1",
    dcmtk_version="3.6.5",
    api_version=11,
    system_options=MappingProxyType({}),
    has_numpy=False,
    heeds_status_of_parts=True,
    header_reads="attachment dicom",
    retrievals_need_objects=False,
    retrieval_members=("TargetAet", "Timeout"),
    has_attachment_info=False,
    has_bulk_operations=False,
    modality_permissions=tuple(name for name in MODALITY_PERMISSIONS if name != "AllowFindWorklist"),
    unreachable_modality=(
        "Failed to establish association (0006:0317 Peer aborted Association (or never connected); "
        "0006:031c TCP Initialization Error: Connection refused)"
    ),
    worklists_have_members=False,
    names_are_unique=True,
    heeds_dictionary_options=False,
    shown_names=SHOWN_NAMES_1_9_1,
    file_rules=FileRules(long_unknown_vrs=frozenset({b"lt", b"ox"})),
    archives_skip_incomplete_files=False,
    explains_compressions=False,
    web_rules=WebRules(names_unknown=False, shows_empty_binary=True),
    decodes_arguments=True,
    reads_plus_signs=False,
    shows_main_tags_in_forms=False,
    has_revisions=False,
    missing_deletions_are_errors=False,
    attachment_operations=FIRST_ATTACHMENT_OPERATIONS,
    attaching_to_unknown="forbidden",
    missing_attachments_vary=True,
    anonymization_profiles=("2008", "2017c"),
    anonymizes_items=False,
    maps_patient_ids=False,
    replaces_attribute_tags=False,
    replaces_numbers_by_context=False,
    empties_values=False,
    refuses_empty_pixel_data=False,
    replaces_content=False,
    tags_of_documents=frozenset({0x00080016, 0x00080060, 0x00080064, 0x00420012}),
    explains_wrong_sop_uids=True,
    reads_tag_paths=False,
    describes_cascades=False,
    streams_archives=False,
    shows_archive_sizes=False,
    names_job_archives=False,
    reads_black_and_white=False,
    redirects_unsupported_images=True,
    shows_job_error_details=False,
    splits_instances=False,
    split_needs_object=False,
    refuses_large_files=False,
    full_storage_is_failure=True,
    find_has_formats=False,
    folds_all_letters=False,
)

ORTHANC_1_12_7 = replace(
    ORTHANC_1_10_1,
    shows_runtime_of_steps=True,
    resubmissions_begin_at_zero=True,
    forgets_job_progress=True,
    counts_deletion_of_sources=True,
    copies_in_background=True,
    version="1.12.7",
    dcmtk_version="3.6.9",
    api_version=27,
    main_dicom_tags=main_tags(study=(0x00080201,), series=(0x00080201, 0x00400244, 0x00400245, 0x00400275)),
    system_constants=MappingProxyType(
        {
            "Capabilities": {"HasExtendedChanges": True, "HasExtendedFind": True},
            "DefaultRetrieveMethod": "C-MOVE",
        }
    ),
    system_options=DETAILED_SYSTEM_OPTIONS,
    json_rules=JsonRules(),
    file_rules=FileRules(transfer_syntaxes(ENCAPSULATED_1_12_7, JPIP_HIGH_THROUGHPUT), reads_unprintable_vrs=False),
    text_rules=TextRules(knows_underscores=True),
    stores_main_sequences=True,
    names_files=True,
    opens_empty_archives=True,
    web_rules=WebRules(decides_vrs=True, keeps_decimals=True),
    metrics=METRICS_1_12_7,
    warns_of_reads=True,
    logs_threads=True,
    query_costs=QueryCosts(search_ns=0, candidate_us=5, instance_lookup_ns=148, lookup_ns=72),
    shows_whole_files=True,
    numbers_metadata=True,
    transcodes_files=True,
    finds_no_transcoded_file=True,
    system_is_detailed=True,
    deletes_jobs=True,
    lists_sop_classes=True,
    retrieves_by_get=True,
    smallest_compressed_answer=2048,
    modalities_have_retrieve_method=True,
    explains_json_members=True,
    unreachable_peer="libCURL error: Could not connect to server while accessing {url}",
    checks_echo_members=True,
    has_retrieval_jobs=True,
    has_labels=True,
    error_content_type="text/plain",
    sends_nosniff=True,
    redirect_status=307,
    plus_is_blank_in_paths=True,
    more_known_methods=frozenset({"COPY", "MOVE"}),
    compresses_answers=False,
    lists_by_identifier=True,
    zero_limit_is_none=True,
    boolean_arguments_are_read=True,
    file_is_named_by_identifier=True,
    children_check_level=True,
    metadata_numbers_are_unsigned=True,
    equal_indexes_count_once=True,
    signs_main_dicom_tags=True,
    metadata_names=METADATA_NAMES,
    attachments_check_level=True,
    attachment_operations=ATTACHMENT_OPERATIONS,
    attaching_to_unknown="unknown",
    attachments_are_named_dcm=False,
    names_attachments=True,
    serves_ranges=True,
    has_extra_main_dicom_tags=True,
    names_the_unknown_tag=True,
    anonymization_profiles=("2008", "2017c", "2021b", "2023b"),
    signs_customized_anonymization=True,
    transcodes_anonymized_instances=True,
    number_lists="lenient",
    has_models=True,
    tags_of_documents=frozenset({0x00420012}),
    has_keep_labels=True,
    explains_removed_identifiers=True,
    guards_parent_identifiers=False,
    checks_overwriting_cascades=True,
    checks_patient_tags=True,
    passes_over_stored_copies=True,
    reconstructs_after_modification=True,
    modifies_by_identifier=True,
    hides_job_details=True,
    counts_failed_instances=True,
    names_parent_resources=True,
    checks_archived_level=True,
    gets_chosen_archives=True,
    names_archives=True,
    numbers_archived_files=True,
    requires_photometric_interpretation=False,
    tells_absent_frames=False,
    hides_decoding_errors=True,
    rounds_rescaled_samples=False,
    names_undecodable_instances=True,
    instances_are_checked=True,
    tag_views_check_level=True,
    reads_encapsulate=True,
    retrievals_need_objects=False,
    retrieval_members=(),
    posted_series_stand_alone=True,
    reads_lossy_quality=True,
    missing_sources_are_unknown=True,
    filters_changes=True,
    bulk_counts_instances_once=True,
    split_explains_foreign=True,
    heeds_maximum_storage_mode=True,
    full_storage_status=507,
    explains_full_storage=False,
    reads_reconstruct_options=True,
    limits_candidates=True,
    refuses_tags_far_below=True,
    refuses_sequence_constraints=True,
    lists_match_any_member=True,
    shows_what_it_scanned=True,
    names_the_invalid_level=True,
    find_requirement="must be",
    find_is_extended=True,
    response_content=RESPONSE_CONTENT,
    find_numbers_have_32_bits=False,
    computes_tags=True,
    modality_wildcards_are_literal=True,
    stars_skip_the_levels_below=True,
    repeats_candidates=False,
    finds_modalities_apart=False,
    answers_access_scans=True,
    has_other_patient_ids_name=True,
)

ORTHANC_1_13_0 = replace(
    ORTHANC_1_12_7,
    knows_later_sop_classes=True,
    rejects_sop_classes=True,
    hides_patients=True,
    version="1.13.0",
    dcmtk_version="3.7.0",
    reads_bare_prefix=False,
    api_version=31,
    json_rules=JsonRules(maximum_depth=256, refuses_control_characters=True),
    names_unread_configurations=False,
    expects_regular_files=True,
    file_rules=FileRules(
        transfer_syntaxes(ENCAPSULATED_1_13_0, JPIP_HIGH_THROUGHPUT),
        meta_vrs=META_VRS | {"OV", "SV", "UV"},
        reads_unprintable_vrs=False,
        word_sizes={"AT": 4, "OD": 8, "OF": 4, "OL": 4, "OV": 8},
    ),
    streams_gzip=True,
    refuses_damaged_members=True,
    indexes_from_the_end=False,
    trims_indexes=True,
    explains_bad_blocks=True,
    web_rules=WebRules(decides_vrs=True, keeps_decimals=True, is_complete=True),
    png_details="ErrorCode_NotImplemented triggered from PngReader.cpp:195",
    checks_syntax_before_file=True,
    rewrites_untranscoded_files=True,
    finds_no_transcoded_file=False,
    text_rules=TextRules(
        strips_nuls=True,
        shows_words=True,
        shows_all_attribute_tags=True,
        splits_before_decoding=True,
        knows_underscores=True,
    ),
    system_constants=SYSTEM_CONSTANTS_1_13_0,
    system_options=MappingProxyType(
        {**DETAILED_SYSTEM_OPTIONS, "DicomDefaultRetrieveMethod": "C-MOVE", "StoreMD5ForAttachments": True}
    ),
    names_overwriting_mode=True,
    traffic_rules=TrafficRules(
        parsed_capacity=256 << 20,
        overhead=24,
        forgets_deleted=False,
        caches_unpacked=False,
        writes_known_files=False,
        parses_headers=True,
        reads_images=False,
        caches_transcoded=True,
        counts_each_read=True,
        caches_attachments_without_limit=False,
    ),
    metrics=METRICS_1_13_0,
    reads_ranges=True,
    query_costs=QueryCosts(search_ns=0, candidate_us=5, instance_lookup_ns=82),
    has_default_user=False,
    checks_passwords=True,
    negotiated_transfer_syntaxes=NEGOTIATED_1_13_0,
    explains_large_integers=True,
    unreachable_modality="TCP Initialization Error: Operation now in progress",
    unknown_exports_fail=True,
    details_retrievals=True,
    stores_tags_twice=True,
    response_content=RESPONSE_CONTENT | {"IsProtected"},
    shows_patient_protection=True,
    lookup_trims_and_folds=False,
    registers_long_vrs=True,
    decodes_arguments=True,
    statistics_of_unknown_are_zero=True,
    counts_revisions=True,
    revisions_may_have_blanks=True,
    ranges_are_strict=True,
    checks_md5_on_reading=True,
    none_of_no_labels_is_unlabelled=True,
    replaces_attribute_tag_lists=True,
    explains_wrong_dicom_version=True,
    unknown_element_details="ErrorCode_InternalError triggered from FromDcmtkBridge.cpp:4357",
    number_lists="strict",
    has_long_integers=True,
    reads_words=True,
    places_internal_errors=True,
    explains_odd_words=True,
    refuses_empty_pixel_data=False,
    has_high_throughput_syntaxes=True,
    explains_transcoding=False,
    transcodes_before_editing=True,
    names_missing_patient_tags=True,
    names_source_resources=True,
    cleans_file_names=True,
    trims_frame_counts=True,
    explains_image_errors=True,
    names_undecodable_instances=False,
    orders_below_zero=False,
    signs_archived_numbers=True,
    hyphenates_archive_names=True,
    has_utf8_archives=True,
    shows_lossy_quality=True,
    negative_qualities_are_bad_types=True,
    rewrites_archived_files=True,
    leaves_out_untranscodable_files=True,
    shows_job_user_data=True,
    bulk_delete_wants_array=True,
    unknown_cascades_are_out_of_range=True,
    bulk_goes_by_first=True,
)

#: The releases that can be emulated, oldest first.
RELEASES: Mapping[str, Release] = MappingProxyType(
    {release.version: release for release in (ORTHANC_1_9_1, ORTHANC_1_10_1, ORTHANC_1_12_7, ORTHANC_1_13_0)}
)

DEFAULT_RELEASE = ORTHANC_1_12_7.version
