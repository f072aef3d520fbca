"""The doors of a server put together: what answers over HTTP beside the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rest.application import Application

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from .rest.request import OrthancRequest
    from .server import Server


def http_application(server: Server) -> Application:
    """The WSGI application of a server: the REST API, with the plugin's routes where the configuration has them."""
    return Application(server, (dicom_web,))


def dicom_web(server: Server, request: OrthancRequest) -> Response | None:
    """The answer of the DICOMweb plugin, None where it has none; imported when it is asked for."""
    if server.web is None:
        return None
    from .dicomweb.door import answer_of

    return answer_of(server, server.web, request)
