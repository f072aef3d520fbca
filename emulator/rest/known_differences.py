"""What a real server does otherwise than the emulator, told when a program comes to it: `known-difference`.

Only what the emulator answers as if nothing was the matter stands here; most of the known differences are an error that
says so itself (docs/reference/known-differences.md has all of them).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic
from ..releases import Release
from .request import OrthancRequest


@dataclass(frozen=True)
class KnownDifference:
    """A request that a real server answers otherwise; `path` is a regular expression of the whole path."""

    methods: str
    path: str
    server: str
    advice: str
    when: Callable[[Any, Release], bool] = lambda body, release: True


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
        lambda body, release: (
            release.rest.may_hang_in_reconstruction and isinstance(body, dict) and body.get("ReconstructFiles") is True
        ),
    ),
    KnownDifference(
        "PUT",
        "/peers/[^/]+",
        "a real server opens the CertificateFile of a peer; the emulator opens no file that a request names",
        "test peers with certificates on a real server",
        lambda body, _: isinstance(body, dict) and bool(body.get("CertificateFile")),
    ),
    KnownDifference(
        "GET",
        "/app/.*",
        "a real server has the Orthanc Explorer there; the emulator has nothing",
        "look at /emulator/",
    ),
)
PATTERNS = [(one, re.compile(one.path)) for one in KNOWN_DIFFERENCES]

#: The beginnings of the paths above, so that no other request is looked at twice.
BEGINNINGS = ("/tools/re", "/tools/sh", "/app/", "/peers/")


def told_differences(request: OrthancRequest, release: Release) -> Iterator[Diagnostic]:
    """What to tell of a request before it is answered."""
    path = request.path.rstrip("/")
    if not path.startswith(BEGINNINGS) and not path.endswith("/reconstruct"):
        return
    for one, pattern in PATTERNS:
        if request.method in one.methods.split() and pattern.fullmatch(path) and one.when(body_of(request), release):
            yield Diagnostic("known-difference", one.server, one.advice)


def body_of(request: OrthancRequest) -> Any:
    try:
        return json.loads(request.get_data() or b"null")
    except (ValueError, RecursionError):
        return None
