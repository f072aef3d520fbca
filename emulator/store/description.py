"""A resource -> the JSON that `GET /{level}/{id}` answers.

Private tags are at instance level: none of these answers holds one, they hold the main DICOM tags alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..dicom.element import format_tag
from ..dicom.views import Format, in_form
from ..dictionary import Dictionary
from .index import whole_number
from .level import Level
from .metadata import date_text
from .record import Record
from .resource import Resource, study_tags
from .rules import StoreRelease

CHILDREN_KEYS = {Level.PATIENT: "Studies", Level.STUDY: "Series", Level.SERIES: "Instances"}
PARENT_KEYS = {Level.STUDY: "ParentPatient", Level.SERIES: "ParentStudy", Level.INSTANCE: "ParentSeries"}

LONG_NUMBERS = range(-(1 << 63), 1 << 63)


class MainTagNames(dict[int, str]):
    """The names of main DICOM tags, each looked up once: of few tags, in every answer."""

    def __init__(self, dictionary: Dictionary) -> None:
        super().__init__()
        self.dictionary = dictionary

    def __missing__(self, tag: int) -> str:
        name = self[tag] = self.dictionary.name(tag >> 16, tag & 0xFFFF, None)
        return name


class Descriptions:
    """Describes the resources of one server."""

    def __init__(
        self, dictionary: Dictionary, release: StoreRelease, stable_age: float, stable_until: float = -math.inf
    ) -> None:
        self.dictionary = dictionary
        self.stable_until = stable_until  # what changed up to then is stable, as after a restart
        self.main_tags = {level: frozenset(tags) for level, tags in release.store.main_dicom_tags.items()}
        self.release = release
        self.stable_age = stable_age
        self.names = MainTagNames(dictionary)
        #: Most resources have the same tags: to look for them again took 0.8 of the 3.2 µs of describing an instance.
        self.shown = lru_cache(maxsize=256)(self.shown_tags)

    def describe(self, resource: Resource, now: float, form: Format = Format.SIMPLIFY) -> dict[str, Any]:
        """The answer for one resource; `now` is in seconds since the epoch.

        `form` is that of the main DICOM tags: by name, by number (`?short`), or in full (`?full`).
        """
        answer: dict[str, Any] = {
            "ID": resource.id,
            "Type": resource.level.value,
            "MainDicomTags": self.main_dicom_tags(resource, form),
        }
        if self.release.store.shows_patient_protection and resource.level is Level.PATIENT:
            answer["IsProtected"] = resource.is_protected
        if self.release.store.has_labels:
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
        is_old = now - resource.changed >= self.stable_age
        answer["IsStable"] = is_old or resource.changed <= self.stable_until
        answer["LastUpdate"] = date_text(resource.last_update)
        answer[CHILDREN_KEYS[resource.level]] = [child.id for child in self.ordered([*resource.children.values()])]
        if resource.level is Level.STUDY:
            answer["PatientMainDicomTags"] = self.tags_in_form(Level.PATIENT, study_tags(resource), form)
        if resource.level is Level.SERIES:
            answer.update(self.series_status(resource))
        return answer

    def main_dicom_tags(self, resource: Resource, form: Format) -> dict[str, Any]:
        """The main DICOM tags of a resource, sequences among them."""
        values: Mapping[int, Any] = study_tags(resource) if resource.level is Level.STUDY else resource.main_tags
        if resource.main_sequences:
            sequences = {tag: [in_form(item, form) for item in items] for tag, items in resource.main_sequences.items()}
            values = {**values, **sequences}
        return self.tags_in_form(resource.level, values, form)

    def tags_in_form(self, level: Level, values: Mapping[int, Any], form: Format) -> dict[str, Any]:
        """Those of some values that are main DICOM tags of a level."""
        if type(values) is Record:
            shown, texts = self.shown(level, values.names), values.texts
        else:
            shown, texts = self.shown(level, tuple(values)), tuple(values.values())
        if form is Format.SIMPLIFY:
            return {name: texts[place] for place, _, name in shown}
        return self.in_form({tag: texts[place] for place, tag, _ in shown}, form)

    def shown_tags(self, level: Level, tags: tuple[int, ...]) -> list[tuple[int, int, str]]:
        """The places of those tags that are shown, with the tags and their names, in order.

        Those of an ExtraMainDicomTags that is no more are kept, and not shown.
        """
        return [(tags.index(tag), tag, self.names[tag]) for tag in sorted(self.main_tags[level].intersection(tags))]

    def in_form(self, values: Mapping[int, Any], form: Format) -> dict[str, Any]:
        if form is Format.SHORT:
            return {format_tag(tag): value for tag, value in values.items()}
        name = self.names.__getitem__
        if form is Format.SIMPLIFY:
            return {name(tag): value for tag, value in values.items()}
        return {
            format_tag(tag): {
                "Name": name(tag),
                "Type": "Sequence" if isinstance(value, list) else "String",
                "Value": value,
            }
            for tag, value in values.items()
        }

    def requested_tags(self, values: Mapping[int, Any], form: Format) -> dict[str, Any]:
        """The `RequestedTags` of an answer: by tag a text, the items of a sequence in full, None for an absent tag.

        A private tag has no name here unless it is registered without a creator: of several the one with the highest
        number remains (measured on 1.12.7 and 1.13.0).
        """
        requested: dict[str, Any] = {}
        for tag, value in sorted(values.items()):
            name = self.dictionary.name(tag >> 16, tag & 0xFFFF, None)
            shown = [in_form(item, form) for item in value] if isinstance(value, list) else value
            if form is Format.FULL:
                kind = "Sequence" if isinstance(value, list) else "Null" if value is None else "String"
                requested[format_tag(tag)] = {"Name": name, "Type": kind, "Value": shown}
            else:
                requested[name if form is Format.SIMPLIFY else format_tag(tag)] = shown
        return requested

    def ordered(self, resources: list[Resource]) -> list[Resource]:
        """Resources in the order in which the release lists them."""
        if self.release.store.lists_by_identifier:
            return sorted(resources, key=lambda resource: resource.id)
        return resources

    def listed(self, resources: list[Resource]) -> list[Resource]:
        """Resources in the order of the release's lists, which need not be that of the members of an answer."""
        return resources if self.release.store.lists_by_arrival else self.ordered(resources)

    def descendants(self, resource: Resource, level: Level) -> list[Resource]:
        """What is below a resource at a lower level, in the release's order."""
        return self.listed(turned_descendants(resource, level))

    def integer(self, text: str | None) -> int | None:
        """A number in the metadata as the release answers it: None for a text, and how it treats large ones."""
        number = long_number(text)
        if number is None:
            return None
        if self.release.store.metadata_numbers_are_unsigned:
            return number if 0 <= number < 1 << 32 and "-" not in (text or "") else None
        return (number + (1 << 31)) % (1 << 32) - (1 << 31)

    def series_status(self, series: Resource) -> dict[str, Any]:
        """How many instances a series should have, and whether it has them."""
        expected = long_number(series.metadata.get("ExpectedNumberOfInstances"))
        shown = self.integer(series.metadata.get("ExpectedNumberOfInstances"))
        if expected is None or shown is None:
            return {"ExpectedNumberOfInstances": None, "Status": "Unknown"}
        status = self.completeness(series, expected)
        if status == "Unknown" and self.release.store.metadata_numbers_are_unsigned:
            shown = None
        return {"ExpectedNumberOfInstances": shown, "Status": status}

    def is_complete(self, series: Resource) -> bool:
        """Whether a series has the instances that it announces, and no other."""
        expected = long_number(series.metadata.get("ExpectedNumberOfInstances"))
        return expected is not None and self.series_status(series)["Status"] == "Complete"

    def completeness(self, series: Resource, expected: int) -> str:
        """Whether the instances of a series have the indexes 1 to `expected`; the first that can't be right decides.

        Without an index they do not count. Releases take the indexes one by one, or each text of them once, in order
        (measured on 1.9.1 to 1.13.0).
        """
        indexes = [instance.metadata.get("IndexInSeries") for instance in series.children.values()]
        texts = [text for text in indexes if text is not None]
        found: set[int] = set()
        for text in sorted(set(texts)) if self.release.store.equal_indexes_count_once else texts:
            index = long_number(text)
            if index is None:
                return "Unknown"
            if not 1 <= index <= expected or index in found:
                return "Inconsistent"
            found.add(index)
        return "Complete" if len(found) == expected else "Missing"


def turned_descendants(resource: Resource, level: Level) -> list[Resource]:
    """What is below a resource, as servers find it that list in order of arrival.

    They go down level by level and turn the parents round at each step (measured on 1.9.1, 1.10.1 and, with PostgreSQL,
    1.12.7).
    """
    found = [resource]
    while found and found[0].level is not level:
        found = [child for parent in reversed(found) for child in parent.children.values()]
    return found


def long_number(text: str | None) -> int | None:
    """The number that a text is, None where it is none or has more than 64 bits."""
    number = whole_number(text)
    return number if number is not None and number in LONG_NUMBERS else None
