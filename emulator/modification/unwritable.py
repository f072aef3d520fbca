"""Edited files that the server can't write, and what it answers then.

Measured on Orthanc 1.9.1 to 1.13.0: pixel data that a request wrote into a file of a compressed transfer syntax,
encapsulated ones in a file of another, those of an icon too, group lengths of less than four bytes before 1.13 and, on
1.10.1 and 1.12.7, any pixel data that a request replaced by "".
"""

from __future__ import annotations

from dataclasses import replace

from ..dicom.element import PIXEL_DATA, Element
from ..dicom.reader import DicomFile
from ..errors import ErrorCode, OrthancError, StatusOnlyError
from .rules import ModificationRelease
from .transcoding import UNCOMPRESSED, is_lost, transcoded
from .writable import has_stray_fragments, is_encapsulated

#: What pixel data become that are replaced by ""; others that are empty can be written wherever these can't.
EMPTIED_PIXEL_DATA = Element(PIXEL_DATA, "OW")


def is_writable(file: DicomFile, source_syntax: str, release: ModificationRelease) -> bool:
    """Whether the server can write an edited file in its transfer syntax; its source had another perhaps."""
    return error_of_writing(file, source_syntax, release) is None


def error_of_writing(file: DicomFile, source_syntax: str, release: ModificationRelease) -> str | None:
    """What DCMTK says of a file that can't be written in its transfer syntax, None for one that can be."""
    if is_lost(file, release):
        return "I/O suspension or premature end of stream"
    element = file.dataset.get(PIXEL_DATA)
    encapsulated = is_encapsulated(file.transfer_syntax, release)
    is_emptied = element is EMPTIED_PIXEL_DATA and (
        release.modification.refuses_empty_pixel_data or source_syntax not in UNCOMPRESSED
    )
    is_native = element is not None and not element.undefined_length
    if is_emptied or (is_native and encapsulated) or has_stray_fragments(file, release):
        return "Pixel representation not found"
    return None


def check_written_anew(file: DicomFile, release: ModificationRelease) -> None:
    """Raises OrthancError for a file that can't be written anew in its own transfer syntax."""
    if not is_writable(file, file.transfer_syntax, release):
        raise unwritable_copy(file, file.transfer_syntax, release)


class UnwritableCopyError(OrthancError):
    """The error of a copy that is made and can't be written."""

    def __init__(self, copy: DicomFile, details: str) -> None:
        super().__init__(ErrorCode.INTERNAL_ERROR, details)
        self.copy = copy


def unwritable_copy(file: DicomFile, source_syntax: str, release: ModificationRelease) -> UnwritableCopyError:
    """The error of a cascade, and of a split or merge."""
    details = "Cannot write DICOM file to memory"
    if release.modification.names_errors_of_writing:
        details += f", DCMTK error: {error_of_writing(file, source_syntax, release)}"
    return UnwritableCopyError(file, details)


def unwritable_answer(file: DicomFile, wanted: str | None, release: ModificationRelease) -> bytes | None:
    """The answer of an instance's modify to a file that can't be written: nothing; None where it may be transcoded.

    Raises StatusOnlyError (400) where it is not transcoded, OrthancError as `transcoded` does where that can't be done.
    """
    if wanted is None or release.modification.transcodes_before_editing:
        raise StatusOnlyError(ErrorCode.BAD_FILE_FORMAT, "The server can't write the pixel data")
    if wanted == file.transfer_syntax:
        return b""
    if is_lost(file, release):
        syntax = transcoded(file, wanted, release)
        return b"" if is_lost(replace(file, transfer_syntax=syntax), release) else None
    if not is_encapsulated(file.transfer_syntax, release):
        raise OrthancError(ErrorCode.INTERNAL_ERROR, f"Cannot transcode to transfer syntax: {wanted}")
    return None
