"""Split and merge: the instances of some series are copied into another study, a new one or one that is there.

Measured on Orthanc 1.9.1 to 1.13.0: see fixtures/measurements/restructuring.md.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..dicom.element import Dataset, format_tag
from ..dicom.identifiers import generate_uid
from ..dicom.reader import DicomFile
from ..dicom.views import tag_text, too_long
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError, unhandled
from ..jobs.job import Job, Run, Told, percent
from ..jobs.options import JobOptions, parse_job_options, strings
from ..store.description import turned_descendants
from ..store.index import index_file, index_parsed
from ..store.level import LEVELS, Level
from ..store.modules import MODULES, shown_instance
from ..store.resource import Resource
from ..store.store import Store
from .cascade import as_edited
from .cascade_checks import SourceOptions, parse_source_options
from .left_behind import LeftBehind
from .modifier import Modifier
from .receiving import Receive, as_it_is, received
from .request import ModificationRequest
from .rules import ModificationRelease
from .tag_path import TagPath
from .unwritable import UnwritableCopyError

STUDY_UID = Level.STUDY.identifier_tag

#: What the copies of a split may be given, and what those of a merge take from their new study.
STUDY_TAGS = (MODULES[Level.PATIENT] | MODULES[Level.STUDY]) - {STUDY_UID}


class Restructuring:
    """Copies of instances in another study: the work of a job. The caller holds the store's lock.

    `kind` is the job's; `target` is what it tells of the study, to which a split adds the identifier once it is made.
    """

    def __init__(
        self,
        kind: str,
        instances: Sequence[str],
        modifier: Modifier,
        options: JobOptions,
        source: SourceOptions,
        target: Mapping[str, str],
        parts: Parts,
    ) -> None:
        self.kind = kind
        self.instances = instances
        self.modifier = modifier
        self.options = options
        self.source = source
        self.target = target
        self.parts = parts

    def content(self, target: str | None = None, *, failed: int = 0) -> dict[str, Any]:
        """What the job tells of itself; `target` is the study in which copies are."""
        content = {
            "Description": "REST API",
            "FailedInstancesCount": failed,
            "InstancesCount": len(self.instances),
            **self.target,
        }
        return content if target is None else {**content, "TargetStudy": target}

    def begin(self, store: Store, job: Job) -> RestructuringRun:
        """Begins to make the copies; at the end their sources are deleted, unless told otherwise."""
        return RestructuringRun(self)

    def copy(self, store: Store, identifier: str, left_behind: LeftBehind) -> Resource:
        """Stores the copy of an instance, and notes what its source has beside the file."""
        release = self.parts.release
        source = store.levels[Level.INSTANCE].get(identifier)
        if source is None:
            missing = release.modification.missing_sources_are_unknown
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE if missing else ErrorCode.INTERNAL_ERROR)
        left_behind.note(source)
        sources = {level: source.ancestor(level).id for level in LEVELS}
        self.modifier.uids.forget(Level.INSTANCE)  # one that is named twice is copied twice
        file = self.modifier.edited(self.parts.read_file(source))
        written = write_file(file, release.dcmtk_version)
        data = received(written, self.parts.receive)
        if data is None:
            raise RefusedCopyError(file)
        new = index_file(data, self.parts.dictionary, release)
        if data is written:
            new = as_edited(new, file, self.parts.dictionary, release)
        made = store.add(new, overwrite=self.parts.overwrite).instance
        left_behind.copied(sources, made)
        return made

    def study_of(self, file: DicomFile) -> str:
        """The identifier of the study that a copy is in, or would be."""
        return index_parsed(file, b"", self.parts.dictionary, self.parts.release).identifiers[Level.STUDY]


class RefusedCopyError(OrthancError):
    """A script refuses a copy."""

    def __init__(self, copy: DicomFile) -> None:
        super().__init__(ErrorCode.INTERNAL_ERROR)
        self.copy = copy


class RestructuringRun(Run):
    """One run of a restructuring: how many instances were copied so far, and where to."""

    def __init__(self, work: Restructuring) -> None:
        self.work = work
        self.position = self.failed = 0
        self.size = len(work.instances)
        self.target: str | None = None
        self.left_behind = LeftBehind()

    def twin(self) -> RestructuringRun:
        other = copy.copy(self)
        other.left_behind = self.left_behind.twin()
        return other

    def step(self, store: Store, job: Job) -> bool:
        """Copies the next instance or, after the last one, deletes the sources.

        Raises OrthancError for an instance that fails, unless the job is permissive; copies that were made stay.
        """
        instances = self.work.instances
        if self.position == len(instances):
            self.finish(store)
            left = self.left_behind.warnings(store, self.work.parts.release, keeps_labels=True)  # no word keeps them
            job.diagnostics = [*left]
            return False
        try:
            made = self.work.copy(store, instances[self.position], self.left_behind)
            self.target = made.ancestor(Level.STUDY).id
        except OrthancError as error:
            is_written = not isinstance(error, UnwritableCopyError)  # else in a permissive job it is no failure
            if isinstance(error, (UnwritableCopyError, RefusedCopyError)):  # its study is told
                self.target = self.work.study_of(error.copy)
                job.content = self.work.content(self.target, failed=self.failed)
            if not self.work.options.permissive:
                raise
            self.failed += is_written
        self.position += 1
        job.progress = percent(self.position, len(instances) + 1)
        target, failed = self.target, self.failed
        job.content = Told(lambda: self.work.content(target, failed=failed))
        return True

    def finish(self, store: Store) -> None:
        if self.work.source.keep:
            return
        for identifier in self.work.instances:
            source = store.levels[Level.INSTANCE].get(identifier)
            if source is not None:
                store.delete(source)


@dataclass(frozen=True)
class Parts:
    """The parts of a server that a restructuring needs."""

    dictionary: Dictionary
    release: ModificationRelease
    read_file: Callable[[Resource], DicomFile]
    overwrite: bool
    receive: Receive = as_it_is

    def modifier(self, replace: Mapping[int, str], remove: Sequence[int]) -> Modifier:
        """Gives copies these tags, new UIDs below the study, and takes others away."""
        request = ModificationRequest(
            replace={TagPath((), tag): value for tag, value in replace.items()},
            remove=tuple(TagPath((), tag) for tag in remove),
            keep=frozenset(),
            remove_private_tags=False,
            force=True,
            private_creator=None,
            transcode=None,
        )
        return Modifier(request, Level.INSTANCE, self.dictionary, self.release, "", removes_identifiers=True)


def parse_split(body: Any, identifier: str, store: Store, parts: Parts) -> Restructuring:
    """Reads the body of `POST /studies/{id}/split`; raises OrthancError as the release does."""
    study = store.levels[Level.STUDY].get(identifier)
    if study is None:
        raise OrthancError(ErrorCode.UNKNOWN_RESOURCE, f"Cannot split unknown study {identifier}")
    instances = split_instances(body, study, store, parts.release)
    source = parse_source_options(body, keep=False)
    remove = removed_tags(body.get("Remove", []), parts.dictionary)
    replace = replaced_tags(body.get("Replace", {}), parts.dictionary)
    options = parse_job_options(body, parts.release)
    uid = generate_uid()
    modifier = parts.modifier({**replace, STUDY_UID: uid}, [tag for tag in remove if tag not in replace])
    return Restructuring("SplitStudy", instances, modifier, options, source, {"TargetStudyUID": uid}, parts)


def split_instances(body: Any, study: Resource, store: Store, release: ModificationRelease) -> list[str]:
    """The instances that leave a study: those of some series and, in later releases, single ones."""
    if not release.modification.splits_instances:
        return below(study, Level.SERIES, strings(body, "Series"), store, release)
    if not isinstance(body, Mapping):
        raise unhandled()
    instances: list[str] = []
    for name, level in (("Series", Level.SERIES), ("Instances", Level.INSTANCE)):
        if name in body:
            instances += below(study, level, strings(body, name), store, release)
    if not body.get("Series") and not body.get("Instances"):
        raise bad_request('Both the "Series" and the "Instances" fields are missing')
    return instances


def below(
    study: Resource, level: Level, identifiers: Sequence[str], store: Store, release: ModificationRelease
) -> list[str]:
    """The instances of resources of a study, by identifier; raises OrthancError (404) for others."""
    instances: list[str] = []
    for identifier in identifiers:
        resource = store.levels[level].get(identifier)
        if resource is None or resource.ancestor(Level.STUDY).id != study.id:
            explained = resource is not None or release.modification.split_explains_foreign
            if not explained and any(identifier in there for there in store.levels.values()):
                raise OrthancError(ErrorCode.INTERNAL_ERROR)  # one of another level
            details = f"This {level.value.lower()} does not belong to the study to be split: {identifier}"
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE, details if explained else None)
        instances += instances_of(resource, release)
    return instances


def instances_of(resource: Resource, release: ModificationRelease) -> list[str]:
    """The instances of a resource in the order in which they are copied."""
    if release.modification.modifies_by_identifier:
        return sorted(instance.id for instance in resource.descendants(Level.INSTANCE))
    return [instance.id for instance in turned_descendants(resource, Level.INSTANCE)]


def replaced_tags(values: Any, dictionary: Dictionary) -> dict[int, str]:
    if not isinstance(values, Mapping):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    replaced: dict[int, str] = {}
    for name in sorted(values):
        if not isinstance(values[name], str):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
        replaced[study_tag(name, dictionary)] = values[name]
    return replaced


def removed_tags(names: Any, dictionary: Dictionary) -> list[int]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    return [study_tag(name, dictionary) for name in names]


def study_tag(text: str, dictionary: Dictionary) -> int:
    """A tag that a split may change; raises OrthancError (Parameter out of range) for any other."""
    tag = dictionary.tag(text)
    if tag not in STUDY_TAGS:
        name = dictionary.name(tag >> 16, tag & 0xFFFF, None)
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            "Cannot modify the following tag while splitting a study (not in the patient/study modules): "
            f"{name} ({format_tag(tag)})",
        )
    return tag


def parse_merge(body: Any, identifier: str, store: Store, parts: Parts) -> Restructuring:
    """Reads the body of `POST /studies/{id}/merge`; raises OrthancError as the release does."""
    study = store.levels[Level.STUDY].get(identifier)
    if study is None:
        raise OrthancError(ErrorCode.UNKNOWN_RESOURCE, f"Cannot merge into an unknown study: {identifier}")
    instances = [
        instance
        for resource in strings(body, "Resources")
        for instance in instances_of(merged(resource, study, store, parts.release), parts.release)
    ]
    source = parse_source_options(body, keep=False)
    options = parse_job_options(body, parts.release)
    shown = parts.read_file(shown_instance(study, parts.release)).dataset
    modifier = parts.modifier(*study_tags(shown, parts))
    return Restructuring("MergeStudy", instances, modifier, options, source, {"TargetStudy": study.id}, parts)


def merged(identifier: str, study: Resource, store: Store, release: ModificationRelease) -> Resource:
    """A resource that is to be merged into a study; raises OrthancError (404) for one that can't be."""
    resource = next((there[identifier] for there in store.levels.values() if identifier in there), None)
    if resource is None:
        raise unknown(f"Cannot find this resource: {identifier}")
    single = Level.INSTANCE if release.modification.splits_instances else Level.SERIES
    if resource.level not in LEVELS[Level.STUDY.depth : single.depth + 1]:
        kinds = (
            "a study, nor a series, nor an instance"
            if release.modification.splits_instances
            else "a study, nor a series"
        )
        raise unknown(f"This resource is neither {kinds}: {identifier} is a {resource.level.value}")
    if resource.ancestor(Level.STUDY).id == study.id:
        if resource.level is Level.STUDY:
            raise unknown(f"Cannot merge a study into the same study: {identifier}")
        raise unknown(f"Cannot merge {resource.level.value.lower()} {identifier} into its parent study {study.id}")
    return resource


def study_tags(dataset: Dataset, parts: Parts) -> tuple[dict[int, str], list[int]]:
    """What copies take from the study that they come into, and what they lose: no sequences or long texts are taken."""
    texts = {
        tag: tag_text(dataset, tag, parts.dictionary, parts.release.dicom.text) for tag in {*STUDY_TAGS, STUDY_UID}
    }
    replace = {tag: text for tag, text in texts.items() if text is not None and not too_long(text)}
    return replace, [tag for tag in texts if tag not in replace]


def unknown(details: str) -> OrthancError:
    return OrthancError(ErrorCode.UNKNOWN_RESOURCE, details)


def bad_request(details: str) -> OrthancError:
    return OrthancError(ErrorCode.BAD_REQUEST, details)
