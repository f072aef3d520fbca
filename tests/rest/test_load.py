"""Eight clients at once on a port: nothing is lost, nothing is half done.

`ORTHANC_EMULATOR_LOAD=60 pytest tests/rest/test_load.py` does it for so many seconds on each release.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from emulator import RELEASES, Emulator

CLIENTS = 8
#: Without a number of seconds, so many rounds of each client.
ROUNDS = 4
SECONDS = float(os.environ.get("ORTHANC_EMULATOR_LOAD", "0"))

DESCRIPTION = 0x00081030


class Worker:
    """One client with a patient of its own: what it deleted is gone, what it kept is there."""

    def __init__(self, number: int, url: str, small_file: Callable[..., bytes]) -> None:
        self.number = number
        parts = urlsplit(url)
        self.connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.small_file = small_file
        self.kept: set[str] = set()

    def ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        self.connection.request(method, path, body)
        response = self.connection.getresponse()
        data = response.read()
        assert response.status == 200, f"{method} {path}: {response.status} {data[:300]!r}"
        return json.loads(data)

    def run(self) -> None:
        end = time.monotonic() + SECONDS
        number = 0
        while number < ROUNDS if not SECONDS else time.monotonic() < end:
            self.round(number)
            number += 1
        self.connection.close()

    def round(self, number: int) -> None:
        """Uploads a study of two instances, modifies it, finds the copy, and deletes one of the two studies."""
        patient, study = f"C{self.number}", f"1.{self.number + 1}.{number + 1}"
        for instance in (1, 2):
            file = self.small_file(patient, study, f"{study}.1", f"{study}.1.{instance}", {DESCRIPTION: ("LO", "new")})
            stored = self.ask("POST", "/instances", file)
        text = f"round {number}"
        copy = self.ask("POST", f"/studies/{stored['ParentStudy']}/modify", dumped(Replace={"StudyDescription": text}))
        assert len(self.ask("GET", f"/studies/{copy['ID']}/instances")) == 2
        query = dumped(Level="Study", Query={"StudyDescription": text, "PatientID": patient})
        assert self.ask("POST", "/tools/find", query) == [copy["ID"]]
        kept, deleted = (copy["ID"], stored["ParentStudy"]) if number % 2 else (stored["ParentStudy"], copy["ID"])
        self.ask("DELETE", f"/studies/{deleted}")
        self.kept.add(kept)


def dumped(**members: Any) -> bytes:
    return json.dumps(members).encode()


@pytest.mark.parametrize("release", RELEASES)
def test_eight_clients_at_once(release: str, small_file: Callable[..., bytes]) -> None:
    with Emulator(release=release) as orthanc, orthanc.serve() as url:
        workers = [Worker(number, url, small_file) for number in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(Worker.run, workers))
        kept = set().union(*(worker.kept for worker in workers))
        studies = [orthanc.resource("Study", one) for one in orthanc.resources("Study")]
        assert {study["ID"] for study in studies} == kept
        series = [orthanc.resource("Series", one) for study in studies for one in study["Series"]]
        assert [len(one["Instances"]) for one in series] == [2] * len(kept)
        counts = {name: value for name, value in orthanc.statistics().items() if name.startswith("Count")}
        assert counts == {
            "CountPatients": CLIENTS,
            "CountStudies": len(kept),
            "CountSeries": len(kept),
            "CountInstances": 2 * len(kept),
        }
        assert orthanc.statistics()["TotalDiskSize"] == str(
            sum(len(orthanc.file(one)) for one in orthanc.resources("Instance"))
        )
