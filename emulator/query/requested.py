"""`RequestedTags`: what an answer tells beside the main DICOM tags of its level (measured on 1.12.7 and 1.13.0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..dicom.character_sets import character_set_of
from ..dicom.element import PIXEL_DATA, Dataset
from ..dicom.text import element_text
from ..dicom.views import sequence_view
from ..dictionary import Dictionary
from ..releases import Release
from ..store.level import Level
from ..store.main_tags import main_tag
from ..store.resource import Resource
from .computed import ReadDataset, computed_text
from .placement import file_answers, index_level_upwards, requests_file

#: By tag a text, the items of a sequence in full, or None for what a file does not have.
RequestedValues = dict[int, Any]


@dataclass(frozen=True)
class RequestedTags:
    """Answers these tags for resources of a level: from the index, computed, and only else from a file."""

    tags: tuple[int, ...]
    level: Level
    dictionary: Dictionary
    release: Release
    read_dataset: ReadDataset

    @property
    def from_files(self) -> tuple[int, ...]:
        """The tags for which a file of each resource is read."""
        return tuple(tag for tag in self.tags if requests_file(tag, self.level, self.release))

    def values(self, resource: Resource, dataset: Dataset | None) -> RequestedValues:
        """The values that a resource has; a tag that neither it has nor the file may answer is left out.

        `dataset` is that of the file that was read for the resource, None if there was none.
        """
        values: RequestedValues = {}
        for tag in self.tags:
            value = self.stored_value(resource, tag)
            if value is not None:
                values[tag] = value
            elif dataset is not None and file_answers(tag, self.level, self.release):
                values[tag] = self.file_value(dataset, tag)
        return values

    def stored_value(self, resource: Resource, tag: int) -> Any:
        level = index_level_upwards(tag, self.level, self.release)
        if level is None:
            return computed_text(tag, resource, self.read_dataset)
        text = main_tag(resource, level, tag)
        if text is None and (level is self.level or level is not Level.PATIENT):
            return resource.ancestor(level).main_sequences.get(tag)
        return text  # the sequences of a patient are told by the patient alone

    def file_value(self, dataset: Dataset, tag: int) -> Any:
        element = dataset.get(tag)
        if element is None or tag >= PIXEL_DATA:
            return None
        if element.items is not None:
            return sequence_view(dataset, tag, self.dictionary, self.release.text_rules)
        vr = "LO" if element.is_private_creator else self.dictionary.value_representation(tag >> 16, tag & 0xFFFF, None)
        return element_text(element, character_set_of(dataset, self.release.text_rules), vr)
