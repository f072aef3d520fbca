"""What to write instead of an entry that the server refuses."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from ..dictionary.dictionary import CONTEXT_VRS, Dictionary
from ..dictionary.registration import ALLOWED_VRS, FORBIDDEN_GROUPS, Cause, RefusedEntryError
from ..dictionary.tag_text import PLAIN_TAG, parse_tag

#: The registrable VR that is nearest to one that is not (OD, OL, OV ... are refused up to 1.12.7).
NEAREST_VRS: Mapping[str, str] = {
    "OD": "OB",
    "OL": "OB",
    "OV": "OB",
    "SV": "UN",
    "UC": "UT",
    "UR": "UT",
    "UV": "UN",
    **CONTEXT_VRS,
}
LARGEST_CREATOR = 64

Line = tuple[str, list[Any]]


def line_text(key: str, definition: Any) -> str:
    """A line of the section "Dictionary", as JSON."""
    return f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(definition, ensure_ascii=False)}"


def mended(error: RefusedEntryError, definition: Any, dictionary: Dictionary) -> str | None:
    """The line to write instead of one that is refused, None where none can be told; `dictionary` takes it."""
    key = error.key
    for _ in REPAIRS:  # one repair may bring the next fault to light
        repair = REPAIRS.get(error.cause)
        if repair is None:
            return None
        line = repair(key, [*definition] if error.cause != "entry-shape" else reshaped(definition), dictionary)
        if line is None:
            return None
        key, definition = line
        try:
            dictionary.checked(key, definition)
            return line_text(key, definition)
        except RefusedEntryError as next_error:
            error = next_error
    return None


def reshaped(definition: Any) -> list[Any]:
    """A definition of the right shape, from what there is in one that has another."""
    if isinstance(definition, Mapping):
        definition = list(definition.values())
    parts = definition if isinstance(definition, list | tuple) else [definition]
    texts = [part for part in parts if isinstance(part, str)]
    vr = next((text for text in texts if text in ALLOWED_VRS), None)
    others = [text for text in texts if text != vr and not text.isdigit()]
    numbers = [int(part) for part in parts if is_number(part)]
    minimum, maximum = [*numbers, 1, 1][:2] if len(numbers) != 1 else (numbers[0], max(numbers[0], 1))
    result = [vr or "LO", others[0] if others else "MyLabel", max(minimum, 1), max(maximum, 0)]
    return [*result, *others[1:2]]


def is_number(part: Any) -> bool:
    if isinstance(part, str):
        return part.isdigit() and len(part) < 10
    return isinstance(part, int | float) and not isinstance(part, bool) and abs(part) < 1e9


def mend_shape(key: str, definition: list[Any], dictionary: Dictionary) -> Line:
    return key, definition


def mend_tag(key: str, definition: list[Any], dictionary: Dictionary) -> Line | None:
    plain = key.lower().replace("0x", "")
    digits = re.sub(r"[\W_]", "", plain)
    better = f"{digits[:4]},{digits[4:]}"
    if not re.fullmatch("([0-9a-f]{2}){3,4}", digits) or better == key:
        return None
    return better, definition


def mend_vr(key: str, definition: list[Any], dictionary: Dictionary) -> Line | None:
    if definition[1] in ALLOWED_VRS:  # the name stands first
        return key, [definition[1], definition[0], *definition[2:]]
    vr = definition[0].strip()
    nearest = NEAREST_VRS.get(vr, NEAREST_VRS.get(vr.upper(), vr.upper()))
    return key, [nearest, *definition[1:]]


def mend_multiplicity(key: str, definition: list[Any], dictionary: Dictionary) -> Line:
    minimum, maximum = definition[2:4] if len(definition) > 3 else (1, 1)
    minimum, maximum = (min(max(number, 0), 0xFFFF) for number in (minimum, maximum))
    if maximum and minimum:
        minimum, maximum = min(minimum, maximum), max(minimum, maximum)
    return key, [*definition[:2], max(minimum, 1), maximum, *definition[4:]]


def mend_group(key: str, definition: list[Any], dictionary: Dictionary) -> Line | None:
    """An even group belongs to the standard and has no creator; of the odd ones the nearest that may have one."""
    if not PLAIN_TAG.match(key) and (as_meant := mend_tag(key, definition, dictionary)) is not None:
        return as_meant  # "00110,100" is read as (0110,0100)
    tag = parse_tag(key)
    if tag is None:
        return None
    group = tag >> 16
    if group not in FORBIDDEN_GROUPS:
        return key, definition[:4]
    group = min(max(group, 0x0009), 0xFFFD)
    element = f"{tag & 0xFF:02x}" if tag & 0xFFFF <= 0xFF else f"{tag & 0xFFFF:04x}"
    return f"{group:04x},{element}", definition


def mend_name(key: str, definition: list[Any], dictionary: Dictionary) -> Line:
    return key, [definition[0], free_name(f"My{definition[1]}", dictionary), *definition[2:]]


def free_name(name: str, dictionary: Dictionary, proposed: set[str] | None = None) -> str:
    """`name`, with a number if it is taken or was proposed before; it is added to the proposed ones."""
    proposed = set() if proposed is None else proposed
    number, candidate = 2, name
    while dictionary.named(candidate) or candidate in proposed:
        number, candidate = number + 1, f"{name}{number}"
    proposed.add(candidate)
    return candidate


REPAIRS: Mapping[Cause, Callable[[str, list[Any], Dictionary], Line | None]] = {
    "entry-shape": mend_shape,
    "unknown-tag": mend_tag,
    "unknown-vr": mend_vr,
    "multiplicity": mend_multiplicity,
    "creator-group": mend_group,
    "name-taken": mend_name,
}


def plain_creator(creator: str) -> str:
    """The creator that a valid file could hold and that is nearest: PS3.5 table 6.2-1, LO; section 7.8.1."""
    letters = unicodedata.normalize("NFKD", creator).encode("ascii", errors="ignore").decode("ascii")
    return "".join(" " if char == "\\" else char for char in letters if char.isprintable()).strip()[:LARGEST_CREATOR]
