"""Fills servers, measures the operations on them in turns, and shows what each took.

Each server gets the same small files, then each operation runs on each of them in turn (A B C A B C ...), as often as
there are rounds. The figure is the median of the rounds, the spread their smallest and largest. What the benchmark
stored is deleted at the end.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import operations
from .operations import INSTANCES_PER_STUDY, OPERATIONS, PATIENT, Operation, Seconds, Workload, small_file
from .servers import Server


def load(server: Server, instances: int, progress: Callable[[str], None]) -> Workload:
    """Stores the files that the operations work on: studies of 50 instances, and one of 500."""
    workload = Workload(server)
    server.connect()
    for number in range(instances):
        if number % 500 == 0:
            progress(f"{number} of {instances} files stored")
        workload.instances.append(server.store(small_file(number // INSTANCES_PER_STUDY, number)))
    for number in range(operations.CASCADE_INSTANCES):
        server.store(small_file(-1, number, f"{PATIENT}-CASCADE"))
    workload.cascade_study = server.find("Study", {"PatientID": f"{PATIENT}-CASCADE"})[0]
    return workload


def measure(
    workloads: Mapping[str, Workload],
    rounds: int,
    progress: Callable[[str], None],
    operations: Sequence[Operation] = OPERATIONS,
) -> dict[str, dict[str, Seconds]]:
    """The seconds of one step of each operation, by operation and server, a figure for each round."""
    figures: dict[str, dict[str, Seconds]] = {one.name: {name: [] for name in workloads} for one in operations}
    for number in range(rounds):
        for operation in operations:
            for name, workload in workloads.items():
                progress(f"round {number + 1} of {rounds}: {operation.name}, {name}")
                workload.server.connect()
                steps = operation.prepare(workload)
                start = time.perf_counter()
                for step in steps:
                    step()
                figures[operation.name][name].append((time.perf_counter() - start) / len(steps))
    return figures


def clean_up(server: Server) -> None:
    """Deletes what the benchmark stored."""
    server.connect()
    for patient in server.find("Patient", {"PatientID": f"{PATIENT}-*"}):
        server.delete("Patient", patient)


def table(figures: Mapping[str, Mapping[str, Seconds]], live: str | None) -> str:
    """A Markdown table: operations per second and, beside a live server, the ratio to it with its spread and target."""
    targets = {one.name: (one.in_process, one.over_http) for one in OPERATIONS}
    names = list(next(iter(figures.values())))
    tested = [name for name in names if name != live]
    rows = [["operation", *(f"{name}, 1/s" for name in names)]]
    if live is not None:
        rows[0] += [cell for name in tested for cell in (f"{name}: times {live}", "target")]
    for operation, columns in figures.items():
        row = [operation, *(per_second(columns[name]) for name in names)]
        if live is not None:
            for name, target in zip(tested, targets[operation], strict=True):
                row += [ratio_text(columns[name], columns[live]), f"{target:g}"]
        rows.append(row)
    rows.insert(1, ["---", *["---:"] * (len(rows[0]) - 1)])
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def per_second(seconds: Seconds) -> str:
    rate = 1 / statistics.median(seconds)
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"


def ratio_text(tested: Seconds, live: Seconds) -> str:
    """How many times as fast as the live server: of the medians, and of the slowest and fastest round."""
    ratios = sorted(other / one for one, other in zip(tested, live, strict=True))
    return (
        f"{figure(statistics.median(live) / statistics.median(tested))} ({figure(ratios[0])} to {figure(ratios[-1])})"
    )


def figure(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def machine() -> str:
    return f"Python {platform.python_version()}, {platform.machine()}, {time.strftime('%Y-%m-%d')}"


def as_json(figures: Mapping[str, Mapping[str, Seconds]]) -> str:
    document: dict[str, Any] = {"machine": machine(), "seconds": figures}
    return json.dumps(document, indent=1)


def show_progress(text: str) -> None:
    """One line that is written over on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
