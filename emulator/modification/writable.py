"""What keeps the server from writing a file, or from transcoding it.

Measured on Orthanc 1.9.1 to 1.13.0 with native, encapsulated and no pixel data in 40 transfer syntaxes.
"""

from __future__ import annotations

from ..dicom.element import PIXEL_DATA, Dataset, Element, even, has_pixels
from ..dicom.reader import DicomFile
from ..dicom.rules import DicomRelease
from ..dicom.transfer_syntaxes import DEFLATED, IMPLICIT
from ..dicom.writer import SHORT_VRS

#: The bytes of a group length that was counted: a UL with its header.
COUNTED_SIZE = 12

PIXEL_DATA_PROVIDER_URL = 0x00287FE0

COMPRESSED = "1.2.840.10008.1.2.4."

#: Compressed transfer syntaxes that the server decodes without a plugin: JPEG, JPEG-LS, RLE.
DECODED = frozenset(COMPRESSED + number for number in "50 51 57 70 80 81".split()) | {"1.2.840.10008.1.2.5"}


def is_encapsulated(syntax: str, release: DicomRelease) -> bool:
    """Whether the pixel data of a transfer syntax have fragments."""
    known = release.dicom.files.transfer_syntaxes.get(syntax)
    return known is not None and known.encapsulated


def has_fragments(dataset: Dataset) -> bool:
    """Whether a dataset, or an item of it, has encapsulated pixel data."""
    if dataset.is_flat:
        return False
    pixels = dataset.get(PIXEL_DATA)
    if pixels is not None and pixels.items is None and pixels.undefined_length:
        return True
    return any(has_fragments(item) for element in dataset for item in element.items or ())


def has_stray_fragments(file: DicomFile, release: DicomRelease) -> bool:
    """Whether pixel data, those of an icon too, are encapsulated in a file whose transfer syntax has none such."""
    return not is_encapsulated(file.transfer_syntax, release) and has_fragments(file.dataset)


def outgrows_buffer(dataset: Dataset, syntax: str) -> bool:
    """Whether a dataset gets longer by its group lengths, which are counted anew as it is written.

    The server has the memory for it measured before: in a UL of two bytes four do not fit. What is deflated does.
    """
    return not dataset.is_flat and syntax not in DEFLATED and growth(dataset, explicit=syntax not in IMPLICIT) > 0


def growth(dataset: Dataset, *, explicit: bool) -> int:
    """How many bytes longer the group lengths get, here and in the items."""
    last_group = max(dataset.elements, default=0) >> 16
    total = 0
    for tag, element in dataset.elements.items():
        if tag & 0xFFFF == 0:
            is_counted_in_place = element.vr == "UL" and tag >> 16 == last_group and element.value
            if not is_counted_in_place:
                header = 12 if explicit and element.vr not in SHORT_VRS else 8
                total += COUNTED_SIZE - header - size_of(element)
        elif element.items:
            total += sum(growth(item, explicit=explicit) for item in element.items)
    return total


def size_of(length: Element) -> int:
    """The bytes of the value of a group length; if it is a sequence with items, it is longer than any number."""
    return COUNTED_SIZE * len(length.items) if length.items is not None else len(even(length.value))


def has_pixels_elsewhere(dataset: Dataset) -> bool:
    """Whether a file, or an item of it, has the element for a URL of its pixel data: no such file is transcoded."""
    return PIXEL_DATA_PROVIDER_URL in dataset or any(
        has_pixels_elsewhere(item) for element in dataset for item in element.items or ()
    )


def can_be_transcoded(file: DicomFile, release: DicomRelease) -> bool:
    """Whether the server transcodes a file at all: it knows its transfer syntax, and decodes its pixel data."""
    own = file.transfer_syntax
    if own in release.dicom.files.unlisted_syntaxes or has_pixels_elsewhere(file.dataset):
        return False
    if has_stray_fragments(file, release):
        return False
    pixels = file.dataset.get(PIXEL_DATA)
    if pixels is None:
        return True
    return own in DECODED if pixels.undefined_length else has_pixels(pixels)
