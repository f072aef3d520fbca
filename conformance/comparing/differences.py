"""Two logs of one scenario, compared whole: what differs, and where."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .normalising import NormalEntry
from .pictures import are_alike

ABSENT = "(absent)"


@dataclass(frozen=True)
class Difference:
    """Where two logs differ: in which entry, at which path in it, and both values (ABSENT for none)."""

    entry: int
    path: str
    left: Any
    right: Any

    def __str__(self) -> str:
        return f"{self.path}: {shown(self.left)} ≠ {shown(self.right)}"


def shown(value: Any, limit: int = 400) -> str:
    text = value if value is ABSENT else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else text[:limit] + " …"


def differences(left: Sequence[NormalEntry], right: Sequence[NormalEntry]) -> list[Difference]:
    """What differs between two normalised logs, in order; what one target does not let be seen is no difference."""
    found: list[Difference] = []
    for index in range(max(len(left), len(right))):
        one = left[index] if index < len(left) else ABSENT
        other = right[index] if index < len(right) else ABSENT
        found += [Difference(index, path, *values) for path, *values in entry_differences(one, other)]
    return found


def entry_differences(left: Any, right: Any) -> Iterator[tuple[str, Any, Any]]:
    if is_observation(left) and is_observation(right) and None in (left["value"], right["value"]):
        return
    if is_start(left) and is_start(right):
        # the emulator may say more than the server, such as the key at which a refused entry stands
        left, right = trimmed_start(left, right), trimmed_start(right, left)
    statuses = [entry["answer"]["status"] for entry in (left, right) if isinstance(entry, dict) and "answer" in entry]
    if len(set(statuses)) == 2:
        # an error and a result have nothing in common that would be worth a line each
        yield "answer.status", *statuses
        return
    yield from value_differences("", left, right)


def is_observation(entry: Any) -> bool:
    return isinstance(entry, dict) and "observation" in entry


def is_start(entry: Any) -> bool:
    return is_observation(entry) and isinstance(entry["value"], dict) and "Details" in entry["value"]


def trimmed_start(entry: NormalEntry, other: NormalEntry) -> NormalEntry:
    """The outcome of a start, its Details cut to those of the other if it contains them."""
    mine, others = entry["value"]["Details"], other["value"]["Details"]
    if others not in mine:
        return entry
    return {**entry, "value": {**entry["value"], "Details": others}}


def value_differences(path: str, left: Any, right: Any) -> Iterator[tuple[str, Any, Any]]:
    """(path, left, right) of each place where two JSON values differ, in type or in value."""
    if is_picture(left) and is_picture(right) and None in (left["thumbnail"], right["thumbnail"]):
        return
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(left.keys() | right.keys()):
            yield from value_differences(f"{path}.{key}".lstrip("."), left.get(key, ABSENT), right.get(key, ABSENT))
    elif path.endswith(".thumbnail") and isinstance(left, list) and isinstance(right, list):
        if not are_alike(left, right):
            yield path, left, right
    elif is_elements(left) and is_elements(right):
        yield from element_differences(path, left, right)
    elif isinstance(left, list) and isinstance(right, list):
        for index in range(max(len(left), len(right))):
            one = left[index] if index < len(left) else ABSENT
            other = right[index] if index < len(right) else ABSENT
            yield from value_differences(f"{path}[{index}]", one, other)
    elif type(left) is not type(right) or left != right:
        yield path, left, right


def is_picture(value: Any) -> bool:
    """Whether a value tells of a JPEG picture."""
    return isinstance(value, dict) and "thumbnail" in value


def is_elements(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "vr" in one for one in value)


def element_differences(path: str, left: list[Any], right: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Elements are compared by tag; their order only if both sides have the same tags."""
    tags, other_tags = [one["tag"] for one in left], [one["tag"] for one in right]
    if sorted(tags) == sorted(other_tags) and tags != other_tags:
        yield f"{path} (order of elements)", tags, other_tags
    elements, other_elements = numbered(left), numbered(right)
    for key in sorted(elements.keys() | other_elements.keys()):
        one, other = elements.get(key, ABSENT), other_elements.get(key, ABSENT)
        yield from value_differences(f"{path}({key[0]})", one, other)


def numbered(elements: list[Any]) -> dict[tuple[str, int], Any]:
    """Elements by tag and, for a tag that stands twice, its number."""
    found: dict[tuple[str, int], Any] = {}
    for element in elements:
        count = sum(tag == element["tag"] for tag, _ in found)
        found[element["tag"], count] = element
    return found
