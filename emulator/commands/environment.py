"""What the environment says of `serve`: the options of Orthanc as container images spell them, and the emulator's own.

`ORTHANC_JSON` is a whole configuration; `ORTHANC__NAME` is "Name", `ORTHANC__DICOM_WEB__ENABLE` "Enable" of the section
"DicomWeb". Values are JSON where they are any, else text.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from ..configuration import ConfigurationSource
from ..configuration.configuration import read_options
from ..configuration.option_table import all_options
from ..errors import ErrorCode, OrthancError
from ..json.syntax import JsonSyntaxError, read
from ..releases import Release

WHOLE = "ORTHANC_JSON"
PREFIX = "ORTHANC__"
OWN_PREFIX = "EMULATOR_"

#: The emulator's own variables with the option of `serve` that each stands for.
OWN: Mapping[str, str] = {
    "EMULATOR_CONFIG": "--config",
    "EMULATOR_CONTROL": "--control",
    "EMULATOR_CORS": "--cors",
    "EMULATOR_DICOM_PORT": "--dicom-port",
    "EMULATOR_HOST": "--host",
    "EMULATOR_LOAD": "--load",
    "EMULATOR_LOAD_ROOT": "--load-root",
    "EMULATOR_NETWORK": "--network",
    "EMULATOR_PORT": "--port",
    "EMULATOR_RELEASE": "--release",
    "EMULATOR_UNKNOWN_TAGS": "--unknown-tags",
}

#: Those that hold several values, separated as PATH is or, of origins, by commas.
PATHS = ("EMULATOR_LOAD", "EMULATOR_LOAD_ROOT")

#: Sections of the options of plugins whose names have words that are written together.
PLUGIN_SECTIONS = ("DicomWeb", "OrthancExplorer2", "PostgreSQL", "MySQL", "Gdcm")


def arguments_of(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The arguments of `serve` that the environment stands for; those of the command line come behind and count."""
    arguments: list[str] = []
    for name, option in OWN.items():
        text = environment.get(name, "")
        if name in PATHS:
            parts = [part for part in text.split(os.pathsep) if part]
        elif name == "EMULATOR_CORS":
            parts = [part.strip() for part in text.split(",") if part.strip()]
        else:
            parts = [text] if text else []
        arguments += [option, *parts] if parts else []
    return arguments


def unknown_variables(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The variables that begin as the emulator's own do, and are none."""
    return sorted(name for name in environment if name.startswith(OWN_PREFIX) and name not in OWN)


def configuration_of(
    path: str | None, release: Release, environment: Mapping[str, str] = os.environ
) -> ConfigurationSource:
    """The configuration of a file or folder with what the environment says laid over it.

    Raises OrthancError for a file, or a variable, that can't be read.
    """
    said = options_of(environment, release)
    if not said:
        return path
    return merged(read_options(path, release) if path else {}, said)


def options_of(environment: Mapping[str, str], release: Release) -> dict[str, Any]:
    """Orthanc's options in an environment; a variable for one option counts more than `ORTHANC_JSON`."""
    options: dict[str, Any] = {}
    if environment.get(WHOLE):
        options = whole(environment[WHOLE], release)
    for name in sorted(environment):
        if name.startswith(PREFIX) and len(name) > len(PREFIX):
            value = value_of(environment[name])
            for key in reversed([spelt(part) for part in name[len(PREFIX) :].split("__") if part]):
                value = {key: value}
            options = merged(options, value)
    return options


def whole(text: str, release: Release) -> dict[str, Any]:
    try:
        options = read(text, release.json)
    except JsonSyntaxError as error:
        refused = OrthancError(ErrorCode.BAD_JSON, f"The variable {WHOLE} does not follow the JSON syntax")
        refused.hint = f"line {error.line}, column {error.column}: {error.message}"
        raise refused from None
    if not isinstance(options, dict):
        raise OrthancError(ErrorCode.BAD_JSON, f"The variable {WHOLE} must be an object")
    return options


def value_of(text: str) -> Any:
    """The value of a variable: JSON where it is any, else the text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def spelt(words: str) -> str:
    """The option that is spelt in upper case with underscores: DICOM_AET is "DicomAet", STORE_MD5_... "StoreMD5..."."""
    folded = words.replace("_", "").lower()
    known = {name.lower(): name for name in (*all_options(), *PLUGIN_SECTIONS)}
    return known.get(folded) or "".join(word[:1].upper() + word[1:].lower() for word in words.split("_"))


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two configurations, sections put together member by member; what stands in both is that of `above`."""
    result = dict(below)
    for name, value in above.items():
        there = result.get(name)
        both = isinstance(there, Mapping) and isinstance(value, Mapping)
        result[name] = merged(there, value) if both else value  # type: ignore[arg-type]
    return result
