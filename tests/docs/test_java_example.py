"""docs/examples/java: compiled and run where a JDK is; CI need not have one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from emulator import Emulator

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "java" / "Orthanc.java"


@pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK is installed")
def test_it_compiles_and_runs(tmp_path: Path) -> None:
    subprocess.run(["javac", "-Werror", "-Xlint:all", "-d", tmp_path, EXAMPLE], check=True)
    with Emulator().serve() as url:
        done = subprocess.run(
            ["java", "-cp", tmp_path, "Orthanc", url], capture_output=True, text=True, timeout=120, check=False
        )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
