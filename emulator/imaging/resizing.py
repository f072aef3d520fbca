"""Pictures in another size: the nearest pixel, after a blur where it is wanted (measured on 1.9.1 to 1.13.0)."""

from __future__ import annotations

from typing import Any

from ..errors import ErrorCode, OrthancError
from ..libraries import numpy

#: The largest picture that is made, in pixels.
MOST_PIXELS = 1 << 26
#: The blur, along rows and columns.
KERNEL = (1, 4, 6, 4, 1)


def scaled_size(columns: int, rows: int, most_columns: int, most_rows: int) -> tuple[int, int, bool]:
    """The largest size in the same proportion, 0 meaning any; and whether it is smaller than the picture."""
    made = numpy()
    single = made.float32
    if not columns or not rows:
        return columns, rows, False
    ratios = [single(most) / single(size) for most, size in ((most_columns, columns), (most_rows, rows)) if most]
    ratio = min(ratios)
    wide, high = (int(made.floor(single(size) * ratio + single(0.5))) for size in (columns, rows))
    return wide, high, bool(ratio < 1)


def check_size(columns: int, rows: int) -> None:
    """Raises OrthancError (501) for a picture that is too large for the emulator."""
    if columns * rows > MOST_PIXELS:
        details = f"The emulator makes pictures of at most {MOST_PIXELS} pixels"
        raise OrthancError(ErrorCode.NOT_ENOUGH_MEMORY, details, http_status=501)


def shrunk_or_grown(picture: Any, columns: int, rows: int) -> Any:
    """A picture in another size: each pixel is that of the picture at the same place."""
    check_size(columns, rows)
    made = numpy()
    single = made.float32

    def places(size: int, source: int) -> Any:
        scale = single(source) / single(size) if size else single(0)
        found = made.floor((made.arange(size, dtype=single) + single(0.5)) * scale).astype("i8")
        return found.clip(0, max(0, source - 1))

    return picture[places(rows, picture.shape[0])][:, places(columns, picture.shape[1])]


def smoothed(picture: Any) -> Any:
    """A picture blurred; what is behind the point is cut off."""
    made = numpy()
    if not picture.size:
        return picture
    rows, columns = picture.shape[:2]
    beyond = [(2, 2), (2, 2), (0, 0)][: picture.ndim]
    padded = made.pad(picture.astype("i4"), beyond, "edge")
    along = sum(part * padded[:, shift : shift + columns] for shift, part in enumerate(KERNEL))
    both = sum(part * along[shift : shift + rows] for shift, part in enumerate(KERNEL))
    return (both // sum(KERNEL) ** 2).astype("u1")
