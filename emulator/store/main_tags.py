"""The main DICOM tags: those of the release and, from 1.11 on, the configuration's `ExtraMainDicomTags`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..dicom.element import format_tag
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from .level import LEVELS, Level
from .resource import Resource, study_tag
from .rules import StoreRules

LOGGER = logging.getLogger("emulator.configuration")

#: Tags that the server computes: as extra main DICOM tags they are passed over (measured on 1.12.7 and 1.13.0).
COMPUTED_TAGS = frozenset(
    {
        0x00080054,  # RetrieveAETitle
        0x00080056,  # InstanceAvailability
        0x00080061,  # ModalitiesInStudy
        0x00080062,  # SOPClassesInStudy
        0x00081190,  # RetrieveURL
        0x00201200,  # NumberOfPatientRelatedStudies, and the other numbers of what is below
        0x00201202,
        0x00201204,
        0x00201206,
        0x00201208,
        0x00201209,
    }
)


def with_extra_main_tags(rules: StoreRules, extra: Any, dictionary: Dictionary) -> StoreRules:
    """The rules as a configuration has them: with `ExtraMainDicomTags` among the main DICOM tags of each level.

    Raises OrthancError for what prevents the server's start: Parameter out of range for an unknown level, Bad file
    format for what is no list, Unknown DICOM tag. What is no object is passed over (measured on 1.12.7 and 1.13.0).
    """
    if not rules.has_extra_main_dicom_tags or not isinstance(extra, Mapping):
        return rules
    tags = {level: set(rules.main_dicom_tags[level]) for level in LEVELS}
    for name, members in sorted(extra.items()):
        level = level_of(name)
        if not isinstance(members, list):
            raise OrthancError(
                ErrorCode.BAD_FILE_FORMAT,
                f"The definition of the '{name}' ExtraMainDicomTags entry is invalid (not an array).",
            )
        extra_tags = {tag_of(member, dictionary) for member in members} - COMPUTED_TAGS
        for tag in extra_tags & set(rules.main_dicom_tags[level]):
            LOGGER.warning("%s is a main DICOM tag anyway: no need for it in ExtraMainDicomTags", format_tag(tag))
        tags[level] |= extra_tags
    if rules.stores_tags_twice:  # what is among those of patients is none of studies
        tags[Level.STUDY] -= tags[Level.PATIENT]
    return replace(rules, main_dicom_tags=MappingProxyType({level: tuple(sorted(tags[level])) for level in LEVELS}))


def level_of(name: str) -> Level:
    for level in LEVELS:
        if name.lower() in (level.value.lower(), level.plural):
            return level
    raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Invalid resource type '{name}'")


def tag_of(member: Any, dictionary: Dictionary) -> int:
    try:
        return dictionary.tag(str(member))
    except OrthancError as error:
        raise OrthancError(error.code) from None  # the server does not say which


def main_tag(resource: Resource, level: Level, tag: int) -> str | None:
    """A main DICOM tag of a resource or of one above it; a study has its own copy of those of its patient."""
    if resource.level is not Level.PATIENT and level in (Level.PATIENT, Level.STUDY):
        return study_tag(resource.ancestor(Level.STUDY), tag)
    return resource.ancestor(level).main_tags.get(tag)
