"""The command `explore`: its options, what it prints, and which configuration the server has."""

from __future__ import annotations

import argparse
import sys
import textwrap
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from ..asking.clients import HttpClient
from ..asking.configurations import EXPLORED
from ..asking.exchange import Request
from ..asking.session import Session
from ..files.raw import RawElement, raw_file
from ..reports.printed import answer_text
from ..targets.ownership import OwnedClient
from ..targets.probing import lacking_default_creator, lacking_overwriting
from ..targets.server_process import BASE_CONFIGURATION, CannotStartError, ServerProcess

if TYPE_CHECKING:
    from ..exploring.exploration import Exploration, Finding

EXAMPLES = 500
#: How many differences one run collects before it stops.
MOST_DIFFERENCES = 20
SHOWN_PATHS = 6


def add_options(command: argparse.ArgumentParser) -> None:
    """Adds what is only for `explore`."""
    command.add_argument("--user", help="the user's name, for --url")
    command.add_argument("--password", help="the password, for --url")
    command.add_argument("--examples", type=int, default=EXAMPLES, metavar="NUMBER", help=f"default: {EXAMPLES}")
    command.add_argument("--seed", type=int, default=0, metavar="NUMBER", help="the same seed asks the same")
    command.add_argument(
        "--default-mode",
        action="store_true",
        help="the emulator refuses unknown tags: what it accepts must be the same on the server",
    )
    command.add_argument("--release", help="what the emulator stands for (default: the server's release)")
    command.add_argument(
        "--differences", type=int, default=MOST_DIFFERENCES, metavar="NUMBER", help="stop after so many"
    )


def explore_server(options: argparse.Namespace, nearest: Callable[[str], str]) -> int:
    """Explores the server that the options name; returns the exit status, 1 if there is a difference.

    `nearest` gives the release that the emulator knows and that is nearest to one.
    """
    from emulator import Emulator

    from ..exploring.exploration import Exploration, explore

    with running_server(options) as (client, configuration):
        release = options.release or nearest(release_of(client))

        def fresh_emulator() -> Emulator:
            mode: Literal["reject", "as-release"] = "reject" if options.default_mode else "as-release"
            return Emulator(configuration, release=release, unknown_tags=mode)

        def announce(finding: Finding, number: int) -> None:
            clear_progress()
            print(described(finding, number, release), flush=True)

        exploration = Exploration(client, release, fresh_emulator, options.default_mode)
        exploration.progress, exploration.announce = Progress(), announce
        with warnings.catch_warnings():
            # pydicom's, of the odd files that an example has
            warnings.simplefilter("ignore", UserWarning)
            explore(exploration, options.examples, options.seed, options.differences)
    clear_progress()
    for reason, count in exploration.known.most_common():
        print(f"known ({count}): {reason}")
    print(conclusion(exploration))
    return int(bool(exploration.findings))


@contextmanager
def running_server(options: argparse.Namespace) -> Iterator[tuple[HttpClient, Mapping[str, Any]]]:
    """The client of the server that the options name, and the configuration that it has as far as it shows."""
    if options.url:
        client = HttpClient(options.url, options.user, options.password)
        try:
            yield client, {**BASE_CONFIGURATION, **configuration_of(client)}
        finally:
            client.close()
        return
    server = ServerProcess(options.orthanc, EXPLORED, options.root)
    try:
        yield server.client, {**BASE_CONFIGURATION, **EXPLORED}
    finally:
        server.stop()


def release_of(client: HttpClient) -> str:
    answer = client.send(Request("GET", "/system"))
    if answer.status != 200:
        raise CannotStartError(f"{client.url}/system answers {answer.summary()}: is it an Orthanc, and the user right?")
    return answer.text_field("Version")


def configuration_of(client: HttpClient) -> dict[str, Any]:
    """What of the explored configuration a server has: tried out with instances of the suite's own."""
    owned = OwnedClient(client)
    session = Session(owned, "explore", "probe")
    try:
        entries = {
            key: entry for key, entry in EXPLORED["Dictionary"].items() if entry[1] == shown_name(session, key, entry)
        }
        found: dict[str, Any] = {"Dictionary": entries}
        if lacking_overwriting(session, False) is not None:
            found["OverwriteInstances"] = True
        if entries and lacking_default_creator(session, "") is not None:
            found["DefaultPrivateCreator"] = "MYLAB"
    finally:
        owned.clean_up()
    missing = [key for key in EXPLORED["Dictionary"] if key not in entries]
    if missing:
        print(f"The server's dictionary lacks {len(missing)} of the entries that explore uses: {', '.join(missing)}")
    return found


def shown_name(session: Session, key: str, entry: list[Any]) -> str:
    """The name that a server gives to an element of a dictionary entry."""
    group, element = key.split(",")
    in_full = len(element) == 4 and not element.startswith("00")
    tag = f"{group},{element}" if in_full else f"{group},10{element[-2:]}"
    elements: list[RawElement] = [(tag, "LO", "probe")]
    if len(entry) > 4:
        elements.append((f"{group},00{tag[5:7]}", "LO", entry[4]))
    stored = session.upload(raw_file(session, *elements))
    name = str(session.get(f"/instances/{stored.id}/tags").json[tag]["Name"])
    session.delete(f"/instances/{stored.id}")
    return name


def described(finding: Finding, number: int, release: str) -> str:
    """A finding as text: a scenario to paste into conformance/scenarios, both answers, and what differs."""
    differences = [f"    {difference}" for difference in finding.differences]
    left_out = len(differences) - SHOWN_PATHS
    lines = [
        f"✗ {number}. {finding.kind}" + ("" if finding.reproduced else "  (it did not come again)"),
        "",
        f'@scenario("What was explored on {release}", configuration=EXPLORED)',
        f"def explored_{number}(session: Session) -> None:",
        textwrap.indent("\n".join(finding.lines), "    "),
        "",
        f"  emulator: {answer_text(finding.emulator)}",
        f"  live:     {answer_text(finding.live)}",
        *differences[:SHOWN_PATHS],
        *([f"    … and {left_out} more"] if left_out > 0 else []),
        "",
    ]
    return "\n".join(lines)


def conclusion(exploration: Exploration) -> str:
    """One line: examples, requests, differences."""
    known = sum(exploration.known.values())
    count = len(exploration.findings)
    differences = f"{count} difference" if count == 1 else f"{count} differences"
    text = f"{exploration.examples} examples, {exploration.requests} requests, {differences}"
    if known:
        text += f" ({known} times a known one)"
    if exploration.default_mode:
        text += f", {exploration.passed_over} requests refused for unknown tags"
    return text


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


def clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
