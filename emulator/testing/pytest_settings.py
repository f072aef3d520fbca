"""How a test wants its emulator: the marker `orthanc(...)`, pytest's ini options and command line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import pytest

from ..configuration.configuration import Configuration, read_options
from ..emulator import Emulator
from ..errors import OrthancError
from ..releases import DEFAULT_RELEASE, RELEASES, release_named

if TYPE_CHECKING:
    from ..diagnostics import DiagnosticGuard
    from ..query.guard import QueryGuard

#: What `forbid` calls a query that reads files; all else in it are codes of diagnostics.
SCAN = "scan"

MARKER_OPTIONS = frozenset({"dictionary", "configuration", "release", "load", "unknown_tags", "forbid", "plugin"})

#: The emulators that hold what tests load, by how they are set up: each test begins with a copy (copy on write).
LOADED: pytest.StashKey[dict[str, Emulator]] = pytest.StashKey()


@dataclass
class Watch:
    """The emulator of a test, and what the test may not let it do."""

    emulator: Emulator
    guards: list[DiagnosticGuard | QueryGuard] = field(default_factory=list)

    def check(self) -> None:
        """Fails the test for what is forbidden."""
        noticed = []
        for guard in self.guards:
            try:
                guard.__exit__(None, None, None)
            except AssertionError as error:
                noticed.append(str(error))
        if noticed:
            pytest.fail("\n".join(noticed), pytrace=False)


# Releases


def releases_asked(config: pytest.Config) -> list[str]:
    """The releases of --orthanc-release or, without, of pytest.ini; none where neither names one."""
    text = config.getoption("--orthanc-release")
    asked = text.replace(",", " ").split() if text else config.getini("orthanc_release") or []
    return known_releases(asked)


@contextmanager
def told_in_a_line() -> Iterator[None]:
    """Lets a test fail, without frames of pytest and the emulator, for what its marker can't mean."""
    try:
        yield
        return
    except (pytest.UsageError, OrthancError, OSError, ValueError) as error:
        wrong = str(error)
    pytest.fail(wrong, pytrace=False)


def known_releases(named: Iterable[str]) -> list[str]:
    releases = [release for name in named for release in (RELEASES if name == "all" else [name])]
    unknown = [release for release in releases if release not in RELEASES]
    if unknown:
        raise pytest.UsageError(f"Orthanc {', '.join(unknown)} can't be emulated; there are {', '.join(RELEASES)}")
    return releases


def releases_of(item: pytest.Item | Any) -> list[str]:
    """The releases that a test runs on: those of its marker, else those asked for, else the default."""
    marked = marker_options(item).get("release")
    releases = known_releases([marked] if isinstance(marked, str) else marked) if marked else []
    live = live_release(item.config)
    if live is not None:
        return [live] if not releases or live in releases else releases[:1]
    if releases:
        return releases
    return releases_asked(item.config) or [DEFAULT_RELEASE]


def live_release(config: pytest.Config) -> str | None:
    """The release that is emulated beside the live server of --orthanc-live, None without one."""
    if not config.getoption("orthanc_emulator_live"):
        return None
    from importlib import import_module  # by name: the suite is above the emulator, which does not know it

    return str(import_module("conformance.live_tests.plugin").run_of(config).release)


def parametrize_releases(metafunc: pytest.Metafunc) -> None:
    """Runs a test once per release, where several are meant or the command line says which."""
    definition = metafunc.definition
    if any("orthanc_release" in argument_names(mark) for mark in definition.iter_markers("parametrize")):
        return
    releases = releases_of(definition)
    if len(releases) > 1 or metafunc.config.getoption("--orthanc-release"):
        metafunc.parametrize("orthanc_release", releases)


def argument_names(mark: pytest.Mark) -> list[str]:
    names = mark.args[0] if mark.args else mark.kwargs.get("argnames", "")
    return [name.strip() for name in (names.split(",") if isinstance(names, str) else names)]


# Emulators


