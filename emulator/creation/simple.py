"""A body without "Tags", as Orthanc took it first: the tags themselves, standard ones, all of them texts.

Measured on Orthanc 1.9.1 to 1.13.0: only identifiers are added, and a SpecificCharacterSet is that of the texts whose
names come behind its own in the alphabet: of those after `0008,0005`, and of few after `SpecificCharacterSet`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dicom.character_sets import codec_of
from ..dicom.element import PIXEL_DATA, Dataset, Element, format_tag
from ..dicom.text_order import in_bytes
from ..dicom.writer import UNWRITTEN_GROUPS
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..modification.content import parse_content, put_content
from ..modification.elements import ElementMaker, check_not_item
from .files import with_new_identifiers
from .rules import CreationRelease


def simple_dataset(body: Mapping[str, Any], dictionary: Dictionary, release: CreationRelease) -> Dataset:
    """The dataset of a body that names tags alone; of two spellings of one tag the last in the alphabet counts.

    Raises OrthancError: Only string values are supported, Unknown DICOM tag, Internal error for a private tag.
    """
    dataset = Dataset()
    elements = ElementMaker(dictionary, release, "", interprets_data_uris=False)
    for name in sorted(body, key=in_bytes):
        text = body[name]
        if not isinstance(text, str):
            raise OrthancError(ErrorCode.CREATE_NOT_STRING)
        tag = dictionary.tag(name)
        check_not_item(tag)
        if tag & 0x10000:
            details = f"Cannot apply this function to private tags: {format_tag(tag)}"
            raise OrthancError(ErrorCode.INTERNAL_ERROR, details)
        if tag & 0xFFFF == 0:
            continue
        if tag == PIXEL_DATA:
            put_pixel_data(dataset, text, release)
            continue
        codec = codec_of(dataset, release.dicom.text)
        element = empty_element(tag, elements) if text == "" else elements.element(tag, text, codec)
        if element.group not in UNWRITTEN_GROUPS:
            dataset.put(element)
    return with_new_identifiers(dataset, overwrite=False)


def put_pixel_data(dataset: Dataset, text: str, release: CreationRelease) -> None:
    content = parse_content(text)
    if content is None:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    put_content(dataset, content, release)


def empty_element(tag: int, elements: ElementMaker) -> Element:
    vr = elements.written_vr(tag)
    return Element(tag, vr, items=[] if vr == "SQ" else None)
