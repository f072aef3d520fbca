"""The requests that modify what is stored: each is read, checked against the contract, and carried out as a job.

The caller turns an unknown name into the contract's 400.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..diagnostics import Diagnostic
from ..dicom.reader import DicomFile
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..jobs.jobs import Jobs
from ..jobs.options import parse_job_options, strings
from ..members import ignored_members
from ..store.level import Level
from ..store.readable import readable_instance
from ..store.resource import Resource
from ..store.store import Store
from .anonymization import PATIENT_NAME, Anonymization, parse_anonymization
from .bulk import Sources, bulk_level, bulk_sources, delete_all
from .cascade import Cascade
from .cascade_checks import CascadeChecks, SourceOptions, parse_source_options
from .cascade_run import CascadeRun
from .members import members, members_read
from .modifier import Modifier
from .receiving import Receive, as_it_is
from .request import ModificationRequest, parse_modification
from .restructuring import Parts, Restructuring, parse_merge, parse_split
from .rules import ModificationRelease
from .tag_path import TagPath
from .transcoding import lossy_quality, parse_transcode
from .unknown_tags import Stored, check_tags, stored_in
from .warnings import body_warnings


@dataclass(frozen=True)
class Modifications:
    """Modifies what one server stores. A body is what a request's JSON was parsed to; OrthancErrors are as measured.

    `rejects_unknown_tags` is the default mode; `tell` keeps the diagnostics of a request, `read_file` gives the parsed
    file of an instance, `parse_file` counts that the server needed it, too.
    """

    store: Store
    dictionary: Dictionary
    release: ModificationRelease
    jobs: Jobs
    read_file: Callable[[Resource], DicomFile]
    parse_file: Callable[[Resource], DicomFile]
    tell: Callable[[Iterable[Diagnostic]], None]
    overwrites: bool
    default_private_creator: str
    rejects_unknown_tags: bool
    receive: Receive = as_it_is
    receive_transcoded: Receive = as_it_is  # what a request names a transfer syntax for

    def modify(self, level: Level, identifier: str, body: Any) -> Any:
        """`POST /{level}/{id}/modify`: the file of an instance, else the job's result."""
        return self.modified(level, identifier, body, parse_modification(body, self.dictionary, self.release))

    def anonymize(self, level: Level, identifier: str, body: Any) -> Any:
        """`POST /{level}/{id}/anonymize`: the file of an instance, else the job's result."""
        anonymization = self.anonymization(body)
        return self.modified(level, identifier, body, anonymization.request, anonymization)

    def bulk_modify(self, body: Any) -> Any:
        """`POST /tools/bulk-modify`: the job's result."""
        with self.store.lock:
            request = parse_modification(body, self.dictionary, self.release)
            return self.modified(bulk_level(body, self.release), None, body, request)

    def bulk_anonymize(self, body: Any) -> Any:
        """`POST /tools/bulk-anonymize`: the job's result."""
        with self.store.lock:
            anonymization = self.anonymization(body)
            return self.modified(Level.STUDY, None, body, anonymization.request, anonymization)

    def bulk_delete(self, body: Any) -> None:
        """`POST /tools/bulk-delete`."""
        delete_all(body, self.store, self.release)

    def split(self, study: str, body: Any) -> dict[str, Any]:
        """`POST /studies/{id}/split`: the job's result."""
        return self.restructured(parse_split, study, body)

    def merge(self, study: str, body: Any) -> dict[str, Any]:
        """`POST /studies/{id}/merge`: the job's result."""
        return self.restructured(parse_merge, study, body)

    def anonymization(self, body: Any) -> Anonymization:
        with self.store.lock:
            name = f"Anonymized{self.store.anonymizations + 1}"
            parsed = parse_anonymization(body, name, self.dictionary, self.release)
            if parsed.request.replace.get(TagPath((), PATIENT_NAME)) is name:  # none else takes a number
                self.store.next_anonymization()
        return parsed

    def modified(
        self,
        level: Level,
        identifier: str | None,
        body: Mapping[str, Any],
        request: ModificationRequest,
        anonymization: Anonymization | None = None,
    ) -> Any:
        """Applies a request, whose body is already parsed, to a resource, or for None to those that the body names."""
        private_creator = request.private_creator
        if private_creator is None:
            private_creator = self.default_private_creator
        if self.rejects_unknown_tags:
            check_tags(request, self.dictionary, private_creator, lambda tag: self.stored(level, identifier, tag))
        if identifier is None:
            strings(body, "Resources")
        is_file = level is Level.INSTANCE and identifier is not None
        source = SourceOptions(True) if is_file else parse_source_options(body)
        body_level = level if identifier is not None else Level.STUDY
        transcode = parse_transcode(body, body_level, self.release, is_anonymization=anonymization is not None)
        if is_file:
            lossy_quality(body, self.release)  # read, and heeded by what the emulator does not write
        if transcode is not None:
            request = request._replace(transcode=transcode)
        ruling_level = level if anonymization is None else Level.PATIENT
        modifier = Modifier(
            request,
            ruling_level,
            self.dictionary,
            self.release,
            private_creator,
            anonymization,
            names_level=identifier is None and anonymization is None and "Level" in body,
        )
        if level is Level.INSTANCE and identifier is not None:
            instance = readable_instance(self.store, identifier, self.release)
            file, diagnostics = modifier.modify(self.read_file(instance))
            self.note_source(instance, request.transcode, len(file))
            self.tell([*self.warnings(body, modifier, is_bulk=False), *diagnostics])
            return file
        with self.store.lock:  # from the look-up on: nobody deletes the resource meanwhile
            if identifier is None:
                return self.cascade(bulk_sources(body, self.store, self.release), modifier, body, source)
            return self.cascade(self.source(identifier), modifier, body, source, level)

    def warnings(self, body: Mapping[str, Any], modifier: Modifier, *, is_bulk: bool) -> Iterator[Diagnostic]:
        """What an app would regret of a body: members that are not read, and names that mean other tags."""
        is_anonymization = modifier.anonymization is not None
        known = members_read(self.release, is_anonymization=is_anonymization, is_bulk=is_bulk)
        yield from ignored_members(body, known, members(is_anonymization, is_bulk), self.release.version)
        yield from body_warnings(body, self.dictionary, self.release)

    def stored(self, level: Level, identifier: str | None, tag: int) -> Stored | None:
        """What the first file of a resource has at a tag, None where there is none."""
        resource = None if identifier is None else self.store.levels[level].get(identifier)
        if resource is None:
            return None
        instance = min(resource.descendants(Level.INSTANCE), key=lambda one: one.number)
        return stored_in(self.read_file(instance).dataset, tag)

    def note_source(self, instance: Resource, transfer_syntax: str | None, size: int) -> None:
        """Counts that an instance was needed, in this transfer syntax if that is in a cache."""
        if transfer_syntax is not None and self.release.store.traffic.caches_transcoded:
            self.store.traffic.transcode(instance, transfer_syntax, size)
        else:
            self.store.traffic.parse(instance)

    def source(self, identifier: str) -> Sources:
        """The resource that a cascade starts from, of whatever level; raises OrthancError where there is none."""
        try:
            return Sources((self.store.find(identifier),))
        except OrthancError:
            if self.release.modification.unknown_cascades_are_out_of_range:
                raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE) from None
            raise

    def cascade(
        self,
        sources: Sources,
        modifier: Modifier,
        body: Mapping[str, Any],
        source: SourceOptions,
        level: Level | None = None,
    ) -> dict[str, Any]:
        """Makes a job of a modification of resources; the caller holds the store's lock.

        `level` is that of the request's path, None in a request for many.
        """
        checks = CascadeChecks(modifier.request, modifier.level, source, self.release, self.overwrites)
        checks.check(sources.named, self.store)
        options = parse_job_options(body, self.release)
        wins = modifier.request.transcode is not None and self.release.modification.transcode_wins_over_ingest
        cascade = Cascade(
            sources.resources,
            modifier,
            options,
            source,
            dictionary=self.dictionary,
            release=self.release,
            read_file=self.parse_file,
            overwrite=self.overwrites,
            level=level,
            missing=sources.missing,
            warnings=[*self.warnings(body, modifier, is_bulk=level is None)],
            receive=self.receive_transcoded if wins else self.receive,
        )
        return self.jobs.submit(cascade.kind, partial(CascadeRun, cascade), cascade.content(), options, forgets=True)

    def restructured(
        self, parse: Callable[[Any, str, Store, Parts], Restructuring], study: str, body: Any
    ) -> dict[str, Any]:
        parts = Parts(self.dictionary, self.release, self.parse_file, self.overwrites, self.receive)
        with self.store.lock:
            work = parse(body, study, self.store, parts)
            return self.jobs.submit(work.kind, work.begin, work.content(), work.options)
