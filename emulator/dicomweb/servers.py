"""The client side of the plugin: the servers that it knows, and what they are asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from ..configuration.dicom_web import WebSettings
from ..errors import ErrorCode, OrthancError
from ..json.syntax import JsonSyntaxError, TooDeepError, read
from ..network.peer import Peer, parse_peer
from ..network.reach import Reach
from ..rest.answers import bytes_answer
from ..rest.request import OrthancRequest
from ..rest.response import Response
from ..rest.route import Call, Handler, Route, route
from ..server import Server
from . import core
from .overview import styled_json
from .peers import PeerAnswer, ask
from .transfers import retrieval, sending, submitted

OPERATIONS = ("get", "retrieve", "stow", "wado", "qido")
DELETE_OPTION = "HasDelete"
BOOLEANS = {"0": False, "1": True, "false": False, "true": True}


def bad(details: str | None = None) -> OrthancError:
    return OrthancError(ErrorCode.BAD_FILE_FORMAT, details)


def servers(call: Call) -> Response:
    """The names of the servers or, with ?expand, what is known of each."""
    known = call.server.settings.web_servers
    if "expand" in call.request.args:
        return styled_json({name: known[name].configuration for name in sorted(known)})
    return styled_json(sorted(known))


def operations(call: Call) -> Response:
    """What can be asked of a server."""
    peer = known_server(call)
    return styled_json([*OPERATIONS, *(["delete"] if has_delete(peer) else [])])


def known_server(call: Call) -> Peer:
    name = call.path["name"]
    peer = call.server.settings.web_servers.get(name)
    if peer is None:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"Inexistent server: {name}")
    return peer


def has_delete(peer: Peer) -> bool:
    text = peer.properties.get(DELETE_OPTION, "0")
    if text not in BOOLEANS:
        kind = "Bad value for a Boolean user property in the parameters of a Web service"
        raise bad(f'{kind}: Property "{DELETE_OPTION}" equals: {text}')
    return BOOLEANS[text]


def put_server(call: Call) -> Response:
    peer = parse_peer(body_of(call), call.server.release)
    call.server.settings.web_servers[call.path["name"]] = peer
    return styled_json({})


def delete_server(call: Call) -> Response:
    name = call.path["name"]
    if name not in call.server.settings.web_servers:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Unknown DICOMweb server: {name}")
    del call.server.settings.web_servers[name]
    return styled_json({})


def body_of(call: Call) -> Any:
    """The JSON of a request; raises OrthancError (Bad file format) for another body."""
    try:
        return read(call.request.get_data().decode("utf-8", errors="surrogateescape"), call.server.release.json)
    except (JsonSyntaxError, TooDeepError):
        raise bad("A JSON file was expected") from None


# Asking


def uri_of(call: Call) -> tuple[Mapping[str, Any], str]:
    """The body of a request, and the "Uri" in it; raises OrthancError (Bad file format)."""
    body = body_of(call)
    if not isinstance(body, Mapping) or "Uri" not in body:
        kind = 'A request to the DICOMweb client must provide a JSON object with the field "Uri"'
        raise bad(f"{kind} containing the URI of interest")
    if not isinstance(body["Uri"], str):
        raise bad('The field "Uri" in a JSON object should be a string')
    return body, body["Uri"]


def asked(call: Call) -> PeerAnswer:
    """What another server answers to the "Uri" of a request."""
    body, uri = uri_of(call)
    arguments, headers = texts_of(body, "Arguments"), texts_of(body, "HttpHeaders")
    peer = known_server(call)
    with core.core_call(call.server.release.dicomweb, core.ASK):
        return ask(peer, reach_of(call.server), "GET", uri, arguments=arguments, headers=headers)


def texts_of(body: Mapping[str, Any], name: str) -> dict[str, str]:
    """An object of texts in a body; raises OrthancError (Bad file format)."""
    value = body.get(name, {})
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
        raise bad()
    return dict(value)


def reach_of(server: Server) -> Reach:
    """How far the server's requests go."""
    reach: Reach = getattr(server, "reach", None) or Reach()
    return reach


def get(call: Call) -> Response:
    answer = asked(call)
    return bytes_answer(answer.body, answer.content_type or "application/octet-stream")


def search(call: Call) -> Response:
    """A search on another server, in the form that the plugin had before DICOM JSON."""
    answer = asked(call)
    try:
        found = json.loads(answer.body)
        return styled_json([{tag: old_form(tag, one, call.server) for tag, one in item.items()} for item in found])
    except (ValueError, AttributeError, TypeError):
        raise bad() from None


