"""What an app would regret of the way in which a request names its tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..diagnostics import Diagnostic
from ..errors import OrthancError
from .dictionary import Dictionary
from .entry import FIRST_PRIVATE_ELEMENT
from .tag_text import parse_tag

#: The highest number that is told: from (gggg,0010) on they are creator elements.
LAST_OFFSET = 0x0F


def name_warnings(names: Iterable[str], dictionary: Dictionary) -> Iterator[Diagnostic]:
    """Tells the names that mean (gggg,00ee) instead of an element of a block (PS3.5 section 7.8.1).

    A number counts up to (gggg,000f). Unknown names are passed over.
    """
    for name in names:
        try:
            tag = dictionary.tag(name)
        except OrthancError:
            continue
        group, element = tag >> 16, tag & 0xFFFF
        is_name = parse_tag(name) is None
        if not group % 2 or not 0 < element <= (0xFF if is_name else LAST_OFFSET):
            continue
        entry = dictionary.by_name(name) if is_name else None
        if entry is not None and dictionary.is_for_creator_element(entry):
            continue
        example = f"{group:04x},{FIRST_PRIVATE_ELEMENT | element:04x}"
        yield Diagnostic(
            "offset-form-name",
            f'"{name}" means ({group:04x},{element:04x}), not an element of a block'
            + (": the dictionary has the name by its offset" if is_name else ""),
            f'write the number that the element has in the block of its file, such as "{example}"',
            f"{group:04x},{element:04x}",
        )
