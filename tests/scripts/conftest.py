"""Scripts for the tests of the room: each test writes its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from emulator import Emulator

Scripted = Callable[..., Emulator]


@pytest.fixture
def scripted(tmp_path: Path) -> Scripted:
    """An emulator that runs a script: `scripted("import orthanc...", release="1.12.7")`."""

    def make(script: str, **options: object) -> Emulator:
        path = tmp_path / f"script{len([*tmp_path.glob('script*.py')])}.py"
        path.write_text(dedent(script))
        return Emulator(plugin=path, **options)  # type: ignore[arg-type]

    return make
