"""One request applied to one stored file: parse, edit, anonymize, renew the UIDs, write."""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Diagnostic
from ..dicom.reader import DicomFile
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.level import LEVELS, Level
from .anonymization import Anonymization, Anonymizer
from .edit import Editor
from .pitfalls import EditPitfalls
from .request import ModificationRequest
from .transcoding import check_pixel_data, transcoded, transcoded_if_possible
from .uids import UidMapper

ONE_OF = {Level.STUDY: "a study", Level.SERIES: "a series", Level.INSTANCE: "an instance"}
IDENTIFIERS = {Level.PATIENT: "PatientID", Level.STUDY: "StudyInstanceUID", Level.SERIES: "SeriesInstanceUID"}


class Modifier:
    """Applies one request to the files of a resource of one level; for an anonymization that is PATIENT always.

    `names_level` says that a request for many resources names the level, which binds it to an instance's, too.
    """

    def __init__(
        self,
        request: ModificationRequest,
        level: Level,
        dictionary: Dictionary,
        release: Release,
        private_creator: str,
        anonymization: Anonymization | None = None,
        *,
        names_level: bool = False,
    ) -> None:
        self.request = request
        self.names_level = names_level
        self.level = level
        self.release = release
        self.anonymization = anonymization
        self.uids = UidMapper(request, level)
        self.editor = Editor(request, dictionary, release, private_creator)
        self.anonymizer: Anonymizer | None = None
        if anonymization is not None:
            self.anonymizer = Anonymizer(anonymization, self.uids, dictionary, release)
            self.editor.anonymize = self.anonymizer.anonymize

    def modify(self, source: DicomFile) -> tuple[bytes, list[Diagnostic]]:
        """The bytes of the modified file, and what an app would regret of it; raises as `edited` does."""
        file = self.edited(source, is_copy=False)
        return write_file(file, self.release.dcmtk_version), self.pitfalls(source, file)

    def pitfalls(self, source: DicomFile, edited: DicomFile) -> list[Diagnostic]:
        """What an app would regret of an edited file."""
        codec = self.editor.codec(edited.dataset)
        return [*EditPitfalls(self.request, self.editor.elements).of(source.dataset, edited.dataset, codec)]

    def edited(self, source: DicomFile, *, is_copy: bool = True) -> DicomFile:
        """The modified file, not yet written; `is_copy` says that it will be stored.

        Raises OrthancError: Bad request for what the level forbids, Bad file format for a value that its VR does not
        take.
        """
        if not is_copy and self.release.transcodes_before_editing:
            source = replace(source, transfer_syntax=transcoded(source, self.request.transcode, self.release))
        self.editor.check_identifiers()
        self.check_level()
        dataset = source.dataset if self.anonymizer is None else self.anonymizer.cleaned(source.dataset)
        dataset = self.editor.edit(dataset)
        self.uids.renew(source.dataset, dataset)
        transcode = transcoded_if_possible if is_copy else transcoded
        edited = DicomFile(source.meta, dataset, source.transfer_syntax)
        edited.transfer_syntax = transcode(edited, self.request.transcode, self.release)
        check_pixel_data(edited)
        return edited

    def check_level(self) -> None:
        """Releases before 1.12: a patient needs a new PatientID, below it the parents' identifiers stay."""
        if not self.release.guards_parent_identifiers or (self.level is Level.INSTANCE and not self.names_level):
            return
        if self.level is Level.PATIENT:
            if not self.changes_patient_id:
                raise OrthancError(
                    ErrorCode.BAD_REQUEST, "When modifying a patient, her PatientID is required to be modified"
                )
            return
        for level in LEVELS[: self.level.depth]:
            if self.request.replaced(level.identifier_tag):
                details = (
                    f"When modifying {ONE_OF[self.level]}, the parent {IDENTIFIERS[level]} cannot be manually modified"
                )
                raise OrthancError(ErrorCode.BAD_REQUEST, details)

    @property
    def changes_patient_id(self) -> bool:
        tag = Level.PATIENT.identifier_tag
        renewed = self.anonymization is not None and tag in self.anonymization.renewed
        return renewed or self.request.replaced(tag)
