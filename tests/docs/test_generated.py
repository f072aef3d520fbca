"""What the documentation takes from the code is whole, and each page asks for something that there is."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from emulator.checking import CODES as PROBLEMS
from emulator.configuration.option_table import all_options
from emulator.diagnostics import CODES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    specification = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "expected"), [("diagnostics", CODES), ("dictionary-codes", PROBLEMS), ("options", all_options())]
)
def test_each_is_told(hooks: ModuleType, name: str, expected: dict[str, object]) -> None:
    told = hooks.on_page_markdown(f"<!-- generated: {name} -->\n")
    assert sorted(re.findall(r"^\| `([^`]+)` \|", told, re.MULTILINE)) == sorted(expected)


def test_each_command_is_told(hooks: ModuleType) -> None:
    told = hooks.on_page_markdown("<!-- generated: command-line -->\n")
    assert {"serve", "demo", "dictionary check", "dictionary show", "releases"} <= {
        *re.findall(r"^## (.*)$", told, re.M)
    }
    assert "--unknown-tags" in told


def test_each_page_asks_for_what_there_is(hooks: ModuleType) -> None:
    asked = {name for page in DOCS.rglob("*.md") for name in hooks.MARK.findall(page.read_text(encoding="utf-8"))}
    assert asked == set(hooks.GENERATED)
