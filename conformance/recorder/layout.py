"""JSON that is laid out to be read."""

from __future__ import annotations

import json
from typing import Any

LINE_LENGTH = 160


def laid_out(value: Any, indent: int = 0) -> str:
    """JSON with sorted keys, each list and object on one line where it fits, else a line per member."""
    line = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if not isinstance(value, (dict, list)) or not value or indent + len(line) <= LINE_LENGTH:
        return line
    if isinstance(value, dict):
        names = (json.dumps(key, ensure_ascii=False) for key in sorted(value))
        members = [
            f"{name}: {laid_out(value[key], indent + 1)}" for name, key in zip(names, sorted(value), strict=True)
        ]
    else:
        members = [laid_out(one, indent + 1) for one in value]
    inside, end = "\n" + " " * (indent + 1), "\n" + " " * indent
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + inside + f",{inside}".join(members) + end + closing
