"""PixelData and EncapsulatedDocument replaced by a data URI: a content, as when a file is created.

Measured on Orthanc 1.9.1 to 1.13.0. Images and PDF need a codec, which the emulator has not.
"""

from __future__ import annotations

import re
from typing import Any

from ..dicom.element import PIXEL_DATA, Dataset, Element
from ..dicom.padding import padded
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from .values import decode_base64

ENCAPSULATED_DOCUMENT = 0x00420011
CONTENT_TAGS = frozenset({PIXEL_DATA, ENCAPSULATED_DOCUMENT})

CONTENT = re.compile(r"data:(?P<type>[^;,]+);base64,(?P<data>.*)\Z", re.DOTALL)

OCTET_STREAM = "application/octet-stream"

#: The content that the server makes pixel data or a document of, with what such data begins with.
CONVERTED = {"application/pdf": b"%PDF", "image/jpeg": b"\xff\xd8", "image/png": b"\x89PNG"}
UNSUPPORTED = frozenset({"application/json", "application/xml", "text/html", "text/plain"})


def content_of(tag: int, value: Any) -> re.Match[str] | None:
    """The data URI that a request gives for one of CONTENT_TAGS, None for any other tag or value."""
    return CONTENT.match(value) if tag in CONTENT_TAGS and isinstance(value, str) else None


def put_content(dataset: Dataset, tag: int, content: re.Match[str], release: Release) -> None:
    """Writes the bytes of a data URI into Pixel Data, whichever of CONTENT_TAGS was replaced.

    Raises OrthancError: Internal error where an EncapsulatedDocument meets pixel data, Bad file format for broken
    data, Not implemented yet or Parameter out of range for another type.
    """
    data = decode_base64(content["data"])
    check_type(content["type"], data, release)
    dataset.remove(tag)
    if PIXEL_DATA in dataset:
        raise OrthancError(ErrorCode.INTERNAL_ERROR)
    dataset.put(Element(PIXEL_DATA, "OW", padded(data, "OW")))


def check_type(mime_type: str, data: bytes, release: Release) -> None:
    if mime_type in CONVERTED:
        if data.startswith(CONVERTED[mime_type]):
            raise OrthancError(
                ErrorCode.NOT_IMPLEMENTED, f"The emulator does not convert {mime_type} to DICOM", http_status=501
            )
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Not a PDF file" if mime_type == "application/pdf" else None)
    if mime_type in UNSUPPORTED or (mime_type == OCTET_STREAM and not release.replaces_content):
        raise OrthancError(
            ErrorCode.NOT_IMPLEMENTED,
            f"Unsupported MIME type for the content of a new DICOM file: {mime_type}",
        )
    if mime_type != OCTET_STREAM:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
