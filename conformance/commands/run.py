"""Run the scenarios on the emulator and, with --url or --orthanc, on a server beside it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from ..asking.clients import without_user
from ..asking.network import Address
from ..scenarios.my_dictionary import CHAPTER, scenarios_of
from ..scenarios.scenario import Scenario, chosen
from ..targets.databases import DATABASE_OPTIONS, SQLITE
from ..targets.dry_run import dry_run
from ..targets.emulated import EmulatorTarget
from ..targets.live import ExecutableTarget, UrlTarget
from ..targets.outcome import Target
from ..targets.releases import DEFAULT_RELEASE, known_release, nearest_release
from .options import add_executable, add_limits, add_only, add_postgresql, add_root, add_user, http_client
from .printing import print_run

#: What is said of an emulator in its default mode: all its differences would look like those of a server.
IS_EMULATOR = (
    "Note: this is an emulator that rejects unknown tags: start it with --unknown-tags as-release to compare it as a "
    "release"
)


def add_options(command: argparse.ArgumentParser) -> None:
    where = command.add_mutually_exclusive_group()
    where.add_argument("--url", help="a running server; it may be in use: only what the suite makes is touched")
    add_executable(where, required=False)
    command.add_argument(
        "--config",
        type=Path,
        metavar="FILE-OR-FOLDER",
        help="the configuration of the server at --url, to be asked more",
    )
    add_user(command)
    add_limits(command)
    command.add_argument(
        "--min-asked",
        type=float,
        default=25.0,
        metavar="SHARE",
        help="a run in which less could be asked ends with status 3: 0.5 is half, above 1 it is percent (default: 25)",
    )
    command.add_argument(
        "--exclusive", action="store_true", help="the server at --url is empty, and nobody else uses it"
    )
    command.add_argument("--dicom", metavar="HOST:PORT", help="where the server at --url is on the DICOM network")
    command.add_argument("--aet", default="ORTHANC", help="its AET there (%(default)s)")
    command.add_argument("--release", help=f"the release of the emulator when it is alone (default: {DEFAULT_RELEASE})")
    command.add_argument(
        "--database", choices=sorted(DATABASE_OPTIONS), default=SQLITE, help="that of the emulator when it is alone"
    )
    command.add_argument("--dry-run", action="store_true", help="print the requests, and send none")
    add_reports(command)
    add_root(command)
    add_postgresql(command)
    add_only(command)


def add_reports(command: argparse.ArgumentParser) -> None:
    """What is told beside the differences, the table and the conclusion."""
    command.add_argument(
        "--verbose", action="store_true", help="print a line per scenario, all reasons, and the whole table"
    )
    command.add_argument("--html", type=Path, metavar="FILE", help="write a report that a browser shows")
    command.add_argument(
        "--recordings", type=Path, metavar="FOLDER", help="the recordings for --html (default: the suite's own)"
    )
    command.add_argument("--junit", type=Path, metavar="FILE", help="write a report in JUnit's XML")


def run(options: argparse.Namespace) -> int:
    scenarios = own_and_chosen(options)
    if options.dry_run:
        return print_requests(options, scenarios)
    live = live_target(options)
    if live is None:
        alone = EmulatorTarget(known_release(options.release or DEFAULT_RELEASE), options.database)
        return print_run(scenarios, alone, None, options)
    with closing(live):
        if isinstance(live, UrlTarget) and live.rejects_unknown_tags():
            print(IS_EMULATOR)
        release = nearest_release(live.release)
        if release != live.release:
            print(f"The emulator does not know release {live.release}: it stands for {release}, the nearest it knows")
        return print_run(scenarios, EmulatorTarget(release, live.database), live, options)


def own_and_chosen(options: argparse.Namespace) -> list[Scenario]:
    """The chosen scenarios, with those of the administrator's entries for `--only my_dictionary`."""
    only = options.only or []
    if CHAPTER not in only:
        return chosen(options.only)
    section = options_in(options.config).get("Dictionary") or {}
    if not section:
        raise ValueError(f'--only {CHAPTER} tries out the entries of --config: there is no "Dictionary" in it')
    others = [one for one in only if one != CHAPTER]
    return [*scenarios_of(section), *(chosen(others) if others else [])]


def print_requests(options: argparse.Namespace, scenarios: list[Scenario]) -> int:
    if not options.url and not options.orthanc:
        raise ValueError("--dry-run prints what a server would be sent: give --url or --orthanc")
    release = known_release(options.release or DEFAULT_RELEASE)
    starts = options.orthanc is not None
    shown = options.orthanc if starts else without_user(options.url)
    print(f"# Nothing is sent. A run would send these requests to {shown}, if it is {release};")
    print("# «id 1» and the like stand for what the server generates. If its configuration is another than a scenario")
    print("# needs, the scenario is not asked, or with other tags, which the server knows, in place of those of MYLAB.")
    for line in dry_run(scenarios, release, starts_servers=starts, exclusive=options.exclusive):
        print(line)
    return 0


def options_in(path: Path | None) -> Mapping[str, Any]:
    """The options in an administrator's file or folder; raises ConfigurationFileError."""
    from emulator.configuration.configuration import read_options
    from emulator.releases import RELEASES

    return {} if path is None else read_options(path, RELEASES[DEFAULT_RELEASE])


def live_target(options: argparse.Namespace) -> Target | None:
    if options.url:
        return UrlTarget(
            http_client(options),
            options.exclusive,
            has_no_limits=options.no_limits,
            is_owned=options.i_own_this_server,
            dicom=Address.read(options.dicom, options.aet) if options.dicom else None,
            configuration=options_in(options.config),
        )
    if options.orthanc:
        return ExecutableTarget(options.orthanc, options.root, options.postgresql)
    return None
