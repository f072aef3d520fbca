"""What is asked of a cascade before it is a job: whether it may overwrite, and whether its studies keep their patient.

Measured on Orthanc 1.12.7 and 1.13.0; earlier releases ask nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..dicom.element import format_tag
from ..errors import ErrorCode, OrthancError
from ..jobs.options import boolean
from ..store.level import Level
from ..store.resource import Resource
from ..store.store import Store
from .request import ModificationRequest
from .rules import ModificationRelease
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


@dataclass(frozen=True)
class CascadeChecks:
    """The checks of one request for resources of `level`; `overwrite` is what the configuration allows."""

    request: ModificationRequest
    level: Level
    source: SourceOptions
    release: ModificationRelease
    overwrite: bool

    def check(self, resources: Sequence[Resource | None], store: Store) -> None:
        """Raises OrthancError for what the server refuses; None stands for a resource that is not there."""
        self.check_overwriting()
        if self.release.modification.checks_patient_tags and self.level is Level.STUDY:
            self.check_patient_tags(store, resources)

    def check_overwriting(self) -> None:
        """1.12 on: copies that come in the place of a study or patient need OverwriteInstances and KeepSource."""
        guarded = self.release.modification.checks_overwriting_cascades and self.level in (Level.PATIENT, Level.STUDY)
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

    def check_patient_tags(self, store: Store, resources: Sequence[Resource | None]) -> None:
        """1.12 on: a study may not be given tags that contradict a patient who has other studies."""
        replaced = {
            tag: self.request.replace[TagPath((), tag)]
            for tag in self.release.store.main_dicom_tags[Level.PATIENT]
            if self.request.replaced(tag)
        }
        needs_studies = bool(replaced) and PATIENT_ID not in replaced
        if needs_studies and None in resources:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE, "Study not found")
        for resource in sorted(filter(None, resources), key=lambda one: one.id):
            if needs_studies and resource.level is not Level.STUDY:
                raise OrthancError(ErrorCode.UNKNOWN_RESOURCE, "Study not found")
            patient = self.target_patient(store, resource, replaced)
            if replaced and patient is not None and set(patient.children) - {resource.id}:
                self.check_same_patient(patient, replaced)

    def check_same_patient(self, patient: Resource, replaced: Mapping[int, Any]) -> None:
        """Refuses new patient tags that are not those of the patient to whom the copies of a study will belong."""
        names_missing = self.release.modification.names_missing_patient_tags
        for tag in self.release.store.main_dicom_tags[Level.PATIENT]:
            if tag in patient.main_tags and not isinstance(replaced.get(tag, ""), str):
                raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
            if tag not in replaced and names_missing and not patient.main_tags.get(tag):
                continue  # what is empty need not be given
            if tag in patient.main_tags and replaced.get(tag) != patient.main_tags[tag]:
                failure = "Failing tag"
                if tag not in replaced and names_missing:
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
        """The patient to whom the copies of a study will belong, None where there is none yet.

        One of whom the files have no PatientID, not even an empty one, is not found.
        """
        if PATIENT_ID not in replaced:
            patient = study.ancestor(Level.PATIENT)
            return patient if PATIENT_ID in patient.main_tags else None
        wanted = replaced[PATIENT_ID]
        if not isinstance(wanted, str):
            raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
        if "*" in wanted or "?" in wanted:
            raise OrthancError(
                ErrorCode.PARAMETER_OUT_OF_RANGE, f"Wildcards are not allowed on tag {format_tag(PATIENT_ID)}"
            )
        for patient in store.resources(Level.PATIENT):
            if patient.main_tags.get(PATIENT_ID) == wanted:
                return patient
        return None


def bad_request(details: str) -> OrthancError:
    return OrthancError(ErrorCode.BAD_REQUEST, details)
