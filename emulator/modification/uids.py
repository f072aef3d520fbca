"""Which identifiers a modification makes anew, the same one for the same source throughout a cascade."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from ..dicom.element import Dataset
from ..dicom.identifiers import generate_uid
from ..store.level import Level
from .edit import with_uid
from .request import ModificationRequest
from .tag_path import TagPath

UID_LEVELS = (Level.STUDY, Level.SERIES, Level.INSTANCE)

#: The identifiers of all levels, and which of them a request makes anew that names none: its level's, and those below.
IDENTIFIERS = tuple(TagPath((), level.identifier_tag) for level in Level)
RENEWED = {level: [below for below in UID_LEVELS if below.depth >= level.depth] for level in Level}


class UidMapper:
    """Gives new identifiers to the copies that one request makes.

    `generate` makes a UID. References to other instances are not followed, except by an anonymization: modify leaves
    them as they are (measured on 1.9.1 to 1.13.0). `names_level` says that a request for many resources names the
    level: then nothing above it is made anew.
    """

    def __init__(
        self,
        request: ModificationRequest,
        level: Level,
        generate: Callable[[], str] = generate_uid,
        *,
        names_level: bool = False,
    ) -> None:
        self.request = request
        self.generate = generate
        self.names_level = names_level
        self.new_identifiers: dict[tuple[Level, bytes], str] = {}
        self.renewed = RENEWED[level]
        if request.names(IDENTIFIERS):
            self.renewed = [candidate for candidate in UID_LEVELS if self.is_renewed(candidate, level)]

    def is_renewed(self, candidate: Level, level: Level) -> bool:
        """Whether resources of `candidate` level get a new UID when one of `level` is modified."""
        tag = candidate.identifier_tag
        if self.request.replaced(tag) or self.request.kept(tag):
            return False
        if candidate.depth >= level.depth:
            return True
        if level is not Level.INSTANCE or self.names_level:
            return False
        # At instance level, what stands below a replaced identifier is made anew too
        above = (other for other in Level if other.depth < candidate.depth)
        return any(
            self.request.replaced(other.identifier_tag) and not self.request.kept(other.identifier_tag)
            for other in above
        )

    def renew(self, source: Dataset, copy: Dataset) -> None:
        """Writes the new UIDs into a copy of `source`."""
        for level in self.renewed:
            with_uid(copy, level.identifier_tag, self.new_identifier(level, value_of(source, level)))

    def new_identifier(self, level: Level, old: bytes) -> str:
        """The new identifier of the resource of this level that had the old one; blanks around that do not count."""
        key = (level, plain(old))
        if key not in self.new_identifiers:
            self.new_identifiers[key] = str(uuid.uuid4()) if level is Level.PATIENT else self.generate()
        return self.new_identifiers[key]

    def forget(self, level: Level) -> None:
        """Lets the next source of this level have a new identifier, even one that had its own already."""
        self.new_identifiers = {key: new for key, new in self.new_identifiers.items() if key[0] is not level}

    def note(self, level: Level, source: Dataset, new: str) -> None:
        """Notes an identifier that the request itself gives to a resource, for references to it."""
        self.new_identifiers[level, plain(value_of(source, level))] = new


def value_of(dataset: Dataset, level: Level) -> bytes:
    element = dataset.get(level.identifier_tag)
    return b"" if element is None else element.value


def plain(value: bytes) -> bytes:
    return value.partition(b"\0")[0].strip()
