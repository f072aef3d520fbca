"""Modify and anonymize of patients, studies and series: a copy of each instance below, and what the source becomes.

Measured on Orthanc 1.9.1 to 1.13.0, the traps that lose data included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..diagnostics import Diagnostic
from ..dicom.element import TEXT_VRS, UNSUPPORTED_VR, Dataset
from ..dicom.reader import DicomFile
from ..dicom.transfer_syntaxes import IMPLICIT_LITTLE_ENDIAN
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..jobs.job import percent
from ..jobs.options import JobOptions
from ..store.index import index_file, main_tags_of
from ..store.level import LEVELS, Level
from ..store.resource import Resource, references
from ..store.store import NewInstance
from .cascade_checks import SourceOptions
from .modifier import Modifier
from .receiving import Receive, as_it_is, not_stored, received
from .request import ModificationRequest
from .rules import ModificationRelease


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
        dictionary: Dictionary,
        release: ModificationRelease,
        read_file: Callable[[Resource], DicomFile],
        overwrite: bool,
        level: Level | None = None,
        missing: Sequence[str] = (),
        warnings: Sequence[Diagnostic] = (),
        receive: Receive = as_it_is,
    ) -> None:
        self.resources = [(resource.level, resource.id) for resource in resources]
        self.missing = missing  # identifiers of no resource, which fail as instances do that are gone
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
        self.receive = receive
        self.warnings = warnings  # what an app would regret of the request itself
        self.instances = self.in_order(resources)

    def in_order(self, resources: Sequence[Resource]) -> list[str]:
        """The instances below the resources, in the order in which the server copies them."""
        in_order = sorted(resources, key=lambda resource: resource.id)
        found = [resource.descendants(Level.INSTANCE) for resource in in_order]
        if self.release.modification.modifies_by_identifier:
            return sorted({*self.missing, *(instance.id for instances in found for instance in instances)})
        return [instance.id for instances in found for instance in reversed(instances)]

    @property
    def steps(self) -> int:
        """How many steps come before the end: one for each instance, and perhaps one for the deletion."""
        return len(self.instances) + (not self.source.keep and self.release.modification.counts_deletion_of_sources)

    def progress(self, done: int) -> int:
        """The progress in percent after so many steps."""
        return percent(done, self.steps + 1)

    def copy(self, source: Resource) -> tuple[NewInstance, list[Diagnostic]]:
        """The modified copy of an instance, and what an app would regret of it."""
        original = self.original(source)
        file = self.modifier.edited(original)
        written = write_file(file, self.release.dcmtk_version)
        self.check_copy(file.dataset)
        data = received(written, self.receive)
        if data is None:
            raise not_stored(source.id)
        new = index_file(data, self.dictionary, self.release, self.origin(source))
        is_transcoded = new.parsed is not None and new.parsed.transfer_syntax != file.transfer_syntax
        if is_transcoded and self.release.modification.ingest_forgets_sources:
            new = index_file(data, self.dictionary, self.release)
        if data is written and not self.release.modification.reconstructs_after_modification:
            new = as_edited(new, file, self.dictionary, self.release)
        return new, [*self.modifier.warnings(original, file)]

    def original(self, source: Resource) -> DicomFile:
        """The file of an instance; raises OrthancError where the server has none."""
        try:
            return self.read_file(source)
        except OrthancError as error:
            if error.code is ErrorCode.UNKNOWN_RESOURCE and not self.release.modification.missing_sources_are_unknown:
                raise OrthancError(ErrorCode.INTERNAL_ERROR) from None
            raise

    def check_copy(self, copy: Dataset) -> None:
        """Refuses a copy without a UID, as 1.9.1 does."""
        uid = copy.get(Level.INSTANCE.identifier_tag)
        if self.release.modification.refuses_copies_without_text_uids and (uid is None or uid.vr not in TEXT_VRS):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "File without SOP instance UID")

    def origin(self, source: Resource) -> dict[Level, dict[str, str]]:
        """What the metadata of a copy says of its source: ModifiedFrom from the modified level down, AnonymizedFrom."""
        if self.modifier.anonymization is not None:
            return {level: {"AnonymizedFrom": source.ancestor(level).id} for level in LEVELS}
        return {level: {"ModifiedFrom": source.ancestor(level).id} for level in LEVELS[self.modifier.level.depth :]}

    def content(self, stored: Sequence[Resource] = (), *, failed: int = 0) -> dict[str, Any]:
        """What the job tells of itself: the answer of a synchronous request."""
        content: dict[str, Any] = {}
        if self.is_bulk or self.release.modification.describes_cascades or not stored:
            content.update(
                Description="REST API",
                FailedInstancesCount=failed,
                InstancesCount=len(self.instances),
                IsAnonymization=self.modifier.anonymization is not None,
            )
        if self.request.transcode is not None:
            content["Transcode"] = self.request.transcode
        if self.release.modification.names_parent_resources and self.resources:
            content["ParentResources"] = sorted([*self.missing, *(identifier for _, identifier in self.resources)])
        if self.level is None:
            content["Resources"] = references(stored)
            return content
        if self.release.modification.names_source_resources:
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
            return "1 resource" if len(self.resources) == 1 else f"{len(self.resources)} resources"
        level, identifier = self.resources[0]
        return f"{level.value.lower()} {identifier}"


def as_edited(new: NewInstance, file: DicomFile, dictionary: Dictionary, release: ModificationRelease) -> NewInstance:
    """The instance with the main DICOM tags of the dataset from which its file was written.

    An element of a VR that the server does not know has no text there; in the file it is UN, which has one. In a file
    of implicit VRs, to which it may have been transcoded, any element has the VR of the dictionary.
    """
    if file.transfer_syntax == IMPLICIT_LITTLE_ENDIAN:
        return replace(new, main_tags=main_tags_of(file.dataset, dictionary, release))
    main_tags = {
        level: {tag: text for tag, text in tags.items() if not is_unsupported(file.dataset, tag)}
        for level, tags in new.main_tags.items()
    }
    return replace(new, main_tags=main_tags)


def is_unsupported(dataset: Dataset, tag: int) -> bool:
    element = dataset.get(tag)
    return element is not None and element.vr == UNSUPPORTED_VR
