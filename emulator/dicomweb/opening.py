"""The door of the DICOMweb plugin, which is imported when a server has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..rest.request import OrthancRequest
    from ..rest.response import Response
    from ..server import Server


def dicom_web(server: Server, request: OrthancRequest) -> Response | None:
    """The answer of the DICOMweb plugin, None where it has none; imported when it is asked for."""
    if server.web is None:
        return None
    from .door import answer_of

    return answer_of(server, server.web, request)
