"""One patient, study, series or instance as the store keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .attachment import Attachment
from .level import LEVELS, Level
from .more import NO_MORE, NOTHING, More, in_more
from .numbered_names import DICOM

#: What stands in a resource itself; by this name mypy lets its properties be set.
MEMBERS = (
    "id",
    "level",
    "number",
    "parent",
    "main_tags",
    "metadata",
    "more",
    "changed",
    "first_change",
    "file",
    "file_uuid",
    "attachments",
)


class Resource:
    """A resource: its place in the tree, its main DICOM tags (the index) and its metadata.

    `number` counts resources in the order in which they were made; lists and finds are answered in that order.
    `main_sequences` are those of the main DICOM tags that are no text, by tag. `children` is an ordered set of
    identifiers. `file` holds the bytes of an instance as they were sent.

    Anyone may read a resource; only the store changes one, and replaces its mappings and sets whole: forks share them.
    """

    __slots__ = MEMBERS

    patient_tags: Mapping[int, str] = in_more("patient_tags")
    main_sequences: Mapping[int, list[dict[str, Any]]] = in_more("main_sequences")
    labels: frozenset[str] = in_more("labels")
    children: dict[str, Resource] = in_more("children")
    shrunk: float = in_more("shrunk")
    touched: int = in_more("touched")
    is_protected: bool = in_more("is_protected")
    revisions: Mapping[str, int] = in_more("revisions")

    def __init__(
        self,
        id: str,
        level: Level,
        number: int,
        parent: Resource | None,
        main_tags: Mapping[int, str],
        metadata: Mapping[str, str],
        more: More,
    ) -> None:
        self.id = id
        self.level = level
        self.number = number
        self.parent = parent
        self.main_tags = main_tags
        self.metadata = metadata
        self.more = more
        self.changed = 0.0  # seconds since the epoch of the last instance that came below this resource
        self.file = b""
        self.file_uuid = ""
        self.first_change = 0  # the number of its own "New..." in the log of changes
        self.attachments: Mapping[int, Attachment] = NOTHING  # all but a file kept as it came; finds read it often

    @property
    def last_update(self) -> float:
        """When something came or went below this resource, in seconds since the epoch."""
        return max(self.changed, self.shrunk)

    @property
    def attached(self) -> dict[int, Attachment]:
        """All attachments by number, in order; the file of an instance is the first."""
        attached = dict(self.attachments)
        if self.level is Level.INSTANCE and DICOM not in attached:
            attached[DICOM] = Attachment(self.file, self.file_uuid)
        return dict(sorted(attached.items()))

    @property
    def size(self) -> int:
        """The bytes of its file and of all else that is attached to it, before any compression."""
        if not self.attachments:
            return len(self.file)
        return sum(attachment.size for attachment in self.attached.values())

    @property
    def stored_size(self) -> int:
        """As `size`, after compression."""
        if not self.attachments:
            return len(self.file)
        return sum(attachment.stored_size for attachment in self.attached.values())

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

    def twin(self, parent: Resource | None = None) -> Resource:
        """A copy of this resource and of all below it, which shares what is replaced whole when it changes."""
        more = NO_MORE if self.more is NO_MORE else replace(self.more)
        copy = Resource(self.id, self.level, self.number, parent, self.main_tags, self.metadata, more)
        copy.changed, copy.first_change = self.changed, self.first_change
        copy.file, copy.file_uuid, copy.attachments = self.file, self.file_uuid, self.attachments
        if self.children:
            copy.children = {identifier: child.twin(copy) for identifier, child in self.children.items()}
        return copy


def study_tags(study: Resource) -> Mapping[int, str]:
    """The tags of a study and of its patient: the database has them in one place, whatever ExtraMainDicomTags was."""
    return {**study.patient_tags, **study.main_tags}


def study_tag(study: Resource, tag: int) -> str | None:
    """One of them, None where it is absent."""
    text = study.main_tags.get(tag)
    return study.patient_tags.get(tag) if text is None else text


def reference(resource: Resource) -> dict[str, str]:
    """How other answers refer to a resource."""
    return {
        "ID": resource.id,
        "Path": f"/{resource.level.plural}/{resource.id}",
        "Type": resource.level.value,
    }


def references(instances: Iterable[Resource]) -> list[dict[str, str]]:
    """How an answer refers to instances and all that is above them: instances first, each level by identifier."""
    found: dict[Level, dict[str, Resource]] = {level: {} for level in reversed(LEVELS)}
    for instance in instances:
        for level in LEVELS:
            above = instance.ancestor(level)
            found[level][above.id] = above
    return [reference(resources[identifier]) for resources in found.values() for identifier in sorted(resources)]
