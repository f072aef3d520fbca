"""`POST /{level}/{id}/reconstruct`, `/tools/reconstruct`, and `/tools/invalidate-tags`, which does nothing here."""

from __future__ import annotations

from typing import Any

from ..errors import OrthancError
from ..store.level import LEVELS
from ..store.reconstruction import parse_options
from .answers import bytes_answer
from .arguments import json_body
from .response import Response
from .route import Call, Route, route


def options_of(call: Call) -> Any:
    """The body of a request; one that is no JSON counts as none (measured on 1.12.7 and 1.13.0)."""
    try:
        return json_body(call.request)
    except OrthancError:
        return None


def reconstruct(call: Call) -> Response:
    options = options_of(call)
    parse_options(options, call.server.release)  # what is wrong with them is told before the id is looked at
    with call.server.store.lock:
        call.server.files.reconstruct(call.server.store.find(call.path["id"]), options)
    return bytes_answer(b"", "text/plain")


def reconstruct_all(call: Call) -> Response:
    call.server.files.reconstruct(None, options_of(call))
    return bytes_answer(b"", "text/plain")


def invalidate(call: Call) -> Response:
    """What was parsed is forgotten there; here it is kept by the file, and a file never changes."""
    return bytes_answer(b"", "text/plain")


ROUTES: tuple[Route, ...] = (
    *(route(f"/{level.plural}/<id>/reconstruct", POST=reconstruct) for level in LEVELS),
    route("/tools/reconstruct", POST=reconstruct_all),
    route("/tools/invalidate-tags", POST=invalidate),
)
