"""The block of another creator that a request takes over: what an app would regret, and no server tells."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..dicom.element import Dataset, format_tag
from ..dicom.warnings import reserved_by
from .blocks import listed, tags_of_block, where_to_write
from .elements import ElementMaker
from .request import ModificationRequest
from .tag_path import TagPath, path_text


def takeovers(
    request: ModificationRequest, path: TagPath, source: Dataset, edited: Dataset, elements: ElementMaker
) -> Iterator[Diagnostic]:
    """The block of another creator that a creator element, written for the request's, makes its own."""
    steps = enumerate(path.parents)
    if any(TagPath(path.parents[:index], tag) in request.replace for index, (tag, _) in steps):
        return  # the items are those of the request
    creator = elements.private_creator
    block = path.tag & 0xFFFF0000 | (path.tag & 0xFF) << 8
    for before, after in zip(path.datasets(source), path.datasets(edited), strict=False):
        owner = reserved_by(before, block)
        if owner in (None, creator) or reserved_by(after, block) != creator:
            continue
        given = [one.tag for one in request.replace if one.parents == path.parents and one.tag & ~0xFF == block]
        there = [tag for tag in tags_of_block(before, path.tag) if tag in after]
        kept = [tag for tag in there if tag not in given]
        lost = [] if request.remove_private_tags else [tag for tag in there if tag in given]
        became = "becomes an element" if len(kept) == 1 else "become elements"
        changed = [f'{listed(kept)} {became} of "{creator}"'] if kept else []
        changed += [f'{listed(lost)} of "{owner}" {"is" if len(lost) == 1 else "are"} overwritten'] if lost else []
        if changed:
            text = format_tag(path.tag)
            yield Diagnostic(
                "private-creator-overwritten",
                f'the creator element {text} of the file is "{owner}", and is written as "{creator}": '
                + ", and ".join(changed),
                where_to_write([path.tag, *sorted(given)], creator, elements.dictionary, before, after),
                path_text(path),
            )
