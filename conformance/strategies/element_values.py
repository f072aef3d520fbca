"""Strategies for the raw values of elements, by VR."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from ..files.raw import RawElement

NUMBERS: Mapping[str, str] = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "OF": "f", "AT": "HH"}
TEXTS: Mapping[str, tuple[str, ...]] = {
    "AE": ("STORE1", "PACS"),
    "AS": ("042Y", "003M"),
    "CS": ("HEAD", "A_B 1"),
    "DA": ("20200102", "19991231"),
    "DS": ("1.50", "-3", "1e3"),
    "DT": ("20200102123000", "2020"),
    "IS": ("7", "-12"),
    "PN": ("Doe^John", "Roe^Jane^^Dr"),
    "TM": ("123000", "0830"),
    "UI": ("1.2.3", "2.25.7"),
}
WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-", min_size=1, max_size=12)


def values(representation: str, *, depth: int = 1) -> st.SearchStrategy[Any]:
    """A raw value that fits a VR: text for a text VR, bytes for the others, a list of items for SQ.

    >>> isinstance(values("US").example(), bytes), isinstance(values("DA").example(), str)
    (True, True)
    """
    if representation == "SQ":
        return items(depth)
    if representation in NUMBERS:
        return packed(NUMBERS[representation])
    if representation in ("OB", "OW", "UN"):
        return st.sampled_from([b"\0\1", b"ab", b"\xff\xfe\0\0", b""])
    return st.sampled_from(TEXTS[representation]) if representation in TEXTS else WORDS


@lru_cache
def items(depth: int) -> st.SearchStrategy[list[list[RawElement]]]:
    inner = [("0008,0100", "SH"), ("0008,0104", "LO"), *([("0040,a730", "SQ")] if depth > 0 else [])]
    element = st.sampled_from(inner).flatmap(
        lambda pair: st.tuples(st.just(pair[0]), st.just(pair[1]), values(pair[1], depth=depth - 1))
    )
    ordered = st.lists(element, max_size=2, unique_by=lambda one: one[0]).map(sorted_elements)
    return st.lists(ordered, max_size=2)


def sorted_elements(elements: Sequence[RawElement]) -> list[RawElement]:
    return sorted(elements, key=lambda element: element[0])


@lru_cache
def packed(form: str) -> st.SearchStrategy[bytes]:
    sizes = {"H": st.integers(0, 0xFFFF), "h": st.integers(-0x8000, 0x7FFF), "I": st.integers(0, 0xFFFFFFFF)}
    number = sizes.get(form[0], st.integers(-1000, 1000))
    return st.tuples(*[number] * len(form)).map(lambda numbers: struct.pack(f"<{form}", *numbers))
