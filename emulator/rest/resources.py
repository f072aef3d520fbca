"""The four levels: lists, single resources, what is below and above them, and their removal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from .answers import empty_answer, json_answer
from .arguments import is_expanded, main_tags_format, page, requested_tags
from .response import Response
from .route import Call, Handler, Route, route


def list_of(level: Level) -> Handler:
    """Lists the resources of a level, `?expand`, `?since` and `?limit` considered."""

    def handler(call: Call) -> Response:
        server = call.server
        requested = requested_tags(call.request, server.dictionary)
        expanded = is_expanded(call.request)
        window = page(call.request, f"/{level.plural}")
        with server.store.reading:
            resources: Sequence[Resource] = server.descriptions.listed(server.store.resources(level))
            if window is not None:
                resources = windowed(call, resources, *window)
            with server.store.pinned(len(resources) if expanded or requested else 0):
                return json_answer(described(call, level, resources, requested, expanded=expanded))

    return handler


def windowed(call: Call, resources: Sequence[Resource], since: int, limit: int) -> Sequence[Resource]:
    """The part of a list that "since" and "limit" ask for."""
    release = call.server.release
    if release.rest.pages_by_identifier and limit:
        resources = sorted(resources, key=lambda resource: resource.id)
    return resources[window_slice(release, since, limit)]


def window_slice(release: Release, since: int, limit: int) -> slice:
    is_negative = since < 0 or (limit < 0 and not release.rest.negative_limit_is_none)
    if is_negative and (release.rest.zero_limit_is_none or release.rest.refuses_negative_limits):
        raise OrthancError(release.rest.unlimited_list_error)
    since = max(since, 0)
    is_unlimited = limit < 0 or (limit == 0 and release.rest.zero_limit_is_none)
    return slice(since, None if is_unlimited else since + limit)


def described(
    call: Call, level: Level, resources: Sequence[Resource], requested: tuple[int, ...], *, expanded: bool
) -> list[Any]:
    """The answers for resources, or their identifiers: files are read for `requested` all the same."""
    answers = []
    if expanded or requested:
        form = main_tags_format(call.request)
        answers = call.server.queries.describe_all(level, resources, requested, form, expanded=expanded)
    return answers if expanded else [resource.id for resource in resources]


def single(level: Level) -> Handler:
    """One resource; an unknown id is answered 404 without a body."""

    def handler(call: Call) -> Response:
        requested = requested_tags(call.request, call.server.dictionary)
        with call.server.store.reading:
            resource = call.server.store.levels[level].get(call.path["id"])
            if resource is None:
                return unknown(call)
            return json_answer(described(call, level, [resource], requested, expanded=True)[0])

    return handler


def unknown(call: Call) -> Response:
    """The answer for an id that no resource of the level has: empty, or an error where it is one of another level."""
    error = call.server.store.unknown(call.path["id"])
    if error.details is not None:
        raise error
    return empty_answer(404)


def delete(level: Level) -> Handler:
    def handler(call: Call) -> Response:
        with call.server.store.lock:
            if call.path["id"] not in call.server.store.levels[level]:
                return empty_answer(404)
            return json_answer(call.server.resources.delete(level, call.path["id"]))

    return handler


def children(level: Level, below: Level) -> Handler:
    """What is below a resource, expanded unless `?expand=false` says otherwise (and the release heeds it)."""

    def handler(call: Call) -> Response:
        server = call.server
        requested = requested_tags(call.request, server.dictionary)
        expanded = is_expanded(call.request, default=True)
        with server.store.reading:
            resource = server.store.levels[level].get(call.path["id"])
            if resource is None:
                return of_another_level(call, below.depth - level.depth)
            found = server.descriptions.descendants(resource, below)
            with server.store.pinned(len(found) if expanded or requested else 0):
                return json_answer(described(call, below, found, requested, expanded=expanded))

    return handler


def of_another_level(call: Call, steps: int) -> Response:
    """Children of an id that is none of this level.

    Where the release does not look at the level, it goes down that many steps and shows none of what it finds, or
    fails below the instances.
    """
    actual = next((level for level, there in call.server.store.levels.items() if call.path["id"] in there), None)
    if actual is None or call.server.release.rest.children_check_level:
        names_levels = call.server.release.store.names_wrong_levels
        raise OrthancError(ErrorCode.INEXISTENT_ITEM if names_levels else ErrorCode.UNKNOWN_RESOURCE)
    if actual.depth + steps > Level.INSTANCE.depth:
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
    return json_answer([])


def parent(level: Level, above: Level) -> Handler:
    """What is above a resource; requested tags must be known here, too, but are not answered."""

    def handler(call: Call) -> Response:
        requested_tags(call.request, call.server.dictionary)
        with call.server.store.reading:
            resource = call.server.store.levels[level].get(call.path["id"])
            if resource is None:
                return above_another_level(call, level.depth - above.depth)
            return json_answer(call.server.resources.describe(resource.ancestor(above), main_tags_format(call.request)))

    return handler


def above_another_level(call: Call, steps: int) -> Response:
    """What is above an id that is none of this level: an error, but for an id with nothing so many steps above it."""
    store = call.server.store
    actual = next((level for level, there in store.levels.items() if call.path["id"] in there), None)
    if actual is None or (store.names_wrong_levels and actual.depth >= steps):
        raise store.unknown(call.path["id"])
    return empty_answer(404)


def routes_of(level: Level) -> list[Route]:
    base = f"/{level.plural}"
    routes = [route(f"{base}/<id>", GET=single(level), DELETE=delete(level))]
    if level is not Level.INSTANCE:  # /instances also takes uploads, and is in instances.py
        routes.append(route(base, GET=list_of(level)))
    for other in LEVELS:
        if other.depth > level.depth:
            routes.append(route(f"{base}/<id>/{other.plural}", GET=children(level, other)))
        elif other.depth < level.depth:
            routes.append(route(f"{base}/<id>/{other.value.lower()}", GET=parent(level, other)))
    return routes


ROUTES: tuple[Route, ...] = tuple(route for level in LEVELS for route in routes_of(level))
