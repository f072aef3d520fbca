"""Compare the answers to generated requests to DICOMweb: searches, metadata, files, frames, bulk data, uploads.

    python -m conformance dicomweb --orthanc /usr/sbin/Orthanc --count 1000 --seed 1

The plugin must be installed beside the executable. Exit status 1 if anything differs.
"""

from __future__ import annotations

import argparse

from ..sweeps.dicomweb import compare
from ..targets.plugins import MissingPluginError
from .options import add_count_and_seed, add_server_of_sweep


def add_options(command: argparse.ArgumentParser) -> None:
    add_server_of_sweep(command)
    add_count_and_seed(command, 1000, "how many requests")


def run(options: argparse.Namespace) -> int:
    try:
        return int(bool(compare(options.orthanc, options.root, options.count, options.seed)))
    except MissingPluginError as error:
        raise ValueError(str(error)) from None
