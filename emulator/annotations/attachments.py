"""The attachments of a resource: the file of an instance, and what users attach to a resource of any level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from ..errors import ErrorCode, OrthancError, StatusOnlyError
from ..store.attachment import Attachment
from ..store.level import Level
from ..store.numbered_names import DICOM_AS_JSON, USER_NUMBERS
from ..store.resource import Resource
from ..store.store import Store
from .metadata import forbidden
from .options import AnnotationOptions
from .revisions import Revision, RevisionRules
from .rules import AnnotationRelease


class AttachmentRoom(NamedTuple):
    """The attachments of one server's resources. Names may be names or numbers, as in a request."""

    store: Store
    release: AnnotationRelease
    rules: RevisionRules
    options: AnnotationOptions

    def all(self, level: Level, identifier: str) -> dict[str, int]:
        """The numbers of a resource's attachments by name, in order of number."""
        with self.store.reading:
            attached = self.store.get(level, identifier).attached
        return {self.release.annotations.attachment_names.name(number): number for number in attached}

    def number(self, name: str) -> int:
        return self.release.annotations.attachment_names.number(name)

    def resource(self, level: Level, identifier: str) -> Resource:
        """The resource; before 1.12 the level is of no matter."""
        if self.release.annotations.attachments_check_level:
            return self.store.get(level, identifier)
        return self.store.find(identifier)

    def get(self, level: Level, identifier: str, name: str) -> Attachment:
        """One attachment; raises OrthancError (404) for an unknown name or resource, and where it has none of this."""
        number = self.number(name)
        with self.store.reading:
            attachment = self.resource(level, identifier).attached.get(number)
        if attachment is None:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
        return attachment

    def revision(self, attachment: Attachment) -> Revision:
        return Revision(attachment.revision, attachment.md5 if self.options.store_md5 else "")

    def data(self, level: Level, identifier: str, name: str) -> bytes:
        """The bytes of an attachment; raises as `get`, and OrthancError where the server can't check them."""
        attachment = self.get(level, identifier, name)
        self.options.check_readable(self.number(name))
        return attachment.data

    def put(self, identifier: str, name: str, data: bytes, if_match: str | None = None) -> Revision:
        """Attaches data to a resource, whatever its level; the revision that they have now.

        Raises OrthancError for what the server alone attaches (403), an unknown name or resource, a wrong revision.
        """
        number = self.writable_number(name)
        given = self.rules.given(if_match)
        with self.store.lock:
            try:
                resource = self.store.find(identifier)
            except OrthancError:
                return self.put_to_unknown(data)
            present = resource.attached.get(number)
            self.rules.check_change(given, self.revision(present) if present else None)
            written = self.rules.next_number(present.revision if present else None)
            new = Attachment(data, is_compressed=self.store.compresses, revision=self.rules.kept(written))
            self.replace(resource, {**resource.attachments, number: new}, number)
        return Revision.of(written, data)

    def put_to_unknown(self, data: bytes) -> Revision:
        """Before 1.12 the server answers as if it had attached the data, or that this is forbidden."""
        if self.release.annotations.attaching_to_unknown == "forbidden":
            raise StatusOnlyError(ErrorCode.FORBIDDEN, "there is no such resource")
        if self.release.annotations.attaching_to_unknown == "unknown":
            raise OrthancError(ErrorCode.INEXISTENT_ITEM)
        return Revision.of(0, data)

    def writable_number(self, name: str, *, deletes: bool = False) -> int:
        """The number of an attachment that users may write, or delete, as the JSON of former releases."""
        number = self.number(name)
        if number not in USER_NUMBERS and not (deletes and number == DICOM_AS_JSON):
            raise forbidden(name)
        return number

    def delete(self, identifier: str, name: str, if_match: str | None = None) -> None:
        """Removes an attachment of a resource, whatever its level; raises as `put`, and OrthancError for none."""
        number = self.writable_number(name, deletes=True)
        given = self.rules.given(if_match)
        self.rules.check_named(given)
        with self.store.lock:
            resource = self.store.find(identifier)
            present = resource.attached.get(number)
            if present is None and self.release.annotations.missing_deletions_are_errors:
                raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
            self.rules.check_change(given, self.revision(present) if present else None)
            left = {key: attachment for key, attachment in resource.attachments.items() if key != number}
            self.replace(resource, left, number)

    def convert(self, level: Level, identifier: str, name: str, *, compressed: bool) -> None:
        """Compresses an attachment in the storage, or takes its compression back; raises as `get`."""
        number = self.number(name)
        with self.store.lock:
            present = self.get(level, identifier, name)
            if present.is_compressed is compressed:
                return
            self.options.check_readable(number)
            self.store.traffic.read_attachment(number, present)
            revision = self.rules.kept(present.revision + 1)
            converted = replace(present.converted(compressed=compressed), revision=revision)
            resource = self.resource(level, identifier)
            self.replace(resource, {**resource.attachments, number: converted}, number)

    def verify(self, level: Level, identifier: str, name: str) -> None:
        """Checks the MD5 hash of an attachment, which is right; raises OrthancError (400) where there is none."""
        number = self.number(name)
        with self.store.reading:
            attached = self.resource(level, identifier).attached
        if number not in attached or not self.options.store_md5:
            raise StatusOnlyError(ErrorCode.BAD_REQUEST, "there is no MD5 hash to compare with")
        self.options.check_readable(number)
        self.store.traffic.read_past_cache(attached[number])

    def replace(self, resource: Resource, attachments: Mapping[int, Attachment], number: int) -> None:
        self.store.set_attachments(resource, attachments, number)
