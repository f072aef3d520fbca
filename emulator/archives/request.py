"""What a client asks of an archive: the body of a POST, or the arguments of a GET.

Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..jobs.options import integer
from ..modification.transcoding import DEFAULT_QUALITY, known_transfer_syntaxes, lossy_quality
from ..store.level import LEVELS, Level
from .rules import ArchiveRelease


@dataclass(frozen=True)
class ArchiveRequest:
    """How an archive is made.

    `media` asks for a DICOMDIR, `extended` for more tags in it. `transcode` is a transfer syntax UID, None for the
    files as they are; `filename` what the answer is to be called, None for the release's own choice; `utf8` keeps
    letters beyond ASCII in the names within; `lossy_quality` is told by the job alone. `stands_alone` leaves out the
    folders above a series; `by_study` names a patient's folder as the study's own file names the patient.
    """

    media: bool = False
    extended: bool = False
    transcode: str | None = None
    filename: str | None = None
    utf8: bool = False
    lossy_quality: int = DEFAULT_QUALITY
    stands_alone: bool = False
    by_study: bool = False
    asynchronous: bool = False
    priority: int = 0
    user_data: Any = None

    @property
    def folder_levels(self) -> tuple[Level, ...]:
        """The levels of the folders in the archive."""
        return (Level.SERIES,) if self.stands_alone else LEVELS[:-1]


def parse_archive(body: Any, release: ArchiveRelease, *, media: bool, extended: bool = False) -> ArchiveRequest:
    """Reads the options of a POST, already parsed from JSON; what is no object has none.

    Raises OrthancError: Bad file format for an option of the wrong type, Parameter out of range for a transfer syntax.
    """
    members = body if isinstance(body, Mapping) else {}
    asynchronous = not boolean(members, "Synchronous", default=True)
    if "Synchronous" not in members:
        asynchronous = boolean(members, "Asynchronous", default=False)
    transcode = members.get("Transcode")
    if "Transcode" in members and not isinstance(transcode, str):
        raise wrong_type("String", "Transcode")
    filename = members.get("Filename")
    return ArchiveRequest(
        media=media,
        extended=boolean(members, "Extended", default=extended),
        transcode=checked_syntax(transcode, release),
        filename=filename if release.archives.names_archives and isinstance(filename, str) else None,
        lossy_quality=lossy_quality(members, release),
        utf8=release.archives.has_utf8_archives and boolean(members, "Utf8", default=release.archives.utf8_is_default),
        asynchronous=asynchronous,
        priority=integer(members, "Priority", release),
        user_data=members.get("UserData"),
    )


def parse_resources(body: Any) -> list[str]:
    """The identifiers in the body of a `POST /tools/create-archive`: a list, or an object with a list.

    Raises OrthancError (Bad file format).
    """
    if isinstance(body, Mapping):
        if "Resources" not in body:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Missing field Resources in the JSON body")
        body = body["Resources"]
        if not isinstance(body, list):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Expected a list of strings (Orthanc identifiers)")
    if not isinstance(body, list):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    if not all(isinstance(identifier, str) for identifier in body):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Expected a list of strings (Orthanc identifiers)")
    return body


def checked_syntax(wanted: str | None, release: ArchiveRelease) -> str | None:
    if wanted is not None and wanted not in known_transfer_syntaxes(release):
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Unknown transfer syntax: {wanted}")
    return wanted


def boolean(members: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = members.get(name, default)
    if not isinstance(value, bool):
        raise wrong_type("Boolean", name)
    return value


def wrong_type(expected: str, name: str) -> OrthancError:
    return OrthancError(ErrorCode.BAD_FILE_FORMAT, f"{expected} value expected in field: {name}")
