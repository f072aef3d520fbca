"""The line, or lines, to write instead of one that its user would regret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dictionary.dictionary import Dictionary
from ..dictionary.entry import FIRST_PRIVATE_ELEMENT, LARGEST_OFFSET, Entry
from .mending import line_text
from .offers import Offers
from .regret import Registration, is_offset


def is_known(entry: Entry, repairs: Mapping[str, Any], dictionary: Dictionary) -> bool:
    """Whether another entry has the element, once the creator is mended."""
    creator = repairs.get("creator")
    return (
        entry.creator is not None
        and creator is not None
        and dictionary.find(entry.group, entry.element, creator) is not None
    )


def repaired(one: Registration, repairs: Mapping[str, Any], offers: Offers) -> str | None:
    """The line with other parts; two lines where an element shall be known in every block, and have a usable name.

    None where the keys that it takes are those of other lines, or its name is the key of another one: that would stand
    for another tag then.
    """
    entry = one.entry
    if offers.is_key_of_another(entry.name, one.key):
        return None
    creator = repairs.get("creator", entry.creator)
    if entry.creator is None and creator is not None:
        numbered = (f"{creator}{number}" for number in range(2, len(offers.keys) + 3))
        free = (maker for maker in (creator, *numbered) if offers.is_free(entry._replace(creator=maker)))
        creator = next(free, creator)
    if repairs.get("both_forms"):
        return both_forms(one, repairs, creator, offers)
    key: str | None = one.key
    if "key" in repairs:
        key = offers.free_key(one.key, entry.group, entry.element, by_offset=is_offset(entry))
    better = entry._replace(creator=creator)
    moves = key != one.key or creator != entry.creator
    if key is None or (moves and not offers.fits(key, better, one.key)):
        return None
    offers.offer(key, better)
    name = repaired_name(one, repairs, offers, moves=key != one.key)
    return repaired_line(key, one, repairs, creator, name)


def both_forms(one: Registration, repairs: Mapping[str, Any], creator: str, offers: Offers) -> str | None:
    """An entry in full, and after it the one by offset: several in full share the latter."""
    entry = one.entry
    offset = entry.element & LARGEST_OFFSET
    element = entry.element if entry.element >= FIRST_PRIVATE_ELEMENT else FIRST_PRIVATE_ELEMENT | offset
    registered = offers.dictionary.registered
    there = [registered.get((creator, entry.group, one)) for one in (element, offset)]
    keys = offers.both_keys(one.key, creator, entry.group, element)
    better = entry._replace(element=element, upper_element=element, creator=creator)
    if keys is None or any(one not in (None, entry) for one in there) or not offers.fits(keys[0], better, one.key):
        return None
    name = repaired_name(one, repairs, offers, moves=keys[0] != one.key)
    place = creator, entry.group, offset
    if place not in offers.by_offset:
        suffix = " In Any Block" if " " in name else "InAnyBlock"
        offers.by_offset[place] = keys[1], offers.free_name(name + suffix)
        offers.keys.add(keys[1])
    offers.offer(keys[0], better)
    in_full = repaired_line(keys[0], one, repairs, creator, name)
    by_offset = repaired_line(keys[1], one, repairs, creator, offers.by_offset[place][1])
    return f"{in_full},\n{by_offset}"


def repaired_name(one: Registration, repairs: Mapping[str, Any], offers: Offers, *, moves: bool) -> str:
    """The line's name; another one if that is to be mended, or a refused line has it and would come first (1.9.1)."""
    name: str = repairs.get("name", one.entry.name)
    stays = name == one.entry.name and not (moves and name in offers.names)
    return name if stays else offers.free_name(name)


def repaired_line(key: str, one: Registration, repairs: Mapping[str, Any], creator: str | None, name: str) -> str:
    entry = one.entry
    bounds = [repairs.get("minimum", entry.vm_min), repairs.get("maximum", entry.vm_max or 0)]
    return line_text(key, [repairs.get("vr", entry.vr), name, *bounds, *([creator] if creator else [])])
