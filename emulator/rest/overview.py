"""The emulator's own page for people, /emulator: what is stored, what was asked lately, what an app would regret."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import islice

from werkzeug.wrappers import Response

from ..files.tree import tree
from ..store.level import LEVELS, Level
from .answers import bytes_answer
from .route import Call, Route, route

#: How many of the newest requests, diagnostics and plans are shown.
SHOWN = 50
#: With more instances than this only their number is told: a page that long helps nobody.
SHOWN_INSTANCES = 500

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1d2733 }
h2 { margin-top: 2rem; border-bottom: 1px solid #cfd8e3 }
pre { background: #f5f7fa; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px }
td { padding: .1rem 1rem .1rem 0; vertical-align: top; overflow-wrap: anywhere }
.failed { color: #a3211b }
"""


def overview(call: Call) -> Response:
    """A page without scripts and without anything from elsewhere; what comes from files and requests is escaped."""
    server = call.server
    with server.store.lock:
        counts = ", ".join(f"{server.store.count(level)} {level.plural}" for level in LEVELS)
        is_small = server.store.count(Level.INSTANCE) <= SHOWN_INSTANCES
        stored = (
            tree(server.store, server.files)
            if is_small
            else f"More than {SHOWN_INSTANCES} instances: they are not listed here."
        )
    title = f"Orthanc {server.release.version}, emulated"
    parts = [
        f"<h1>{escape(title)}</h1><p>{escape(server.configuration.name)}: {counts}</p>",
        f"<h2>Stored</h2><pre>{escape(stored) or 'Nothing'}</pre>",
        "<h2>Diagnostics</h2>",
        *blocks(server.diagnostics, "Nothing that an app would regret"),
        "<h2>Queries</h2>",
        *blocks(server.plans, "None"),
        "<h2>Requests</h2>",
        requests(call),
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    page = f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'
    return bytes_answer(page.encode("utf-8", errors="replace"), "text/html; charset=utf-8")


def blocks(things: Iterable[object], none: str) -> list[str]:
    """The newest things as text, the newest first."""
    newest = [*islice(reversed([*things]), SHOWN)]
    return [f"<pre>{escape(str(one))}</pre>" for one in newest] or [f"<p>{escape(none)}</p>"]


def requests(call: Call) -> str:
    """The newest requests with the status of their answers; looks at this page are left out."""
    asked = (one for one in reversed([*call.server.requests]) if not one.path.startswith("/emulator"))
    rows = [
        f"<tr{' class=failed' if one.status is None or one.status >= 400 else ''}><td>{escape(one.method)}</td>"
        f"<td>{escape(one.target)}</td><td>{'no answer' if one.status is None else one.status}</td></tr>"
        for one in islice(asked, SHOWN)
    ]
    return f"<table>{''.join(rows)}</table>" if rows else "<p>None</p>"


ROUTES: tuple[Route, ...] = (route("/emulator", GET=overview),)
