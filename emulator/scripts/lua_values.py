"""Values between JSON, Python and Lua, as the server's toolbox converts them. Measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Texts cross the border as bytes, one character each: Lua knows no encoding.
ENCODING = "latin-1"


def to_lua_text(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode(ENCODING)


def from_lua_text(text: str) -> str:
    return text.encode(ENCODING).decode("utf-8", "surrogateescape")


def to_lua(runtime: Any, value: Any, *, keeps_integers: bool = True) -> Any:
    """The value of Lua for one of JSON; null is nil, which leaves a hole in an array."""
    if isinstance(value, str):
        return to_lua_text(value)
    if isinstance(value, Mapping):
        members = {
            to_lua_text(str(key)): to_lua(runtime, one, keeps_integers=keeps_integers) for key, one in value.items()
        }
        return runtime.table_from({key: one for key, one in members.items() if one is not None})
    if isinstance(value, (list, tuple)):
        table = runtime.table()
        for index, one in enumerate(value, 1):
            if one is not None:
                table[index] = to_lua(runtime, one, keeps_integers=keeps_integers)
        return table
    if isinstance(value, int) and not isinstance(value, bool) and not keeps_integers:
        return float(value)
    return value


def from_lua(value: Any, kind: Any, *, keeps_texts: bool = False) -> Any:
    """The value of JSON for one of Lua: a text that reads as a number becomes one, unless texts are kept.

    `kind` tells the type of a value of Lua ("table", ...).
    """
    if isinstance(value, str):
        return from_lua_text(value) if keeps_texts else number_or_text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        whole = int(value) if isinstance(value, int) or value.is_integer() else value
        return str(whole) if keeps_texts else whole
    if kind(value) != "table":
        return None
    keys = [*value.keys()]
    if all(isinstance(key, int) for key in keys) and sorted(keys) == [*range(1, len(keys) + 1)]:
        return [from_lua(value[index], kind, keeps_texts=keeps_texts) for index in range(1, len(keys) + 1)]
    return {
        from_lua_text(str(key)): from_lua(value[key], kind, keeps_texts=keeps_texts)
        for key in keys
        if isinstance(key, (str, int, float))
    }


def number_or_text(text: str) -> Any:
    """A number where Lua would read the text as one: AccessionNumbers and times lose their zeros so."""
    stripped = text.strip()
    if stripped and stripped[-1] in "0123456789." and not stripped.lower().startswith(("inf", "nan")):
        try:
            value = float(stripped)
        except ValueError:
            return from_lua_text(text)
        return int(value) if value.is_integer() and abs(value) < 2**63 else value
    return from_lua_text(text)
