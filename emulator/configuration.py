"""Orthanc's JSON configuration -> a frozen Configuration."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from . import lenient_json
from .errors import ErrorCode, OrthancError

ConfigurationSource = Mapping[str, Any] | str | os.PathLike[str] | None


@dataclass(frozen=True)
class Configuration:
    """The options of a configuration that the emulator heeds; all others are kept in `options` and ignored.

    The defaults are those that `Orthanc --config=FILE` prints, "Name" excepted.
    """

    name: str = "orthanc-emulator"
    dictionary: Any = field(default_factory=dict)  # what is no object registers nothing, as on the server
    default_private_creator: str = ""
    overwrite_instances: bool = False
    stable_age: int = 60
    limit_find_results: int = 0
    limit_find_instances: int = 0
    storage_access_on_find: str = "Always"
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, source: ConfigurationSource = None) -> Configuration:
        """Reads a configuration from a mapping, a JSON file (comments allowed) or, for None, takes the defaults.

        Raises OrthancError: Bad file format for a file that can't be read (with line and column) or an option of
        the wrong type, with `details` that name the option.
        """
        if source is None:
            return cls()
        if isinstance(source, Mapping):
            return cls.from_options(source)
        return cls.from_options(read_options(Path(source)))

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Configuration:
        """Takes the options of an already parsed configuration."""
        default = cls()
        return cls(
            name=option(options, "Name", str, default.name),
            dictionary=options.get("Dictionary", {}),
            default_private_creator=option(options, "DefaultPrivateCreator", str, ""),
            overwrite_instances=option(options, "OverwriteInstances", bool, default.overwrite_instances),
            stable_age=option(options, "StableAge", int, default.stable_age),
            limit_find_results=count(options, "LimitFindResults"),
            limit_find_instances=count(options, "LimitFindInstances"),
            storage_access_on_find=storage_access(options, default.storage_access_on_find),
            options=MappingProxyType(dict(options)),
        )


def option(options: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:
    """The value of an option, its default where it is absent; raises OrthancError for a value of another type."""
    value = options.get(name, default)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        expected = {str: "a string", bool: "a Boolean", int: "an integer"}[kind]
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, f'The configuration option "{name}" must be {expected}')
    return value


def count(options: Mapping[str, Any], name: str) -> int:
    """The value of an option that counts, 0 where it is absent; raises OrthancError below 0."""
    value = option(options, name, int, 0)
    if value < 0:
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE, f'The configuration option "{name}" must be a positive integer'
        )
    return int(value)


def storage_access(options: Mapping[str, Any], default: str) -> str:
    """The value of StorageAccessOnFind; raises OrthancError for one that the server does not know."""
    value = str(option(options, "StorageAccessOnFind", str, default))
    if value not in ("Always", "Never", "Answers"):
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            f'Configuration option "StorageAccessOnFind" should be "Always", "Never" or "Answers": {value}',
        )
    return value


def read_options(path: Path) -> dict[str, Any]:
    """The options in a configuration file."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Cannot read the configuration {path}: {reason}") from None
    try:
        options = lenient_json.parse(text)
    except json.JSONDecodeError as error:
        raise OrthancError(
            ErrorCode.BAD_FILE_FORMAT,
            f"{path}, line {error.lineno}, column {error.colno}: {error.msg}",
        ) from None
    if not isinstance(options, dict):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"{path}: the configuration must be a JSON object")
    return options
