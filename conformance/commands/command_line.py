"""The command line: run, record, check, config, explore, bench."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ..asking.clients import UnreachableError
from ..asking.exchange import UnexpectedAnswerError
from ..comparing.differences import NormalEntry
from ..recorder import recordings
from ..recorder.recordings import SQLITE
from ..reports import junit, page, printed
from ..scenarios.scenario import Scenario, chosen
from ..targets import running
from ..targets.dry_run import dry_run
from ..targets.full_configuration import full_configuration
from ..targets.live import DATABASE_OPTIONS, EmulatorTarget, ExecutableTarget, Target, UrlTarget
from ..targets.ownership import NotOursError
from ..targets.postgresql import PostgresqlServer
from ..targets.server_process import CannotStartError, StartRefusedError
from . import bench as bench_command
from . import explore as explore_command

DEFAULT_RELEASE = "1.12.7"
USAGE_ERROR = 2


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    commands = whole.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the scenarios on the emulator and, with --url or --orthanc, on a server")
    where = run.add_mutually_exclusive_group()
    where.add_argument("--url", help="a running server; it may be in use: only what the suite makes is touched")
    add_executable(where, required=False)
    run.add_argument("--user", help="the user's name, for --url")
    run.add_argument("--password", help="the password, for --url")
    run.add_argument("--exclusive", action="store_true", help="the server at --url is empty, and nobody else uses it")
    run.add_argument("--release", help=f"the release of the emulator when it is alone (default: {DEFAULT_RELEASE})")
    run.add_argument(
        "--database", choices=sorted(DATABASE_OPTIONS), default=SQLITE, help="that of the emulator when it is alone"
    )
    run.add_argument("--verbose", action="store_true", help="print a line per scenario, too")
    run.add_argument("--html", type=Path, metavar="FILE", help="write a report that a browser shows")
    run.add_argument(
        "--recordings", type=Path, metavar="FOLDER", help="the recordings for --html (default: the suite's own)"
    )
    run.add_argument("--junit", type=Path, metavar="FILE", help="write a report in JUnit's XML")
    run.add_argument("--dry-run", action="store_true", help="print the requests, and send none")
    record = commands.add_parser("record", help="write the answers of a server to files")
    add_executable(record, required=True)
    record.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="such as fixtures/recordings")
    check = commands.add_parser("check", help="compare a server with itself: whatever differs is the suite's fault")
    add_executable(check, required=True)
    explore = commands.add_parser("explore", help="ask a server and the emulator alike, by chance, for differences")
    server = explore.add_mutually_exclusive_group(required=True)
    server.add_argument("--url", help="a running server; it may be in use: only what the suite makes is touched")
    add_executable(server, required=False)
    explore_command.add_options(explore)
    config = commands.add_parser("config", help="print the configuration that lets a server be asked everything")
    bench = commands.add_parser("bench", help="measure what operations cost, beside a server if one is given")
    measured = bench.add_mutually_exclusive_group()
    measured.add_argument("--url", help="a running server, best an empty one; what is stored there is deleted again")
    add_executable(measured, required=False)
    bench_command.add_options(bench)
    for command in (run, record, check, explore, bench):
        command.add_argument("--root", type=Path, metavar="DIR", help="run the executable in a chroot there (as root)")
    for command in (run, record, check):
        command.add_argument(
            "--postgresql",
            type=PostgresqlServer,
            metavar="URI",
            help="keep the executable's index in a fresh database there, such as postgresql://postgres@127.0.0.1/postgres",
        )
    for command in (run, record, check, config):
        command.add_argument("--only", action="append", metavar="CHAPTER", help="a chapter or a chapter/scenario")
    return whole


def add_executable(group: argparse._ActionsContainer, required: bool) -> None:
    group.add_argument("--orthanc", metavar="PATH", required=required, help="an Orthanc executable, started as needed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit status: 0, 1 for a difference, 2 for a wrong call, 130 after Ctrl-C."""
    options = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        scenarios = chosen(getattr(options, "only", None))
        return COMMANDS[options.command](options, scenarios)
    except (
        OSError,
        ValueError,
        CannotStartError,
        StartRefusedError,
        UnreachableError,
        UnexpectedAnswerError,
        NotOursError,
    ) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        print("\nconformance: interrupted; what was made on the server has been removed", file=sys.stderr)
        return 130


def run(options: argparse.Namespace, scenarios: list[Scenario]) -> int:
    if options.dry_run:
        return print_requests(options, scenarios)
    live = live_target(options)
    if live is None:
        alone = EmulatorTarget(known_release(options.release or DEFAULT_RELEASE), options.database)
        return print_run(scenarios, alone, None, options)
    with closing(live):
        release = nearest_release(live.release)
        if release != live.release:
            print(f"The emulator does not know release {live.release}: it stands for {release}, the nearest it knows")
        return print_run(scenarios, EmulatorTarget(release, live.database), live, options)


