"""What became of the resources of a cascade, and what an app would regret of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..diagnostics import Diagnostic
from .request import IDENTIFIER_TAGS, ModificationRequest

IN_PLACE = (
    'to update in place give "Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"], "Force": true, with '
    '"OverwriteInstances": true in the configuration, and leave "KeepSource" out'
)


@dataclass(frozen=True)
class Outcome:
    """What a cascade did: identifiers of instances.

    - `what`: the resource that was modified, in words.
    - `sources`: those below the resource; `copied`: those of them that could be modified.
    - `stored`: the copies in the store; one that was stored several times is in it several times.
    - `kept`: instances that had the identifiers of a copy and may not be overwritten.
    - `lost`: copies that are not in the store any more at the end.
    - `names_keep_source`: whether the request says what becomes of the source.
    """

    what: str
    request: ModificationRequest
    is_anonymization: bool
    keep_source: bool
    names_keep_source: bool
    sources: Sequence[str]
    copied: Sequence[str]
    stored: Sequence[str]
    kept: Sequence[str]
    lost: Sequence[str]

    def warnings(self) -> Iterator[Diagnostic]:
        """What an app would regret of it."""
        what = self.what
        if self.lost:
            lost = len(set(self.lost))
            yield Diagnostic(
                "copies-deleted",
                f"{lost} of {counted(len(self.sources), 'copy', 'copies')} of {what} had the identifiers of "
                + ("its source, and was deleted with it" if lost == 1 else "their sources, and were deleted with them"),
                IN_PLACE,
            )
        merged = len(self.stored) - len(set(self.stored))
        if merged:
            different = counted(len(set(self.stored)), "different identifier", "different identifiers")
            yield Diagnostic(
                "copies-merged",
                f"{len(self.stored)} copies of {what} had {different}: the last of each is stored",
                'leave "SOPInstanceUID" out of "Replace", and modify instances one by one',
            )
        if self.kept:
            yield Diagnostic(
                "copy-not-stored",
                f"1 copy of {what} has the identifiers of a stored instance, which stays as it is"
                if len(self.kept) == 1
                else f"{len(self.kept)} copies of {what} have the identifiers of stored instances, which stay as they "
                "are",
                'set "OverwriteInstances": true in the configuration, or let the copies have new identifiers',
            )
        failed = set(self.sources) - set(self.copied)
        if failed and not self.keep_source:
            yield Diagnostic(
                "failed-sources-deleted",
                f"{len(failed)} of {counted(len(self.sources), 'instance', 'instances')} of {what} could not be "
                "modified, and " + ("was deleted as if it" if len(failed) == 1 else "were deleted as if they") + " had "
                "been",
                'give "KeepSource": false without "Permissive": true, or look at FailedInstancesCount before deleting',
            )
        if self.looks_like_update():
            copies = counted(len(set(self.stored)), "copy was made", "copies were made")
            yield Diagnostic(
                "cascade-copied",
                f"{what} did not change: {copies} of the instances, with {self.what_is_new()}",
                f'{IN_PLACE}; to have the copies in the place of the source give "KeepSource": false; to have both '
                'give "KeepSource": true',
            )

    def what_is_new(self) -> str:
        """What the copies have that the sources have not."""
        if self.request.replace:
            return "the new values"
        removes = self.request.remove or self.request.remove_private_tags
        return (
            "new identifiers, and without what was to be removed" if removes else "new identifiers and nothing else new"
        )

    def looks_like_update(self) -> bool:
        """Whether copies were made by a request that names no identifier and says nothing of the source."""
        if self.is_anonymization or self.names_keep_source:
            return False
        if any(self.request.replaced(tag) for tag in IDENTIFIER_TAGS):
            return False
        return bool(set(self.stored) - set(self.sources))


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
