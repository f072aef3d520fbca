"""A request as Orthanc's web server reads it: its path, its arguments and the method that is meant."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, overload
from urllib.parse import quote, unquote, unquote_to_bytes

from ..errors import ErrorCode, OrthancError
from ..http.connection import SENT_HEADERS
from ..releases import Release

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ORIGIN = re.compile(r"https?://[^/?]*", re.IGNORECASE)
SLASHES = re.compile(r"/+")

#: A path that is normalised already: names without dots and escapes, single slashes.
PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_-]+)+/?\Z")

#: The methods that a request may ask for in place of its own.
OVERRIDING_METHODS = frozenset({"PUT", "DELETE"})

#: Headers that WSGI has under names without HTTP_.
UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")
TWICE = frozenset(f"HTTP_{key}" for key in UNPREFIXED)


@lru_cache(maxsize=256)
def key_of(name: str) -> str:
    """The name that WSGI has for a header."""
    key = name.upper().replace("-", "_")
    return key if key in UNPREFIXED else f"HTTP_{key}"


@lru_cache(maxsize=256)
def name_of(key: str) -> str:
    """The header that a name of WSGI's environment stands for."""
    if key.startswith("HTTP_"):
        key = key[5:]
    return key.replace("_", "-").title()


class RequestHeaders:
    """The headers of a request, by names of any case."""

    __slots__ = ("environ",)

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.environ = environ

    @overload
    def get(self, name: str) -> str | None: ...

    @overload
    def get(self, name: str, default: str) -> str: ...

    def get(self, name: str, default: str | None = None) -> str | None:
        found: str | None = self.environ.get(key_of(name), default)
        return found

    def __getitem__(self, name: str) -> str:
        return str(self.environ[key_of(name)])

    def __contains__(self, name: str) -> bool:
        return key_of(name) in self.environ

    def items(self) -> list[tuple[str, str]]:
        """The headers under their own names."""
        return [(name_of(key), value) for key, value in self.raw().items()]

    def raw(self) -> dict[str, str]:
        """The headers under the names that WSGI has for them."""
        environ = self.environ
        sent: dict[str, str] | None = environ.get(SENT_HEADERS)
        if sent is not None and sent.get("CONTENT_TYPE") != "":  # an empty one is none
            return sent
        found = {key: environ[key] for key in environ if key.startswith("HTTP_") and key not in TWICE}
        found |= {key: environ[key] for key in UNPREFIXED if environ.get(key)}
        return found


class Arguments(dict[str, list[str]]):
    """The values of each argument."""

    def getlist(self, name: str) -> list[str]:
        """The values of one argument in their order, none where it is absent."""
        return self.get(name, [])


class BodyTooLargeError(Exception):
    """A request has a larger body than the server takes."""


