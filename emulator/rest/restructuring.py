"""`POST /studies/{id}/split`, `/merge`, and what is done to many resources at once: `/tools/bulk-...`."""

from __future__ import annotations

from ..errors import ErrorCode, OrthancError
from .answers import bytes_answer, json_answer
from .arguments import json_body
from .response import Response
from .route import Call, Route, route


def split(call: Call) -> Response:
    return json_answer(call.server.modifications.split(call.path["id"], json_body(call.request)))


def merge(call: Call) -> Response:
    return json_answer(call.server.modifications.merge(call.path["id"], json_body(call.request)))


def bulk_modify(call: Call) -> Response:
    return json_answer(call.server.modifications.bulk_modify(json_body(call.request)))


def bulk_anonymize(call: Call) -> Response:
    return json_answer(call.server.modifications.bulk_anonymize(json_body(call.request)))


def bulk_delete(call: Call) -> Response:
    body = json_body(call.request, OrthancError(ErrorCode.BAD_REQUEST, "The body must contain a JSON object"))
    call.server.modifications.bulk_delete(body)
    return bytes_answer(b"", "text/plain")


ROUTES: tuple[Route, ...] = (
    route("/studies/<id>/split", POST=split),
    route("/studies/<id>/merge", POST=merge),
    *(
        route(f"/tools/{name}", lambda release: release.rest.has_bulk_operations, POST=handler)
        for name, handler in (
            ("bulk-modify", bulk_modify),
            ("bulk-anonymize", bulk_anonymize),
            ("bulk-delete", bulk_delete),
        )
    ),
)
