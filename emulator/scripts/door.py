"""The routes of a server's scripts, as a door of the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rest.response import Response

if TYPE_CHECKING:
    from ..rest.request import OrthancRequest
    from ..server import Server


def scripted(server: Server, request: OrthancRequest) -> Response | None:
    """The answer of the first script that has a route for a path, None for a path that is none of theirs."""
    answers = (one.answer(request, server) for one in server.extensions.all)
    return next((answer for answer in answers if answer is not None), None)