class OrthancRequest:
    """A WSGI request whose `path`, `args` and `method` are what the server takes them for.

    `path` is normalised and keeps a last slash: it is the `Uri` of error bodies. `query` is as it was sent.
    """

    __slots__ = (
        "environ",
        "headers",
        "known_args",
        "known_arguments",
        "known_data",
        "max_content_length",
        "method",
        "path",
        "query",
        "release",
    )

    def __init__(self, environ: WSGIEnvironment, release: Release) -> None:
        self.environ = environ
        self.headers = RequestHeaders(environ)
        self.release = release
        self.max_content_length: int | None = None
        self.known_data: bytes | None = None
        self.known_arguments: list[tuple[str, str]] | None = None
        self.known_args: Arguments | None = None
        path, _, self.query = request_target(environ).partition("?")
        plain = PLAIN_PATH.match(path)  # as nearly all are
        self.path = path if plain else normalised(path, plus_is_blank=release.rest.plus_is_blank_in_paths)
        self.method = self.intended_method(environ["REQUEST_METHOD"].upper())

    @property
    def remote_addr(self) -> str | None:
        """The client's address, None in process."""
        return self.environ.get("REMOTE_ADDR")

    @property
    def scheme(self) -> str:
        return str(self.environ.get("wsgi.url_scheme", "http"))

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """The arguments in their order; those of a release that does not decode them are as they were sent."""
        if self.known_arguments is None:
            query = self.query
            if query and self.release.rest.decodes_arguments:  # before it is split, so that %26 splits too
                query = unquote(query.replace("+", " ")).partition("\0")[0]
            pairs = (part.partition("=") for part in query.split("&") if part)
            self.known_arguments = [(name, value) for name, _, value in pairs]
        return self.known_arguments

    @property
    def args(self) -> Arguments:
        """The arguments by name."""
        if self.known_args is None:
            self.known_args = Arguments()
            for name, value in self.arguments:
                self.known_args.setdefault(name, []).append(value)
        return self.known_args

    def get_data(self) -> bytes:
        """The body. Raises BodyTooLargeError, OrthancError for one that breaks off."""
        if self.known_data is None:
            self.known_data = self.read()
        return self.known_data

    def read(self) -> bytes:
        text = self.environ.get("CONTENT_LENGTH")
        length = int(text) if text and text.isdecimal() else None
        most = self.max_content_length
        if length is None:
            if not self.environ.get("wsgi.input_terminated"):
                return b""
            body: bytes = self.environ["wsgi.input"].read(-1 if most is None else most + 1)
            if most is not None and len(body) > most:
                raise BodyTooLargeError
            return body
        if most is not None and length > most:
            raise BodyTooLargeError
        if not length:
            return b""
        parts = []
        while length > 0 and (part := self.environ["wsgi.input"].read(length)):
            parts.append(part)
            length -= len(part)
        if length > 0:
            raise OrthancError(ErrorCode.NETWORK_PROTOCOL, "The body of the request breaks off")
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def intended_method(self, method: str) -> str:
        """The method, or the one that the header X-HTTP-Method-Override, or a GET's "_method", puts in its place.

        One that names neither PUT nor DELETE makes a bad request, PATCH here (measured on 1.9.1 to 1.13.0).
        """
        override = self.environ.get("HTTP_X_HTTP_METHOD_OVERRIDE")
        if override is None and self.query and method == "GET":
            override = (self.args.getlist("_method") or [""])[0]
        if not override:
            return method
        if override.upper() in OVERRIDING_METHODS:
            return str(override.upper())
        return method if method in ("HEAD", "OPTIONS") else "PATCH"


def request_target(environ: WSGIEnvironment) -> str:
    """Path and query as the client sent them, or as near to it as the WSGI server tells."""
    target: str = environ.get("REQUEST_URI") or ""
    if target and not environ.get("SCRIPT_NAME"):
        return target if target.startswith("/") else ORIGIN.sub("", target, count=1)
    query = environ.get("QUERY_STRING", "")
    path = quote(environ.get("PATH_INFO", "").encode("latin-1"))
    return f"{path}?{query}" if query else path


def normalised(path: str, *, plus_is_blank: bool) -> str:
    """A path as the server reads it (900 paths measured on each of 1.9.1 to 1.13.0).

    It is decoded and cut at a NUL; backslashes are slashes; "." and ".." are resolved; then dots at the end of a
    segment go, and doubled slashes. `plus_is_blank`: from 1.12 on "+" is decoded too.
    """
    if plus_is_blank:
        path = path.replace("+", " ")
    text = unquote_to_bytes(path).partition(b"\0")[0].decode("utf-8", errors="replace").replace("\\", "/")
    segments: list[str] = []
    _, *steps = text.split("/") if text.startswith("/") else ("", *text.split("/"))
    for step in steps:
        if step == "..":
            del segments[-1:]
        elif step != ".":
            segments.append(step)
    if steps and steps[-1] in (".", ".."):
        segments.append("")
    return SLASHES.sub("/", "/" + "/".join(segment.rstrip(".") for segment in segments))
