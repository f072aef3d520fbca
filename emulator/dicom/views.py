"""A dataset -> the JSON of /tags, /tags?short and /simplified-tags (measured on Orthanc 1.9.1, 1.10.1, 1.12.7)."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from typing import Any

from ..dictionary import PRIVATE_CREATOR_NAME, UNKNOWN_TAG_NAME, Dictionary
from .character_sets import codec_of
from .element import PIXEL_DATA, Dataset, Element, format_tag
from .text import MAXIMUM_TEXT_LENGTH, TEXT_VRS, element_text, text_of

JsonObject = dict[str, Any]


class Format(Enum):
    """How a view names and shows an element."""

    FULL = "full"
    SHORT = "short"
    SIMPLIFY = "simplify"


def view(dataset: Dataset, dictionary: Dictionary, form: Format, ignore_length: Collection[int] = ()) -> JsonObject:
    """The elements of a file up to its pixel data, as JSON.

    Elements whose tags are in `ignore_length` are shown however long they are.
    """
    shown = Dataset({tag: element for tag, element in dataset.elements.items() if tag <= PIXEL_DATA})
    return Viewer(dictionary, form, codec_of(dataset), ignore_length).dataset(shown)


class Viewer:
    """Shows the elements of one file: its character set is that of every item too."""

    def __init__(self, dictionary: Dictionary, form: Format, codec: str, ignore_length: Collection[int] = ()) -> None:
        self.dictionary = dictionary
        self.form = form
        self.codec = codec
        self.ignore_length = ignore_length

    def dataset(self, dataset: Dataset) -> JsonObject:
        """The elements by tag, or by name: of several with one name the last remains."""
        result: JsonObject = {}
        for element in dataset:
            creator = shown_creator(dataset, element.tag, self.codec)
            name, vr = self.definition(element, creator)
            key = name if self.form is Format.SIMPLIFY else format_tag(element.tag)
            result[key] = self.element(element, name, vr, creator)
        return dict(sorted(result.items(), key=lambda item: item[0].encode("utf-8")))

    def definition(self, element: Element, creator: str | None) -> tuple[str, str]:
        """The name of an element, and the VR that the dictionary gives it ("" without an entry)."""
        if element.is_private_creator and element.group >= 0x0009:
            return PRIVATE_CREATOR_NAME, "LO"
        entry = self.dictionary.find(element.group, element.tag & 0xFFFF, creator)
        return (UNKNOWN_TAG_NAME, "") if entry is None else (entry.name, entry.vr)

    def element(self, element: Element, name: str, vr: str, creator: str | None) -> Any:
        if element.items is not None:
            items = [self.dataset(item) for item in element.items]
            return items if self.form is not Format.FULL else {"Name": name, "Type": "Sequence", "Value": items}
        text = element_text(element, self.codec, vr)
        kind = "Null" if text is None else "String"
        if text is not None and element.tag not in self.ignore_length and too_long(text):
            kind, text = "TooLong", None
        if self.form is not Format.FULL:
            return text
        result = {"Name": name}
        if creator:
            result["PrivateCreator"] = creator
        return {**result, "Type": kind, "Value": text}


def too_long(text: str) -> bool:
    return len(text) > MAXIMUM_TEXT_LENGTH or (
        not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > MAXIMUM_TEXT_LENGTH
    )


def shown_creator(dataset: Dataset, tag: int, codec: str) -> str | None:
    """The private creator of an element's block, if its creator element is text and not empty."""
    if not tag & 0x10000 or tag & 0xFFFF < 0x1000:
        return None
    creator = dataset.get((tag & 0xFFFF0000) | (tag >> 8 & 0xFF))
    if creator is None or creator.vr not in TEXT_VRS:
        return None
    return text_of(creator.value, creator.vr, codec) or None


def tag_text(dataset: Dataset, tag: int, dictionary: Dictionary) -> str | None:
    """The text of one element, as the views show it but however long; None where it is absent or shows none."""
    element = dataset.get(tag)
    if element is None or element.items is not None:
        return None
    codec = codec_of(dataset)
    entry = dictionary.find(element.group, tag & 0xFFFF, shown_creator(dataset, tag, codec))
    return element_text(element, codec, "" if entry is None else entry.vr)
