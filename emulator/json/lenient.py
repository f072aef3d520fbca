"""The JSON of a request's body as Orthanc reads it: with comments, a last comma too many, and anything after the value.

Measured on Orthanc 1.9.1 to 1.13.0: the bodies `{} trailing` and `{"Remove":["0011,1001",],}` are accepted, `{'a':1}`,
`{,}`, an empty body and `{` are not.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from . import syntax
from .rules import JsonRules
from .syntax import MOST_DIGITS

BLANKS = re.compile(r"[ \t\n\r]*")
OPENING = re.compile(rb"[\[{]")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: So many values may stand within each other; with one more the real servers crash at the latest (all four).
MAXIMUM_DEPTH = 201


class UnusualError(Exception):
    """What Python reads otherwise than the server."""


def unusual(text: str) -> NoReturn:
    raise UnusualError(text)


def integer(text: str) -> int:
    return int(text) if len(text) <= MOST_DIGITS else unusual(text)


def real(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else unusual(text)


#: Reads what is JSON for everybody: several times as fast as `syntax`, which reads the rest.
DECODER = json.JSONDecoder(parse_constant=unusual, parse_int=integer, parse_float=real)


def parse(data: bytes, rules: JsonRules) -> Any:
    """The value at the start of a body; bytes in its texts that are no UTF-8 are kept by "surrogateescape".

    Raises syntax.JsonSyntaxError.
    """
    text = data.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "surrogateescape")
    value = parse_text(text, rules)
    if len(OPENING.findall(data)) > MAXIMUM_DEPTH and depth(value) > MAXIMUM_DEPTH:
        raise syntax.TooDeepError("Exceeded stackLimit in readValue().", text, 0)
    return value


def parse_text(text: str, rules: JsonRules) -> Any:
    start = BLANKS.match(text)
    try:
        value, _ = DECODER.raw_decode(text, start.end() if start else 0)
    except (json.JSONDecodeError, UnusualError, RecursionError):
        return syntax.read(text, rules)
    if "\\u" in text and LONE_SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        return syntax.read(text, rules)  # half of a surrogate pair
    return value


def depth(value: Any) -> int:
    """How many arrays and objects stand within each other."""
    deepest, level = 0, [value]
    while level:
        level = [inner for one in level if isinstance(one, (dict, list)) for inner in members(one)]
        deepest += bool(level)
    return deepest


def members(value: dict[str, Any] | list[Any]) -> list[Any]:
    """What stands in a container; in an empty one something that is none."""
    return [*(value.values() if isinstance(value, dict) else value)] or [None]
