"""Write the answers of a server to files, one for each chapter."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from ..comparing.normalising import NormalEntry
from ..recorder import recordings
from ..scenarios.scenario import Scenario, chosen
from ..sweeps.explaining import explanations
from ..targets import running
from ..targets.live import ExecutableTarget
from ..targets.releases import nearest_release
from .options import add_executable, add_only, add_postgresql, add_root
from .progress import Progress, clear_progress


def add_options(command: argparse.ArgumentParser) -> None:
    add_executable(command, required=True)
    command.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="such as fixtures/recordings")
    command.add_argument(
        "--release",
        metavar="NAME",
        help="the executable's release, which the emulator need not know: the rules that explain how it differs from "
        "the nearest that it knows are told, too",
    )
    add_root(command)
    add_postgresql(command)
    add_only(command)


def run(options: argparse.Namespace) -> int:
    scenarios = chosen(options.only)
    with closing(ExecutableTarget(options.orthanc, options.root, options.postgresql)) as live:
        if options.release not in (None, live.release):
            raise ValueError(f"{live.name} is no {options.release}")
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
        if options.release is not None:
            tell_rules(logs, live.release, scenarios)
    for problem in broken:
        print(f"conformance: the scenario does not reach its end: {problem}", file=sys.stderr)
    return int(bool(broken))


def tell_rules(logs: Mapping[str, Mapping[str, list[NormalEntry]]], release: str, scenarios: list[Scenario]) -> None:
    """Prints how a release differs from the nearest that is emulated, and which rules would explain it."""
    near = nearest_release(release)
    print(f"Orthanc {release} beside the emulator of {near}, the nearest:")
    by_title = {f"{chapter}/{name}": log for chapter, named in logs.items() for name, log in named.items()}
    found = [*explanations(by_title, scenarios, release)]
    for one in found:
        print(f"  {one}")
    print(f"{len(found)} scenarios differ; `python -m emulator releases --diff` tells what the rules say")
