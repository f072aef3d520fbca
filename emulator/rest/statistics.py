"""/{level}/{id}/statistics: what one resource takes."""

from __future__ import annotations

from typing import Any

from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS, Level
from ..store.numbered_names import DICOM
from ..store.resource import Resource
from .answers import json_answer
from .response import Response
from .route import Call, Handler, Route, route


def statistics(level: Level) -> Handler:
    """What a resource and all below it take; an id of another level is answered too."""

    def handler(call: Call) -> Response:
        with call.server.store.reading:
            for resources in call.server.store.levels.values():
                resource = resources.get(call.path["id"])
                if resource is not None and (
                    resource.level is level or not call.server.release.rest.statistics_of_unknown_are_zero
                ):
                    return json_answer(statistics_of(resource.level, resource))
        if call.server.release.rest.statistics_of_unknown_are_zero:
            return json_answer(statistics_of(level, None))
        raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)

    return handler


def statistics_of(level: Level, resource: Resource | None) -> dict[str, Any]:
    """The numbers of resources below, and of bytes; None counts as empty."""
    below = {
        f"Count{lower.plural.capitalize()}": len(resource.descendants(lower)) if resource is not None else 0
        for lower in LEVELS[level.depth + 1 :]
    }
    all_levels = LEVELS[level.depth :] if resource is not None else ()
    everything = [one for lower in all_levels if resource is not None for one in resource.descendants(lower)]
    files = [one.attached[DICOM] for one in everything if one.level is Level.INSTANCE]
    sizes = {
        "DicomDiskSize": sum(file.stored_size for file in files),
        "DicomUncompressedSize": sum(file.size for file in files),
        "DiskSize": sum(one.stored_size for one in everything),
        "UncompressedSize": sum(one.size for one in everything),
    }
    shown = {name: str(size) for name, size in sizes.items()}
    return {**below, **shown, **{f"{name}MB": size >> 20 for name, size in sizes.items()}}


ROUTES: tuple[Route, ...] = tuple(route(f"/{level.plural}/<id>/statistics", GET=statistics(level)) for level in LEVELS)
