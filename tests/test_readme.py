"""The README's first screen is a test; here it runs, so that it can't rot."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from emulator.releases import RELEASES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST_BLOCK = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]


def namespace() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(FIRST_BLOCK, "README.md", "exec"), names)
    return names


@pytest.mark.parametrize("name", re.findall(r"^def (test_\w+)", FIRST_BLOCK, re.MULTILINE))
def test_example(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    namespace()[name]()


def test_releases_are_listed() -> None:
    rows = re.findall(r"^\| (\d+\.\d+\.\d+)[^|]*\|[^|]*\| (\d+\.\d+\.\d+) \|$", README, re.MULTILINE)
    assert dict(rows) == {version: release.dcmtk_version for version, release in RELEASES.items()}
