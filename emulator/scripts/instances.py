"""One DICOM file as the plugin shows it: the JSON of its elements by flags, and class `orthanc.DicomInstance`."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..dicom.character_sets import CharacterSet, character_set_of
from ..dicom.element import PIXEL_DATA, Dataset, Element, even
from ..dicom.reader import DicomFile, read_file
from ..dicom.text import element_text
from ..dicom.views import Format, Viewer, shown_creator
from ..dictionary.dictionary import UNKNOWN_TAG_NAME, Dictionary
from ..errors import ErrorCode, OrthancError
from ..imaging.frames import FrameReader
from ..rest.json_text import answer_text
from .arguments import takes

if TYPE_CHECKING:
    from ..server import Server
    from .errors import Raising

INCLUDE_BINARY, INCLUDE_PRIVATE_TAGS, INCLUDE_UNKNOWN_TAGS, INCLUDE_PIXEL_DATA = 1, 2, 4, 8
CONVERT_BINARY_TO_ASCII, CONVERT_BINARY_TO_NULL = 16, 32

#: The plugin's forms of JSON, by number.
FORMATS = {1: Format.FULL, 2: Format.SHORT, 3: Format.SIMPLIFY}

#: Where a file comes from, by the metadata "Origin": the members of orthanc.InstanceOrigin.
ORIGINS = {"DicomProtocol": 2, "RestApi": 3, "Plugins": 4, "Lua": 5, "WebDav": 6}


class FlaggedViewer(Viewer):
    """Shows the elements that the flags let through, in the file and in its items."""

    def __init__(
        self, dictionary: Dictionary, form: Format, character_set: CharacterSet, flags: int, longest: int
    ) -> None:
        super().__init__(dictionary, form, character_set)
        self.flags = flags
        self.longest = longest

    def dataset(self, dataset: Dataset) -> dict[str, Any]:
        kept = {tag: element for tag, element in dataset.elements.items() if self.is_shown(dataset, element)}
        pixel_data = kept.get(PIXEL_DATA)
        if pixel_data is not None and pixel_data.items is not None:  # bytes here, whatever they hold
            kept[PIXEL_DATA] = Element(PIXEL_DATA, pixel_data.vr, pixel_data.value)
        return super().dataset(Dataset(kept, dataset.late_creators))

    def is_shown(self, dataset: Dataset, element: Element) -> bool:
        tag = element.tag
        if tag == PIXEL_DATA:
            return bool(self.flags & INCLUDE_PIXEL_DATA)
        creator = None
        if tag & 0x10000:
            if not self.flags & INCLUDE_PRIVATE_TAGS:
                return False
            if tag & 0xFFFF >= 0x1000:
                creator = shown_creator(dataset, tag, self.character_set.rules)
        shown = self.dictionary.shown(tag, creator)
        name, vr = shown.name, shown.vr
        if name == UNKNOWN_TAG_NAME and not self.flags & INCLUDE_UNKNOWN_TAGS:
            return False
        is_binary = element.items is None and element_text(element, self.character_set, vr) is None
        return not is_binary or bool(self.flags & INCLUDE_BINARY)

    def value(self, element: Element, dictionary_vr: str) -> tuple[str, str | None]:
        text = None if element.tag == PIXEL_DATA else element_text(element, self.character_set, dictionary_vr)
        if text is None:
            return self.binary(element)
        if self.longest and len(text.encode("utf-8", "surrogateescape")) > self.longest:
            return "TooLong", None
        return "String", text

    def binary(self, element: Element) -> tuple[str, str | None]:
        """What stands for bytes: a data URI, unless the flags want them as ASCII, or nothing."""
        if self.flags & CONVERT_BINARY_TO_NULL:
            return "Null", None
        if self.flags & CONVERT_BINARY_TO_ASCII:
            return "Binary", "".join(chr(byte) for byte in element.value if 32 <= byte < 127 or byte == 10)
        return "Binary", "data:application/octet-stream;base64," + base64.b64encode(even(element.value)).decode("ascii")


def parsed(server: Server, data: bytes) -> DicomFile:
    """A file; raises OrthancError (Bad file format)."""
    return read_file(data, server.dictionary, server.release.dicom.files)


def flagged_json(server: Server, file: DicomFile, form: int, flags: int, longest: int) -> dict[str, Any]:
    """The elements of a file, in a form of the plugin's; raises OrthancError (Parameter out of range)."""
    if form not in FORMATS:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
    character_set = character_set_of(file.dataset, server.release.dicom.text)
    return FlaggedViewer(server.dictionary, FORMATS[form], character_set, flags, longest).dataset(file.dataset)


class DicomInstance:
    """`orthanc.DicomInstance`: one file, stored or not."""

    def __init__(self, made: tuple[Server, Raising, bytes, Mapping[str, str]] | None = None) -> None:
        if made is None:
            raise ValueError("Expected a pair (pointer, borrowed) in the constructor")
        self._server, self._raising, self._data, self._metadata = made
        self._parsed: DicomFile | None = None

    @property
    def _file(self) -> DicomFile:
        if self._parsed is None:
            try:
                self._parsed = parsed(self._server, self._data)
            except OrthancError:
                raise self._raising.error(-1) from None
        return self._parsed

    def _view(self, form: Format) -> str:
        from ..dicom.views import view

        file = self._file
        return answer_text(view(file.dataset, self._server.dictionary, form, rules=self._server.release.dicom.text))

    def _frames(self) -> FrameReader:
        return FrameReader(self._file, self._server.dictionary, self._server.release)

    @takes()
    def GetInstanceData(self) -> bytes:
        return self._data

    @takes()
    def SerializeDicomInstance(self) -> bytes:
        return self._data

    @takes()
    def GetInstanceSize(self) -> int:
        return len(self._data)

    @takes()
    def GetInstanceJson(self) -> str:
        return self._view(Format.FULL)

    @takes()
    def GetInstanceSimplifiedJson(self) -> str:
        return self._view(Format.SIMPLIFY)

    @takes("i", "i", "i")
    def GetInstanceAdvancedJson(self, form: int, flags: int, longest: int) -> str:
        from .functions import compact

        with self._raising.told():
            return compact(flagged_json(self._server, self._file, form, flags, longest))

    @takes()
    def GetInstanceTransferSyntaxUid(self) -> str:
        return self._file.transfer_syntax

    @takes()
    def HasInstancePixelData(self) -> int:
        return int(PIXEL_DATA in self._file.dataset)

    @takes()
    def GetInstanceFramesCount(self) -> int:
        with self._raising.told():
            return self._frames().count()

    @takes("i")
    def GetInstanceRawFrame(self, index: int) -> bytes:
        with self._raising.told():
            reader = self._frames()
            if not 0 <= index < reader.count():
                raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
            return reader.raw(index)

    @takes()
    def GetInstanceOrigin(self) -> int:
        return ORIGINS.get(self._metadata.get("Origin", ""), 4)

    @takes()
    def GetInstanceRemoteAet(self) -> str:
        return self._metadata.get("RemoteAET", "")

    @takes("s")
    def HasInstanceMetadata(self, name: str) -> int:
        return int(name in self._metadata)

    @takes("s")
    def GetInstanceMetadata(self, name: str) -> str | None:
        return self._metadata.get(name)
