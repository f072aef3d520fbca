"""/{level}/{id}/metadata."""

from __future__ import annotations

from typing import Any

from ..dicom.character_sets import utf_8_bytes
from ..store.level import LEVELS, Level
from ..store.metadata import metadata_of, numbered_metadata
from .answers import bytes_answer, empty_answer, json_answer
from .arguments import is_expanded
from .response import Response
from .revisions import tagged, with_revision
from .route import Call, Handler, Route, route


def listed(level: Level) -> Handler:
    """The names, or with `?numeric` the numbers, of a resource's metadata, with `?expand` their values."""

    def handler(call: Call) -> Response:
        release = call.server.release
        by_number = release.rest.numbers_metadata and "numeric" in call.request.args
        with call.server.store.reading:
            resource = call.server.store.get(level, call.path["id"])
            shown: dict[Any, str] = numbered_metadata(resource) if by_number else metadata_of(resource, release)
        if is_expanded(call.request):
            return json_answer({str(key): value for key, value in shown.items()})
        return json_answer([*shown])

    return handler


def read(level: Level) -> Handler:
    """One metadata, by its name or number."""

    def handler(call: Call) -> Response:
        value = call.server.annotations.metadata.get(level, call.path["id"], call.path["name"])
        if value is None:
            return empty_answer(404)
        return with_revision(call, value.revision, lambda: bytes_answer(utf_8_bytes(value.text), "text/plain"))

    return handler


def write(call: Call) -> Response:
    """Sets a metadata; the level is of no matter."""
    text = call.request.get_data().decode("utf-8", "surrogateescape")
    if_match = call.request.headers.get("If-Match")
    revision = call.server.annotations.metadata.put(call.path["id"], call.path["name"], text, if_match)
    return tagged(call, revision, bytes_answer(b"", "text/plain"))


def delete(call: Call) -> Response:
    """Removes a metadata; the level is of no matter."""
    if_match = call.request.headers.get("If-Match")
    call.server.annotations.metadata.delete(call.path["id"], call.path["name"], if_match)
    return bytes_answer(b"", "text/plain")


def routes_of(level: Level) -> tuple[Route, ...]:
    base = f"/{level.plural}/<id>/metadata"
    return (
        route(base, GET=listed(level)),
        route(f"{base}/<name>", GET=read(level), PUT=write, DELETE=delete),
    )


ROUTES: tuple[Route, ...] = tuple(route for level in LEVELS for route in routes_of(level))
