"""What is wrong with the private blocks of a dataset (PS3.5 section 7.8.1), and which elements are hidden by it."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..dictionary import PRIVATE_CREATOR_NAME, Dictionary
from .element import TEXT_VRS, Dataset, Element, format_tag, plain_text


def file_warnings(dataset: Dataset, dictionary: Dictionary) -> Iterator[Diagnostic]:
    """What an app would regret of a file that is stored, the items of its sequences included."""
    groups = frozenset(group for _, group, _ in dictionary.registered)
    for inner, parents in datasets_of(dataset):
        yield from block_warnings(inner, parents, dictionary, groups)


def datasets_of(dataset: Dataset, parents: str = "") -> Iterator[tuple[Dataset, str]]:
    """A dataset and the items in it, at any depth, each with the path that leads to it."""
    yield dataset, parents
    for element in dataset:
        if element.items:
            for index, item in enumerate(element.items):
                yield from datasets_of(item, f"{parents}{format_tag(element.tag)}[{index}].")


def block_warnings(
    dataset: Dataset, parents: str, dictionary: Dictionary, groups: frozenset[int]
) -> Iterator[Diagnostic]:
    """What is wrong with the private blocks of one dataset; `groups` are those of the registered entries."""
    orphans: dict[int, list[Element]] = {}
    block, is_orphaned = -1, False  # those of a block stand together: its creator is looked up once
    for tag, element in dataset.elements.items():
        if not tag & 0x10000 or tag & 0xFFFF == 0 or tag < 0x00090000:
            continue
        if 0x10 <= tag & 0xFFFF <= 0xFF:
            yield from creator_warnings(dataset, element, parents)
            continue
        if tag >> 8 != block:
            block, is_orphaned = tag >> 8, dataset.creator_element(tag) is None
        if is_orphaned:
            orphans.setdefault(block, []).append(element)
        elif tag >> 16 in groups:
            yield from entry_warnings(dataset, element, parents, dictionary)
    for block, elements in orphans.items():
        yield orphaned(block, elements, parents)


def orphaned(block: int, elements: list[Element], parents: str) -> Diagnostic:
    creator = f"{block >> 8:04x},00{block & 0xFF:02x}"
    first, last = (format_tag(element.tag) for element in (elements[0], elements[-1]))
    which = first if first == last else f"{first} to {last} ({len(elements)} elements)"
    if block & 0xFF < 0x10:
        return Diagnostic(
            "orphaned-element",
            f"no block can hold {which}: no creator, and no entry that fits",
            "write private elements from (gggg,1000) on, with their creator element",
            f"{parents}{first}",
        )
    return Diagnostic(
        "orphaned-element",
        f"no creator element {creator} reserves the block of {which}: views show no name, and no entry fits",
        f'write the creator element {creator} (LO), such as "MYLAB", beside the elements of its block',
        f"{parents}{first}",
    )


def creator_warnings(dataset: Dataset, creator: Element, parents: str) -> Iterator[Diagnostic]:
    tag = format_tag(creator.tag)
    if creator.tag in dataset.late_creators:
        yield Diagnostic(
            "misplaced-private-creator",
            f"the creator element {tag} stands behind an element of a higher tag, and is not heeded",
            "write elements in ascending order of their tags",
            f"{parents}{tag}",
        )
    elif creator.vr not in TEXT_VRS or not plain_text(creator.value):
        yield Diagnostic(
            "unreadable-private-creator",
            f"the creator element {tag} is {'empty' if not creator.value else 'of VR ' + creator.vr}: "
            "its block has no creator, and its elements no names",
            f"write {tag} as LO, with the name of the creator",
            f"{parents}{tag}",
        )


def reserved_by(dataset: Dataset, tag: int) -> str | None:
    """The creator that the views know for the block of a private element, None where they know none."""
    creator = dataset.creator_element(tag)
    if creator is None or creator.vr not in TEXT_VRS:
        return None
    return plain_text(creator.value) or None


def entry_warnings(dataset: Dataset, element: Element, parents: str, dictionary: Dictionary) -> Iterator[Diagnostic]:
    """Tells an element that a registered entry would fit if it stood in another block."""
    creator, number = reserved_by(dataset, element.tag), element.tag & 0xFFFF
    if creator is None or dictionary.find(element.group, number, creator) is not None:
        return
    offset = number & 0xFF
    for owner, group, registered in dictionary.registered:
        if (owner, group, registered & 0xFF) == (creator, element.group, offset):
            tag, own = format_tag(element.tag), f"{group:04x},{registered:04x}"
            entry = dictionary.registered[owner, group, registered]
            yield Diagnostic(
                "entry-of-another-block",
                f'"{own}" of "{creator}" is registered, but this file has its block at {number >> 8:02x}: {tag} is '
                "unknown",
                f'register the offset, which fits any block: "{group:04x},{offset:02x}": '
                f'["{entry.vr}", "{entry.name}", {entry.vm_min}, {entry.vm_max or 0}, "{creator}"]',
                f"{parents}{tag}",
            )
            return


def view_warnings(hidden: list[tuple[str, int]]) -> Iterator[Diagnostic]:
    """What the simplified tags of a file do not show; `hidden` are the names that several elements have.

    Creator elements and group lengths, whose names are alike in every file, are passed over.
    """
    hidden = [(name, tag) for name, tag in hidden if name != PRIVATE_CREATOR_NAME and tag & 0xFFFF]
    for name in sorted({name for name, _ in hidden}):
        tags = [format_tag(tag) for other, tag in hidden if other == name]
        yield Diagnostic(
            "simplified-name-collision",
            f'{len(tags) + 1} elements have the name "{name}": only the last one is shown, {tags[-1]}',
            "read /tags, whose keys are numbers, or register other names",
            tags[-1],
        )
