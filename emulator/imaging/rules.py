"""What differs between releases in this room, as data: which pixel data is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..dicom.rules import DicomRelease
from ..ruling import Rules


@dataclass(init=False, eq=False, repr=False)
class ImagingRules(Rules):
    """Which pixel data is read, and how frames and slices are told."""

    # Pixel data

    reads_black_and_white: bool = False
    """Pixel data of one bit is read, and the bits are checked more [1.10.1 on]."""
    requires_photometric_interpretation: bool = True
    """Frames of a file without it: Not implemented yet [up to 1.10.1]."""
    trims_frame_counts: bool = False
    """A NumberOfFrames behind blanks is read, and one with a minus is none [1.13.0 on]."""
    explains_image_errors: bool = False
    """Errors about images have "Details" [1.13.0 on]."""
    rounds_rescaled_samples: bool = True
    """/numpy: rescaled samples are whole numbers, the next below [up to 1.10.1]."""

    palette_bits: tuple[int, int] = (16, 8)
    """BitsAllocated and BitsStored of pixels that are places in a palette of up to 256 colours [changed in 1.10.1]."""
    reads_wide_palettes: bool = False
    """A palette of 65536 colours, for pixels of 16 bits, is read [1.10.1 on]."""
    reads_any_palette: bool = False
    """A palette of less than 256 colours, or of entries of 8 or 12 bits, is read [1.13.0 on]."""
    reads_deep_colors: bool = False
    """RGB of 16 bits is read [1.12.7 on]."""
    reads_decoded_planes: bool = False
    """Compressed colours with PlanarConfiguration 1 are shown right, else scrambled [1.12.7 on]."""

    # Pictures

    scales_default_window: bool = True
    """/rendered without a window shows all that the bits can hold, after rescaling, else before [only 1.9.1]."""
    least_slope: float = 0.1
    """A RescaleSlope nearer to 0 is this one for /rendered [changed in 1.10.1]."""
    windows_need_both: bool = False
    """A window or a rescaling of which one half can't be read is none, else that half has its default [1.10.1 on]."""
    draws_deep_colors_in_gray: bool = False
    """/image-uint8 and /image-uint16 of RGB of 16 bits are its brightness, else unsupported [1.13.0 on]."""

    # Slices

    orders_below_zero: bool = True
    """An InstanceNumber below 0 orders slices, else they can't be [up to 1.12.7]."""


class ImagingRelease(DicomRelease, Protocol):
    """What reading pixel data asks of a release."""

    @property
    def imaging(self) -> ImagingRules: ...
