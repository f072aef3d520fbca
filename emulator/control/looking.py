"""What a test looks at: requests, diagnostics, queries; and what it expects of them."""

from __future__ import annotations

from typing import Any, cast

from werkzeug.wrappers import Response

from ..diagnostics import CODES, Diagnostic, DiagnosticCode, DiagnosticGuard
from ..exchanges.exchange import ANY_BODY, Exchange
from ..query.guard import QueryGuard
from ..query.plan import QueryPlan
from .members import ControlError, Member
from .route import ControlCall, ControlRoute

#: How many requests one answer tells at most.
MOST_LISTED = 1000

#: How many characters of a body are told, unless the request is asked for alone.
TOLD_CHARACTERS = 10_000


# Requests


def requests(call: ControlCall) -> Any:
    values = call.values
    found = [
        (number, one)
        for number, one in call.controlled.server.requests.numbered()
        if number > values["since"]
        and one.matches(values["method"], values["path"])
        and (not values["status"] or str(one.status) == values["status"])
    ]
    limit = min(values["limit"], MOST_LISTED)
    return [told(number, one) for number, one in found[-limit:]] if limit else []


def told(number: int, one: Exchange, most: int = TOLD_CHARACTERS) -> dict[str, Any]:
    """A request as JSON, in the words of `Exchange`; a body that is no text is told by its length."""
    return {
        **one.summary_of(number),
        "headers": dict(one.headers),
        "body": text_of(one.body, most),
        "answer_headers": dict(one.answer_headers),
        "answer": text_of(one.answer, most),
        "diagnostics": [thing.to_json() for thing in one.caused if isinstance(thing, Diagnostic)],
        "queries": [thing.to_json() for thing in one.caused if isinstance(thing, QueryPlan)],
    }


def text_of(body: bytes, most: int) -> str:
    if b"\0" in body[:1024]:
        return f"({len(body):,} bytes{' of DICOM' if body[128:132] == b'DICM' else ''})"
    text = body.decode("utf-8", "replace")
    return text if len(text) <= most else f"{text[:most]}…"


def one_request(call: ControlCall) -> Any:
    for number, one in call.controlled.server.requests.numbered():
        if str(number) == call.path["number"]:
            return told(number, one, most=1 << 20)
    raise ControlError(404, f"There is no request {call.path['number'][:20]} (any more)")


def forget_requests(call: ControlCall) -> Any:
    call.controlled.server.requests.clear()
    return {}


def expect_request(call: ControlCall) -> Any:
    """As `requests.assert_called` or, for 0 times, `assert_not_called`."""
    values, log = call.values, call.controlled.server.requests
    json = values["json"] if "json" in call.given else ANY_BODY
    method, path, times = values["method"], values["path"], values["times"]
    try:
        if times == 0:
            log.assert_not_called(method, path, json=json)
            return {}
        found = log.assert_called(method, path, json=json, times=times, status=values["status"])
    except AssertionError as error:
        listed = [told(number, one) for number, one in log.numbered()][-20:]
        raise ControlError(409, str(error), requests=listed) from None
    return next(told(number, one) for number, one in reversed(log.numbered()) if one is found)


# Diagnostics and queries


def diagnostics(call: ControlCall) -> Any:
    """Each with what its code means, and with the number of the request that caused it, if it is kept."""
    server = call.controlled.server
    numbers = {id(thing): number for number, one in server.requests.numbered() for thing in one.caused}
    meanings: dict[str, str] = {str(code): text for code, text in CODES.items()}
    return [
        {**one.to_json(), "Meaning": meanings.get(one.code, ""), "RequestNumber": numbers.get(id(one))}
        for one in [*server.diagnostics]
    ]


def forget_diagnostics(call: ControlCall) -> Any:
    call.controlled.server.diagnostics.clear()
    return {}


def queries(call: ControlCall) -> Any:
    return [plan.to_json() for plan in [*call.controlled.server.plans]]


def forget_queries(call: ControlCall) -> Any:
    call.controlled.server.plans.clear()
    return {}


def mark(call: ControlCall) -> Any:
    return {"mark": call.controlled.mark()}


