"""Which UIDs a modification makes anew, the same one for the same source throughout a cascade."""

from __future__ import annotations

from collections.abc import Callable

from ..dicom.element import Dataset
from ..dicom.identifiers import generate_uid
from ..store.level import Level
from .edit import with_uid
from .request import ModificationRequest

UID_LEVELS = (Level.STUDY, Level.SERIES, Level.INSTANCE)


class UidMapper:
    """Gives new UIDs to the copies that one request makes.

    `generate` makes a UID. References to other instances are not followed: modify leaves them as they are
    (measured on 1.9.1 to 1.13.0).
    """

    def __init__(self, request: ModificationRequest, level: Level, generate: Callable[[], str] = generate_uid) -> None:
        self.request = request
        self.generate = generate
        self.new_uids: dict[tuple[int, bytes], str] = {}
        self.renewed = [candidate for candidate in UID_LEVELS if self.is_renewed(candidate, level)]

    def is_renewed(self, candidate: Level, level: Level) -> bool:
        """Whether resources of `candidate` level get a new UID when one of `level` is modified."""
        tag = candidate.identifier_tag
        if self.request.replaced(tag) or self.request.kept(tag):
            return False
        if candidate.depth >= level.depth:
            return True
        # At instance level, what stands below a replaced identifier is made anew too
        above = (other for other in Level if other.depth < candidate.depth)
        return level is Level.INSTANCE and any(
            self.request.replaced(other.identifier_tag) and not self.request.kept(other.identifier_tag)
            for other in above
        )

    def renew(self, source: Dataset, copy: Dataset) -> None:
        """Writes the new UIDs into a copy of `source`."""
        for level in self.renewed:
            tag = level.identifier_tag
            element = source.get(tag)
            key = (tag, b"" if element is None else element.value)
            if level is Level.INSTANCE:
                with_uid(copy, tag, self.generate())
            else:
                with_uid(copy, tag, self.new_uids.setdefault(key, self.generate()))
