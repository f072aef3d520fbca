"""The pictures of a frame as clients see them: stretched, windowed, or as plain numbers of 8 or 16 bits.

The arithmetic is that of Orthanc 1.9.1 to 1.13.0, which compute in single precision: all pixels are the same.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..libraries import numpy
from .frames import FrameReader, ImageFormat
from .image import RESCALE_INTERCEPT, RESCALE_SLOPE, Image, decoded
from .numbers import number_of
from .resizing import scaled_size, shrunk_or_grown, smoothed
from .rules import ImagingRules

WINDOW_CENTER, WINDOW_WIDTH = 0x00281050, 0x00281051

#: What /image-… makes of samples: the least and the largest number, and NumPy's type of them.
RANGES = {
    "image-uint8": (0, 255, "u1"),
    "image-uint16": (0, 65535, "u2"),
    "image-int16": (-32768, 32767, "i2"),
}
#: How much red, green and blue add to the brightness, as 1.13.0 has it.
BRIGHTNESS = (0.2126, 0.7152, 0.0466)


@dataclass(frozen=True)
class Frame:
    """A decoded frame, and what the file says of it."""

    image: Image
    format: ImageFormat
    reader: FrameReader

    @property
    def rules(self) -> ImagingRules:
        return self.reader.release.imaging

    @property
    def is_inverted(self) -> bool:
        return self.format.photometric == "MONOCHROME1"

    @property
    def pixels(self) -> Any:
        """The samples as NumPy's array: (rows, columns), or (rows, columns, 3) in colour."""
        made, image = numpy(), self.image
        kind = {"B": "u1", "H": "u2", "h": "i2", "I": "u4"}[image.code]
        samples: Any = image.samples
        is_packed = isinstance(samples, (bytes, array)) and len(samples) > 0  # NumPy takes no buffer without bytes
        flat = made.frombuffer(samples, kind) if is_packed else made.array([*samples], kind)
        shape = (image.rows, image.columns) if image.channels == 1 else (image.rows, image.columns, image.channels)
        return flat.reshape(shape)


@dataclass(frozen=True)
class Wanted:
    """What a client wants of /rendered: a window, of which each half may be None, and the largest size, 0 for any."""

    center: float | None = None
    width: float | None = None
    most_columns: int = 0
    most_rows: int = 0
    smooths: bool = False


def read_frame(reader: FrameReader, index: int) -> Frame:
    """A frame of a file; raises OrthancError as `decoded` does."""
    return Frame(decoded(reader, index), reader.format(), reader)


def colors(frame: Frame) -> Any:
    """A picture in colour of 8 bits: the upper ones of 16."""
    pixels = frame.pixels
    return pixels if pixels.dtype == "u1" else (pixels >> 8).astype("u1")


def preview(frame: Frame) -> Any:
    """The picture of /preview: grey from black for the least sample to white for the largest."""
    if frame.image.channels == 3:
        return colors(frame)
    if frame.image.code == "I":
        raise not_implemented()
    return inverted(stretched(frame.pixels), frame)


def stretched(pixels: Any) -> Any:
    """Grey from black to white; a half is rounded up, as far as the numbers of 32 bits tell that it is one."""
    made = numpy()
    if not pixels.size or pixels.min() == pixels.max():
        return made.zeros(pixels.shape, "u1")
    single = made.float32
    low, high = single(pixels.min()), single(pixels.max())
    scale = single(255) / (high - low)
    grey = made.floor(pixels.astype(single) * scale + -low * scale + single(0.5))
    return grey.clip(0, 255).astype("u1")


def inverted(picture: Any, frame: Frame) -> Any:
    return 255 - picture if frame.is_inverted else picture


def rendered(frame: Frame, wanted: Wanted) -> Any:
    """The picture of /rendered: windowed, and as large as the client wants it."""
    if frame.image.channels == 3:
        whole = frame.pixels
        is_drawn = frame.rules.reads_deep_colors and not (wanted.most_columns or wanted.most_rows)
        if whole.dtype != "u1" and not is_drawn:
            raise not_implemented()
        picture = colors(frame)
    else:
        picture = inverted(windowed(frame, wanted), frame)
    if not (wanted.most_columns or wanted.most_rows):
        return picture
    columns, rows, is_smaller = scaled_size(picture.shape[1], picture.shape[0], wanted.most_columns, wanted.most_rows)
    return shrunk_or_grown(smoothed(picture) if wanted.smooths and is_smaller else picture, columns, rows)


