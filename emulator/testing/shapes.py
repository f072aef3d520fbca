"""What `dicom` is given has the shape that it takes: who writes another is told what to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from reprlib import repr as short
from typing import Any


def check_private_shape(elements: Any, where: str = "private") -> None:
    """Raises TypeError for private elements that are no mapping of (creator, group, offset) to (VR, value)."""
    if not isinstance(elements, Mapping):
        raise TypeError(f"{where}: write {{(creator, group, offset): (VR, value)}}, not {short(elements)}")
    for key, element in elements.items():
        if not is_private_tag(key):
            example = '("MYLAB", 0x0011, 0x01)'
            raise TypeError(f"{where}: a private tag is (creator, group, offset), such as {example}, not {short(key)}")
        creator, group, offset = key
        check_element_shape(element, f"{where}[({creator!r}, 0x{group:04x}, 0x{offset:02x})]")


def is_private_tag(key: Any) -> bool:
    if not isinstance(key, tuple) or len(key) != 3:
        return False
    creator, group, offset = key
    return isinstance(creator, str) and isinstance(group, int) and isinstance(offset, int)


def check_elements_shape(elements: Any) -> None:
    """Raises TypeError for elements that are no mapping of numbers to (VR, value)."""
    if not isinstance(elements, Mapping):
        raise TypeError(f"elements: write {{0xggggeeee: (VR, value)}}, not {short(elements)}")
    for tag, element in elements.items():
        if not isinstance(tag, int):
            raise TypeError(f"elements: a tag is a number, such as 0x00111001, not {short(tag)}")
        check_element_shape(element, f"elements[0x{tag:08x}]")


def check_element_shape(element: Any, where: str) -> None:
    if not isinstance(element, tuple | list) or len(element) != 2 or not isinstance(element[0], str):
        raise TypeError(f'{where}: write (VR, value), such as ("LO", "text"), not {short(element)}')
    if element[0] == "SQ":
        check_items_shape(element[1], where)


def check_items_shape(items: Any, where: str) -> None:
    """Raises TypeError for the value of a sequence that is no list of mappings."""
    wanted = 'a sequence is a list of items, such as [{"PatientID": "P2"}]'
    if not isinstance(items, Sequence) or (items and isinstance(items, str | bytes)):
        raise TypeError(f"{where}: {wanted}, not {short(items)}")
    for index, item in enumerate(items):
        if not isinstance(item, Mapping):
            raise TypeError(f"{where}[{index}]: {wanted}, not {short(items)}")
        check_private_shape({tag: one for tag, one in item.items() if not isinstance(tag, str)}, f"{where}[{index}]")
