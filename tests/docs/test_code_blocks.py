"""Every code block of the README and the documentation runs, in the order of its page, in an empty folder.

A Python block with tests is run by pytest, all others in one namespace per page; shell blocks by bash. What was
printed, in a block under a line `<!-- output -->`, is compared. `<!-- skip: next "reason" -->` is for the few that
can't run here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, SkipParser

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OUTPUT = re.compile(r"\n```\n+<!-- output -->\n```text\n(?P<text>.*?)```", re.DOTALL)


def run_python(example: Example) -> None:
    if re.search(r"^ *(?:async )?def test_", example.parsed, re.MULTILINE):
        run_tests(example.parsed, example.line)
        return
    shown = OUTPUT.match(example.document.text, example.region.end - 4)
    code = compile("\n" * example.line + example.parsed, str(example.path), "exec", dont_inherit=True)
    capture: pytest.CaptureFixture[str] = example.namespace["capsys"]
    capture.readouterr()
    exec(code, example.namespace)
    if shown:
        assert capture.readouterr().out == shown["text"]


def run_tests(source: str, line: int) -> None:
    name = Path(f"test_line_{line}.py")
    name.write_text(source, encoding="utf-8")
    installed = any(plugin.name == "orthanc_emulator" for plugin in entry_points(group="pytest11"))
    plugin = [] if installed else ["-p", "pytest_orthanc_emulator"]
    run([sys.executable, "-m", "pytest", "-q", *plugin, "-p", "no:cacheprovider", "--strict-markers", str(name)])


def run_shell(example: Example) -> None:
    run(["bash", "-euo", "pipefail", "-c", example.parsed])


def run(command: list[str]) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # CI: Hypothesis sets no deadline then
    environment = {**os.environ, "PATH": path, "CI": "true", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert result.returncode == 0, f"{' '.join(command)}\n{result.stdout}\n{result.stderr}"


PARSERS = [CodeBlockParser("python", run_python), CodeBlockParser("sh", run_shell), SkipParser()]


def examples(page: Path) -> Document:
    return Sybil(parsers=PARSERS, path=str(page.parent), patterns=[page.name]).parse(page)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_blocks(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = examples(page)
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = document.namespace
    namespace.update(capsys=capsys, __name__=page.stem)
    for example in document.examples():
        try:
            example.evaluate()
        except BaseException as skipped:
            if type(skipped).__name__ != "SkipTest":
                raise


def test_few_blocks_are_skipped() -> None:
    told = [page for page in PAGES for _ in re.findall(r"<!-- skip: next", page.read_text(encoding="utf-8"))]
    blocks = sum(len([*examples(page).examples()]) for page in PAGES)
    assert len(told) <= blocks / 5


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_each_skipped_block_says_why(page: Path) -> None:
    marks = re.findall(r"<!-- skip: next(.*?)-->", page.read_text(encoding="utf-8"))
    assert all(re.fullmatch(r' "[^"]{10,}" ', mark) for mark in marks)
