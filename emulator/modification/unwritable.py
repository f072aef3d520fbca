"""Edited files that the server can't write, and what it answers then.

Measured on Orthanc 1.9.1 to 1.13.0: pixel data that a request wrote into a file of a compressed transfer syntax and, on
1.10.1 and 1.12.7, any pixel data that a request replaced by "".
"""

from __future__ import annotations

from ..dicom.element import PIXEL_DATA, Element
from ..dicom.reader import DicomFile
from ..errors import ErrorCode, OrthancError, StatusOnlyError
from .rules import ModificationRelease
from .transcoding import UNCOMPRESSED

#: What pixel data become that are replaced by ""; others that are empty can be written wherever these can't.
EMPTIED_PIXEL_DATA = Element(PIXEL_DATA, "OW")


def is_writable(file: DicomFile, source_syntax: str, release: ModificationRelease) -> bool:
    """Whether the server can write an edited file in its transfer syntax; its source had another perhaps."""
    element = file.dataset.get(PIXEL_DATA)
    if element is None or element.undefined_length:
        return True
    if element is EMPTIED_PIXEL_DATA and (
        release.modification.refuses_empty_pixel_data or source_syntax not in UNCOMPRESSED
    ):
        return False
    return file.transfer_syntax in UNCOMPRESSED


def unwritable_copy() -> OrthancError:
    """The error of a cascade."""
    return OrthancError(ErrorCode.INTERNAL_ERROR, "Cannot write DICOM file to memory")


def unwritable_answer(file: DicomFile, wanted: str | None, release: ModificationRelease) -> bytes | None:
    """The answer of an instance's modify to a file that can't be written: nothing; None where it may be transcoded.

    Raises StatusOnlyError (400) where it is not transcoded, OrthancError (Internal error) where that can't be done.
    """
    if wanted is None or release.modification.transcodes_before_editing:
        raise StatusOnlyError(ErrorCode.BAD_FILE_FORMAT, "The server can't write the pixel data")
    if wanted == file.transfer_syntax:
        return b""
    if file.transfer_syntax in UNCOMPRESSED:
        raise OrthancError(ErrorCode.INTERNAL_ERROR, f"Cannot transcode to transfer syntax: {wanted}")
    return None
