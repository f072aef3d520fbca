"""The command line: finds the command, runs it, and tells in a line what prevents its start."""

from __future__ import annotations

import argparse
import io
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..emulator import Emulator
from ..errors import OrthancError
from ..network.reach import SCOPES
from ..releases import DEFAULT_RELEASE, RELEASES, Release
from ..system.server_log import LogLines
from ..threads import share_one_heap
from . import completion, explain, releases, routes
from . import dictionary as dictionary_command
from . import options as options_command
from .announcing import announcement, warnings
from .environment import arguments_of, configuration_of
from .repeats import Repeats
from .suggesting import SuggestingParser

#: The exit status of a command that could not start: a wrong argument, configuration, path or port.
CANNOT_START = 2

#: How long the server waits in one piece.
WAITING_SECONDS = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status; what prevents its start is told in one line on stderr."""
    print_what_can_be_encoded()
    words = [*(sys.argv[1:] if arguments is None else arguments)]
    if words[:1] == ["serve"]:
        words[1:1] = arguments_of()
    options = parser().parse_args(words)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        status = command(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # nobody reads any more, as with "| head": that is no error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141  # what a shell tells of a program that ends by SIGPIPE
    except (OrthancError, OSError) as error:
        print(f"orthanc-emulator: {one_line(error)}", file=sys.stderr)
        return CANNOT_START
    except KeyboardInterrupt:
        return 130  # what a shell expects after Ctrl-C


def print_what_can_be_encoded() -> None:
    """Lets output in a narrow encoding, cp1252 for example, have a "?" for what it lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def parser() -> argparse.ArgumentParser:
    result = SuggestingParser(
        prog="orthanc-emulator", description="An emulator of how the Orthanc DICOM server treats private tags."
    )
    result.add_argument("--version", action="version", version=f"orthanc-emulator {own_version()}")
    commands = result.add_subparsers(required=True, metavar="COMMAND")
    serve_parser(commands.add_parser("serve", help="serve the REST API on a port"))
    demonstration = commands.add_parser("demo", help="walk through the rules of private tags on real files")
    demonstration.set_defaults(command=demo)
    dictionary = commands.add_parser("dictionary", help="check a configuration's dictionary, or look something up")
    dictionary_command.add_parsers(dictionary)
    explain.add_arguments(commands.add_parser("explain", help="tell how a query is answered, and what it takes"))
    routes.add_arguments(commands.add_parser("routes", help="list Orthanc's routes, and which are emulated"))
    options_command.add_arguments(
        commands.add_parser(
            "options",
            help="list Orthanc's options, and what becomes of each",
            description="List Orthanc's options, or those of a configuration, and what becomes of each. Exit status: "
            "0, or 1 where the configuration has options that nobody reads, misspelt ones for example.",
        )
    )
    releases.add_arguments(commands.add_parser("releases", help="list the releases, and what differs between them"))
    completion.add_arguments(commands.add_parser("completion", help="print what a shell completes words by"), parser)
    return result


def own_version() -> str:
    try:
        return version("orthanc-emulator")
    except PackageNotFoundError:
        return "(not installed)"


def serve_parser(serving: argparse.ArgumentParser) -> None:
    serving.set_defaults(command=serve)
    serving.add_argument(
        "--config", metavar="FILE", help="Orthanc's JSON configuration, comments allowed, or a folder of files"
    )
    serving.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    serving.add_argument(
        "--port", type=port_number, default=8042, help="the port, 0 for one that is free (%(default)s)"
    )
    serving.add_argument(
        "--dicom-port",
        type=port_number,
        help="the port of the DICOM network, 0 for one that is free (DicomPort of the configuration, 4242)",
    )
    serving.add_argument(
        "--network",
        choices=SCOPES,
        default="loopback",
        help="which hosts modalities and peers are reached at: of this machine, none or any (%(default)s)",
    )
    serving.add_argument(
        "--release", choices=[*RELEASES], default=DEFAULT_RELEASE, help="the Orthanc release to stand for (%(default)s)"
    )
    serving.add_argument(
        "--unknown-tags",
        choices=["reject", "as-release"],
        default="reject",
        help="answer 400 to a request that names an unknown tag, or what the release answers (%(default)s)",
    )
    serving.add_argument(
        "--verbose",
        action="store_true",
        help="log requests and what finds read, as --verbose of Orthanc, and each diagnostic whenever it comes",
    )
    serving.add_argument(
        "--load", nargs="+", default=[], metavar="PATH", help="DICOM files and folders of them to begin with"
    )
    serving.add_argument(
        "--load-root", nargs="+", default=[], metavar="FOLDER", help="where POST /emulator/load may read files"
    )
    serving.add_argument(
        "--control",
        choices=["loopback", "remote", "off"],
        default="loopback",
        help="who may use /emulator/: this machine, whoever may use the server, or nobody (%(default)s)",
    )
    serving.add_argument("--no-control", dest="control", action="store_const", const="off", help="as --control off")
    serving.add_argument(
        "--cors",
        nargs="+",
        default=[],
        metavar="ORIGIN",
        help='pages that may ask, such as http://localhost:5173; or "*"',
    )
    serving.epilog = "The environment counts, too: ORTHANC__NAME, ORTHANC_JSON, EMULATOR_RELEASE, ... (docs)."


