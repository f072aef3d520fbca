"""The rooms of what users add to resources, together, as a server's configuration has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ..releases.release import Release
from ..store.numbered_names import user_content_types, user_metadata
from ..store.store import Store
from .attachments import AttachmentRoom
from .labels import LabelRoom
from .metadata import MetadataRoom
from .options import AnnotationOptions
from .revisions import RevisionRules


def with_user_names(release: Release, options: Mapping[str, Any]) -> Release:
    """The release as its configuration has it: with the names of UserMetadata and UserContentType.

    Raises OrthancError for what prevents the server's start.
    """
    metadata, content_types = user_metadata(options), user_content_types(options)
    if not metadata and not content_types:  # a copy of a release takes 60 µs, most of what an emulator costs
        return release
    numbers = {name: number for name, (number, _) in content_types.items()}
    return replace(
        release,
        metadata_names=release.metadata_names.with_users(metadata),
        attachment_names=release.attachment_names.with_users(numbers),
        content_types=MappingProxyType({number: mime for number, mime in content_types.values() if mime}),
    )


@dataclass(frozen=True)
class Annotations:
    """Metadata, attachments and labels of what a store holds."""

    store: Store
    release: Release
    options: AnnotationOptions

    @property
    def metadata(self) -> MetadataRoom:
        return MetadataRoom(self.store, self.release, self.rules)

    @property
    def attachments(self) -> AttachmentRoom:
        return AttachmentRoom(self.store, self.release, self.rules, self.options)

    @property
    def labels(self) -> LabelRoom:
        return LabelRoom(self.store)

    @property
    def rules(self) -> RevisionRules:
        return RevisionRules(self.release, self.options.check_revisions)
