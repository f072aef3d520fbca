"""Puts the subcommands together, runs the one that is asked for, and tells errors in a line."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

DESCRIPTION = "Compare the emulator with real Orthanc servers, and with recordings of them."
USAGE_ERROR = 2
INTERRUPTED = 130

#: The subcommands, each a module here of that name, and what `--help` says of them.
COMMANDS: Mapping[str, str] = {
    "run": "run the scenarios on the emulator and, with --url or --orthanc, on a server",
    "record": "write the answers of a server to files",
    "check": "compare a server with itself: whatever differs is the suite's fault",
    "explore": "ask a server and the emulator alike, by chance, for differences",
    "config": "print the configuration that lets a server be asked everything",
    "bench": "measure what operations cost, beside a server if one is given",
    "queries": "compare the answers to generated finds, counts and look-ups, and the files read for them",
    "dicomweb": "compare the answers to generated requests to DICOMweb",
    "lookups": "compare the names and VRs of tags by the thousand",
    "names": "compare which tags names stand for that several tags have",
    "sections": 'compare how servers start with generated sections "Dictionary"',
    "pydicom_files": "compare what becomes of every file that pydicom ships as test data",
    "bad_requests": "compare the answers to thousands of bad requests to every route",
    "rules": "find the scenario that shows each rule in which releases differ",
    "client_methods": "compare what every public method of two clients gives",
}


class Command(Protocol):
    """What the module of a subcommand has."""

    def add_options(self, command: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace) -> int:
        """Returns the exit status: 0, or 1 for a difference."""


def command_module(name: str) -> Command:
    """The module of a subcommand, imported now: `--help` needs none of them."""
    return cast(Command, importlib.import_module(f"{__package__}.{name}"))


def parser(asked: str | None) -> argparse.ArgumentParser:
    """The parser of all subcommands, with the options of the one that is asked for."""
    whole = argparse.ArgumentParser(prog="python -m conformance", description=DESCRIPTION)
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, line in COMMANDS.items():
        command = commands.add_parser(name, help=line, formatter_class=argparse.RawDescriptionHelpFormatter)
        if name == asked:
            module = command_module(name)
            command.description = module.__doc__
            module.add_options(command)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a subcommand; returns the exit status: 0, 1 for a difference, 2 for a wrong call, 130 after Ctrl-C."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parser(given[0] if given else None).parse_args(given)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return command_module(options.command).run(options)
    except expected_errors() as error:
        print(f"conformance: {error}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        print("\nconformance: interrupted; what was made on the server has been removed", file=sys.stderr)
        return INTERRUPTED


def expected_errors() -> tuple[type[Exception], ...]:
    """What is told in a line: wrong options, a server that can't be asked or started. Imported late, as it is much."""
    from ..asking.clients import UnreachableError
    from ..asking.exchange import UnexpectedAnswerError
    from ..targets.ownership import NotOursError
    from ..targets.server_process import CannotStartError, StartRefusedError

    starting = (CannotStartError, StartRefusedError)
    return (OSError, ValueError, *starting, UnreachableError, UnexpectedAnswerError, NotOursError)
