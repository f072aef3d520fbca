"""What an app would regret of a created file: see modification.warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..diagnostics import Diagnostic
from ..dicom.element import Dataset, format_tag
from ..dictionary.warnings import name_warnings
from ..modification.elements import ElementMaker
from ..modification.warnings import is_declared, names_in, written


def creation_warnings(
    tags: Mapping[str, Any], dataset: Dataset, elements: ElementMaker, codec: str
) -> Iterator[Diagnostic]:
    """The warnings of one object of tags, all of them known, in the dataset that was made of it."""
    yield from name_warnings(names_in(tags), elements.dictionary)
    values = {elements.dictionary.tag(name): value for name, value in sorted(tags.items())}
    declared = is_declared(codec, dataset)
    for tag, value in values.items():
        element = dataset.get(tag)
        if element is not None:
            yield from written(dataset, element, value, elements, codec, format_tag(tag), declared=declared)
