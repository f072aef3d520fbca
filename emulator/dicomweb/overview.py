"""What the plugin tells of itself."""

from __future__ import annotations

from ..errors import ErrorCode, OrthancError
from ..json.printing import json_text
from ..rest.answers import bytes_answer
from ..rest.response import Response
from ..rest.route import Call, Route, route
from .paths import settings_of


def info(call: Call) -> Response:
    root = settings_of(call).root
    depth = len([part for part in root.split("/") if part])
    value = {"DicomWebRoot": root, "OrthancApiRoot": "./" + "../" * depth}
    return styled_json(value)


def styled_json(value: object) -> Response:
    return bytes_answer(json_text(value, "\t").encode("ascii") + b"\n", "application/json")


def page(call: Call) -> Response:
    """The plugin's page for people: the emulator has none of its files."""
    folder, _, file = call.path["file"].partition("/")
    if not file:
        raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
    if folder == "client" and file in ("index.html", "app.js"):
        raise OrthancError(
            ErrorCode.NOT_IMPLEMENTED, "The emulator has none of the pages of the DICOMweb plugin", http_status=501
        )
    raise OrthancError(ErrorCode.INEXISTENT_ITEM)


ROUTES: tuple[Route, ...] = (route("/info", GET=info), route("/app/<path:file>", GET=page))
