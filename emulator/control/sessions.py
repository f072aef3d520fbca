"""Several servers in one process: each session has one of its own, below a URL of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import OrthancError
from ..releases import RELEASES
from ..server import Server
from ..threads import lock
from .dictionaries import FILES
from .members import ControlError, Member
from .route import PREFIX, ControlCall, ControlRoute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: How many sessions there are at once.
MOST_SESSIONS = 100


class SessionApplication(Protocol):
    """What answers for a session, until it is closed."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]: ...

    def close(self) -> None:
        """The session is over."""


class Sessions:
    """The sessions by name; `application` makes what answers for a server that begins so."""

    def __init__(self, application: Callable[[Server], SessionApplication]) -> None:
        self.application = application
        self.lock = lock()
        self.open: dict[str, SessionApplication] = {}

    def start(self, server: Server) -> str:
        """Opens a session and returns its name; raises ControlError (409) for one too many."""
        with self.lock:
            if len(self.open) >= MOST_SESSIONS:
                raise ControlError(409, f"There are {MOST_SESSIONS} sessions: delete one of them")
            name = secrets.token_hex(8)
            self.open[name] = self.application(server)
            return name

    def end(self, name: str) -> None:
        with self.lock:
            ended = self.open.pop(name, None)
        if ended is None:
            raise ControlError(404, f"There is no session {name[:40]!r}")
        ended.close()

    def close(self) -> None:
        for name in [*self.open]:
            self.end(name)


def sessions_of(call: ControlCall) -> Sessions:
    if call.controlled.sessions is None:
        raise ControlError(404, "This is a session: sessions are made by the server around it")
    return call.controlled.sessions


def start(call: ControlCall) -> Any:
    sessions = sessions_of(call)
    server = new_server(call)
    name = sessions.start(server)
    return described(call, name)


def new_server(call: ControlCall) -> Server:
    """A server as it is asked for: without words, as the one around it was in the beginning."""
    values, around = call.values, call.controlled
    if all(values[name] is None for name in ("configuration", "release", "unknown_tags")):
        return (around.beginning or around.server.emptied()).fork()
    configuration: Mapping[str, Any] = values["configuration"] or {}
    if values["configuration"] is None:
        configuration = around.server.configuration.options
    elif any(name in configuration for name in FILES):
        raise ControlError(400, f"A session can't have {', '.join(FILES)}: they name files", "configuration")
    mode = values["unknown_tags"]
    rejects = around.server.rejects_unknown_tags if mode is None else mode == "reject"
    release = RELEASES[values["release"] or around.server.release.version]
    try:
        server = around.server.emptied(configuration, release, rejects_unknown_tags=rejects)
    except OrthancError as error:
        raise ControlError(400, f"The server does not start: {error}", "configuration") from None
    if values["configuration"] is None and values["release"] is None and around.beginning is not None:
        server.restore(around.beginning)
    return server


def described(call: ControlCall, name: str) -> dict[str, str]:
    return {"id": name, "url": f"{call.url}{PREFIX}/sessions/{name}"}


def listed(call: ControlCall) -> Any:
    return [described(call, name) for name in [*sessions_of(call).open]]


def end(call: ControlCall) -> Any:
    sessions_of(call).end(call.path["name"])
    return {}


ROUTES = (
    ControlRoute(
        "POST",
        "/sessions",
        start,
        "A server of its own, below the `url` of the answer, with all routes of Orthanc and of the emulator: so tests "
        "that run in parallel do not meet. Without members it is as this one was in the beginning.",
        (
            Member("configuration", "object", "Orthanc's options; then it begins empty"),
            Member("release", "text", "the release; then it begins empty", choices=[*RELEASES]),
            Member("unknown_tags", "text", "what becomes of unknown tags", choices=["reject", "as-release"]),
        ),
        answer="The session: its name and the URL of its server",
        status=201,
        statuses={409: "There are 100 sessions"},
    ),
    ControlRoute("GET", "/sessions", listed, "The sessions.", answer="Names and URLs"),
    ControlRoute("DELETE", "/sessions/<name>", end, "Ends a session.", statuses={404: "There is no such session"}),
)
