"""What an emulator costs a test: each figure is the median of 1,000 tests, in milliseconds.

    python tests/benchmarks/per_test.py

Within one process, without pytest's own cost per test; then `import emulator` beside `import pydicom`, and the start of
pytest with the plugin and without, in processes of their own.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from emulator import Emulator
from emulator.testing import dicom_bytes
from emulator.testing.shared_server import SharedServer

ROOT = Path(__file__).parent.parent.parent
TESTS = 1000
PROCESSES = 15
INSTANCES = 10_000
CONFIGURATION = {"Dictionary": {f"0011,{offset:02x}": ["LO", f"Tag{offset}", 1, 1, "MYLAB"] for offset in range(1, 21)}}


def median_of(test: Callable[[], object], count: int = TESTS) -> float:
    """The median time of a test in milliseconds; its first run, which imports and compiles, does not count."""
    test()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        test()
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


def process(code: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)


def with_url(server: SharedServer) -> None:
    with server.answering(Emulator(CONFIGURATION)):
        pass


def with_request(server: SharedServer) -> None:
    with server.answering(Emulator(CONFIGURATION)) as url, urlopen(f"{url}/instances", timeout=10) as answer:
        answer.read()


def main() -> None:
    print(f"fresh emulator, dictionary of 20 entries: {median_of(lambda: Emulator(CONFIGURATION)):.3f} ms")
    loaded = Emulator(CONFIGURATION)
    for number in range(INSTANCES):
        loaded.store(dicom_bytes(PatientID=f"P{number // 100}", instance=number))
    print(f"fork of {INSTANCES:,} instances: {median_of(loaded.fork):.3f} ms")
    with SharedServer() as server:
        print(f"orthanc_url, with its fresh emulator: {median_of(lambda: with_url(server)):.3f} ms")
        print(f"... and one request, by urllib: {median_of(lambda: with_request(server)):.3f} ms")
    nothing = median_of(process("pass"), PROCESSES)
    for code in ("import pydicom", "import emulator"):
        print(f"{code}: {median_of(process(code), PROCESSES) - nothing:.0f} ms")
    plugin = "import pytest; before = __import__('time').perf_counter(); import pytest_orthanc_emulator; "
    plugin += "print((__import__('time').perf_counter() - before) * 1000)"
    took = [
        float(subprocess.run([sys.executable, "-c", plugin], check=True, cwd=ROOT, capture_output=True).stdout)
        for _ in range(PROCESSES)
    ]
    print(f"import of the plugin, where pytest is imported: {median(took):.2f} ms")


if __name__ == "__main__":
    main()
