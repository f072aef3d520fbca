"""What comes from Python as if it were JSON has texts for keys."""

from __future__ import annotations

from collections.abc import Mapping
from reprlib import repr as short
from typing import Any

#: What has no keys, as most members are: to ask whether one is a mapping takes longer.
PLAIN = frozenset({str, int, float, bool, type(None)})


def check_keys(value: Any, where: str) -> None:
    """Raises TypeError for a key that is no text, anywhere in a request or configuration, and says what to write."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{where}: a key is a text, {meant_by(key)}, not {short(key)}")
            if type(member) not in PLAIN:
                check_keys(member, where)
    elif isinstance(value, (list, tuple)):
        for member in value:
            if type(member) not in PLAIN:
                check_keys(member, where)


def meant_by(key: Any) -> str:
    """What to write in the place of a key: a tag is known by its two numbers, or by its one."""
    group, element = key if isinstance(key, tuple) and len(key) == 2 else (None, None)
    if isinstance(key, int) and 0xFFFF < key <= 0xFFFFFFFF:
        group, element = key >> 16, key & 0xFFFF
    if isinstance(group, int) and isinstance(element, int):
        return f'here "{group:04x},{element:04x}"'
    return 'such as "0011,1001"'
