"""What the store keeps of a file beside its bytes: the main DICOM tags of each level and the first metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..dicom.character_sets import CharacterSet, character_set_of
from ..dicom.element import Dataset, format_tag
from ..dicom.reader import DicomFile, read_file
from ..dicom.rules import TextRules
from ..dicom.views import is_too_long, sequence_view, shown_text
from ..dicom.warnings import file_warnings
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..late_pattern import late_pattern
from ..strangers import whole
from .level import LEVELS, Level
from .metadata import IMAGE_INDEX, INSTANCE_NUMBER, SOP_CLASS_UID, first_metadata
from .rules import StoreRelease
from .store import NewInstance

REQUIRED_IDENTIFIERS = (Level.STUDY, Level.SERIES, Level.INSTANCE)

WHOLE_NUMBER = late_pattern(r"\s*[+-]?\d+\s*\Z")


def index_file(
    data: bytes,
    dictionary: Dictionary,
    release: StoreRelease,
    origin: Mapping[Level, Mapping[str, str]] | None = None,
) -> NewInstance:
    """Parses a file and takes from it what the store needs.

    `origin` is the metadata that tells from which resources a modified file was made, by level.
    Raises OrthancError for a file that the server refuses: Bad file format, Inexistent tag (404) for a missing UID.
    """
    return index_parsed(read_file(data, dictionary, release.dicom.files), data, dictionary, release, origin)


def index_parsed(
    file: DicomFile,
    data: bytes,
    dictionary: Dictionary,
    release: StoreRelease,
    origin: Mapping[Level, Mapping[str, str]] | None = None,
) -> NewInstance:
    """The same of a file that is parsed already."""
    dataset, rules = file.dataset, release.dicom.text
    main_tags = main_tags_of(dataset, dictionary, release)
    check_identifiers(dataset, main_tags, release)
    metadata = first_metadata(file, dictionary, release, origin or {})
    number = main_tags[Level.INSTANCE].get(INSTANCE_NUMBER)
    if number is not None and metadata[Level.INSTANCE].get("IndexInSeries") == number:
        metadata[Level.INSTANCE]["IndexInSeries"] = number  # one text in memory, not two
    sequences: dict[Level, dict[int, list[dict[str, Any]]]] = {}
    for level in LEVELS if release.store.stores_main_sequences else ():
        found = sequences[level] = main_sequences(
            present(dataset, release.store.main_dicom_tags[level]), dataset, dictionary, rules
        )
        if found:
            metadata[level]["MainDicomSequences"] = sequences_text(found, dictionary)
    warnings = tuple(file_warnings(file.dataset, dictionary))
    error = None if release.store.stores_tags_twice else release.store.repeated_tags_error
    return NewInstance(data, main_tags, metadata, sequences, error, warnings, file)


def sequences_text(sequences: Mapping[int, list[dict[str, Any]]], dictionary: Dictionary) -> str:
    """The metadata that holds main DICOM tags which are sequences, as the server writes it."""
    shown = {
        format_tag(tag): {"Name": dictionary.name(tag >> 16, tag & 0xFFFF, None), "Type": "Sequence", "Value": items}
        for tag, items in sequences.items()
    }
    return json.dumps({"Sequences": shown, "Version": 1}, sort_keys=True, separators=(",", ":"))


def main_tags_of(dataset: Dataset, dictionary: Dictionary, release: StoreRelease) -> dict[Level, dict[int, str]]:
    """The main DICOM tags that a dataset has for each level."""
    character_set = character_set_of(dataset, release.dicom.text)
    tags = release.store.main_dicom_tags
    return {level: main_texts(present(dataset, tags[level]), dataset, character_set, dictionary) for level in LEVELS}


def present(dataset: Dataset, tags: Iterable[int]) -> list[int]:
    """Those of the tags that a dataset has: the release's numbers, not those of the elements: one of each in memory."""
    return [tag for tag in tags if tag in dataset.held]


def main_texts(
    tags: list[int], dataset: Dataset, character_set: CharacterSet, dictionary: Dictionary
) -> dict[int, str]:
    """The texts of main DICOM tags that a dataset has; values without text and too long ones are left out."""
    stored = {}
    for tag in tags:
        element = dataset.held[tag]
        if element.items is None:
            text = shown_text(element, dataset, character_set, dictionary)
            if text is not None and not is_too_long(element, text):
                stored[tag] = text
    return stored


def main_sequences(
    tags: list[int], dataset: Dataset, dictionary: Dictionary, rules: TextRules
) -> dict[int, list[dict[str, Any]]]:
    """The main DICOM tags that a dataset has as sequences, as /tags shows them."""
    views = ((tag, sequence_view(dataset, tag, dictionary, rules)) for tag in tags)
    return {tag: items for tag, items in views if items is not None}


def check_identifiers(dataset: Dataset, main_tags: Mapping[Level, Mapping[int, str]], release: StoreRelease) -> None:
    if release.store.stores_main_sequences:
        check_texts(dataset)
    for level in LEVELS:
        element = dataset.get(level.identifier_tag)
        if element is None or element.items is not None:
            continue
        if level.identifier_tag not in main_tags[level]:  # it has no text, or one too long
            raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
    for level in REQUIRED_IDENTIFIERS:
        element = dataset.get(level.identifier_tag)
        if element is None or element.items is not None:
            raise OrthancError(ErrorCode.INEXISTENT_TAG)
    if not all(main_tags[level].get(level.identifier_tag) for level in REQUIRED_IDENTIFIERS):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "missing StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID")


def check_texts(dataset: Dataset) -> None:
    """Refuses sequences where a release that stores sequences wants a text."""
    index = INSTANCE_NUMBER if INSTANCE_NUMBER in dataset else IMAGE_INDEX
    for tag in (*(level.identifier_tag for level in LEVELS), SOP_CLASS_UID, index):
        element = dataset.get(tag)
        if element is not None and element.items is not None:
            raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)


def whole_number(text: str | None) -> int | None:
    """The number that a text is, None where it is none."""
    return whole(text) if text is not None and WHOLE_NUMBER.match(text) else None
