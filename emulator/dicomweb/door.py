"""The routes of the plugin, below the root that a configuration gives them, and WADO-URI beside them."""

from __future__ import annotations

from collections.abc import Mapping

from ..configuration.dicom_web import WebSettings
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..rest.answers import empty_answer
from ..rest.request import OrthancRequest
from ..rest.response import Response
from ..rest.route import Call, Route, route
from ..rest.routing import Router
from ..server import Server
from ..store.level import Level
from . import bulk, frames, overview, qido, rendered, retrieve, servers, stow, wado_uri

STUDY = "/studies/<study>"
SERIES = f"{STUDY}/series/<series>"
INSTANCE = f"{SERIES}/instances/<instance>"


def has_thumbnails(release: Release) -> bool:
    return release.dicomweb.has_thumbnails


def of_resource(path: str) -> tuple[Route, ...]:
    """What there is of a study, a series or an instance."""
    return (
        route(f"{path}/metadata", GET=retrieve.metadata),
        route(f"{path}/rendered", GET=rendered.rendered),
        route(f"{path}/thumbnail", has_thumbnails, GET=rendered.rendered),
    )


ROUTES: tuple[Route, ...] = (
    *overview.ROUTES,
    *servers.ROUTES,
    route("/studies", GET=qido.search(Level.STUDY), POST=stow.store),
    route("/series", GET=qido.search(Level.SERIES)),
    route("/instances", GET=qido.search(Level.INSTANCE)),
    route(STUDY, GET=retrieve.files, POST=stow.store),
    route(f"{STUDY}/series", GET=qido.search(Level.SERIES)),
    route(f"{STUDY}/instances", GET=qido.search(Level.INSTANCE)),
    route(SERIES, GET=retrieve.files),
    route(f"{SERIES}/instances", GET=qido.search(Level.INSTANCE)),
    route(INSTANCE, GET=retrieve.files),
    *of_resource(STUDY),
    *of_resource(SERIES),
    *of_resource(INSTANCE),
    route(f"{INSTANCE}/bulk/<path:path>", GET=bulk.bulk),
    route(f"{INSTANCE}/frames", GET=frames.frames),
    route(f"{INSTANCE}/frames/<numbers>", GET=frames.frames),
    route(f"{INSTANCE}/frames/<number>/rendered", GET=rendered.rendered),
    route(f"{INSTANCE}/frames/<number>/thumbnail", has_thumbnails, GET=rendered.rendered),
)


ROUTER = Router(ROUTES)

#: What the plugin of a server that is read only does not have (measured on 1.12.7 and 1.13.0).
WRITING = frozenset({("POST", "/studies"), ("POST", STUDY), ("POST", "/servers/<name>/retrieve")})


def answer_of(server: Server, settings: WebSettings, request: OrthancRequest) -> Response | None:
    """The answer to a request, None for a path that is none of the plugin's; raises OrthancError."""
    path = request.path.rstrip("/")
    if servers.is_wado_of_server(request, settings):
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
    if path == settings.wado_root:
        return answer(wado_uri.ROUTE, Call(server, request, {}))
    match = matched(path, settings) if settings.is_enabled else None  # WADO-URI has a switch of its own
    return None if match is None else answer(match[0], Call(server, request, match[1]))


def matched(path: str, settings: WebSettings) -> tuple[Route, Mapping[str, str]] | None:
    """The route that a path is, with the variables in it."""
    root = settings.root.rstrip("/")
    if not path.startswith(f"{root}/"):
        return None
    return ROUTER.match(path[len(root) :])


def answer(found: Route, call: Call) -> Response | None:
    methods = found.methods(call.server.release)
    if call.server.configuration.is_read_only:
        methods = tuple(method for method in methods if (method, found.path) not in WRITING)
    if not methods:
        return None
    if call.request.method not in methods:
        response = empty_answer(405)
        response.headers["Allow"] = ",".join(methods)
        return response
    return found.handlers[call.request.method](call)
