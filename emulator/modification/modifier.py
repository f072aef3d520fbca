"""One request applied to one stored file: parse, edit, anonymize, renew the UIDs, write."""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Diagnostic
from ..dicom.reader import DicomFile
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS, Level
from .anonymization import Anonymization, Anonymizer
from .edit import Editor
from .request import ModificationRequest
from .rules import ModificationRelease
from .transcoding import is_lost, transcoded, transcoded_if_possible
from .uids import UidMapper
from .unwritable import is_writable, unwritable_answer, unwritable_copy
from .warnings import EditPitfalls

ONE_OF = {Level.STUDY: "a study", Level.SERIES: "a series", Level.INSTANCE: "an instance"}
IDENTIFIERS = {Level.PATIENT: "PatientID", Level.STUDY: "StudyInstanceUID", Level.SERIES: "SeriesInstanceUID"}


class Modifier:
    """Applies one request to the files of a resource of one level; for an anonymization that is PATIENT always.

    `names_level` says that a request for many resources names the level, which binds it to an instance's, too,
    `removes_identifiers` that a PatientID may be taken away, as by a merge into a study without one.
    """

    def __init__(
        self,
        request: ModificationRequest,
        level: Level,
        dictionary: Dictionary,
        release: ModificationRelease,
        private_creator: str,
        anonymization: Anonymization | None = None,
        *,
        names_level: bool = False,
        removes_identifiers: bool = False,
    ) -> None:
        self.request = request
        self.names_level = names_level
        self.removes_identifiers = removes_identifiers
        self.level = level
        self.release = release
        self.anonymization = anonymization
        self.uids = UidMapper(request, level, names_level=names_level)
        self.editor = Editor(request, dictionary, release, private_creator)
        self.anonymizer: Anonymizer | None = None
        if anonymization is not None:
            self.anonymizer = Anonymizer(anonymization, self.uids, dictionary, release)
            self.editor.anonymize = self.anonymizer.anonymize

    def modify(self, source: DicomFile) -> tuple[bytes, list[Diagnostic]]:
        """The bytes of the modified file, and what an app would regret of it.

        Raises OrthancError as `in_own_syntax` and `transcoded` do, and `unwritable_answer`.
        """
        wanted = self.request.transcode
        if self.release.modification.transcodes_before_editing:
            syntax = transcoded(source, wanted, self.release)
            if syntax != source.transfer_syntax:
                source = replace(source, transfer_syntax=syntax)
        file = self.in_own_syntax(source)
        own = file.transfer_syntax
        answer = None if is_writable(file, own, self.release) else unwritable_answer(file, wanted, self.release)
        if answer is None:
            file.transfer_syntax = transcoded(file, wanted, self.release)
            lost = file.transfer_syntax != own and is_lost(file, self.release)
            answer = b"" if lost else write_file(file, self.release.dcmtk_version)
        return answer, self.warnings(source, file)

    def warnings(self, source: DicomFile, edited: DicomFile) -> list[Diagnostic]:
        """What an app would regret of an edited file."""
        codec = self.editor.codec(edited.dataset)
        return [*EditPitfalls(self.request, self.editor.elements).of(source.dataset, edited.dataset, codec)]

    def edited(self, source: DicomFile) -> DicomFile:
        """The copy of a file in a cascade, not yet written.

        Raises OrthancError as `in_own_syntax` does, Internal error for what can't be written.
        """
        file = self.in_own_syntax(source)
        file.transfer_syntax = transcoded_if_possible(file, self.request.transcode, self.release)
        if not is_writable(file, source.transfer_syntax, self.release):
            raise unwritable_copy(file, source.transfer_syntax, self.release)
        return file

    def in_own_syntax(self, source: DicomFile) -> DicomFile:
        """The modified file in the transfer syntax of its source.

        Raises OrthancError: Bad request for what the level forbids, Bad file format for a value that its VR does not
        take.
        """
        if not self.removes_identifiers:
            self.editor.check_identifiers()
        self.check_level()
        dataset = source.dataset if self.anonymizer is None else self.anonymizer.cleaned(source.dataset)
        dataset = self.editor.edit(dataset)
        self.uids.renew(source.dataset, dataset)
        return DicomFile(source.meta, dataset, source.transfer_syntax)

    def check_level(self) -> None:
        """Releases before 1.12: a patient needs a new PatientID, below it the parents' identifiers stay."""
        if not self.release.modification.guards_parent_identifiers or (
            self.level is Level.INSTANCE and not self.names_level
        ):
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
