"""JSON as Orthanc prints it: three blanks a level, keys in order, an object or array on a line of its own."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring_ascii
from typing import Any

#: Keys of answers, as text: most are the same few. Those that come from strangers' files are bounded.
KEYS: dict[str, str] = {}
MOST_KEYS = 1 << 12

#: How members are written that are no text and hold none.
CONSTANTS: Mapping[type, Callable[[Any], str]] = {
    int: int.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
}

CONTAINERS = (dict, list, tuple, Mapping)

#: What stands before a line for each level that it is in.
INDENTATION = "   "


def json_text(value: Any, indentation: str = INDENTATION, margin: str = "") -> str:
    """The text of a JSON value; `indentation` is one level of it, `margin` where the value starts.

    Two of three members are strings, which are written where they stand: a call for each would take twice as long.
    """
    if isinstance(value, str):
        return string_text(value)
    if not isinstance(value, CONTAINERS):
        return real_text(value) if isinstance(value, float) else json.dumps(value)
    is_object = type(value) is dict or isinstance(value, Mapping)
    if not value:
        return "{}" if is_object else "[]"
    inner = margin + indentation
    lines = []
    if is_object:
        for key in sorted(value):
            member = value[key]
            start = KEYS.get(key) or key_text(key)
            kind = type(member)
            if kind is str and "\x7f" not in member:
                lines.append(f"{inner}{start} : {encode_basestring_ascii(member)}")
            elif kind in CONSTANTS:
                lines.append(f"{inner}{start} : {CONSTANTS[kind](member)}")
            elif member and isinstance(member, CONTAINERS):
                lines.append(f"{inner}{start} : \n{inner}{json_text(member, indentation, inner)}")
            else:
                lines.append(f"{inner}{start} : {json_text(member, indentation, inner)}")
        body = ",\n".join(lines)
        return f"{{\n{body}\n{margin}}}"
    for item in value:
        lines.append(inner + (string_text(item) if type(item) is str else json_text(item, indentation, inner)))
    body = ",\n".join(lines)
    return f"[\n{body}\n{margin}]"


def string_text(text: str) -> str:
    """A string in ASCII, with DEL as it is."""
    if "\x7f" not in text:
        return encode_basestring_ascii(text)
    return '"' + "\x7f".join(encode_basestring_ascii(part)[1:-1] for part in text.split("\x7f")) + '"'


def real_text(value: float) -> str:
    """A floating-point number with all of its digits; no number is null, and infinity too large a one."""
    if math.isnan(value):
        return "null"
    if math.isinf(value):
        return "1e+9999" if value > 0 else "-1e+9999"
    text = f"{value:.17g}"
    return text if "." in text or "e" in text else f"{text}.0"


def key_text(key: str) -> str:
    """A key, or another text that comes again and again, as `string_text` prints it; kept in KEYS."""
    if len(KEYS) >= MOST_KEYS:
        KEYS.clear()
    text = KEYS[key] = string_text(key)
    return text
