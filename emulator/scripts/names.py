"""The names of the module `orthanc` in each release of the plugin, as a script listed them with `dir(orthanc)`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=1)
def listed() -> Mapping[str, Mapping[str, Any]]:
    """What each release has otherwise than the one before; None stands for what it has no more."""
    table: Mapping[str, Mapping[str, Any]] = json.loads(files(__package__).joinpath("names.json").read_bytes())
    return table


@cache
def names_of(release: str) -> Mapping[str, Any]:
    """The names of a release: "function", "exception", the methods of a class, or the members of an enumeration."""
    names: dict[str, Any] = {}
    for version, changes in listed().items():
        names.update(changes)
        if version == release:
            break
    return {name: what for name, what in sorted(names.items()) if what is not None}


@cache
def enumerations(release: str) -> Mapping[str, type]:
    """The enumerations of a release: classes whose members are plain numbers, as in the plugin."""
    return {
        name: type(name, (), {"__module__": "orthanc", **members})
        for name, members in names_of(release).items()
        if isinstance(members, dict)
    }


@lru_cache(maxsize=1)
def messages() -> Mapping[int, str]:
    """What the server calls each of its errors."""
    table = json.loads(files(__package__).joinpath("messages.json").read_bytes())
    return {int(code): text for code, text in table.items()}
