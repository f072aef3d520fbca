"""Each route of each release, with each of its methods, is in the recordings: what no scenario asks is named here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator import RELEASES
from emulator.rest.application import ROUTER, ROUTES
from emulator.rest.not_emulated import NotEmulated
from emulator.rest.request import normalised

RECORDINGS = Path(__file__).parents[2] / "fixtures" / "recordings"

#: Routes that no recording has an answer of, and why.
NOT_RECORDED = {
    "GET /tools/generate-uid": "every answer is another: scenario system/clock_and_uids compares its form",
    "GET /tools/now": "every answer is another: scenario system/clock_and_uids compares its form",
    "GET /tools/now-local": "every answer is another: scenario system/clock_and_uids compares its form",
    "GET /tools/metrics-prometheus": "every answer is another: tests/query/test_metrics.py has what is compared",
    "POST /tools/reset": "the server starts anew",
    "POST /tools/shutdown": "the server ends",
}


def requests(value: Any) -> Iterator[str]:
    """The requests of a file of recordings, as `METHOD path`."""
    if isinstance(value, dict) and "request" in value:
        request = value["request"]
        yield request if isinstance(request, str) else f"{request['method']} {request['path']}"
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from requests(inner)


def asked(release: str) -> set[str]:
    """The routes that the recordings of a release ask, as `METHOD template`."""
    found = set()
    for file in (RECORDINGS / release).glob("*.json"):
        for request in set(requests(json.loads(file.read_text(encoding="utf-8")))):
            method, _, path = request.partition(" ")
            match = ROUTER.match(normalised(path.partition("?")[0], plus_is_blank=False).rstrip("/") or "/")
            if match is not None:
                found.add(f"{method} {match[0].template}")
    return found


@pytest.mark.parametrize("release", RELEASES)
def test_each_route_is_asked_of_each_release(release: str) -> None:
    emulated = {
        f"{method} {route.template}"
        for route in ROUTES
        if not route.path.startswith("/emulator")
        for method in route.methods(RELEASES[release])
        if not isinstance(route.handlers[method], NotEmulated)
    }
    assert emulated - asked(release) - NOT_RECORDED.keys() == set()
