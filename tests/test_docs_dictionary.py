"""What docs/dictionary-from-files.md shows runs, block after block in one empty folder."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "dictionary-from-files.md"
BLOCKS = re.findall(r"```(python|sh|text)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_every_block_runs_and_prints_what_is_shown(tmp_path: Path) -> None:
    printed = ""
    for kind, block in BLOCKS:
        if kind == "text":
            assert printed == block
            continue
        commands = [["-c", block]] if kind == "python" else [line.split()[1:] for line in block.splitlines()]
        for command in commands:
            result = subprocess.run(
                [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
            )
            assert (command, result.returncode, result.stderr[-2000:] if result.returncode else "") == (command, 0, "")
            printed = result.stdout
    assert (tmp_path / "report.html").exists()
