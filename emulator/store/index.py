"""What the store keeps of a file beside its bytes: the main DICOM tags of each level and the first metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..dicom.element import Dataset
from ..dicom.reader import read_file
from ..dicom.views import tag_text, too_long
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from .level import LEVELS, Level
from .metadata import first_metadata
from .store import NewInstance

REQUIRED_IDENTIFIERS = (Level.STUDY, Level.SERIES, Level.INSTANCE)

WHOLE_NUMBER = re.compile(r"\s*[+-]?\d+\s*\Z")


def index_file(
    data: bytes,
    dictionary: Dictionary,
    release: Release,
    modified_from: Mapping[Level, str] | None = None,
) -> NewInstance:
    """Parses a file and takes from it what the store needs.

    `modified_from` are the Orthanc identifiers of the resources that a modified file was made from, by level.
    Raises OrthancError for a file that the server refuses: Bad file format, Inexistent tag (404) for a missing UID.
    """
    try:
        if not data:
            raise invalid_file(data)
        file = read_file(data, dictionary)
    except OrthancError:
        raise invalid_file(data) from None
    main_tags = {level: main_dicom_tags(file.dataset, level, dictionary, release) for level in LEVELS}
    check_identifiers(file.dataset, main_tags, dictionary)
    metadata = first_metadata(file, dictionary, release, modified_from or {})
    return NewInstance(data, main_tags, metadata)


def invalid_file(data: bytes) -> OrthancError:
    if not data:
        return OrthancError(ErrorCode.BAD_FILE_FORMAT, "Received an empty DICOM file")
    return OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Cannot parse an invalid DICOM file (size: {len(data)} bytes)")


def main_dicom_tags(dataset: Dataset, level: Level, dictionary: Dictionary, release: Release) -> dict[int, str]:
    """The main DICOM tags that a file has for one level; values without text and too long ones are left out."""
    texts = ((tag, tag_text(dataset, tag, dictionary)) for tag in release.main_dicom_tags[level])
    return {tag: text for tag, text in texts if text is not None and not too_long(text)}


def check_identifiers(dataset: Dataset, main_tags: Mapping[Level, Mapping[int, str]], dictionary: Dictionary) -> None:
    for level in REQUIRED_IDENTIFIERS:
        if level.identifier_tag not in dataset:
            raise OrthancError(ErrorCode.INEXISTENT_TAG)
    texts = (tag_text(dataset, level.identifier_tag, dictionary) for level in LEVELS)
    if any(text is not None and too_long(text) for text in texts):
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
    if not all(main_tags[level].get(level.identifier_tag) for level in REQUIRED_IDENTIFIERS):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "missing StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID")


def whole_number(text: str | None) -> int | None:
    """The number that a text is, None where it is none."""
    return int(text) if text is not None and WHOLE_NUMBER.match(text) else None
