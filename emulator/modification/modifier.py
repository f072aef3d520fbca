"""One request applied to one stored file: parse, edit, renew the UIDs, write."""

from __future__ import annotations

from ..dicom.reader import DicomFile
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..releases import Release
from ..store.level import Level
from .edit import Editor
from .request import ModificationRequest
from .transcoding import transcoded
from .uids import UidMapper


class Modifier:
    """Applies one request to the files of a resource of one level."""

    def __init__(
        self,
        request: ModificationRequest,
        level: Level,
        dictionary: Dictionary,
        release: Release,
        private_creator: str,
    ) -> None:
        self.request = request
        self.editor = Editor(request, dictionary, release, private_creator)
        self.uids = UidMapper(request, level)
        self.release = release

    def modify(self, source: DicomFile) -> bytes:
        """The bytes of the modified file; raises OrthancError for a value that its VR does not take."""
        dataset = self.editor.edit(source.dataset)
        self.uids.renew(source.dataset, dataset)
        syntax = transcoded(source, self.request.transcode, self.release)
        return write_file(DicomFile(source.meta, dataset, syntax), self.release.dcmtk_version)
