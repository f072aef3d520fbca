"""Whether `QueryPlan.estimate` foresees what a query takes on a larger server: asked of a live one, loaded twice.

    python tests/benchmarks/estimate.py --orthanc /usr/sbin/Orthanc [--root /opt/orthancs/trixie]
        [--smaller 2000] [--larger 20000]

The emulator holds the smaller number of instances, and its plans predict the larger one; `read_ms` is calibrated on the
live server with the smaller number. Reads must be exact, times within a factor of 2. Times are those of the server's
processor, of which other work on the machine takes nothing; the least of some runs counts.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from conformance.asking.clients import HttpClient, files_read_by_metrics
from conformance.asking.exchange import Request
from conformance.benchmarks.operations import INSTANCES_PER_STUDY, LABEL, small_file
from conformance.targets.server_process import ServerProcess
from emulator import Emulator

CONFIGURATION: Mapping[str, Any] = {"MaximumStorageCacheSize": 0}
FILES_PER_UPLOAD = 1000
RUNS = 5

#: A find that takes longer than this, in seconds, is timed once.
LONG = 5

#: How long one find may take, in seconds.
PATIENCE = 600

#: What is asked: a level and a query; the first calibrates.
QUERIES: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("Instance", {LABEL: "absent"}),
    ("Instance", {LABEL: "label-1", "AccessionNumber": "A*"}),
    ("Series", {LABEL: "absent"}),
    ("Study", {LABEL: "label-1"}),
    ("Patient", {LABEL: "absent"}),
    ("Instance", {}),
    ("Instance", {"StudyDescription": "none"}),
    ("Study", {"StudyDescription": "none"}),
)


class Measured(NamedTuple):
    """What a find took: the files read, and the seconds of the server's processor and of the clock."""

    files: int
    processor: float
    clock: float


def load(send: Callable[[bytes], object], first: int, count: int) -> None:
    """Uploads the small files with these numbers, as ZIP archives."""
    for start in range(first, count, FILES_PER_UPLOAD):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as files:
            for number in range(start, min(start + FILES_PER_UPLOAD, count)):
                files.writestr(f"{number}.dcm", small_file(number // INSTANCES_PER_STUDY, number))
        send(archive.getvalue())


class Live:
    """A live server that is measured."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.client = HttpClient(server.client.url)
        self.client.connection.timeout = PATIENCE

    def store(self, first: int, count: int) -> None:
        upload = {"Content-Type": "application/zip"}
        load(lambda data: self.client.send(Request("POST", "/instances", data, upload)), first, count)

    def processor_seconds(self) -> float:
        """What the threads of the server have had of the processors so far."""
        assert self.server.process is not None
        tasks = Path(f"/proc/{self.server.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def find(self, request: Request) -> Measured:
        """One find; files are those that the metrics tell, 0 where they tell none."""
        before, processor, clock = files_read_by_metrics(self.client), self.processor_seconds(), time.perf_counter()
        answer = self.client.send(request)
        clock, processor = time.perf_counter() - clock, self.processor_seconds() - processor
        after = files_read_by_metrics(self.client)
        assert answer.status == 200
        return Measured((after or 0) - (before or 0), processor, clock)

    def logged_files(self, request: Request) -> int:
        """How many files a find reads by the log, in which they are while the server is verbose."""
        self.client.send(Request("PUT", "/tools/log-level", b"verbose"))
        before = self.server.files_read()
        self.client.send(request)
        self.client.send(Request("PUT", "/tools/log-level", b"default"))
        return self.server.files_read() - before

    def measured(self, level: str, query: Mapping[str, str]) -> Measured:
        """A find several times: the least that it took. Before 1.12 the log of one more tells what it read."""
        request = Request("POST", "/tools/find", json.dumps({"Level": level, "Query": query}).encode())
        runs = [self.find(request)]
        while len(runs) < RUNS and runs[0].clock < LONG:
            runs.append(self.find(request))
        has_metrics = files_read_by_metrics(self.client) is not None
        files = runs[-1].files if has_metrics else self.logged_files(request)
        return Measured(files, min(run.processor for run in runs), min(run.clock for run in runs))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orthanc", required=True, help="the executable of a server")
    parser.add_argument("--root", type=Path, help="run it in a chroot there")
    parser.add_argument("--smaller", type=int, default=2000)
    parser.add_argument("--larger", type=int, default=20000)
    options = parser.parse_args()
    server = ServerProcess(options.orthanc, CONFIGURATION, options.root, verbose=False)
    try:
        return compare(Live(server), options.smaller, options.larger)
    finally:
        server.stop()


def compare(live: Live, smaller: int, larger: int) -> int:
    """Prints what was foreseen and what was measured; 1 where a figure misses."""
    release = str(live.client.send(Request("GET", "/system")).json["Version"])
    orthanc = Emulator(CONFIGURATION, release=release, unknown_tags="as-release")
    for number in range(smaller):
        orthanc.store(small_file(number // INSTANCES_PER_STUDY, number))
    live.store(0, smaller)
    read_ms = calibrated(orthanc, live.measured(*QUERIES[0]), smaller)
    print(f"Orthanc {release}, calibrated with {smaller:,} instances: {read_ms:.3f} ms a file")
    live.store(smaller, larger)
    print("| query | reads foreseen | measured | seconds foreseen | measured | by the clock | factor |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    is_good = True
    for level, query in QUERIES:
        orthanc.find(level, query)
        estimate = orthanc.queries[-1].estimate(larger, read_ms=read_ms)
        took = live.measured(level, query)
        factor = took.processor / estimate.seconds
        is_good = is_good and took.files == estimate.files_read and 0.5 <= factor <= 2
        print(
            f"| {level} `{json.dumps(query)}` | {estimate.files_read:,} | {took.files:,} | {estimate.seconds:.4f} | "
            f"{took.processor:.4f} | {took.clock:.4f} | {factor:.2f} |",
            flush=True,
        )
    return 0 if is_good else 1


def calibrated(orthanc: Emulator, took: Measured, instances: int) -> float:
    """The milliseconds that reading a file takes: what is left of a find without what the database takes."""
    orthanc.find(*QUERIES[0])
    estimate = orthanc.queries[-1].estimate(instances, read_ms=0)
    return max(took.processor - estimate.database_seconds, 0) * 1000 / took.files


if __name__ == "__main__":
    sys.exit(main())
