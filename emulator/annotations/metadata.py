"""The metadata of a resource: read all, write those that users may define."""

from __future__ import annotations

from typing import NamedTuple

from ..dicom.character_sets import utf_8_bytes
from ..errors import ErrorCode, OrthancError, StatusOnlyError
from ..store.level import Level
from ..store.metadata import metadata_key, stored_metadata
from ..store.numbered_names import USER_NUMBERS
from ..store.resource import Resource
from ..store.store import Store
from .revisions import Revision, RevisionRules
from .rules import AnnotationRelease


class MetadataValue(NamedTuple):
    """A metadata: its text, in which bytes that are no UTF-8 are kept by "surrogateescape", and its revision."""

    text: str
    revision: Revision


class MetadataRoom(NamedTuple):
    """The metadata of one server's resources. Names may be names or numbers, as in a request."""

    store: Store
    release: AnnotationRelease
    rules: RevisionRules

    def get(self, level: Level, identifier: str, name: str) -> MetadataValue | None:
        """One metadata, None where the resource lacks it; raises OrthancError (404) for an unknown name or resource."""
        key = metadata_key(self.release.store.metadata_names.number(name))
        with self.store.reading:
            return self.value(self.store.get(level, identifier), key)

    def value(self, resource: Resource, key: str) -> MetadataValue | None:
        text = stored_metadata(resource).get(key)
        if text is None:
            return None
        return MetadataValue(text, Revision.of(resource.revisions.get(key, 0), utf_8_bytes(text)))

    def writable_key(self, name: str) -> str:
        """The key of a metadata that users may write; raises OrthancError (403) for one that they may not."""
        number = self.release.store.metadata_names.number(name)
        if number not in USER_NUMBERS:
            raise forbidden(name)
        return metadata_key(number)

    def put(self, identifier: str, name: str, text: str, if_match: str | None = None) -> Revision:
        """Writes a metadata of a resource, whatever its level; the revision that it has now.

        Raises OrthancError for a built-in one, an unknown name or resource, and a wrong revision.
        """
        key = self.writable_key(name)
        given = self.rules.given(if_match)
        with self.store.lock:
            resource = self.store.find(identifier)
            present = self.value(resource, key)
            self.rules.check_change(given, present.revision if present else None)
            number = self.rules.next_number(present.revision.number if present else None)
            kept = self.rules.kept(number)
            revisions = {**resource.revisions, key: kept} if kept else resource.revisions
            self.store.set_metadata(resource, {**resource.metadata, key: text}, revisions)
        return Revision.of(number, utf_8_bytes(text))

    def delete(self, identifier: str, name: str, if_match: str | None = None) -> None:
        """Removes a metadata of a resource, whatever its level; raises as `put`, and OrthancError where it is none."""
        key = self.writable_key(name)
        given = self.rules.given(if_match)
        self.rules.check_named(given)
        with self.store.lock:
            resource = self.store.find(identifier)
            self.store.check_write()
            present = self.value(resource, key)
            if present is None and self.release.annotations.missing_deletions_are_errors:
                raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
            self.rules.check_change(given, present.revision if present else None)
            metadata = {name: text for name, text in resource.metadata.items() if name != key}
            revisions = {name: number for name, number in resource.revisions.items() if name != key}
            self.store.set_metadata(resource, metadata, revisions)


def forbidden(name: str) -> OrthancError:
    """The error of who wants to write what the server alone writes."""
    low, high = USER_NUMBERS.start, USER_NUMBERS.stop - 1
    return StatusOnlyError(ErrorCode.FORBIDDEN, f"{name} is not one of the numbers {low} to {high}, nor a name of one")
