"""What differs between releases in this room, as data: how requests are read, and how answers look."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ErrorCode
from ..ruling import Rules

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


@dataclass(init=False, eq=False, repr=False)
class RestRules(Rules):
    """HTTP: how a request is read, which routes there are, and how answers look."""

    # Requests

    plus_is_blank_in_paths: bool = False
    """ "+" in a path is decoded [1.12.7 on]."""
    decodes_arguments: bool = True
    """ "%31" and "+" in the query string are decoded [1.9.1 and 1.13.0]."""
    reads_plus_signs: bool = False
    """?since=+1 is 1 [1.10.1 on]."""
    boolean_arguments_are_read: bool = False
    """?expand=false is heeded [1.12.7 on]."""
    more_known_methods: frozenset[str] = frozenset()
    """Methods that the web server does not refuse itself [changed in 1.12.7]."""
    names_unread_versions: str = "(null)"
    """What stands for the HTTP version of a request that can't be read [changed in 1.10.1]."""
    reads_methods_first: bool = True
    """A method that the web server refuses is answered without the request's version [only 1.9.1]."""
    takes_blanks_before_colons: bool = False
    """Blanks may stand between the name of a header and its colon [1.10.1 on]."""
    takes_chunk_extensions: bool = False
    """Chunks of a body may have extensions, and headers may follow the last one [1.12.7 on]."""
    heeds_status_of_parts: bool = True
    """A part of a form that is answered 404 or 405 makes a bad request of the whole [only 1.9.1]."""

    # Answers

    error_content_type: str | None = None
    """The Content-Type of an error body [changed in 1.12.7]."""
    names_the_unknown_tag: bool = False
    """The error "Unknown DICOM tag" has "Details" [1.12.7 on]."""
    sends_nosniff: bool = False
    """Answers carry X-Content-Type-Options [1.12.7 on]."""
    redirect_status: int = 301
    """The status of / and /favicon.ico [changed in 1.12.7]."""
    smallest_compressed_answer: int = 1
    """The smallest answer that is compressed, in bytes (HttpCompressionEnabled) [changed in 1.12.7]."""

    # Routes

    has_numpy: bool = False
    """There is /instances/{id}/numpy, and that of frames and series [1.10.1 on]."""
    has_attachment_info: bool = False
    """There is /{level}/{id}/attachments/{name}/info [1.10.1 on]."""
    has_bulk_operations: bool = False
    """There are /tools/bulk-modify, bulk-anonymize, bulk-delete, bulk-content [1.10.1 on]."""
    deletes_jobs: bool = False
    """DELETE of a job, and of its outputs, is known [1.12.7 on]."""
    retrieves_by_get: bool = False
    """There is /modalities/{id}/get [1.12.7 on]."""
    gets_chosen_archives: bool = False
    """There is GET /tools/create-archive, and its like [1.12.7 on]."""

    # Lists

    zero_limit_is_none: bool = False
    """?limit=0 means all, rather than none [1.12.7 on]."""
    refuses_negative_limits: bool = False
    """?limit=-1 is an error, else see zero_limit_is_none."""
    negative_limit_is_none: bool = False
    """?limit=-1 means all."""
    unlimited_list_error: ErrorCode = ErrorCode.SQLITE_STEP_CACHED_STATEMENT
    """The error for ?since=-1."""
    pages_by_identifier: bool = False
    """Lists with ?limit are sorted by identifier, whatever whole lists are."""
    filters_changes: bool = False
    """/changes has "to", "type" and "First" [1.12.7 on]."""

    # Resources

    shows_main_tags_in_forms: bool = False
    """?short and ?full are heeded for resources [1.10.1 on]."""
    children_check_level: bool = False
    """Children of an id of another level: 404, else [] [1.12.7 on]."""
    tag_views_check_level: bool = False
    """/module, /shared-tags, /instances-tags of an id of another level: 404 [1.12.7 on]."""
    statistics_of_unknown_are_zero: bool = False
    """/{level}/{id}/statistics of an unknown id are zeros, else 404 [1.13.0 on]."""
    header_reads: str = "attachment dicom"
    """What /header can't read of an id that is no instance's [changed in 1.10.1]."""
    shows_whole_files: bool = False
    """?whole of /tags and /simplified-tags is read [1.12.7 on]."""
    numbers_metadata: bool = False
    """?numeric of /metadata is read [1.12.7 on]."""

    # Files

    file_is_named_by_identifier: bool = False
    """Content-Disposition of /file has the id, else FileUuid [1.12.7 on]."""
    names_files: bool = False
    """?filename= of /file is read [1.12.7 on]."""
    cleans_file_names: bool = False
    """Quotes and line feeds in ?filename= are left out [1.13.0 on]."""
    transcodes_files: bool = False
    """?transcode= of /file is read [1.12.7 on]."""
    may_hang_in_reconstruction: bool = False
    """ReconstructFiles of a file that was parsed before may never be answered [only 1.12.7]."""
    finds_no_transcoded_file: bool = False
    """A file that can't be transcoded: 404 without a body, else 500 [only 1.12.7]."""

    # Parts of a file

    indexes_from_the_end: bool = True
    """/content/SEQUENCE/-1 is the last item [up to 1.12.7]."""
    trims_indexes: bool = False
    """An index in /content between blanks is read; none has a sign but "+" [1.13.0 on]."""
    explains_bad_blocks: bool = False
    """/content/7fe0-0010/x: 400, of pixel data that are neither OB nor OW 500, else 404 [1.13.0 on]."""

    # Uploads

    opens_empty_archives: bool = False
    """A ZIP archive without members: [], else an error [1.12.7 on]."""
    archives_skip_incomplete_files: bool = False
    """A member without identifiers is left out, rather than an error [1.10.1 on]."""
    explains_compressions: bool = False
    """A member of an archive in an unknown compression has "Details" [1.10.1 on]."""
    refuses_damaged_members: bool = False
    """A damaged member of an archive is an error, else it is left out [1.13.0 on]."""
    streams_gzip: bool = False
    """What follows in a gzip body is passed over, rather than an error [1.13.0 on]."""

    # Attachments

    attachment_operations: tuple[str, ...] = FIRST_ATTACHMENT_OPERATIONS
    """What /attachments/{name} lists [changed in 1.10.1 and 1.12.7]."""
    missing_attachments_vary: bool = True
    """What a resource lacks is told in three ways, else by "Unknown resource" [only 1.9.1]."""
    attachments_are_named_dcm: bool = True
    """The name in Content-Disposition of a DICOM file ends in .dcm [up to 1.10.1]."""
    names_attachments: bool = False
    """?filename= of /data is read; /compressed-data of what is not compressed is as /data [1.12.7 on]."""
    serves_ranges: bool = False
    """The header Range of /data and /compressed-data is read [1.12.7 on]."""
    ranges_are_strict: bool = False
    """A limit of a Range that is no number is an error, else absent [1.13.0 on]."""

    # Images

    redirects_unsupported_images: bool = True
    """What is no image leads to an image that says so, else 415 [only 1.9.1]."""
    explains_picture_errors: bool = True
    """A bad argument of a picture is an error with "Details", else 404, or 415 as no image [only 1.9.1]."""
    trims_picture_arguments: bool = False
    """A number with a point, and a quality, between blanks is read [1.13.0 on]."""
    tells_absent_frames: bool = True
    """The image of a frame that is not there is 404, else as no image [up to 1.10.1]."""
    hides_decoding_errors: bool = False
    """/matlab: what can't be decoded is Not implemented yet, whatever the reason [1.12.7 on]."""
    names_undecodable_instances: bool = False
    """/matlab: the error has the instance in "Details" [only 1.12.7]."""

    # Modalities

    retrievals_need_objects: bool = False
    """The body of a retrieval, if it is JSON, is an object, or an unhandled error [only 1.10.1]."""
    retrieval_members: tuple[str, ...] = ("TargetAet", "Timeout")
    """The members of a retrieval that are checked before the query [changed in 1.10.1 and 1.12.7]."""