def old_form(tag: str, attribute: Mapping[str, Any], server: Server) -> dict[str, Any]:
    number = int(tag, 16)
    name = server.dictionary.name(number >> 16, number & 0xFFFF, None)
    shown: dict[str, Any] = {"Element": number & 0xFFFF, "Group": number >> 16, "Name": name, "vr": attribute["vr"]}
    values = attribute.get("Value", [])
    texts = [one.get("Alphabetic", "") if isinstance(one, Mapping) else one for one in values]
    if texts and (all(isinstance(one, str) for one in texts) or server.release.dicomweb.finds_expanded):
        shown["Value"] = "\\".join("" if one is None else str(one) for one in texts)
    return shown


def is_wado_of_server(request: OrthancRequest, settings: WebSettings) -> bool:
    """Whether a request is a GET of /servers/{name}/wado, which is refused whatever its arguments (all releases)."""
    return (
        request.method == "GET"
        and re.fullmatch(re.escape(f"{settings.root}servers/") + "[^/]+/wado", request.path.rstrip("/")) is not None
    )


# Transfers


def store(call: Call) -> Response:
    """Sends instances to another server, as a job."""
    body = body_of(call)
    resources = body.get("Resources") if isinstance(body, Mapping) else None
    if not isinstance(resources, list) or not all(isinstance(one, str) for one in resources):
        kind = 'A request to the DICOMweb STOW-RS client must provide a JSON object with the field "Resources"'
        raise bad(f"{kind} containing an array of resources to be sent")
    with call.server.store.reading:
        found = [call.server.store.find(identifier) for identifier in resources]
        work = partial(sending, found, call.server, call.path["name"], reach_of(call.server))
    return styled_json(submitted("DicomWebStowClient", work, body, call.server))


def retrieve(call: Call) -> Response:
    """Fetches studies, series or instances from another server, as a job."""
    body = body_of(call)
    resources = body.get("Resources") if isinstance(body, Mapping) else None
    if not isinstance(resources, list):
        raise bad('The body must be a JSON object containing an array "Resources"')
    paths = [path_of(one, call.server) for one in resources]
    work = partial(retrieval, paths, call.server, call.path["name"], reach_of(call.server))
    return styled_json(submitted("DicomWebWadoRetrieveClient", work, body, call.server))


def fetch(call: Call) -> Response:
    """Fetches the files that are at the "Uri" of a request, as a job that the client does not wait for."""
    body, uri = uri_of(call)
    work = partial(retrieval, [uri], call.server, call.path["name"], reach_of(call.server))
    return styled_json(submitted("DicomWebWadoRetrieveClient", work, body, call.server, is_asynchronous=True))


def path_of(resource: Any, server: Server) -> str:
    if not isinstance(resource, Mapping):
        explains = server.release.dicomweb.explains_core_calls
        raise bad('The field "Study" must be a JSON object' if explains else None)
    if "Study" not in resource:
        raise bad('Missing "Study" field in the body')
    names = {"Study": "studies", "Series": "series", "Instance": "instances"}
    return "".join(f"/{path}/{resource[name]}" for name, path in names.items() if name in resource)


def delete(call: Call) -> Response:
    """Deletes a resource on another server."""
    peer = known_server(call)
    if not has_delete(peer):
        kind = 'Cannot delete on DICOMweb server, check out property "HasDelete"'
        raise bad(f"{kind}: {call.path['name']}")
    body = body_of(call)
    if not isinstance(body, Mapping) or not {"Level", "StudyInstanceUID"} <= body.keys():
        raise bad('The request body must contain a JSON object with fields "Level" and "StudyInstanceUID"')
    levels = {"StudyInstanceUID": "studies", "SeriesInstanceUID": "series", "SOPInstanceUID": "instances"}
    path = "".join(f"/{level}/{body[name]}" for name, level in levels.items() if name in body)
    with core.core_call(call.server.release.dicomweb, core.SEND):
        ask(peer, reach_of(call.server), "DELETE", path)
    return styled_json({})


POSTED: Mapping[str, Handler] = {
    "get": get,
    "wado": fetch,
    "qido": search,
    "stow": store,
    "retrieve": retrieve,
    "delete": delete,
}

ROUTES: tuple[Route, ...] = (
    route("/servers", GET=servers),
    route("/servers/<name>", GET=operations, PUT=put_server, DELETE=delete_server),
    *(route(f"/servers/<name>/{operation}", POST=handler) for operation, handler in POSTED.items()),
)
