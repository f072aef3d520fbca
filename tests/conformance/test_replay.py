"""The emulator beside the recorded answers of real servers: needs no server."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.comparing.differences import differences
from conformance.recorder import recordings
from conformance.scenarios.scenario import Scenario, all_scenarios
from conformance.targets.databases import DATABASE_OPTIONS, SQLITE
from conformance.targets.emulated import EmulatorTarget
from conformance.targets.releases import known_releases

RECORDINGS = Path(__file__).parents[2] / "fixtures" / "recordings"
CASES = [
    pytest.param(release, one, id=f"{release}/{one.title}")
    for release in known_releases()
    for one in all_scenarios()
    if one.applies_to(release)
]


@pytest.mark.parametrize(("release", "scenario"), CASES)
def test_replay(release: str, scenario: Scenario) -> None:
    """The emulator answers as the recorded server did; of the documented contract a recording is all that is needed."""
    if not recordings.releases(RECORDINGS):
        pytest.skip(f"no recordings yet: python -m conformance record --orthanc PATH --to {RECORDINGS}")
    recorded = recordings.load(RECORDINGS, release, scenario)
    assert recorded is not None, (
        f"{scenario.title} has no recording of {release}: record it (python -m conformance record)"
    )
    if scenario.mode == "contract":
        return
    outcome = EmulatorTarget(release).run(scenario)
    assert outcome.stopped is None, outcome.failure or outcome.stopped
    found = [str(one) for one in differences(outcome.normal, recorded)]
    assert found == []


OTHER_DATABASES = [
    pytest.param(release, database, one, id=f"{release}-{database}/{one.title}")
    for database in DATABASE_OPTIONS.keys() - {SQLITE}
    for release in recordings.releases(RECORDINGS, database)
    for titles in [recordings.titles(RECORDINGS, recordings.variant(release, database))]
    for one in all_scenarios()
    if one.title in titles
]


@pytest.mark.parametrize(("release", "database", "scenario"), OTHER_DATABASES)
def test_replay_of_other_databases(release: str, database: str, scenario: Scenario) -> None:
    """So it does with another database behind its index, in the chapters that were recorded with it."""
    recorded = recordings.load(RECORDINGS, recordings.variant(release, database), scenario)
    assert recorded is not None
    outcome = EmulatorTarget(release, database).run(scenario)
    assert outcome.stopped is None, outcome.failure or outcome.stopped
    assert [str(one) for one in differences(outcome.normal, recorded)] == []


@pytest.mark.parametrize("release", known_releases())
def test_nothing_is_recorded_that_is_no_scenario(release: str) -> None:
    known = {one.title for one in all_scenarios() if one.applies_to(release)}
    assert recordings.titles(RECORDINGS, release) - known == set()
