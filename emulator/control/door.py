"""The control routes as a WSGI application: finds the route of a request, checks what it says, and answers in JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from ..errors import OrthancError
from ..rest.answers import unauthorized
from ..rest.request import ORIGIN, BodyTooLargeError, OrthancRequest, request_target
from ..rest.response import Response as Unauthorized
from ..server import Server
from ..system.access import is_loopback
from .controlled import Controlled
from .members import ControlError, read_arguments, read_body
from .route import PREFIX, ControlCall, ControlRoute
from .routes import ROUTES
from .sessions import SessionApplication, Sessions
from .settings import ControlSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOGGER = logging.getLogger("emulator.control")

#: The largest body of a control request, in bytes.
MAXIMUM_BODY_SIZE = 16 << 20

SESSIONS = f"{PREFIX}/sessions/"


@cache
def route_map() -> Map:
    """The routes, compiled once per process."""
    rules = [Rule(PREFIX + route.path, endpoint=route, methods=[route.method]) for route in ROUTES]
    return Map(rules, strict_slashes=False, merge_slashes=False)


class ControlDoor:
    """The control routes of one server, and of its sessions, if it may have any."""

    def __init__(
        self,
        server: Server,
        settings: ControlSettings,
        beginning: Server | None = None,
        session: Callable[[Server], SessionApplication] | None = None,
    ) -> None:
        self.sessions = Sessions(session) if session is not None else None
        self.controlled = Controlled(server, settings, beginning, self.sessions)
        self.adapter = route_map().bind("localhost")

    def close(self) -> None:
        """Ends what waits: streams of events, answers that are held back, sessions."""
        if self.sessions is not None:
            self.sessions.close()
        self.controlled.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = OrthancRequest(environ, self.controlled.server.release)
        request.max_content_length = MAXIMUM_BODY_SIZE
        if self.sessions is not None and (inner := self.session_of(environ)) is not None:
            return inner(environ, start_response)  # the session's server looks itself at who may ask
        response = self.refused(request, is_health=request.path == f"{PREFIX}/health") or self.answer(request)
        return response(environ, start_response)

    def session_of(self, environ: WSGIEnvironment) -> SessionApplication | None:
        """What answers for the session in a path, which is cut to the path within it; None where there is none."""
        target = ORIGIN.sub("", request_target(environ), count=1)
        if not target.startswith(SESSIONS):
            return None
        name, slash, rest = target[len(SESSIONS) :].partition("/")
        inner = None if self.sessions is None else self.sessions.open.get(name.partition("?")[0])
        if inner is None or not slash:
            return None
        before = f"{SESSIONS}{name}"
        environ["orthanc_emulator.session"] = before
        environ["REQUEST_URI"] = f"/{rest}"
        environ["PATH_INFO"] = str(environ.get("PATH_INFO", ""))[len(before) :] or "/"
        return inner

    # Who may ask

    def refused(self, request: OrthancRequest, *, is_health: bool) -> Response | Unauthorized | None:
        """The answer to who may not ask; None for all others."""
        access, settings = self.controlled.server.access, self.controlled.settings
        address = request.remote_addr or ""
        is_here = is_loopback(address)
        if not is_health:
            if not is_here and not settings.remote:
                message = 'Only this machine may ask for /emulator: start with "--control remote"'
                return json_response({"message": message}, 403)
            if not access.admits(address, request.headers.get("Authorization", "")):
                return unauthorized()
        origin = request.headers.get("Origin")
        if origin is not None and not self.is_welcome(origin, request.headers.get("Host", "")):
            return json_response({"message": f'A page of {origin[:200]} may not ask: start with "--cors ORIGIN"'}, 403)
        if address and is_here and not settings.remote and not is_local(request.headers.get("Host", "")):
            return json_response({"message": "The header Host must name this machine, such as localhost"}, 403)
        return None

    def is_welcome(self, origin: str, host: str) -> bool:
        """Whether a page of this origin may ask: the emulator's own, and those that it was started with."""
        origins = self.controlled.settings.origins
        return "*" in origins or origin in origins or urlsplit(origin).netloc == host

    # Answers

    def answer(self, request: OrthancRequest) -> Response:
        """The answer to a request; no exception leaves it."""
        if request.path == PREFIX:
            return Response(status=301, headers={"Location": "emulator/"})
        try:
            route, values = self.adapter.match(request.path.rstrip("/") or "/", method=request.method)
            return self.answered(route, values, request)
        except ControlError as error:
            return json_response(error.body, error.status)
        except OrthancError as error:
            return json_response({"message": str(error)}, error.http_status)
        except HTTPException as error:
            return refusal(error, request.path[:200])
        except Exception:
            LOGGER.exception("%s %s failed", request.method, request.path)
            return json_response({"message": "The emulator failed: please report it, with its log"}, 500)

    def answered(self, route: ControlRoute, path: Mapping[str, Any], request: OrthancRequest) -> Response:
        if route.method == "GET":
            given = dict(parse_qsl(request.query, keep_blank_values=True))
            values = read_arguments(given, route.members)
        else:
            data = body_of(request)
            values = read_body(data, route.members)
            given = json.loads(data) if data.strip() else {}
        environ = request.environ
        before = f"{environ.get('SCRIPT_NAME', '')}{environ.get('orthanc_emulator.session', '')}"
        url = f"{request.scheme}://{request.headers.get('Host') or 'localhost'}{before}"
        call = ControlCall(self.controlled, path, values, frozenset(given), url, environ)
        result = route.handler(call)
        return result if isinstance(result, Response) else json_response(result, route.status)


def body_of(request: OrthancRequest) -> bytes:
    """The body of a request; raises ControlError for one that is too large."""
    try:
        return request.get_data()
    except BodyTooLargeError:
        raise ControlError(413, f"A body has at most {MAXIMUM_BODY_SIZE:,} bytes") from None


def refusal(error: HTTPException, path: str) -> Response:
    """The answer to a path that there is not, a method that it does not take, or a body that is too large."""
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD"}))
        response = json_response({"message": f"{path} takes {allowed}"}, 405)
        response.headers["Allow"] = allowed
        return response
    return json_response({"message": f"There is no {path}"}, error.code or 404)


def is_local(host: str) -> bool:
    """Whether a header Host names this machine: a name that elsewhere is made to lead here does not."""
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    name = name.strip("[]").lower()
    if not name or name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return is_loopback(name) and not name.isalpha()
    except ValueError:
        return False


def json_response(value: Any, status: int = 200) -> Response:
    """An answer of JSON, in ASCII, which nobody keeps."""
    response = Response(json.dumps(value).encode("ascii") + b"\n", status)
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
