"""POST /instances: one file as the body, or several in a ZIP archive.

Measured on Orthanc 1.9.1 to 1.13.0. Bodies come from strangers: what they unpack to is bounded.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Response

from ..errors import ErrorCode, OrthancError
from ..releases import Release
from .answers import json_answer
from .route import Call

#: The compressions of a ZIP's members that the server reads; it takes bzip2 for damage.
COMPRESSIONS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

ARCHIVE_MEMBER = b"PK\x03\x04"
ARCHIVE_END = b"PK\x05\x06"
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
    if not data.startswith((ARCHIVE_MEMBER, ARCHIVE_END)):
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

    Unless it `streams`, a release goes by the size in the last bytes: nothing may follow.
    """
    if not data.startswith(GZIP):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT if streams else ErrorCode.INTERNAL_ERROR)
    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = engine.decompress(data, maximum_size)
    except zlib.error:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None
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
    if ARCHIVE_END not in data or (data.startswith(ARCHIVE_END) and not release.rest.opens_empty_archives):
        raise unreadable
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OverflowError):
        return
    left = maximum_size
    for member in archive.infolist():
        left -= member.file_size
        if left < 0:
            details = f"The emulator unpacks at most {maximum_size} bytes (EmulatorMaximumUnpackedSize)"
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, details)
        if not member.is_dir():
            content = unpacked_member(archive, member, release)
            if content is not None:
                yield content


def unpacked_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, release: Release) -> bytes | None:
    """The bytes of a member, which zipfile bounds by the size that the directory tells; None for a damaged one.

    Raises OrthancError (Bad file format) for another compression than "deflate", a wrong checksum, and damage where the
    release refuses it.
    """
    if member.compress_type == zipfile.ZIP_BZIP2:
        damaged(release)
        return None
    if member.compress_type not in COMPRESSIONS:
        unsupported = "Invalid file or unsupported compression method (e.g. Deflate64)"
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, unsupported if release.rest.explains_compressions else None)
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):  # such as a wrong checksum
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None
    except (zlib.error, EOFError, OSError):
        damaged(release)
        return None


def damaged(release: Release) -> None:
    """A damaged member is left out, or ends the upload."""
    if release.rest.refuses_damaged_members:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None
