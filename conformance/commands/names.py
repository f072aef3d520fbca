"""Compare which tag is taken for a name that several tags have.

    python -m conformance names --orthanc Orthanc [--root DIR] [--sections 40] [--seed 1]

Exit status 1 where the two differ.
"""

from __future__ import annotations

import argparse

from ..sweeps.names import compare
from .options import add_server_of_sweep


def add_options(command: argparse.ArgumentParser) -> None:
    add_server_of_sweep(command)
    command.add_argument("--sections", type=int, default=40, help="how many generated sections")
    command.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    return int(bool(compare(options.orthanc, options.root, options.sections, options.seed)))
