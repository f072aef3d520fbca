"""The files of one server, read as its routes ask for them, with what that costs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..annotations.options import AnnotationOptions
from ..diagnostics import Diagnostic
from ..dicom.element import Dataset
from ..dicom.reader import DicomFile, read_file
from ..dicom.views import Format, view
from ..dicom.warnings import view_warnings
from ..dictionary import Dictionary
from ..modification.rules import ModificationRelease
from ..store.level import Level
from ..store.readings import Readings
from ..store.resource import Resource
from ..store.store import Store

if TYPE_CHECKING:
    from ..annotations.attachments import AttachmentRoom


@dataclass(frozen=True, eq=False, repr=False)
class Files:
    """Reads what one server stores; `tell` is told what a view hides."""

    store: Store
    dictionary: Dictionary
    release: ModificationRelease
    readings: Readings
    attachments: AttachmentRoom
    options: AnnotationOptions
    tell: Callable[[Iterable[Diagnostic]], None]

    # Bytes

    def bytes_of(self, instance: str, transcode: str | None = None) -> bytes:
        """The bytes of an instance's file, as they were stored or in another transfer syntax.

        Raises OrthancError for a transfer syntax that the server does not know or can't write (501 where it would need
        a codec), Internal error where 1.13.0 writes anew what can't be written.
        """
        if transcode is not None:
            return self.transcoded_bytes(instance, transcode)
        resource = self.store.get(Level.INSTANCE, instance)
        stored = self.attachments.data(Level.INSTANCE, instance, "dicom")
        self.store.traffic.read(resource)
        return stored

    def transcoded_bytes(self, instance: str, transcode: str) -> bytes:
        """The bytes of an instance's file in another transfer syntax, with the errors of `bytes_of`."""
        from ..modification.transcoding import check_transfer_syntax, transcoded_file  # few programs transcode
        from ..modification.unwritable import check_written_anew

        rules = self.release.modification
        if rules.checks_syntax_before_file:
            check_transfer_syntax(transcode, Level.INSTANCE, self.release)
        resource = self.store.get(Level.INSTANCE, instance)
        stored = self.attachments.data(Level.INSTANCE, instance, "dicom")
        check_transfer_syntax(transcode, Level.INSTANCE, self.release)
        file = read_file(stored, self.dictionary, self.release.dicom.files)
        if transcode != file.transfer_syntax or rules.rewrites_untranscoded_files:
            if transcode == file.transfer_syntax:
                check_written_anew(file, self.release)
            stored = transcoded_file(file, transcode, self.release)
        self.store.traffic.transcode(resource, transcode, len(stored), is_kept=True)
        return stored

    def stored_bytes(self, instance: Resource) -> bytes:
        """The bytes of an instance's file as they were stored, for who sends them on."""
        self.store.traffic.read(instance)
        return self.attachments.data(Level.INSTANCE, instance.id, "dicom")

    def written(self, file: DicomFile) -> bytes:
        """The bytes of a file as the server writes them."""
        from ..modification.transcoding import transcoded_file

        return transcoded_file(file, file.transfer_syntax, self.release)

    # Parsed files

    def read(self, instance: Resource) -> DicomFile:
        """The parsed file of an instance, which nobody may change: others read it, too."""
        self.options.check_readable()
        return self.readings.file(instance)

    def parse(self, instance: Resource) -> DicomFile:
        """The same, and counts that the server needed it, which has parsed files in a cache."""
        file = self.read(instance)
        self.store.traffic.parse(instance)
        return file

    def dataset(self, instance: Resource) -> Dataset:
        """The dataset of an instance."""
        return self.read(instance).dataset

    def parent_dataset(self, instance: Resource) -> Dataset:
        """The same, and counts that the server reads its file."""
        dataset = self.dataset(instance)
        self.store.traffic.read(instance)
        return dataset

    # Views

    def view(
        self, instance: str, form: Format, ignore_length: Collection[int] = (), *, whole: bool = False
    ) -> dict[str, Any]:
        """The tags of an instance, those in `ignore_length` however long they are."""
        resource = self.store.get(Level.INSTANCE, instance)
        self.store.traffic.parse(resource) if whole else self.store.traffic.read(resource)
        self.options.check_readable()
        rules = self.release.dicom.text
        if whole:  # seldom asked for: such a view is not kept
            hidden: list[tuple[str, int]] = []
            dataset = self.readings.file(resource).dataset
            shown = view(dataset, self.dictionary, form, ignore_length, rules=rules, whole=True, hidden=hidden)
        else:
            shown, hidden = self.readings.view(resource, form, ignore_length, rules)
        self.tell(view_warnings(hidden))
        return shown

    def view_text(self, instance: Resource, form: Format, ignore_length: Collection[int]) -> str:
        """The same as JSON text, which is made once."""
        self.store.traffic.read(instance)
        self.options.check_readable()
        text, hidden = self.readings.text(instance, form, ignore_length, self.release.dicom.text)
        self.tell(view_warnings(hidden))
        return text

    # Reconstruct

    def reconstruct(self, resource: Resource | None, body: Any) -> None:
        """Answers the body of a reconstruct, already parsed from JSON; None stands for all that is stored."""
        from ..store.reconstruction import Reconstruction, parse_options

        options = parse_options(body, self.release, of_all=resource is None)
        reconstruction = Reconstruction(self.store, self.dictionary, self.release, self.parse, self.written)
        top = self.store.resources(Level.PATIENT) if resource is None else [resource]
        count = sum(len(one.descendants(Level.INSTANCE)) for one in top)
        with self.store.lock, self.store.apart(count):
            if resource is None:
                reconstruction.everything(options)
            else:
                reconstruction.resource(resource, options)
