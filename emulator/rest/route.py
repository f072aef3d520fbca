"""A route: a path, and the function that answers each of its methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from ..releases import Release
from .request import OrthancRequest

if TYPE_CHECKING:
    from ..emulator import Emulator

#: The methods that a route may have, in the order in which "Allow" names them.
METHODS = ("GET", "POST", "PUT", "DELETE")


@dataclass(frozen=True)
class Call:
    """One request to a route: the server it goes to, the request, and the variable parts of its path."""

    server: Emulator
    request: OrthancRequest
    path: Mapping[str, Any]


Handler = Callable[[Call], Response]


@dataclass(frozen=True, eq=False)  # a route is itself, and can be a key
class Route:
    """A path in Werkzeug's notation with a handler for each method; `is_known` tells which releases have it.

    `only` tells the same of the methods that not all of these have.
    """

    path: str
    handlers: Mapping[str, Handler]
    is_known: Callable[[Release], bool] = lambda _: True
    only: Mapping[str, Callable[[Release], bool]] = field(default_factory=dict)

    def methods(self, release: Release) -> list[str]:
        """The methods of the route in a release."""
        return [
            method
            for method in METHODS
            if method in self.handlers and (method not in self.only or self.only[method](release))
        ]


def route(
    path: str,
    is_known: Callable[[Release], bool] = lambda _: True,
    only: Mapping[str, Callable[[Release], bool]] | None = None,
    **handlers: Handler,
) -> Route:
    """A route with its handlers by method: `route("/system", GET=system)`."""
    return Route(path, handlers, is_known, only or {})