def port_number(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 0xFFFF:
        raise argparse.ArgumentTypeError(f"{port} is no port: ports go from 0 to 65535")
    return port


def serve(options: argparse.Namespace) -> int:
    """Serves until Ctrl-C, SIGTERM or `POST /tools/shutdown`."""
    from ..control.settings import ControlSettings
    from ..doors import HttpDoors
    from ..http.server import WebServer
    from ..rest.cors import with_cors

    share_one_heap()
    configuration = configuration_of(options.config, RELEASES[options.release])
    orthanc = Emulator(
        configuration, release=options.release, unknown_tags=options.unknown_tags, network=options.network
    )
    if options.load:
        orthanc.load(*options.load, progress=show_progress if sys.stderr.isatty() else None)
    log_to_stderr(orthanc.release, repeats=options.verbose)
    if options.verbose:
        orthanc.server.settings.set_log_level("verbose")
    stop = orthanc.server.shut_down
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    control = ControlSettings(
        remote=options.control == "remote",
        load_roots=tuple(Path(root).resolve(strict=True) for root in options.load_root),
        origins=tuple(options.cors),
    )
    is_controlled = options.control != "off"
    doors = HttpDoors(orthanc.server, control, controlled=is_controlled, beginning=orthanc.server.fork())
    try:
        server = WebServer(with_cors(doors, control.origins), options.host, options.port, doors.manners)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(f"cannot listen on {options.host}, port {options.port}: {reason}") from None
    listener = dicom_listener(orthanc, options.host, options.dicom_port)
    with server, orthanc.server.faults.serving(), listener as listening:
        print("\n".join(announcement(orthanc, server.url, options.control)), flush=True)
        print(listening, flush=True)
        for line in warnings(orthanc, options.host):
            print(f"orthanc-emulator: {line}", file=sys.stderr, flush=True)
        while not stop.wait(WAITING_SECONDS):  # on Windows, Ctrl-C does not end a wait without an end
            pass
        doors.close()
    return 0


@contextmanager
def dicom_listener(orthanc: Emulator, host: str, port: int | None) -> Iterator[str]:
    """Listens on the DICOM network as long as the context lasts, and gives what to say of it.

    Without `port` it listens where the configuration says, if it can; a port that was asked for must be free.
    """
    from ..dimse.options import DicomOptions
    from ..dimse.serving import listener

    wanted = DicomOptions.read(orthanc.server.configuration.options)
    if port is None and not wanted.enabled:
        yield "  DICOM network: off (DicomServerEnabled)"
        return
    try:
        door = listener(orthanc.server, host, wanted.port if port is None else port)
    except OSError as error:
        if port is not None:
            raise OSError(f"cannot listen to the DICOM network on {host}, port {port}: {reason_of(error)}") from None
        yield f"  DICOM network: off, {reason_of(error)} (port {wanted.port}; --dicom-port says another one)"
        return
    with door:
        yield f"  DICOM network: AET {door.address.aet}, {door.host}, port {door.port}"


def reason_of(error: ImportError | OSError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def log_to_stderr(release: Release, *, repeats: bool) -> None:
    """Writes what is logged to stderr, in the form of the release's own log; with `repeats` each diagnostic always."""
    handler = logging.StreamHandler()
    if not repeats:
        handler.addFilter(Repeats())
    handler.setFormatter(LogLines(release))
    logging.getLogger("emulator").addHandler(handler)


def demo(_: argparse.Namespace) -> int:
    from .demo import ClaimError, run

    try:
        run(sys.stdout)
    except ClaimError as error:
        print(f"orthanc-emulator: this should not happen, please report it: {error}", file=sys.stderr)
        return 1
    return 0


def show_progress(read: int, total: int) -> None:
    """Writes how far loading has come over the line that says so."""
    end = "\n" if read == total else ""
    print(f"\rLoading: {read} of {total} files", end=end, file=sys.stderr, flush=True)


def one_line(error: OrthancError | OSError) -> str:
    """What went wrong, and for a refused configuration what to do about it."""
    if isinstance(error, OSError):
        text = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    else:
        text = f"{error} ({error.hint})" if error.hint and not error.explanation else str(error)
    return " ".join(text.split())
