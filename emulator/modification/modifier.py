"""One request applied to one stored file: parse, edit, renew the UIDs, write."""

from __future__ import annotations

from ..dicom.reader import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    DicomFile,
)
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.level import Level
from .edit import Editor
from .request import ModificationRequest
from .uids import UidMapper

#: The transfer syntaxes that need no codec.
UNCOMPRESSED = frozenset({IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, DEFLATED_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN})


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
        syntax = source.transfer_syntax
        if self.request.transcode is not None:
            syntax = self.transcoded(syntax, self.request.transcode)
        return write_file(DicomFile(source.meta, dataset, syntax), self.release.dcmtk_version)

    def transcoded(self, source: str, wanted: str) -> str:
        """The transfer syntax after "Transcode", which the emulator does as far as no codec is needed."""
        if wanted == source or (source in UNCOMPRESSED and wanted in UNCOMPRESSED):
            return wanted
        raise OrthancError(ErrorCode.INTERNAL_ERROR, f"Cannot transcode to transfer syntax: {wanted}")
