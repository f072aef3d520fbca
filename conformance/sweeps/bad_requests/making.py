"""Bad requests: a route, and what is wrong with the request to it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import NamedTuple

from emulator import Release
from emulator.rest.application import ROUTES
from emulator.rest.not_emulated import NotEmulated

from ...asking.exchange import Request
from .bodies import Ids, body

VARIABLE = re.compile(r"\{(\w+)\}")

#: Routes that are left out, and why.
LEFT_OUT = {
    "/tools/shutdown": "ends the server",
    "/tools/reset": "starts the server anew",
    "/tools/dicom-echo": "may look up the name of a host",
    "/tools/metrics-prometheus": "every answer is another",
    "/tools/generate-uid": "every answer is another",
    "/tools/now": "every answer is another",
    "/tools/now-local": "every answer is another",
    "/tools/dicom-conformance": "not emulated",
    "/tools/execute-script": "is refused whatever it is asked",
}
LEVELS = ("patients", "studies", "series", "instances")

#: What stands in a path in the place of an identifier, a name or a number, as it is sent.
PARTS: tuple[str, ...] = (
    *(
        "nope",
        "0",
        "1",
        "-1",
        "00",
        "%2b0",
        "1.5",
        "99999999999999999999",
        "1024",
        "1025",
        "dicom",
        "label",
    ),
    *("x%00y", "%00", "%FF", "%C3%A9", "%20", "a%20b", "a+b", "..", "%2e%2e", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "."),
    *("a%2Fb", "a%5cb", "..%5c..", "%", "%zz", "x" * 3000, "*", "?", "#x", "%3f", "%25", "'", "%22", "%0d%0aX:%20y"),
    *(
        "PatientID",
        "0010-0020",
        "0011-1001",
        "NotATag",
        "explorer.js",
        "modality",
        "peer",
        "known",
        "cancel",
        "archive",
    ),
)
ARGUMENTS: tuple[str, ...] = (
    *("expand", "since", "limit", "short", "full", "simplify", "requestedTags", "requested-tags", "ignore-length"),
    *("whole", "numeric", "filename", "transcode", "last", "to", "type", "level", "_method", "rescale", "compress"),
    *("returnUnsupportedImage", "quality", "", "nope", "%00", "expand%00", "lossy-quality", "resources"),
)
VALUES: tuple[str, ...] = (
    *(
        "",
        "true",
        "false",
        "1",
        "0",
        "-1",
        "+1",
        "%2B1",
        "2",
        "1.5",
        "x",
        "99999999999999999999",
        "4294967296",
        "%C3%A9",
        "%FF",
    ),
    *("%00", "a%00b", "%26a=b", "PatientName", "PatientName;NotATag", "0011-1001", "0011-1001,", ";", "..", "DELETE"),
    *(
        "PUT",
        "GET",
        "NewInstance",
        "Study",
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.1",
        "nope",
        "x" * 500,
        "%22",
        "%0A",
    ),
)
HEADERS: tuple[tuple[str, str], ...] = (
    *(("If-Match", value) for value in ('"0-x"', "x", "", '"-1-x"', '"99999999999999999999-x"', "*", '"0-')),
    *(("If-None-Match", value) for value in ('"0-x"', "x", "*", "")),
    *(("Range", value) for value in ("bytes=0-1", "bytes=9-1", "bytes=-1", "bytes=", "x", "bytes=0-1,3-4", "bytes=5-")),
    *(("Content-Encoding", value) for value in ("gzip", "deflate", "x", "")),
    *(("Accept", value) for value in ("", "image/png", "application/dicom+json", "text/html", "x", "*/*;q=0")),
    *(("X-HTTP-Method-Override", value) for value in ("DELETE", "put", "GET", "x", "")),
    *(("Content-Type", value) for value in ("", "x", "application/json", "multipart/form-data", "application/zip")),
    *(("Content-Type", f"multipart/form-data; boundary={value}") for value in ("x", '"x"', "", '"')),
    *(("Cookie", "a=b"), ("Accept-Encoding", "x"), ("Expect", "x"), ("Authorization", "Basic !"), ("Host", "")),
)
OTHER_METHODS = ("HEAD", "OPTIONS", "PATCH", "GET", "POST", "PUT", "DELETE")


class BadRequest(NamedTuple):
    """A request, and the route that it is for, as `METHOD template`."""

    route: str
    request: Request


def bad_requests(release: Release, ids: Ids, chance: random.Random) -> Iterator[BadRequest]:
    """Requests without end; `ids` are those of a resource that is there, by level."""
    routes = [
        (route.template, method)
        for route in ROUTES
        if route.template not in LEFT_OUT and not route.template.startswith("/emulator")
        for method in route.methods(release)
        if not isinstance(route.handlers[method], NotEmulated)
    ]
    while True:
        template, method = chance.choice(routes)
        if chance.random() < 0.06:
            method = chance.choice(OTHER_METHODS)
        path = filled(template, ids, chance)
        if chance.random() < 0.05:
            path += chance.choice(("/", "//", "/nope", "/..", "/.", "%00", "/%2e%2e/x", "?", "#", "%20"))
        if chance.random() < 0.4:
            path += "?" + "&".join(argument(chance) for _ in range(chance.randint(1, 2)))
        headers = dict([chance.choice(HEADERS)]) if chance.random() < 0.25 else {}
        if template == "/instances" and "Content-Type" not in headers and chance.random() < 0.3:
            headers["Content-Type"] = "multipart/form-data; boundary=x"
        content = body(template, ids, chance) if method in ("POST", "PUT") or chance.random() < 0.03 else b""
        yield BadRequest(f"{method} {template}", Request(method, path, content, headers))


def filled(template: str, ids: Ids, chance: random.Random) -> str:
    """A path of a route: mostly of what is there, else of another level's id or of what is no id at all."""
    level = template.split("/")[1]

    def part(match: re.Match[str]) -> str:
        draw = chance.random()
        if match[1] == "id" and level in LEVELS:
            if draw < 0.6:
                return ids[level]
            if draw < 0.8:
                return ids[chance.choice(LEVELS)]
        right = {
            "id": {"modalities": "modality", "peers": "peer"}.get(level),
            "name": "1024",
            "label": "label",
            "frame": "0",
        }
        if draw < 0.5 and right.get(match[1]):
            return str(right[match[1]])
        return chance.choice(PARTS)

    return VARIABLE.sub(part, template)


def argument(chance: random.Random) -> str:
    name, value = chance.choice(ARGUMENTS), chance.choice(VALUES)
    return name if chance.random() < 0.15 else f"{name}={value}"
