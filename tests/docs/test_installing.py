"""What the pages and the errors say of installing: it works in a clone, and names.md has all names and extras."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_orthanc_emulator
from emulator.testing.pytest_settings import MARKER_OPTIONS

ROOT = Path(__file__).parents[2]
NAMES = (ROOT / "docs" / "reference" / "names.md").read_text(encoding="utf-8")
PLUGIN = (ROOT / "docs" / "reference" / "pytest-plugin.md").read_text(encoding="utf-8")

#: The package by its name, as an index would have it.
FROM_AN_INDEX = re.compile(r"pip install [^\n`]*(?<![/.\w-])orthanc-emulator\b|orthanc-emulator\[")


def texts() -> Iterator[Path]:
    yield ROOT / "README.md"
    yield ROOT / "CONTRIBUTING.md"
    for folder, kinds in (("docs", ("*.md",)), ("emulator", ("*.py",)), ("conformance", ("*.py",))):
        for kind in kinds:
            yield from (ROOT / folder).rglob(kind)


def test_nobody_is_told_to_install_what_no_index_has() -> None:
    told = {str(path.relative_to(ROOT)): FROM_AN_INDEX.findall(path.read_text(encoding="utf-8")) for path in texts()}
    assert {name: found for name, found in told.items() if found} == {}


def test_each_extra_is_listed() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = text.split("[project.optional-dependencies]\n")[1].split("\n[")[0]
    extras = re.findall(r"^(\w+) = \[", section, flags=re.MULTILINE)
    assert "lua" in extras
    for extra in extras:
        assert f"'.[{extra}]'" in NAMES


def fixtures() -> list[str]:
    kind = type(pytest_orthanc_emulator.orthanc)
    return [name for name, one in vars(pytest_orthanc_emulator).items() if isinstance(one, kind) and "orthanc" in name]


@pytest.mark.parametrize("page", [NAMES, PLUGIN], ids=["names.md", "pytest-plugin.md"])
def test_each_fixture_is_listed(page: str) -> None:
    assert "orthanc_dicom_server" in fixtures()
    for name in fixtures():
        assert f"`{name}`" in page


def test_each_option_of_the_marker_is_listed() -> None:
    assert {*re.findall(r"^\| `(\w+)=", PLUGIN, flags=re.MULTILINE)} == MARKER_OPTIONS
