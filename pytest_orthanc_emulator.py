"""The pytest plugin: fixtures `orthanc`, `orthanc_url`, `orthanc_dicom`, the marker `orthanc(...)`, an option.

A module of its own, and a thin skin over `emulator.testing`, which is imported when a test uses it and not before:
pytest imports this in every run of everybody who has installed it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator import Emulator
    from emulator.dimse.listener import DicomAddress
    from emulator.testing.pytest_settings import Watch
    from emulator.testing.shared_listener import SharedListener
    from emulator.testing.shared_server import SharedServer

#: Where a test keeps its emulator, for its report.
WATCH: pytest.StashKey[Watch] = pytest.StashKey()

MARKER = (
    "orthanc(dictionary={...}, configuration={...} or 'orthanc.json', release='1.10.1' or [...], load=['fixtures/'], "
    "unknown_tags='reject' or 'as-release', forbid=['scan', 'written-as-un', ...], plugin='plugin.py'): "
    "how the test's emulator is set up"
)

#: The options of pytest.ini with their type and what they are for; the marker's say more.
INI = {
    "orthanc_release": ("args", "releases that a test with the fixture orthanc runs on (default: the emulator's)"),
    "orthanc_configuration": ("string", "Orthanc's configuration, a path below the root folder"),
    "orthanc_load": ("args", "files and folders that every emulator holds, below the root folder"),
    "orthanc_unknown_tags": ("string", '"reject" (default) or "as-release"'),
    "orthanc_forbid": ("args", '"scan" and codes of diagnostics that fail a test'),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("orthanc", "orthanc-emulator: the fixtures orthanc and orthanc_url")
    group.addoption(
        "--orthanc-release",
        dest="orthanc_emulator_release",  # a name that no project has
        metavar="RELEASES",
        help="run each test with the fixture orthanc once per release, such as 1.10.1,1.12.7; or all",
    )
    group.addoption(
        "--orthanc-report",
        dest="orthanc_emulator_report",
        metavar="DIR",
        help="write a page for each failed test with the fixture orthanc: what was asked, done silently, and stored",
    )
    group.addoption(
        "--orthanc-live",
        dest="orthanc_emulator_live",
        metavar="URL-or-PATH",
        help="run the tests on a live server behind the same fixtures: at the URL of an empty one, or an executable",
    )
    group.addoption(
        "--orthanc-live-delete",
        dest="orthanc_emulator_live_delete",
        action="store_true",
        help="all that is on the server at the URL may be deleted",
    )
    for name, (kind, explanation) in INI.items():
        parser.addini(name, explanation, type=kind, default=None)  # type: ignore[arg-type]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    if config.getoption("--orthanc-release"):
        from emulator.testing import pytest_settings

        pytest_settings.releases_asked(config)  # so that a wrong one is told at once
    if is_live(config):
        from conformance.live_tests import plugin

        plugin.begin(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "orthanc_release" in metafunc.fixturenames:
        from emulator.testing import pytest_settings

        with pytest_settings.told_in_a_line():
            pytest_settings.parametrize_releases(metafunc)


@pytest.fixture
def orthanc_release(request: pytest.FixtureRequest) -> str:
    """The release that `orthanc` emulates, such as "1.12.7"."""
    from emulator.testing import pytest_settings

    with pytest_settings.told_in_a_line():
        return pytest_settings.releases_of(request.node)[0]


@pytest.fixture
def orthanc(request: pytest.FixtureRequest, orthanc_release: str) -> Iterator[Emulator]:
    """A fresh emulator, set up by the marker `orthanc(...)`; with --orthanc-live a live server behind its methods."""
    from emulator.testing import pytest_settings

    if is_live(request.config):
        from conformance.live_tests import plugin

        yield from plugin.orthanc(request.node, orthanc_release)  # type: ignore[misc]
        return

    with pytest_settings.told_in_a_line():
        watch = pytest_settings.watch_of(request.node, orthanc_release)
    request.node.stash[WATCH] = watch
    yield watch.emulator
    watch.emulator.server.faults.release()


@pytest.fixture(scope="session")
def orthanc_server() -> Iterator[SharedServer]:
    """The server on one loopback port behind every `orthanc_url` of the session."""
    from emulator.testing.shared_server import SharedServer

    with SharedServer() as server:
        yield server


@pytest.fixture
def orthanc_url(request: pytest.FixtureRequest, orthanc: Emulator, orthanc_server: SharedServer) -> Iterator[str]:
    """The URL of `orthanc`, on a free loopback port that is the same all session."""
    if is_live(request.config):
        with orthanc.serve() as url:
            yield url
        return
    with orthanc_server.answering(orthanc) as url:
        yield url


@pytest.fixture(scope="session")
def orthanc_dicom_server() -> Iterator[SharedListener]:
    """The listener on one loopback port behind every `orthanc_dicom` of the session."""
    from emulator.testing.shared_listener import SharedListener

    with SharedListener() as listener:
        yield listener


@pytest.fixture
def orthanc_dicom(
    request: pytest.FixtureRequest, orthanc: Emulator, orthanc_dicom_server: SharedListener
) -> Iterator[DicomAddress]:
    """Where `orthanc` is on the DICOM network: host, port and AET; the port is a free one, the same all session."""
    if is_live(request.config):
        from conformance.live_tests import plugin

        yield plugin.dicom(request.config)
        return
    with orthanc_dicom_server.answering(orthanc) as address:
        yield address


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fails a test, once it is through, for what its marker forbids; on a live server, asks the emulator the same."""
    if is_live(item.config):
        from conformance.live_tests import plugin

        return (yield from plugin.called(item))
    result = yield
    watch = item.stash.get(WATCH, None)
    if watch is not None:
        watch.check()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Ends the report of a failed test with what its emulator saw."""
    report = yield
    watch = item.stash.get(WATCH, None)
    if watch is not None and report.failed and report.when != "teardown":
        from emulator.testing.summary import summary

        report.sections.append(("orthanc-emulator", summary(watch.emulator)))
        folder = item.config.getoption("orthanc_emulator_report")
        if folder:
            from emulator.testing.report import write_report

            path = write_report(
                item.config.invocation_params.dir / folder, item.nodeid, report.longreprtext, watch.emulator
            )
            report.sections.append(("orthanc-emulator: report", str(path)))
    return report


def is_live(config: pytest.Config) -> bool:
    return bool(config.getoption("orthanc_emulator_live", None))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tells how the tests did on the live server, and beside it."""
    if is_live(terminalreporter.config):
        from conformance.live_tests import plugin

        plugin.summarise(terminalreporter)


def pytest_unconfigure(config: pytest.Config) -> None:
    if is_live(config):
        from conformance.live_tests import plugin

        plugin.close(config)
