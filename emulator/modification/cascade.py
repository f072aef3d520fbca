"""Modify and anonymize of a patient, study or series: a copy of every instance below it, and what the source becomes.

Measured on Orthanc 1.9.1 to 1.13.0, the traps that lose data included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..diagnostics import Diagnostic
from ..dicom.element import UNSUPPORTED_VR, Dataset, format_tag
from ..dicom.reader import DicomFile
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.index import index_file
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from ..store.store import NewInstance, Store
from .modifier import Modifier
from .outcome import Outcome
from .request import ModificationRequest
from .tag_path import TagPath

PATIENT_ID = Level.PATIENT.identifier_tag

OTHER_STUDIES = "Trying to change patient tags in a study.  The Patient already exists and has other studies.  "


@dataclass(frozen=True)
class JobOptions:
    """What a cascade does beside editing. `keep_source` is True by default at these levels, and may be named."""

    keep_source: bool
    permissive: bool
    asynchronous: bool
    names_keep_source: bool = True


def parse_keep_source(body: Mapping[str, Any]) -> bool:
    return boolean(body, "KeepSource", default=True)


def parse_job_options(body: Mapping[str, Any], *, keep_source: bool) -> JobOptions:
    """The options that the server reads once it knows the resource; raises OrthancError (Bad file format)."""
    permissive = boolean(body, "Permissive", default=False)
    asynchronous = not boolean(body, "Synchronous", default=True)
    if "Synchronous" not in body:
        asynchronous = boolean(body, "Asynchronous", default=False)
    priority = body.get("Priority", 0)
    if not isinstance(priority, int) or isinstance(priority, bool):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Integer value expected in field: Priority")
    return JobOptions(keep_source, permissive, asynchronous, "KeepSource" in body)


def boolean(body: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Boolean value expected in field: {name}")
    return value


@dataclass(frozen=True)
class Copy:
    """A modified instance on its way into the store, and the instance that it was made from."""

    source: Resource
    new: NewInstance


class Cascade:
    """One modification of everything below a resource.

    Nothing is stored before every copy is made. The caller holds the store's lock.
    """

    def __init__(  # the parts that a cascade brings together
        self,
        resource: Resource,
        modifier: Modifier,
        options: JobOptions,
        *,
        store: Store,
        dictionary: Dictionary,
        release: Release,
        read_file: Callable[[Resource], DicomFile],
        overwrite: bool,
    ) -> None:
        self.resource = resource
        self.request: ModificationRequest = modifier.request
        self.modifier = modifier
        self.options = options
        self.store = store
        self.dictionary = dictionary
        self.release = release
        self.read_file = read_file
        self.overwrite = overwrite
        #: What an app would regret of this cascade, as far as it has run.
        self.diagnostics: list[Diagnostic] = []
        #: The instances that copies met and may not overwrite.
        self.kept: list[str] = []

    def run(self) -> dict[str, Any]:
        """Makes the copies, stores them, deletes the source if so asked, and answers the job's result.

        Raises OrthancError: Bad request for what the level forbids, Bad file format for a value that its VR does not
        take, Cannot store an instance where a copy meets a stored instance and may not overwrite it.
        """
        self.check_overwriting()
        self.check_patient_tags()
        sources = self.sources()
        copies = [copy for copy in map(self.copy, sources) if copy is not None]
        stored = [made for made in map(self.store_copy, copies) if made is not None]
        if not self.options.keep_source:
            for source in sources:
                if source.id in self.store.levels[Level.INSTANCE]:
                    self.store.delete(self.store.get(Level.INSTANCE, source.id))
        self.diagnostics += self.outcome(sources, copies, stored).pitfalls()
        return self.answer(stored, failed=len(sources) - len(copies), count=len(sources))

    def outcome(self, sources: list[Resource], copies: list[Copy], stored: list[Resource]) -> Outcome:
        """What became of the sources and their copies."""
        made = [instance.id for instance in stored if instance.id not in self.kept]
        return Outcome(
            self.resource,
            self.request,
            is_anonymization=self.modifier.anonymization is not None,
            keep_source=self.options.keep_source,
            names_keep_source=self.options.names_keep_source,
            sources=[source.id for source in sources],
            copied=[copy.source.id for copy in copies],
            stored=made,
            kept=self.kept,
            lost=[identifier for identifier in made if identifier not in self.store.levels[Level.INSTANCE]],
        )

    def sources(self) -> list[Resource]:
        """The instances below the resource, in the order in which the server copies them."""
        instances = self.resource.descendants(Level.INSTANCE)
        if self.release.modifies_by_identifier:
            return sorted(instances, key=lambda instance: instance.id)
        return sorted(instances, key=lambda instance: instance.number, reverse=True)

    def check_overwriting(self) -> None:
        """1.12 on: copies that come in the place of a study or patient need OverwriteInstances and KeepSource."""
        guarded = self.release.checks_overwriting_cascades and self.modifier.level is not Level.SERIES
        if not guarded or not self.request.in_place():
            return
        condition = "When keeping StudyInstanceUID, SeriesInstanceUID and SOPInstanceUID tag, you must "
        if not self.options.keep_source:
            raise bad_request(
                condition + "set KeepSource to true to avoid deleting the modified files at the end of the process"
            )
        if not self.overwrite:
            raise bad_request(
                condition + "have the 'OverwriteInstances' Orthanc configuration set to true in order to replace "
                "the modified resources"
            )

    def check_patient_tags(self) -> None:
        """1.12 on: a study may not be given tags that contradict a patient who has other studies."""
        if not self.release.checks_patient_tags or self.modifier.level is not Level.STUDY:
            return
        replaced = {
            tag: self.request.replace[TagPath((), tag)]
            for tag in self.release.main_dicom_tags[Level.PATIENT]
            if self.request.replaced(tag)
        }
        patient = self.target_patient(replaced)
        if not replaced or patient is None or not set(patient.children) - {self.resource.id}:
            return
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

    def target_patient(self, replaced: Mapping[int, Any]) -> Resource | None:
        """The patient to whom the copies of a study will belong, None where there is none yet."""
        if PATIENT_ID not in replaced:
            return self.resource.ancestor(Level.PATIENT)
        wanted = replaced[PATIENT_ID]
        if isinstance(wanted, str) and ("*" in wanted or "?" in wanted):
            raise OrthancError(
                ErrorCode.PARAMETER_OUT_OF_RANGE, f"Wildcards are not allowed on tag {format_tag(PATIENT_ID)}"
            )
        for patient in self.store.resources(Level.PATIENT):
            if patient.main_tags.get(PATIENT_ID, "") == wanted:
                return patient
        return None

    def copy(self, source: Resource) -> Copy | None:
        """The modified copy of an instance; None where it fails and the job is permissive."""
        try:
            original = self.read_file(source)
            file = self.modifier.edited(original)
            data = write_file(file, self.release.dcmtk_version)
            new = index_file(data, self.dictionary, self.release, self.origin(source))
            self.diagnostics += self.modifier.pitfalls(original, file)
            return Copy(source, new if self.release.reconstructs_after_modification else as_edited(new, file.dataset))
        except OrthancError as error:
            if self.options.permissive:
                return None
            raise self.job_error(error) from None

    def job_error(self, error: OrthancError) -> OrthancError:
        if not self.release.hides_job_details:
            return error
        return OrthancError(error.code, http_status=error.http_status)

    def origin(self, source: Resource) -> dict[Level, dict[str, str]]:
        """What the metadata of a copy says of its source: ModifiedFrom from the modified level down, AnonymizedFrom."""
        if self.modifier.anonymization is not None:
            return {level: {"AnonymizedFrom": source.ancestor(level).id} for level in LEVELS}
        return {level: {"ModifiedFrom": source.ancestor(level).id} for level in LEVELS[self.resource.level.depth :]}

    def store_copy(self, copy: Copy) -> Resource | None:
        """Stores a copy; where an instance may not be overwritten, a release keeps it and goes on, or fails.

        A permissive job of one that fails goes on without it: None, and it does not count as failed.
        """
        stored = self.store.add(copy.new, overwrite=self.overwrite)
        if stored.already_stored:
            self.kept.append(stored.instance.id)
            if self.release.passes_over_stored_copies:
                return stored.instance
            if self.options.permissive:
                return None
            raise self.job_error(
                OrthancError(
                    ErrorCode.CANNOT_STORE_INSTANCE,
                    f"Error while storing a modified instance {copy.source.id}",
                )
            )
        if self.release.reconstructs_after_modification:
            self.store.replace_main_tags(stored.instance, copy.new.main_tags)
        return stored.instance

    def answer(self, stored: list[Resource], *, failed: int, count: int) -> dict[str, Any]:
        """The result of the job, as the answer of a synchronous request gives it."""
        level = self.resource.level
        answer: dict[str, Any] = {}
        if self.release.describes_cascades or not stored:
            answer.update(
                Description="REST API",
                FailedInstancesCount=failed if stored or self.release.counts_failed_instances else 0,
                InstancesCount=count,
                IsAnonymization=self.modifier.anonymization is not None,
            )
        if self.request.transcode is not None:
            answer["Transcode"] = self.request.transcode
        if self.release.names_parent_resources:
            answer["ParentResources"] = [self.resource.id]
        if self.release.names_source_resources:
            answer["Resources"] = [{"ID": self.resource.id, "Type": level.value}]
        if stored:
            made = stored[-1].ancestor(level)
            answer.update(
                ID=made.id,
                Path=f"/{level.plural}/{made.id}",
                PatientID=made.ancestor(Level.PATIENT).id,
                Type=level.value,
            )
        return answer


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
