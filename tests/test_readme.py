"""The tests that the README shows run here, so that they can't rot."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from emulator import RELEASES, Emulator
from tests.testing.clients import client_library

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
PRINTED = re.findall(r"```python\n((?:(?!```).)*?)```\n\n```text\n(.*?)```", README, re.DOTALL)
EXAMPLES = {names[0]: block for block in BLOCKS if (names := re.findall(r"^ *def (test_\w+)", block, re.MULTILINE))}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str, pytester: pytest.Pytester, request: pytest.FixtureRequest) -> None:
    block = EXAMPLES[name]
    for library in re.findall(r"^import (httpx|pyorthanc|requests)$", block, re.MULTILINE):
        client_library(library)
    (pytester.path / "fixtures").symlink_to(ROOT / "fixtures")
    pytester.makepyfile(block)
    installed = any(plugin.name == "orthanc_emulator" for plugin in entry_points(group="pytest11"))
    arguments = [] if installed else ["-p", "pytest_orthanc_emulator"]
    result = pytester.runpytest_inprocess(*arguments, "-p", "no:cacheprovider", "--strict-markers")
    result.assert_outcomes(passed=len(re.findall(r"^ *def test_", block, re.MULTILINE)))


@pytest.mark.parametrize(("code", "output"), PRINTED)
def test_what_is_shown_is_what_is_printed(code: str, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == output


def test_there_is_something_shown() -> None:
    assert PRINTED


def test_what_is_listed_for_tests_is_there() -> None:
    cells = re.findall(r"^\| (`orthanc\.[^|]*) \|", README, re.MULTILINE)
    spans = [span.removeprefix("orthanc.") for cell in cells for span in re.findall(r"`([^`]*)`", cell)]
    names = {re.split(r"\W", span.removeprefix("requests."))[0] for span in spans}
    assert {"store", "requests", "assert_called", "fail_next", "intercept", "fork"} <= names
    orthanc = Emulator()
    assert [name for name in names if not hasattr(orthanc, name) and not hasattr(orthanc.requests, name)] == []


def test_releases_are_listed() -> None:
    rows = re.findall(r"^\| (\d+\.\d+\.\d+)[^|]*\|[^|]*\| (\d+\.\d+\.\d+) \|$", README, re.MULTILINE)
    assert dict(rows) == {version: release.dcmtk_version for version, release in RELEASES.items()}
