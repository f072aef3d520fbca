"""A dataset -> the JSON of /tags, /tags?short and /simplified-tags (measured on Orthanc 1.9.1 to 1.13.0)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum
from typing import Any

from ..dictionary import Dictionary
from ..dictionary.dictionary import Shown
from .character_sets import CharacterSet, character_set_of, unchecked_utf_8
from .element import NUMBER_SIZES, PIXEL_DATA, TEXT_VRS, Dataset, Element
from .rules import TextRules
from .text import MAXIMUM_TEXT_LENGTH, NOT_KEPT, element_text, text_bytes

JsonObject = dict[str, Any]

#: A text of no more characters is not too long whatever they are: none has more than four bytes in UTF-8.
SHORTEST_TOO_LONG = MAXIMUM_TEXT_LENGTH // 4


class Format(Enum):
    """How a view names and shows an element."""

    FULL = "full"
    SHORT = "short"
    SIMPLIFY = "simplify"


def view(
    dataset: Dataset,
    dictionary: Dictionary,
    form: Format,
    ignore_length: Collection[int] = (),
    *,
    rules: TextRules,
    whole: bool = False,
    hidden: list[tuple[str, int]] | None = None,
    character_set: CharacterSet | None = None,
) -> JsonObject:
    """The elements of a file up to its pixel data, or of the `whole` file, as JSON.

    `character_set` is that of the file where `dataset` is a part of it, by default the one that `dataset` declares.

    Elements whose tags are in `ignore_length` are shown however long they are. `hidden` receives the name and tag of
    each element in whose place another of its name is shown.
    """
    viewer = Viewer(dictionary, form, character_set or character_set_of(dataset, rules), ignore_length)
    viewed = viewer.dataset(dataset if whole else up_to_pixel_data(dataset))
    if hidden is not None:
        hidden += viewer.hidden
    return viewed


def up_to_pixel_data(dataset: Dataset) -> Dataset:
    """What the server reads of a file for its views."""
    unread = dataset.from_pixel_data_on
    shown = dataset.elements.copy()
    for tag in unread:
        shown.pop(tag, None)
    while shown and next(reversed(shown)) > PIXEL_DATA:
        shown.popitem()
    if unread:
        pixel_data = dataset.elements[PIXEL_DATA]
        shown[PIXEL_DATA] = Element(PIXEL_DATA, "OB", items=pixel_data.items)
    return Dataset(shown, dataset.late_creators)


class Viewer:
    """Shows the elements of one file: its character set is that of every item too."""

    def __init__(
        self, dictionary: Dictionary, form: Format, character_set: CharacterSet, ignore_length: Collection[int] = ()
    ) -> None:
        self.dictionary = dictionary
        self.form = form
        self.character_set = character_set
        self.kept = character_set.texts.get
        self.ignore_length = ignore_length
        self.hidden: list[tuple[str, int]] = []

    def dataset(self, dataset: Dataset) -> JsonObject:
        """The elements by tag, or by name: of several with one name the last remains."""
        result: JsonObject = {}
        by_name, in_full = self.form is Format.SIMPLIFY, self.form is Format.FULL
        for element, shown, creator in self.elements(dataset):
            key = shown.name if by_name else shown.number
            if by_name and key in result:
                self.hidden.append((key, element.tag))
            if element.items is not None:
                items = [self.dataset(item) for item in element.items]
                result[key] = {"Name": shown.name, "Type": "Sequence", "Value": items} if in_full else items
                continue
            kind, text = self.value(element, shown.vr)
            if not in_full:
                result[key] = text
            elif creator is None:
                result[key] = {"Name": shown.name, "Type": kind, "Value": text}
            else:
                result[key] = {"Name": shown.name, "PrivateCreator": creator, "Type": kind, "Value": text}
        if by_name:  # numbers are in order, as the tags are; by code points, as by their bytes in UTF-8
            return {name: result[name] for name in sorted(result)}
        return result

    def elements(self, dataset: Dataset) -> Iterator[tuple[Element, Shown, str | None]]:
        """The elements with what the dictionary tells of them, and the private creator."""
        rules = self.character_set.rules
        known, shown = self.dictionary.all_shown.get, self.dictionary.shown
        creators: dict[int, str | None] = {}  # by block: those of a block's elements need not be decoded for each
        for tag, element in dataset.elements.items():
            creator = None
            if tag & 0x10000 and tag & 0xFFFF >= 0x1000:
                block = tag & 0xFFFFFF00
                if block not in creators:
                    creators[block] = shown_creator(dataset, tag, rules)
                creator = creators[block]
            yield element, known(tag if creator is None else (tag, creator)) or shown(tag, creator), creator

    def value(self, element: Element, dictionary_vr: str) -> tuple[str, str | None]:
        """The type and the text of an element that is no sequence."""
        text = self.kept((element.vr, element.value), NOT_KEPT)  # in place: half of the elements need no more
        if text is NOT_KEPT:
            text = element_text(element, self.character_set, dictionary_vr)
        if text is None:
            return "Null", None
        if len(text) > SHORTEST_TOO_LONG and element.tag not in self.ignore_length and too_long(text):
            return "TooLong", None
        return "String", text


def too_long(text: str) -> bool:
    return len(text) > MAXIMUM_TEXT_LENGTH or (
        not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > MAXIMUM_TEXT_LENGTH
    )


def shown_creator(dataset: Dataset, tag: int, rules: TextRules) -> str | None:
    """The private creator of an element's block, if its creator element is of a text VR and has a value.

    The character set of the file plays no role for it; blanks alone make it "".
    """
    creator = dataset.creator_element(tag)
    if creator is None or creator.vr not in TEXT_VRS or not creator.value:
        return None
    return unchecked_utf_8(text_bytes(creator.value, creator.vr, rules))


def is_too_long(element: Element, text: str) -> bool:
    """Whether the text of an element is too long for the index, where numbers never are."""
    return (element.vr == "AT" or element.vr not in NUMBER_SIZES) and too_long(text)


def tag_text(dataset: Dataset, tag: int, dictionary: Dictionary, rules: TextRules) -> str | None:
    """The text of one element, as the views show it but however long; None where it is absent or shows none."""
    element = dataset.get(tag)
    if element is None or element.items is not None:
        return None
    return shown_text(element, dataset, character_set_of(dataset, rules), dictionary)


def shown_text(element: Element, dataset: Dataset, character_set: CharacterSet, dictionary: Dictionary) -> str | None:
    """The text of an element that is no sequence, in a dataset of this character set; None where it shows none."""
    if element.vr != "UN":  # what the dictionary says counts for a UN alone, and half of this went into asking it
        return element_text(element, character_set, "")
    return element_text(element, character_set, shown_vr(dataset, element.tag, dictionary, character_set.rules))


def shown_vr(dataset: Dataset, tag: int, dictionary: Dictionary, rules: TextRules) -> str:
    """The VR that the dictionary gives to a tag in this dataset, "" without an entry."""
    entry = dictionary.find(tag >> 16, tag & 0xFFFF, shown_creator(dataset, tag, rules))
    return "" if entry is None else entry.vr


def sequence_view(dataset: Dataset, tag: int, dictionary: Dictionary, rules: TextRules) -> list[JsonObject] | None:
    """The items of one sequence, as /tags shows them; None for anything else."""
    element = dataset.get(tag)
    if element is None or element.items is None:
        return None
    viewer = Viewer(dictionary, Format.FULL, character_set_of(dataset, rules))
    return [viewer.dataset(item) for item in element.items]


def in_form(tags: JsonObject, form: Format) -> JsonObject:
    """Tags shown in full, in the form asked for: items keep to it too."""
    if form is Format.FULL:
        return dict(tags)
    result = {}
    for number, shown in sorted(tags.items()):
        value = shown["Value"]
        if shown["Type"] == "Sequence":
            value = [in_form(item, form) for item in value]
        result[shown["Name"] if form is Format.SIMPLIFY else number] = value
    return result