def print_requests(options: argparse.Namespace, scenarios: list[Scenario]) -> int:
    if not options.url and not options.orthanc:
        raise ValueError("--dry-run prints what a server would be sent: give --url or --orthanc")
    release = known_release(options.release or DEFAULT_RELEASE)
    starts = options.orthanc is not None
    print(
        f"# Nothing is sent. A run would send these requests to {options.url or options.orthanc}, if it is {release};"
    )
    print("# «id 1» and the like stand for what the server generates.")
    for line in dry_run(scenarios, release, starts_servers=starts, exclusive=options.exclusive):
        print(line)
    return 0


def live_target(options: argparse.Namespace) -> Target | None:
    if options.url:
        return UrlTarget(options.url, options.user, options.password, options.exclusive)
    if options.orthanc:
        return ExecutableTarget(options.orthanc, options.root, options.postgresql)
    return None


def check(options: argparse.Namespace, scenarios: list[Scenario]) -> int:
    with (
        closing(ExecutableTarget(options.orthanc, options.root, options.postgresql)) as one,
        closing(ExecutableTarget(options.orthanc, options.root, options.postgresql)) as other,
    ):
        return print_run([each for each in scenarios if each.mode != "contract"], one, other)


def print_run(
    scenarios: list[Scenario], tested: Target, reference: Target | None, options: argparse.Namespace | None = None
) -> int:
    """Runs the scenarios and prints differences, table and conclusion; returns the exit status.

    With `options` it also does what --verbose, --html and --junit say.
    """
    results = list(running.run(scenarios, tested, reference, show_progress))
    clear_progress()
    name = reference.name if reference is not None else None
    if options is not None and options.verbose:
        print("\n".join(printed.listing(results, tested.name, name)))
    print("\n".join([*printed.details(results, tested.name, name), *printed.not_asked(results), ""]))
    print("\n".join(printed.table(results)))
    print()
    print(printed.conclusion(results))
    if options is not None and options.html:
        folder = options.recordings or recordings.shipped()
        options.html.write_text(page.page(results, tested, reference, folder), encoding="utf-8")
        print(f"The report: {options.html}")
    if options is not None and options.junit:
        options.junit.write_text(junit.junit(results, tested.name, name), encoding="utf-8")
    return int(any(one.failed for one in results))


def config(options: argparse.Namespace, scenarios: list[Scenario]) -> int:
    configuration, left_out = full_configuration(scenarios)
    print(recordings.laid_out(configuration))
    for one in left_out:
        print(
            f"conformance: not asked with it: {one.title}, which needs {differing(one, configuration)}", file=sys.stderr
        )
    return 0


def differing(scenario: Scenario, configuration: Mapping[str, Any]) -> str:
    """The options of a scenario that a configuration lacks, as one would write them."""
    options = scenario.configuration.items()
    return ", ".join(f'"{name}": {json.dumps(value)}' for name, value in options if configuration.get(name) != value)


def record(options: argparse.Namespace, scenarios: list[Scenario]) -> int:
    with closing(ExecutableTarget(options.orthanc, options.root, options.postgresql)) as live:
        logs: dict[str, dict[str, list[NormalEntry]]] = defaultdict(dict)
        broken = []
        for result in running.run(scenarios, live, None, show_progress):
            if result.tested.stopped is not None:
                broken.append(f"{result.scenario.title}: {result.tested.stopped}")
            logs[result.scenario.chapter][result.scenario.name] = result.tested.normal
        clear_progress()
        for chapter, log in logs.items():
            print(
                recordings.save(
                    options.to, recordings.variant(live.release, live.database), chapter, log, partly=bool(options.only)
                )
            )
    for problem in broken:
        print(f"conformance: the scenario does not reach its end: {problem}", file=sys.stderr)
    return int(bool(broken))


def explore(options: argparse.Namespace, scenarios: list[Scenario]) -> int:
    return explore_command.explore_server(options, nearest_release)


def bench(options: argparse.Namespace, scenarios: list[Scenario]) -> int:
    return bench_command.run_bench(options, nearest_release)


COMMANDS: Mapping[str, Callable[[argparse.Namespace, list[Scenario]], int]] = {
    "run": run,
    "record": record,
    "check": check,
    "config": config,
    "explore": explore,
    "bench": bench,
}


def known_releases() -> list[str]:
    from emulator.releases import RELEASES

    return sorted(RELEASES, key=version)


def known_release(release: str) -> str:
    if release not in known_releases():
        raise ValueError(f"The emulator does not know release {release}; it knows {', '.join(known_releases())}")
    return release


def nearest_release(release: str) -> str:
    """The newest release that the emulator knows and that is not newer than this one; else its oldest."""
    older = [one for one in known_releases() if version(one) <= version(release)]
    return older[-1] if older else known_releases()[0]


def version(release: str) -> tuple[int, ...]:
    """The numbers of a release, for comparison; a development version ("mainline") counts as the newest."""
    parts = release.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else (999,)


def show_progress(number: int, count: int, scenario: Scenario) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{number}/{count} {scenario.title}", end="", file=sys.stderr, flush=True)


def clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
