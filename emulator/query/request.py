"""The body of `POST /tools/find` -> a FindRequest, checked in the server's order (measured on 1.9.1 to 1.13.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..dicom.views import Format
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.level import LEVELS, Level
from .constraint import Constraint, make_constraint

LEVEL_NAMES = {
    **{level.value.lower(): level for level in LEVELS},
    **{level.plural: level for level in LEVELS},
    "image": Level.INSTANCE,
    "images": Level.INSTANCE,
}


@dataclass(frozen=True)
class FindRequest:
    """What a find asks for. `limit` is 0 for no limit, `since` None where the body has none."""

    level: Level
    constraints: tuple[Constraint, ...]
    expand: bool
    limit: int
    since: int | None
    form: Format


def level_named(name: str, release: Release) -> Level:
    """The level of a name in any case, singular or plural; raises OrthancError (Parameter out of range)."""
    level = LEVEL_NAMES.get(name.lower())
    if level is None:
        details = f"Invalid resource type '{name}'" if release.names_the_invalid_level else None
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)
    return level


def parse_find(body: Any, dictionary: Dictionary, release: Release) -> FindRequest:
    """Reads the body of a find.

    Raises OrthancError: Bad request for a member of the wrong type, Parameter out of range for a level or number,
    Unknown DICOM tag for a name.
    """
    if not isinstance(body, Mapping):
        raise bad_request("The body must contain a JSON object")
    if not isinstance(body.get("Level"), str):
        raise bad_request('Field "Level" is missing, or should be a string')
    if "Query" not in body:
        raise bad_request('Field "Query" is missing, or should be a JSON object')
    word = release.find_requirement
    case_sensitive = body.get("CaseSensitive", False)
    if not isinstance(case_sensitive, bool):
        raise bad_request(f'Field "CaseSensitive" {word} a Boolean')
    limit = count(body, "Limit", release)
    since = count(body, "Since", release) if "Since" in body else None
    level = level_named(body["Level"], release)
    query = {} if body["Query"] is None else body["Query"]
    expand = body.get("Expand")
    if not isinstance(query, Mapping) or not isinstance(expand, bool | int | float | None):
        raise unhandled()
    constraints = read_query(query, dictionary, release, case_sensitive=case_sensitive)
    return FindRequest(level, constraints, bool(expand), limit, since, requested_format(body, release))


def read_query(
    query: Mapping[str, Any], dictionary: Dictionary, release: Release, *, case_sensitive: bool
) -> tuple[Constraint, ...]:
    """The constraints of a query, read in the order of their names."""
    constraints = []
    for name in sorted(query, key=lambda name: name.encode("utf-8", "surrogatepass")):
        text = query[name]
        if not isinstance(text, str):
            raise bad_request(f'Tag "{name}" {release.find_requirement} associated with a string')
        constraint = make_constraint(name, text, dictionary, release, case_sensitive=case_sensitive)
        if constraint is not None:
            constraints.append(constraint)
    return tuple(constraints)


def count(body: Mapping[str, Any], name: str, release: Release) -> int:
    word = release.find_requirement
    value = body.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad_request(f'Field "{name}" {word} an integer')
    if value < 0:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f'Field "{name}" {word} a positive integer')
    if release.find_numbers_wrap_at is not None and value >= release.find_numbers_wrap_at:
        raise unhandled()
    return value


def requested_format(body: Mapping[str, Any], release: Release) -> Format:
    """The form of the main DICOM tags in expanded answers."""
    if not release.find_has_formats:
        return Format.SIMPLIFY
    for name, form in (("Short", Format.SHORT), ("Full", Format.FULL)):
        value = body.get(name, False)
        if not isinstance(value, bool):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Boolean value expected in field: {name}")
        if value:
            return form
    return Format.SIMPLIFY


def unhandled() -> OrthancError:
    """What a value that the server does not check ends in."""
    return OrthancError(ErrorCode.INTERNAL_ERROR, "An unhandled exception was generated inside the HTTP server")


def bad_request(details: str) -> OrthancError:
    return OrthancError(ErrorCode.BAD_REQUEST, details)
