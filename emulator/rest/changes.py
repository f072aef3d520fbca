"""`/changes` and `/exports`: the logs of what was done."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..store.change_pages import DEFAULT_LIMIT, OVERFLOWING_LIMIT, ChangesRequest, page_of_changes, parse_kinds
from ..store.export_pages import page_of_exports
from .answers import bytes_answer, json_answer
from .request import OrthancRequest
from .response import Response
from .route import Call, Route, route

NUMBER = re.compile(r"[+-]?[0-9]{1,20}\Z")
BITS = {"limit": 32}


def changes(call: Call) -> Response:
    """A page of the log of changes."""
    args = call.request.args
    filters = call.server.release.rest.filters_changes
    numbers = page_numbers(call.request, ("since", "limit", "to") if filters else ("since", "limit"))
    to = numbers.get("to", -1)
    request = ChangesRequest(
        since=numbers.get("since", 0),
        to=to if to >= 0 else None,
        limit=numbers.get("limit", DEFAULT_LIMIT) % (1 << 32),
        kinds=parse_kinds(args.getlist("type")[-1]) if filters and "type" in args else (),
        last="last" in args,
    )
    return json_answer(page_of_changes(call.server.store, request, tells_first=filters))


def page_numbers(request: OrthancRequest, names: Sequence[str]) -> dict[str, int]:
    """The arguments that are numbers: of 64 bits, but a limit of 32; if one is none, all count as absent."""
    found = {}
    for name in names:
        for text in request.args.getlist(name)[-1:]:
            if not NUMBER.match(text) or abs(int(text)) >= 1 << BITS.get(name, 63):
                return {}
            found[name] = int(text)
    return found


def delete_changes(call: Call) -> Response:
    with call.server.store.lock:
        call.server.store.check_write()
        call.server.store.settle()
        call.server.store.changes.clear()
    return bytes_answer(b"", "text/plain")


def exports(call: Call) -> Response:
    """The log of what was sent elsewhere, with "LogExportedResources"."""
    args, release = call.request.args, call.server.release
    numbers = page_numbers(call.request, ("since", "limit"))
    since = (numbers.get("since", 0) + (1 << 31)) % (1 << 32) - (1 << 31)
    limit = numbers.get("limit", DEFAULT_LIMIT) % (1 << 32)
    limit = 0 if limit == OVERFLOWING_LIMIT else limit
    is_last = "last" in args
    entries = call.server.store.exports
    page = page_of_exports(entries, since, limit, last=is_last, tells_first=release.rest.filters_changes)
    return json_answer(page)


def delete_exports(call: Call) -> Response:
    with call.server.store.lock:
        call.server.store.check_write()
        call.server.store.exports = ()
    return bytes_answer(b"", "text/plain")


ROUTES: tuple[Route, ...] = (
    route("/changes", GET=changes, DELETE=delete_changes),
    route("/exports", GET=exports, DELETE=delete_exports),
)
