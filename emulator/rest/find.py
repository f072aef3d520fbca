"""/tools/find, /tools/count-resources and /tools/lookup."""

from __future__ import annotations

from typing import Any

from ..errors import ErrorCode, OrthancError
from .answers import json_answer
from .arguments import json_body
from .response import Response
from .route import Call, Route, route


def body_of(call: Call) -> Any:
    return json_body(call.request, OrthancError(ErrorCode.BAD_REQUEST, "The body must contain a JSON object"))


def find(call: Call) -> Response:
    return json_answer(call.server.queries.find(body_of(call)))


def count_resources(call: Call) -> Response:
    """How many resources a find would have, as far as the index tells."""
    return json_answer(call.server.queries.count(body_of(call)))


def bulk_content(call: Call) -> Response:
    """Many resources in one answer."""
    return json_answer(call.server.queries.bulk_content(body_of(call)))


def lookup(call: Call) -> Response:
    text = call.request.get_data().decode("utf-8", errors="surrogateescape")
    return json_answer(call.server.queries.look_up(text))


ROUTES: tuple[Route, ...] = (
    route("/tools/find", POST=find),
    route("/tools/count-resources", lambda release: release.query.is_extended, POST=count_resources),
    route("/tools/bulk-content", lambda release: release.rest.has_bulk_operations, POST=bulk_content),
    route("/tools/lookup", POST=lookup),
)
