"""`python -m emulator options`: what the emulator does with each option of Orthanc's configuration."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from typing import Any

from ..configuration import Configuration
from ..configuration.option_table import State, all_options, nested_options, told_options, what_was_meant
from ..releases import DEFAULT_RELEASE, RELEASES

#: The exit status where the configuration has options that nobody reads.
UNKNOWN_OPTIONS = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m emulator options`."""
    parser.set_defaults(command=run)
    parser.add_argument("configuration", nargs="?", metavar="FILE", help="only the options in this configuration")
    parser.add_argument("--release", choices=[*RELEASES], default=DEFAULT_RELEASE, help="that reads it (%(default)s)")


def run(options: argparse.Namespace) -> int:
    names: Iterable[str] = all_options()
    given: Mapping[str, Any] = {}
    if options.configuration:
        given = Configuration.load(options.configuration, RELEASES[options.release]).options
        names = sorted(given)
    status = 0
    for name in names:
        state, reason = told_options().get(name, (State.UNKNOWN, "no option that Orthanc documents"))
        if state is State.UNKNOWN:
            status = UNKNOWN_OPTIONS
            meant = what_was_meant(name)
            reason += f': did you mean "{meant}"?' if meant else ""
        print(f"{name:36} {state.value:15} {reason}".rstrip())
    for name, state, reason in nested_options(given):
        print(f"{name:36} {state.value:15} {reason}".rstrip())
    return status
