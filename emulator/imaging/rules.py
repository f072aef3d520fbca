"""What differs between releases in this room, as data: which pixel data is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..dicom.rules import DicomRelease


@dataclass(frozen=True, eq=False, repr=False)
class ImagingRules:
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

    # Slices

    orders_below_zero: bool = True
    """An InstanceNumber below 0 orders slices, else they can't be [up to 1.12.7]."""


class ImagingRelease(DicomRelease, Protocol):
    """What reading pixel data asks of a release."""

    @property
    def imaging(self) -> ImagingRules: ...
