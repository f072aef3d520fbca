"""/modalities, /peers, /queries and /storage-commitment: the servers that this one knows, and what is asked of them.

None is ever reached: see `emulator.network.network`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from ..dicom.reader import read_file
from ..errors import ErrorCode, OrthancError, unhandled
from ..json import lenient
from ..network.members import check_name, flag
from ..network.modality import parse_modality
from ..network.network import IDENTIFIER
from ..network.peer import parse_peer
from ..releases import Release
from .answers import bytes_answer, empty_answer, json_answer
from .arguments import number
from .route import Call, Handler, Route, route

#: What the body of a request is where it is no JSON.
NO_JSON = object()


def body_json(call: Call) -> Any:
    """The JSON of the body, or NO_JSON."""
    try:
        return lenient.parse(call.request.get_data(), call.server.release.json)
    except json.JSONDecodeError:
        return NO_JSON


def done() -> Response:
    return bytes_answer(b"", "text/plain")


# Lists and single servers


def listing(servers: Callable[[Call], Mapping[str, Any]]) -> Handler:
    """The names of the servers or, with `?expand`, their configurations by name."""

    def handler(call: Call) -> Response:
        known = dict(servers(call))
        if "expand" in call.request.args:
            return json_answer({name: dict(one.configuration) for name, one in known.items()})
        return json_answer(sorted(known))

    return handler


def operations(servers: Callable[[Call], Mapping[str, Any]], names: Callable[[Release], list[str]]) -> Handler:
    """What can be asked of a server, 404 for an unknown one."""

    def handler(call: Call) -> Response:
        return json_answer(names(call.server.release)) if call.path["id"] in servers(call) else empty_answer(404)

    return handler


def modalities(call: Call) -> Mapping[str, Any]:
    return call.server.settings.modalities


def peers(call: Call) -> Mapping[str, Any]:
    return call.server.settings.peers


def put_modality(call: Call) -> Response:
    body = body_json(call)
    modality = parse_modality(None if body is NO_JSON else body, call.server.release)
    check_name(call.path["id"])
    call.server.settings.modalities[call.path["id"]] = modality
    return done()


def put_peer(call: Call) -> Response:
    """A body that is no JSON is answered 404, as the servers do."""
    body = body_json(call)
    if body is NO_JSON:
        return empty_answer(404)
    peer = parse_peer(body, call.server.release)
    check_name(call.path["id"])
    call.server.settings.peers[call.path["id"]] = peer
    return done()


def delete_modality(call: Call) -> Response:
    name = call.path["id"]
    if call.server.settings.modalities.pop(name, None) is None:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"Unknown DICOM modality with symbolic name: {name}")
    return done()


def delete_peer(call: Call) -> Response:
    name = call.path["id"]
    if call.server.settings.peers.pop(name, None) is None:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"Unknown Orthanc peer: {name}")
    return done()


def modality_configuration(call: Call) -> Response:
    return json_answer(dict(call.server.network.modality(call.path["id"]).configuration))


def peer_configuration(call: Call) -> Response:
    return json_answer(call.server.network.peer(call.path["id"]).configuration)


# What is asked of them


def echo(call: Call) -> Response:
    call.server.network.echo(call.path["id"], echo_body(call, empty_is_none=True))


def echo_described(call: Call) -> Response:
    call.server.network.echo_described(echo_body(call, empty_is_none=False))


def echo_body(call: Call, *, empty_is_none: bool) -> Any:
    if empty_is_none and not call.request.get_data():
        return {}
    body = body_json(call)
    if body is NO_JSON:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Cannot parse the JSON body")
    return body


def find(*, is_answered: bool) -> Handler:
    """One of the old finds; those below the patient are refused: they would need the levels above (measured)."""

    def handler(call: Call) -> Response:
        body = body_json(call)
        if not isinstance(body, dict):
            return empty_answer(400)
        network = call.server.network
        network.check_template(body)
        if not is_answered:
            return empty_answer(400)
        return network.find(call.path["id"], body)

    return handler


def find_worklist(call: Call) -> Response:
    body = body_json(call)
    if body is NO_JSON:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Must provide a JSON object")
    call.server.network.find_worklist(call.path["id"], body)


def query(call: Call) -> Response:
    call.server.network.query(call.path["id"], body_json(call))


def move(call: Call) -> Response:
    answer = call.server.network.retrieve(call.path["id"], body_json(call), moves=True)
    return json_answer(answer) if answer else bytes_answer(b"{}", "application/json")


def get(call: Call) -> Response:
    return json_answer(call.server.network.retrieve(call.path["id"], body_json(call), moves=False))


def commit_storage(call: Call) -> Response:
    call.server.network.commit_storage(call.path["id"], body_json(call))


def store(call: Call) -> Response:
    return json_answer(call.server.network.store(call.path["id"], *exported_body(call)))


def store_at_peer(call: Call) -> Response:
    return json_answer(call.server.network.store_at_peer(call.path["id"], *exported_body(call)))


def exported_body(call: Call) -> tuple[Any, str]:
    """The JSON of a request to send resources, and its text, which may be an identifier alone."""
    text = call.request.get_data().decode("utf-8", errors="replace").strip()
    body = body_json(call)
    if body is NO_JSON:
        if not IDENTIFIER.match(text):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Must provide a JSON value")
        body = None
    return body, text


def store_straight(call: Call) -> Response:
    """Sends the DICOM file in the body, which is not stored here."""
    server = call.server

    def check(data: bytes) -> object:
        return read_file(data, server.dictionary, server.release.dicom.files)

    server.network.store_straight(call.path["id"], call.request.get_data(), check)


def store_straight_at_peer(call: Call) -> Response:
    network = call.server.network
    network.access(network.peer(call.path["id"]), "instances")


def peer_system(call: Call) -> Response:
    network = call.server.network
    network.access(network.peer(call.path["id"]), "system")


# What would be kept of answers that came


def nothing(_: Call) -> Response:
    return json_answer([])


def forget_query(_: Call) -> Response:
    """There is no query: none was ever answered; forgetting one succeeds all the same."""
    return done()


def check_index(call: Call) -> None:
    """Raises OrthancError where what names an answer of a query is no number."""
    number(call.path.get("index", "0").removeprefix("+"), call.server.release)


def no_answer(call: Call) -> Response:
    """There is no query, and so no answer to one; but its index must be a number."""
    check_index(call)
    return no_query(call)


def no_query(_: Call) -> Response:
    raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)


#: The members of the body of a retrieval, and their types.
RETRIEVAL_MEMBERS: Mapping[str, type] = {"TargetAet": str, "Timeout": int, "Full": bool, "Simplify": bool}


def no_query_to_retrieve(call: Call) -> Response:
    """There is none; but some releases look at the body first."""
    release, body = call.server.release, body_json(call)
    check_index(call)
    if release.rest.retrievals_need_objects and body is not None and body is not NO_JSON and not isinstance(body, dict):
        raise unhandled()
    for name in release.rest.retrieval_members if isinstance(body, dict) else ():
        kind = RETRIEVAL_MEMBERS[name]
        if kind is bool:
            flag(body, name, default=False)
        elif type(body.get(name, kind())) is not kind:
            raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
    return no_query(call)


def no_commitment(call: Call) -> Response:
    details = f"No storage commitment transaction with UID: {call.path['id']}"
    raise OrthancError(ErrorCode.INEXISTENT_ITEM, details)


def retrieves_by_get(release: Release) -> bool:
    return release.rest.retrieves_by_get


MODALITY = "/modalities/<id>"
MODALITY_ROUTES: tuple[Route, ...] = (
    route(f"{MODALITY}/configuration", GET=modality_configuration),
    route(f"{MODALITY}/echo", POST=echo),
    route(f"{MODALITY}/find", POST=find(is_answered=True)),
    route(f"{MODALITY}/find-instance", POST=find(is_answered=False)),
    route(f"{MODALITY}/find-patient", POST=find(is_answered=True)),
    route(f"{MODALITY}/find-series", POST=find(is_answered=False)),
    route(f"{MODALITY}/find-study", POST=find(is_answered=False)),
    route(f"{MODALITY}/find-worklist", POST=find_worklist),
    route(f"{MODALITY}/get", retrieves_by_get, POST=get),
    route(f"{MODALITY}/move", POST=move),
    route(f"{MODALITY}/query", POST=query),
    route(f"{MODALITY}/storage-commitment", POST=commit_storage),
    route(f"{MODALITY}/store", POST=store),
    route(f"{MODALITY}/store-straight", POST=store_straight),
)
PEER_ROUTES: tuple[Route, ...] = (
    route("/peers/<id>/configuration", GET=peer_configuration),
    route("/peers/<id>/store", POST=store_at_peer),
    route("/peers/<id>/store-straight", POST=store_straight_at_peer),
    route("/peers/<id>/system", GET=peer_system),
)


def names_of(routes: tuple[Route, ...]) -> Callable[[Release], list[str]]:
    """The last parts of the paths that a release has."""
    return lambda release: [one.path.rpartition("/")[2] for one in routes if one.is_known(release)]


QUERY = "/queries/<id>"

ROUTES: tuple[Route, ...] = (
    route("/modalities", GET=listing(modalities)),
    route(
        MODALITY,
        GET=operations(modalities, names_of(MODALITY_ROUTES)),
        PUT=put_modality,
        DELETE=delete_modality,
    ),
    *MODALITY_ROUTES,
    route("/peers", GET=listing(peers)),
    route("/peers/<id>", GET=operations(peers, names_of(PEER_ROUTES)), PUT=put_peer, DELETE=delete_peer),
    *PEER_ROUTES,
    route("/tools/dicom-echo", POST=echo_described),
    route("/queries", GET=nothing),
    route(QUERY, GET=no_query, DELETE=forget_query),
    *(route(f"{QUERY}/{part}", GET=no_query) for part in ("answers", "level", "modality", "query")),
    route(f"{QUERY}/retrieve", POST=no_query_to_retrieve),
    route(f"{QUERY}/answers/<index>/retrieve", POST=no_query_to_retrieve),
    route(f"{QUERY}/answers/<index>", GET=no_query),
    route(f"{QUERY}/answers/<index>/content", GET=no_answer),
    *(
        route(f"{QUERY}/answers/<index>/{part}", POST=no_query)
        for part in ("query-instances", "query-series", "query-studies")
    ),
    route("/storage-commitment/<id>", GET=no_commitment),
    route("/storage-commitment/<id>/remove", POST=no_commitment),
)
