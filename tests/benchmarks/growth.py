"""How the cost of each operation grows with what is stored: the store doubles, the operations stay.

    python tests/benchmarks/growth.py [--smallest 1000] [--largest 100000] [--release 1.12.7]

Prints the microseconds of each operation at each size, and the exponent with which they grow from the smallest to the
largest: 0 for a cost that does not depend on the store, 1 for one in proportion to it; then what loading took, and the
memory of the process.
"""

from __future__ import annotations

import argparse
import math
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from conformance.benchmarks.operations import CHANGE, INSTANCES_PER_STUDY, LABEL, PATIENT, small_file
from conformance.benchmarks.servers import CONFIGURATION
from emulator import Emulator

SECONDS_PER_OPERATION = 0.5
MOST_REPEATS = 50


@dataclass
class Held:
    """An emulator, how many instances it holds, and one of its studies with one of its instances."""

    orthanc: Emulator
    stored: int = 0
    study: str = ""
    instance: str = ""
    patient: str = ""
    seconds: float = 0.0
    new_file: bytes = small_file(1, 10_000_000)

    def grow(self, count: int) -> None:
        """Stores small files, 50 a study, until there are `count`."""
        files = [small_file(number // INSTANCES_PER_STUDY, number) for number in range(self.stored, count)]
        start = time.perf_counter()
        for file in files:
            self.orthanc.store(file)
        self.seconds += time.perf_counter() - start
        self.stored = count
        self.patient = f"{PATIENT}-{count // INSTANCES_PER_STUDY // 2}"
        self.study = self.orthanc.find("Study", {"PatientID": self.patient})[0]
        self.instance = self.orthanc.find("Instance", {"PatientID": self.patient})[0]


def store_and_delete(held: Held) -> object:
    return held.orthanc.delete("Instance", held.orthanc.store(held.new_file).id)


def modify_study(held: Held) -> object:
    return held.orthanc.delete("Study", held.orthanc.modify("Study", held.study, CHANGE)["ID"])


OPERATIONS: dict[str, Callable[[Held], object]] = {
    "store an instance, and delete it": store_and_delete,
    "find a study by PatientID": lambda held: held.orthanc.find("Study", {"PatientID": held.patient}),
    "find instances by PatientID and a private tag": lambda held: held.orthanc.find(
        "Instance", {"PatientID": held.patient, LABEL: "label-3"}
    ),
    "find instances by a private tag": lambda held: held.orthanc.find("Instance", {LABEL: "label-3"}),
    "describe a study": lambda held: held.orthanc.resource("Study", held.study),
    "tags of an instance": lambda held: held.orthanc.tags(held.instance),
    "modify an instance": lambda held: held.orthanc.modify("Instance", held.instance, CHANGE),
    "modify a study of 50, and delete the copy": modify_study,
    "statistics": lambda held: held.orthanc.statistics(),
    "fork": lambda held: held.orthanc.fork(),
}


def microseconds(operation: Callable[[Held], object], held: Held) -> float:
    """The median of as many runs as fit into half a second, after one that is not counted."""
    operation(held)
    runs: list[float] = []
    end = time.perf_counter() + SECONDS_PER_OPERATION
    while len(runs) < 3 or (len(runs) < MOST_REPEATS and time.perf_counter() < end):
        start = time.perf_counter()
        operation(held)
        runs.append(time.perf_counter() - start)
    return statistics.median(runs) * 1e6


def sizes(smallest: int, largest: int) -> list[int]:
    """The smallest size, doubled up to the largest, which is the last."""
    result = [smallest]
    while result[-1] * 2 < largest:
        result.append(result[-1] * 2)
    return [*result, largest]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--smallest", type=int, default=1000)
    parser.add_argument("--largest", type=int, default=100_000)
    parser.add_argument("--release", default="1.12.7")
    options = parser.parse_args()
    steps = sizes(options.smallest, options.largest)
    held = Held(Emulator(CONFIGURATION, release=options.release))
    columns: dict[int, dict[str, float]] = {}
    for step in steps:
        print(f"{step} instances", file=sys.stderr)
        held.grow(step)
        columns[step] = {name: microseconds(operation, held) for name, operation in OPERATIONS.items()}
    print("| operation, µs | " + " | ".join(f"{step:,}" for step in steps) + " | exponent |")
    print("| --- |" + " ---: |" * (len(steps) + 1))
    for name in OPERATIONS:
        figures = [columns[step][name] for step in steps]
        exponent = math.log(figures[-1] / figures[0]) / math.log(steps[-1] / steps[0])
        print(f"| {name} | " + " | ".join(f"{one:,.0f}" for one in figures) + f" | {exponent:.2f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nLoading took {held.seconds:.1f} s; the process took {peak:,.0f} MB at most.")


if __name__ == "__main__":
    main()
