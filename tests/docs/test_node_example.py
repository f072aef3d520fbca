"""docs/examples/node: a Node suite drives reset, faults, expectations and two sessions in parallel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "node"

#: On CI, where this variable is set, a test that did not run is a failure.
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None and not os.environ.get("ORTHANC_EMULATOR_ALL_TOOLS"), reason="Node is not installed")
def test_the_node_suite_passes() -> None:
    assert NODE is not None, "CI must have Node: apt-get install nodejs"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ORTHANC", "EMULATOR"))}
    done = subprocess.run(
        [NODE, "--test", "--test-reporter=tap"],
        cwd=EXAMPLE,
        env={**environment, "PYTHON": sys.executable, "PYTHONPATH": str(EXAMPLE.parents[2])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout
    assert "# skipped 0" in done.stdout
