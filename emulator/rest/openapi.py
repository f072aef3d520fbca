"""The routes of a release as an OpenAPI description: `python -m emulator routes --openapi`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..releases import Release
from .not_emulated import NotEmulated
from .route import Route

PARAMETER = re.compile(r"\{(\w+)\}")

#: The methods whose requests have a body; of what kind is not told, because Orthanc reads it whatever its type.
WITH_BODY = ("POST", "PUT")

ANSWERS: Mapping[str, Any] = {
    "200": {"description": "The answer"},
    "4XX": {"description": "What is wrong with the request"},
    "5XX": {"description": "What the server can't do"},
}


def openapi(release: Release, routes: Iterable[Route], more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The description of the routes that a release has, in JSON (OpenAPI 3.0).

    `more` are paths that are described already: those of another door.
    """
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        for method in route.methods(release):
            path = paths.setdefault(route.template, {"parameters": parameters(route.template)})
            path.setdefault(method.lower(), operation(route, method))
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Orthanc's REST API, emulated",
            "description": "Which of Orthanc's routes the emulator answers; those it refuses are answered 501.",
            "version": release.version,
        },
        "paths": {**{path: paths[path] for path in sorted(paths)}, **(more or {})},
    }


def parameters(path: str) -> list[dict[str, Any]]:
    """The variable parts of a path."""
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in PARAMETER.findall(path)
    ]


def operation(route: Route, method: str) -> dict[str, Any]:
    handler = route.handlers[method]
    described: dict[str, Any] = {"responses": dict(ANSWERS)}
    if method in WITH_BODY:
        described["requestBody"] = {"content": {"application/json": {"schema": {}}, "text/plain": {"schema": {}}}}
    if isinstance(handler, NotEmulated):
        described["description"] = f"Not emulated: {handler.what}"
        described["responses"] = {"501": {"description": f"The emulator lacks {handler.what}"}}
    return described
