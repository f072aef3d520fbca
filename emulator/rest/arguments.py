"""The arguments of a GET request, and the body of a POST request."""

from __future__ import annotations

import json
import re
from typing import Any

from ..dicom.views import Format
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..json import lenient
from ..releases import Release
from .request import OrthancRequest

BOOLEANS = {"": True, "true": True, "1": True, "false": False, "0": False}

NUMBER = re.compile(r"(?P<sign>[+-]?)[0-9]{1,20}\Z")


def is_expanded(request: OrthancRequest, *, default: bool = False) -> bool:
    """The argument "expand"; releases before 1.12 look no further than whether it is there."""
    if not request.release.rest.boolean_arguments_are_read and "expand" in request.args:
        return True
    return boolean(request, "expand", default=default)


def boolean(request: OrthancRequest, name: str, *, default: bool = False) -> bool:
    """A Boolean argument: "", "true", "1", "false" or "0"; raises OrthancError for any other text."""
    value = request.args.getlist(name)[-1:]
    if not value:
        return default
    if value[0] not in BOOLEANS:
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            f'Expected a Boolean for GET argument "{name}", found: {value[0]}',
        )
    return BOOLEANS[value[0]]


def is_whole(request: OrthancRequest) -> bool:
    """The argument "whole" of a view: what stands behind the pixel data is shown, too."""
    return request.release.rest.shows_whole_files and boolean(request, "whole")


def ignored_lengths(request: OrthancRequest, dictionary: Dictionary) -> frozenset[int]:
    """The tags of the argument "ignore-length", separated by commas: so a number is spelled with a hyphen."""
    texts = request.args.getlist("ignore-length")[-1:]
    return frozenset(dictionary.tag(name) for text in texts for name in text.split(","))


def main_tags_format(request: OrthancRequest) -> Format:
    """The arguments "short" and "full" of a resource: the form of its main DICOM tags."""
    if request.release.rest.shows_main_tags_in_forms:
        for name, form in (("short", Format.SHORT), ("full", Format.FULL)):
            if name in request.args:
                return form
    return Format.SIMPLIFY


def requested_tags(request: OrthancRequest, dictionary: Dictionary) -> tuple[int, ...]:
    """The argument "requestedTags", or "requested-tags", which wins: tags separated by semicolons."""
    if not request.release.query.is_extended:
        return ()
    given = request.args.getlist("requested-tags") or request.args.getlist("requestedTags")
    names = given[-1].split(";") if given else []
    try:
        return tuple(sorted({dictionary.tag(name) for name in names if name}))
    except OrthancError as error:
        raise OrthancError(
            ErrorCode.BAD_REQUEST, f"Invalid requested-tags argument: {error.message} {error.details}"
        ) from None


def tags_format(request: OrthancRequest) -> Format:
    """The arguments "simplify" and "short" of a view of tags: the first wins; what they are set to is of no matter."""
    if "simplify" in request.args:
        return Format.SIMPLIFY
    return Format.SHORT if "short" in request.args else Format.FULL


def page(request: OrthancRequest, path: str) -> tuple[int, int] | None:
    """The arguments "since" and "limit", None where neither is given; the server wants both or none."""
    given = {name: request.args.getlist(name)[-1] for name in ("since", "limit") if name in request.args}
    if not given:
        return None
    for name in ("limit", "since"):
        if name not in given:
            raise OrthancError(ErrorCode.BAD_REQUEST, f'Missing "{name}" argument for GET request against: {path}/')
    return number(given["since"], request.release), number(given["limit"], request.release)


def number(text: str, release: Release) -> int:
    """The number of an argument: 64 bits, unsigned when it is read and signed when it is used, so it wraps."""
    match = NUMBER.match(text)
    magnitude = int(text.lstrip("+-")) if match else 0
    if match is None or magnitude >= 1 << 64 or (match["sign"] == "+" and not release.rest.reads_plus_signs):
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, "Syntax error in some user-supplied data")
    value = (-magnitude if match["sign"] == "-" else magnitude) % (1 << 64)
    return value - (1 << 64) if value >= 1 << 63 else value


def json_body(request: OrthancRequest, error: OrthancError | None = None) -> Any:
    """The JSON in a request's body, as leniently as the server reads it.

    Raises `error`, by default Bad file format, where there is none.
    """
    try:
        return lenient.parse(request.get_data(), request.release.json)
    except json.JSONDecodeError:
        raise error or OrthancError(ErrorCode.BAD_FILE_FORMAT) from None
