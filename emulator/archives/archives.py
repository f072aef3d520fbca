"""The archives of one server: each is made by a job, at once or when the job runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ..dicom.reader import DicomFile
from ..dictionary import Dictionary
from ..jobs.jobs import Jobs
from ..store.level import Level
from ..store.resource import Resource
from ..store.store import Store
from .archive import Archive, Archivist
from .job import ArchiveJob, any_resource, resource_to_archive
from .request import ArchiveRequest, checked_syntax
from .rules import ArchiveRelease


class ArchiveOptions(Protocol):
    """What archives ask of a configuration."""

    @property
    def streams_archives(self) -> bool:
        """Whether they are sent while they are made; raises OrthancError for an option that is no Boolean."""


@dataclass(frozen=True)
class Archives:
    """Makes the archives of what a server stores; `read_file` gives the parsed file of an instance."""

    store: Store
    dictionary: Dictionary
    release: ArchiveRelease
    jobs: Jobs
    read_file: Callable[[Resource], DicomFile]
    options: ArchiveOptions
    has_files: bool = True  # which the server can read

    def archive(self, level: Level, identifier: str, *, media: bool, extended: bool, transcode: str | None) -> bytes:
        """The ZIP of one resource (`GET /{level}/{id}/archive` or `/media`); raises OrthancError."""
        syntax = checked_syntax(transcode, self.release)
        made = self.of_resource(level, identifier, ArchiveRequest(media=media, extended=extended, transcode=syntax))
        assert isinstance(made, Archive)  # for it is not asynchronous
        return made.data

    def of_resource(self, level: Level, identifier: str, request: ArchiveRequest) -> Archive | dict[str, Any]:
        """The archive of one resource or, if it is asynchronous, the job that makes it."""
        with self.store.lock:
            resource = resource_to_archive(self.store, level, identifier, self.archivist)
            if self.release.archives.names_patients_by_study and resource.level is not Level.PATIENT:
                request = replace(request, by_study=True)
            return self.made(ArchiveJob([resource], request, self.archivist, f"{identifier}.zip"))

    def of_resources(self, identifiers: Sequence[str], request: ArchiveRequest) -> Archive | dict[str, Any]:
        """The archive of resources of any level (`POST /tools/create-archive`, ...), or its job."""
        with self.store.lock:
            resources = [any_resource(self.store, identifier) for identifier in identifiers]
            return self.made(ArchiveJob(resources, request, self.archivist, "Archive.zip"))

    def made(self, work: ArchiveJob) -> Archive | dict[str, Any]:
        """Does the job of an archive; a release that streams it does not look at what became of the job."""
        streams = self.release.archives.streams_archives and (
            work.request.asynchronous or self.options.streams_archives
        )
        job = self.jobs.add(
            work.kind,
            work.begin,
            work.content(),
            work.options,
            no_resubmission="Cannot resubmit the creation of an archive",
        )
        if work.request.asynchronous:
            return job.reference()
        if work.made is None or not streams:
            self.jobs.outcome(job)
        assert work.made is not None  # else the job has failed
        return work.made

    @property
    def archivist(self) -> Archivist:
        return Archivist(self.dictionary, self.release, self.read_file, self.store.traffic, self.has_files)
