"""A control route: its path, what its request may say, what it answers, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .controlled import Controlled
from .members import Member

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Below this all control routes are.
PREFIX = "/emulator"


@dataclass(frozen=True)
class ControlCall:
    """One request: the server under control, the variable parts of the path, and what was said, checked already.

    `given` names the members that were there; `url` is where the server is, as the client spelt it, without a slash at
    its end.
    """

    controlled: Controlled
    path: Mapping[str, str]
    values: Mapping[str, Any]
    given: frozenset[str]
    url: str
    environ: WSGIEnvironment


Handler = Callable[[ControlCall], Any]


@dataclass(frozen=True, eq=False)  # a route is itself, and can be a key
class ControlRoute:
    """A method of a path below /emulator, in Werkzeug's notation.

    `members` are those of the body of a POST, or the arguments of a GET. What `handler` returns is answered as JSON,
    unless it is a response already. `statuses` are those of other answers, with what they mean.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    members: Sequence[Member] = ()
    answer: str = "What was done"
    status: int = 200
    statuses: Mapping[int, str] = field(default_factory=dict)
    is_raw: bool = False  # the body is no JSON of members
