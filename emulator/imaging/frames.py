"""The frames of a file: how many there are, and the bytes of one (measured on Orthanc 1.9.1 to 1.13.0)."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from ..dicom.element import PIXEL_DATA, TEXT_VRS, Dataset, Element, even
from ..dicom.reader import DicomFile, fragments, swapped
from ..dicom.transfer_syntaxes import GE_PRIVATE
from ..dicom.views import tag_text
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..strangers import whole
from .rules import ImagingRelease

NUMBER_OF_FRAMES = 0x00280008
PHOTOMETRIC_INTERPRETATION = 0x00280004
ROWS, COLUMNS, SAMPLES, PLANAR_CONFIGURATION = 0x00280010, 0x00280011, 0x00280002, 0x00280006
BITS_ALLOCATED, BITS_STORED, HIGH_BIT, REPRESENTATION = 0x00280100, 0x00280101, 0x00280102, 0x00280103

NATURAL_NUMBER = re.compile(r"[0-9]+\Z")
SIGNED_NUMBER = re.compile(r"([+-]?)[0-9]+\Z", re.ASCII)


#: More are not listed: the list alone would take the machine's memory.
MOST_FRAMES = 1_000_000

#: Transfer syntaxes of videos, whose frames can't be told apart.
VIDEO = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in range(100, 109))

CONTENT_TYPES = {
    "1.2.840.10008.1.2.4.50": "image/jpeg",
    "1.2.840.10008.1.2.4.90": "image/jp2",
    "1.2.840.10008.1.2.4.91": "image/jp2",
}


@dataclass(frozen=True)
class ImageFormat:
    """How the pixel data of a file are to be read (PS3.3 section C.7.6.3); `photometric` is in capitals."""

    rows: int
    columns: int
    samples: int
    allocated: int
    stored: int
    high_bit: int
    is_signed: bool
    is_planar: bool
    photometric: str

    @property
    def frame_size(self) -> int:
        """The bytes of a frame."""
        return self.rows * self.columns * self.samples * self.allocated // 8


class FrameReader:
    """Reads the frames of one file; raises OrthancError as the server answers."""

    def __init__(self, file: DicomFile, dictionary: Dictionary, release: ImagingRelease) -> None:
        self.file = file
        self.dictionary = dictionary
        self.release = release

    @property
    def dataset(self) -> Dataset:
        return self.file.dataset

    def text(self, tag: int) -> str | None:
        return tag_text(self.dataset, tag, self.dictionary, self.release.dicom.text)

    def count(self) -> int:
        """The number of frames: 1 where it is empty or no text; raises OrthancError (Bad file format) if it is none."""
        if self.has_empty_count:
            return 1
        text = self.count_text()
        if text is None:
            return 1
        count = self.parsed_count(text.lstrip() if self.release.imaging.trims_frame_counts else text)
        if count is None or count < 0:
            details = "Invalid number of frames" if self.release.imaging.explains_image_errors else None
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, details)
        return checked_count(count)

    def slice_count(self) -> int:
        """The number of frames as the slices of a series have it: blanks around it are left out, and 1 for none.

        One below zero is a huge one, of which real servers before 1.13 try to make a list.
        """
        count = self.parsed_count((self.count_text() or "").strip())
        return 1 if count is None else checked_count(count % (1 << 32))

    @property
    def has_empty_count(self) -> bool:
        element = self.dataset.get(NUMBER_OF_FRAMES)
        return element is not None and element.items is None and element.vr in TEXT_VRS and not element.value

    def count_text(self) -> str | None:
        """The text of the number of frames; that of a UN does not count."""
        element = self.dataset.get(NUMBER_OF_FRAMES)
        return self.text(NUMBER_OF_FRAMES) if element is not None and element.vr in TEXT_VRS else None

    def parsed_count(self, text: str) -> int | None:
        """The number of 32 bits that a text is; one with a minus is none from 1.13 on."""
        match = SIGNED_NUMBER.match(text)
        if match is None or (match[1] == "-" and self.release.imaging.trims_frame_counts):
            return None
        number = whole(text)
        return number if abs(number) < 1 << 32 else None

    def number(self, tag: int, default: int | None) -> int:
        text = self.text(tag)
        if text is not None and NATURAL_NUMBER.match(text):
            return whole(text)
        if default is None:
            raise self.not_implemented("DicomImageInformation.cpp:187")
        return default

    def not_implemented(self, place: str) -> OrthancError:
        details = (
            f"ErrorCode_NotImplemented triggered from {place}" if self.release.imaging.explains_image_errors else None
        )
        return OrthancError(ErrorCode.NOT_IMPLEMENTED, details)

    def format(self) -> ImageFormat:
        """The format of the pixel data."""
        photometric = self.text(PHOTOMETRIC_INTERPRETATION)
        if photometric is None and self.release.imaging.requires_photometric_interpretation:
            raise self.not_implemented("DicomImageInformation.cpp:187")
        allocated = self.number(BITS_ALLOCATED, None)
        stored = self.number(BITS_STORED, allocated)
        made = ImageFormat(
            rows=self.number(ROWS, None),
            columns=self.number(COLUMNS, None),
            samples=self.number(SAMPLES, 1),
            allocated=allocated,
            stored=stored,
            high_bit=self.number(HIGH_BIT, stored - 1),
            is_signed=bool(self.number(REPRESENTATION, 0)),
            is_planar=bool(self.planar_configuration()),
            photometric=(photometric or "").strip().upper(),
        )
        self.check(made)
        if self.has_empty_count:
            raise self.not_implemented("DicomImageInformation.cpp:195")
        return made

    def planar_configuration(self) -> int:
        value = self.number(PLANAR_CONFIGURATION, 0)
        if value > 1:
            raise unsupported(f"planar configuration is {value}")
        return value

    def check(self, made: ImageFormat) -> None:
        sizes = (8, 16, 24, 32) if not self.release.imaging.reads_black_and_white else (1, 8, 16, 24, 32)
        if made.allocated not in sizes:
            raise unsupported(f"{made.allocated} bits allocated")
        if not self.release.imaging.reads_black_and_white:
            return
        if made.stored > made.allocated:
            raise self.not_implemented("DicomImageInformation.cpp:187")
        if made.allocated == 1 and made.columns % 8:
            details = "Bad number of columns for a black-and-white image"
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, details)
        if made.stored == 1 and made.allocated > 1:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT)

    def pixel_data(self) -> Element:
        element = self.dataset.get(PIXEL_DATA)
        if element is None or element.items is not None:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
        if self.file.transfer_syntax == GE_PRIVATE:
            return Element(element.tag, element.vr, swapped(element.value, "OW"))
        return element

    @property
    def is_encapsulated(self) -> bool:
        """Whether the pixel data are in fragments."""
        element = self.dataset.get(PIXEL_DATA)
        return element is not None and element.items is None and element.undefined_length

    def raw(self, index: int) -> bytes:
        """The bytes of a frame, counted from 0, as the file has them."""
        if PIXEL_DATA not in self.dataset and self.release.imaging.explains_image_errors:
            details = "Cannot extract a frame from a DICOM file that does not have pixel data."
            raise OrthancError(ErrorCode.BAD_REQUEST, details)
        self.count()  # a wrong one is noticed first
        made = self.format()
        if PIXEL_DATA not in self.dataset:
            if index >= self.count():
                raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Cannot access a raw frame")
        return self.frame(index, made, details=None)

    def frame(self, index: int, made: ImageFormat, *, details: str | None) -> bytes:
        """The bytes of a frame; `details` are those of the error when the pixel data are too short."""
        count = self.count()
        element = self.pixel_data()
        if element.undefined_length:
            frames = self.encapsulated(element, count)
            if index >= count:
                raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
            return frames[index]
        if len(element.value) < count * made.frame_size:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, details)
        if index >= count:
            raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
        return element.value[index * made.frame_size : (index + 1) * made.frame_size]

    def encapsulated(self, element: Element, count: int) -> list[bytes]:
        """The frames of encapsulated pixel data (PS3.5 annex A.4): by offset table, or as many as fragments, or one."""
        table, *parts = [even(part) for part in fragments(element.value)] or [b""]
        offsets = [offset for (offset,) in struct.iter_unpack("<L", table[: len(table) // 4 * 4])]
        is_video = self.file.transfer_syntax in VIDEO and count != 1
        if not parts or is_video or (offsets and len(offsets) != count):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
        if len(parts) == count:
            return parts
        if not offsets and count == 1:
            return [b"".join(parts)]
        frames: dict[int, list[bytes]] = {offset: [] for offset in offsets}
        position, current = 0, None
        for part in parts:
            current = position if position in frames else current
            if current is None:
                break
            frames[current].append(part)
            position += 8 + len(part)
        if len(frames) != count or not all(frames.values()):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
        return [b"".join(frames[offset]) for offset in offsets]

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES.get(self.file.transfer_syntax, "application/octet-stream")


def checked_count(count: int) -> int:
    if count > MOST_FRAMES:
        raise OrthancError(ErrorCode.NOT_ENOUGH_MEMORY, f"The emulator reads at most {MOST_FRAMES} frames")
    return count


def unsupported(what: str) -> OrthancError:
    return OrthancError(ErrorCode.INCOMPATIBLE_IMAGE_FORMAT, f"Image not supported: {what}")
