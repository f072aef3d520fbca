"""The answers of the REST API: JSON, text, DICOM files and nothing at all."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..dicom.character_sets import utf_8_bytes
from ..errors import ErrorCode, OrthancError, StatusOnlyError
from ..http.outgoing import UntilClosed
from ..modification.tag_path import UNREADABLE
from ..releases import Release
from .json_text import answer_text
from .request import OrthancRequest
from .response import HTTP_ERRORS, Response
from .route import METHODS
from .xml_text import XML_CONTENT_TYPE, xml_text

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LINE_END = re.compile(r"[\x00\r\n]")

JSON_CONTENT_TYPE = "application/json; charset=utf-8"


class JsonAnswer(Response):
    """An answer of JSON; `value` is what its text says."""

    def __init__(self, value: Any, text: str) -> None:
        super().__init__(text.encode("ascii"))
        self.value = value
        self.headers["Content-Type"] = JSON_CONTENT_TYPE


class StreamedAnswer(Response):
    """An answer that the server sends part by part, without the headers that it adds to others."""


class StreamedArchive(StreamedAnswer):
    """An archive that is sent while it is made: nobody knows its length, and it ends with the connection."""

    def told_headers(self) -> dict[str, str]:
        return {**self.headers, **dict(self.repeated)}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(self.status, [*self.headers.items(), *self.repeated])
        return UntilClosed([self.data])


def json_answer(value: Any) -> Response:
    return JsonAnswer(value, answer_text(value))


def text_answer(text: str) -> Response:
    """An answer of JSON that is text already."""
    return bytes_answer(text.encode("ascii"), JSON_CONTENT_TYPE)


def turn_to_xml(response: Response, release: Release) -> None:
    """Makes XML of an answer of JSON; all others stay as they are."""
    if response.headers.get("Content-Type") != JSON_CONTENT_TYPE:
        return
    value = response.value if isinstance(response, JsonAnswer) else json.loads(response.data)
    response.data = utf_8_bytes(xml_text(value, shortens_empty=release.dicom.web.is_complete))
    response.headers["Content-Type"] = XML_CONTENT_TYPE


def bytes_answer(data: bytes, content_type: str) -> Response:
    response = Response(data)
    response.headers["Content-Type"] = content_type  # as the server spells it, without a charset added
    return response


def named_answer(data: bytes, content_type: str, name: str, *, cleaned: bool) -> Response:
    """An answer that clients keep as a file of this name."""
    response = bytes_answer(data, content_type)
    response.headers["Content-Disposition"] = disposition(name, cleaned=cleaned)
    return response


def streamed_archive(data: bytes, name: str, *, cleaned: bool) -> Response:
    """An archive that clients keep as a file of this name, without its length."""
    response = StreamedArchive(data)
    response.headers["Content-Disposition"] = disposition(name, cleaned=cleaned)
    response.headers["Content-Type"] = "application/zip"
    return response


def disposition(name: str, *, cleaned: bool) -> str:
    """The header that names a file: UTF-8 on the wire.

    Unless the name is `cleaned` of quotes and line feeds, one of these ends the header, as with the server.
    """
    if cleaned:
        name = re.sub(r'["\r\n]', "", name)
    return LINE_END.split(f'filename="{name}"')[0].rstrip().encode("utf-8").decode("latin-1")


def empty_answer(status: int) -> Response:
    """An answer without body and without Content-Type, as for an unknown id."""
    return Response(b"", status)


def web_server_error() -> Response:
    """The answer to what does not reach Orthanc: the page of its web server (as from 1.10.1 on)."""
    response = bytes_answer(b"Error 400: Bad Request\nBad request", "text/plain; charset=utf-8")
    response.status_code = 400
    return response


def unauthorized() -> Response:
    """The answer to who may not use the server (all releases)."""
    response = empty_answer(401)
    response.headers["WWW-Authenticate"] = 'Basic realm="Orthanc Secure Area"'
    return response


def compress(response: Response, accepted: str, smallest: int) -> None:
    """Compresses a 200 with a body of at least so many bytes.

    The client must accept gzip, or else deflate, by exactly that name.
    """
    if response.status_code != 200 or len(response.data) < smallest:
        return
    codings = {coding.strip() for coding in accepted.split(",")}
    if not codings & {"gzip", "deflate"}:
        return
    gzips = "gzip" in codings
    response.headers["Content-Encoding"] = "gzip" if gzips else "deflate"
    response.data = gzip.compress(response.data, mtime=0) if gzips else zlib.compress(response.data)


def error_answer(error: OrthancError, request: OrthancRequest, release: Release) -> Response:
    """An error as JSON: the one place where an OrthancError becomes HTTP."""
    if isinstance(error, StatusOnlyError):
        return empty_answer(error.http_status)
    response = Response(b"", error.http_status)
    body = {
        "HttpError": HTTP_ERRORS[error.http_status],
        "HttpStatus": error.http_status,
        "Message": error.message,
        "Method": request.method if request.method in METHODS else "GET",
        "OrthancError": error.message,
        "OrthancStatus": int(error.code),
        "Uri": request.path,
    }
    silent = (
        error.code is ErrorCode.UNKNOWN_DICOM_TAG
        and error.http_status == 500
        and not release.rest.names_the_unknown_tag
        and not (error.details or "").startswith(UNREADABLE)  # this is told by every release that reads paths
    )
    if error.details is not None and not silent:
        body["Details"] = error.details.partition("\0")[0]
    if error.payload is not None:
        body["ErrorPayload"] = error.payload
    response.data = answer_text(body, "\t").encode("ascii") + b"\n"
    if release.rest.error_content_type is not None:
        response.headers["Content-Type"] = release.rest.error_content_type
    return response
