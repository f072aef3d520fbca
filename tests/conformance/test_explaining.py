"""A release beside the nearest emulated one: the rules that explain the difference, by name."""

from __future__ import annotations

from conformance.scenarios.scenario import chosen
from conformance.sweeps.explaining import explanations
from conformance.targets.emulated import EmulatorTarget
from conformance.targets.releases import nearest_release


def test_the_rule_that_explains_a_difference_is_named() -> None:
    """1.12.7's answers taken for those of a release between 1.10.1 and it."""
    scenarios = chosen(["views/name_in_tags", "errors/wrong_level", "errors/upload_truncated"])
    logs = {one.title: EmulatorTarget("1.12.7").run(one).normal for one in scenarios}
    assert nearest_release("1.11.3") == "1.10.1"
    found = {one.scenario.title: one for one in explanations(logs, scenarios, "1.11.3")}
    assert "views/name_in_tags" not in found  # the same in both
    assert found
    explained = [one for one in found.values() if one.rules]
    assert explained
    assert all("as in 1.12.7" in rule or "as in 1.13.0" in rule for one in explained for rule in one.rules)
    assert all(str(one).startswith(one.scenario.title) for one in found.values())


def test_a_release_explains_itself() -> None:
    scenarios = chosen(["views/name_in_tags"])
    logs = {one.title: EmulatorTarget("1.12.7").run(one).normal for one in scenarios}
    assert [*explanations(logs, scenarios, "1.12.10")] == []
