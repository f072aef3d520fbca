"""A CreationRequest -> the datasets of the new files.

Measured on Orthanc 1.9.1 to 1.13.0. The keys of a JSON object are taken in the order of their bytes.
"""

from __future__ import annotations

import struct
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from ..dicom.character_sets import codec_of
from ..dicom.element import PIXEL_DATA, SPECIFIC_CHARACTER_SET, Dataset, Element
from ..dicom.identifiers import generate_uid
from ..dicom.padding import padded
from ..dicom.text_order import in_bytes
from ..dicom.writer import UNWRITTEN_GROUPS
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..modification.content import content_of, parse_content, put_content
from ..modification.edit import with_uid
from ..modification.elements import ElementMaker, check_not_item
from ..store.level import LEVELS, Level
from .inheritance import inherited_character_set, inherited_texts, tags_of_parents
from .request import CreationRequest, truth
from .rules import CreationRelease

PATIENT_ID = Level.PATIENT.identifier_tag

#: InstanceCreation, Study, Series, Acquisition and Content Date and Time: now, unless given or the parent's matter.
DATES = (0x00080012, 0x00080020, 0x00080021, 0x00080022, 0x00080023)
TIMES = (0x00080013, 0x00080030, 0x00080031, 0x00080032, 0x00080033)

#: What a request may override without "Force".
OVERRIDABLE = frozenset({PATIENT_ID, *DATES, *TIMES})

INSTANCE_NUMBER = 0x00200013
NUMBER_OF_TEMPORAL_POSITIONS = 0x00200105
IMAGES_IN_ACQUISITION = 0x00201002
IMAGE_INDEX = 0x00541330


class FileMaker:
    """Makes the datasets that one request asks for.

    `source` is the file that stands for the request's parent, `now` the time in seconds since the epoch.
    """

    def __init__(
        self,
        request: CreationRequest,
        source: Dataset | None,
        dictionary: Dictionary,
        release: CreationRelease,
        private_creator: str,
        now: float,
    ) -> None:
        self.request = request
        self.source = source
        self.dictionary = dictionary
        self.release = release
        self.now = now
        self.elements = ElementMaker(
            dictionary, release, private_creator, interprets_data_uris=request.interprets_data_uris
        )
        self.dataset = with_new_identifiers(Dataset(), overwrite=True)
        term = request.character_set
        if source is not None:
            term = inherited_character_set(source, term, release)
        if term is not None:
            put_text(self.dataset, SPECIFIC_CHARACTER_SET, "CS", term)
        self.codec = codec_of(self.dataset, release.dicom.text)
        self.dropped: set[int] = set()

    def base(self) -> Dataset:
        """The dataset without a content. Raises OrthancError for a tag that can't be given, or not this value."""
        if self.source is not None and self.request.parent is not None:
            self.inherit(self.source, self.request.parent.level)
        self.put_tags(self.dataset, self.request.tags)
        self.put_dates()
        return self.dataset

    def inherit(self, source: Dataset, level: Level) -> None:
        elements = ElementMaker(self.dictionary, self.release, "", interprets_data_uris=False)
        for tag, text in inherited_texts(source, level, self.dictionary, self.release):
            if not text and elements.written_vr(tag) == "SQ":  # 1.9.1 takes no empty text for one that is given
                self.dataset.put(Element(tag, "SQ", items=[]))
            else:
                self.dataset.put(elements.top_element(tag, text, self.codec))

    def put_tags(self, dataset: Dataset, tags: Mapping[str, Any]) -> None:
        """Writes what a request gives into a dataset. Group lengths and the character set are not even checked."""
        for name in sorted(tags, key=in_bytes):
            tag, value = self.dictionary.tag(name), tags[name]
            if tag == SPECIFIC_CHARACTER_SET or tag & 0xFFFF == 0:
                continue
            check_not_item(tag)
            if tag == PIXEL_DATA:
                raise OrthancError(ErrorCode.CREATE_USE_CONTENT)
            if not self.request.force and tag not in OVERRIDABLE and (tag in dataset or tag in self.dropped):
                raise OrthancError(ErrorCode.CREATE_OVERRIDES_TAG, name)
            self.put(dataset, tag, value)

    def put(self, dataset: Dataset, tag: int, value: Any) -> None:
        content = content_of(tag, value) if self.request.interprets_data_uris else None
        if content is not None:
            dataset.remove(tag)
            put_content(dataset, content, self.release)
            return
        element = self.elements.top_element(tag, value, self.codec)
        if element.group in UNWRITTEN_GROUPS:
            self.dropped.add(tag)
        else:
            dataset.put(element)

    def put_dates(self) -> None:
        local, parent = time.localtime(self.now), self.request.parent
        inherited = frozenset() if parent is None else tags_of_parents(parent.level)
        for tags, vr, form in ((DATES, "DA", "%Y%m%d"), (TIMES, "TM", "%H%M%S.000000")):
            for tag in tags:
                if tag not in self.dataset and tag not in inherited:
                    put_text(self.dataset, tag, vr, time.strftime(form, local))

    def series(self, contents: list[Any]) -> Iterator[Dataset]:
        """One dataset for each of several contents, made when it is asked for; they are numbered from 1 on."""
        base = self.dataset
        put_text(base, IMAGES_IN_ACQUISITION, "IS", str(len(contents)))
        put_text(base, NUMBER_OF_TEMPORAL_POSITIONS, "IS", "1")
        for number, content in enumerate(contents, 1):
            dataset = base.copy()
            with_uid(dataset, Level.INSTANCE.identifier_tag, generate_uid())
            if isinstance(content, Mapping):
                self.put_tags(dataset, item_tags(content))
            self.put_content(dataset, content["Content"] if isinstance(content, Mapping) else content)
            put_text(dataset, INSTANCE_NUMBER, "IS", str(number))
            dataset.put(Element(IMAGE_INDEX, "US", struct.pack("<H", number & 0xFFFF)))
            yield dataset

    def put_content(self, dataset: Dataset, content: Any) -> None:
        """Writes what "Content" gives, a data URI."""
        if not isinstance(content, str):
            raise OrthancError(ErrorCode.CREATE_USE_DATA_URI)
        parsed = parse_content(content)
        if parsed is None:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
        if truth(self.request.encapsulate) and parsed.mime_type != "image/jpeg":
            details = f"Cannot encapsulate pixel data from MIME type: {parsed.mime_type}"
            raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details)
        put_content(dataset, parsed, self.release)


def item_tags(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The "Tags" of one of several contents."""
    if "Content" not in item:
        raise OrthancError(ErrorCode.CREATE_NO_PAYLOAD)
    tags = item.get("Tags", {})
    if not isinstance(tags, Mapping):
        raise OrthancError(ErrorCode.BAD_REQUEST, "Tags field is not an array")
    return tags


def with_new_identifiers(dataset: Dataset, *, overwrite: bool) -> Dataset:
    """Gives a dataset a PatientID and UIDs of its own, or only those that it lacks."""
    for level in LEVELS:
        tag = level.identifier_tag
        if not overwrite and tag in dataset:
            continue
        if level is Level.PATIENT:
            put_text(dataset, tag, "LO", str(uuid.uuid4()))
        else:
            with_uid(dataset, tag, generate_uid())
    return dataset


def put_text(dataset: Dataset, tag: int, vr: str, text: str) -> None:
    dataset.put(Element(tag, vr, padded(text.encode("ascii"), vr)))
