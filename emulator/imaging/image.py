"""The samples of a frame, and their form for MATLAB and NumPy.

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
from ..modification.transcoding import UNCOMPRESSED
from .codecs import DECODED, JPEG_SYNTAXES, decompressed, undecodable
from .frames import FrameReader, ImageFormat
from .palettes import check_indexes, colored

RESCALE_INTERCEPT, RESCALE_SLOPE = 0x00281052, 0x00281053

#: The largest frame that is decompressed, in bytes: a small file may claim more than the machine has.
MOST_BYTES = 1 << 27

#: The type codes of samples: by bits and whether they are signed, for the module array.
CODES = {(8, False): "B", (16, False): "H", (16, True): "h", (32, False): "I"}

#: The pixels of a byte of pixel data of one bit, the lowest bit first.
BITS = [bytes(255 * (byte >> bit & 1) for bit in range(8)) for byte in range(256)]

#: NumPy's names of the type codes.
NUMPY_TYPES = {"B": "<u1", "H": "<u2", "h": "<i2", "f": "<f4"}


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
            starts = range(0, self.rows * self.columns, self.columns) if self.columns else [0] * self.rows
            lines = (self.samples[start : start + self.columns] for start in starts)
            return f"double([ {'; '.join(map(spaced, lines))}])"
        shape = f"{self.channels} {self.rows} {self.columns}"
        return f"double(permute(reshape([ {spaced(self.samples)}], [ {shape} ]), [ 3 2 1 ]))"


def spaced(samples: Sequence[float]) -> str:
    """Samples as text, with a blank behind each."""
    return " ".join(map(str, samples)) + " " if samples else ""


def decoded(reader: FrameReader, index: int) -> Image:
    """A frame of a file.

    Raises OrthancError: what the server answers for a format that it does not decode, 501 where a library is missing.
    """
    syntax = reader.file.transfer_syntax
    made = reader.format()
    if syntax not in UNCOMPRESSED | DECODED:
        undecoded = f"The built-in DCMTK decoder cannot decode some DICOM instance whose transfer syntax is: {syntax}"
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, undecoded)
    if not reader.count():
        raise OrthancError(ErrorCode.INCOMPATIBLE_IMAGE_FORMAT, "Image not supported (no frames)")
    if syntax in DECODED and reader.is_encapsulated:
        return decompressed_image(reader, index, made)
    if made.photometric == "PALETTE COLOR":
        check_indexes(made, reader)
    details = "Invalid size" if reader.release.imaging.explains_image_errors else None
    data = reader.frame(index, made, details=details)
    if len(data) < made.frame_size:  # in fragments, though the transfer syntax has none
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, details)
    if made.photometric == "PALETTE COLOR":
        return Image(made.rows, made.columns, 3, *colored(data, made, reader))
    if made.photometric == "RGB" and is_color(made, reader):
        return color(planes_as_pixels(data, made) if made.is_planar else data, made)
    check_bits(made, reader)
    if made.photometric not in ("MONOCHROME1", "MONOCHROME2"):
        raise reader.not_implemented("DicomImageDecoder.cpp:357")
    return grayscale(data, made, reader)


def decompressed_image(reader: FrameReader, index: int, made: ImageFormat) -> Image:
    """A frame that needs a codec: of what stands in the file, the number of samples counts, not what they mean."""
    is_split = made.allocated == 16 and made.stored == 8 and reader.file.transfer_syntax not in JPEG_SYNTAXES
    if not made.photometric or is_split:
        raise undecodable()
    data, photometric = decompressed_frame(reader, index, made)
    if made.photometric == "PALETTE COLOR" and made.samples == 1:
        check_indexes(made, reader)
        return Image(made.rows, made.columns, 3, *colored(data, made, reader))
    if not is_color(made, reader):
        return grayscale(data, made, reader)
    if made.is_planar:
        data = by_planes(data, photometric, made, reader)
    return color(data, made)


def decompressed_frame(reader: FrameReader, index: int, made: ImageFormat) -> tuple[bytes, str]:
    """The samples of a frame that needs a codec, channels side by side, and their photometric interpretation."""
    if made.frame_size > MOST_BYTES:
        details = f"The emulator decompresses at most {MOST_BYTES} bytes for a frame"
        raise OrthancError(ErrorCode.NOT_ENOUGH_MEMORY, details, http_status=501)
    try:
        data = reader.frame(index, made, details=None)
    except OrthancError:
        raise undecodable() from None
    return decompressed(data, reader.file.transfer_syntax, made)


def native_frame(reader: FrameReader, index: int) -> bytes:
    """A compressed frame as a file without compression has it; raises OrthancError as `decoded` does.

    A frame that is not there is Parameter out of range. JPEG makes pixels; other codecs keep the planes of a file.
    """
    made = reader.format()
    if index >= reader.count():
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
    data, _ = decompressed_frame(reader, index, made)
    is_planar = made.is_planar and made.samples == 3 and reader.file.transfer_syntax not in JPEG_SYNTAXES
    return pixels_as_planes(data, made) if is_planar else data


def pixels_as_planes(data: bytes, made: ImageFormat) -> bytes:
    """Three channels one after the other."""
    samples = array({8: "B", 16: "H", 32: "I"}[made.allocated], data)
    return b"".join(samples[channel::3].tobytes() for channel in range(3))


def by_planes(data: bytes, photometric: str, made: ImageFormat, reader: FrameReader) -> bytes:
    """Colours that the codec gives in planes, as the file says: most of them are taken for pixels."""
    if not reader.release.imaging.reads_decoded_planes or photometric not in ("RGB", "YBR_FULL"):
        return pixels_as_planes(data, made)
    return data if photometric == "RGB" else red_green_blue(data)


def red_green_blue(data: bytes) -> bytes:
    """Pixels of YBR_FULL as RGB (PS3.3 section C.7.6.3.1.2), what is behind the point cut off."""
    made = bytearray()
    for y, blue, red in zip(data[::3], data[1::3], data[2::3], strict=True):
        wanted = (
            y + 1.402 * (red - 128),
            y - 0.344136 * (blue - 128) - 0.714136 * (red - 128),
            y + 1.772 * (blue - 128),
        )
        made += bytes(max(0, min(255, int(value))) for value in wanted)
    return bytes(made)


def is_color(made: ImageFormat, reader: FrameReader) -> bool:
    """Whether the server makes a picture in colour of it; raises OrthancError for planes of 16 bits."""
    if made.samples != 3 or made.is_signed or made.allocated != made.stored:
        return False
    if made.allocated == 8:
        return True
    if made.allocated != 16 or not reader.release.imaging.reads_deep_colors:
        return False
    if made.is_planar:
        explains = reader.release.imaging.explains_image_errors
        place = "ErrorCode_InternalError triggered from DicomImageDecoder.cpp:730"
        raise OrthancError(ErrorCode.INTERNAL_ERROR, place if explains else None)
    return True


def color(data: bytes, made: ImageFormat) -> Image:
    if made.allocated == 8:
        return Image(made.rows, made.columns, 3, "B", data)
    return Image(made.rows, made.columns, 3, "H", native_array("H", data))


def check_bits(made: ImageFormat, reader: FrameReader) -> None:
    if made.stored >= 32:
        explains = reader.release.imaging.explains_image_errors
        unread = "No support for BitsAllocated > 32 or BitsStored >= 32" if explains else None
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, unread)


def is_grayscale(made: ImageFormat) -> bool:
    """Whether the server decodes it: 1 bit, 8 bits without a sign, 16 bits, or 32 without a sign and not all in use."""
    if made.samples != 1:
        return False
    if made.allocated in (1, 16):
        return True
    stored_is_fine = made.allocated == 32 or made.stored == 8
    return made.allocated in (8, 32) and stored_is_fine and not made.is_signed


def grayscale(data: bytes, made: ImageFormat, reader: FrameReader) -> Image:
    """The samples: shifted to the lowest bit, what is above the stored bits stays.

    Of 8 bits in 16, without a sign, the bytes are taken one by one, so that half of the frame makes the image. Raises
    OrthancError for what the server does not decode.
    """
    if not is_grayscale(made):
        raise reader.not_implemented("DicomImageDecoder.cpp:357")
    shift = max(0, made.high_bit + 1 - made.stored) if made.allocated == 16 else 0
    samples: Sequence[int]
    if made.allocated == 1:
        code, samples = "B", b"".join(map(BITS.__getitem__, data))
    elif made.allocated == 16 and made.stored == 8 and not made.is_signed:
        code, samples = "B", data[: made.rows * made.columns]
    else:
        code = CODES[made.allocated, made.is_signed]
        samples = native_array(code, data)
    if shift:
        samples = array(code, (sample >> shift for sample in samples))
    return Image(made.rows, made.columns, 1, code, samples)


def native_array(code: str, data: bytes) -> array[int]:
    """Samples in little endian as an array."""
    samples = array(code, data)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def planes_as_pixels(data: bytes, made: ImageFormat) -> bytes:
    """Three planes as pixels."""
    size = made.rows * made.columns
    pixels = bytearray(3 * size)
    for channel in range(3):
        pixels[channel::3] = data[channel * size : (channel + 1) * size]
    return bytes(pixels)


def rescaled(image: Image, reader: FrameReader) -> Image:
    """A grayscale image as floating-point numbers, with the file's rescaling if it has any (PS3.3 section C.11.1)."""
    if image.channels > 1:
        if image.code == "H":
            raise reader.not_implemented("ImageProcessing.cpp:1071")
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
