"""Runs scenarios, and prints what came of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from emulator.checking import check

from ..asking.exchange import terminal
from ..recorder import recordings
from ..reports import junit, own_entries, page, printed, summary
from ..scenarios.scenario import Scenario
from ..targets import running
from ..targets.outcome import Target
from ..targets.ownership import LEFT
from .progress import Progress, clear_progress

#: The exit status of a run in which hardly anything could be asked.
TOO_LITTLE_ASKED = 3


def print_run(
    scenarios: list[Scenario], tested: Target, reference: Target | None, options: argparse.Namespace | None = None
) -> int:
    """Runs the scenarios and prints differences, table and conclusion; returns the exit status.

    With `options` it also does what --verbose, --html and --junit say.
    """
    results = list(running.run(scenarios, tested, reference, Progress()))
    clear_progress()
    name = terminal(reference.name) if reference is not None else None
    verbose = options is not None and options.verbose
    if verbose:
        print(terminal("\n".join(printed.listing(results, tested.name, name))))
    lines = [*printed.failures(results, tested.name, name), *own_lines(results, tested, options)]
    print(terminal("\n".join([*lines, *conclusion(results, name, verbose)])))
    if options is not None:
        write_reports(results, tested, reference, options)
    print_left()
    if any(one.failed or one.broke_off for one in results) or LEFT:
        return 1
    return too_little_asked(results, getattr(options, "min_asked", 0.0)) if reference is not None else 0


def own_lines(results: Sequence[running.Result], tested: Target, options: argparse.Namespace | None) -> Iterator[str]:
    """The table of the administrator's entries, if they were tried out."""
    if options is None or not getattr(options, "config", None):
        return
    found = [*own_entries.own_entries(results, check(options.config, release=tested.release))]
    if found:
        yield from ("", *found, "")


def conclusion(results: Sequence[running.Result], reference: str | None, verbose: bool) -> Iterator[str]:
    """The end of what is printed: a screen, or all of it."""
    if verbose or reference is None:
        yield from printed.contract_notes(results) if reference is None else printed.not_asked(results)
        yield ""
        yield from printed.table(results)
        yield ""
    if reference is not None:
        yield from summary.summary(results, verbose=verbose)
        yield ""
        yield f"{reference}: {summary.asked(results)}"
    yield printed.conclusion(results)


def write_reports(
    results: Sequence[running.Result], tested: Target, reference: Target | None, options: argparse.Namespace
) -> None:
    """What --html and --junit ask for."""
    if options.html:
        folder = options.recordings or recordings.shipped()
        options.html.write_text(page.page(results, tested, reference, folder), encoding="utf-8")
        print(f"The report: {options.html}")
    if options.junit:
        name = terminal(reference.name) if reference is not None else None
        options.junit.write_text(junit.junit(results, tested.name, name), encoding="utf-8")


def too_little_asked(results: Sequence[running.Result], least: float) -> int:
    """The status of a run that tells little of the server, 0 for one that tells enough.

    `least` is a share up to 1, above it percent.
    """
    asked = sum(one.was_asked for one in results)
    percent = least * 100 if least <= 1 else least
    if asked and asked * 100 >= percent * len(results):
        return 0
    print(
        f"Only {asked} of {len(results)} scenarios could be asked (--min-asked {least:g}): this tells little of the "
        "server. `python -m conformance config` prints a configuration that lets nearly all be asked",
        file=sys.stderr,
    )
    return TOO_LITTLE_ASKED


def print_left() -> None:
    """Tells what was made on a server and could not be removed."""
    if LEFT:
        how = "remove it with `python -m conformance clean --url ...`"
        print(f"Left on the server, {len(LEFT)}: {how}", file=sys.stderr)
        for one in LEFT[:20]:
            print(f"  {terminal(one)}", file=sys.stderr)
