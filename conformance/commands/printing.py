"""Runs scenarios, and prints what came of it."""

from __future__ import annotations

import argparse

from ..recorder import recordings
from ..reports import junit, page, printed
from ..scenarios.scenario import Scenario
from ..targets import running
from ..targets.outcome import Target
from .progress import clear_progress, show_progress


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
