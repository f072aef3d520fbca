"""The routes of the real servers that the emulator does not answer: each says so, and why, by a 501.

A route, or a method of it, that another module answers wins over its entry here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..configuration.plugins import plugin_of
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from .request import OrthancRequest
from .response import Response
from .route import Call, IsKnown, Route

LEVELS = ("patients", "studies", "series", "instances")

#: What is not emulated, as the 501 names it.
STATEMENT = "the text of Orthanc's DICOM conformance statement"


class Gap(NamedTuple):
    """Routes of one kind: paths, where `{level}` stands for each of `levels`, their methods, and what is missing."""

    what: str
    paths: str
    methods: str
    levels: tuple[str, ...] = ()
    is_known: IsKnown = lambda _: True


GAPS: tuple[Gap, ...] = (Gap(STATEMENT, "/tools/dicom-conformance", "GET"),)


@dataclass(frozen=True)
class NotEmulated:
    """A handler that says what is not emulated."""

    what: str

    def __call__(self, call: Call) -> Response:
        raise OrthancError(
            ErrorCode.NOT_IMPLEMENTED,
            f"The emulator does not answer {call.request.method} {call.request.path}: not emulated: {self.what}",
            http_status=501,
        )


def check_plugins(request: OrthancRequest, options: Mapping[str, Any]) -> None:
    """Says by a 501 that a plugin, which the configuration asks for, would answer a path that nobody knows."""
    plugin = plugin_of(request.path, options)
    if plugin is not None:
        raise OrthancError(
            ErrorCode.NOT_IMPLEMENTED,
            f"The emulator does not answer {request.method} {request.path}: the configuration asks for a plugin that "
            f"is not emulated: {plugin.name}",
            http_status=501,
        )


def gaps() -> list[Route]:
    """A route per path and entry."""
    return [
        Route(path.replace("{level}", level), dict.fromkeys(gap.methods.split(), NotEmulated(gap.what)), gap.is_known)
        for gap in GAPS
        for path in gap.paths.split()
        for level in gap.levels or ("",)
    ]


def with_gaps(routes: Iterable[Route]) -> tuple[Route, ...]:
    """These routes and, for the paths and methods that none of them has, those that are not emulated."""
    whole: dict[str, Route] = {}
    for one in (*routes, *gaps()):
        there = whole.get(one.shape)
        whole[one.shape] = one if there is None else joined(there, one)
    return tuple(whole.values())


def joined(first: Route, second: Route) -> Route:
    """One route of two that have the same path; the first wins where both have a method."""
    added = {method: handler for method, handler in second.handlers.items() if method not in first.handlers}
    if not added:
        return first
    handlers = {**first.handlers, **added}

    def is_known(release: Release) -> bool:
        return first.is_known(release) or second.is_known(release)

    def has(method: str) -> IsKnown:
        owner = second if method in added else first
        return lambda release: method in owner.methods(release)

    return replace(first, handlers=handlers, is_known=is_known, only={method: has(method) for method in handlers})
