"""POST /instances: one file as the body, or several in a ZIP archive or a form.

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
from .answers import empty_answer, json_answer
from .route import Call

#: What a compressed body may unpack to, in bytes, all members of an archive together.
MAXIMUM_UPLOAD_SIZE = 1 << 30

ARCHIVE_MEMBER = b"PK\x03\x04"
ARCHIVE_END = b"PK\x05\x06"
GZIP = b"\x1f\x8b"


def upload(call: Call) -> Response:
    """Stores the file, or the files, in the body."""
    data = call.request.get_data()
    if data and call.request.headers.get("Content-Encoding", "").lower() == "gzip":
        unpacked = gunzip(data, streams=call.server.release.streams_gzip)
        if not unpacked:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Cannot parse an invalid DICOM file (size: 0 bytes)")
        return json_answer(call.server.store(unpacked).to_json())
    boundary = call.request.mimetype_params.get("boundary")
    if call.request.mimetype == "multipart/form-data" and boundary:
        for part in form_parts(data, boundary):
            store(call, part)
        return empty_answer(200)
    return json_answer(store(call, data))


def store(call: Call, data: bytes) -> Any:
    """Stores a file, or the DICOM files in an archive, and gives the JSON of the answer."""
    if not data.startswith((ARCHIVE_MEMBER, ARCHIVE_END)):
        return call.server.store(data).to_json()
    skipped = {ErrorCode.BAD_FILE_FORMAT}
    if call.server.release.archives_skip_incomplete_files:
        skipped.add(ErrorCode.INEXISTENT_TAG)
    answers = []
    for member in archive_members(data, opens_empty=call.server.release.opens_empty_archives):
        try:
            answers.append(call.server.store(member).to_json())
        except OrthancError as error:
            if error.code not in skipped:
                raise
    return answers


def gunzip(data: bytes, *, streams: bool) -> bytes:
    """Unpacks a body; unless it `streams`, a release goes by the size in the last bytes: nothing may follow."""
    if not data.startswith(GZIP):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT if streams else ErrorCode.INTERNAL_ERROR)
    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = engine.decompress(data, MAXIMUM_UPLOAD_SIZE)
    except zlib.error:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None
    if engine.unconsumed_tail or not engine.eof:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Truncated gzip input" if streams else None)
    if engine.unused_data and not streams:
        details = "The uncompressed size of a gzip-encoded buffer was not properly guessed"
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details)
    return unpacked


def archive_members(data: bytes, *, opens_empty: bool) -> Iterator[bytes]:
    """The files in a ZIP archive; one whose directory is damaged is taken to hold none."""
    unreadable = OrthancError(ErrorCode.BAD_FILE_FORMAT, "Cannot open ZIP archive from memory buffer")
    if ARCHIVE_END not in data or (data.startswith(ARCHIVE_END) and not opens_empty):
        raise unreadable
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OverflowError):
        return
    left = MAXIMUM_UPLOAD_SIZE
    for member in archive.infolist():
        left -= member.file_size
        if left < 0:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "The unpacked archive is too large")
        if not member.is_dir():
            yield unpacked_member(archive, member)


def unpacked_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member, which zipfile bounds by the size that the directory tells."""
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None


def form_parts(data: bytes, boundary: str) -> Iterator[bytes]:
    """The contents of the parts of a form (RFC 2046 section 5.1.1), whatever their names are."""
    _, *parts = (b"\r\n" + data).split(b"\r\n--" + boundary.encode("latin-1", errors="replace"))
    for part in parts:
        if part.startswith(b"--"):
            return
        _, separator, content = part.partition(b"\r\n\r\n")
        if separator:
            yield content
