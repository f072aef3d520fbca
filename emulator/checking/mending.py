"""What to write instead of an entry that the server refuses."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from ..dictionary.dictionary import CONTEXT_VRS
from ..dictionary.entry import LARGEST_OFFSET, Entry
from ..dictionary.registration import ALLOWED_VRS, Cause, RefusedEntryError
from ..dictionary.tag_text import PLAIN_TAG, parse_tag
from .offers import Offers

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

#: Elements of this group are passed over in files: measured on 1.10.1 and 1.12.7.
UNREAD_GROUP = 0xFFFF

Line = tuple[str, list[Any]]


def line_text(key: str, definition: Any) -> str:
    """A line of the section "Dictionary", as JSON."""
    return f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(definition, ensure_ascii=False)}"


def mended(error: RefusedEntryError, definition: Any, offers: Offers) -> str | None:
    """The line to write instead of one that is refused, None where none can be told.

    The dictionary of `offers`, which has all lines that the server takes, takes it too.
    """
    key, own, dictionary = error.key, error.key, offers.dictionary
    renamed = False
    for _ in REPAIRS:  # one repair may bring the next fault to light
        repair = REPAIRS.get(error.cause)
        if repair is None:
            return None
        line = repair(key, [*definition] if error.cause != "entry-shape" else reshaped(definition), offers)
        if line is None:
            return None
        key, definition = line
        renamed = renamed or error.cause == "name-taken"
        try:
            entry = dictionary.checked(key, definition)
        except RefusedEntryError as next_error:
            error = next_error
            continue
        if not renamed and offers.is_in_the_way(definition[1]):
            _, definition = mend_name(key, definition, offers)
        return offered(own, key, definition, entry, offers)
    return None


def offered(own: str, key: str, definition: list[Any], entry: Entry, offers: Offers) -> str | None:
    """The line with a key that no other one has, in whose place the server takes it beside all others.

    None where another line's entry would be replaced, as 1.9.1 lets a line do.
    """
    if (entry.creator, entry.group, entry.element) in offers.dictionary.registered:
        return None
    by_offset = entry.creator is not None and entry.element <= LARGEST_OFFSET
    keys = [key] if key == own or key not in offers.keys else []
    keys += offers.free_keys(own, entry.group, entry.element, by_offset=by_offset)
    free = next((one for one in keys if offers.fits(one, entry, own)), None)
    if free is None:
        return None
    offers.dictionary.register(free, definition)
    offers.offer(free, entry)
    return line_text(free, definition)


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
        return part.isdecimal() and len(part) < 10
    return isinstance(part, int | float) and not isinstance(part, bool) and abs(part) < 1e9


def mend_shape(key: str, definition: list[Any], offers: Offers) -> Line:
    return key, definition


def mend_tag(key: str, definition: list[Any], offers: Offers) -> Line | None:
    plain = key.lower().replace("0x", "")
    digits = re.sub(r"[\W_]", "", plain)
    better = f"{digits[:4]},{digits[4:]}"
    if not re.fullmatch("([0-9a-f]{2}){3,4}", digits) or better == key:
        return None
    return better, definition


def mend_vr(key: str, definition: list[Any], offers: Offers) -> Line | None:
    if definition[1] in ALLOWED_VRS:  # the name stands first
        return key, [definition[1], definition[0], *definition[2:]]
    vr = definition[0].strip()
    vr = next((word for word in vr.split() if word.upper() in ALLOWED_VRS), vr)  # "US or SS"
    nearest = NEAREST_VRS.get(vr, NEAREST_VRS.get(vr.upper(), vr.upper()))
    return key, [nearest, *definition[1:]]


def mend_multiplicity(key: str, definition: list[Any], offers: Offers) -> Line:
    minimum, maximum = definition[2:4] if len(definition) > 3 else (1, 1)
    minimum, maximum = (min(max(number, 0), 0xFFFF) for number in (minimum, maximum))
    if maximum and minimum:
        minimum, maximum = min(minimum, maximum), max(minimum, maximum)
    return key, [*definition[:2], max(minimum, 1), maximum, *definition[4:]]


def mend_group(key: str, definition: list[Any], offers: Offers) -> Line | None:
    """The entry without its creator: the elements of such a group are in no block; those of ffff are never read."""
    if not PLAIN_TAG.match(key) and (as_meant := mend_tag(key, definition, offers)) is not None:
        return as_meant  # "00110,100" is read as (0110,0100)
    tag = parse_tag(key)
    if tag is None:
        return None
    return None if tag >> 16 == UNREAD_GROUP else (key, definition[:4])


def mend_name(key: str, definition: list[Any], offers: Offers) -> Line:
    name = definition[1] if definition[1].startswith("My") else f"My{definition[1]}"
    return key, [definition[0], offers.free_name(name), *definition[2:]]


REPAIRS: Mapping[Cause, Callable[[str, list[Any], Offers], Line | None]] = {
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
