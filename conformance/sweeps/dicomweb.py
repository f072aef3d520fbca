"""Generated requests to DICOMweb, side by side: to a live server with the plugin, and to the emulator.

Compared are status, headers and bytes. Of JSON the values are compared, and lists of data sets as sets, which later
plugins read in several threads. What the emulator does not emulate (501, a codec) is counted.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

from emulator import Emulator

from ..asking.clients import EmulatorClient
from ..asking.exchange import Answer, Request
from ..asking.session import Session
from ..files import multipart
from ..targets.plugins import with_plugins
from ..targets.server_process import BASE_CONFIGURATION, ServerProcess
from .dicomweb_requests import CONFIGURATION, load, requests
from .executable import check_release

#: Headers of the connection, not of the answer.
OF_CONNECTION = frozenset({"connection", "keep-alive", "content-length", "date", "server"})
NOT_EMULATED = 501


def comparable(answer: Answer) -> dict[str, Any]:
    """An answer without what no two answers have in common: the boundary between its parts."""
    content_type = answer.headers.get("content-type", "")
    boundary = multipart.boundary_of(content_type)
    headers = {name: value for name, value in answer.headers.items() if name not in OF_CONNECTION}
    body: Any = answer.body
    if boundary is not None:
        headers["content-type"] = content_type.replace(boundary, "«boundary»")
        body = sorted(part_text(part) for part in body.split(boundary.encode()))
    elif "json" in content_type or body.startswith((b"{", b"[")):
        body = comparable_json(body)
    return {"status": answer.status, "headers": headers, "body": body}


def part_text(part: bytes) -> str:
    return re.sub(r"\s+$", "", part.decode("latin-1"))


def comparable_json(body: bytes) -> Any:
    try:
        value = json.loads(body)
    except ValueError:
        return body
    return sorted(json.dumps(one, sort_keys=True) for one in value) if isinstance(value, list) else value


def compare(executable: str, root: Path | None, count: int, seed: int) -> int:
    """Prints every difference; the number of requests that are answered differently."""
    server = ServerProcess(executable, with_plugins(CONFIGURATION, root), root)
    differing = skipped = 0
    try:
        system = server.client.send(Request("GET", "/system")).json
        release = check_release(str(system["Version"]))
        with Emulator({**BASE_CONFIGURATION, **CONFIGURATION}, release=release, unknown_tags="as-release") as emulator:
            emulated = EmulatorClient(emulator)
            for client in (server.client, emulated):
                session = Session(client, "dicomweb", "generated")
                world = load(session, random.Random(seed))
            for _, request in zip(range(count), requests(world, session, random.Random(seed)), strict=False):
                there, here = server.client.send(request), emulated.send(request)
                skipped += here.status == NOT_EMULATED
                found = {} if here.status == NOT_EMULATED else differences(there, here)
                differing += bool(found)
                if found:
                    told = dict(request.headers)
                    print(f"{request.method} {request.path} {told} {len(request.body)} bytes")
                    for name, (expected, got) in found.items():
                        print(f"    {name}: live {expected!r:.500}, emulated {got!r:.500}")
    finally:
        server.stop()
    print(
        f"Orthanc {release}: {count} requests to DICOMweb about {len(world.files)} files, seed {seed}: "
        f"{differing} differ; {skipped} need a codec, which the emulator does not have (501)"
    )
    return differing


def shortened(expected: Any, got: Any) -> tuple[Any, Any]:
    """Of two data sets the attributes in which they differ."""
    try:
        one, other = json.loads(expected), json.loads(got)
    except (TypeError, ValueError):
        return expected, got
    tags = [tag for tag in sorted({*one, *other}) if one.get(tag) != other.get(tag)]
    return {tag: one.get(tag) for tag in tags}, {tag: other.get(tag) for tag in tags}


def differences(there: Answer, here: Answer) -> dict[str, tuple[Any, Any]]:
    expected, got = comparable(there), comparable(here)
    found = {name: (expected[name], got[name]) for name in expected if expected[name] != got[name]}
    if isinstance(expected["body"], list) and isinstance(got["body"], list) and "body" in found:
        pairs = zip(expected["body"], got["body"], strict=False)
        first = next(((one, other) for one, other in pairs if one != other), (expected["body"], got["body"]))
        found["body"] = shortened(*first)
    return found
