"""The README is short, and what the documentation lists for tests is there."""

from __future__ import annotations

import re
from pathlib import Path

from emulator import Emulator

ROOT = Path(__file__).parent.parent


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_what_is_listed_for_tests_is_there() -> None:
    page = (ROOT / "docs/reference/pytest-plugin.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`[^|]*orthanc\.[^|]*) \|", page, re.MULTILINE)
    spans = [
        span.removeprefix("print(").removeprefix("orthanc.")
        for cell in cells
        for span in re.findall(r"`([^`]*)`", cell)
    ]
    names = {re.split(r"\W", span.removeprefix("requests."))[0] for span in spans}
    assert {"store", "requests", "assert_called", "fail_next", "intercept", "fork", "tree"} <= names
    orthanc = Emulator()
    assert [name for name in names if not hasattr(orthanc, name) and not hasattr(orthanc.requests, name)] == []
