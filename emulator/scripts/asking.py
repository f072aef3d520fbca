"""The REST API as scripts ask it, in process: no filter, no log of requests, and an error is an exception."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..diagnostics import asked
from ..errors import ErrorCode, OrthancError
from ..rest.application import Application, Door
from ..rest.request import OrthancRequest
from ..rest.response import Response
from ..store.uploads import stored_by

if TYPE_CHECKING:
    from ..server import Server

#: The error of an answer that is a status without a body.
STATUS_ERRORS = {401: ErrorCode.UNKNOWN_RESOURCE, 409: ErrorCode.REVISION, 400: ErrorCode.BAD_REQUEST}

#: `ErrorCode` has no name for it: a path that does not begin with a slash.
URI_SYNTAX = 12


class BadUriError(Exception):
    """A path without a slash at its beginning (error 12, Badly formatted URI)."""


def ask(
    server: Server,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    after_plugins: bool = False,
    script: str = "Plugins",
) -> Response:
    """The answer to a request; raises OrthancError, BadUriError.

    `after_plugins`: the routes of scripts and plugins are asked before those of the server.
    """
    if not path.startswith("/"):
        raise BadUriError
    if ".." in path.partition("?")[0].split("/"):  # not resolved here
        raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
    application = Application(server, doors() if after_plugins else ())
    request = request_of(server, method, path, body, headers or {})
    with server.contract.kept(), asked(f"{method} {request.path}"), stored_by(script):
        response = application.dispatch_inside(request)
    if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        raise OrthancError(STATUS_ERRORS.get(response.status_code, ErrorCode.UNKNOWN_RESOURCE))
    return response


def doors() -> tuple[Door, ...]:
    from ..dicomweb.opening import dicom_web
    from .door import scripted

    return (scripted, dicom_web)


def request_of(server: Server, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> OrthancRequest:
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": quote(path, safe="/%-_.~!$&'()*+,;=:@") + (f"?{query}" if query else ""),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
    return OrthancRequest(environ, server.release)
