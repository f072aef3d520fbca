"""JPEG images that become native pixel data: decoded by Pillow, of the extra "images".

Measured on Orthanc 1.9.1 to 1.13.0, whose library is of the same family as Pillow's: the pixels are the same.
"""

from __future__ import annotations

import io

from ..dicom.jpeg_header import SCAN, SEQUENTIAL, JpegHeader, read_header
from ..errors import ErrorCode, OrthancError
from ..libraries import pillow
from .png import MAXIMUM_SIZE, Image

#: What the JPEG library reads behind the last byte: an end, so that what is missing is grey.
END_OF_IMAGE = b"\xff\xd9"

#: Grey, and colour.
COMPONENTS = frozenset({1, 3})


def read_jpeg(data: bytes, details: str | None) -> Image:
    """The image in a JPEG file; what breaks off is taken as far as it goes.

    Raises OrthancError: Internal error for a damaged file, with the library's words where they are known, Not
    implemented yet with `details` for CMYK, and 501 without Pillow.
    """
    if not data.startswith(b"\xff\xd8"):
        raise not_decoded(f"Not a JPEG file: starts with {in_hex(data)}" if data else "Empty input file")
    library = pillow()
    header = read_header(data)
    if header is None:
        raise not_decoded("JPEG datastream contains no image")
    check_header(header, data)
    if header.components not in COMPONENTS:
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details)
    if header.size > MAXIMUM_SIZE:
        raise OrthancError(ErrorCode.NOT_ENOUGH_MEMORY)
    try:
        with library.open(io.BytesIO(data + END_OF_IMAGE), formats=["JPEG"]) as image:
            pixels = bytes(image.tobytes())
    except Exception:  # Pillow: OSError, SyntaxError, ValueError and others, by what is wrong
        raise not_decoded("the image is damaged") from None
    return Image(header.columns, header.rows, header.components, 8, pixels)


def check_header(header: JpegHeader, data: bytes) -> None:
    if not header.size:
        raise not_decoded("Empty JPEG image (DNL not supported)")
    if bytes((0xFF, SCAN)) not in data:
        raise not_decoded("Invalid JPEG file structure: missing SOS marker")
    if header.marker in SEQUENTIAL and header.precision != 8:
        raise not_decoded(f"Unsupported JPEG data precision {header.precision}")
    if header.marker == 0xC3:
        raise not_decoded("Unsupported JPEG process: SOF type 0xc3")


def in_hex(data: bytes) -> str:
    first, second = (data + b"\xff")[:2]
    return f"0x{first:02x} 0x{second:02x}"


def not_decoded(reason: str) -> OrthancError:
    return OrthancError(ErrorCode.INTERNAL_ERROR, f"Error during JPEG decoding: {reason}")
