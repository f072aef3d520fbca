"""What a real server does otherwise than the emulator, told when a program comes to it: `known-difference`.

Only what the emulator answers as if nothing was the matter stands here; most of the known differences are an error that
says so itself (docs/reference/known-differences.md has all of them).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..diagnostics import Diagnostic
from .request import OrthancRequest

if TYPE_CHECKING:
    from ..server import Server


#: The type of an order by which a real server may put first what the emulator puts last.
FLOATS = "MetadataAsFloat"


def always(request: OrthancRequest, server: Server) -> bool:
    return True


def may_hang(request: OrthancRequest, server: Server) -> bool:
    """Whether a release that waits for ever is asked to write files again."""
    body = body_of(request)
    asks = isinstance(body, dict) and body.get("ReconstructFiles") is True
    return asks and server.release.rest.may_hang_in_reconstruction


def has_certificate(request: OrthancRequest, server: Server) -> bool:
    body = body_of(request)
    return isinstance(body, dict) and bool(body.get("CertificateFile"))


def orders_floats(request: OrthancRequest, server: Server) -> bool:
    """Whether a find with a Query has an order by metadata that are numbers."""
    body = body_of(request)
    orders = body.get("OrderBy") if isinstance(body, dict) and body.get("Query") else None
    return isinstance(orders, list) and any(isinstance(one, dict) and one.get("Type") == FLOATS for one in orders)


@dataclass(frozen=True)
class KnownDifference:
    """A request that a real server answers otherwise; `path` is a regular expression of the whole path."""

    methods: str
    path: str
    server: str
    advice: str
    when: Callable[[OrthancRequest, Server], bool] = always


#: In the order of the table in the documentation.
KNOWN_DIFFERENCES = (
    KnownDifference(
        "POST",
        "/tools/reset",
        "a real server breaks connections for some seconds after a reset; the emulator answers at once",
        'let the app try again when a request fails after a reset: fail_next("disconnect") tests it',
    ),
    KnownDifference(
        "POST",
        "/tools/shutdown",
        "a real server answers for some 3 seconds more; the emulator closes the connection at once",
        "ask for nothing after a shutdown",
    ),
    KnownDifference(
        "POST",
        "/((patients|studies|series|instances)/[^/]+|tools)/reconstruct",
        "a real server may never answer a ReconstructFiles of a file that was parsed before, nor read files any more",
        "restart the server before it, or use a later release",
        may_hang,
    ),
    KnownDifference(
        "PUT",
        "/peers/[^/]+",
        "a real server opens the CertificateFile of a peer; the emulator opens no file that a request names",
        "test peers with certificates on a real server",
        has_certificate,
    ),
    KnownDifference(
        "GET",
        "/app/.*",
        "a real server has the Orthanc Explorer there; the emulator has nothing",
        "look at /emulator/",
    ),
    KnownDifference(
        "GET",
        "/tools/metrics-prometheus",
        "a real server measures how long it takes, how much memory and how many threads it uses; here these are 0",
        "read numbers of resources and jobs here, and all else on a real server",
    ),
    KnownDifference(
        "POST",
        "/tools/find",
        f"an order by {FLOATS} beside a Query may put first what has no such metadata; here it is last",
        "do not rely on the place of resources without the metadata",
        orders_floats,
    ),
)
PATTERNS = [(one, re.compile(one.path)) for one in KNOWN_DIFFERENCES]

#: The beginnings of the paths above, so that no other request is looked at twice.
BEGINNINGS = ("/tools/re", "/tools/sh", "/tools/metrics-", "/app/", "/peers/")
ENDS = ("/reconstruct", "/reconstruct/")
FIND = "/tools/find"


def may_differ(request: OrthancRequest) -> bool:
    """Whether there may be something to tell of a request: hardly ever."""
    path = request.path
    return path.startswith(BEGINNINGS) or path.endswith(ENDS) or (path.startswith(FIND) and orders(request))


def told_differences(request: OrthancRequest, server: Server) -> Iterator[Diagnostic]:
    """What to tell of a request before it is answered."""
    path = request.path.rstrip("/")
    for one, pattern in PATTERNS:
        if request.method in one.methods.split() and pattern.fullmatch(path) and one.when(request, server):
            yield Diagnostic("known-difference", one.server, one.advice)


def orders(request: OrthancRequest) -> bool:
    """Whether a find has an order by numbers."""
    return FLOATS.encode("ascii") in request.get_data()


def body_of(request: OrthancRequest) -> Any:
    try:
        return json.loads(request.get_data() or b"null")
    except (ValueError, RecursionError):
        return None
