"""Elements that entries of a section "Dictionary" give their names to, with values that fit their VR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydicom.dataset import Dataset

from . import datasets

#: A value that fits a VR; "1" fits all others.
VALUES: Mapping[str, Any] = {
    **dict.fromkeys(("SL", "SS", "SV", "UL", "US", "UV"), 1),
    **dict.fromkeys(("FD", "FL"), 1.0),
    **dict.fromkeys(("OB", "OD", "OF", "OL", "OV", "OW", "UN"), bytes(8)),
    "AS": "001Y",
    "AT": 0x00100010,
    "DA": "20200101",
    "DT": "20200101",
    "SQ": [],
    "TM": "10",
    "UI": "1.2.3",
}
#: What replaces it in a request; "2" fits all others.
REPLACEMENTS: Mapping[str, Any] = {
    "AS": "002Y",
    "AT": "0010,0020",
    "DA": "20210202",
    "DT": "20210202",
    "SQ": [{"PatientName": "Inside"}],
    "TM": "11",
    "UI": "1.2.4",
}


def group_and_element(key: str) -> tuple[int, int]:
    """The two halves of a key, in any of the forms that Orthanc reads; raises ValueError for another."""
    digits = key.replace(",", "").replace("-", "")
    return int(digits[:4], 16), int(digits[4:], 16)


def creator_of(entry: Any) -> str | None:
    """The private creator of an entry, None where it names only elements of blocks that nobody has reserved."""
    return str(entry[4]) if len(entry) > 4 and entry[4] else None


def add_element(dataset: Dataset, key: str, entry: Any, block: int = 0x10) -> tuple[int, int]:
    """Adds an element that an entry should give its name to, one by offset to a block; returns its tag."""
    group, element = group_and_element(key)
    creator = creator_of(entry)
    if creator is not None and element <= 0xFF:
        while dataset.get((group, block)) is not None and dataset[group, block].value != creator:
            block += 1
        element |= block << 8
    if creator is not None:
        dataset.add_new((group, element >> 8), "LO", creator)
    dataset.add_new((group, element), entry[0], VALUES.get(entry[0], "1"))
    return group, element


def add_probe_element(probe: Dataset, key: str, entry: Any) -> None:
    """As `add_element`; several entries may share a dataset, and the blocks in it."""
    group, element = group_and_element(key)
    creator = creator_of(entry)
    if creator is not None and element <= 0xFF:
        datasets.add_private(probe, creator, [(group, element, entry[0], VALUES.get(entry[0], "1"))])
    else:
        add_element(probe, key, entry)
