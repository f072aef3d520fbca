"""A failed test as one HTML file: its message, and all that its emulator saw (`pytest --orthanc-report DIR`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..files.tree import tree
from ..store.level import LEVELS, Level

if TYPE_CHECKING:
    from ..emulator import Emulator
    from ..exchanges.exchange import Exchange

#: How many of the newest requests, diagnostics and plans are told.
TOLD = 200
#: With more instances than this only their number is told.
TOLD_INSTANCES = 500

STYLE = """
:root { color-scheme: light dark; --paper: #f6f8f9; --line: #d5dde4; --bad: #9b1c1c; --good: #14603a }
@media (prefers-color-scheme: dark) { :root { --paper: #1a2229; --line: #33404b; --bad: #ffb1a8; --good: #8fe3b0 } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
h2 { margin-top: 2rem; border-bottom: 1px solid var(--line) }
pre { background: var(--paper); padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px }
summary { cursor: pointer; padding: .2rem 0; overflow-wrap: anywhere }
.failed { color: var(--bad) } .done { color: var(--good) }
"""


def write_report(folder: Path, test: str, message: str, emulator: Emulator) -> Path:
    """Writes the report of a test into a folder, which is made, and returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", test).strip("-")[-120:] or "test"
    path = folder / f"{name}.html"
    path.write_text(report(test, message, emulator), encoding="utf-8", errors="backslashreplace")
    return path


def report(test: str, message: str, emulator: Emulator) -> str:
    """The page: no scripts, nothing from elsewhere; what comes from files and requests is escaped."""
    server = emulator.server
    with server.store.reading:
        counts = ", ".join(f"{server.store.count(level)} {level.plural}" for level in LEVELS)
        is_small = server.store.count(Level.INSTANCE) <= TOLD_INSTANCES
        stored = tree(server.store, server.files) if is_small else f"More than {TOLD_INSTANCES} instances"
    mode = "reject" if server.rejects_unknown_tags else "as-release"
    parts = [
        f"<h1>{escape(test)}</h1><p>Orthanc {server.release.version}, emulated; unknown tags: {mode}; {counts}</p>",
        f"<h2>What failed</h2>{block(message)}",
        "<h2>Requests</h2>",
        *(requests_told(emulator.requests) or ["<p>None</p>"]),
        "<h2>Diagnostics</h2>",
        *blocks(server.diagnostics, "Nothing that an app would regret"),
        "<h2>Queries</h2>",
        *blocks(server.plans, "None"),
        f"<h2>Stored</h2>{block(stored)}",
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"  # a file of its own: its style stands in it
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(test)}</title><style>{STYLE}</style>'
    )
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def block(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"


def blocks(things: Iterable[object], none: str) -> list[str]:
    """The newest things as text, the newest first."""
    return [block(str(one)) for one in islice(reversed([*things]), TOLD)] or [f"<p>{escape(none)}</p>"]


def requests_told(requests: Iterable[Exchange]) -> list[str]:
    return [*islice(folded(reversed([*requests])), TOLD)]


def folded(requests: Iterable[Exchange]) -> Iterator[str]:
    """Each request as a line that opens to its bodies and to what it caused."""
    for one in requests:
        status = "no answer" if one.status is None else str(one.status)
        kind = "failed" if one.status is None or one.status >= 400 else "done"
        caused = "".join(block(str(thing)) for thing in one.caused)
        line = f'{escape(one.method)} {escape(one.target)} <b class="{kind}">{status}</b>'
        yield f"<details><summary>{line}</summary>{block(str(one))}{caused}</details>"
