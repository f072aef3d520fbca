"""The libraries by which apps talk to Orthanc, where they are installed."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest

#: Set by .ci/run: a library that is not there is then a failure, and no skip.
ALL_CLIENTS = "ORTHANC_EMULATOR_ALL_CLIENTS"


def client_library(name: str) -> Any:
    """A library; without it the test is skipped or, where all must be there, fails."""
    return importlib.import_module(name) if os.environ.get(ALL_CLIENTS) else pytest.importorskip(name)
