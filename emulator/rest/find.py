"""/tools/find and /tools/lookup."""

from __future__ import annotations

from werkzeug.wrappers import Response

from ..errors import ErrorCode, OrthancError
from .answers import json_answer
from .arguments import json_body
from .route import Call, Route, route


def find(call: Call) -> Response:
    error = OrthancError(ErrorCode.BAD_REQUEST, "The body must contain a JSON object")
    return json_answer(call.server.find_json(json_body(call.request, error)))


def lookup(call: Call) -> Response:
    text = call.request.get_data().decode("utf-8", errors="ignore")
    return json_answer(call.server.lookup(text))


ROUTES: tuple[Route, ...] = (
    route("/tools/find", POST=find),
    route("/tools/lookup", POST=lookup),
)
