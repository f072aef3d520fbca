"""/{level}/{id}/metadata, and the statistics of a resource."""

from __future__ import annotations

import hashlib
from typing import Any

from werkzeug.wrappers import Response

from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS, Level
from ..store.metadata import metadata_name, metadata_number, metadata_of
from ..store.resource import Resource
from .answers import bytes_answer, empty_answer, json_answer
from .arguments import is_expanded
from .route import Call, Handler, Route, route


def listed(level: Level) -> Handler:
    """The names of a resource's metadata, or with `?numeric` their numbers; with `?expand` their values, too."""

    def handler(call: Call) -> Response:
        metadata = metadata_of(call.server.database.get(level, call.path["id"]))
        expands = is_expanded(call.request)
        if call.server.release.numbers_metadata and "numeric" in call.request.args:
            numbers = {metadata_number(name): text for name, text in metadata.items()}
            return json_answer({str(key): text for key, text in numbers.items()} if expands else [*numbers])
        return json_answer(metadata if expands else [*metadata])

    return handler


def value(level: Level) -> Handler:
    """One metadata, by its name or number."""

    def handler(call: Call) -> Response:
        metadata = metadata_of(call.server.database.get(level, call.path["id"]))
        name = metadata_name(call.path["name"], call.server.release)
        if name not in metadata:
            return empty_answer(404)
        response = bytes_answer(metadata[name].encode("utf-8"), "text/plain")
        if call.server.release.has_revisions:
            digest = hashlib.md5(metadata[name].encode("utf-8"), usedforsecurity=False).hexdigest()
            response.headers["ETag"] = f'"0-{digest}"'
        return response

    return handler


def statistics(level: Level) -> Handler:
    """What a resource and all below it take; an id of another level is answered too."""

    def handler(call: Call) -> Response:
        with call.server.database.lock:
            for resources in call.server.database.levels.values():
                resource = resources.get(call.path["id"])
                if resource is not None and (
                    resource.level is level or not call.server.release.statistics_of_unknown_are_zero
                ):
                    return json_answer(statistics_of(resource.level, resource))
        if call.server.release.statistics_of_unknown_are_zero:
            return json_answer(statistics_of(level, None))
        raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)

    return handler


def statistics_of(level: Level, resource: Resource | None) -> dict[str, Any]:
    """The numbers of resources below, and of bytes; None counts as empty."""
    below = {
        f"Count{lower.plural.capitalize()}": len(resource.descendants(lower)) if resource is not None else 0
        for lower in LEVELS[level.depth + 1 :]
    }
    instances = resource.descendants(Level.INSTANCE) if resource is not None else []
    size = sum(len(instance.file) for instance in instances)
    sizes: dict[str, Any] = {}
    for name in ("DicomDiskSize", "DicomUncompressedSize", "DiskSize", "UncompressedSize"):
        sizes[name] = str(size)
        sizes[f"{name}MB"] = size >> 20
    return {**below, **sizes}


ROUTES: tuple[Route, ...] = tuple(
    route(f"/{level.plural}/<id>/{path}", GET=handler(level))
    for level in LEVELS
    for path, handler in (("metadata", listed), ("metadata/<name>", value), ("statistics", statistics))
)
