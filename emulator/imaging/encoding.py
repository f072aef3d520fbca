"""Pictures as files: PNG, JPEG and PAM, as Orthanc 1.9.1 to 1.13.0 write them (JPEG is the same byte by byte)."""

from __future__ import annotations

import io
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..libraries import pillow

PNG, JPEG, PAM = "image/png", "image/jpeg", "image/x-portable-arbitrarymap"
DEFAULT_QUALITY = 90


def encoded(picture: Any, media_type: str, quality: int = DEFAULT_QUALITY) -> bytes:
    """The file of a picture: an array of 8 or 16 bits, (rows, columns) or (rows, columns, 3).

    Raises OrthancError: Internal error for a picture without pixels as PNG or JPEG, Parameter out of range for 16 bits
    as JPEG.
    """
    if media_type == PAM:
        return pam(picture)
    if media_type == JPEG and picture.dtype != "u1":
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
    if not picture.size:
        details = "Error during JPEG encoding: Empty JPEG image (DNL not supported)" if media_type == JPEG else None
        raise OrthancError(ErrorCode.INTERNAL_ERROR, details)
    image = pillow().fromarray(picture if picture.dtype == "u1" else picture.view("u2"))
    output = io.BytesIO()
    if media_type == JPEG:
        image.save(output, "JPEG", quality=quality, subsampling=0 if picture.ndim == 2 else 2)
    else:
        image.save(output, "PNG")
    return output.getvalue()


def pam(picture: Any) -> bytes:
    """A Portable Arbitrary Map; 16 bits in big endian."""
    rows, columns = picture.shape[:2]
    depth, kind = (1, "GRAYSCALE") if picture.ndim == 2 else (3, "RGB")
    highest = 255 if picture.dtype == "u1" else 65535
    lines = f"P7\nWIDTH {columns}\nHEIGHT {rows}\nDEPTH {depth}\nMAXVAL {highest}\nTUPLTYPE {kind}\nENDHDR\n"
    samples = picture if highest == 255 else picture.astype(picture.dtype.newbyteorder(">"))
    return lines.encode("ascii") + bytes(samples.tobytes())
