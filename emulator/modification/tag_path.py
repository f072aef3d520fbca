"""A tag as a request names it: "PatientName", "0011,1001", or a path such as "0040,a730[0].0040,a168"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..dicom.element import Dataset
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError

STEP = re.compile(r"(?P<tag>[^\[\]]*)\[(?P<index>[^\]]*)\]\Z")


class TagPath(NamedTuple):
    """A tag and the items that lead to it: `parents` holds (tag of a sequence, item's index or None for all)."""

    parents: tuple[tuple[int, int | None], ...]
    tag: int

    def datasets(self, dataset: Dataset) -> Iterator[Dataset]:
        """The datasets in which the path ends: none where a sequence or an item is missing."""
        found = [dataset]
        for tag, index in self.parents:
            found = [item for parent in found for item in items_of(parent, tag, index)]
        yield from found


def items_of(dataset: Dataset, tag: int, index: int | None) -> list[Dataset]:
    element = dataset.get(tag)
    if element is None or element.items is None:
        return []
    return element.items if index is None else element.items[index : index + 1]


def parse_tag_path(text: str, dictionary: Dictionary) -> TagPath:
    """Reads a tag or a path.

    Raises OrthancError: Unknown DICOM tag for a name, Parameter out of range for a wrong index (measured on
    1.10.1 and 1.12.7).
    """
    if "[" not in text and "." not in text:
        return TagPath((), dictionary.tag(text))
    *steps, last = text.split(".")
    # A path of one step names the sequence itself: "0040,a730[0]" is read like "0040,a730"
    return TagPath(tuple(parse_step(step, dictionary) for step in steps), dictionary.tag(last))


def parse_step(step: str, dictionary: Dictionary) -> tuple[int, int | None]:
    match = STEP.match(step)
    if match is None:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, "Parent path doesn't contain an index")
    index = match["index"]
    tag = dictionary.tag(match["tag"])
    if index == "*":
        return tag, None
    if not re.fullmatch(r"[+-]?\d+", index):
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Not a valid index in parent path: [{index}]")
    if int(index) < 0:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Negative index in parent path: {index}")
    return tag, int(index)