def windowed(frame: Frame, wanted: Wanted) -> Any:
    """Grey by rescaling and by the window: black below it, white above."""
    made = numpy()
    single = made.float32
    slope, intercept = rescaling(frame.reader, halves=not frame.rules.windows_need_both)
    center, width = window(frame, wanted, slope, intercept)
    least = frame.rules.least_slope
    with made.errstate(all="ignore"):
        if abs(slope) <= least:
            slope = least
        width = max(width, 1.0)
        low, scale = float(single(center - width / 2)), 255 / width
        grey = frame.pixels.astype(single) * single(slope * scale) + single((intercept - low) * scale)
        return as_grey(made.trunc(grey))


def as_grey(numbers: Any) -> Any:
    """Whole numbers as 8 bits, 0 for none."""
    return numpy().nan_to_num(numbers, nan=0, posinf=255, neginf=0).clip(0, 255).astype("u1")


def rescaling(reader: FrameReader, *, halves: bool = False) -> tuple[float, float]:
    """RescaleSlope and RescaleIntercept, 1 and 0 unless both are there as one number each.

    `halves` says that of two that are there one may be unreadable.
    """
    texts = [reader.text(tag) for tag in (RESCALE_SLOPE, RESCALE_INTERCEPT)]
    slope, intercept = (number_of((text or "").strip()) for text in texts)
    if None in (slope, intercept) and not (halves and all(texts)):
        return 1.0, 0.0
    return 1.0 if slope is None else slope, 0.0 if intercept is None else intercept


def window(frame: Frame, wanted: Wanted, slope: float, intercept: float) -> tuple[float, float]:
    """Center and width: of the client, of the file, or by the bits of a sample."""
    whole = 1 << frame.format.stored % 32  # in a number of 32 bits, as the server counts
    center, width = (-whole / 2, -float(whole)) if whole == 1 << 31 else (whole / 2, float(whole))
    if frame.rules.scales_default_window:
        center, width = center * slope + intercept, width * slope
    own = [own_number(frame, tag) for tag in (WINDOW_CENTER, WINDOW_WIDTH)]
    if own[0] is not None and own[1] is not None:
        center, width = own[0], own[1]
    elif not frame.rules.windows_need_both and all(frame.reader.text(tag) for tag in (WINDOW_CENTER, WINDOW_WIDTH)):
        center, width = (
            found if found is not None else usual for found, usual in zip(own, (center, width), strict=True)
        )
    return (
        center if wanted.center is None else wanted.center,
        width if wanted.width is None else wanted.width,
    )


def own_number(frame: Frame, tag: int) -> float | None:
    """The first number of an element; where a release reads numbers of 32 bits, none that is larger."""
    found = number_of((frame.reader.text(tag) or "").split("\\")[0].strip())
    is_too_large = found is not None and abs(found) > 3.4028235677973366e38 and abs(found) != float("inf")
    return None if is_too_large and not frame.rules.windows_need_both else found


def integers(frame: Frame, view: str) -> Any:
    """The picture of /image-…: the samples, and the nearest that the type can hold for those that are beyond it."""
    low, high, kind = RANGES[view]
    pixels = frame.pixels
    if frame.image.code == "I":
        raise not_implemented()
    if frame.image.channels == 3:
        is_drawn = frame.rules.draws_deep_colors_in_gray and kind != "i2" and frame.image.code == "H"
        if not is_drawn:
            raise not_implemented()
        pixels = sum(pixels[..., channel] * part for channel, part in enumerate(BRIGHTNESS))
    return pixels.clip(low, high).astype(kind)


def not_implemented() -> OrthancError:
    """What the server has no arithmetic for."""
    return OrthancError(ErrorCode.NOT_IMPLEMENTED)
