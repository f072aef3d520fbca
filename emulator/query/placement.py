"""Where a tag is looked for: in the index, in what the server computes, or in files.

The index holds the main DICOM tags of the level asked and of those above. Of everything else releases from 1.12 on
compute a few tags; what is left is scanned.
"""

from __future__ import annotations

from enum import Enum

from ..store.level import LEVELS, Level
from .computed import COMPUTED, FILE_META_GROUP, MODALITIES_IN_STUDY, SOP_CLASSES_IN_STUDY, is_computed
from .rules import QueryRelease

#: Tags that only resources of their own level have, even where a file of another level's is read and has them.
OF_THEIR_LEVEL_ALONE = frozenset({0x00080056, MODALITIES_IN_STUDY, SOP_CLASSES_IN_STUDY})


class Place(Enum):
    """Where a constraint is decided."""

    INDEX = "index"
    MODALITIES = "index of the series"
    BELOW = "index of a lower level"
    COMPUTED = "computed"
    FILES = "files"


def index_level(tag: int, asked: Level, release: QueryRelease) -> Level | None:
    """The level whose index holds a tag, as near to the asked one as possible and upwards first; None without."""
    downwards = LEVELS[asked.depth + 1 :]
    above = index_level_upwards(tag, asked, release)
    return above or next((level for level in downwards if tag in release.store.main_dicom_tags[level]), None)


def index_level_upwards(tag: int, asked: Level, release: QueryRelease) -> Level | None:
    """The level asked, or the nearest above it, whose index holds a tag; None without."""
    upwards = LEVELS[asked.depth :: -1]
    return next((level for level in upwards if tag in release.store.main_dicom_tags[level]), None)


def first_index_level(tag: int, asked: Level, release: QueryRelease) -> Level | None:
    """The highest level down to the one asked whose index holds a tag, as one may be at several; None without."""
    downwards = LEVELS[: asked.depth + 1]
    return next((level for level in downwards if tag in release.store.main_dicom_tags[level]), None)


def place_of(tag: int, asked: Level, release: QueryRelease) -> Place:
    """Where a constraint on a tag is decided, at the level asked.

    Raises OrthancError (Parameter out of range) for SOPClassesInStudy of instances, as the server does.
    """
    if asked is Level.STUDY and tag == MODALITIES_IN_STUDY:
        return Place.MODALITIES if release.query.has_extended_find else Place.COMPUTED
    level = index_level(tag, asked, release)
    if level is not None:
        return Place.INDEX if level.depth <= asked.depth else Place.BELOW
    if release.query.computes_tags and is_computed(tag, asked):
        return Place.COMPUTED
    return Place.FILES


def requests_file(tag: int, asked: Level, release: QueryRelease) -> bool:
    """Whether a file is read to answer a tag among `RequestedTags`."""
    return index_level_upwards(tag, asked, release) is None and not is_computed(tag, asked)


def file_answers(tag: int, asked: Level, release: QueryRelease) -> bool:
    """Whether a file that is read anyway answers a tag among `RequestedTags` that the resource does not have."""
    if index_level_upwards(tag, asked, release) is not None or tag >> 16 == FILE_META_GROUP:
        return False
    return tag not in OF_THEIR_LEVEL_ALONE


def looked_for_in_file(tag: int, asked: Level, release: QueryRelease) -> bool:
    """Whether a tag among those requested or scanned is looked for in a file, once one is read."""
    return file_answers(tag, asked, release) and COMPUTED.get(tag, (None,))[0] is not asked
