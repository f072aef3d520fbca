"""What much at once costs: an import of many files, memory beside them, a cascade, a GET meanwhile, eight clients.

    python tests/benchmarks/large.py [--files 100000] [--cascade 10000] [--release 1.12.7]

The clients are in this process, too, so that they share its interpreter with the server.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import resource
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from conformance.benchmarks.operations import CHANGE, INSTANCES_PER_STUDY, small_file
from conformance.benchmarks.servers import CONFIGURATION
from emulator import Emulator

CLIENTS, REQUESTS = 8, 300


def resident() -> int:
    """The bytes of the process that are in memory."""
    with open("/proc/self/statm", encoding="ascii") as told:
        return int(told.read().split()[1]) * resource.getpagesize()


def import_files(count: int, release: str) -> None:
    """All files are made before, so that memory grows by what the emulator adds to them alone."""
    files = [small_file(number // INSTANCES_PER_STUDY, number) for number in range(count)]
    size = sum(map(len, files))
    gc.collect()
    before = resident()
    orthanc = Emulator(CONFIGURATION, release=release)
    start, clock = time.process_time(), time.perf_counter()
    for file in files:
        orthanc.store(file)
    seconds, by_the_clock = time.process_time() - start, time.perf_counter() - clock
    gc.collect()
    print(
        f"import of {count:,} files of {size / count:.0f} bytes: {count / seconds:,.0f} a second of the processor, "
        f"{count / by_the_clock:,.0f} by the clock; "
        f"{(resident() - before) / count:,.0f} bytes an instance beside its file"
    )


def cascade(count: int, release: str) -> None:
    orthanc = Emulator(CONFIGURATION, release=release)
    for number in range(count):
        orthanc.store(small_file(-1, number))
    study = orthanc.resources("Study")[0]
    instance = orthanc.resources("Instance")[0]
    seconds: list[float] = []
    with orthanc.serve() as url:
        done = threading.Event()

        def look() -> None:
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=600)
            while not done.is_set():
                start = time.perf_counter()
                connection.request("GET", f"/instances/{instance}")
                connection.getresponse().read()
                seconds.append(time.perf_counter() - start)
                connection.close()

        looking = threading.Thread(target=look)
        looking.start()
        start, clock = time.process_time(), time.perf_counter()
        orthanc.modify("Study", study, CHANGE)
        by_the_clock = time.perf_counter() - clock
        done.set()
        looking.join()
    waited = sorted(seconds)[int(len(seconds) * 0.99)]
    print(
        f"cascade over {count:,}: {by_the_clock:.1f} s, {count / (time.process_time() - start):,.0f} a second of the "
        f"processor; a GET meanwhile: p99 {waited * 1e3:,.0f} ms, the longest {max(seconds) * 1e3:,.0f} ms"
    )


def clients(release: str) -> None:
    orthanc = Emulator(CONFIGURATION, release=release)
    path = f"/instances/{orthanc.store(small_file(1, 1)).id}"
    with orthanc.serve() as url:

        def ask(_: int) -> None:
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
            for _ in range(REQUESTS):
                connection.request("GET", path)
                connection.getresponse().read()

        rates = {1: 0.0, CLIENTS: 0.0}
        for _ in range(5):
            for count, rate in rates.items():
                start = time.perf_counter()
                with ThreadPoolExecutor(count) as pool:
                    list(pool.map(ask, range(count)))
                rates[count] = max(rate, count * REQUESTS / (time.perf_counter() - start))
    print(f"{CLIENTS} clients: {rates[CLIENTS]:,.0f} requests a second, one: {rates[1]:,.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--cascade", type=int, default=10_000)
    parser.add_argument("--release", default="1.12.7")
    options = parser.parse_args()
    clients(options.release)
    cascade(options.cascade, options.release)
    import_files(options.files, options.release)


if __name__ == "__main__":
    main()
