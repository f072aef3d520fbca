"""How `--orthanc-live` changes a run of pytest: what the fixtures give, what is compared, what is told at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from emulator import Emulator
from emulator.testing import pytest_settings

from ..asking.clients import UnreachableError
from ..asking.exchange import Exchange
from ..targets.releases import nearest_release
from ..targets.server_process import CannotStartError, StartRefusedError
from .comparison import Finding, first_difference
from .live_orthanc import LiveOrthanc
from .proxy import Proxy
from .servers import LiveServer, NotFitError, live_server

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

    from emulator.dimse.listener import DicomAddress


@dataclass
class LiveRun:
    """The server of a run, what became of each test, and the differences that were seen."""

    server: LiveServer
    outcomes: dict[str, str] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    alike: set[str] = field(default_factory=set)
    not_run: dict[str, str] = field(default_factory=dict)

    @property
    def release(self) -> str:
        return nearest_release(self.server.release)


@dataclass
class LiveTest:
    """What a test asked, and how an emulator for the same is set up: `mode` is the test's own."""

    configuration: Mapping[str, Any]
    release: str
    mode: str
    trace: list[Exchange] = field(default_factory=list)

    def emulator(self, *, contract: bool = False) -> Emulator:
        """One that does as the release does or, with `contract`, as the documented contract says."""
        return Emulator(self.configuration, release=self.release, unknown_tags="reject" if contract else "as-release")


RUN: pytest.StashKey[LiveRun] = pytest.StashKey()
TEST: pytest.StashKey[LiveTest] = pytest.StashKey()


def run_of(config: pytest.Config) -> LiveRun:
    """The run's server, started or looked at once; raises UsageError."""
    if RUN not in config.stash:
        place = config.getoption("orthanc_emulator_live")
        if "://" in place and hasattr(config, "workerinput"):
            raise pytest.UsageError("--orthanc-live: workers can't share one server: give an executable, or no -n")
        try:
            server = live_server(place, deletes=config.getoption("orthanc_emulator_live_delete"))
        except (NotFitError, UnreachableError, CannotStartError, StartRefusedError) as error:
            raise pytest.UsageError(f"--orthanc-live: {error}") from None
        config.stash[RUN] = LiveRun(server)
    return config.stash[RUN]


def orthanc(item: pytest.Item, release: str) -> Iterator[LiveOrthanc]:
    """What the fixture `orthanc` gives; skips a test that the server is not for."""
    run = run_of(item.config)
    if release != run.release:  # its marker says so
        skip(run, item, f"is for {release}, and the live server is {run.server.release}")
    options = pytest_settings.marker_options(item)
    configuration = pytest_settings.configuration_of(item, options, release)
    try:
        run.server.prepare(configuration)
    except (NotFitError, StartRefusedError) as error:
        skip(run, item, str(error))
    mode = options.get("unknown_tags") or item.config.getini("orthanc_unknown_tags") or "reject"
    test = LiveTest(configuration, release, mode)
    live = LiveOrthanc(Proxy(run.server.connect), test.emulator, run.server.name)
    test.trace = live.proxy.trace
    item.stash[TEST] = test
    try:
        paths = pytest_settings.paths_of(item, options)
        if paths:
            live.load(*paths)
        yield live
    finally:
        run.server.empty()


def skip(run: LiveRun, item: pytest.Item, reason: str) -> NoReturn:
    run.not_run[item.nodeid] = reason
    pytest.skip(f"--orthanc-live: {reason}")


def url(live: LiveOrthanc) -> Iterator[str]:
    """What the fixture `orthanc_url` gives: the live server by way of what notes the requests."""
    with live.serve() as address:
        yield address


def dicom(config: pytest.Config) -> DicomAddress:
    """What the fixture `orthanc_dicom` gives."""
    from emulator.dimse.listener import DicomAddress

    address = run_of(config).server.dicom()
    return DicomAddress(address.host, address.port, address.aet)


def called(item: pytest.Item) -> Iterator[None]:
    """Around a test: afterwards the emulator is asked the same. A test of what only an emulator refuses is skipped."""
    try:
        yield
    except (Exception, pytest.fail.Exception) as error:
        compare(item)
        refused = refusal(item)
        if refused is not None:
            run = run_of(item.config)
            skip(run, item, f"only an emulator keeps to the documented contract here: {refused}")
        raise error
    compare(item)


def compare(item: pytest.Item) -> None:
    """Asks an emulator that does as the release does what the test asked of the live server."""
    test, run = item.stash.get(TEST, None), run_of(item.config)
    if test is None:
        return
    found = first_difference(test.trace, test.emulator())
    if found is None:
        run.alike.add(item.nodeid)
    else:
        run.findings[item.nodeid] = found


def refusal(item: pytest.Item) -> str | None:
    """What an emulator in the test's own mode refuses and the live server did, None where there is nothing."""
    test = item.stash.get(TEST, None)
    if test is None or test.mode != "reject":
        return None
    found = first_difference(test.trace, test.emulator(contract=True))
    return found.emulated.summary() if found is not None and found.is_refusal else None


def summarised(run: LiveRun, reporter: TerminalReporter) -> Iterator[str]:
    """The end of the run."""
    passed = [one.nodeid for one in reporter.getreports("passed") if one.when == "call"]
    failed = [one.nodeid for one in reporter.getreports("failed")]
    asked = [one for one in passed if one in run.alike or one in run.findings]
    both = [one for one in asked if one in run.alike]
    yield (
        f"{len(asked)} tests passed on {run.server.name}; the emulator of {run.release} gives the same answers to all "
        f"that {len(both)} of them asked"
    )
    if run.not_run:
        yield f"{len(run.not_run)} tests were not run on it; -rs tells why"
    for one in [*failed, *(name for name in asked if name not in run.alike)]:
        yield ""
        if one in run.findings:
            yield f"{one}: the emulator answers otherwise, which is its fault or a known difference:"
            yield from str(run.findings[one]).splitlines()
        elif one in run.alike:
            yield (
                f"{one}: failed here, although the emulator gives the same answers: a trap of the test's own, such as "
                "identifiers, order or time that no server promises"
            )


def summarise(reporter: TerminalReporter) -> None:
    run = reporter.config.stash.get(RUN, None)
    if run is not None:
        reporter.section("orthanc-live", sep="-")
        for line in summarised(run, reporter):
            reporter.line(line)


def close(config: pytest.Config) -> None:
    run = config.stash.get(RUN, None)
    if run is not None:
        run.server.close()


def begin(config: pytest.Config) -> None:
    """Starts or looks at the server before tests are collected, in each worker of pytest-xdist, if there are any."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        run_of(config)
