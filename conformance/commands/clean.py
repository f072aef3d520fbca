"""Remove from a server in use what an earlier run has left there.

Patients whose PatientID begins with the suite's prefix are the suite's, and those that were anonymized from one of
them; nothing else is touched. After SIGKILL, or where a server failed, a run can leave some.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from ..asking.clients import HttpClient, UnreachableError
from ..asking.exchange import Request
from ..targets.ownership import is_ours
from .options import add_user, http_client

#: How many patients are asked for at once.
PAGE = 500


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--url", required=True, help="the server")
    add_user(command)
    command.add_argument("--dry-run", action="store_true", help="list what would be removed, and remove nothing")


def run(options: argparse.Namespace) -> int:
    with closing(http_client(options)) as client:
        found = ours([*patients(client)])
        failures = []
        for identifier, name in found.items():
            if options.dry_run:
                print(f"/patients/{identifier} {name}")
                continue
            answer = client.send(Request("DELETE", f"/patients/{identifier}"))
            if answer.status not in (200, 404):
                failures.append(f"/patients/{identifier} {name}: {answer.summary()}")
    if options.dry_run:
        print(f"{len(found)} patients would be removed")
        return 0
    print(f"{len(found) - len(failures)} of {len(found)} patients removed from {client.url}")
    for failure in failures:
        print(f"  left: {failure}")
    return int(bool(failures))


def patients(client: HttpClient) -> Iterator[dict[str, Any]]:
    """All patients of a server, as it describes them; raises UnreachableError for a server that does not answer so."""
    since = 0
    while True:
        answer = client.send(Request("GET", f"/patients?expand&since={since}&limit={PAGE}"))
        page = answer.json if answer.status == 200 else None
        if not isinstance(page, list):
            told = f"GET /patients?expand answers {answer.summary()}"
            raise UnreachableError(f"{told}: is it an Orthanc, and the user right?")
        yield from (one for one in page if isinstance(one, dict) and isinstance(one.get("ID"), str))
        if len(page) < PAGE:
            return
        since += PAGE


def ours(described: list[dict[str, Any]]) -> dict[str, str]:
    """The identifiers of the suite's patients, each with its PatientID."""
    own = {one["ID"] for one in described if is_ours(one)}
    found = [one for one in described if one["ID"] in own or one.get("AnonymizedFrom") in own]
    return {one["ID"]: json.dumps(one.get("MainDicomTags", {}).get("PatientID", "")) for one in found}
