"""Directories: paths that stand for nothing but the list of what is below them."""

from __future__ import annotations

from collections.abc import Iterable

from .answers import json_answer
from .response import Response
from .route import Call, Route, route

#: The paths that a server answers with the names below them, in order (all releases).
DIRECTORIES = ("/tools",)


def with_directories(routes: Iterable[Route]) -> tuple[Route, ...]:
    """These routes, and the directories that list them."""
    whole = tuple(routes)
    return (*whole, *(directory(path, whole) for path in DIRECTORIES))


def directory(path: str, routes: tuple[Route, ...]) -> Route:
    """The route that lists what is right below a path in a release."""
    below = [one for one in routes if one.path.startswith(f"{path}/") and "/" not in one.path[len(path) + 1 :]]

    def names(call: Call) -> Response:
        release = call.server.release
        return json_answer(sorted(one.path.rpartition("/")[2] for one in below if one.methods(release)))

    return route(path, GET=names)