def watch_of(item: pytest.Item, release: str) -> Watch:
    """A fresh emulator for a test, with guards against what it forbids."""
    options = marker_options(item)
    emulator = emulator_of(item, options, release)
    forbidden = [*(item.config.getini("orthanc_forbid") or []), *listed(options.get("forbid"))]
    guards: list[DiagnosticGuard | QueryGuard] = []
    if SCAN in forbidden:
        guards.append(emulator.expect_indexed())
    codes = [code for code in forbidden if code != SCAN]
    if codes:
        try:
            guards.append(emulator.expect_no_diagnostics(*codes))
        except ValueError as error:
            raise pytest.UsageError(f'forbid takes "{SCAN}" and codes of diagnostics: {error}') from None
    for guard in guards:
        guard.__enter__()
    return Watch(emulator, guards)


def marker_options(item: pytest.Item | Any) -> dict[str, Any]:
    """The options of the markers of a test, its class and its module: the nearest counts, for each option."""
    options: dict[str, Any] = {}
    for mark in item.iter_markers("orthanc"):
        unknown = [*map(repr, mark.args), *(mark.kwargs.keys() - MARKER_OPTIONS)]
        if unknown:
            takes = ", ".join(sorted(MARKER_OPTIONS))
            raise pytest.UsageError(f"the marker orthanc takes {takes}, by name, and no {', '.join(unknown)}")
        options = {**mark.kwargs, **options}
    return options


def emulator_of(item: pytest.Item, options: Mapping[str, Any], release: str) -> Emulator:
    """A fresh emulator; what it loads is read once per session."""
    configuration = configuration_of(item, options, release)
    unknown_tags = options.get("unknown_tags") or item.config.getini("orthanc_unknown_tags") or "reject"
    mode = cast(Literal["reject", "as-release"], unknown_tags)
    with placed(item, options, release):
        emulator = Emulator(configuration, release=release, unknown_tags=mode)
    paths = paths_of(item, options)
    if paths:
        key = repr((configuration, release, unknown_tags, paths))
        loaded = item.config.stash.setdefault(LOADED, {})
        if key not in loaded:
            loaded[key] = Emulator(configuration, release=release, unknown_tags=mode)
            loaded[key].load(*paths)
        emulator.restore(loaded[key].snapshot())
    return emulator


@contextmanager
def placed(item: pytest.Item, options: Mapping[str, Any], release: str) -> Iterator[None]:
    """Lets the error of a configuration that comes from a file tell the line there."""
    try:
        yield
    except OrthancError as error:
        from ..checking.explaining import explanation

        path = source_of(item, options)
        if isinstance(path, str | os.PathLike):
            told = "\n".join(explanation(error, path_of(item, path), release_named(release)))
            error.explanation = (
                told if "the entry" in told or "the entry" not in error.explanation else error.explanation
            )
        raise


def source_of(item: pytest.Item, options: Mapping[str, Any]) -> Any:
    """The configuration of the marker, else of pytest.ini."""
    source = options.get("configuration")
    if source is None and item.config.getini("orthanc_configuration"):
        return item.config.rootpath / item.config.getini("orthanc_configuration")
    return source


def configuration_of(item: pytest.Item, options: Mapping[str, Any], release: str) -> dict[str, Any]:
    """Orthanc's options: the marker's, else the ini's, with the marker's dictionary added."""
    source = source_of(item, options)
    if isinstance(source, str | os.PathLike):
        configuration = read_options(path_of(item, source), release_named(release))
    elif isinstance(source, Configuration):
        configuration = dict(source.options)
    else:
        configuration = dict(source or {})
    if options.get("dictionary"):
        configuration["Dictionary"] = {**configuration.get("Dictionary", {}), **options["dictionary"]}
    if options.get("plugin"):
        configuration["PythonScript"] = os.fspath(path_of(item, options["plugin"]))
    return configuration


def paths_of(item: pytest.Item, options: Mapping[str, Any]) -> list[Path]:
    """What a test's emulator holds at first: the files and folders of pytest.ini, then those of its marker."""
    paths = [item.config.rootpath / path for path in item.config.getini("orthanc_load") or []]
    return paths + [path_of(item, path) for path in listed(options.get("load"))]


def listed(value: Any) -> list[Any]:
    """One path, or one word, or several."""
    return [value] if isinstance(value, str | os.PathLike) else [*(value or ())]


def path_of(item: pytest.Item, path: str | os.PathLike[str]) -> Path:
    """A path in a marker: beside the test's file or, where there is none, below pytest's root folder."""
    beside = item.path.parent / path
    return beside if beside.exists() else item.config.rootpath / path
