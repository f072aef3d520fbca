"""An archive as a job: which resources it is of, what the job tells of it, where it is kept.

Measured on Orthanc 1.9.1 to 1.13.0: see fixtures/measurements/archives.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..jobs.job import Job, Output
from ..jobs.options import JobOptions
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from ..store.store import Store
from .archive import Archive, Archivist
from .request import ArchiveRequest
from .selection import Member, Selection

#: The name of a job's output.
ARCHIVE = "archive"

#: The size of a ZIP without members, but with Orthanc's comment.
EMPTY_SIZE = 40


def resource_to_archive(store: Store, level: Level, identifier: str, archivist: Archivist) -> Resource:
    """The resource of `/{level}/{id}/archive`.

    Raises OrthancError where there is none: releases before 1.12 take the identifier of any level.
    """
    if not archivist.release.checks_archived_level:
        return any_resource(store, identifier)
    resource = store.levels[level].get(identifier)
    if resource is None:
        details = f"Missing resource while creating an archive: {identifier}"
        raise OrthancError(ErrorCode.INEXISTENT_ITEM, details)
    return resource


def any_resource(store: Store, identifier: str) -> Resource:
    """A resource of any level; raises OrthancError (Unknown resource)."""
    for level in LEVELS:
        resource = store.levels[level].get(identifier)
        if resource is not None:
            return resource
    raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)


class ArchiveJob:
    """The archive of these resources as they are now; an instance that is deleted before it runs is left out.

    `filename` is what the answer is called where the request does not say it.
    """

    def __init__(
        self, resources: Sequence[Resource], request: ArchiveRequest, archivist: Archivist, filename: str
    ) -> None:
        release = archivist.release
        alone = request.stands_alone and resources[0].level is Level.SERIES and release.posted_series_stand_alone
        self.request = replace(request, stands_alone=alone)
        self.archivist = archivist
        self.filename = filename if request.filename is None else request.filename
        selection = Selection()
        for resource in resources:
            selection.add(resource)
        self.contents = [*selection.series(release)]
        self.sizes = [len(member.instance.file) for _, members in self.contents for member in members]
        self.made: Archive | None = None

    @property
    def kind(self) -> str:
        return "Media" if self.request.media else "Archive"

    @property
    def options(self) -> JobOptions:
        """How it is done: an archive's UserData is shown by no release."""
        return JobOptions(asynchronous=self.request.asynchronous, priority=self.request.priority)

    def content(self, size: int = 0) -> dict[str, Any]:
        """What the job tells of itself; `size` is that of the archive in bytes."""
        release = self.archivist.release
        uncompressed = sum(self.sizes)
        content: dict[str, Any] = {
            "ArchiveSizeMB": size >> 20,
            "Description": "REST API",
            "InstancesCount": len(self.sizes),
            "UncompressedSizeMB": uncompressed >> 20,
        }
        if release.shows_archive_sizes:
            content |= {"ArchiveSize": str(size), "UncompressedSize": str(uncompressed)}
        if self.request.transcode is not None:
            content["Transcode"] = self.request.transcode
            if release.shows_lossy_quality:
                content["LossyQuality"] = self.request.lossy_quality
        if release.has_utf8_archives:
            content["Utf8"] = self.request.utf8
        return content

    def run(self, store: Store, job: Job) -> None:
        """Makes the archive; a job that is not waited for keeps it as its output. Raises OrthancError."""
        made = self.archivist.write([*self.remaining(store)], self.request, store.clock())
        self.made = replace(made, filename=self.filename)
        if made.error is not None:
            self.fail(job, made)
            raise made.error
        job.content = self.content(len(made.data))
        if self.request.asynchronous:
            job.outputs = {ARCHIVE: Output(made.data, "application/zip", self.output_name())}

    def remaining(self, store: Store) -> Iterator[tuple[Resource, list[Member]]]:
        """What of the contents is in this store."""
        instances = store.levels[Level.INSTANCE]
        for series, members in self.contents:
            there = [
                replace(member, instance=instance)
                for member in members
                if (instance := instances.get(member.instance.id)) is not None
            ]
            if there:
                yield series, there

    def fail(self, job: Job, made: Archive) -> None:
        """What a failed job tells: a release that streams archives counts it as done, its last file as missing."""
        if not self.archivist.release.streams_archives:
            job.progress = 100 * (made.written + 1) // (len(self.sizes) + 2)
            return
        job.progress = 100
        empty = EMPTY_SIZE if self.request.asynchronous else 0
        job.content = self.content(made.last_position if made.written else empty)

    def output_name(self) -> str | None:
        """The name of the output: before 1.12 none, or a fixed one."""
        if self.archivist.release.names_archives:
            return self.filename
        return "archive.zip" if self.archivist.release.names_job_archives else None
