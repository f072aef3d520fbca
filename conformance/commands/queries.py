"""Compare the answers to generated finds, and the files read for them.

    python -m conformance queries --orthanc /usr/sbin/Orthanc --count 1000 --seed 1
    python -m conformance queries --orthanc /usr/sbin/Orthanc --set StorageAccessOnFind=\\"Never\\"

Exit status 1 if anything differs.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from ..sweeps.queries import compare
from ..targets.postgresql import PostgresqlServer
from .options import add_count_and_seed, add_server_of_sweep


def add_options(command: argparse.ArgumentParser) -> None:
    add_server_of_sweep(command)
    add_count_and_seed(command, 1000, "how many questions")
    command.add_argument("--postgresql", type=PostgresqlServer, metavar="URI", help="keep the server's index there")
    command.add_argument("--set", type=option, action="append", default=[], metavar="NAME=JSON", help="an option")


def run(options: argparse.Namespace) -> int:
    chosen = dict(options.set)
    return int(bool(compare(options.orthanc, options.root, options.count, options.seed, options.postgresql, chosen)))


def option(text: str) -> tuple[str, Any]:
    """An option of Orthanc, as NAME=JSON."""
    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=JSON") from None
