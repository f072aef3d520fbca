"""Call every public method of two clients on the emulator and on a real server, and tell what differs.

    python -m conformance client_methods --orthanc Orthanc [--root DIR] [--only pyorthanc] [--record FOLDER]

What methods are left out, and why, stands in LEFT_OUT of the tables of calls. Exit status 1 where the two differ.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..sweeps.client_methods.run import CLIENTS
from ..sweeps.client_methods.side_by_side import compare
from .options import add_server_of_sweep


def add_options(command: argparse.ArgumentParser) -> None:
    add_server_of_sweep(command)
    command.add_argument("--only", choices=[*CLIENTS], help="this client alone")
    command.add_argument("--name", default="", help="only calls with this in their names")
    command.add_argument("--record", type=Path, metavar="FOLDER", help="write what the server's outcomes are, too")


def run(options: argparse.Namespace) -> int:
    clients = [options.only] if options.only else [*CLIENTS]
    return int(bool(compare(options.orthanc, options.root, clients, options.name, options.record)))
