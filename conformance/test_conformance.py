"""Every scenario, on the emulator alone and beside a live Orthanc: `pytest --pyargs conformance`."""

from __future__ import annotations

import pytest

from .reports import printed
from .scenarios.scenario import Scenario, all_scenarios
from .targets.outcome import Target, fitted
from .targets.running import Result, by_configuration, judge

SCENARIOS = by_configuration(all_scenarios())
TITLES = [one.title for one in SCENARIOS]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=TITLES)
def test_emulator(scenario: Scenario, emulator: Target) -> None:
    """No error inside the emulator, and the documented contract is kept."""
    skip_other_release(scenario, emulator)
    check(judge(scenario, emulator.run(scenario), None), emulator.name, None)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=TITLES)
def test_live(scenario: Scenario, live: Target, emulator_like_live: Target) -> None:
    """The emulator answers as the live server does."""
    skip_other_release(scenario, emulator_like_live)
    asked = fitted(live, scenario)
    result = judge(asked, emulator_like_live.run(asked), live.run(asked))
    if result.verdict == "not asked":
        pytest.skip(f"not asked: {result.reference.not_asked if result.reference else ''}")
    check(result, emulator_like_live.name, live.name)


def skip_other_release(scenario: Scenario, target: Target) -> None:
    if not scenario.applies_to(target.release):
        pytest.skip(f"{scenario.title} is not about release {target.release}")


def check(result: Result, tested: str, reference: str | None) -> None:
    if result.failed:
        pytest.fail("\n".join(printed.details([result], tested, reference)), pytrace=False)
