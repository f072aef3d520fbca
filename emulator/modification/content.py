"""A data URI that becomes the pixel data or the document of a file, in a modify or when a file is created.

Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

import base64
import re
import struct
from typing import Any, NamedTuple

from ..dicom.element import PIXEL_DATA, Dataset, Element
from ..dicom.padding import padded
from ..errors import ErrorCode, OrthancError
from .jpeg import read_jpeg
from .pam import read_pam
from .png import SIGNATURE, Image, read_png
from .rules import ModificationRelease

SOP_CLASS_UID = 0x00080016
MODALITY = 0x00080060
CONVERSION_TYPE = 0x00080064
ENCAPSULATED_DOCUMENT = 0x00420011
MIME_TYPE = 0x00420012
PHOTOMETRIC_INTERPRETATION = 0x00280004

#: The tags that a request may give as a data URI with a type of its own.
CONTENT_TAGS = frozenset({PIXEL_DATA, ENCAPSULATED_DOCUMENT})

DATA_URI = re.compile(r"data:(?P<type>[^;]+);base64,(?P<data>[a-z0-9+/=]*)", re.IGNORECASE)

OCTET_STREAM = "application/octet-stream"
PDF = "application/pdf"

#: Types that the server knows and makes no file of; any other is out of range.
UNSUPPORTED_TYPES = frozenset(
    "application/dicom application/dicom+json application/dicom+xml application/gzip application/javascript "
    "application/json application/wasm application/x-font-woff application/x-nacl application/x-pnacl "
    "application/xml application/zip font/woff2 image/gif image/jp2 image/svg+xml text/css text/html text/plain "
    "text/xml".split()
)


class Document(NamedTuple):
    """What a file that encapsulates a document says of it (PS3.3 section A.45 and A.85)."""

    sop_class_uid: str
    modality: str
    conversion_type: str | None


DOCUMENTS = {PDF: Document("1.2.840.10008.5.1.4.1.1.104.1", "OT", "WSD")}

#: 3D models, which 1.12 has learned.
MODELS = {
    "model/stl": Document("1.2.840.10008.5.1.4.1.1.104.3", "M3D", None),
    "model/obj": Document("1.2.840.10008.5.1.4.1.1.104.4", "M3D", None),
    "model/mtl": Document("1.2.840.10008.5.1.4.1.1.104.5", "M3D", None),
}


class Content(NamedTuple):
    """A data URI: its type, in lower case, and its bytes."""

    mime_type: str
    data: bytes


def parse_content(text: str) -> Content | None:
    """Reads a data URI in base64; None for a text that is none."""
    match = DATA_URI.fullmatch(text)
    if match is None:
        return None
    digits = match["data"].partition("=")[0]
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]  # six bits are no byte
    return Content(match["type"].lower(), base64.b64decode(digits + "=" * (-len(digits) % 4)))


def content_of(tag: int, value: Any) -> Content | None:
    """The data URI that a request gives for one of CONTENT_TAGS, None for any other tag or value."""
    return parse_content(value) if tag in CONTENT_TAGS and isinstance(value, str) else None


def put_content(dataset: Dataset, content: Content, release: ModificationRelease) -> None:
    """Writes a data URI into a file that has no such content yet: bytes as Pixel Data, documents encapsulated.

    Raises OrthancError: Bad file format for data that is not of its type, Not implemented yet or Parameter out of
    range for another type, Internal error or out of memory where there is a content already.
    """
    mime_type, data = content
    documents = {**DOCUMENTS, **MODELS} if release.modification.has_models else DOCUMENTS
    image = image_of(content, release)
    if image is not None:
        put_image(dataset, image, release)
        return
    if mime_type in documents:
        put_document(dataset, content, documents[mime_type], release)
    elif mime_type == OCTET_STREAM and release.modification.replaces_content:
        put_pixel_data(dataset, data, release)
    elif mime_type in UNSUPPORTED_TYPES or mime_type == OCTET_STREAM:
        raise OrthancError(
            ErrorCode.NOT_IMPLEMENTED,
            f"Unsupported MIME type for the content of a new DICOM file: {mime_type}",
        )
    else:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)


def image_of(content: Content, release: ModificationRelease) -> Image | None:
    """The image that a data URI is, None for what is none."""
    rules = release.modification
    mime_type, data = content
    if mime_type == "image/png":
        if not data.startswith(SIGNATURE):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
        return read_png(data, has_deep_colour=rules.has_models, details=rules.png_details)
    if mime_type == "image/x-portable-arbitrarymap":
        return read_pam(data, rules.pam_details)
    if mime_type == "image/jpeg" or (mime_type == "image/jpg" and rules.has_models):
        return read_jpeg(data, rules.jpeg_details)
    return None


def put_document(dataset: Dataset, content: Content, document: Document, release: ModificationRelease) -> None:
    """Encapsulates a document; which of the tags that describe it give way to it depends on the release."""
    if content.mime_type == PDF and not content.data.startswith(b"%PDF-"):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Not a PDF file")
    if not content.data or ENCAPSULATED_DOCUMENT in dataset:
        raise OrthancError(ErrorCode.NOT_ENOUGH_MEMORY)
    described = [
        (SOP_CLASS_UID, "UI", document.sop_class_uid),
        (MODALITY, "CS", document.modality),
        (CONVERSION_TYPE, "CS", document.conversion_type),
        (MIME_TYPE, "LO", content.mime_type),
    ]
    for tag, vr, text in described:
        if text is not None and (tag not in dataset or tag in release.modification.tags_of_documents):
            dataset.put(Element(tag, vr, padded(text.encode("ascii"), vr)))
    dataset.put(Element(ENCAPSULATED_DOCUMENT, "OB", padded(content.data, "OB")))


def put_image(dataset: Dataset, image: Image, release: ModificationRelease) -> None:
    """Writes an image as native pixel data, with what describes it (PS3.3 section C.7.6.3)."""
    put_pixel_data(dataset, image.pixels, release)
    if image.samples > 1:
        dataset.put(Element(PHOTOMETRIC_INTERPRETATION, "CS", b"RGB "))
    elif PHOTOMETRIC_INTERPRETATION not in dataset:
        dataset.put(Element(PHOTOMETRIC_INTERPRETATION, "CS", b"MONOCHROME2 "))
    numbers = {
        0x00280002: image.samples,
        0x00280010: image.height,
        0x00280011: image.width,
        0x00280100: image.bits,
        0x00280101: image.bits,
        0x00280102: image.bits - 1,
        0x00280103: 0,  # PixelRepresentation: unsigned
    }
    if image.samples > 1:
        numbers[0x00280006] = 0  # PlanarConfiguration: by pixel
    for tag, number in numbers.items():
        dataset.put(Element(tag, "US", struct.pack("<H", number & 0xFFFF)))


def put_pixel_data(dataset: Dataset, data: bytes, release: ModificationRelease) -> None:
    if PIXEL_DATA in dataset:
        place = "ErrorCode_InternalError triggered from ParsedDicomFile.cpp:1510"
        raise OrthancError(ErrorCode.INTERNAL_ERROR, place if release.modification.places_internal_errors else None)
    dataset.put(Element(PIXEL_DATA, "OW", padded(data, "OW")))
