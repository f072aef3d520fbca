"""`python -m emulator options`: what the emulator does with each option of Orthanc's configuration."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from ..configuration import Configuration
from ..configuration.option_table import State, all_options
from ..releases import DEFAULT_RELEASE, RELEASES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m emulator options`."""
    parser.set_defaults(command=run)
    parser.add_argument("configuration", nargs="?", metavar="FILE", help="only the options in this configuration")
    parser.add_argument("--release", choices=[*RELEASES], default=DEFAULT_RELEASE, help="that reads it (%(default)s)")


def run(options: argparse.Namespace) -> int:
    known = all_options()
    names: Iterable[str] = known
    if options.configuration:
        names = sorted(Configuration.load(options.configuration, RELEASES[options.release]).options)
    for name in names:
        state, reason = known.get(name, (State.UNKNOWN, "no option that Orthanc documents"))
        print(f"{name:36} {state.value:15} {reason}".rstrip())
    return 0
