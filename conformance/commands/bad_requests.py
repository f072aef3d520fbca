"""Send thousands of bad requests to a real server and to the emulator, and tell what differs.

    python -m conformance bad_requests --orthanc Orthanc [--root DIR] [--count 3000] [--seed 1]

Each request meets the same resources. What differs is told once for each route and pair of statuses; what the emulator
answers by a 501 that says what is not emulated is counted. Exit status 1 where the two differ.
"""

from __future__ import annotations

import argparse

from ..sweeps.bad_requests.side_by_side import compare
from .options import add_count_and_seed, add_server_of_sweep


def add_options(command: argparse.ArgumentParser) -> None:
    add_server_of_sweep(command)
    add_count_and_seed(command, 3000, "how many requests")


def run(options: argparse.Namespace) -> int:
    return int(bool(compare(options.orthanc, options.root, options.count, options.seed)))
