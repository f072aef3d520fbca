"""Asks a live server and the emulator alike, by chance, until answers differ, and makes each difference smaller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test as run_machine

from .exploration import DifferenceFoundError, Exploration, Finding, SmallEnough
from .machine import Machine
from .network_machine import NetworkMachine
from .reduction import reduced

STEPS = 8


def explore(exploration: Exploration, examples: int, number: int, most: int) -> None:
    """Runs that many examples, with a seed; what it finds is in `exploration.findings`, at most so many differences.

    Hypothesis stops at the first difference, and at times before it has made as many examples as it may (of 5,000 on
    1.13.0 2,857): each round goes on after the one before, and counts a difference no more.
    """
    rounds, before = 0, -1
    while before < exploration.examples < examples and len(exploration.findings) < most:
        before = exploration.examples
        exploration.target, exploration.last, exploration.shrinks = None, None, 0
        machine: Any = seed(f"{number}-{rounds}")(lambda: machine_of(exploration))
        reproduced = True
        try:
            run_machine(machine, settings=quiet_settings(examples - exploration.examples))
        except (DifferenceFoundError, SmallEnough):
            pass
        except Flaky:
            reproduced = False
        rounds += 1
        if exploration.last is None:
            continue
        before = -1
        finding = replace(smallest(exploration, exploration.last), reproduced=reproduced)
        exploration.findings.append(finding)
        exploration.announce(finding, len(exploration.findings))


def smallest(exploration: Exploration, finding: Finding) -> Finding:
    """The finding with the fewest lines: Hypothesis keeps some parts that are not needed, such as a first upload."""

    def shows(lines: Sequence[str]) -> bool:
        again = replay(exploration, lines)
        return again is not None and again.kind == finding.kind

    return replay(exploration, reduced(finding.lines, shows)) or finding


def replay(exploration: Exploration, lines: Sequence[str]) -> Finding | None:
    """Runs lines on both sides; their first difference, None if there is none."""
    machine = machine_of(replace(exploration, last=None))
    try:
        for line in lines:
            machine.perform(line)
        return exploration.new_difference(machine.lines, machine.emulator.normal(), machine.live.normal())
    finally:
        machine.clean_up()


def machine_of(exploration: Exploration) -> Machine:
    """The machine that asks what is to be asked."""
    return NetworkMachine(exploration) if exploration.network else Machine(exploration)


def quiet_settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,  # a run depends on its seed alone
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
