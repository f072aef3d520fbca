"""Ask a server and the emulator alike, by chance, and print each difference as a scenario to paste."""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal

from emulator import Emulator

from ..asking.clients import HttpClient
from ..exploring.exploration import Exploration, Finding
from ..exploring.own_server import OwnServerClient
from ..exploring.search import explore
from ..exploring.servers import release_of, running_server, started_server
from ..reports.explored import conclusion, described, described_silence
from ..targets.releases import nearest_release
from ..targets.room import check_server
from .options import add_executable, add_limits, add_root, add_user, http_client
from .progress import clear_progress

EXAMPLES = 500
#: How many differences one run collects before it stops.
MOST_DIFFERENCES = 20


def add_options(command: argparse.ArgumentParser) -> None:
    server = command.add_mutually_exclusive_group(required=True)
    server.add_argument("--url", help="a running server; it may be in use: only what the suite makes is touched")
    add_executable(server, required=False)
    add_root(command)
    add_user(command)
    add_limits(command)
    command.add_argument("--examples", type=int, default=EXAMPLES, metavar="NUMBER", help=f"default: {EXAMPLES}")
    command.add_argument("--seed", type=int, default=0, metavar="NUMBER", help="the same seed asks the same")
    command.add_argument(
        "--default-mode",
        action="store_true",
        help="the emulator refuses unknown tags: what it accepts must be the same on the server",
    )
    command.add_argument(
        "--network",
        action="store_true",
        help="ask over the DICOM network, too: C-STORE, C-FIND, C-MOVE, C-GET, and what the server sends of itself",
    )
    command.add_argument("--release", help="what the emulator stands for (default: the server's release)")
    command.add_argument(
        "--differences", type=int, default=MOST_DIFFERENCES, metavar="NUMBER", help="stop after so many"
    )


def run(options: argparse.Namespace) -> int:
    """Explores the server that the options name; returns the exit status, 1 if there is a difference."""
    if options.network and options.url:
        raise ValueError("--network asks a server that it starts itself: give --orthanc in the place of --url")
    with explored_server(options) as (client, configuration):
        release = options.release or nearest_release(release_of(client))

        def fresh_emulator() -> Emulator:
            mode: Literal["reject", "as-release"] = "reject" if options.default_mode else "as-release"
            return Emulator(configuration, release=release, unknown_tags=mode)

        def announce(finding: Finding, number: int) -> None:
            clear_progress()
            print(described(finding, number, release), flush=True)

        def announce_silence(lines: Sequence[str]) -> None:
            clear_progress()
            print(described_silence(lines), flush=True)

        exploration = Exploration(client, release, fresh_emulator, options.default_mode, options.network)
        exploration.progress, exploration.announce = Progress(), announce
        exploration.announce_silence = announce_silence
        with warnings.catch_warnings():
            # pydicom's, of the odd files that an example has
            warnings.simplefilter("ignore", UserWarning)
            explore(exploration, options.examples, options.seed, options.differences)
    clear_progress()
    for reason, count in exploration.known.most_common():
        print(f"known ({count}): {reason}")
    print(conclusion(exploration))
    return int(bool(exploration.findings))


def explored_server(
    options: argparse.Namespace,
) -> AbstractContextManager[tuple[HttpClient | OwnServerClient, Mapping[str, Any]]]:
    """The client of the server that the options name, and the configuration that it has as far as it shows."""
    if options.url:
        client = http_client(options)
        check_server(client, vouched=options.no_limits, owned=options.i_own_this_server)
        return running_server(client)
    return started_server(options.orthanc, options.root, network=options.network)


class Progress:
    """A line on a terminal, written anew a few times per second; elsewhere, one more line each minute."""

    def __init__(self) -> None:
        self.on_terminal = sys.stderr.isatty()
        self.shown = time.monotonic()

    def __call__(self, exploration: Exploration) -> None:
        if time.monotonic() - self.shown < (0.2 if self.on_terminal else 60):
            return
        self.shown = time.monotonic()
        if self.on_terminal:
            print(f"\r\033[K{conclusion(exploration)}", end="", file=sys.stderr, flush=True)
        else:
            print(conclusion(exploration), file=sys.stderr, flush=True)
