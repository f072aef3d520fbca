"""What one cycle of an app's test costs: in process, over HTTP, and with a live Orthanc started beside it.

    python tests/benchmarks/cycle.py [--orthanc Orthanc] [--root DIR] [--rounds 3]

The cycle stores 500 small instances (10 studies of 50), reads the tags of each, finds 50 times by PatientID and 5 times
by a private tag, and modifies each of the 10 studies. The three take turns, each with a fresh, empty server; the figure
of each row is the median of the rounds. Without an Orthanc the live column is left out.
"""

from __future__ import annotations

import argparse
import http.client
import json
import platform
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydicom.dataset import Dataset

from conformance.datasets import SECONDARY_CAPTURE, add_private, to_bytes, uid
from conformance.server_process import ServerProcess
from emulator import Emulator

STUDIES = 10
INSTANCES_PER_STUDY = 50
CREATOR = "MYLAB"
CONFIGURATION = {"Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, CREATOR]}}
LABEL = "0011,1001"

Timings = dict[str, float]


class Server(Protocol):
    """What the cycle asks of a server."""

    def store(self, file: bytes) -> str: ...
    def tags(self, instance: str) -> Any: ...
    def find(self, level: str, query: dict[str, str]) -> list[str]: ...
    def modify_study(self, study: str, request: dict[str, Any]) -> Any: ...


class InProcess:
    """The emulator through its Python methods."""

    def __init__(self, orthanc: Emulator) -> None:
        self.orthanc = orthanc

    def store(self, file: bytes) -> str:
        return self.orthanc.store(file).id

    def tags(self, instance: str) -> Any:
        return self.orthanc.tags(instance)

    def find(self, level: str, query: dict[str, str]) -> list[str]:
        return self.orthanc.find(level, query)

    def modify_study(self, study: str, request: dict[str, Any]) -> Any:
        return self.orthanc.modify("Study", study, request)


class OverHttp:
    """Any server, through one connection that is kept alive."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port)

    def call(self, method: str, path: str, body: bytes | None = None) -> Any:
        self.connection.request(method, path, body)
        response = self.connection.getresponse()
        content = response.read()
        assert response.status == 200, (method, path, response.status, content)
        return json.loads(content)

    def store(self, file: bytes) -> str:
        return str(self.call("POST", "/instances", file)["ID"])

    def tags(self, instance: str) -> Any:
        return self.call("GET", f"/instances/{instance}/tags")

    def find(self, level: str, query: dict[str, str]) -> list[str]:
        return list(self.call("POST", "/tools/find", json.dumps({"Level": level, "Query": query}).encode()))

    def modify_study(self, study: str, request: dict[str, Any]) -> Any:
        return self.call("POST", f"/studies/{study}/modify", json.dumps(request).encode())


def files() -> list[bytes]:
    """The small instances: about 700 bytes each."""
    return [file(study, number) for study in range(STUDIES) for number in range(INSTANCES_PER_STUDY)]


def file(study: int, number: int) -> bytes:
    dataset = Dataset()
    dataset.SOPClassUID = SECONDARY_CAPTURE
    dataset.SOPInstanceUID = uid("benchmark", str(study), str(number))
    dataset.StudyDate, dataset.StudyTime, dataset.Modality = "20261122", "101500", "OT"
    dataset.PatientName, dataset.PatientID = f"Patient^{study}", f"BENCHMARK-{study}"
    dataset.StudyInstanceUID = uid("benchmark", str(study))
    dataset.SeriesInstanceUID = uid("benchmark", str(study), "series")
    dataset.SeriesNumber, dataset.InstanceNumber = 1, number + 1
    dataset.StudyDescription, dataset.SeriesDescription = "Benchmark study", "Benchmark series"
    add_private(dataset, CREATOR, [(0x0011, 0x01, "LO", f"label-{study}")])
    return to_bytes(dataset)


def cycle(server: Server, instances: list[bytes]) -> Timings:
    """One cycle; the seconds that each of its steps took."""
    timings: Timings = {}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = step()
        timings[name] = time.perf_counter() - start
        return result

    ids = timed(f"store {len(instances)} instances", lambda: [server.store(file) for file in instances])
    timed(f"tags of {len(ids)} instances", lambda: [server.tags(identifier) for identifier in ids])
    studies = timed(
        "50 finds by PatientID",
        lambda: [server.find("Study", {"PatientID": f"BENCHMARK-{number % STUDIES}"})[0] for number in range(50)],
    )[:STUDIES]
    found = timed("5 finds by a private tag", lambda: [server.find("Instance", {LABEL: "label-3"}) for _ in range(5)])
    assert all(len(instances) == INSTANCES_PER_STUDY for instances in found)
    request = {"Replace": {LABEL: "changed"}, "PrivateCreator": CREATOR}
    timed(f"modify {len(studies)} studies", lambda: [server.modify_study(study, request) for study in studies])
    timings["whole cycle"] = sum(timings.values())
    return timings


@contextmanager
def in_process() -> Iterator[Server]:
    yield InProcess(Emulator(CONFIGURATION))


@contextmanager
def over_http() -> Iterator[Server]:
    with Emulator(CONFIGURATION).serve() as url:
        yield OverHttp(url)


def live(executable: str, root: Path | None) -> Callable[[], Any]:
    @contextmanager
    def start() -> Iterator[Server]:
        process = ServerProcess(executable, CONFIGURATION, root)
        try:
            yield OverHttp(process.client.url)
        finally:
            process.stop()

    return start


def table(columns: dict[str, list[Timings]]) -> str:
    """Milliseconds by step and server, and how many times faster than the live server the emulator is."""
    medians = {
        name: {step: statistics.median(timings[step] for timings in rounds) for step in rounds[0]}
        for name, rounds in columns.items()
    }
    head = ["step", *(f"{name} (ms)" for name in medians)]
    ratios = [name for name in medians if name != "live"] if "live" in medians else []
    lines = [head + [f"live / {name}" for name in ratios]]
    for step in medians["in process"]:
        cells = [step, *(f"{medians[name][step] * 1000:.0f}" for name in medians)]
        lines.append(cells + [f"{medians['live'][step] / medians[name][step]:.1f} x" for name in ratios])
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--orthanc", default=shutil.which("Orthanc"), help="the live server's executable")
    options.add_argument("--root", type=Path, help="the chroot in which it lives")
    options.add_argument("--rounds", type=int, default=3)
    arguments = options.parse_args()
    servers: dict[str, Callable[[], Any]] = {"in process": in_process, "over HTTP": over_http}
    if arguments.orthanc:
        servers["live"] = live(arguments.orthanc, arguments.root)
    instances = files()
    columns: dict[str, list[Timings]] = {name: [] for name in servers}
    for number in range(arguments.rounds):
        for name, server in servers.items():
            print(f"round {number + 1} of {arguments.rounds}: {name}", file=sys.stderr)
            with server() as client:
                columns[name].append(cycle(client, instances))
    print(f"Python {platform.python_version()}, {platform.machine()}; {len(instances[0])} bytes an instance\n")
    print(table(columns))


if __name__ == "__main__":
    main()
