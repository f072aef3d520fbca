"""The arguments of a GET request, and the body of a POST request."""

from __future__ import annotations

import json
import re
from typing import Any

from werkzeug.wrappers import Request

from .. import lenient_json
from ..dicom.views import Format
from ..errors import ErrorCode, OrthancError
from ..releases import Release

BOOLEANS = {"": True, "true": True, "1": True, "false": False, "0": False}

NUMBER = re.compile(r"[+-]?\d{1,18}\Z")


def is_expanded(request: Request, release: Release, *, default: bool = False) -> bool:
    """The argument "expand"; releases before 1.12 look no further than whether it is there."""
    value = request.args.getlist("expand")[-1:]
    if not value:
        return default
    if not release.boolean_arguments_are_read:
        return True
    if value[0] not in BOOLEANS:
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            f'Expected a Boolean for GET argument "expand", found: {value[0]}',
        )
    return BOOLEANS[value[0]]


def main_tags_format(request: Request) -> Format:
    """The arguments "short" and "full" of a resource: the form of its main DICOM tags."""
    for name, form in (("short", Format.SHORT), ("full", Format.FULL)):
        if name in request.args:
            return form
    return Format.SIMPLIFY


def page(request: Request, path: str) -> tuple[int, int] | None:
    """The arguments "since" and "limit", None where neither is given; the server wants both or none."""
    given = {name: request.args.getlist(name)[-1] for name in ("since", "limit") if name in request.args}
    if not given:
        return None
    for name in ("limit", "since"):
        if name not in given:
            raise OrthancError(ErrorCode.BAD_REQUEST, f'Missing "{name}" argument for GET request against: {path}/')
    return number(given["since"]), number(given["limit"])


def number(text: str) -> int:
    if not NUMBER.match(text):
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, "Syntax error in some user-supplied data")
    return int(text)


def json_body(request: Request, error: OrthancError) -> Any:
    """The JSON in a request's body, as leniently as the server reads it; raises `error` where there is none."""
    try:
        return lenient_json.parse(request.get_data().decode("utf-8", errors="ignore").lstrip("\ufeff"))
    except (json.JSONDecodeError, RecursionError):
        raise error from None
