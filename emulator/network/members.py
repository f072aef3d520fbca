"""Members of the JSON that describes another server, and the errors where they are of the wrong type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard, TypeVar

from ..errors import ErrorCode, OrthancError, unhandled
from ..late_pattern import late_pattern
from .rules import NetworkRelease

#: What a modality or a peer can be called.
SYMBOLIC_NAME = late_pattern(r"[A-Za-z0-9_-]*\Z")

Server = TypeVar("Server")


def named_servers(
    section: Any, name: str, parse: Callable[[Any, NetworkRelease], Server], release: NetworkRelease
) -> dict[str, Server]:
    """The servers in the section of that name, each read by `parse`; raises OrthancError for one that is refused."""
    if not isinstance(section, Mapping):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f'Bad format of the "{name}" configuration section')
    found = {}
    for symbolic_name, value in section.items():
        check_name(symbolic_name)
        found[symbolic_name] = parse(value, release)
    return found


def check_name(name: str) -> None:
    """Raises OrthancError for a name that no modality and no peer can have."""
    if not SYMBOLIC_NAME.match(name):
        raise OrthancError(
            ErrorCode.BAD_FILE_FORMAT,
            "Only alphanumeric, dash characters and underscores are allowed in the names of modalities/peers, "
            f"but found: {name}",
        )


def text(members: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A member that is a text; without a `default` it must be there."""
    value = members.get(name, default)
    if not isinstance(value, str):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"String value expected in field: {name}")
    return value


def flag(members: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = members.get(name, default)
    if not isinstance(value, bool):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Boolean value expected in field: {name}")
    return value


def integer(members: Mapping[str, Any], name: str) -> int:
    """A member that is a whole number, 0 without it; raises what the server does for one of more than 32 bits."""
    value = members.get(name, 0)
    if not is_whole_number(value) or value >= 1 << 63:
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
    if not -(1 << 31) <= value < 1 << 31:
        raise unhandled()
    return value


def is_whole_number(value: Any) -> TypeGuard[int]:
    """Whether the server's JSON library holds a value as a whole number."""
    return isinstance(value, int) and not isinstance(value, bool) and -(1 << 63) <= value < 1 << 64


def unsigned(members: Mapping[str, Any], name: str, release: NetworkRelease) -> int:
    """A member that counts, 0 without it."""
    value = members.get(name, 0)
    if not is_whole_number(value):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Integer value expected in field: {name}")
    if value < 0 and release.json.explains_large_integers:
        details = f"Negative value found while expecting an unsigned int in field '{name}'"
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, details)
    if not -(1 << 31) <= value < 1 << (63 if release.json.explains_large_integers else 31):
        raise unhandled()
    if value < 0:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Unsigned integer value expected in field: {name}")
    return value
