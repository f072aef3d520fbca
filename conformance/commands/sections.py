"""Compare how servers start with generated sections "Dictionary".

    python -m conformance sections --orthanc Orthanc [--root DIR] [--count 1000] [--seed 1]

Exit status 1 where the two differ.
"""

from __future__ import annotations

import argparse

from ..sweeps.sections import compare
from .options import add_count_and_seed, add_server_of_sweep


def add_options(command: argparse.ArgumentParser) -> None:
    add_server_of_sweep(command)
    add_count_and_seed(command, 1000, "how many sections")


def run(options: argparse.Namespace) -> int:
    return int(bool(compare(options.orthanc, options.root, options.count, options.seed)))
