"""Puts the subcommands together, runs the one that is asked for, and tells errors in a line."""

from __future__ import annotations

import argparse
import codecs
import importlib
import io
import signal
import sys
import warnings
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
    "attack": "attack the emulator with damaged files, odd requests and swarms of clients",
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
    "clean": "remove from a server in use what an earlier run has left there",
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
    """Runs a subcommand; returns the exit status: 0, 1 for a difference, 2 for a wrong call, 130 after Ctrl-C.

    Of `run` it is 1, too, where the server failed or something is left on it, and 3 where too little was asked.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    print_what_can_be_encoded()
    try:
        return run(given)
    except ImportError as error:
        if not is_missing(error):
            raise
        print(f"conformance: {error if error.name is None else missing(error.name)}", file=sys.stderr)
        return USAGE_ERROR


def run(given: Sequence[str]) -> int:
    options = parser(given[0] if given else None).parse_args(given)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # what pydicom finds wrong with files that are sent on purpose
    warnings.filterwarnings("ignore", category=UserWarning, module="pydicom")
    try:
        return command_module(options.command).run(options)
    except expected_errors() as error:
        from ..asking.exchange import terminal
        from .printing import print_left

        print(f"conformance: {terminal(str(error))}", file=sys.stderr)
        print_left()
        return USAGE_ERROR
    except KeyboardInterrupt:
        from ..targets.ownership import LEFT
        from .printing import print_left

        removed = "" if LEFT else "; what was made on the server has been removed"
        print(f"\nconformance: interrupted{removed}", file=sys.stderr)
        print_left()
        return INTERRUPTED


#: What stands for a sign where the terminal has none: cp1252, for example.
SIGNS: Mapping[str, str] = {"✓": "yes", "✗": "NO", "≠": "!=", "…": "...", "→": "->", "—": "-", "«": "<", "»": ">"}


def other_sign(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(SIGNS.get(one, "?") for one in error.object[error.start : error.end]), error.end


def print_what_can_be_encoded() -> None:
    """Lets output in a narrow encoding, cp1252 for example, have another sign, or a "?", for what it lacks."""
    codecs.register_error("other_sign", other_sign)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="other_sign")


#: What the text of an ImportError ends with that tells what to install.
IN_A_CLONE = "in a clone of the emulator"

#: What an install without extras leaves out, and some commands need.
EXTRA_PACKAGES = frozenset({"hypothesis", "httpx", "orthanc_api_client", "pyorthanc", "pytest", "requests", "urllib3"})


def is_missing(error: ImportError) -> bool:
    """Whether an error says that a package is missing which not everybody has installed."""
    return (error.name or "").partition(".")[0] in EXTRA_PACKAGES or IN_A_CLONE in str(error)


def missing(package: str) -> str:
    return f"this needs {package}: pip install {package}, or '.[test]' {IN_A_CLONE}"


def expected_errors() -> tuple[type[Exception], ...]:
    """What is told in a line: wrong options, a server that can't be asked or started. Imported late, as it is much."""
    from ..asking.clients import UnreachableError
    from ..asking.exchange import UnexpectedAnswerError
    from ..targets.ownership import NotOursError
    from ..targets.room import ForeignLossError, NoRoomError
    from ..targets.server_process import CannotStartError, StartRefusedError

    starting = (CannotStartError, StartRefusedError)
    asking = (UnreachableError, UnexpectedAnswerError, NotOursError, NoRoomError, ForeignLossError)
    return (OSError, ValueError, *starting, *asking)
