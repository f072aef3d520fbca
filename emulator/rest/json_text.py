"""JSON as Orthanc prints it: three blanks a level, keys in order, an object or array on a line of its own."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring_ascii
from typing import Any

from ..dicom.character_sets import unchecked_utf_8, utf_8_bytes

#: Keys of answers, as text: most are the same few. Those that come from strangers' files are bounded.
KEYS: dict[str, str] = {}
MOST_KEYS = 1 << 14

#: How the first of a byte's digits is written that is no UTF-8, and the second half of some surrogate pairs.
ESCAPED_BYTE = "\\udc"

#: How members are written that are no text and hold none.
CONSTANTS: Mapping[type, Callable[[Any], str]] = {
    int: int.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
}

CONTAINERS = (dict, list, tuple, Mapping)


def answer_text(value: Any, indentation: str = "   ") -> str:
    """The text of a JSON answer, bytes in it that are no UTF-8 (kept by "surrogateescape") as the server shows them."""
    text = json_text(value, indentation)
    return json_text(with_readable_texts(value), indentation) if ESCAPED_BYTE in text else text


def with_readable_texts(value: Any) -> Any:
    """The value with texts that are Unicode."""
    if isinstance(value, str):
        return unchecked_utf_8(utf_8_bytes(value))
    if isinstance(value, Mapping):
        return {with_readable_texts(key): with_readable_texts(member) for key, member in value.items()}
    return [*map(with_readable_texts, value)] if isinstance(value, (list, tuple)) else value


def json_text(value: Any, indentation: str = "   ", margin: str = "") -> str:
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
    if len(KEYS) >= MOST_KEYS:
        KEYS.clear()
    text = KEYS[key] = string_text(key)
    return text
