"""The codes of diagnostics, as a type and as a table."""

from __future__ import annotations

from typing import get_args

from emulator.diagnostics import CODES, DiagnosticCode


def test_the_type_has_the_codes_of_the_table() -> None:
    assert get_args(DiagnosticCode) == tuple(CODES)
