"""The rooms of what users add to resources, together, as a server's configuration has them."""

from __future__ import annotations

from typing import NamedTuple

from ..store.store import Store
from .attachments import AttachmentRoom
from .labels import LabelRoom
from .metadata import MetadataRoom
from .options import AnnotationOptions
from .revisions import RevisionRules
from .rules import AnnotationRelease


class Annotations(NamedTuple):
    """Metadata, attachments and labels of what a store holds."""

    store: Store
    release: AnnotationRelease
    options: AnnotationOptions

    @property
    def metadata(self) -> MetadataRoom:
        return MetadataRoom(self.store, self.release, self.rules)

    @property
    def attachments(self) -> AttachmentRoom:
        return AttachmentRoom(self.store, self.release, self.rules, self.options)

    @property
    def labels(self) -> LabelRoom:
        return LabelRoom(self.store, self.release)

    @property
    def rules(self) -> RevisionRules:
        return RevisionRules(self.release, self.options.check_revisions)
