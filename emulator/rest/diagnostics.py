"""The emulator's own /emulator/diagnostics: no route of Orthanc."""

from __future__ import annotations

from werkzeug.wrappers import Response

from .answers import json_answer
from .route import Call, Route, route


def diagnostics(call: Call) -> Response:
    """What was done silently and an app would regret, the newest last."""
    return json_answer([diagnostic.to_json() for diagnostic in [*call.server.diagnostics]])


def forget_diagnostics(call: Call) -> Response:
    call.server.diagnostics.clear()
    return json_answer({})


ROUTES: tuple[Route, ...] = (route("/emulator/diagnostics", GET=diagnostics, DELETE=forget_diagnostics),)
