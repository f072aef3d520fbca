"""The WSGI application: finds the route of a request, calls it, and turns errors into answers."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ..diagnostics import asked, causes
from ..errors import ErrorCode, OrthancError
from ..exchanges.faults import DisconnectedError
from ..http.manners import METHODS as KNOWN_METHODS
from ..strangers import one_line
from ..system.access import check_credentials
from . import (
    archives,
    attachments,
    changes,
    creation,
    find,
    images,
    instances,
    jobs,
    labels,
    metadata,
    metrics,
    modalities,
    modification,
    pictures,
    protection,
    reconstruction,
    resources,
    restructuring,
    statistics,
    system,
    tag_views,
    tools,
)
from .answers import (
    StreamedAnswer,
    StreamedArchive,
    compress,
    empty_answer,
    error_answer,
    turn_to_xml,
    unauthorized,
    web_server_error,
)
from .forms import boundary_of, form_parts, part_of
from .known_differences import may_differ, told_differences
from .listings import with_directories
from .missing_routes import methods_left
from .not_emulated import check_plugins, with_gaps
from .pieces import Pieces, piece_of
from .recording import exchange_of, failed_answer
from .request import BodyTooLargeError, OrthancRequest
from .response import Response
from .route import METHODS, Call, Route
from .routing import Router
from .xml_text import accepts_xml

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ..configuration.configuration import Configuration
    from ..exchanges.faults import Fault
    from ..releases import Release
    from ..server import Server

LOGGER = logging.getLogger("emulator.rest")

#: Methods that find no resource, whatever the path.
METHODS_WITHOUT_ROUTES = frozenset({"HEAD", "OPTIONS", "MKCOL", "PROPFIND", "PROPPATCH", "LOCK", "UNLOCK"})

#: The methods of which scripts are asked whether a request may go on.
FILTERED_METHODS = frozenset({*METHODS, "HEAD", "OPTIONS"})

#: Every route, the more special first where two could match.
ROUTES: tuple[Route, ...] = with_directories(
    with_gaps(
        (
            *system.ROUTES,
            *tools.ROUTES,
            *modalities.ROUTES,
            *find.ROUTES,
            *metrics.ROUTES,
            *modification.ROUTES,
            *creation.ROUTES,
            *archives.ROUTES,
            *images.ROUTES,
            *pictures.ROUTES,
            *instances.ROUTES,
            *tag_views.ROUTES,
            *metadata.ROUTES,
            *changes.ROUTES,
            *protection.ROUTES,
            *restructuring.ROUTES,
            *reconstruction.ROUTES,
            *jobs.ROUTES,
            *attachments.ROUTES,
            *labels.ROUTES,
            *statistics.ROUTES,
            *resources.ROUTES,
        )
    )
)


#: Shared by all emulators.
ROUTER = Router(ROUTES)


class Door(Protocol):
    """Routes of another kind beside those of the REST API, such as a plugin's."""

    def __call__(self, server: Server, request: OrthancRequest) -> Response | None:
        """The answer to a request, None for a path that is none of its own; raises OrthancError."""


class KnownMethods(NamedTuple):
    """The methods of the routes that were asked for, of a release and a configuration: both may be changed."""

    release: Release
    configuration: Configuration
    by_route: dict[Route, tuple[str, ...]]


