"""One run of a cascade, instance by instance: what became of each so far.

Measured on Orthanc 1.9.1 to 1.13.0, also while jobs are paused and canceled.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from contextlib import suppress

from ..diagnostics import Diagnostic
from ..errors import ErrorCode, OrthancError
from ..jobs.job import Job, Run, Told
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from ..store.store import NewInstance, Store
from .cascade import Cascade
from .left_behind import LeftBehind
from .outcome import Outcome
from .receiving import not_stored

#: The status of what the server does and the emulator can't: it says what, whatever the release tells of errors.
EMULATOR_ONLY = 501

#: The metadata that tell from what a copy was made.
FROM = frozenset({"AnonymizedFrom", "ModifiedFrom"})


class CascadeRun(Run):
    """One run of a cascade: what became of each instance so far.

    A step raises OrthancError: Bad request for what the level forbids, Bad file format for a value that its VR does not
    take, Cannot store an instance where a copy meets a stored instance and may not overwrite it. The copies that were
    made before stay.
    """

    def __init__(self, cascade: Cascade, store: Store, job: Job) -> None:
        self.cascade = cascade
        self.store = store
        self.job = job
        self.release = cascade.release
        self.stored: list[Resource] = []
        self.copied: list[str] = []
        self.told: list[Diagnostic] = []
        self.kept: dict[str, None] = {}  # the instances that copies met and may not overwrite
        self.left_behind = LeftBehind()
        self.failures = 0
        self.missing = 0  # instances that went before their turn came
        self.position = 0  # of the next instance
        self.size = len(cascade.instances)

    def twin(self) -> CascadeRun:
        other = copy.copy(self)
        other.stored, other.copied, other.kept = [*self.stored], [*self.copied], {**self.kept}
        other.told, other.left_behind = [*self.told], self.left_behind.twin()
        return other

    def step(self, store: Store, job: Job) -> bool:
        """Copies the next instance; after the last one deletes the sources, if so asked."""
        self.store, self.job = store, job
        if self.position == self.cascade.steps:
            self.finish()
            return False
        if self.position < len(self.cascade.instances):
            self.go_over(self.cascade.instances[self.position])
        self.position += 1
        job.progress = self.cascade.progress(self.position)
        return True

    def pause(self, store: Store, job: Job) -> bool:
        """From 1.12 on a pause holds up the progress alone: the copies that remain are made meanwhile."""
        if not self.release.modification.copies_in_background:
            return self.step(store, job)
        progress = job.progress
        with suppress(OrthancError):  # it is told when the job goes on, and comes to the same instance
            while self.position < len(self.cascade.instances):
                self.step(store, job)
        job.progress = progress
        return True

    def cancel(self, store: Store, job: Job) -> bool:
        """From 1.12 on the copy that is made last is not counted in the progress."""
        if not self.release.modification.copies_in_background:
            return self.step(store, job)
        progress = job.progress
        if self.position < len(self.cascade.instances):
            self.step(store, job)
        job.progress = progress
        return True

    def go_over(self, identifier: str) -> None:
        """Copies one instance; in a permissive job one that fails is passed over."""
        source = self.store.levels[Level.INSTANCE].get(identifier)
        try:
            if source is None:
                self.missing += 1
                raise OrthancError(
                    ErrorCode.UNKNOWN_RESOURCE
                    if self.release.modification.missing_sources_are_unknown
                    else ErrorCode.INTERNAL_ERROR
                )
            self.left_behind.note(source)
            new, diagnostics = self.cascade.copy(source)
        except OrthancError as error:
            refused = error.code is ErrorCode.CANNOT_STORE_INSTANCE
            counts = self.release.modification.counts_refused_copies or not refused
            self.failures += self.cascade.options.permissive and counts
            self.tell()
            if self.cascade.options.permissive:
                return
            raise self.job_error(error) from None
        self.told += diagnostics
        self.job.diagnostics = self.told
        self.copied.append(identifier)
        before = len(self.stored)
        sources = {level: source.ancestor(level).id for level in LEVELS}
        self.store_copy(identifier, new)
        knows_source = not FROM.isdisjoint(new.metadata[Level.INSTANCE])
        if knows_source and len(self.stored) > before and self.stored[-1].id not in self.kept:
            self.note_origin(self.stored[-1], sources)
        if len(self.stored) > before:
            self.left_behind.copied(sources, self.stored[-1])
            if self.cascade.request.keep_labels:
                self.copy_labels(source, self.stored[-1])
        self.tell()

    def note_origin(self, made: Resource, sources: Mapping[Level, str]) -> None:
        """Notes from what a copy was made, at each level where that is another resource, which may be an old one."""
        name = "ModifiedFrom" if self.cascade.modifier.anonymization is None else "AnonymizedFrom"
        others = {level: identifier for level, identifier in sources.items() if made.ancestor(level).id != identifier}
        self.store.set_origin(made, name, others)

    def copy_labels(self, source: Resource, made: Resource) -> None:
        """Gives what is above a copy the labels of what is above its source, and a copy in its place its own, too."""
        for level in LEVELS if made.id == source.id else LEVELS[:-1]:
            labels = source.ancestor(level).labels
            if labels:
                above = self.store.get(level, made.ancestor(level).id)
                self.store.set_labels(above, above.labels | labels)

    def tell(self) -> None:
        """Tells in the job how far it is; a release may count no failures but sources that are missing."""
        counts = self.release.modification.counts_failed_instances
        failed, stored, count = self.failures if counts else self.missing, self.stored, len(self.stored)
        self.job.content = Told(lambda: self.cascade.content(stored[:count], failed=failed))

    def store_copy(self, source: str, new: NewInstance) -> None:
        """Stores a copy; where an instance may not be overwritten, a release keeps it and goes on, or fails.

        A permissive job of one that fails goes on without it, and it does not count as failed.
        """
        try:
            stored = self.store.add(new, overwrite=self.cascade.overwrite)
        except OrthancError as error:
            if error.code is ErrorCode.FULL_STORAGE and self.release.store.full_storage_is_failure:
                error = not_stored(source)
            raise self.job_error(error) from None
        if stored.already_stored:
            self.kept[stored.instance.id] = None
            if not self.release.modification.passes_over_stored_copies:
                if self.cascade.options.permissive:
                    return
                raise self.job_error(not_stored(source))
        elif self.release.modification.reconstructs_after_modification:
            self.store.replace_main_tags(stored.instance, new)
        self.stored.append(stored.instance)

    def finish(self) -> None:
        """Deletes the sources, if so asked: also those that failed."""
        if not self.cascade.source.keep:
            for identifier in self.cascade.instances:
                source = self.store.levels[Level.INSTANCE].get(identifier)
                if source is not None:
                    self.store.delete(source)
        if self.release.modification.reconstructs_after_modification:
            for copy in {copy.ancestor(Level.SERIES).id: copy for copy in reversed(self.stored)}.values():
                self.store.traffic.parse(copy)
                if self.release.store.counts_readings:
                    self.store.count_reading(copy)
        told = self.job.diagnostics
        keeps_labels = self.cascade.request.keep_labels
        left = self.left_behind.warnings(self.store, self.release, keeps_labels=keeps_labels)
        self.job.diagnostics = (*self.cascade.warnings, *told, *self.outcome().warnings(), *left)

    def outcome(self) -> Outcome:
        """What became of the sources and their copies."""
        made = [instance.id for instance in self.stored if instance.id not in self.kept]
        return Outcome(
            self.cascade.what,
            self.cascade.request,
            is_anonymization=self.cascade.modifier.anonymization is not None,
            keep_source=self.cascade.source.keep,
            names_keep_source=self.cascade.source.is_named,
            sources=self.cascade.instances,
            copied=self.copied,
            stored=made,
            kept=[*self.kept],
            lost=[identifier for identifier in made if identifier not in self.store.levels[Level.INSTANCE]],
        )

    def job_error(self, error: OrthancError) -> OrthancError:
        if not self.release.modification.hides_job_details or error.http_status == EMULATOR_ONLY:
            return error
        return OrthancError(error.code, http_status=error.http_status)
