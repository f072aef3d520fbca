"""The page for people: its files, as they are in the package."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from werkzeug.wrappers import Response

from .members import ControlError
from .route import ControlCall, ControlRoute

TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

#: What the page may load: its own files, and nothing that is written into it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@cache
def names() -> frozenset[str]:
    return frozenset(one.name for one in (files(__package__) / "page").iterdir() if one.name[-3:] != ".py")


@cache
def content(name: str) -> tuple[bytes, str]:
    """A file and its tag; it stays the same while the process lives."""
    data = (files(__package__) / "page" / name).read_bytes()
    return data, hashlib.sha256(data).hexdigest()[:16]


def file(call: ControlCall) -> Any:
    name = call.path.get("name", "index.html")
    if name not in names():
        raise ControlError(404, f"The page has no file {name[:80]!r}")
    data, tag = content(name)
    response = Response(data, content_type=f"{TYPES[name.rpartition('.')[2]]}; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(tag)
    return response.make_conditional(call.environ)


ROUTES = (
    ControlRoute("GET", "/", file, "A page for people.", answer="HTML"),
    ControlRoute("GET", "/page/<name>", file, "The files of the page.", answer="A file", statuses={404: "None"}),
)
