"""`POST /{level}/{id}/modify` and `/anonymize`."""

from __future__ import annotations

from typing import Any

from ..store.level import LEVELS, Level
from .answers import bytes_answer, json_answer
from .arguments import json_body
from .response import Response
from .route import Call, Handler, Route, route


def modify(level: Level) -> Handler:
    def handler(call: Call) -> Response:
        return answer(level, call.server.modifications.modify(level, call.path["id"], json_body(call.request)))

    return handler


def anonymize(level: Level) -> Handler:
    def handler(call: Call) -> Response:
        return answer(level, call.server.modifications.anonymize(level, call.path["id"], json_body(call.request)))

    return handler


def answer(level: Level, result: Any) -> Response:
    """The file for an instance, the job's result for all others."""
    return bytes_answer(result, "application/dicom") if level is Level.INSTANCE else json_answer(result)


ROUTES: tuple[Route, ...] = tuple(
    route(f"/{level.plural}/<id>/{action}", POST=handler(level))
    for level in LEVELS
    for action, handler in (("modify", modify), ("anonymize", anonymize))
)
