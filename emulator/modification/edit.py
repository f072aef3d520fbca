"""A file and a request -> the edited file: a pure function, the same at every level.

Measured on Orthanc 1.9.1 to 1.13.0, unless a comment says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from ..dicom.character_sets import codec_of
from ..dicom.element import SPECIFIC_CHARACTER_SET, Dataset, Element
from ..dicom.padding import repad
from ..dicom.writer import UNWRITTEN_GROUPS
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from .content import content_of, put_content
from .elements import ElementMaker, check_not_item
from .request import IDENTIFIER_TAGS, ModificationRequest
from .rules import ModificationRelease
from .tag_path import TagPath

#: Names of character sets are written in Latin-1, whatever they say and the file had (measured on 1.9.1 to 1.13.0).
CODEC_OF_CHARACTER_SETS = "iso8859-1"


class Editor:
    """Applies one request to files.

    `private_creator` is the one that gives private tags their VR (see ElementMaker). `anonymize` is given a source and
    its copy once the top level of the copy is edited: what the request says of items comes after it.
    """

    def __init__(
        self,
        request: ModificationRequest,
        dictionary: Dictionary,
        release: ModificationRelease,
        private_creator: str,
        anonymize: Callable[[Dataset, Dataset], None] = lambda source, copy: None,
    ) -> None:
        self.request = request
        self.dictionary = dictionary
        self.release = release
        self.elements = ElementMaker(dictionary, release, private_creator)
        self.anonymize = anonymize

    def edit(self, source: Dataset) -> Dataset:
        """The edited copy of a dataset, its UIDs as the request leaves them.

        Top-level tags come first, then those in items; what is kept was taken out of the request when it was parsed.
        Raises OrthancError for a value that the VR of its tag does not take.
        """
        dataset = source.copy()
        self.remove(dataset, nested=False)
        codec = self.codec(dataset)
        self.replace(dataset, codec, nested=False)
        self.anonymize(source, dataset)
        self.remove(dataset, nested=True)
        self.replace(dataset, codec, nested=True)
        repad(dataset, strips_nuls=self.release.dicom.text.strips_nuls)
        return dataset

    def check_identifiers(self) -> None:
        """Refuses to remove one of the four identifiers, which the server notices at the first instance only."""
        if any(path.tag in IDENTIFIER_TAGS and not path.nested for path in self.request.remove):
            details = "It is forbidden to remove one of the main Dicom identifiers"
            raise OrthancError(
                ErrorCode.BAD_REQUEST, details if self.release.modification.explains_removed_identifiers else None
            )

    def remove(self, dataset: Dataset, *, nested: bool) -> None:
        for path in self.request.remove:
            if path.nested != nested:
                continue
            for found in path.datasets(dataset):
                found.remove(path.tag)
        if self.request.remove_private_tags and not nested:
            for tag in [*dataset.elements]:
                if tag & 0x10000 and not self.request.kept(tag) and not self.request.replaced(tag):
                    dataset.remove(tag)

    def codec(self, dataset: Dataset) -> str:
        """Python's codec for new values: a character set that the same request writes holds for them already."""
        terms = self.request.replace.get(TagPath((), SPECIFIC_CHARACTER_SET))
        if terms is None:
            return codec_of(dataset, self.release.dicom.text)
        element = self.elements.element(SPECIFIC_CHARACTER_SET, terms, CODEC_OF_CHARACTER_SETS)
        return codec_of(Dataset({element.tag: element}), self.release.dicom.text)

    def replace(self, dataset: Dataset, codec: str, *, nested: bool) -> None:
        paths = [path for path in self.request.replace if path.nested == nested]
        if not nested:
            paths.sort()  # by tag; paths into sequences keep the order of the request's keys
        for path in paths:
            group, value = path.tag >> 16, self.request.replace[path]
            check_not_item(path.tag)
            content = None if nested else content_of(path.tag, value)
            if content is not None:
                dataset.remove(path.tag)
                put_content(dataset, content, self.release)
                continue
            make = self.elements.element if nested else self.elements.top_element
            # the name of a character set is written before it holds
            element = make(path.tag, value, CODEC_OF_CHARACTER_SETS if path.tag == SPECIFIC_CHARACTER_SET else codec)
            if group in UNWRITTEN_GROUPS:
                continue
            for found in path.datasets(dataset):
                found.put(element)


def with_uid(dataset: Dataset, tag: int, value: str) -> None:
    """Writes a UID into a dataset, padded with a NUL to an even length."""
    dataset.put(Element(tag, "UI", (value + "\0" * (len(value) % 2)).encode("ascii")))
