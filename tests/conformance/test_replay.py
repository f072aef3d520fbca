"""The emulator beside the recorded answers of real servers: needs no server."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance import recording
from conformance.cli import known_releases
from conformance.comparison import differences
from conformance.scenario import Scenario, all_scenarios
from conformance.targets import EmulatorTarget

RECORDINGS = Path(__file__).parents[2] / "fixtures" / "recordings"
CASES = [
    pytest.param(release, one, id=f"{release}/{one.title}")
    for release in known_releases()
    for one in all_scenarios()
    if one.mode == "as-release" and one.applies_to(release)
]


@pytest.mark.parametrize(("release", "scenario"), CASES)
def test_replay(release: str, scenario: Scenario) -> None:
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings yet: python -m conformance record --orthanc PATH --to {RECORDINGS}")
    recorded = recording.load(RECORDINGS, release, scenario)
    assert recorded is not None, (
        f"{scenario.title} has no recording of {release}: record it (python -m conformance record)"
    )
    outcome = EmulatorTarget(release).run(scenario)
    assert outcome.stopped is None, outcome.failure or outcome.stopped
    found = [str(one) for one in differences(outcome.normal, recorded)]
    assert found == []
