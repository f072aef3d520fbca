"""`RequestedTags`: what an answer tells beside the main DICOM tags of its level (measured on 1.12.7 and 1.13.0)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..dicom.character_sets import character_set_of
from ..dicom.element import PIXEL_DATA, Dataset, format_tag
from ..dicom.text import element_text
from ..dicom.views import sequence_view, shown_vr
from ..dictionary import Dictionary
from ..store.level import Level
from ..store.main_tags import main_tag
from ..store.resource import Resource
from ..store.rules import PATIENT_TAGS
from .computed import ReadDataset, computed_text, is_computed
from .placement import file_answers, first_index_level
from .rules import QueryRelease

#: By tag a text, the items of a sequence in full, or None for what a file does not have.
RequestedValues = dict[int, Any]

#: The metadata that names the main DICOM tags that there were when a resource was stored.
SIGNATURE = "MainDicomTagsSignature"


@dataclass(frozen=True)
class RequestedTags:
    """Answers these tags for resources of a level: from the index, computed, and only else from a file.

    What the server asks its database for decides what it knows of a resource: `tells_tags`, its main DICOM tags;
    `tells_metadata`, its metadata, which say what main DICOM tags there were when it was stored (their signature), and
    hold those that are sequences. Of a level above it knows both where a requested tag is of that level. A file is read
    for a tag that has no value there and is in no signature.
    """

    tags: tuple[int, ...]
    level: Level
    tells_tags: bool
    tells_metadata: bool
    dictionary: Dictionary
    release: QueryRelease
    read_dataset: ReadDataset
    signed: dict[str, frozenset[int]] = field(default_factory=dict)  # those of the tags that a signature has
    unsigned: dict[str, frozenset[int]] = field(default_factory=dict)  # those for which a file is read, by signature

    @cached_property
    def levels(self) -> dict[int, Level | None]:
        """The highest level whose main DICOM tag each of the tags is, down to the one asked; None without."""
        return {tag: first_index_level(tag, self.level, self.release) for tag in self.tags}

    @cached_property
    def outside(self) -> frozenset[int]:
        """Those of the tags that are no main DICOM tags, and not computed: perhaps they were when all was stored."""
        return frozenset(
            tag for tag, level in self.levels.items() if level is None and not is_computed(tag, self.level)
        )

    @cached_property
    def tag_levels(self) -> frozenset[Level]:
        """The levels whose main DICOM tags are at hand."""
        levels = frozenset(self.source(level) for level in self.levels.values() if level is not None)
        return levels | {self.level} if self.tells_tags else levels

    @cached_property
    def signature_levels(self) -> frozenset[Level]:
        """The levels whose metadata are at hand."""
        above = self.tag_levels - {self.level}
        return above | {self.level} if self.tells_metadata else above

    def source(self, level: Level) -> Level:
        """The level whose resources are asked for the main DICOM tags of a level: studies have those of patients."""
        return Level.STUDY if level is Level.PATIENT and self.level is not Level.PATIENT else level

    def in_file(self, resource: Resource) -> frozenset[int]:
        """Those of the tags for which a file of a resource is read."""
        if self.tag_levels:
            return frozenset(tag for tag in self.tags if self.is_in_file(resource, tag))
        # with no tag at hand the signature alone decides: most scans are such (4 us more for each file without this)
        signature = resource.metadata.get(SIGNATURE, "") if self.tells_metadata else ""
        found = self.unsigned.get(signature)
        if found is None:
            found = self.unsigned[signature] = frozenset(tag for tag in self.tags if self.is_in_file(resource, tag))
        return found

    def is_in_file(self, resource: Resource, tag: int) -> bool:
        """Whether the database neither has a tag of a resource nor knows that there is none."""
        level = self.levels[tag]
        if level is None and tag not in self.outside:
            return False
        if tag in self.signed_tags(resource) or self.stored_value(resource, tag) is not None:
            return False
        # a study's signature does not name those of its patient: the server takes its own for granted, and them alone
        is_granted = level is Level.PATIENT and tag in PATIENT_TAGS and Level.STUDY in self.signature_levels
        return not is_granted

    def signed_tags(self, resource: Resource) -> frozenset[int]:
        """Those of the tags that were main DICOM tags when the resource and those above it were stored, as is known."""
        found = frozenset[int]()
        for level in self.signature_levels:
            found |= self.tags_in(resource.ancestor(level).metadata.get(SIGNATURE, ""))
        return found

    def tags_in(self, signature: str) -> frozenset[int]:
        found = self.signed.get(signature)
        if found is None:
            texts = frozenset(signature.split(";"))
            found = self.signed[signature] = frozenset(tag for tag in self.tags if format_tag(tag) in texts)
        return found

    def values(self, resource: Resource, dataset: Dataset | None) -> RequestedValues:
        """The values that a resource has; a tag that neither it has nor the file may answer is left out.

        `dataset` is that of the file that was read for the resource, None if there was none.
        """
        values: RequestedValues = {}
        for tag in self.tags:
            value = self.stored_value(resource, tag)
            if value is not None:
                values[tag] = value
            elif dataset is not None and (self.is_in_file(resource, tag) or self.is_beside(tag)):
                values[tag] = self.file_value(dataset, tag)
        return values

    def is_beside(self, tag: int) -> bool:
        """Whether a file that is read anyway answers a tag for which none is read."""
        return tag not in self.outside and file_answers(tag, self.level, self.release)

    def stored_value(self, resource: Resource, tag: int) -> Any:
        """What the database knows of a tag, or the server computes; None for nothing."""
        level = self.levels[tag]
        if level is None and tag not in self.outside:
            return computed_text(tag, resource, self.read_dataset)
        # of a tag that is one of several levels the highest alone counts (TimezoneOffsetFromUTC; 1.12.7 and 1.13.0)
        for held in self.tag_levels if level is None else self.tag_levels & {self.source(level)}:
            text = main_tag(resource, held, tag)
            if text is not None:
                return text
        # the sequences of a patient are told by the patient alone
        if level is None or self.source(level) is not level or level not in self.signature_levels:
            return None
        return resource.ancestor(level).main_sequences.get(tag)

    def file_value(self, dataset: Dataset, tag: int) -> Any:
        element = dataset.get(tag)
        if element is None or tag >= PIXEL_DATA:
            return None
        if element.items is not None:
            return sequence_view(dataset, tag, self.dictionary, self.release.dicom.text)
        rules = self.release.dicom.text
        if element.is_private_creator:
            vr = "LO"
        elif element.is_private:  # the creator of the block counts here, if not for the name
            vr = shown_vr(dataset, tag, self.dictionary, rules)
        else:
            vr = self.dictionary.value_representation(tag >> 16, tag & 0xFFFF, None)
        return element_text(element, character_set_of(dataset, rules), vr)
