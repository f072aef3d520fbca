"""All control routes, and their description."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from . import associations, browsing, composing, dictionaries, faults, looking, page_files, sessions, state, webhooks
from .route import PREFIX, ControlRoute

ROUTES: tuple[ControlRoute, ...] = (
    *state.ROUTES,
    *faults.ROUTES,
    *associations.ROUTES,
    *looking.ROUTES,
    *dictionaries.ROUTES,
    *sessions.ROUTES,
    *webhooks.ROUTES,
    *browsing.ROUTES,
    *composing.ROUTES,
    *page_files.ROUTES,
)

VARIABLE = re.compile(r"<(\w+)>")


def template(route: ControlRoute) -> str:
    """The path as OpenAPI writes it."""
    return VARIABLE.sub(r"{\1}", PREFIX + route.path)


def descriptions(routes: Iterable[ControlRoute] = ROUTES) -> dict[str, dict[str, Any]]:
    """The paths of the control routes in OpenAPI's words (3.0)."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = paths.setdefault(template(route), {})
        path["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            for name in VARIABLE.findall(route.path)
        ]
        path[route.method.lower()] = operation(route)
    return paths


def operation(route: ControlRoute) -> dict[str, Any]:
    described: dict[str, Any] = {
        "tags": ["emulator"],
        "summary": route.summary,
        "responses": {
            str(route.status): {"description": route.answer},
            **({"400": {"description": "A member is wrong: `member` names it"}} if route.members else {}),
            **{str(status): {"description": text} for status, text in route.statuses.items()},
        },
    }
    if route.members and route.method == "GET":
        described["parameters"] = [
            {"name": one.name, "in": "query", "required": one.required, "schema": one.schema()} for one in route.members
        ]
    elif route.members:
        schema: dict[str, Any] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {one.name: one.schema() for one in route.members},
        }
        required = [one.name for one in route.members if one.required]
        if required:
            schema["required"] = required
        described["requestBody"] = {"required": bool(required), "content": {"application/json": {"schema": schema}}}
    return described
