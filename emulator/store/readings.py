"""What was read from the files of instances lately: the parsed files, and the views of their tags.

A file is what its name, `file_uuid`, stands for, and never changes; so forks share their readings.
"""

from __future__ import annotations

import marshal
from collections.abc import Collection
from typing import Any, NamedTuple

from ..dicom.element import Dataset
from ..dicom.printed_views import view_text
from ..dicom.reader import DicomFile, read_file
from ..dicom.rules import FileRules, TextRules
from ..dicom.views import Format, view
from ..dictionary import Dictionary
from .recent import Recent
from .resource import Resource

#: How many bytes the parsed files may take, and how many the views and their texts: some hundred files of 258
#: elements.
PARSED_CAPACITY = 16 << 20
VIEWED_CAPACITY = 8 << 20

#: What an element takes in memory beside its value, in bytes.
ELEMENT_WEIGHT = 250


class View(NamedTuple):
    """The tags of a file, and the names and tags of the elements in whose place others of their name are shown."""

    tags: dict[str, Any]
    hidden: list[tuple[str, int]]


class KeptView(NamedTuple):
    """A view as it is kept: its tags in marshal's format.

    A reader gets tags of its own. Of the ways to copy them marshal is the fastest: 55 µs for the 258 elements of
    CT_small.dcm, where pickle needs 60 µs, json 110 µs and the view itself 300 µs (CPython 3.11).
    """

    tags: bytes
    hidden: list[tuple[str, int]]


class Readings:
    """Reads the files of one server and its forks; parsed files are shared: nobody may change one."""

    def __init__(self, dictionary: Dictionary, rules: FileRules) -> None:
        self.dictionary = dictionary
        self.rules = rules
        self.parsed: Recent[str, DicomFile] = Recent(PARSED_CAPACITY)
        self.viewed: Recent[tuple[object, ...], KeptView] = Recent(VIEWED_CAPACITY)
        self.texts: Recent[tuple[object, ...], tuple[str, list[tuple[str, int]]]] = Recent(VIEWED_CAPACITY)

    def file(self, instance: Resource) -> DicomFile:
        """The parsed file of an instance."""
        file = self.parsed.get(instance.file_uuid)
        if file is None:
            file = read_file(instance.file, self.dictionary, self.rules)
            self.keep(instance, file)
        return file

    def keep(self, instance: Resource, file: DicomFile) -> None:
        """Keeps the file of an instance, which was parsed to be stored."""
        self.parsed.put(instance.file_uuid, file, len(instance.file) + ELEMENT_WEIGHT * number_of_elements(file))

    def view(self, instance: Resource, form: Format, ignore_length: Collection[int], rules: TextRules) -> View:
        """The tags of an instance, for the caller to keep."""
        key = view_key(instance, form, ignore_length, rules)
        kept = self.viewed.get(key)
        if kept is not None:
            return View(marshal.loads(kept.tags), kept.hidden)
        made = self.made(instance, form, ignore_length, rules)
        self.keep_view(key, KeptView(marshal.dumps(made.tags), made.hidden))
        return made

    def text(
        self, instance: Resource, form: Format, ignore_length: Collection[int], rules: TextRules
    ) -> tuple[str, list[tuple[str, int]]]:
        """The JSON text of a view, and what the view hides."""
        key = view_key(instance, form, ignore_length, rules)
        kept = self.texts.get(key)
        if kept is None:
            hidden: list[tuple[str, int]] = []
            dataset = self.file(instance).dataset
            kept = view_text(dataset, self.dictionary, form, ignore_length, rules=rules, hidden=hidden), hidden
            self.texts.put(key, kept, len(kept[0]))
        return kept

    def keep_view(self, key: tuple[object, ...], kept: KeptView) -> None:
        self.viewed.put(key, kept, len(kept.tags))

    def made(self, instance: Resource, form: Format, ignore_length: Collection[int], rules: TextRules) -> View:
        hidden: list[tuple[str, int]] = []
        dataset = self.file(instance).dataset
        return View(view(dataset, self.dictionary, form, ignore_length, rules=rules, hidden=hidden), hidden)


def view_key(instance: Resource, form: Format, ignore_length: Collection[int], rules: TextRules) -> tuple[object, ...]:
    """What a view depends on: of the rules of texts only the codec can change while a server runs."""
    return instance.file_uuid, form.value, rules.default_codec, tuple(sorted(ignore_length))


def number_of_elements(file: DicomFile) -> int:
    return len(file.meta) + elements_in(file.dataset)


def elements_in(dataset: Dataset) -> int:
    """The elements and items in a dataset: an item without elements takes as much as an element."""
    if dataset.is_flat:
        return len(dataset)
    below = (1 + elements_in(item) for element in dataset if element.items for item in element.items)
    return len(dataset) + sum(below)
