"""A tag as a request names it: "PatientName", "0011,1001", or a path such as "0040,a730[0].0040,a168"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..dicom.element import Dataset, format_tag
from ..dictionary import Dictionary
from ..dictionary.tag_text import PLAIN_TAG
from ..errors import ErrorCode, OrthancError
from .rules import ModificationRelease

#: The index of a path that means every item.
ALL_ITEMS = -1

#: What may stand around a tag or a path (C's isspace), measured on 1.10.1 to 1.13.0.
WHITE_SPACE = " \t\n\v\f\r"

INDEX = re.compile(r"\s*[+-]?[0-9]{1,40}\s*\Z")
MAXIMUM_INDEX = (1 << 31) - 1


#: What "Details" begin with where parentheses hold no tag.
UNREADABLE = "Cannot parse tag: "


class TagPath(NamedTuple):
    """A tag and the items that lead to it: `parents` holds (tag of a sequence, item's index or ALL_ITEMS)."""

    parents: tuple[tuple[int, int], ...]
    tag: int

    @property
    def nested(self) -> bool:
        """Whether the tag stands in an item of a sequence."""
        return self.parents != ()

    def tags(self) -> Iterator[int]:
        """The tags of the sequences on the way, and the tag itself."""
        yield from (tag for tag, _ in self.parents)
        yield self.tag

    def datasets(self, dataset: Dataset) -> Iterator[Dataset]:
        """The datasets in which the path ends: none where a sequence or an item is missing."""
        found = [dataset]
        for tag, index in self.parents:
            found = [item for parent in found for item in items_of(parent, tag, index)]
        yield from found


def items_of(dataset: Dataset, tag: int, index: int) -> list[Dataset]:
    element = dataset.get(tag)
    if element is None or element.items is None:
        return []
    return element.items if index == ALL_ITEMS else element.items[index : index + 1]


def parse_tag_path(text: str, dictionary: Dictionary, release: ModificationRelease) -> TagPath:
    """Reads a tag or, where the release knows them, a path.

    Raises OrthancError: Unknown DICOM tag for a name, Parameter out of range for a wrong index (measured on
    1.10.1 and 1.12.7).
    """
    if not release.modification.reads_tag_paths:
        return TagPath((), dictionary.tag(text))
    text = text.strip(WHITE_SPACE)
    if text.startswith("(") and text.endswith(")") and "[" not in text:
        return TagPath((), tag_in_parentheses(text))
    if "[" not in text and "." not in text:
        return TagPath((), dictionary.tag(text))
    *steps, last = text.split(".")
    # A path of one step names the sequence itself: "0040,a730[0]" is read like "0040,a730"
    tag = tag_of(last, dictionary)  # its error goes before those of the steps
    return TagPath(tuple(parse_step(step, dictionary) for step in steps), tag)


def tag_of(text: str, dictionary: Dictionary) -> int:
    """The tag that stands in one place of a path, in parentheses perhaps."""
    if text.startswith("(") and text.endswith(")"):
        return tag_in_parentheses(text)
    return dictionary.tag(text)


def tag_in_parentheses(text: str) -> int:
    """The tag that "(gggg,eeee)", "(gggg-eeee)" or "(ggggeeee)" is; no other number may stand there."""
    plain = PLAIN_TAG.match(text[1:-1])
    if plain is None:
        raise OrthancError(ErrorCode.UNKNOWN_DICOM_TAG, f"{UNREADABLE}{text}")
    return int(plain[1], 16) << 16 | int(plain[2], 16)


def parse_step(step: str, dictionary: Dictionary) -> tuple[int, int]:
    name, bracket, rest = step.partition("[")
    if not bracket:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, "Parent path doesn't contain an index")
    if not name:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, "Parent path doesn't contain a tag")
    if not rest.endswith("]"):
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, "Parent path doesn't contain the end of the index")
    return tag_of(name, dictionary), parse_index(rest[:-1])


def parse_index(text: str) -> int:
    if text == "*":
        return ALL_ITEMS
    if not INDEX.match(text) or abs(int(text)) > MAXIMUM_INDEX:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Not a valid index in parent path: [{text}]")
    if int(text) < 0:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Negative index in parent path: {text}")
    return int(text)


def path_text(path: TagPath) -> str:
    """A path as a request writes it in numbers: "0040,a730[0].0040,a168"."""
    steps = (f"{format_tag(tag)}[{'*' if index == ALL_ITEMS else index}]" for tag, index in path.parents)
    return ".".join((*steps, format_tag(path.tag)))
