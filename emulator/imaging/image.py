"""The samples of a frame that needs no codec, and their form for MATLAB and NumPy.

Measured on Orthanc 1.9.1 to 1.13.0. No NumPy is needed: its files are a header and the samples.
"""

from __future__ import annotations

import math
import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import ErrorCode, OrthancError
from ..modification.transcoding import UNCOMPRESSED, WRITTEN
from .frames import FrameReader, ImageFormat

RESCALE_INTERCEPT, RESCALE_SLOPE = 0x00281052, 0x00281053

#: What the server decodes, and the emulator does not: JPEG, JPEG-LS, RLE.
DECODED = WRITTEN | {"1.2.840.10008.1.2.5"}

#: The type codes of samples: by bits and whether they are signed, for the module array.
CODES = {(8, False): "B", (16, False): "H", (16, True): "h", (32, False): "I"}

#: NumPy's names of the type codes.
NUMPY_TYPES = {"B": "<u1", "H": "<u2", "h": "<i2", "f": "<f4"}

NO_CODECS = "The emulator has no codecs: it does not emulate"


@dataclass(frozen=True)
class Image:
    """A decoded frame: `samples` row by row, the channels of a pixel side by side; `code` is their type code."""

    rows: int
    columns: int
    channels: int
    code: str
    samples: Sequence[float]

    @property
    def matlab(self) -> str:
        """The image as an expression of MATLAB."""
        if self.channels == 1:
            lines = (self.samples[start : start + self.columns] for start in range(0, len(self.samples), self.columns))
            body = " ; ".join(" ".join(map(str, line)) for line in lines)
            return f"double([ {body} ])" if body else "double([ ])"
        body = " ".join(map(str, self.samples))
        return f"double(permute(reshape([ {body} ], [ {self.channels} {self.rows} {self.columns} ]), [ 3 2 1 ]))"


def decoded(reader: FrameReader, index: int) -> Image:
    """A frame of a file.

    Raises OrthancError: what the server answers for a format that it does not decode, 501 for one that it does with a
    codec.
    """
    syntax = reader.file.transfer_syntax
    made = reader.format()
    if syntax in DECODED:
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, f"{NO_CODECS} images of {syntax}", http_status=501)
    if syntax not in UNCOMPRESSED:
        undecodable = f"The built-in DCMTK decoder cannot decode some DICOM instance whose transfer syntax is: {syntax}"
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, undecodable)
    if not reader.count():
        raise OrthancError(ErrorCode.INCOMPATIBLE_IMAGE_FORMAT, "Image not supported (no frames)")
    details = "Invalid size" if reader.release.imaging.explains_image_errors else None
    data = reader.frame(index, made, details=details)
    if made.photometric == "PALETTE COLOR":
        raise palette_error(reader)
    if is_color(made):
        return Image(made.rows, made.columns, 3, "B", interleaved(data, made) if made.is_planar else data)
    if made.stored >= 32:
        explains = reader.release.imaging.explains_image_errors
        unread = "No support for BitsAllocated > 32 or BitsStored >= 32" if explains else None
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, unread)
    if not is_grayscale(made):
        raise reader.not_implemented("DicomImageDecoder.cpp:357")
    return Image(made.rows, made.columns, 1, *grayscale(data, made))


def palette_error(reader: FrameReader) -> OrthancError:
    """Palettes are not emulated; without one the server fails, too."""
    if 0x00281101 in reader.dataset:
        return OrthancError(ErrorCode.NOT_IMPLEMENTED, f"{NO_CODECS} images with a palette", http_status=501)
    explains = reader.release.imaging.explains_image_errors
    return OrthancError(ErrorCode.NOT_IMPLEMENTED, "Inconsistent Palette Color Lookup Table" if explains else None)


def is_color(made: ImageFormat) -> bool:
    eight_bits = made.allocated == made.stored == 8 and not made.is_signed
    return made.photometric == "RGB" and made.samples == 3 and eight_bits


