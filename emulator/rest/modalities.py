"""/modalities, /peers, /queries and /storage-commitment: the servers that this one knows, and what is asked of them.

Which of them are reached, `emulator.network.reach` says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..dicom.element import Dataset
from ..dicom.reader import read_file
from ..dicom.views import Format, view
from ..errors import ErrorCode, OrthancError, unhandled
from ..json import lenient
from ..network.kept_queries import KeptQuery
from ..network.members import check_name, flag
from ..network.modality import parse_modality
from ..network.network_identifiers import IDENTIFIER
from ..network.peer import parse_peer
from ..releases import Release
from ..store.level import Level
from .answers import bytes_answer, empty_answer, json_answer
from .arguments import number
from .response import Response
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
    call.server.extensions.note("UpdatedModalities")
    return done()


def put_peer(call: Call) -> Response:
    """A body that is no JSON is answered 404, as the servers do."""
    body = body_json(call)
    if body is NO_JSON:
        return empty_answer(404)
    peer = parse_peer(body, call.server.release)
    check_name(call.path["id"])
    call.server.settings.peers[call.path["id"]] = peer
    call.server.extensions.note("UpdatedPeers")
    return done()


def delete_modality(call: Call) -> Response:
    name = call.path["id"]
    if call.server.settings.modalities.pop(name, None) is None:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"Unknown DICOM modality with symbolic name: {name}")
    call.server.extensions.note("UpdatedModalities")
    return done()


def delete_peer(call: Call) -> Response:
    name = call.path["id"]
    if call.server.settings.peers.pop(name, None) is None:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"Unknown Orthanc peer: {name}")
    call.server.extensions.note("UpdatedPeers")
    return done()


def modality_configuration(call: Call) -> Response:
    return json_answer(dict(call.server.network.modality(call.path["id"]).configuration))


def peer_configuration(call: Call) -> Response:
    return json_answer(call.server.network.peer(call.path["id"]).configuration)


# What is asked of them


def echo(call: Call) -> Response:
    call.server.network.echo(call.path["id"], echo_body(call, empty_is_none=True))
    return nothing_to_tell()


def echo_described(call: Call) -> Response:
    call.server.network.echo_described(echo_body(call, empty_is_none=False))
    return nothing_to_tell()


def nothing_to_tell() -> Response:
    return bytes_answer(b"{}", "application/json")


def echo_body(call: Call, *, empty_is_none: bool) -> Any:
    if empty_is_none and not call.request.get_data():
        return {}
    body = body_json(call)
    if body is NO_JSON:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Cannot parse the JSON body")
    return body


def find(*, is_answered: bool, descends: bool = False) -> Handler:
    """One of the old finds; those below the patient are refused: they would need the levels above (measured)."""

    def handler(call: Call) -> Response:
        body = body_json(call)
        if not isinstance(body, dict):
            return empty_answer(400)
        network = call.server.network
        network.check_template(body)
        if not is_answered:
            return empty_answer(400)
        return json_answer(network.find(call.path["id"], body, descends=descends))

    return handler


def find_worklist(call: Call) -> Response:
    body = body_json(call)
    if body is NO_JSON:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Must provide a JSON object")
    return json_answer(call.server.network.find_worklist(call.path["id"], body))


def query(call: Call) -> Response:
    return json_answer(call.server.network.query(call.path["id"], body_json(call)))


def move(call: Call) -> Response:
    answer = call.server.network.retrieve(call.path["id"], body_json(call), moves=True)
    return json_answer(answer) if answer else nothing_to_tell()


def get(call: Call) -> Response:
    return json_answer(call.server.network.retrieve(call.path["id"], body_json(call), moves=False))


def commit_storage(call: Call) -> Response:
    return json_answer(call.server.network.commit_storage(call.path["id"], body_json(call)))


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

    return json_answer(server.network.store_straight(call.path["id"], call.request.get_data(), check))


def store_straight_at_peer(call: Call) -> Response:
    return json_answer(call.server.network.store_straight_at_peer(call.path["id"], call.request.get_data()))


def peer_system(call: Call) -> Response:
    return json_answer(call.server.network.peer_system(call.path["id"]))


# What is kept of answers that came


def kept_query(call: Call) -> KeptQuery:
    return call.server.kept_queries[call.path["id"]]


def index_of(call: Call) -> int:
    """The number of an answer; raises OrthancError where what names it is none."""
    return number(call.path.get("index", "0").removeprefix("+"), call.server.release)


def answer_of(call: Call) -> Dataset:
    """The answer that a path names; raises OrthancError."""
    index, query = index_of(call), kept_query(call)
    return call.server.network.kept_answer(query, index)


def form_of(call: Call) -> Format:
    arguments = call.request.args
    if "simplify" in arguments:
        return Format.SIMPLIFY
    return Format.SHORT if "short" in arguments and call.server.release.query.has_formats else Format.FULL


def shown(call: Call, dataset: Dataset) -> dict[str, Any]:
    return view(dataset, call.server.dictionary, form_of(call), rules=call.server.release.dicom.text)


def queries(call: Call) -> Response:
    return json_answer(sorted(call.server.kept_queries.known))


def query_operations(call: Call) -> Response:
    kept_query(call)
    return json_answer(["answers", "level", "modality", "query", "retrieve"])


def forget_query(call: Call) -> Response:
    """One that is gone can be forgotten, too."""
    call.server.kept_queries.forget(call.path["id"])
    return done()


def query_answers(call: Call) -> Response:
    answers = kept_query(call).answers
    if "expand" in call.request.args:
        return json_answer([shown(call, answer) for answer in answers])
    return json_answer([str(index) for index in range(len(answers))])


def query_level(call: Call) -> Response:
    return bytes_answer(kept_query(call).level.value.encode(), "text/plain")


def query_modality(call: Call) -> Response:
    return bytes_answer(kept_query(call).modality.encode(), "text/plain")


def query_asked(call: Call) -> Response:
    return json_answer(shown(call, kept_query(call).asked))


def answer_operations(call: Call) -> Response:
    query = kept_query(call)
    answer_of(call)
    below = {
        Level.PATIENT: ["query-studies", "query-series", "query-instances"],
        Level.STUDY: ["query-series", "query-instances"],
        Level.SERIES: ["query-instances"],
    }
    return json_answer(["content", "retrieve", *below.get(query.level, [])])


def answer_content(call: Call) -> Response:
    return json_answer(shown(call, answer_of(call)))


def query_below(level: Level) -> Handler:
    """Queries a lower level of an answer; a level above it is an unknown resource."""

    def handler(call: Call) -> Response:
        if kept_query(call).level.depth >= level.depth:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
        body = body_json(call)
        members = body.get("Query", {}) if isinstance(body, dict) else {}
        asked = {call.server.dictionary.tag(name): str(text) for name, text in members.items()}
        answer_of(call)
        return json_answer(call.server.network.query_below(call.path["id"], index_of(call), level, asked))

    return handler


#: The members of the body of a retrieval, and their types.
RETRIEVAL_MEMBERS: Mapping[str, type] = {"TargetAet": str, "Timeout": int, "Full": bool, "Simplify": bool}


def retrieve(call: Call) -> Response:
    """Retrieves what a query found; some releases look at the body before at the query."""
    release, body = call.server.release, body_json(call)
    index = index_of(call) if "index" in call.path else None
    if body is NO_JSON:
        body = call.request.get_data().decode("utf-8", errors="replace").strip()
    elif release.rest.retrievals_need_objects and body is not None and not isinstance(body, dict | str):
        raise unhandled()
    for name in release.rest.retrieval_members if isinstance(body, dict) else ():
        kind = RETRIEVAL_MEMBERS[name]
        if kind is bool:
            flag(body, name, default=False)
        elif type(body.get(name, kind())) is not kind:
            raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
    kept_query(call)
    return json_answer(call.server.network.retrieve_answers(call.path["id"], index, body))


def commitment(call: Call) -> Response:
    return json_answer(call.server.commitments[call.path["id"]].to_json())


def remove_committed(call: Call) -> Response:
    """Deletes what a modality has committed to; not after a failure."""
    transaction = call.server.commitments[call.path["id"]]
    if transaction.report is None or transaction.report.failures:
        details = (
            "Cannot remove DICOM instances after failure in storage commitment transaction: "
            if transaction.report is not None
            else "Cannot remove DICOM instances of a pending storage commitment transaction: "
        )
        raise OrthancError(ErrorCode.BAD_SEQUENCE_OF_CALLS, details + call.path["id"])
    wanted = {instance for _, instance in transaction.report.successes}
    store = call.server.store
    with store.lock:
        for instance in store.resources(Level.INSTANCE):
            if instance.main_tags.get(Level.INSTANCE.identifier_tag) in wanted:
                store.delete(instance)
    return done()


def retrieves_by_get(release: Release) -> bool:
    return release.rest.retrieves_by_get


MODALITY = "/modalities/<id>"
MODALITY_ROUTES: tuple[Route, ...] = (
    route(f"{MODALITY}/configuration", GET=modality_configuration),
    route(f"{MODALITY}/echo", POST=echo),
    route(f"{MODALITY}/find", POST=find(is_answered=True, descends=True)),
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
    route("/queries", GET=queries),
    route(QUERY, GET=query_operations, DELETE=forget_query),
    route(f"{QUERY}/answers", GET=query_answers),
    route(f"{QUERY}/level", GET=query_level),
    route(f"{QUERY}/modality", GET=query_modality),
    route(f"{QUERY}/query", GET=query_asked),
    route(f"{QUERY}/retrieve", POST=retrieve),
    route(f"{QUERY}/answers/<index>/retrieve", POST=retrieve),
    route(f"{QUERY}/answers/<index>", GET=answer_operations),
    route(f"{QUERY}/answers/<index>/content", GET=answer_content),
    route(f"{QUERY}/answers/<index>/query-instances", POST=query_below(Level.INSTANCE)),
    route(f"{QUERY}/answers/<index>/query-series", POST=query_below(Level.SERIES)),
    route(f"{QUERY}/answers/<index>/query-studies", POST=query_below(Level.STUDY)),
    route("/storage-commitment/<id>", GET=commitment),
    route("/storage-commitment/<id>/remove", POST=remove_committed),
)
