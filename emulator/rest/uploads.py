"""POST /instances: one file as the body, or several in a ZIP archive.

Measured on Orthanc 1.9.1 to 1.13.0. Bodies come from strangers: what they unpack to is bounded.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from ..dicom.unpacking import too_large, unpacked_size
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from .answers import json_answer
from .response import Response
from .route import Call
from .zip_archive import (
    BZIP2,
    DEFLATED,
    END,
    LOCAL,
    STORED,
    DamagedError,
    Member,
    NoArchiveError,
    WrongHeaderError,
    ZipArchive,
)

GZIP = b"\x1f\x8b"


def upload(call: Call) -> Response:
    """Stores the file, or the files, in the body; a form's parts come here one by one."""
    data = call.request.get_data()
    if data and call.request.headers.get("Content-Encoding", "").lower() == "gzip":
        size = call.server.configuration.maximum_unpacked_size
        unpacked = gunzip(data, size, streams=call.server.release.rest.streams_gzip)
        if not unpacked:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Cannot parse an invalid DICOM file (size: 0 bytes)")
        return json_answer(call.server.uploads.add(unpacked).to_json())
    return json_answer(store(call, data))


def store(call: Call, data: bytes) -> Any:
    """Stores a file, or the DICOM files in an archive, and gives the JSON of the answer."""
    if not data.startswith((LOCAL, END)):
        return call.server.uploads.add(data).to_json()
    skipped = {ErrorCode.BAD_FILE_FORMAT}
    if call.server.release.rest.archives_skip_incomplete_files:
        skipped.add(ErrorCode.INEXISTENT_TAG)
    answers = []
    for member in archive_members(data, call.server.release, call.server.configuration.maximum_unpacked_size):
        try:
            answers.append(call.server.uploads.add(member).to_json())
        except OrthancError as error:
            if error.code not in skipped:
                raise
    return answers


def gunzip(data: bytes, maximum_size: int, *, streams: bool) -> bytes:
    """Unpacks a body of at most so many bytes.

    Unless it `streams`, a release goes by the size in the last four bytes: they must be there, and nothing may follow.
    """
    wrong = OrthancError(ErrorCode.BAD_FILE_FORMAT if streams or len(data) < 4 else ErrorCode.INTERNAL_ERROR)
    if not data.startswith(GZIP) and not (streams and len(data) == 1):  # of a single byte it waits for the next
        raise wrong
    try:
        size = unpacked_size(data, zlib.MAX_WBITS | 16, maximum_size)
        engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
        unpacked = engine.decompress(data, size + 1)
    except zlib.error:
        raise wrong from None
    if engine.unconsumed_tail or not engine.eof:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Truncated gzip input" if streams else None)
    if engine.unused_data and not streams:
        details = "The uncompressed size of a gzip-encoded buffer was not properly guessed"
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details)
    return unpacked


def archive_members(data: bytes, release: Release, maximum_size: int) -> Iterator[bytes]:
    """The files in a ZIP archive, of at most so many bytes together; one whose directory is damaged holds none.

    Their names do not matter: nothing is written anywhere. Archives within are files like others, no DICOM files.
    """
    unreadable = OrthancError(ErrorCode.BAD_FILE_FORMAT, "Cannot open ZIP archive from memory buffer")
    if data.startswith(END) and not release.rest.opens_empty_archives:
        raise unreadable
    try:
        archive = ZipArchive(data, keeps_cut_numbers=not release.rest.opens_empty_archives)
    except NoArchiveError:
        raise unreadable from None
    left = maximum_size
    for member in archive.members():
        left -= member.size
        if left < 0:
            raise too_large(maximum_size)
        content = unpacked_member(archive, member, release)
        if content is not None:
            yield content


def unpacked_member(archive: ZipArchive, member: Member, release: Release) -> bytes | None:
    """The bytes of a member; None for a damaged one.

    Raises OrthancError (Bad file format) for another compression than "deflate", a wrong header or checksum, and damage
    where the release refuses it.
    """
    if member.method == BZIP2:
        damaged(release)
        return None
    if member.method not in (STORED, DEFLATED):
        raise wrong_member(release)
    try:
        return archive.content(member)
    except WrongHeaderError:
        raise wrong_member(release) from None
    except DamagedError as error:
        if error.is_checksum:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None
        damaged(release)
        return None


def wrong_member(release: Release) -> OrthancError:
    """The error of a member that can't be opened."""
    unsupported = "Invalid file or unsupported compression method (e.g. Deflate64)"
    return OrthancError(ErrorCode.BAD_FILE_FORMAT, unsupported if release.rest.explains_compressions else None)


def damaged(release: Release) -> None:
    """A damaged member is left out, or ends the upload."""
    if release.rest.refuses_damaged_members:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None
