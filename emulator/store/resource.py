"""One patient, study, series or instance as the store keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .level import Level


@dataclass(slots=True)
class Resource:
    """A resource: its place in the tree, its main DICOM tags (the index) and its metadata.

    `number` counts resources in the order in which they were made; lists and finds are answered in that order.
    `main_sequences` are those of the main DICOM tags that are no text, by tag. `children` is an ordered set of
    identifiers. `file` holds the bytes of an instance as they were sent.
    """

    id: str
    level: Level
    number: int
    parent: Resource | None
    main_tags: dict[int, str]
    patient_tags: dict[int, str] = field(default_factory=dict)  # of a study: its patient, as its own file has them
    main_sequences: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    children: dict[str, Resource] = field(default_factory=dict)
    changed: float = 0.0  # seconds since the epoch of the last instance that came below this resource
    file: bytes = b""
    file_uuid: str = ""

    def ancestor(self, level: Level) -> Resource:
        """The resource of this or a higher level that this one belongs to; itself for its own level."""
        resource = self
        while resource.level is not level:
            assert resource.parent is not None, f"a {level.value} is not above a {self.level.value}"
            resource = resource.parent
        return resource

    def descendants(self, level: Level) -> list[Resource]:
        """The resources of this or a lower level below this one, in the order in which they were made."""
        resources = [self]
        while resources and resources[0].level is not level:
            resources = [child for resource in resources for child in resource.children.values()]
        return resources
