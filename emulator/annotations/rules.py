"""What differs between releases in this room, as data: metadata, attachments and labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ..ruling import Rules
from ..store.numbered_names import ATTACHMENT_NUMBERS, NumberedNames
from ..store.rules import StoreRelease

ATTACHMENT_NAMES = NumberedNames(ATTACHMENT_NUMBERS)

#: What becomes of an attachment to a resource that does not exist: 403, 200 although nothing is stored, 404.
AttachingToUnknown = Literal["forbidden", "ignored", "unknown"]


@dataclass(init=False, eq=False, repr=False)
class AnnotationRules(Rules):
    """Metadata, attachments and labels that users add, and their revisions."""

    # Revisions

    has_revisions: bool = False
    """ETag, If-Match and If-None-Match of metadata and attachments; CheckRevisions [1.10.1 on]."""
    counts_revisions: bool = False
    """A revision that was written is read again, else 0 is [1.13.0 on]."""
    revisions_may_have_blanks: bool = False
    """ "0 -..." is the revision 0 [1.13.0 on]."""

    # Attachments

    attachment_names: NumberedNames = ATTACHMENT_NAMES
    """The names of attachments, with those of the server's UserContentType."""
    content_types: Mapping[int, str] = field(default_factory=dict)
    """The MIME types of UserContentType by number."""
    attachments_check_level: bool = False
    """/{level}/{id}/attachments/... of an id of another level: 404 [1.12.7 on]."""
    attaching_to_unknown: AttachingToUnknown = "forbidden"
    """What becomes of a PUT of an attachment to an id that does not exist [changed in 1.10.1 and 1.12.7]."""
    missing_deletions_are_errors: bool = False
    """DELETE of a metadata or attachment that is not there: 404, else 200 [1.10.1 on]."""
    checks_md5_on_reading: bool = False
    """Without StoreMD5ForAttachments no file can be read [1.13.0 on]."""


class AnnotationRelease(StoreRelease, Protocol):
    """What annotations ask of a release."""

    @property
    def annotations(self) -> AnnotationRules: ...
