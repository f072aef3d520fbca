"""What is said of the rules of releases, and what `python -m emulator releases` makes of it."""

from __future__ import annotations

import json
from itertools import combinations, pairwise

import pytest

from conformance.scenarios.scenario import all_scenarios
from emulator import RELEASES
from emulator.commands.command_line import main
from emulator.releases.differences import Said, all_rules, differences, scenarios

VERSIONS = [*RELEASES]
RULES = [(f"{room}.{rule}", said) for room, rule, said, _ in all_rules(RELEASES["1.9.1"])]


def values_of(name: str) -> list[object]:
    """The values of a rule, the oldest release first."""
    return [value for one in RELEASES.values() for room, rule, _, value in all_rules(one) if f"{room}.{rule}" == name]


def mark_of(values: list[object]) -> str:
    """How the text of a rule must say in which releases it holds."""
    changes = [version for version, (old, new) in zip(VERSIONS[1:], pairwise(values), strict=True) if old != new]
    if not changes:
        return ""
    if not all(isinstance(value, bool) for value in values):
        return f"changed in {' and '.join(changes)}"
    true = [version for version, value in zip(VERSIONS, values, strict=True) if value]
    if true[-1] == VERSIONS[-1] and len(changes) == 1:
        return f"{true[0]} on"
    if true[0] == VERSIONS[0] and len(changes) == 1 and len(true) > 1:
        return f"up to {true[-1]}"
    return f"only {true[0]}" if len(true) == 1 else " and ".join(true)


@pytest.mark.parametrize(("name", "said"), RULES, ids=[name for name, _ in RULES])
def test_each_rule_says_what_it_is_and_where_it_holds(name: str, said: Said) -> None:
    assert len(said.text) > 10
    assert said.text.endswith(".")
    assert said.mark == mark_of(values_of(name))


@pytest.mark.parametrize(("before", "after"), [*combinations(VERSIONS, 2)])
def test_every_rule_that_differs_is_named(before: str, after: str, capsys: pytest.CaptureFixture[str]) -> None:
    old = {f"{room}.{rule}": value for room, rule, _, value in all_rules(RELEASES[before])}
    new = {f"{room}.{rule}": value for room, rule, _, value in all_rules(RELEASES[after])}
    differing = {name for name in old if old[name] != new[name]}
    assert main(["releases", "--diff", before, after]) == 0
    told = capsys.readouterr().out
    assert f"From {before} to {after}: {len(differing)} rules differ." in told
    assert all(f"({name})" in told or f"({name};" in told for name in differing)
    assert main(["releases", "--diff", before, after, "--json"]) == 0
    assert {f"{one['Room']}.{one['Rule']}" for one in json.loads(capsys.readouterr().out)} == differing


def test_a_release_differs_in_nothing_from_itself() -> None:
    assert all(differences(one, one) == [] for one in RELEASES.values())


def test_the_releases_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["releases", "--json"]) == 0
    assert [one["Version"] for one in json.loads(capsys.readouterr().out)] == VERSIONS
    assert main(["releases"]) == 0
    assert "1.12.7   API 27   DCMTK 3.6.9" in capsys.readouterr().out


def test_the_scenarios_that_show_rules_exist() -> None:
    titles = {one.title for one in all_scenarios()}
    assert set(scenarios().values()) <= titles
    assert set(scenarios()) <= {name for name, _ in RULES}
