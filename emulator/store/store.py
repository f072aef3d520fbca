"""The store: the tree of resources in memory, and the only place where it changes."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from threading import get_ident
from typing import Any, NamedTuple, cast

from ..diagnostics import Diagnostic
from ..dicom.identifiers import orthanc_identifier
from ..dicom.reader import DicomFile
from ..errors import ErrorCode, OrthancError
from ..threads import WritersLock
from .attachment import Attachment
from .changes import Change, Changes
from .clock import Clock
from .contents import Contents
from .exports import Export, export_of
from .layers import Layers, LevelTable
from .level import LEVELS, Level
from .more import NO_LABELS, NO_MORE, NOTHING, More
from .numbered_names import DICOM, DICOM_UNTIL_PIXEL_DATA, USER_NUMBERS
from .record import record_of, tag_record
from .recycling import Demand, Limits, patients_to_recycle
from .resource import Resource
from .traffic import Traffic
from .traffic_rules import TrafficRules

#: The metadata that speak of main DICOM tags: those of a resource are of the file from which it has its tags.
MAIN_TAGS_METADATA = frozenset({"MainDicomTagsSignature", "MainDicomSequences"})

#: The metadata that are written again with these.
OF_READING = frozenset({"SopClassUid", "TransferSyntax"})

#: The attachments that hold the file of an instance, or a part of it.
OF_THE_FILE = frozenset({DICOM, DICOM_UNTIL_PIXEL_DATA})

#: The kinds of changes that each level has, once for all changes: a text each would be 64 bytes.
NEW = {level: f"New{level.value}" for level in LEVELS}
STABLE = {level: f"Stable{level.value}" for level in LEVELS[:-1]}

#: Why a store that is read only refuses what would change it (measured on 1.12.7 and 1.13.0).
READ_ONLY = "The DB is trying to execute a ReadWrite transaction while Orthanc has been started in ReadOnly mode."

#: Whether a test fills a store, in Python: it may be read only.
FILLING: ContextVar[bool] = ContextVar("FILLING", default=False)


@dataclass(frozen=True)
class NewInstance:
    """A file on its way into the store: its bytes, the main DICOM tags and the metadata that each level may take.

    The DICOM identifiers are among the main DICOM tags of their level. `repeated_tags_error` is the database's error
    for a tag that is both the study's own and its patient's, None where it takes such a tag; `warnings` are what an app
    would regret of the file, `parsed` is the file as it was read.
    """

    file: bytes
    main_tags: Mapping[Level, Mapping[int, str]]
    metadata: Mapping[Level, Mapping[str, str]]
    main_sequences: Mapping[Level, Mapping[int, list[dict[str, Any]]]] = field(default_factory=dict)
    repeated_tags_error: ErrorCode | None = None
    warnings: tuple[Diagnostic, ...] = ()
    parsed: DicomFile | None = None

    @cached_property
    def identifiers(self) -> dict[Level, str]:
        """The Orthanc identifier of the instance and of what is above it."""
        dicom_identifiers: list[str] = []
        result = {}
        for level in LEVELS:
            dicom_identifiers.append(self.main_tags[level].get(level.identifier_tag, ""))
            result[level] = orthanc_identifier(*dicom_identifiers)
        return result


class Stored(NamedTuple):
    """What became of a file: the instance and whether it was there before."""

    instance: Resource
    already_stored: bool


#: Who writes so many instances, or reads so many resources, lets others read meanwhile.
MANY = 200


def held(name: str) -> Any:
    """A property of a store: what the contents that a thread sees have of this name."""

    def get(store: Store) -> Any:
        return getattr(store.contents, name)

    def put(store: Store, value: Any) -> None:
        setattr(store.contents, name, value)

    return property(get, put)


def is_known(change: Change, levels: Mapping[Level, LevelTable]) -> bool:
    """Whether the resource of a change is among these."""
    resource = levels[change.level].get(change.id)
    return resource is not None and change.number >= resource.first_change


class Store:
    """Patients, studies, series and instances.

    Every method takes `lock`, and a caller that changes several things holds it meanwhile; one that only reads several
    things holds `reading`: no client ever sees half a change. A thread that holds `lock` may write `apart`: others see
    what was before, and at its end all of it. One that reads much is `pinned` to what is stored now. See
    docs/explanation/many-clients.md.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        stable_age: float = math.inf,
        names_wrong_levels: bool = False,
        limits: Limits | None = None,
        is_complete: Callable[[Resource], bool] = lambda series: False,
        compresses: bool = False,
        traffic: Traffic | None = None,
        deletions_are_updates: bool = False,
        is_read_only: bool = False,
    ) -> None:
        locks = WritersLock()
        self.lock: Any = locks  # or a TellingLock around it
        self.reading = locks.reading
        self.locks = locks
        self.views: dict[int, Contents] = locks.views
        self.kept = Contents()  # what all threads see but those with a view of their own
        self.clock = clock or Clock()
        self.stable_age = stable_age  # seconds
        self.names_wrong_levels = names_wrong_levels  # the error of `get` tells that an id is of another level
        self.deletions_are_updates = deletions_are_updates  # of what is above
        self.compresses = compresses  # what is stored from now on
        self.is_read_only = is_read_only  # what would change something is refused
        self.limits = limits or Limits()
        self.is_complete = is_complete  # whether a series has all instances that it announces
        self.traffic = traffic or Traffic(0, TrafficRules())
        #: Who is told of what happens, by kind, level and identifier; None for nobody.
        self.watch: Callable[[str, str, str], None] | None = None

    @property
    def contents(self) -> Contents:
        """What this thread sees."""
        views = self.views
        return views.get(get_ident(), self.kept) if views else self.kept

    layers: Layers = held("layers")
    changes: Changes = held("changes")
    exports: tuple[Export, ...] = held("exports")
    exported: int = held("exported")
    made: int = held("made")
    anonymizations: int = held("anonymizations")
    touches: int = held("touches")
    size: int = held("size")
    stored_size: int = held("stored_size")
    unstable: dict[tuple[Level, str], float] = held("unstable")

    @property
    def levels(self) -> Mapping[Level, LevelTable]:
        """The resources of each level by identifier."""
        return self.contents.layers.levels

    def fork(self) -> Store:
        """A store that holds the same; neither sees later changes of the other. Its cost does not grow with it."""
        with self.lock:
            other = Store(
                Clock(self.clock.source, self.clock.offset),
                stable_age=self.stable_age,
                names_wrong_levels=self.names_wrong_levels,
                limits=self.limits,
                is_complete=self.is_complete,
                compresses=self.compresses,
                traffic=self.traffic.fork(),
                deletions_are_updates=self.deletions_are_updates,
                is_read_only=self.is_read_only,
            )
            other.kept = self.contents.fork()
            return other

    def restore(self, other: Store) -> None:
        """Takes over what another store holds; its own lock stays: threads may wait for it."""
        with self.lock, other.lock:
            self.take(other.contents.fork())
            self.clock.offset = other.clock.offset

    def take(self, contents: Contents) -> None:
        """Holds these contents from now on; the caller holds the lock."""
        if self.is_apart():
            self.views[get_ident()] = contents
        else:
            self.kept = contents

    def restart(self, fresh: Store) -> None:
        """Goes on by the settings of a fresh store, as a server that is started again: all is stable.

        What is kept compressed, or not, stays so.
        """
        with self.lock:
            self.stable_age, self.is_complete = fresh.stable_age, fresh.is_complete
            self.names_wrong_levels, self.compresses = fresh.names_wrong_levels, fresh.compresses
            self.is_read_only = fresh.is_read_only
            self.limits, self.traffic = fresh.limits, fresh.traffic
            self.unstable = {}

    @contextmanager
    def filled(self) -> Iterator[None]:
        """A context in which a test fills a store that is read only."""
        token = FILLING.set(True)
        try:
            yield
        finally:
            FILLING.reset(token)

    def check_write(self) -> None:
        """Raises OrthancError in a store that is read only."""
        if self.is_read_only and not FILLING.get():
            raise OrthancError(ErrorCode.READ_ONLY, READ_ONLY)

    def next_anonymization(self) -> int:
        """The number of one more anonymized patient; raises OrthancError in a store that is read only."""
        self.check_write()
        self.anonymizations += 1
        return self.anonymizations

    # Many threads

    def is_apart(self) -> bool:
        """Whether this thread writes apart."""
        return self.locks.apart == get_ident()

    def go_apart(self) -> None:
        self.views[get_ident()] = self.kept.above()
        self.locks.apart = get_ident()
        self.held_readings = self.reading._release_save()  # what threading.Condition does while it waits

    def come_back(self) -> None:
        self.reading._acquire_restore(self.held_readings)
        self.locks.apart = 0
        contents = self.views.pop(get_ident())
        contents.layers = contents.layers.folded()
        self.kept = contents

    def apart(self, count: int = MANY) -> AbstractContextManager[Any]:
        """A context in which others see what was before: what is changed in it, they see at its end, all at once.

        The caller holds the lock, and goes on to hold it: nobody else writes. An error in it undoes nothing. For fewer
        resources than `MANY` others wait.
        """
        return self.locks if count < MANY or self.is_apart() else self.changed_apart()

    @contextmanager
    def changed_apart(self) -> Iterator[None]:
        self.go_apart()
        try:
            yield
        finally:
            self.come_back()

    def pinned(self, count: int = MANY) -> AbstractContextManager[Any]:
        """A context in which this thread sees what is stored now, whatever others write, and holds up nobody.

        It only reads. Who writes sees what it writes; for fewer resources than `MANY` others wait.
        """
        if count < MANY or get_ident() in self.views or self.locks.is_held():
            return cast(AbstractContextManager[Any], self.reading)
        return self.read_pinned()

    @contextmanager
    def read_pinned(self) -> Iterator[None]:
        me = get_ident()
        with self.reading:
            contents = self.kept
            shared = (contents.layers.own, *contents.layers.older)
            for layer in shared:
                layer.readers += 1
            self.kept, self.views[me] = contents.above(), contents
        held = self.locks.let_go()
        try:
            yield
        finally:
            self.locks.take_again(held)
            with self.reading:
                del self.views[me]
                for layer in shared:
                    layer.readers -= 1
                if not self.locks.apart:
                    self.kept.layers = self.kept.layers.folded()

    @contextmanager
    def unlocked(self) -> Iterator[None]:
        """A context in which other threads are let at the store, however often this one holds its lock.

        What talks to other servers waits in it: they may be clients of this one, and want to store something.
        """
        was_apart = self.is_apart()
        if was_apart:
            self.come_back()
        held = self.locks.let_go()
        try:
            yield
        finally:
            self.locks.take_again(held)
            if was_apart:
                self.go_apart()

    def get(self, level: Level, identifier: str) -> Resource:
        """The resource with this Orthanc identifier; raises OrthancError (Unknown resource, 404)."""
        with self.reading:
            resource = self.levels[level].get(identifier)
        if resource is None:
            raise self.unknown(identifier)
        return resource

    def unknown(self, identifier: str) -> OrthancError:
        """The error for an id that no resource of the level asked has."""
        elsewhere = self.names_wrong_levels and any(identifier in there for there in self.levels.values())
        return OrthancError(ErrorCode.UNKNOWN_RESOURCE, "Wrong resource level for this ID" if elsewhere else None)

    def find(self, identifier: str) -> Resource:
        """The resource of any level with this Orthanc identifier; raises OrthancError (Unknown resource, 404)."""
        with self.reading:
            for resources in self.levels.values():
                if identifier in resources:
                    return resources[identifier]
        raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)

    def resources(self, level: Level) -> list[Resource]:
        """All resources of a level in the order in which they were made."""
        with self.reading:
            return self.levels[level].in_order()

    def count(self, level: Level) -> int:
        return len(self.levels[level])

    def add(self, new: NewInstance, *, overwrite: bool, unless_equal: bool = False) -> Stored:
        """Stores a file; one that is there already stays as it is unless `overwrite`, which replaces it.

        With `unless_equal`, the same bytes are not stored again. Raises OrthancError (The file storage is full).
        """
        identifiers = new.identifiers
        self.check_write()
        with self.lock:
            existing = self.levels[Level.INSTANCE].get(identifiers[Level.INSTANCE])
            if existing is not None and (not overwrite or (unless_equal and existing.file == new.file)):
                self.traffic.wrote_in_vain(existing, len(new.file))
                self.watched("AlreadyStored", Level.INSTANCE, existing.id)
                return Stored(existing, already_stored=True)
            if existing is not None:
                self.delete(existing)
            self.make_room(len(new.file), identifiers[Level.PATIENT])
            return Stored(self.insert(new, identifiers), already_stored=False)

    def make_room(self, size: int, patient: str) -> None:
        """Recycles patients so that a file of so many bytes fits; raises OrthancError (The file storage is full)."""
        if not self.limits.patients and not self.limits.size:
            return
        demand = Demand(size, patient, patient not in self.levels[Level.PATIENT])
        for recycled in patients_to_recycle(self.limits, demand, self.resources(Level.PATIENT), self.size):
            self.delete(recycled)

    def protect(self, patient: Resource, protected: bool) -> None:
        """Keeps a patient from being recycled, or no more: then it is the last in line."""
        with self.lock:
            if patient.is_protected == protected:
                return
            patient = self.writable(patient)
            patient.is_protected = protected
            self.touch(patient)

    def touch(self, patient: Resource) -> None:
        contents = self.contents
        contents.touches += 1
        patient.touched = contents.touches

    def insert(self, new: NewInstance, identifiers: Mapping[Level, str]) -> Resource:
        self.check_main_tags(new, identifiers)
        now = self.clock()
        self.settle()
        contents = self.contents
        made: list[Resource] = []
        resource: Resource | None = None
        for level in LEVELS:
            parent, resource = resource, contents.layers.levels[level].get(identifiers[level])
            if resource is None:
                resource = self.make(level, identifiers[level], parent, new)
                made.append(resource)
            else:
                resource = contents.layers.writable(resource)
            resource.changed = now
        assert resource is not None
        resource.file = new.file
        resource.file_uuid = str(uuid.uuid4())
        if self.compresses:
            self.compress(resource)
        self.traffic.wrote(resource)
        contents.size += resource.size
        contents.stored_size += resource.stored_size
        self.touch(resource.ancestor(Level.PATIENT))
        self.watched("Stored", Level.INSTANCE, resource.id)
        self.note_new(resource, made, now)
        return resource

    def note_new(self, instance: Resource, made: list[Resource], now: float) -> None:
        """Notes in the log what an instance brought with it; what is above it is no longer stable."""
        changes, unstable = self.changes, self.unstable
        for level in reversed(LEVELS[:-1]):
            above = instance.ancestor(level)
            unstable.pop((level, above.id), None)
            unstable[level, above.id] = now
        for one in reversed(made):
            one.first_change = changes.add(NEW[one.level], one.level, one.id, now)
            self.watched(NEW[one.level], one.level, one.id)
        for level in reversed(LEVELS[:-1]):
            self.watched("NewChildInstance", level, instance.ancestor(level).id)
        series = instance.ancestor(Level.SERIES)
        if self.is_complete(series):
            changes.add("CompletedSeries", Level.SERIES, series.id, now)
            self.watched("CompletedSeries", Level.SERIES, series.id)
        self.sift_changes()

    def watched(self, kind: str, level: Level | None, identifier: str) -> None:
        """Tells who watches of what happened, to a resource or, without a level, to something else."""
        if self.watch is not None:
            self.watch(kind, "" if level is None else level.value, identifier)

    def note(self, kind: str, resource: Resource) -> None:
        """Notes in the log what happened to a resource, such as "UpdatedMetadata"."""
        with self.lock:
            self.settle()
            self.changes.add(kind, resource.level, resource.id, self.clock())
            self.watched(kind, resource.level, resource.id)
            self.sift_changes()

    def sift_changes(self) -> None:
        """Forgets, now and then, the changes of what is gone."""
        changes = self.changes
        if changes.is_due:
            changes.sift(self.is_known)

    def is_known(self, change: Change) -> bool:
        """Whether the resource of a change is still there; one that came again has no part in what was before."""
        return is_known(change, self.levels)

    def compress(self, instance: Resource) -> None:
        """Keeps a new file compressed and, as servers then do, what stands before its pixel data once more."""
        attachments = {DICOM: Attachment(instance.file, instance.file_uuid, is_compressed=True)}
        offset = instance.metadata.get("PixelDataOffset")
        if offset is not None:
            attachments[DICOM_UNTIL_PIXEL_DATA] = Attachment(instance.file[: int(offset)], is_compressed=True)
        instance.attachments = attachments

    def set_attachments(self, resource: Resource, attachments: Mapping[int, Attachment], number: int) -> None:
        """Replaces the attachments of a resource, of which the one with this number changed."""
        self.check_write()
        with self.lock:
            resource = self.writable(resource)
            self.size -= resource.size
            self.stored_size -= resource.stored_size
            self.note_attachment(resource.attached.get(number), attachments.get(number), number)
            resource.attachments = attachments or NOTHING
            if DICOM in attachments:
                resource.file_uuid = attachments[DICOM].uuid
            self.size += resource.size
            self.stored_size += resource.stored_size
            self.note_update("UpdatedAttachment", resource, number)

    def note_attachment(self, before: Attachment | None, after: Attachment | None, number: int) -> None:
        """Counts what goes from the storage and what comes into it where an attachment is replaced."""
        if before is not None:
            self.traffic.forget_file(before.uuid)
        if after is not None:
            self.traffic.attached(number, after)

    def set_metadata(self, resource: Resource, metadata: Mapping[str, str], revisions: Mapping[str, int]) -> None:
        """Replaces the metadata of a resource, of which users changed one of theirs."""
        self.check_write()
        with self.lock:
            resource = self.writable(resource)
            resource.metadata, resource.revisions = metadata, revisions or NOTHING
            self.note_update("UpdatedMetadata", resource, USER_NUMBERS.start)

    def set_labels(self, resource: Resource, labels: frozenset[str]) -> None:
        """Replaces the labels of a resource; the log does not tell of labels (measured on 1.12.7 and 1.13.0)."""
        self.check_write()
        with self.lock:
            self.writable(resource).labels = labels or NO_LABELS

    def note_update(self, kind: str, resource: Resource, number: int) -> None:
        """Notes in the log that users changed what has one of their numbers; the log does not tell of others."""
        if number in USER_NUMBERS:
            self.note(kind, resource)

    def settle_unless_busy(self) -> None:
        """Notes in the log what has become stable; where another thread writes, that one does so."""
        if self.lock.acquire(blocking=False):
            try:
                self.settle()
            finally:
                self.lock.release()

    def settle(self) -> None:
        """Notes in the log what has become stable: nothing came below it for `stable_age` seconds."""
        now = self.clock()
        contents = self.contents
        unstable = contents.unstable
        while unstable:
            (level, identifier), changed = next(iter(unstable.items()))
            if now - changed < self.stable_age:
                break
            del unstable[level, identifier]
            if identifier in contents.layers.levels[level]:
                contents.changes.add(STABLE[level], level, identifier, changed + self.stable_age)
                self.watched(STABLE[level], level, identifier)

    def writable(self, resource: Resource) -> Resource:
        """The resource to be changed in place of this one, which forks may share; the caller holds the lock."""
        return self.layers.writable(resource)

    def check_main_tags(self, new: NewInstance, identifiers: Mapping[Level, str]) -> None:
        """Refuses a study with a tag that is among those of patients, too, which ExtraMainDicomTags can bring about.

        A study keeps those of its patient beside its own, and the server's database takes each tag once (measured on
        1.12.7: such a server stores nothing).
        """
        if new.repeated_tags_error is None:
            return
        is_new = identifiers[Level.STUDY] not in self.levels[Level.STUDY]
        if is_new and new.main_tags[Level.STUDY].keys() & new.main_tags[Level.PATIENT].keys():
            raise OrthancError(new.repeated_tags_error)

    def replace_main_tags(self, instance: Resource, new: NewInstance, levels: Iterable[Level] = LEVELS[:-1]) -> None:
        """Gives an instance and what is above it, at these levels, the main DICOM tags that a file has."""
        with self.lock:
            instance = self.writable(instance)
            index = self.layers.own.index
            for level in levels:
                resource = instance.ancestor(level)
                index.remove(resource)
                tags = dict(new.main_tags[level])
                resource.main_tags = tags if level is not Level.INSTANCE else tag_record(tags)
                if level is Level.STUDY:
                    resource.patient_tags = dict(new.main_tags[Level.PATIENT])
                resource.main_sequences = new.main_sequences.get(level) or NOTHING
                resource.metadata = {
                    **{name: text for name, text in resource.metadata.items() if name not in MAIN_TAGS_METADATA},
                    **{name: text for name, text in new.metadata[level].items() if name in MAIN_TAGS_METADATA},
                }
                index.add(resource)

    def count_reading(self, instance: Resource, levels: Iterable[Level] = LEVELS, *, is_whole: bool = True) -> None:
        """Counts up the revisions of what the server writes again as it reads a file once more.

        That are the metadata that speak of main DICOM tags and, of a reading that `is_whole`, those of the file itself
        (measured on 1.13.0; releases before tell no revision of these).
        """
        with self.lock:
            instance = self.writable(instance)
            for level in levels:
                resource = instance.ancestor(level)
                of_file = OF_READING if is_whole and level is Level.INSTANCE else frozenset()
                again = resource.metadata.keys() & (MAIN_TAGS_METADATA | of_file)
                counted = {name: resource.revisions.get(name, 0) + 1 for name in again}
                resource.revisions = {**resource.revisions, **counted}

    def set_origin(self, instance: Resource, name: str, origins: Mapping[Level, str]) -> None:
        """Writes into the metadata of a copy, and of what is above it, from which resources they were made."""
        with self.lock:
            instance = self.writable(instance)
            for level, origin in origins.items():
                resource = instance.ancestor(level)
                resource.metadata = {**resource.metadata, name: origin}

    def replace_file(self, instance: Resource, file: bytes) -> None:
        """Gives an instance another file, under another name, kept as new files are."""
        with self.lock:
            instance = self.writable(instance)
            self.size -= instance.size
            self.stored_size -= instance.stored_size
            others = {number: one for number, one in instance.attachments.items() if number not in OF_THE_FILE}
            self.traffic.forget_file(instance.file_uuid)
            instance.file, instance.file_uuid, instance.attachments = file, str(uuid.uuid4()), others or NOTHING
            if self.compresses:
                self.compress(instance)
                instance.attachments = {**instance.attachments, **others}
            self.traffic.attached(DICOM, instance.attached[DICOM])
            self.size += instance.size
            self.stored_size += instance.stored_size

    def make(self, level: Level, identifier: str, parent: Resource | None, new: NewInstance) -> Resource:
        contents = self.contents
        contents.made += 1
        is_instance = level is Level.INSTANCE
        resource = Resource(
            id=identifier,
            level=level,
            number=contents.made,
            parent=parent,
            main_tags=tag_record(new.main_tags[level]) if is_instance else new.main_tags[level],
            metadata=record_of(new.metadata[level]) if is_instance else new.metadata[level],
            more=NO_MORE if is_instance else More(),
        )
        if new.main_sequences.get(level):
            resource.main_sequences = new.main_sequences[level]
        if level is Level.STUDY:
            resource.patient_tags = new.main_tags[Level.PATIENT]
        contents.layers.put(resource)
        if parent is not None:
            parent.children[identifier] = resource
        return resource

    def log_export(self, resource: Resource, server: str) -> None:
        """Notes that a resource is sent to another server."""
        self.check_write()
        with self.lock:
            self.exported += 1
            self.exports = (*self.exports, export_of(self.exported, resource, server, self.clock()))

    def delete(self, resource: Resource) -> Resource | None:
        """Removes a resource with all below it, and what is above it if nothing else is left there.

        Returns the lowest ancestor that remains, None if none does.
        """
        self.check_write()
        with self.lock:
            self.settle()
            asked = resource
            while resource.parent is not None and len(resource.parent.children) == 1:
                resource = resource.parent
            if resource.parent is not None:
                resource = self.writable(resource)
                assert resource.parent is not None
                del resource.parent.children[resource.id]
                if self.deletions_are_updates:
                    self.note_deletion(resource.parent)
            gone = [[*resource.descendants(level)] for level in LEVELS[resource.level.depth :]]
            for resources in gone:
                self.remove_all(resources)
            self.watch_deletion(gone, asked)
            return resource.parent

    def watch_deletion(self, gone: list[list[Resource]], asked: Resource) -> None:
        """Tells of what is gone: first what was above the resource that was asked for, then all below it, then it."""
        if self.watch is not None:
            above = [one for resources in gone for one in resources if one.level.depth < asked.level.depth]
            below = [one for resources in reversed(gone) for one in resources if one.level.depth >= asked.level.depth]
            for one in (*above, *below):
                self.watched("Deleted", one.level, one.id)

    def note_deletion(self, parent: Resource) -> None:
        """Notes in a writable resource, and in those above it, that something below was deleted."""
        now = self.clock()
        above: Resource | None = parent
        while above is not None:
            above.shrunk = now
            above = above.parent

    def remove_all(self, resources: Iterable[Resource]) -> None:
        contents = self.contents
        for resource in resources:
            contents.layers.remove(resource)
            self.traffic.forget(resource)
            contents.size -= resource.size
            contents.stored_size -= resource.stored_size
            contents.unstable.pop((resource.level, resource.id), None)
