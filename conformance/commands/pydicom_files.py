"""Compare what becomes of every file that pydicom ships as test data.

    python -m conformance pydicom_files --orthanc Orthanc [--root DIR] [--only TEXT] [--pictures]
    python -m conformance pydicom_files --orthanc Orthanc --damaged 6000 [--seed 1]

Exit status 1 where the two differ.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..sweeps.pydicom_files import PICTURES, VIEWS, broken, compare, whole


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--orthanc", required=True, metavar="PATH", help="an Orthanc executable")
    command.add_argument("--root", type=Path, metavar="DIR", help="run it in a chroot there")
    command.add_argument("--only", default="", metavar="TEXT", help="files whose path contains this")
    command.add_argument("--damaged", type=int, default=0, metavar="N", help="N files that are damaged, instead")
    command.add_argument("--seed", type=int, default=1, help="of the damages (1)")
    command.add_argument("--pictures", action="store_true", help="compare the pictures of each file, pixel by pixel")
    command.add_argument("--verbose", action="store_true", help="a line per file")


def run(options: argparse.Namespace) -> int:
    files = broken(options.damaged, options.seed) if options.damaged else whole(options.only)
    views = PICTURES if options.pictures else VIEWS
    return int(bool(compare(options.orthanc, options.root, files, options.verbose, views)))
