"""How many files a second `dictionary suggest` reads, and how much memory it takes whatever their number.

    python tests/benchmarks/suggest.py [--files 10000] [--processes 1]

The files are CT_small.dcm (39 kB, 258 elements, 171 of them private), and links to it.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

from emulator.advising import suggest

FILE = Path(__file__).parent.parent.parent / "fixtures" / "ct_small.dcm"
FOLDER = 1000  # files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=1, help="0 for one per core")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.files):
            target = Path(folder, str(number // FOLDER))
            if not target.exists():  # each folder has one of its own: a file system counts links
                target.mkdir()
                (target / f"{number}.dcm").write_bytes(FILE.read_bytes())
                source = target / f"{number}.dcm"
            else:
                os.link(source, target / f"{number}.dcm")
        started, busy = time.perf_counter(), cpu_seconds()
        found = suggest(folder, processes=options.processes)
        seconds, busy = time.perf_counter() - started, cpu_seconds() - busy
    assert found.survey.files == options.files
    print(f"{options.files:,} files in {seconds:.1f} s: {options.files / seconds:,.0f} files/s")
    print(f"{options.files / busy:,.0f} files per second of a core; at most {memory_mb():.0f} MB in one process")


def cpu_seconds() -> float:
    """Of this process and of those that it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def memory_mb() -> float:
    kilobytes = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(kilobytes) / 1024


if __name__ == "__main__":
    main()
