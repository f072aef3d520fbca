"""Paths of studies, series and instances: to the resources that they name, and back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import eq

from ..configuration.dicom_web import WebSettings
from ..errors import ErrorCode, OrthancError
from ..rest.route import Call
from ..server import Server
from ..store.level import Level
from ..store.normalisation import ascii_lower, normalised_identifier
from ..store.resource import Resource
from . import core

#: The levels of a path, with the name of the variable that holds the UID.
LEVELS = ((Level.STUDY, "study"), (Level.SERIES, "series"), (Level.INSTANCE, "instance"))


def settings_of(call: Call) -> WebSettings:
    settings = call.server.web
    assert settings is not None  # there are no routes without them
    return settings


def uid_of(resource: Resource) -> str:
    return resource.main_tags[resource.level.identifier_tag]


def study_path(resource: Resource) -> str:
    """`studies/{study}/series/{series}/instances/{instance}`, as far down as the resource is."""
    names = {Level.STUDY: "studies", Level.SERIES: "series", Level.INSTANCE: "instances"}
    levels = [level for level, _ in LEVELS if level.depth <= resource.level.depth]
    return "/".join(f"{names[level]}/{uid_of(resource.ancestor(level))}" for level in levels)


def by_uid(level: Level, uid: str, server: Server) -> list[Resource]:
    """The resources of a level with this UID, in the order of the release's lists; the index knows them.

    Case does not matter, nor do blanks around it up to 1.10.1; a wildcard is refused from 1.12 on.
    """
    tag = level.identifier_tag
    holders = server.store.layers.holders(level, tag, [uid])
    matches = uid_matcher(uid, server)
    found = [one for one in holders if matches(one.main_tags.get(tag, ""))]
    return server.descriptions.listed(sorted(found, key=lambda one: one.number))


def uid_matcher(uid: str, server: Server) -> Callable[[str], bool]:
    """How the plugin compares a UID that was asked for; raises OrthancError (Parameter out of range)."""
    rules = server.release.dicomweb
    if not rules.finds_expanded:
        wanted = normalised_identifier(uid)
        return lambda stored: normalised_identifier(stored) == wanted
    if set(uid) & {"*", "?"}:
        raise core.core_error(ErrorCode.PARAMETER_OUT_OF_RANGE, rules, core.GET)
    folded = ascii_lower(uid)
    return lambda stored: ascii_lower(stored) == folded


def named_resource(call: Call, wanted: Level | None = None) -> Resource:
    """The resource that a path names; raises OrthancError (404) where there is none.

    `wanted` is the level of what is looked for there, where it is another: later releases tell it.
    """
    server = call.server
    uids = [call.path[name] for _, name in LEVELS if name in call.path]
    level = LEVELS[len(uids) - 1][0]
    there = by_uid(level, uids[-1], server)
    above = LEVELS[: len(uids) - 1]
    finds = server.release.dicomweb.finds_expanded
    matchers = [uid_matcher(uid, server) if finds else partial(eq, uid) for uid in uids[:-1]]
    for resource in there:
        if all(fits(uid_of(resource.ancestor(one))) for fits, (one, _) in zip(matchers, above, strict=True)):
            return resource
    raise OrthancError(
        ErrorCode.INEXISTENT_ITEM, absence(level, wanted or level, uids, server, is_elsewhere=bool(there))
    )


def absence(level: Level, wanted: Level, uids: list[str], server: Server, *, is_elsewhere: bool) -> str:
    if server.release.dicomweb.names_parents_of_unknown:
        path = "/".join([*uids, "", ""][:3])
        return f"Accessing an inexistent {wanted.value} with WADO-RS: {path}"
    if not is_elsewhere:
        return f"Accessing an inexistent {level.value.lower()} with WADO-RS: {uids[-1]}"
    if level is Level.SERIES:
        return f"No series {uids[1]} in study {uids[0]}"
    return f"Instance {uids[2]} is not both in study {uids[0]} and in series {uids[1]}"


def instances_of(resource: Resource, server: Server) -> list[Resource]:
    """The instances of a resource, in the order of the release's lists."""
    if resource.level is Level.INSTANCE:
        return [resource]
    return server.descriptions.descendants(resource, Level.INSTANCE)
