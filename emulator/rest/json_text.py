"""JSON as Orthanc prints it: three blanks a level, keys in order, an object or array on a line of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii
from typing import Any


def json_text(value: Any, indentation: str = "   ", margin: str = "") -> str:
    """The text of a JSON answer; `indentation` is one level of it, `margin` where the value starts."""
    inner = margin + indentation
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        members = (
            f"{inner}{string_text(key)} : {on_its_own_line(value[key], indentation, inner)}" for key in sorted(value)
        )
        return "{\n" + ",\n".join(members) + f"\n{margin}}}"
    if isinstance(value, list | tuple):
        if not value:
            return "[]"
        items = (inner + json_text(item, indentation, inner) for item in value)
        return "[\n" + ",\n".join(items) + f"\n{margin}]"
    return string_text(value) if isinstance(value, str) else json.dumps(value)


def string_text(text: str) -> str:
    """A string in ASCII, with DEL as it is."""
    if "\x7f" not in text:
        return encode_basestring_ascii(text)
    return '"' + "\x7f".join(encode_basestring_ascii(part)[1:-1] for part in text.split("\x7f")) + '"'


def on_its_own_line(value: Any, indentation: str, margin: str) -> str:
    """A member's value: objects and arrays that are not empty begin on the next line."""
    text = json_text(value, indentation, margin)
    return f"\n{margin}{text}" if value and isinstance(value, Mapping | list | tuple) else text
