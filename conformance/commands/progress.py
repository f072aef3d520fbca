"""The line on a terminal that shows how far a run of scenarios is."""

from __future__ import annotations

import sys

from ..scenarios.scenario import Scenario


def show_progress(number: int, count: int, scenario: Scenario) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{number}/{count} {scenario.title}", end="", file=sys.stderr, flush=True)


def clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
