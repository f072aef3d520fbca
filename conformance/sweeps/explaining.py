"""Which rules explain that a release answers otherwise than the nearest emulated one: for a release to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from emulator.releases import RELEASES, Release
from emulator.releases.differences import differences as rule_differences

from ..comparing.differences import Difference, differences
from ..comparing.normalising import NormalEntry
from ..scenarios.scenario import Scenario
from ..targets.emulated import EmulatorTarget
from ..targets.releases import nearest_release
from .rules import rules_read, standing_for, with_rule

Log = Sequence[NormalEntry]


@dataclass(frozen=True)
class Explanation:
    """A scenario that a release answers otherwise than `near`, and the rules of others any of which explains it."""

    scenario: Scenario
    near: str
    rules: Sequence[str]
    first: Difference

    def __str__(self) -> str:
        why = " or ".join(self.rules) if self.rules else f"no rule alone: {self.first}"
        return f"{self.scenario.title}: {why}"


def explanations(logs: Mapping[str, Log], scenarios: Iterable[Scenario], release: str) -> Iterator[Explanation]:
    """The scenarios in whose logs a release differs from the nearest emulated one, each with what explains it."""
    near = nearest_release(release)
    for one in scenarios:
        log = logs.get(one.title)
        if log is None or one.mode == "contract":
            continue
        found = differences(EmulatorTarget(near).run(one).normal, log)
        if found:
            yield Explanation(one, near, [*explaining_rules(RELEASES[near], one, log)], found[0])


def explaining_rules(near: Release, scenario: Scenario, log: Log) -> Iterator[str]:
    """The rules with which the emulator answers as the log has it: "room.rule as in 1.13.0"."""
    told = set()
    read = rules_read(near.version, scenario)
    for other in RELEASES.values():
        if other is near:
            continue
        for rule in rule_differences(near, other):
            is_new = rule.name in read and rule.name not in told
            if is_new and not differs(with_rule(near, other, rule.room, rule.rule), scenario, log):
                told.add(rule.name)
                yield f"{rule.name} as in {other.version}"


def differs(release: Release, scenario: Scenario, log: Log) -> bool:
    with standing_for(release):
        try:
            outcome = EmulatorTarget(release.version).run(scenario)
        except Exception:  # a rule that does not fit the others
            return True
    return bool(differences(outcome.normal, log))