class Application:
    """Orthanc's REST API over one emulator; `doors` are asked before it."""

    def __init__(self, server: Server, doors: Sequence[Door] = ()) -> None:
        self.server = server
        self.doors = doors
        self.known_methods = KNOWN_METHODS | server.release.rest.more_known_methods
        self.pieces = Pieces(server.maximum_body_size)
        self.known_methods_of = KnownMethods(server.release, server.configuration, {})

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.server.shut_down.is_set():
            raise DisconnectedError("the emulator was shut down (POST /tools/shutdown); restart() starts it again")
        request = OrthancRequest(environ, self.server.release)
        request.max_content_length = self.server.maximum_body_size
        fault = self.server.faults.take(request.method, request.path)
        if fault is not None:
            return self.fail(request, fault)(environ, start_response)
        if request.method not in self.known_methods:
            response = web_server_error()
            self.server.record(exchange_of(request, response))
            return response(environ, start_response)
        with causes() as caused:
            if self.server.access.admits(request.remote_addr or "", request.headers.get("Authorization", "")):
                try:
                    response = self.answer(request)
                except DisconnectedError:
                    self.server.record(exchange_of(request, None, caused))
                    raise
            else:
                response = unauthorized()
            self.server.extensions.tell()
        self.server.record(exchange_of(request, response, caused))
        if self.server.settings.compresses_answers and not isinstance(response, StreamedArchive):
            accepted = request.headers.get("Accept-Encoding", "")
            compress(response, accepted, self.server.release.rest.smallest_compressed_answer)
        if self.server.release.rest.sends_nosniff and not isinstance(response, StreamedAnswer):
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response(environ, start_response)

    def fail(self, request: OrthancRequest, fault: Fault) -> Response:
        """Fails as it was told to; a failure that is no answer leaves as an exception, for who carries answers."""
        with causes() as caused:
            if fault.carried_out:
                self.answer(request)
        response = failed_answer(fault) if isinstance(fault.failure, int) else None
        self.server.record(exchange_of(request, response, caused))
        if response is None:
            raise self.server.faults.error_of(fault)
        return response

    def answer(self, request: OrthancRequest) -> Response:
        """The answer to a request; no exception leaves it."""
        self.server.log.request(request.method, request.path, self.server.settings)
        try:
            with asked(f"{request.method} {request.path}"):
                response = self.dispatch_all(request)
            if accepts_xml(request.headers.get("Accept", "")):
                turn_to_xml(response, self.server.release)
            return response
        except OrthancError as error:
            return self.described(self.server.contract.told(error), request)
        except BodyTooLargeError:
            details = f"The emulator takes bodies of up to {self.server.maximum_body_size} bytes (maximum_body_size)"
            too_large = OrthancError(ErrorCode.NOT_ENOUGH_MEMORY, details, http_status=413)
            return error_answer(too_large, request, self.server.release)
        except DisconnectedError:  # on purpose, or by a script that gives no answer
            raise
        except Exception:
            LOGGER.exception("%s %s failed", one_line(request.method), one_line(request.path))
            failure = OrthancError(ErrorCode.INTERNAL_ERROR, "The emulator failed: please report it, with its log")
            return error_answer(failure, request, self.server.release)

    def described(self, error: OrthancError, request: OrthancRequest) -> Response:
        if not self.server.settings.describes_errors:
            return empty_answer(error.http_status)
        return error_answer(error, request, self.server.release)

    def beside(self, request: OrthancRequest) -> Response | None:
        """What another door answers: its errors are answers, also to a part of a form."""
        try:
            for door in self.doors:
                answer = door(self.server, request)
                if answer is not None:
                    return answer
        except OrthancError as error:
            return self.described(error, request)
        return None

    def methods_of(self, route: Route) -> tuple[str, ...]:
        """The methods that a route has here, none where it is missing."""
        server, known = self.server, self.known_methods_of
        if known.release is not server.release or known.configuration is not server.configuration:
            known = self.known_methods_of = KnownMethods(server.release, server.configuration, {})
        methods = known.by_route.get(route)
        if methods is None:
            left = methods_left(route, route.methods(known.release), known.configuration)
            methods = known.by_route[route] = left
        return methods

    def dispatch_all(self, request: OrthancRequest) -> Response:
        """The answer to a request, or to a form: nothing, once each of its parts has been answered without an error."""
        if request.method in METHODS or request.method in METHODS_WITHOUT_ROUTES:
            check_credentials(request.headers.get("Authorization", ""))
        boundary = boundary_of(request)
        if not boundary:
            return self.dispatch(request)
        piece = piece_of(request.headers)
        for part in form_parts(request.get_data(), boundary):
            whole = part if piece is None else self.pieces.add(piece, part)
            if whole is None:
                continue
            response = self.dispatch(part_of(request, whole))
            if response.status_code >= 400 and self.server.release.rest.heeds_status_of_parts:
                raise OrthancError(ErrorCode.BAD_REQUEST)
        return empty_answer(200)

    def dispatch(self, request: OrthancRequest) -> Response:
        if self.server.extensions and request.method in FILTERED_METHODS and not self.server.extensions.admits(request):
            return empty_answer(403)
        return self.dispatch_inside(request)

    def dispatch_inside(self, request: OrthancRequest) -> Response:
        """The answer to a request that no filter has to admit: a script's own are of this kind."""
        if request.method not in METHODS:
            return empty_answer(404 if request.method in METHODS_WITHOUT_ROUTES else 400)
        response = self.beside(request)
        if response is not None:
            return response
        if may_differ(request):
            self.server.tell(told_differences(request, self.server))
        match = ROUTER.match(request.path.rstrip("/") or "/")
        if match is None:
            check_plugins(request, self.server.configuration.options)
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
        route, values = match
        methods = self.methods_of(route)
        if not methods:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
        if request.method not in methods:
            refused = empty_answer(405)
            refused.headers["Allow"] = ",".join(methods)
            return refused
        return route.handlers[request.method](Call(self.server, request, values))
