"""Options and fixtures of `pytest --pyargs conformance`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_orthanc_conformance

from .asking.clients import HttpClient
from .targets.emulated import EmulatorTarget
from .targets.live import ExecutableTarget, UrlTarget
from .targets.outcome import Target
from .targets.releases import DEFAULT_RELEASE, nearest_release

HOW_TO_RUN_LIVE = (
    "no Orthanc to compare with: install one (apt-get install orthanc), name one with --orthanc or in "
    "ORTHANC_EXECUTABLE, or give a running one with --orthanc-url or in ORTHANC_URL"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """In a checkout, where the folder is named, or none; else the plugin adds them, and this comes too late."""
    pytest_orthanc_conformance.add_options(parser)


@pytest.fixture(scope="session")
def live(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A live server: the one at --orthanc-url, else an executable; skips where there is neither."""
    target = live_target(request.config)
    if target is None:
        pytest.skip(HOW_TO_RUN_LIVE)
    yield target
    target.close()


def live_target(config: pytest.Config) -> Target | None:
    url = config.getoption("orthanc_url", None) or os.environ.get("ORTHANC_URL")
    if url:
        user, password = config.getoption("orthanc_user", None), config.getoption("orthanc_password", None)
        return UrlTarget(
            HttpClient(url, user, password),
            config.getoption("orthanc_exclusive", default=False),
            has_no_limits=config.getoption("orthanc_no_limits", default=False),
        )
    executable = config.getoption("orthanc", None) or os.environ.get("ORTHANC_EXECUTABLE") or shutil.which("Orthanc")
    root = config.getoption("orthanc_root", None) or os.environ.get("ORTHANC_ROOT")
    return ExecutableTarget(executable, Path(root) if root else None) if executable else None


@pytest.fixture(scope="session")
def emulator() -> Target:
    """The emulator as the default release."""
    return EmulatorTarget(DEFAULT_RELEASE)


@pytest.fixture(scope="session")
def emulator_like_live(live: Target) -> Target:
    """The emulator as the release of the live server, or the nearest that it knows."""
    return EmulatorTarget(nearest_release(live.release))
