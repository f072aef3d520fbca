"""The DICOMweb plugin's pictures: its own windows, and a part of a picture in a viewport.

Measured on the plugins beside Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..libraries import numpy
from .pictures import Frame, as_grey, colors, inverted, rescaling
from .resizing import check_size, scaled_size, shrunk_or_grown


@dataclass(frozen=True)
class PluginWindow:
    """A window and its function: "linear", "linear-exact" or "sigmoid" (PS3.18 section 8.3.5.1.4)."""

    center: float
    width: float
    function: str


@dataclass(frozen=True)
class Viewport:
    """The size of a picture, None for the image's own, and the part of the image in it: a negative size turns it."""

    columns: int | None = None
    rows: int | None = None
    left: float = 0
    top: float = 0
    width: float | None = None
    height: float | None = None


def plugin_picture(frame: Frame, window: PluginWindow | None, viewport: Viewport | None) -> Any:
    """The picture of a frame: the part is cut out first, so without a window its own samples are stretched."""
    is_gray = frame.image.channels == 1
    pixels = frame.pixels if is_gray else colors(frame)
    whole = pixels.shape
    if viewport is not None:
        pixels = part_of(pixels, viewport)
    if is_gray:
        grey = stretched(pixels) if window is None else windowed(pixels, frame, window)
        pixels = inverted(grey, frame)
    return pixels if viewport is None else placed(pixels, viewport, whole)


def stretched(pixels: Any) -> Any:
    """Grey from black to white, as the server's own but for halves: the numbers are moved before they are scaled."""
    made = numpy()
    if not pixels.size or pixels.min() == pixels.max():
        return made.zeros(pixels.shape, "u1")
    single = made.float32
    low, high = single(pixels.min()), single(pixels.max())
    grey = made.floor((pixels.astype(single) - low) * (single(255) / (high - low)) + single(0.5))
    return grey.clip(0, 255).astype("u1")


def windowed(pixels: Any, frame: Frame, window: PluginWindow) -> Any:
    """Grey by a window; linear-exact is darker by half than the standard has it."""
    made = numpy()
    single = made.float32
    slope, intercept = rescaling(frame.reader)
    center, width = window.center, window.width
    with made.errstate(all="ignore"):
        values = pixels.astype(single) * single(slope) + single(intercept)
        if window.function == "sigmoid":
            steepness = made.float64(-4) / made.float64(width)
            return as_grey(made.floor(255 / (1 + made.exp(steepness * (values.astype("f8") - center))) + 0.5))
        exact = window.function == "linear-exact"
        middle, span = (center, width) if exact else (center - 0.5, width - 1)
        scale = made.float64(255) / made.float64(span)
        grey = values * single(scale) + single((0.0 if exact else 127.5) - middle * scale)
        low, high = middle - span / 2, middle + span / 2
        grey = made.where(values <= low, 0, made.where(values > high, 255, grey + single(0.5)))
    return as_grey(made.floor(grey))


def nearest(number: float) -> int:
    """The nearest whole number of one without its sign."""
    return int(abs(number) + 0.5)


def part_of(pixels: Any, viewport: Viewport) -> Any:
    """The part of an image that a viewport shows, turned where its width or height is negative."""
    left, top = nearest(viewport.left), nearest(viewport.top)
    sizes = [
        (size - start if wanted is None else nearest(wanted))
        for size, start, wanted in ((pixels.shape[1], left, viewport.width), (pixels.shape[0], top, viewport.height))
    ]
    part = pixels[top : top + max(0, sizes[1]), left : left + max(0, sizes[0])]
    if viewport.width is not None and viewport.width < 0:
        part = part[:, ::-1]
    return part[::-1] if viewport.height is not None and viewport.height < 0 else part


def placed(part: Any, viewport: Viewport, whole: tuple[int, ...]) -> Any:
    """A part as large as fits, in the middle of a black picture."""
    columns = whole[1] if viewport.columns is None else viewport.columns
    rows = whole[0] if viewport.rows is None else viewport.rows
    check_size(columns, rows)
    picture = numpy().zeros((rows, columns, *whole[2:]), "u1")
    if not part.size:
        return picture
    wide, high, _ = scaled_size(part.shape[1], part.shape[0], columns, rows)
    scaled = shrunk_or_grown(part, min(wide, columns), min(high, rows))
    left, top = (columns - scaled.shape[1]) // 2, (rows - scaled.shape[0]) // 2
    picture[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return picture
