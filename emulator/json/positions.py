"""Where the keys of a JSON text stand: its line and column, with Orthanc's comments in between."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<string>"(?:\\.|[^"\\])*")
      | (?P<bracket>[{}\[\]])
      | (?P<colon>:)""",
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class KeyPosition:
    """A key of an object: `path` is the keys that lead to it and the key itself; line and column begin with 1."""

    path: tuple[str, ...]
    line: int
    column: int


def key_positions(text: str, depth: int = 2) -> Iterator[KeyPosition]:
    """The keys of a JSON text, down to `depth` objects deep, in the order of the text, repeated ones too.

    Keys of objects inside arrays are left out. A text with errors gives what can be told of it.
    """
    path: list[str] = []  # the key that is open in each object around
    arrays = 0
    candidate: re.Match[str] | None = None  # a string that is a key if a colon follows
    for token in TOKEN.finditer(text):
        kind, found = token.lastgroup, token.group()
        if kind == "string":
            candidate = token
        elif kind == "colon" and candidate is not None and path and not arrays:
            path[-1] = unquoted(candidate.group())
            if len(path) <= depth:
                yield KeyPosition(tuple(path), *line_and_column(text, candidate.start()))
        elif found == "{" and not arrays:
            path.append("")
        elif found == "}" and not arrays and path:
            path.pop()
        elif found in "[]":
            arrays = max(arrays + (1 if found == "[" else -1), 0)


def unquoted(string: str) -> str:
    """The text that a JSON string stands for; without its quotes as it is, if it is no JSON."""
    try:
        return str(json.loads(string, strict=False))
    except json.JSONDecodeError:
        return string[1:-1]


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1
