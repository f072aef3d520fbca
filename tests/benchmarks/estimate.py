"""Whether `QueryPlan.estimate` foresees what a query takes on a larger server: asked of a live one, loaded twice.

    python tests/benchmarks/estimate.py --orthanc /usr/sbin/Orthanc --root /opt/orthancs/trixie [--release 1.12.7]
        [--smaller 2000] [--larger 20000]

The emulator holds the smaller number of instances, and its plans predict the larger one; `read_ms` is calibrated on the
live server with the smaller number. Reads must be exact, times within a factor of 2.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from conformance.bench import INSTANCES_PER_STUDY, LABEL, small_file
from conformance.clients import HttpClient
from conformance.exchange import Request
from conformance.server_process import ServerProcess
from emulator import Emulator

CONFIGURATION: Mapping[str, Any] = {"MaximumStorageCacheSize": 0}
FILES_PER_UPLOAD = 1000
RUNS = 3

#: How long one find may take, in seconds.
PATIENCE = 600

#: What is asked: a level and a query; the first calibrates.
QUERIES: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("Instance", {LABEL: "label-1"}),
    ("Study", {LABEL: "label-1"}),
    ("Instance", {LABEL: "absent"}),
)


def load(send: Callable[[bytes], object], first: int, count: int) -> None:
    """Uploads the small files with these numbers, as ZIP archives."""
    for start in range(first, count, FILES_PER_UPLOAD):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as files:
            for number in range(start, min(start + FILES_PER_UPLOAD, count)):
                files.writestr(f"{number}.dcm", small_file(number // INSTANCES_PER_STUDY, number))
        send(archive.getvalue())


def measured(client: HttpClient, level: str, query: Mapping[str, str], runs: int) -> tuple[int, float]:
    """The files that a live server reads for a query, and the median of the seconds that it takes."""
    request = Request("POST", "/tools/find", json.dumps({"Level": level, "Query": query}).encode())
    counts, seconds = [], []
    for _ in range(runs):
        start = time.perf_counter()
        answer, files = client.send_counting_files(request)
        seconds.append(time.perf_counter() - start)
        assert answer.status == 200
        counts.append(files or 0)
    return counts[-1], statistics.median(seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orthanc", required=True, help="the executable of a server with metrics of reads (1.12 on)")
    parser.add_argument("--root", type=Path, help="run it in a chroot there")
    parser.add_argument("--release", default="1.12.7")
    parser.add_argument("--smaller", type=int, default=2000)
    parser.add_argument("--larger", type=int, default=20000)
    options = parser.parse_args()
    orthanc = Emulator(CONFIGURATION, release=options.release, unknown_tags="as-release")
    for number in range(options.smaller):
        orthanc.store(small_file(number // INSTANCES_PER_STUDY, number))
    server = ServerProcess(options.orthanc, CONFIGURATION, options.root, verbose=False)
    try:
        client = HttpClient(server.client.url)
        client.connection.timeout = PATIENCE
        upload = {"Content-Type": "application/zip"}
        load(lambda data: client.send(Request("POST", "/instances", data, upload)), 0, options.smaller)
        files, seconds = measured(client, *QUERIES[0], runs=RUNS)
        read_ms = seconds * 1000 / files
        print(f"calibrated with {options.smaller} instances: {files} files in {seconds:.2f} s, {read_ms:.3f} ms a file")
        load(lambda data: client.send(Request("POST", "/instances", data, upload)), options.smaller, options.larger)
        print("| query | reads predicted | measured | seconds predicted | measured | factor |")
        print("| --- | --- | --- | --- | --- | --- |")
        is_good = True
        for level, query in QUERIES:
            orthanc.find(level, query)
            estimate = orthanc.queries[-1].estimate(options.larger, read_ms=read_ms)
            files, seconds = measured(client, level, query, runs=RUNS)
            factor = seconds / estimate.seconds
            is_good = is_good and files == estimate.files_read and 0.5 <= factor <= 2
            print(
                f"| {level} {json.dumps(query)} | {estimate.files_read:,} | {files:,} | {estimate.seconds:.2f} | "
                f"{seconds:.2f} | {factor:.2f} |",
                flush=True,
            )
        return 0 if is_good else 1
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
