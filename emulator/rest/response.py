"""An answer over HTTP: a status, headers and a whole body; it is a WSGI application itself."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HTTP_ERRORS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    416: "Requested Range Not Satisfiable",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    507: "Insufficient Storage",
}

#: What follows the status of an answer on the wire (measured on 1.9.1 to 1.13.0).
REASONS = {
    **HTTP_ERRORS,
    200: "OK",
    206: "Partial Content",
    301: "Moved Permanently",
    304: "Not Modified",
    307: "Temporary Redirect",
    405: "Method Not Allowed",
}
STATUS_LINES = {status: f"{status} {reason}" for status, reason in REASONS.items()}


class Headers(dict[str, str]):
    """Headers by name, each spelled as on the wire; one that is absent can be deleted. Raises ValueError for lines."""

    def __setitem__(self, name: str, value: str) -> None:
        if "\n" in value or "\r" in value or "\0" in value:
            raise ValueError("a header is one line")
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        self.pop(name, None)


class Response:
    """An answer; without a header Content-Type unless it is given one. A text is sent as UTF-8."""

    def __init__(self, data: bytes | str = b"", status: int = 200) -> None:
        self.data = data if isinstance(data, bytes) else data.encode("utf-8")
        self.status_code = status
        self.headers = Headers()
        self.repeated: list[tuple[str, str]] = []  # headers that are there already

    @property
    def status(self) -> str:
        """The status with its reason."""
        return STATUS_LINES.get(self.status_code) or f"{self.status_code} {reason_of(self.status_code)}"

    @property
    def mimetype(self) -> str:
        """The Content-Type without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def add(self, name: str, value: str) -> None:
        """Adds a header, beside one of this name that is there."""
        if name in self.headers:
            self.repeated.append((name, value))
        else:
            self.headers[name] = value

    def told_headers(self) -> dict[str, str]:
        """The headers, with the length of the body where that is told."""
        return {**self.headers, **dict(self.repeated), "Content-Length": str(len(self.data))}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = [*self.headers.items(), *self.repeated]
        if "Content-Length" not in self.headers:
            headers.append(("Content-Length", str(len(self.data))))
        start_response(self.status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.data]


def reason_of(status: int) -> str:
    """The reason of a status that the server itself never answers."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "UNKNOWN"
