"""Revisions in HTTP: the headers ETag and If-None-Match of what is read (If-Match of what is written goes further)."""

from __future__ import annotations

from collections.abc import Callable

from ..annotations.revisions import Revision, parse_revision
from ..errors import OrthancError
from .answers import empty_answer, error_answer
from .response import Response
from .route import Call


def with_revision(call: Call, revision: Revision, answer: Callable[[], Response]) -> Response:
    """The answer with its entity tag, errors included; 304 to a client that names this revision."""
    release = call.server.release
    if not release.annotations.has_revisions:
        return answer()
    known = call.request.headers.get("If-None-Match")
    try:
        is_known = known is not None and parse_revision(known, "If-None-Match", release) == revision
        response = empty_answer(304) if is_known else answer()
    except OrthancError as error:
        response = error_answer(error, call.request, release)
    return tagged(call, revision, response)


def tagged(call: Call, revision: Revision, response: Response) -> Response:
    """The answer with its entity tag, where the release has revisions."""
    if call.server.release.annotations.has_revisions:
        response.headers["ETag"] = f'"{revision}"'
    return response
