"""Write the answers of a server to files, one for each chapter."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from ..comparing.normalising import NormalEntry
from ..recorder import recordings
from ..scenarios.scenario import chosen
from ..targets import running
from ..targets.live import ExecutableTarget
from .options import add_executable, add_only, add_postgresql, add_root
from .progress import Progress, clear_progress


def add_options(command: argparse.ArgumentParser) -> None:
    add_executable(command, required=True)
    command.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="such as fixtures/recordings")
    add_root(command)
    add_postgresql(command)
    add_only(command)


def run(options: argparse.Namespace) -> int:
    scenarios = chosen(options.only)
    with closing(ExecutableTarget(options.orthanc, options.root, options.postgresql)) as live:
        logs: dict[str, dict[str, list[NormalEntry]]] = defaultdict(dict)
        broken = []
        for result in running.run(scenarios, live, None, Progress()):
            if result.tested.stopped is not None:
                broken.append(f"{result.scenario.title}: {result.tested.stopped}")
            logs[result.scenario.chapter][result.scenario.name] = result.tested.normal
        clear_progress()
        for chapter, log in logs.items():
            print(
                recordings.save(
                    options.to, recordings.variant(live.release, live.database), chapter, log, partly=bool(options.only)
                )
            )
    for problem in broken:
        print(f"conformance: the scenario does not reach its end: {problem}", file=sys.stderr)
    return int(bool(broken))
