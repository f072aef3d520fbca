"""An archive as a job: which resources it is of, what the job tells of it, where it is kept.

Measured on Orthanc 1.9.1 to 1.13.0: see fixtures/measurements/archives.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..jobs.job import Job, Output, Run, percent
from ..jobs.options import JobOptions
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from ..store.store import Store
from .archive import Archive, ArchiveWriter, Archivist
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
    if not archivist.release.archives.checks_archived_level:
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
        alone = (
            request.stands_alone and resources[0].level is Level.SERIES and release.archives.posted_series_stand_alone
        )
        self.request = replace(request, stands_alone=alone)
        self.archivist = archivist
        self.filename = filename if request.filename is None else request.filename
        selection = Selection()
        for resource in resources:
            selection.add(resource)
        contents = [*selection.series(release)]
        self.members = [(series, member) for series, members in contents for member in members]
        self.sizes = [len(member.instance.file) for _, member in self.members]
        self.uncompressed = sum(self.sizes)
        self.commands = self.medium_commands() if request.media else self.folder_commands()
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
        uncompressed = self.uncompressed
        content: dict[str, Any] = {
            "ArchiveSizeMB": size >> 20,
            "Description": "REST API",
            "InstancesCount": len(self.sizes),
            "UncompressedSizeMB": uncompressed >> 20,
        }
        if release.archives.shows_archive_sizes:
            content |= {"ArchiveSize": str(size), "UncompressedSize": str(uncompressed)}
        if self.request.transcode is not None:
            content["Transcode"] = self.request.transcode
            if release.archives.shows_lossy_quality:
                content["LossyQuality"] = self.request.lossy_quality
        if release.archives.has_utf8_archives:
            content["Utf8"] = self.request.utf8
        return content

    def begin(self, store: Store, job: Job) -> ArchiveRun:
        """Begins the archive; a job that is not waited for keeps it as its output."""
        run = ArchiveRun(self, store.clock())
        run.tell(job)
        return run

    def output_name(self) -> str | None:
        """The name of the output: before 1.12 none, or a fixed one."""
        if self.archivist.release.archives.names_archives:
            return self.filename
        return "archive.zip" if self.archivist.release.archives.names_job_archives else None

    def medium_commands(self) -> list[int]:
        """As `folder_commands`, of a medium, whose files are in one folder."""
        return [*range(1, len(self.sizes) + 1), len(self.sizes) + 2]

    def folder_commands(self) -> list[int]:
        """How many commands come before each file, and at last all: to open a folder is one, to close it another."""
        before = []
        count = 0
        opened: list[str] = []
        for series, _ in self.members:
            path = [series.ancestor(level).id for level in self.request.folder_levels]
            shared = len([*takewhile(lambda pair: pair[0] == pair[1], zip(opened, path, strict=False))])
            count += len(opened) - shared + len(path) - shared
            opened = path
            before.append(count)
            count += 1
        return [*before, count + len(opened)]


class ArchiveRun(Run):
    """One run of an archive: the files that it has so far. `now` is its date, in seconds since the epoch."""

    only_reads = True

    def __init__(self, work: ArchiveJob, now: float) -> None:
        self.work = work
        self.now = now
        self.position = 0
        self.size = len(work.members)
        self.added: list[tuple[Resource, Member]] = []
        self.writer = ArchiveWriter(work.archivist, work.request, now)

    def twin(self) -> ArchiveRun:
        """Another one that writes the same files: what is compressed halfway can't be copied."""
        other = ArchiveRun(self.work, self.now)
        other.position = self.position
        for series, member in self.added:
            other.add(series, member)
        return other

    def add(self, series: Resource, member: Member) -> None:
        self.writer.add(series, member)
        self.added.append((series, member))

    def step(self, store: Store, job: Job) -> bool:
        """Writes the next file, unless its instance is gone, and after the last one the end. Raises OrthancError."""
        try:
            if self.position == len(self.work.members):
                self.finish(job, self.writer.close())
                return False
            series, member = self.work.members[self.position]
            instance = store.levels[Level.INSTANCE].get(member.instance.id)
            if instance is not None and self.work.archivist.has_files:
                self.add(series, replace(member, instance=instance))
        except OrthancError as error:
            made = self.writer.broken_off(error)
            if error.http_status != 501:
                self.fail(job, made)
            raise
        self.position += 1
        self.tell(job)
        return True

    def tell(self, job: Job) -> None:
        """Tells in the job how far it is: a file counts in its size once the next one is written."""
        commands = self.work.commands
        job.progress = percent(commands[self.position], commands[-1]) if commands[-1] else 0
        size = self.writer.output.last_position if self.added else EMPTY_SIZE
        if self.work.request.asynchronous:
            job.content = self.work.content(size)

    def finish(self, job: Job, made: Archive) -> None:
        self.work.made = replace(made, filename=self.work.filename)
        job.content = self.work.content(len(made.data))
        if self.work.request.asynchronous:
            job.outputs = {ARCHIVE: Output(made.data, "application/zip", self.work.output_name())}

    def fail(self, job: Job, made: Archive) -> None:
        """What a failed job tells: a release that streams archives counts it as done, its last file as missing."""
        self.work.made = replace(made, filename=self.work.filename)
        if not self.work.archivist.release.archives.streams_archives:
            return
        job.progress = 100
        empty = EMPTY_SIZE if self.work.request.asynchronous else 0
        job.content = self.work.content(made.last_position if made.written else empty)
