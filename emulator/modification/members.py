"""The members that the bodies of modifications have."""

from __future__ import annotations

from functools import lru_cache

from ..jobs.options import MEMBERS as MEMBERS_OF_JOBS
from .rules import ModificationRelease

COMMON = MEMBERS_OF_JOBS | {
    "Force",
    "Keep",
    "KeepSource",
    "PrivateCreator",
    "Remove",
    "Replace",
    "Transcode",
}
OF_MODIFICATIONS = frozenset({"RemovePrivateTags"})
OF_ANONYMIZATIONS = frozenset({"DicomVersion", "KeepPrivateTags"})
OF_BULK = frozenset({"Level", "Resources"})


def members_read(release: ModificationRelease, *, is_anonymization: bool, is_bulk: bool) -> frozenset[str]:
    """The members that a release reads; what only a cascade heeds counts for an instance, too."""
    rules = release.modification
    return members(
        is_anonymization, is_bulk, keeps_labels=rules.has_keep_labels, reads_quality=rules.reads_lossy_quality
    )


@lru_cache(maxsize=32)
def members(
    is_anonymization: bool, is_bulk: bool, *, keeps_labels: bool = True, reads_quality: bool = True
) -> frozenset[str]:
    """The same by what differs; without the rest, those that some release reads."""
    found = COMMON | (OF_ANONYMIZATIONS if is_anonymization else OF_MODIFICATIONS)
    if is_bulk:
        found |= OF_BULK
    if keeps_labels:
        found |= {"KeepLabels"}
    if reads_quality:
        found |= {"LossyQuality"}
    return found
