"""`POST /{level}/{id}/modify`."""

from __future__ import annotations

from werkzeug.wrappers import Response

from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS, Level
from .answers import bytes_answer, json_answer
from .arguments import json_body
from .route import Call, Handler, Route, route


def modify(level: Level) -> Handler:
    def handler(call: Call) -> Response:
        body = json_body(call.request, OrthancError(ErrorCode.BAD_FILE_FORMAT))
        answer = call.server.modify_json(level, call.path["id"], body)
        if level is Level.INSTANCE:
            return bytes_answer(answer, "application/dicom")
        return json_answer(answer)

    return handler


ROUTES: tuple[Route, ...] = tuple(route(f"/{level.plural}/<id>/modify", POST=modify(level)) for level in LEVELS)
