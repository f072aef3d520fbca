"""The tests that the README shows run here, so that they can't rot."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from emulator.releases import RELEASES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
EXAMPLES = [(block, name) for block in BLOCKS for name in re.findall(r"^def (test_\w+)", block, re.MULTILINE)]


@pytest.mark.parametrize(("block", "name"), EXAMPLES, ids=[name for _, name in EXAMPLES])
def test_example(block: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    exec(compile(block, "README.md", "exec"), names)
    names[name]()


def test_releases_are_listed() -> None:
    rows = re.findall(r"^\| (\d+\.\d+\.\d+)[^|]*\|[^|]*\| (\d+\.\d+\.\d+) \|$", README, re.MULTILINE)
    assert dict(rows) == {version: release.dcmtk_version for version, release in RELEASES.items()}