def expect(call: ControlCall) -> Any:
    """As `Emulator.expect_no_diagnostics`, `expect_indexed` and `expect_files_read`, since a mark."""
    values, server = call.values, call.controlled.server
    since = call.controlled.marked_at(values["since"])
    at_most = 0 if values["indexed"] else values["files_read_at_most"]
    if values["no_diagnostics"] is None and at_most is None:
        raise ControlError(400, 'Nothing is expected: give "no_diagnostics", "indexed" or "files_read_at_most"')
    failed: list[str] = []
    noticed: list[Diagnostic] = []
    plans: list[QueryPlan] = []
    with server.store.reading:
        if values["no_diagnostics"] is not None:
            codes = tuple(cast(DiagnosticCode, code) for code in values["no_diagnostics"])
            try:
                diagnostic_guard = DiagnosticGuard(server.diagnostics, codes)
            except ValueError as error:
                raise ControlError(400, str(error), "no_diagnostics") from None
            diagnostic_guard.before = since.diagnostic
            noticed = diagnostic_guard.noticed()
            failed += [str(one) for one in noticed]
        if at_most is not None:
            query_guard = QueryGuard(server.plans, at_most)
            query_guard.before = since.plan
            read = [plan for plan in query_guard.since() if plan.files_read]
            if sum(plan.files_read for plan in read) > at_most:
                plans = read
                failed += [str(plan) for plan in plans]
    if failed:
        told_things: dict[str, Any] = {
            "diagnostics": [one.to_json() for one in noticed],
            "queries": [plan.to_json() for plan in plans],
        }
        raise ControlError(409, "The server did what was not expected:\n" + "\n".join(failed), **told_things)
    return {}


# Events


def events(call: ControlCall) -> Any:
    from ..http.server import drop, is_served, stream, unread_bytes

    environ, hub = call.environ, call.controlled.events
    seconds = call.values["seconds"]
    if seconds is None and not is_served(environ):
        seconds = 0  # in process nobody could end a stream
    reader = hub.open()
    stream(environ)

    def read() -> Any:
        yield from hub.read(reader, lambda: unread_bytes(environ), seconds=seconds)
        drop(environ)

    return Response(read(), content_type="text/event-stream", headers={"Cache-Control": "no-store"})


METHOD = Member("method", "text", "only this method, * for any", "*")
PATH = Member("path", "text", "only this path; * stands for anything", "*")
NOT_EXPECTED = {409: "It is not so: `message` tells, with what there was instead"}

ROUTES = (
    ControlRoute(
        "GET",
        "/requests",
        requests,
        "The last requests with their answers, the oldest first, and the diagnostics and plans that each caused "
        "(`Emulator.requests`); those to /emulator are not among them.",
        (
            METHOD,
            PATH,
            Member("status", "text", "only those answered so"),
            Member("since", "integer", "only those with a higher number", 0),
            Member("limit", "integer", "at most so many, the last ones", 100),
        ),
        answer="Requests",
    ),
    ControlRoute(
        "GET",
        "/requests/<number>",
        one_request,
        "One request, with its whole bodies (up to 1 MiB of each).",
        answer="The request",
        statuses={404: "It is not kept"},
    ),
    ControlRoute("DELETE", "/requests", forget_requests, "Forgets the requests."),
    ControlRoute(
        "POST",
        "/requests/expect",
        expect_request,
        "Checks that there was such a request (`Emulator.requests.assert_called`); `times` 0: that there was none.",
        (
            Member("method", "text", "the method, * for any", required=True),
            Member("path", "text", "the path, with its query or without; * stands for anything", required=True),
            Member("json", "any", "the whole JSON body"),
            Member("times", "integer", "how often; without it, at least once"),
            Member("status", "integer", "the status of the answer"),
        ),
        answer="The last such request",
        statuses=NOT_EXPECTED,
    ),
    ControlRoute(
        "GET",
        "/diagnostics",
        diagnostics,
        "What was done silently and an app would regret, the newest last (`Emulator.diagnostics`).",
        answer="Diagnostics",
    ),
    ControlRoute("DELETE", "/diagnostics", forget_diagnostics, "Forgets the diagnostics."),
    ControlRoute("GET", "/queries", queries, "The plans of queries (`Emulator.queries`).", answer="Plans"),
    ControlRoute("DELETE", "/queries", forget_queries, "Forgets the plans."),
    ControlRoute("POST", "/marks", mark, "Marks this moment, for `since` of expectations.", answer="The mark"),
    ControlRoute(
        "POST",
        "/expectations",
        expect,
        "Checks what the server did not do since a mark, or since the start (`Emulator.expect_no_diagnostics`, "
        "`expect_indexed`, `expect_files_read`).",
        (
            Member("no_diagnostics", "texts", "there are no diagnostics of these codes, of any for an empty list"),
            Member("indexed", "boolean", "no query read a file", False),
            Member("files_read_at_most", "integer", "queries read so many files together"),
            Member("since", "integer", "the number of a mark"),
        ),
        statuses={404: "There is no such mark", **NOT_EXPECTED},
    ),
    ControlRoute(
        "GET",
        "/events",
        events,
        "Requests, diagnostics, plans, changes and resets as they happen: server-sent events `request`, `diagnostic`, "
        "`plan`, `change`, `reset`. A stream that is not read is closed; there are 4 at most.",
        (Member("seconds", "integer", "end where nothing comes for so many seconds; without it, never"),),
        answer="text/event-stream",
        statuses={503: "There are 4 streams already"},
    ),
)
