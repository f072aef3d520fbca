"""JSON as Orthanc reads it: with comments, a comma before a closing bracket, and anything after the value.

Measured on Orthanc 1.9.1 to 1.13.0: the bodies `{} trailing` and `{"Remove":["0011,1001",],}` are accepted, `{'a':1}`,
an empty body and `{` are not.
"""

from __future__ import annotations

import json
import re
from typing import Any

from . import json_syntax

#: Strings are matched so that what looks like a comment or a comma inside them is left alone.
COMMENT_OR_STRING = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
TRAILING_COMMA_OR_STRING = re.compile(r'"(?:\\.|[^"\\])*"|,(?=\s*[}\]])', re.DOTALL)

LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def refuse_constant(name: str) -> Any:
    """NaN, Infinity and -Infinity, which Python's reader takes for numbers, are no JSON."""
    raise json.JSONDecodeError(f"{name} is no JSON", name, 0)


DECODER = json.JSONDecoder(strict=False, parse_constant=refuse_constant)


def parse(text: str) -> Any:
    """The value that stands at the start of `text`.

    Raises json_syntax.JsonSyntaxError.
    """
    plain = blank(TRAILING_COMMA_OR_STRING, blank(COMMENT_OR_STRING, text))
    start = len(plain) - len(plain.lstrip())
    try:
        value, end = DECODER.raw_decode(plain, start)
        if "\\u" in plain and has_lone_surrogate(value):
            raise json.JSONDecodeError("Half of a surrogate pair", plain, end)
    except (json.JSONDecodeError, RecursionError):
        return json_syntax.read(text)  # what the server takes and Python does not, such as 01 or +1
    return value


def has_lone_surrogate(value: Any) -> bool:
    """Whether a text in a JSON value is no Unicode text: `"\\ud800"` stands for nothing without its other half."""
    return LONE_SURROGATE.search(json.dumps(value, ensure_ascii=False)) is not None


def blank(pattern: re.Pattern[str], text: str) -> str:
    """`text` with what the pattern matches, strings excepted, replaced by blanks: positions stay as they were."""

    def replacement(match: re.Match[str]) -> str:
        found = match.group()
        return found if found.startswith('"') else re.sub(r"[^\n]", " ", found)

    return pattern.sub(replacement, text)
