"""Compare a server with itself: whatever differs is the suite's fault."""

from __future__ import annotations

import argparse
from contextlib import closing

from ..scenarios.scenario import chosen
from ..targets.live import ExecutableTarget
from .options import add_executable, add_only, add_postgresql, add_root
from .printing import print_run


def add_options(command: argparse.ArgumentParser) -> None:
    add_executable(command, required=True)
    add_root(command)
    add_postgresql(command)
    add_only(command)


def run(options: argparse.Namespace) -> int:
    scenarios = chosen(options.only)
    with (
        closing(ExecutableTarget(options.orthanc, options.root, options.postgresql)) as one,
        closing(ExecutableTarget(options.orthanc, options.root, options.postgresql)) as other,
    ):
        return print_run([each for each in scenarios if each.mode != "contract"], one, other)
