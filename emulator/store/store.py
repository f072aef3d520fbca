"""The store: the tree of resources in memory, and the only place where it changes."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..dicom.identifiers import orthanc_identifier
from ..errors import ErrorCode, OrthancError
from .inverted_index import InvertedIndex
from .level import LEVELS, Level
from .resource import Resource


@dataclass(frozen=True)
class NewInstance:
    """A file on its way into the store: its bytes, the main DICOM tags and the metadata that each level may take.

    The DICOM identifiers are among the main DICOM tags of their level. `may_repeat_tags` tells that the database takes
    a tag that is both the study's own and its patient's.
    """

    file: bytes
    main_tags: Mapping[Level, Mapping[int, str]]
    metadata: Mapping[Level, Mapping[str, str]]
    main_sequences: Mapping[Level, Mapping[int, list[dict[str, Any]]]] = field(default_factory=dict)
    may_repeat_tags: bool = True

    @property
    def identifiers(self) -> dict[Level, str]:
        """The Orthanc identifier of the instance and of what is above it."""
        dicom_identifiers: list[str] = []
        result = {}
        for level in LEVELS:
            dicom_identifiers.append(self.main_tags[level].get(level.identifier_tag, ""))
            result[level] = orthanc_identifier(*dicom_identifiers)
        return result


@dataclass(frozen=True)
class Stored:
    """What became of a file: the instance and whether it was there before."""

    instance: Resource
    already_stored: bool


class Store:
    """Patients, studies, series and instances.

    Every method takes `lock`, and a caller that reads several things, or changes several, holds it meanwhile: no
    client ever sees half a change.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.levels: dict[Level, dict[str, Resource]] = {level: {} for level in LEVELS}
        self.index = InvertedIndex(self.levels)
        self.made = 0

    def get(self, level: Level, identifier: str) -> Resource:
        """The resource with this Orthanc identifier; raises OrthancError (Unknown resource, 404)."""
        with self.lock:
            resource = self.levels[level].get(identifier)
        if resource is None:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
        return resource

    def resources(self, level: Level) -> list[Resource]:
        """All resources of a level in the order in which they were made."""
        with self.lock:
            return [*self.levels[level].values()]

    def count(self, level: Level) -> int:
        return len(self.levels[level])

    @property
    def size(self) -> int:
        """The bytes of all files."""
        with self.lock:
            return sum(len(instance.file) for instance in self.levels[Level.INSTANCE].values())

    def add(self, new: NewInstance, *, overwrite: bool) -> Stored:
        """Stores a file; one that is there already stays as it is unless `overwrite`, which replaces it."""
        identifiers = new.identifiers
        with self.lock:
            existing = self.levels[Level.INSTANCE].get(identifiers[Level.INSTANCE])
            if existing is not None and not overwrite:
                return Stored(existing, already_stored=True)
            if existing is not None:
                self.delete(existing)
            return Stored(self.insert(new, identifiers), already_stored=False)

    def insert(self, new: NewInstance, identifiers: Mapping[Level, str]) -> Resource:
        self.check_main_tags(new, identifiers)
        now = self.clock()
        parent: Resource | None = None
        for level in LEVELS:
            resource = self.levels[level].get(identifiers[level])
            if resource is None:
                resource = self.make(level, identifiers[level], parent, new)
            resource.changed = now
            parent = resource
        assert parent is not None
        parent.file = new.file
        parent.file_uuid = str(uuid.uuid4())
        return parent

    def check_main_tags(self, new: NewInstance, identifiers: Mapping[Level, str]) -> None:
        """Refuses a study with a tag that is among those of patients, too, which ExtraMainDicomTags can bring about.

        A study keeps those of its patient beside its own, and the server's database takes each tag once (measured on
        1.12.7: such a server stores nothing).
        """
        if new.may_repeat_tags:
            return
        is_new = identifiers[Level.STUDY] not in self.levels[Level.STUDY]
        if is_new and new.main_tags[Level.STUDY].keys() & new.main_tags[Level.PATIENT].keys():
            raise OrthancError(ErrorCode.SQLITE_RUN_CACHED_STATEMENT)

    def replace_main_tags(self, instance: Resource, main_tags: Mapping[Level, Mapping[int, str]]) -> None:
        """Gives what is above an instance the main DICOM tags that a file has."""
        with self.lock:
            for level in LEVELS[:-1]:
                resource = instance.ancestor(level)
                self.index.remove(resource)
                resource.main_tags = dict(main_tags[level])
                if level is Level.STUDY:
                    resource.patient_tags = dict(main_tags[Level.PATIENT])
                self.index.add(resource)

    def make(self, level: Level, identifier: str, parent: Resource | None, new: NewInstance) -> Resource:
        self.made += 1
        resource = Resource(
            id=identifier,
            level=level,
            number=self.made,
            parent=parent,
            main_tags=dict(new.main_tags[level]),
            patient_tags=dict(new.main_tags[Level.PATIENT]) if level is Level.STUDY else {},
            metadata=dict(new.metadata[level]),
            main_sequences=dict(new.main_sequences.get(level, {})),
        )
        self.levels[level][identifier] = resource
        self.index.add(resource)
        if parent is not None:
            parent.children[identifier] = resource
        return resource

    def delete(self, resource: Resource) -> Resource | None:
        """Removes a resource with all below it, and what is above it if nothing else is left there.

        Returns the lowest ancestor that remains, None if none does.
        """
        with self.lock:
            for level in LEVELS[resource.level.depth :]:
                for descendant in resource.descendants(level):
                    del self.levels[level][descendant.id]
                    self.index.remove(descendant)
            parent = resource.parent
            if parent is None:
                return None
            del parent.children[resource.id]
            return parent if parent.children else self.delete(parent)
