"""Queries of the DICOM network that a script answers: FindQuery, FindAnswers, WorklistQuery, WorklistAnswers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dicom.character_sets import character_set_of
from ..dicom.element import Dataset, Element
from ..dicom.reader import DicomFile
from ..dicom.text import element_text
from ..dicom.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN
from ..dicom.writer import write_file
from ..dimse.worklists import Matcher
from ..errors import OrthancError
from .arguments import takes
from .instances import parsed

if TYPE_CHECKING:
    from ..server import Server
    from .errors import Raising

NOT_TO_BE_MADE = "Expected a pair (pointer, borrowed) in the constructor"


class Asked:
    """What another server asked for, and what the script answers."""

    def __init__(self, server: Server, raising: Raising, keys: Dataset) -> None:
        self.server = server
        self.raising = raising
        self.keys = keys
        self.answers: list[Dataset] = []
        self.is_incomplete = False

    def dataset(self, data: bytes) -> Dataset:
        """A file that a script gives; raises the plugin's error."""
        try:
            return parsed(self.server, data).dataset
        except OrthancError:
            raise self.raising.error(-1) from None


class FindQuery:
    """`orthanc.FindQuery`: the keys of a C-FIND, by index."""

    def __init__(self, made: Asked | None = None) -> None:
        if made is None:
            raise ValueError(NOT_TO_BE_MADE)
        self._asked = made
        self._keys: list[Element] = [*made.keys]

    def _tag(self, index: int) -> int:
        if not 0 <= index < len(self._keys):
            raise self._asked.raising.error(-1)
        return self._keys[index].tag

    @takes()
    def GetFindQuerySize(self) -> int:
        return len(self._keys)

    @takes("i")
    def GetFindQueryTagGroup(self, index: int) -> int:
        return self._tag(index) >> 16

    @takes("i")
    def GetFindQueryTagElement(self, index: int) -> int:
        return self._tag(index) & 0xFFFF

    @takes("i")
    def GetFindQueryTagName(self, index: int) -> str:
        keys, tag = self._asked.keys, self._tag(index)
        return self._asked.server.dictionary.look_up(tag, keys.private_creator(tag)).name

    @takes("i")
    def GetFindQueryValue(self, index: int) -> str:
        self._tag(index)
        keys, server = self._asked.keys, self._asked.server
        return element_text(self._keys[index], character_set_of(keys, server.release.dicom.text), "") or ""


class FindAnswers:
    """`orthanc.FindAnswers`: what a script answers to a C-FIND."""

    def __init__(self, made: Asked | None = None) -> None:
        if made is None:
            raise ValueError(NOT_TO_BE_MADE)
        self._asked = made

    @takes("b")
    def FindAddAnswer(self, data: bytes) -> None:
        self._asked.answers.append(self._asked.dataset(data))

    @takes()
    def FindMarkIncomplete(self) -> None:
        self._asked.is_incomplete = True


class WorklistQuery:
    """`orthanc.WorklistQuery`: the keys of a C-FIND for worklists."""

    def __init__(self, made: Asked | None = None) -> None:
        if made is None:
            raise ValueError(NOT_TO_BE_MADE)
        self._asked = made

    @takes()
    def WorklistGetDicomQuery(self) -> bytes:
        file = DicomFile(Dataset(), self._asked.keys, EXPLICIT_LITTLE_ENDIAN)
        return write_file(file, self._asked.server.release.dcmtk_version)

    @takes("b")
    def WorklistIsMatch(self, data: bytes) -> int:
        matcher, dataset = Matcher(self._asked.server), self._asked.dataset(data)
        return int(all(matcher.matches(dataset, path, one) for path, one in matcher.constraints(self._asked.keys)))


class WorklistAnswers:
    """`orthanc.WorklistAnswers`: what a script answers to a C-FIND for worklists."""

    def __init__(self, made: Asked | None = None) -> None:
        if made is None:
            raise ValueError(NOT_TO_BE_MADE)
        self._asked = made

    @takes("o", "b")
    def WorklistAddAnswer(self, query: WorklistQuery, data: bytes) -> None:
        matcher = Matcher(self._asked.server)
        self._asked.answers.append(matcher.answer(self._asked.dataset(data), self._asked.keys))

    @takes()
    def WorklistMarkIncomplete(self) -> None:
        self._asked.is_incomplete = True
