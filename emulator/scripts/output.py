"""Class `orthanc.RestOutput`: what a REST callback answers by. The first answer counts."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ..rest.answers import StreamedAnswer, empty_answer
from ..rest.response import Response
from .arguments import as_bytes, takes

if TYPE_CHECKING:
    from ..releases import Release

#: The statuses that a server has a name for: for another one it closes the connection.
STATUSES = frozenset(status.value for status in HTTPStatus) - {103, 418, 421, 425, 428, 429, 431, 451, 308}


class UnknownStatusError(Exception):
    """A status that the server has no name for."""


class RestOutput:
    """`orthanc.RestOutput`: the answer to one request."""

    def __init__(self, release: Release | None = None) -> None:
        if release is None:
            raise ValueError("Expected a pair (pointer, borrowed) in the constructor")
        self._release = release
        self._headers: list[tuple[str, str]] = []
        self._response: Response | None = None
        self._parts: list[bytes] | None = None
        self._end = b""
        self._item_type = ""
        self._boundary = ""
        self._details: str | None = None

    def _answer(self, response: Response) -> None:
        if self._response is None:
            for name, value in self._headers:
                response.add(name, value)
            self._response = response

    def _finished(self) -> Response | None:
        """The answer, None where there is none."""
        if self._response is not None and self._parts is not None:
            self._response.data = b"".join([*self._parts, self._end])
            self._response.headers.pop("Content-Length", None)
        return self._response

    @takes("b", "s")
    def AnswerBuffer(self, body: bytes, mime: str) -> None:
        response = Response(body)
        response.headers["Content-Type"] = mime
        self._answer(response)

    @takes("s")
    def Redirect(self, location: str) -> None:
        response = empty_answer(self._release.rest.redirect_status)
        response.headers["Location"] = location
        self._answer(response)

    @takes("s")
    def SendMethodNotAllowed(self, allowed: str) -> None:
        response = empty_answer(405)
        response.headers["Allow"] = allowed
        self._answer(response)

    @takes("i")
    def SendHttpStatusCode(self, status: int) -> None:
        self._answer(self._with_status(status))

    def SendHttpStatus(self, *values: Any) -> None:
        """Takes status and body and, on older releases, the size of the body."""
        expected = 3 if self._release.scripts.status_takes_size else 2
        fits = (
            len(values) == expected
            and isinstance(values[0], int)
            and isinstance(values[1], (str, bytes))
            and all(isinstance(value, int) for value in values[2:])
        )
        if not fits:
            raise TypeError(f"Bad types for the arguments ({expected} arguments expected)")
        response = self._with_status(values[0])
        body = as_bytes(values[1])
        response.data = body[: values[2]] if len(values) == 3 else body
        if self._release.rest.error_content_type is not None:
            response.headers["Content-Type"] = self._release.rest.error_content_type
        self._answer(response)

    def _with_status(self, status: int) -> Response:
        if status not in STATUSES:
            raise UnknownStatusError(f"the server knows no status {status}")
        return empty_answer(status)

    @takes("s")
    def SendUnauthorized(self, realm: str) -> None:
        response = empty_answer(401)
        response.headers["WWW-Authenticate"] = f'Basic realm="{realm}"'
        self._answer(response)

    @takes("s", "s")
    def SetCookie(self, name: str, value: str) -> None:
        self._headers.append(("Set-Cookie", f"{name}={value}"))

    @takes("s", "s")
    def SetHttpHeader(self, name: str, value: str) -> None:
        self._headers.append((name, value))

    @takes("s", "i")
    def SetHttpErrorDetails(self, details: str, log: int) -> None:
        self._details = details

    @takes("s", "s")
    def StartMultipartAnswer(self, subtype: str, mime: str) -> None:
        self._boundary = f"{uuid.uuid4()}-{uuid.uuid4()}"[:73]
        self._parts, self._end, self._item_type = [], f"--{self._boundary}--\r\n".encode(), mime
        response = StreamedAnswer()
        response.headers["Content-Type"] = f'multipart/{subtype}; type="{mime}"; boundary={self._boundary}'
        self._answer(response)

    @takes("b")
    def SendMultipartItem(self, body: bytes) -> None:
        assert self._parts is not None
        head = (
            f"--{self._boundary}\r\nContent-Type: {self._item_type}\r\nContent-Length: {len(body)}\r\n"
            "MIME-Version: 1.0\r\n\r\n"
        )
        self._parts.append(head.encode() + body + b"\r\n")

    @takes("s")
    def StartStreamAnswer(self, mime: str) -> None:
        self._parts = []
        response = StreamedAnswer()
        response.headers["Content-Type"] = mime
        self._answer(response)

    @takes("b")
    def SendStreamChunk(self, body: bytes) -> None:
        assert self._parts is not None
        self._parts.append(body)
