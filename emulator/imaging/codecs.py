"""Compressed frames, decompressed: RLE by the emulator itself, JPEG by Pillow, the rest by pydicom's decoders.

Measured on Orthanc 1.9.1 to 1.13.0: what is decoded fills the frame from its start, whatever size the stream has, so a
stream that is too long is an error, and behind a short one the frame is undefined (zero here).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ..dicom.jpeg_header import JPEG_LS, LOSSLESS, SEQUENTIAL, JpegHeader, read_header
from ..errors import ErrorCode, OrthancError
from ..libraries import EXTRA, not_there, numpy, pillow
from .run_lengths import decoded_runs

if TYPE_CHECKING:
    from .frames import ImageFormat

RLE_SYNTAX = "1.2.840.10008.1.2.5"
JPEG_SYNTAXES = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 53, 55, 57, 70))
JPEG_LS_SYNTAXES = frozenset({"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"})

#: What the server decodes: no JPEG 2000, and no video.
DECODED = JPEG_SYNTAXES | JPEG_LS_SYNTAXES | {RLE_SYNTAX}

#: The PhotometricInterpretation by which a JPEG stream is turned to RGB.
CONVERTED = frozenset({"YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422"})

EXTENDED, LOSSLESS_FIRST_ORDER, LOSSLESS_LS = (f"1.2.840.10008.1.2.4.{number}" for number in (51, 70, 80))


def decompressed(data: bytes, syntax: str, made: ImageFormat) -> tuple[bytes, str]:
    """The samples of a frame in little endian, channels side by side, and their photometric interpretation.

    Raises OrthancError: Bad file format as the server, 501 where a library is missing.
    """
    width = made.allocated // 8
    pixels = made.rows * made.columns
    if syntax == RLE_SYNTAX:
        whole = decoded_runs(data, pixels, made.samples, width) if width else None
        if whole is None:
            raise undecodable()
        return whole, made.photometric
    header = read_header(data)
    if header is None or not header.size or header.size > made.frame_size:
        raise undecodable()
    if syntax in JPEG_LS_SYNTAXES:
        return jpeg_ls(data, header, made), made.photometric
    is_converted = header.components == 3 and made.photometric in CONVERTED
    if header.marker in SEQUENTIAL and header.precision == 8:
        whole = jpeg(data, header, is_converted=is_converted)
    else:
        whole = by_plugin(data, header, made, is_converted=is_converted)
    return whole.ljust(made.frame_size, b"\0"), "RGB" if is_converted else made.photometric


def undecodable() -> OrthancError:
    return OrthancError(ErrorCode.BAD_FILE_FORMAT, "Cannot decode a non-palette image")


def jpeg(data: bytes, header: JpegHeader, *, is_converted: bool) -> bytes:
    """A JPEG stream of 8 bits, in its own colours unless it is to be turned to RGB."""
    library = pillow()
    if header.components not in (1, 3):
        raise undecodable()
    for keeps_colors in (True, False) if header.components == 3 and not is_converted else (False,):
        try:
            with library.open(io.BytesIO(data), formats=["JPEG"]) as image:
                if keeps_colors:
                    image.draft("YCbCr", image.size)
                return bytes(image.tobytes())
        except Exception:  # Pillow: OSError, SyntaxError, ValueError and others, by what is wrong
            if not keeps_colors:
                raise undecodable() from None
    raise undecodable()


def jpeg_ls(data: bytes, header: JpegHeader, made: ImageFormat) -> bytes:
    """A JPEG-LS stream, whose size must be that of the file."""
    size = (header.rows, header.columns, header.components, header.bytes_per_sample)
    expected = (made.rows, made.columns, made.samples, made.allocated // 8)
    if header.marker != JPEG_LS or size != expected:
        raise undecodable()
    return by_plugin(data, header, made, is_converted=False)


def by_plugin(data: bytes, header: JpegHeader, made: ImageFormat, *, is_converted: bool) -> bytes:
    """A stream that pydicom decodes with a plugin: raises OrthancError (501) that names it where there is none."""
    from pydicom.encaps import encapsulate
    from pydicom.pixels.decoders.base import get_decoder

    if header.marker == JPEG_LS:
        syntax, plugins, package = LOSSLESS_LS, ["pyjpegls", "pylibjpeg"], "pyjpegls"
    else:
        syntax = LOSSLESS_FIRST_ORDER if header.marker == LOSSLESS else EXTENDED
        plugins, package = ["pylibjpeg"], "pylibjpeg pylibjpeg-libjpeg"
    decoder = get_decoder(syntax)
    known = [plugin for plugin in plugins if plugin in decoder.available_plugins]
    numpy()
    if not known:
        raise not_there(f"The emulator needs a codec for JPEG of this kind: {EXTRA} {package}")
    options: dict[str, Any] = {
        "rows": header.rows,
        "columns": header.columns,
        "samples_per_pixel": header.components,
        "photometric_interpretation": photometric_of(header, made),
        "bits_allocated": 8 * header.bytes_per_sample,
        "bits_stored": header.precision,
        "pixel_representation": 0,
        "planar_configuration": 0,
        "number_of_frames": 1,
        "pixel_keyword": "PixelData",
    }
    try:
        samples, _ = decoder.as_array(
            encapsulate([data]), index=0, raw=not is_converted, decoding_plugin=known[0], **options
        )
    except Exception:  # the plugins raise what they like, for what is wrong with a stream
        raise undecodable() from None
    return bytes(samples.astype(samples.dtype.newbyteorder("<"), copy=False).tobytes())


def photometric_of(header: JpegHeader, made: ImageFormat) -> str:
    if header.components == 1:
        return "MONOCHROME2"
    return made.photometric if made.photometric in CONVERTED else "RGB"
