"""Runs scenarios against the emulator and a live server, and judges what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..asking.clients import UnreachableError
from ..asking.exchange import Observation
from ..comparing.differences import Difference, differences
from ..scenarios.scenario import Scenario
from .outcome import Outcome, Target, fitted
from .releases import nearest_release
from .room import ForeignLossError
from .server_process import CannotStartError

#: "agree" and "differ": two targets were compared. "kept" and "broken": the emulator alone, or the documented contract.
#: "not asked": the live server could not be asked, of the documented contract neither.
Verdict = Literal["agree", "differ", "kept", "broken", "not asked"]
#: After so many scenarios in a row that a server did not answer, no more are asked.
MOST_FAILURES = 3
FAILURES: frozenset[Verdict] = frozenset({"differ", "broken"})


@dataclass(frozen=True)
class Result:
    """A scenario, its outcome on the tested target and on the one it is compared with, and the verdict."""

    scenario: Scenario
    tested: Outcome
    reference: Outcome | None
    verdict: Verdict
    differences: Sequence[Difference] = field(default_factory=tuple)
    problems: Sequence[str] = field(default_factory=tuple)

    @property
    def failed(self) -> bool:
        return self.verdict in FAILURES

    @property
    def was_asked(self) -> bool:
        """Whether the live server was asked this."""
        return self.reference is not None and self.reference.not_asked is None

    @property
    def broke_off(self) -> bool:
        """Whether the live server failed, so that nothing is known."""
        return self.reference is not None and self.reference.failed

    @property
    def why_not_asked(self) -> str | None:
        """What the live server lacks to be asked this; None if it was asked, or if there is none."""
        return self.reference.not_asked if self.reference is not None else None


def by_configuration(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """The scenarios, those of one configuration together, so that few servers have to be started."""
    groups: dict[str, list[Scenario]] = {}
    for one in scenarios:
        groups.setdefault(json.dumps(one.configuration, sort_keys=True), []).append(one)
    return [one for group in groups.values() for one in group]


def run(
    scenarios: Iterable[Scenario],
    tested: Target,
    reference: Target | None,
    progress: Callable[[int, int, Scenario], None] = lambda number, count, scenario: None,
) -> Iterator[Result]:
    """Runs the scenarios that apply to the release of `tested`, or the nearest known, on both targets, one by one."""
    release = nearest_release(tested.release)
    applicable = by_configuration(one for one in scenarios if one.applies_to(release))
    asking = None if reference is None else Asking(reference)
    for number, one in enumerate(applicable, 1):
        progress(number, len(applicable), one)
        if asking is None:
            yield judge(one, tested.run(one), None)
        else:
            asked, outcome = asking.ask(one)
            # the emulator is run for nothing where the server is not asked
            yield judge(asked, tested.run(asked) if outcome.not_asked is None else outcome, outcome)


class Asking:
    """Asks a live server as long as it answers: a failure costs one scenario, and what was done is told."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.failures = 0  # in a row
        self.ended: str | None = None  # why nothing is asked any more

    def ask(self, scenario: Scenario) -> tuple[Scenario, Outcome]:
        """The scenario as it was asked, and what came of it."""
        if self.ended is not None:
            return scenario, Outcome(not_asked=self.ended, failed=True)
        try:
            scenario = fitted(self.target, scenario)
            outcome = self.target.run(scenario)
        except ForeignLossError as error:
            self.ended = str(error)
        except (UnreachableError, CannotStartError) as error:
            self.failures += 1
            if self.failures < MOST_FAILURES:
                return scenario, Outcome(not_asked=f"the server failed: {error}", failed=True)
            self.ended = f"the server failed {self.failures} times in a row, the last time so: {error}"
        else:
            self.failures = 0
            return scenario, outcome
        return scenario, Outcome(not_asked=self.ended, failed=True)


def judge(scenario: Scenario, tested: Outcome, reference: Outcome | None) -> Result:
    """The verdict on two outcomes of a scenario, or on one alone."""
    problems = problems_of(scenario, tested)
    unasked = reference is not None and (reference.not_asked is not None or tested.not_asked is not None)
    if scenario.mode == "contract" or reference is None or unasked:
        verdict: Verdict = "broken" if problems else "not asked" if unasked else "kept"
        return Result(scenario, tested, reference, verdict, problems=problems)
    if reference.stopped is not None:
        problems = [*problems, f"the scenario does not reach its end on the live server: {reference.stopped}"]
    found = differences(tested.normal, reference.normal)
    return Result(scenario, tested, reference, "differ" if found or problems else "agree", found, problems)


def problems_of(scenario: Scenario, outcome: Outcome) -> list[str]:
    """What is wrong with an outcome, whatever another target does."""
    problems = []
    if outcome.failure is not None:
        problems.append(outcome.failure)
    elif outcome.stopped is not None:
        problems.append(f"the scenario does not reach its end: {outcome.stopped}")
    if scenario.mode == "contract":
        problems += [
            f"does not hold: {entry.name}"
            for entry in outcome.log
            if isinstance(entry, Observation) and entry.value is False
        ]
    return problems
