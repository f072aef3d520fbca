"""The memory of a process of the emulator's own: threads share one heap, where the C library has several."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: Sixteen threads that take memory at once; then how much room the C library has for heaps of threads: 64 MiB each.
PROGRAM = """
import re, sys, threading
from pathlib import Path
if sys.argv[1] == "shared":
    from emulator.threads import share_one_heap
    share_one_heap()
together = threading.Barrier(16)
def take():
    kept = [bytearray(5000) for _ in range(100)]
    together.wait()
threads = [threading.Thread(target=take) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
sizes = re.findall(r"^([0-9a-f]+)-([0-9a-f]+) ---p .* 0 *$", Path("/proc/self/maps").read_text(), re.MULTILINE)
print(sum(32 << 20 < int(end, 16) - int(start, 16) <= 64 << 20 for start, end in sizes))
"""


def heaps(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="heaps are seen in /proc/self/maps")
def test_threads_share_one_heap() -> None:
    own = heaps("own")
    if not own:
        pytest.skip("the C library of this Python has one heap for all threads")
    assert heaps("shared") == 0
