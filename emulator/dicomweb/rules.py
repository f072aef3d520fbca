"""What differs between releases in this door, as data: the plugin's version beside each release, and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..ruling import Rules

#: What a search tells, by level of the tags: those of each level up to the one that is searched. A level whose UID is
#: a filter is left out, as the client knows it; the tags that are told all the same are KEPT.
QIDO_TAGS: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        "Study": frozenset(
            {
                *(0x00080020, 0x00080030, 0x00080050, 0x00080061, 0x00080090, 0x00100010, 0x00100020, 0x00100030),
                *(0x00100040, 0x00200010, 0x00201206, 0x00201208),
            }
        ),
        "Series": frozenset({0x00080060, 0x0008103E, 0x00200011, 0x00201209, 0x00400244, 0x00400245}),
        "Instance": frozenset(
            {0x00080016, 0x00080018, 0x00200013, 0x00280008, 0x00280010, 0x00280011, 0x00280100},
        ),
    }
)
QIDO_TAGS_1_12_7: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        "Study": QIDO_TAGS["Study"] | {0x00080056},
        "Series": QIDO_TAGS["Series"] | {0x00400275},
        "Instance": QIDO_TAGS["Instance"] | {0x00080056},
    }
)
#: What is told of each level whatever the filters are: TimezoneOffsetFromUTC, and the UIDs.
KEPT: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        "Study": frozenset({0x00080201, 0x0020000D}),
        "Series": frozenset({0x00080201, 0x0020000D, 0x0020000E}),
        "Instance": frozenset({0x00080201, 0x0020000D, 0x0020000E}),
    }
)
#: What is told of its own level alone, though it is asked for: what is counted, and InstanceAvailability.
OWN_TAGS: Mapping[int, str] = MappingProxyType(
    {
        **dict.fromkeys((0x00080061, 0x00201206, 0x00201208), "Study"),
        0x00201209: "Series",
        0x00080056: "Instance",
    }
)


@dataclass(init=False, eq=False, repr=False)
class DicomWebRules(Rules):
    """What the plugin beside a release answers."""

    version: str = "1.5"
    """The version of the plugin that Debian has beside the release [changed in 1.10.1 and 1.12.7 and 1.13.0]."""

    # All routes

    explains_core_calls: bool = False
    """ "Details" of an error of the server behind the plugin name a line of the plugin's source [1.13.0 on]."""
    core_failure_is_plugins: bool = True
    """An internal error of the server is "Error encountered within the plugin engine" [up to 1.10.1]."""
    heeds_forwarding: bool = False
    """X-Forwarded-Host with X-Forwarded-Proto, and the option PublicRoot, give the URLs in answers [1.12.7 on]."""
    reads_accept_lists: bool = False
    """Accept may be a list of which any item counts, else the header is one item [1.12.7 on]."""
    reads_multipart_xml: bool = False
    """Searching and storing answer XML for multipart/related; type="application/dicom+xml", too [1.13.0 on]."""

    # QIDO-RS

    finds_expanded: bool = False
    """A search asks for whole answers: text in UTF-8, sequences, no file if the index knows all [1.12.7 on]."""
    qido_tags: Mapping[str, frozenset[int]] = field(default_factory=lambda: QIDO_TAGS)
    """What a search tells, by level of the tags [changed in 1.12.7]."""
    plus_is_blank_at_last: bool = False
    """A plus sign in an argument is a blank, also one that was "%2B" [only 1.9.1]."""
    passes_accept_on: bool = False
    """Accept: application/xml makes the answer of the find XML, which the plugin can't read [1.12.7 on]."""
    empties_binary_in_items: bool = False
    """A value without text, in an item of a search's answer, is empty, else left out [1.13.0 on]."""

    # WADO-RS

    shows_streams_as_bulk: bool = False
    """OD, OF and OL are bulk data, else numbers [1.13.0 on]."""
    shows_encapsulated: bool = True
    """Encapsulated pixel data are in /metadata [1.9.1 and 1.12.7 and 1.13.0]."""
    shows_trailing_padding: bool = True
    """(fffc,fffc) is in /metadata [up to 1.10.1]."""
    leaves_holes: bool = False
    """The metadata of a study or series go on behind a file of which there is no model, else an error [only 1.12.7]."""
    names_parents_of_unknown: bool = False
    """ "Details" of an unknown resource are the UIDs of the path, separated by slashes [1.12.7 on]."""
    has_thumbnails: bool = False
    """/thumbnail is /rendered [1.12.7 on]."""
    renders_preview: bool = False
    """/rendered without arguments is stretched as the server's /preview, else as its /rendered [1.10.1 on]."""
    renders_deep_colors: bool = False
    """/rendered of RGB of 16 bits, else Not implemented yet [1.13.0 on]."""
    renders_documents: bool = False
    """/rendered of an Encapsulated PDF is the document [1.13.0 on]."""
    absent_pixel_data_is_bad_request: bool = False
    """Frames of a file without pixel data: Bad request, else Not implemented yet [1.13.0 on]."""
    frame_numbers_have_no_sign: bool = False
    """ "+1" is no frame number [1.12.7 on]."""
    default_syntax_is_fixed: bool = True
    """application/octet-stream is sent in little endian alone [up to 1.10.1]."""
    rewrites_native_frames: bool = False
    """Native frames "as stored" are sent in explicit little endian, else in the file's syntax [1.12.7 on]."""
    jpeg_ls_can_be_named: bool = True
    """image/jls with its transfer syntax [1.10.1 on]."""
    rle_type: str = "image/dicom-rle"
    """The media type of RLE [changed in 1.10.1]."""
    empty_syntax_is_any: bool = True
    """An empty transfer-syntax is "*", else unknown [up to 1.10.1]."""

    # STOW-RS

    tells_failed_parts: bool = True
    """A part that can't be stored makes the answer 400 or 409, else it is left out [1.10.1 on]."""
    failed_sequence_is_always_there: bool = True
    """FailedSOPSequence is empty where nothing failed, else absent [up to 1.10.1]."""
    refuses_other_parts: bool = False
    """A part of another media type ends the request with 415, else it is passed over [only 1.9.1]."""
    part_types_have_parameters: bool = False
    """ "application/dicom; transfer-syntax=..." is DICOM, and so is application/dicom+json [1.12.7 on]."""
    refuses_bad_streams: bool = False
    """A stream that is no multipart is an error, else it has no parts [only 1.9.1]."""
    refused_file_is: str = "failed"
    """A file that the server refuses: "error" ends all, "left out", "failed" [changed in 1.10.1 and 1.12.7]."""
    names_type_of_failures: str = "none"
    """The Content-Type of an answer 400 or 409 of STOW-RS: "none", or "twice" [changed in 1.12.7]."""

    # Other servers

    tells_sent_resources: bool = False
    """A job that sends tells the server, and what it sent [1.12.7 on]."""

    # WADO-URI

    no_image: tuple[int, int] = (400, 8)
    """Status and code of a file without an image [changed in 1.10.1 and 1.13.0]."""
