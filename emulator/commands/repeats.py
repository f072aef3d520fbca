"""What `serve` logs of diagnostics that come again and again: each once."""

from __future__ import annotations

import logging

from ..diagnostics import Diagnostic

#: So many are known to have been logged; then all are forgotten.
MOST_KNOWN = 10_000


class Repeats(logging.Filter):
    """Lets a diagnostic pass once, whatever request it is of: `GET /emulator/diagnostics` tells each."""

    def __init__(self) -> None:
        super().__init__()
        self.passed: set[int] = set()  # hashes: texts of strangers would take memory

    def filter(self, record: logging.LogRecord) -> bool:
        diagnostic = record.args[0] if isinstance(record.args, tuple) and record.args else None
        if not isinstance(diagnostic, Diagnostic):
            return True
        key = hash((diagnostic.code, diagnostic.tag, diagnostic.happened))
        if key in self.passed:
            return False
        if len(self.passed) >= MOST_KNOWN:
            self.passed.clear()
        self.passed.add(key)
        return True
