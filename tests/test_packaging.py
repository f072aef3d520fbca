"""The packages that pyproject.toml lists are those that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_package_is_listed() -> None:
    listed = re.search(r"^packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL | re.MULTILINE)
    assert listed is not None
    names = set(re.findall(r'"([\w.]+)"', listed[1])) - {
        "conformance.recordings",
        "emulator.demo_files",
        "emulator.dictionary.tables",
    }
    modules = [module for top in ("conformance", "emulator") for module in (ROOT / top).rglob("*.py")]
    assert names == {".".join(module.parent.relative_to(ROOT).parts) for module in modules}