def is_grayscale(made: ImageFormat) -> bool:
    """Whether the server decodes it: 1 bit, 8 bits without a sign, 16 bits, or 32 without a sign and not all in use."""
    if made.photometric not in ("MONOCHROME1", "MONOCHROME2") or made.samples != 1:
        return False
    if made.allocated == 16 and made.stored == 8 and not made.is_signed:
        details = f"{NO_CODECS} images of 8 bits in 16"
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details, http_status=501)
    if made.allocated in (1, 16):
        return True
    stored_is_fine = made.stored == 8 if made.allocated == 8 else made.stored < 32
    return made.allocated in (8, 32) and stored_is_fine and not made.is_signed


def grayscale(data: bytes, made: ImageFormat) -> tuple[str, Sequence[int]]:
    """The type code and the samples: shifted to the lowest bit, what is above the stored bits stays."""
    if made.allocated == 1:
        return "B", [255 * (byte >> bit & 1) for byte in data for bit in range(8)]
    code = CODES[made.allocated, made.is_signed]
    samples = array(code, data)
    if sys.byteorder == "big":
        samples.byteswap()
    shift = made.high_bit + 1 - made.stored if made.allocated == 16 else 0
    return code, [sample >> shift for sample in samples] if shift > 0 else samples.tolist()


def interleaved(data: bytes, made: ImageFormat) -> bytes:
    """Three planes as pixels."""
    size = made.rows * made.columns
    pixels = bytearray(3 * size)
    for channel in range(3):
        pixels[channel::3] = data[channel * size : (channel + 1) * size]
    return bytes(pixels)


def rescaled(image: Image, reader: FrameReader) -> Image:
    """A grayscale image as floating-point numbers, with the file's rescaling if it has any (PS3.3 section C.11.1)."""
    if image.channels > 1:
        return image
    slope, intercept = (plain_number(reader.text(tag)) for tag in (RESCALE_SLOPE, RESCALE_INTERCEPT))
    samples: Sequence[float] = image.samples
    if slope is not None and intercept is not None:
        slope, intercept = single_precision(slope), single_precision(intercept)
        samples = [single_precision(single_precision(sample * slope) + intercept) for sample in samples]
        if reader.release.imaging.rounds_rescaled_samples:
            samples = [math.floor(sample) for sample in samples]
    return Image(image.rows, image.columns, 1, "f", samples)


def single_precision(number: float) -> float:
    """The nearest number of 32 bits, in which the server computes; infinite where it is too large."""
    return array("f", [number])[0]


def plain_number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def numpy_file(images: Sequence[Image], *, single: bool) -> bytes:
    """A file in NumPy's format 1.0: of one image (rows, columns, channels), or of several with their number before.

    Raises OrthancError: Incompatible format or size of images that can't stand in one array.
    """
    first = images[0]
    for image in images:
        if (image.rows, image.columns) != (first.rows, first.columns):
            details = "The size of the frames varies across the instance(s)"
            raise OrthancError(ErrorCode.INCOMPATIBLE_IMAGE_SIZE, details)
        if (image.code, image.channels) != (first.code, first.channels):
            details = "The pixel format of the frames varies across the instance(s)"
            raise OrthancError(ErrorCode.INCOMPATIBLE_IMAGE_FORMAT, details)
    shape = f"{first.rows},{first.columns},{first.channels}"
    if not single:
        shape = f"{len(images)}, {shape}"
    text = f"{{'descr': '{NUMPY_TYPES[first.code]}', 'fortran_order': False, 'shape': ({shape}), }}"
    header = text.ljust(117).encode("ascii") + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"".join(packed(images))


def packed(images: Iterable[Image]) -> Iterable[bytes]:
    """The samples of each image, little endian."""
    for image in images:
        yield struct.pack(f"<{len(image.samples)}{image.code}", *image.samples)
