"""A route: a path, and the function that answers each of its methods."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ..releases import Release
from .request import OrthancRequest
from .response import Response

if TYPE_CHECKING:
    from ..server import Server

#: The methods that a route may have, in the order in which "Allow" names them.
METHODS = ("GET", "POST", "PUT", "DELETE")

#: A variable part of a path in Werkzeug's notation: `<id>`, `<path:file>`.
VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")


class Call(NamedTuple):
    """One request to a route: the server it goes to, the request, and the variable parts of its path."""

    server: Server
    request: OrthancRequest
    path: Mapping[str, Any]


Handler = Callable[[Call], Response]
IsKnown = Callable[[Release], bool]


@dataclass(frozen=True, eq=False)  # a route is itself, and can be a key
class Route:
    """A path in Werkzeug's notation with a handler for each method.

    `is_known` tells which releases have the route, `only` which have one of its methods, where not all do.
    """

    path: str
    handlers: Mapping[str, Handler]
    is_known: IsKnown = lambda _: True
    only: Mapping[str, IsKnown] = field(default_factory=dict)

    def methods(self, release: Release) -> tuple[str, ...]:
        """The methods that a release has, in the order of the header "Allow"; none where it lacks the route."""
        if not self.is_known(release):
            return ()
        return tuple(
            method
            for method in METHODS
            if method in self.handlers and (method not in self.only or self.only[method](release))
        )

    @property
    def template(self) -> str:
        """The path as OpenAPI and Orthanc's documentation write it: `/patients/{id}`."""
        return VARIABLE.sub(r"{\1}", self.path)

    @property
    def shape(self) -> str:
        """The path without the names of its variable parts: equal for two routes of one path."""
        return VARIABLE.sub("{}", self.path)


def route(
    path: str, is_known: IsKnown = lambda _: True, only: Mapping[str, IsKnown] | None = None, **handlers: Handler
) -> Route:
    """A route with its handlers by method: `route("/system", GET=system)`."""
    return Route(path, handlers, is_known, only or {})
