"""Requests that are tried without being made: what a modify would change, and what a query would take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..diagnostics import asked
from ..dicom.reader import read_file
from ..errors import OrthancError
from ..query.advice import NARROWING_TAGS
from ..query.plan import QueryPlan
from ..server import Server
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from .browsing import BY_NAME, found, rows_of_file
from .members import ControlError, Member
from .route import ControlCall, ControlRoute

#: How many instances a preview copies, and how many pairs it tells.
MOST_COPIED = 1000
MOST_PAIRS = 10

#: The sizes of a server for which a query is estimated.
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)


def preview(call: ControlCall) -> Any:
    """Carries out a modify or an anonymize on a copy of the server, and tells the files before and after."""
    values, server = call.values, call.controlled.server.fork()
    server.jobs.held, server.jobs.steps_per_look = 0, 0
    resource = found(server, values["id"])
    sources = resource.descendants(Level.INSTANCE)
    if len(sources) > MOST_COPIED:
        raise ControlError(409, f"{len(sources):,} instances: a preview copies {MOST_COPIED:,} at most", "id")
    before = {one.id: rows_of_file(server, server.files.read(one)) for one in sources[:MOST_PAIRS]}
    room = server.modifications
    method = room.modify if values["operation"] == "modify" else room.anonymize
    try:
        with server.contract.kept(), asked(f"{values['operation']} {resource.id}"):
            result = method(resource.level, resource.id, values["request"])
    except OrthancError as error:
        raise ControlError(400, f"The server refuses this with {error.http_status}: {error}", "request") from None
    if isinstance(result, bytes):
        file = read_file(result, server.dictionary, server.release.dicom.files)
        pairs = [pair(sources[0].id, None, before[sources[0].id], rows_of_file(server, file))]
    else:
        pairs = [pair(one, copy.id, before[one], rows) for one, copy, rows in copies(server, sources[:MOST_PAIRS])]
    return {
        "pairs": pairs,
        "instances": len(sources),
        "diagnostics": [one.to_json() for one in server.diagnostics],
        "result": None if isinstance(result, bytes) else result,
    }


def copies(server: Server, sources: list[Resource]) -> Iterator[tuple[str, Resource, list[dict[str, Any]]]]:
    """The copies of some instances that were made last, with their elements."""
    wanted = {one.id for one in sources}
    for instance in reversed(server.store.resources(Level.INSTANCE)):
        of = instance.metadata.get("ModifiedFrom") or instance.metadata.get("AnonymizedFrom")
        if of in wanted:
            wanted.remove(of)
            yield of, instance, rows_of_file(server, server.files.read(instance))


def pair(source: str, copy: str | None, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, Any]:
    """Two files side by side, element by element, with what became of each."""
    old, new = ({one["path"]: one for one in rows} for rows in (before, after))
    lines = []
    for path in sorted({**old, **new}):
        one, other = old.get(path), new.get(path)
        same = one is not None and other is not None and (one["vr"], one["value"]) == (other["vr"], other["value"])
        change = "same" if same else "removed" if other is None else "added" if one is None else "changed"
        lines.append({"path": path, "change": change, "before": one, "after": other})
    return {"source": source, "copy": copy, "elements": lines}


# Queries


def explain(call: ControlCall) -> Any:
    """Asks a copy of the server, and tells the plan, what it would take on larger servers, and how to ask better."""
    values, server = call.values, call.controlled.server.fork()
    query = values["query"]
    wrong = next((name for name, value in query.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise ControlError(400, f'"query" is an object of texts: "{wrong[:80]}" has none', "query")
    try:
        with server.contract.kept(), asked("explain"):
            results = server.queries.find({"Level": BY_NAME[values["level"]].value, "Query": query})
    except OrthancError as error:
        raise ControlError(400, f"The server refuses this with {error.http_status}: {error}", "query") from None
    plan = server.plans[-1]
    estimates = [plan.estimate(size, read_ms=values["read_ms"]) for size in SIZES]
    return {
        "plan": plan.to_json(),
        "results": results[:100],
        "estimates": [
            {
                "instances": one.instances,
                "files_read": one.files_read,
                "reading_seconds": one.reading_seconds,
                "seconds": one.seconds,
            }
            for one in estimates
        ],
        "advice": [{"text": text, **action(text, plan)} for text in plan.advice],
        "diagnostics": [one.to_json() for one in server.diagnostics],
    }


def action(text: str, plan: QueryPlan) -> dict[str, Any]:
    """What would apply an advice to the query: another level, or keys to add; nothing for the configuration's."""
    for level in LEVELS:
        if text.startswith(f"ask at {level.value} level"):
            return {"level": level.value.lower()}
    if text.startswith("add a standard tag"):
        return {"keys": NARROWING_TAGS[plan.level].replace(" or ", ", ").split(", ")}
    if text.startswith("index it"):
        return {"configuration": text[text.index('"') : text.rindex("}") + 1]}
    return {}


ROUTES = (
    ControlRoute(
        "POST",
        "/modifications/preview",
        preview,
        "What a modify or an anonymize would make, tag by tag; nothing is stored.",
        (
            Member("id", "text", "the resource", required=True),
            Member("operation", "text", "which of the two", "modify", choices=["modify", "anonymize"]),
            Member("request", "object", "the body of the request", required=True),
        ),
        answer="The first ten files before and after, and the diagnostics",
        statuses={404: "There is no such resource", 409: "There are more than 1,000 instances"},
    ),
    ControlRoute(
        "POST",
        "/queries/explain",
        explain,
        "The plan of a query, what it would take on larger servers, and advice; it is not kept among the queries.",
        (
            Member("level", "text", "the level", "study", choices=[*BY_NAME]),
            Member("query", "object", "values by tag", required=True),
            Member("read_ms", "number", "what it takes to read a file there, in milliseconds", 8.0),
        ),
        answer="The plan, estimates, advice",
    ),
)
