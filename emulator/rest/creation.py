"""`POST /tools/create-dicom`."""

from __future__ import annotations

from ..errors import ErrorCode, OrthancError
from .answers import json_answer
from .arguments import json_body
from .response import Response
from .route import Call, Route, route


def create(call: Call) -> Response:
    return json_answer(call.server.creator.create(json_body(call.request, OrthancError(ErrorCode.BAD_REQUEST))))


ROUTES: tuple[Route, ...] = (route("/tools/create-dicom", POST=create),)
