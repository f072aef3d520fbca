"""A resource -> the JSON that `GET /{level}/{id}` answers.

Private tags are at instance level: none of these answers holds one, they hold the main DICOM tags alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dicom.element import format_tag
from ..dicom.views import Format
from ..dictionary import Dictionary
from ..releases import Release
from .index import whole_number
from .level import Level
from .metadata import date_text
from .resource import Resource

CHILDREN_KEYS = {Level.PATIENT: "Studies", Level.STUDY: "Series", Level.SERIES: "Instances"}
PARENT_KEYS = {Level.STUDY: "ParentPatient", Level.SERIES: "ParentStudy", Level.INSTANCE: "ParentSeries"}


class Descriptions:
    """Describes the resources of one server."""

    def __init__(self, dictionary: Dictionary, release: Release, stable_age: float) -> None:
        self.dictionary = dictionary
        self.release = release
        self.stable_age = stable_age

    def describe(self, resource: Resource, now: float, form: Format = Format.SIMPLIFY) -> dict[str, Any]:
        """The answer for one resource; `now` is in seconds since the epoch.

        `form` is that of the main DICOM tags: by name, by number (`?short`), or in full (`?full`).
        """
        answer: dict[str, Any] = {
            "ID": resource.id,
            "Type": resource.level.value,
            "MainDicomTags": self.main_dicom_tags(resource, form),
        }
        if self.release.has_labels:
            answer["Labels"] = sorted(resource.labels)
        if resource.parent is not None:
            answer[PARENT_KEYS[resource.level]] = resource.parent.id
        for name in ("ModifiedFrom", "AnonymizedFrom"):
            if name in resource.metadata:
                answer[name] = resource.metadata[name]
        if resource.level is Level.INSTANCE:
            answer["FileSize"] = len(resource.file)
            answer["FileUuid"] = resource.file_uuid
            answer["IndexInSeries"] = self.integer(resource.metadata.get("IndexInSeries"))
            return answer
        answer["IsStable"] = now - resource.changed >= self.stable_age
        answer["LastUpdate"] = date_text(resource.changed)
        answer[CHILDREN_KEYS[resource.level]] = [child.id for child in self.ordered([*resource.children.values()])]
        if resource.level is Level.STUDY and resource.parent is not None:
            answer["PatientMainDicomTags"] = self.main_dicom_tags(resource.parent, form)
        if resource.level is Level.SERIES:
            answer.update(self.series_status(resource))
        return answer

    def main_dicom_tags(self, resource: Resource, form: Format) -> dict[str, Any]:
        """The main DICOM tags of a resource."""
        if form is Format.SHORT:
            return {format_tag(tag): value for tag, value in resource.main_tags.items()}
        names = {tag: self.dictionary.name(tag >> 16, tag & 0xFFFF, None) for tag in resource.main_tags}
        if form is Format.SIMPLIFY:
            return {names[tag]: value for tag, value in resource.main_tags.items()}
        return {
            format_tag(tag): {"Name": names[tag], "Type": "String", "Value": value}
            for tag, value in resource.main_tags.items()
        }

    def requested_tags(self, texts: Mapping[int, str | None], form: Format) -> dict[str, Any]:
        """The `RequestedTags` of a find: tags that files were read for.

        A private tag has no name here, whatever is registered: of several the one with the highest number remains
        (measured on 1.12.7 and 1.13.0).
        """
        requested: dict[str, Any] = {}
        for tag, text in sorted(texts.items()):
            name = self.dictionary.name(tag >> 16, tag & 0xFFFF, None)
            if form is Format.SIMPLIFY:
                requested[name] = text
            elif form is Format.SHORT:
                requested[format_tag(tag)] = text
            else:
                requested[format_tag(tag)] = {"Name": name, "Type": "String", "Value": text}
        return requested

    def ordered(self, resources: list[Resource]) -> list[Resource]:
        """Resources in the order in which the release lists them."""
        if self.release.lists_by_identifier:
            return sorted(resources, key=lambda resource: resource.id)
        return resources

    def descendants(self, resource: Resource, level: Level) -> list[Resource]:
        """What is below a resource at a lower level, in the release's order.

        Releases that list in order of arrival go down level by level and turn the parents round at each step
        (measured on 1.9.1 and 1.10.1).
        """
        found = [resource]
        while found and found[0].level is not level:
            found = [child for parent in reversed(found) for child in parent.children.values()]
        return self.ordered(found)

    def integer(self, text: str | None) -> int | None:
        """A number in the metadata as the release answers it: None for a text, and how it treats large ones."""
        number = whole_number(text)
        if number is None:
            return None
        if self.release.metadata_numbers_are_unsigned:
            return number if 0 <= number < 1 << 32 else None
        return (number + (1 << 31)) % (1 << 32) - (1 << 31)

    def series_status(self, series: Resource) -> dict[str, Any]:
        """How many instances a series should have, and whether it has them."""
        expected = self.integer(series.metadata.get("ExpectedNumberOfInstances"))
        if expected is None:
            return {"ExpectedNumberOfInstances": None, "Status": "Unknown"}
        texts = [instance.metadata.get("IndexInSeries") for instance in series.children.values()]
        indexes = [self.integer(text) for text in texts if text is not None]
        if None in indexes:
            shown = None if self.release.metadata_numbers_are_unsigned else expected
            return {"ExpectedNumberOfInstances": shown, "Status": "Unknown"}
        found = set(indexes)
        repeated = len(found) < len(indexes) and not self.release.series_may_repeat_indexes
        if repeated or not all(1 <= index <= expected for index in indexes if index is not None):
            status = "Inconsistent"
        else:
            status = "Complete" if len(found) == expected else "Missing"
        return {"ExpectedNumberOfInstances": expected, "Status": status}
