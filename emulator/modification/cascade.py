"""Modify and anonymize of patients, studies and series: a copy of each instance below, and what the source becomes.

Measured on Orthanc 1.9.1 to 1.13.0, the traps that lose data included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..diagnostics import Diagnostic
from ..dicom.element import UNSUPPORTED_VR, Dataset, format_tag
from ..dicom.reader import DicomFile
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..jobs.job import Job, percent
from ..jobs.options import JobOptions, boolean
from ..releases import Release
from ..store.index import index_file
from ..store.level import LEVELS, Level
from ..store.resource import Resource, references
from ..store.store import NewInstance, Store
from .cascade_run import CascadeRun
from .modifier import Modifier
from .request import ModificationRequest
from .tag_path import TagPath

PATIENT_ID = Level.PATIENT.identifier_tag

OTHER_STUDIES = "Trying to change patient tags in a study.  The Patient already exists and has other studies.  "


@dataclass(frozen=True)
class SourceOptions:
    """What becomes of the sources of copies; `is_named` tells that the request says so."""

    keep: bool
    is_named: bool = True


def parse_source_options(body: Mapping[str, Any], *, keep: bool = True) -> SourceOptions:
    """Reads "KeepSource", `keep` where it is absent; raises OrthancError (Bad file format)."""
    return SourceOptions(boolean(body, "KeepSource", default=keep), "KeepSource" in body)


class Cascade:
    """One modification of everything below some resources: the work of a job.

    What it goes over is settled when it is made. The caller holds the store's lock.
    """

    kind = "ResourceModification"

    def __init__(  # the parts that a cascade brings together
        self,
        resources: Sequence[Resource],
        modifier: Modifier,
        options: JobOptions,
        source: SourceOptions,
        *,
        store: Store,
        dictionary: Dictionary,
        release: Release,
        read_file: Callable[[Resource], DicomFile],
        overwrite: bool,
        level: Level | None = None,
        pitfalls: Sequence[Diagnostic] = (),
    ) -> None:
        self.resources = [(resource.level, resource.id) for resource in resources]
        self.request: ModificationRequest = modifier.request
        self.modifier = modifier
        self.options = options
        self.source = source
        self.dictionary = dictionary
        self.release = release
        self.read_file = read_file
        self.overwrite = overwrite
        self.level = level  # that of the request's path, which the id need not have; None in a request for many
        self.is_bulk = level is None
        self.pitfalls = pitfalls  # what an app would regret of the request itself
        self.instances = self.in_order(resources)
        self.check_overwriting()
        if self.release.checks_patient_tags and self.modifier.level is Level.STUDY:
            self.check_patient_tags(store, resources)

    def in_order(self, resources: Sequence[Resource]) -> list[str]:
        """The instances below the resources, in the order in which the server copies them."""
        found = [resource.descendants(Level.INSTANCE) for resource in resources]
        if self.release.modifies_by_identifier:
            return sorted({instance.id for instances in found for instance in instances})
        return [
            instance.id
            for instances in found
            for instance in sorted(instances, key=lambda instance: instance.number, reverse=True)
        ]

    def begin(self, store: Store, job: Job) -> CascadeRun:
        """Begins to make the copies and to store them; at the end the sources are deleted if so asked."""
        return CascadeRun(self, store, job)

    @property
    def steps(self) -> int:
        """How many steps come before the end: one for each instance, and perhaps one for the deletion."""
        return len(self.instances) + (not self.source.keep and self.release.counts_deletion_of_sources)

    def progress(self, done: int) -> int:
        """The progress in percent after so many steps."""
        return percent(done, self.steps + 1)

    def check_overwriting(self) -> None:
        """1.12 on: copies that come in the place of a study or patient need OverwriteInstances and KeepSource."""
        guarded = self.release.checks_overwriting_cascades and self.modifier.level in (Level.PATIENT, Level.STUDY)
        if not guarded or not self.request.in_place():
            return
        condition = "When keeping StudyInstanceUID, SeriesInstanceUID and SOPInstanceUID tag, you must "
        if not self.source.keep:
            raise bad_request(
                condition + "set KeepSource to true to avoid deleting the modified files at the end of the process"
            )
        if not self.overwrite:
            raise bad_request(
                condition + "have the 'OverwriteInstances' Orthanc configuration set to true in order to replace "
                "the modified resources"
            )

    def check_patient_tags(self, store: Store, resources: Sequence[Resource]) -> None:
        """1.12 on: a study may not be given tags that contradict a patient who has other studies."""
        replaced = {
            tag: self.request.replace[TagPath((), tag)]
            for tag in self.release.main_dicom_tags[Level.PATIENT]
            if self.request.replaced(tag)
        }
        needs_studies = bool(replaced) and PATIENT_ID not in replaced
        if needs_studies and any(resource.level is not Level.STUDY for resource in resources):
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE, "Study not found")
        for resource in resources:
            patient = self.target_patient(store, resource, replaced)
            if replaced and patient is not None and set(patient.children) - {resource.id}:
                self.check_same_patient(patient, replaced)

    def check_same_patient(self, patient: Resource, replaced: Mapping[int, Any]) -> None:
        """Refuses new patient tags that are not those of the patient to whom the copies of a study will belong."""
        for tag in self.release.main_dicom_tags[Level.PATIENT]:
            if tag in patient.main_tags and replaced.get(tag) != patient.main_tags[tag]:
                failure = "Failing tag"
                if tag not in replaced and self.release.names_missing_patient_tags:
                    failure = "Missing tag in the 'Replace' tags"
                raise bad_request(
                    f"{OTHER_STUDIES}All the 'Replace' tags should match the existing patient main dicom tags and you "
                    "should specify all Patient MainDicomTags in your query.  Try using /patients/../modify instead "
                    f"to modify the patient. {failure}: {format_tag(tag)}"
                )
            if tag in replaced and tag not in patient.main_tags:
                raise bad_request(
                    f"{OTHER_STUDIES}You are trying to replace a tag that is not defined yet in this patient. Try "
                    f"using /patients/../modify instead to modify the patient. Failing tag: {format_tag(tag)}"
                )

    def target_patient(self, store: Store, study: Resource, replaced: Mapping[int, Any]) -> Resource | None:
        """The patient to whom the copies of a study will belong, None where there is none yet."""
        if PATIENT_ID not in replaced:
            return study.ancestor(Level.PATIENT)
        wanted = replaced[PATIENT_ID]
        if isinstance(wanted, str) and ("*" in wanted or "?" in wanted):
            raise OrthancError(
                ErrorCode.PARAMETER_OUT_OF_RANGE, f"Wildcards are not allowed on tag {format_tag(PATIENT_ID)}"
            )
        for patient in store.resources(Level.PATIENT):
            if patient.main_tags.get(PATIENT_ID, "") == wanted:
                return patient
        return None

    def copy(self, source: Resource) -> tuple[NewInstance, list[Diagnostic]]:
        """The modified copy of an instance, and what an app would regret of it."""
        original = self.read_file(source)
        file = self.modifier.edited(original)
        data = write_file(file, self.release.dcmtk_version)
        new = index_file(data, self.dictionary, self.release, self.origin(source))
        if not self.release.reconstructs_after_modification:
            new = as_edited(new, file.dataset)
        return new, [*self.modifier.pitfalls(original, file)]

    def origin(self, source: Resource) -> dict[Level, dict[str, str]]:
        """What the metadata of a copy says of its source: ModifiedFrom from the modified level down, AnonymizedFrom."""
        if self.modifier.anonymization is not None:
            return {level: {"AnonymizedFrom": source.ancestor(level).id} for level in LEVELS}
        return {level: {"ModifiedFrom": source.ancestor(level).id} for level in LEVELS[self.modifier.level.depth :]}

    def content(self, stored: Sequence[Resource] = (), *, failed: int = 0) -> dict[str, Any]:
        """What the job tells of itself: the answer of a synchronous request."""
        content: dict[str, Any] = {}
        if self.is_bulk or self.release.describes_cascades or not stored:
            content.update(
                Description="REST API",
                FailedInstancesCount=failed,
                InstancesCount=len(self.instances),
                IsAnonymization=self.modifier.anonymization is not None,
            )
        if self.request.transcode is not None:
            content["Transcode"] = self.request.transcode
        if self.release.names_parent_resources and self.resources:
            content["ParentResources"] = sorted(identifier for _, identifier in self.resources)
        if self.level is None:
            content["Resources"] = references(stored)
            return content
        if self.release.names_source_resources:
            content["Resources"] = [{"ID": identifier, "Type": level.value} for level, identifier in self.resources]
        if stored:
            made = stored[-1].ancestor(self.level)
            content.update(
                ID=made.id,
                Path=f"/{self.level.plural}/{made.id}",
                PatientID=made.ancestor(Level.PATIENT).id,
                Type=self.level.value,
            )
        return content

    @property
    def what(self) -> str:
        """What is modified, in words."""
        if self.is_bulk:
            return f"{len(self.resources)} resources"
        level, identifier = self.resources[0]
        return f"{level.value.lower()} {identifier}"


def as_edited(new: NewInstance, dataset: Dataset) -> NewInstance:
    """The instance with the main DICOM tags of the dataset from which its file was written.

    An element of a VR that the server does not know has no text there; in the file it is UN, which has one.
    """
    main_tags = {
        level: {tag: text for tag, text in tags.items() if not is_unsupported(dataset, tag)}
        for level, tags in new.main_tags.items()
    }
    return replace(new, main_tags=main_tags)


def is_unsupported(dataset: Dataset, tag: int) -> bool:
    element = dataset.get(tag)
    return element is not None and element.vr == UNSUPPORTED_VR


def bad_request(details: str) -> OrthancError:
    return OrthancError(ErrorCode.BAD_REQUEST, details)
