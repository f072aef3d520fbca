"""What differs between releases in this room, as data: what is in an archive, and under which names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..modification.rules import ModificationRelease
from ..ruling import Rules


@dataclass(init=False, eq=False, repr=False)
class ArchiveRules(Rules):
    """What is in a ZIP archive or a medium, under which names, and how its job tells of it."""

    # Requests

    checks_archived_level: bool = False
    """/{level}/{id}/archive of an id of another level is 404, else that archive [1.12.7 on]."""
    names_archives: bool = False
    """Filename and ?filename= are heeded [1.12.7 on]."""
    has_utf8_archives: bool = False
    """The options Utf8 and ZipUseUtf8 are read [1.13.0 on]."""
    utf8_is_default: bool = False
    """Archives that are asked for by POST have names in UTF-8 (ZipUseUtf8)."""
    posted_series_stand_alone: bool = False
    """POST /series/{id}/archive: no folders of patient and study [1.12.7 on]."""

    # Names in an archive

    numbers_archived_files: bool = False
    """Names and order by InstanceNumber, else counted as they arrived [1.12.7 on]."""
    signs_archived_numbers: bool = False
    """InstanceNumber in the names of an archive is a number of 32 bits with a sign [1.12.7 on]."""
    takes_carets_for_nothing: bool = False
    """A folder whose name would be of ^ alone is an unknown one [1.12.7 on]."""
    hyphenates_archive_names: bool = False
    """Folders are called "P1 - Doe^Jane", with SeriesNumber, else "P1 Doe Jane" [1.13.0 on]."""
    names_patients_by_study: bool = False
    """In an archive of one study or series the patient's folder is named by the study's own file [1.12.7 on]."""

    # Files in an archive

    streams_archives: bool = False
    """An archive is sent while it is made: without length, uncompressed, an error comes after the first bytes, unless
    SynchronousZipStream is false [1.10.1 on]."""
    rewrites_archived_files: bool = False
    """Transcode to the file's own transfer syntax writes it anew [1.13.0 on]."""
    leaves_out_untranscodable_files: bool = False
    """Files that can't be transcoded are left out, else they stay as they are [1.13.0 on]."""

    # Jobs

    shows_archive_sizes: bool = False
    """Jobs tell sizes in bytes, too [1.10.1 on]."""
    shows_lossy_quality: bool = False
    """Jobs that transcode tell LossyQuality [1.13.0 on]."""
    names_job_archives: bool = False
    """/jobs/{id}/archive has a Content-Disposition [1.10.1 on]."""


class ArchiveRelease(ModificationRelease, Protocol):
    """What archives ask of a release."""

    @property
    def archives(self) -> ArchiveRules: ...
