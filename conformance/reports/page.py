"""A run as one self-contained HTML file: its differences, rules against releases, what was not asked, everything."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING

from ..recorder import recordings
from ..targets.outcome import Target
from ..targets.running import Result
from .markup import escaped
from .matrix import Log, Row
from .page_answers import difference_html, scenario_parts
from .page_rules import Pair, rules_html, title
from .printed import VERDICTS, by_reason

if TYPE_CHECKING:
    from importlib.abc import Traversable

#: Nothing may be loaded, and nothing run but the page's own script: the answers on the page are foreign input.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
BAD, GOOD = ("differ", "broken"), ("agree", "kept")


def page(results: Sequence[Result], tested: Target, reference: Target | None, folder: Traversable) -> str:
    """The whole document. The answers of releases come from the recordings in `folder`, if there are any."""
    dates = {release: recordings.recorded_on(folder, release) for release in recordings.releases(folder)}
    ordered = sorted(results, key=lambda one: (one.scenario.chapter != "contract", one.scenario.chapter))
    pairs = [(one, Row(one.scenario, logs_of(one, list(dates), folder))) for one in ordered]
    name = reference.name if reference is not None else None
    style, script = (
        (files("conformance.reports") / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")
    )
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    heading = f"The emulator and {name}" if name else tested.name.capitalize()
    body = [
        *header_html(results, heading, tested.name, name),
        *differences_html(results, tested.name, name or ""),
        *rules_html(pairs, list(dates)),
        *not_asked_html(results),
        *everything_html(pairs),
        *footer_html(dates),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(digest=digest)}">'
        f"<title>Conformance: {escaped(heading)}</title><style>\n{style}</style></head>\n<body>"
        + "\n".join(part for part in body if part)
        + f"\n<script>{script}</script></body></html>\n"
    )


def logs_of(result: Result, releases: Sequence[str], folder: Traversable) -> dict[str, Log | None]:
    scenario = result.scenario
    return {one: recordings.load(folder, one, scenario) if scenario.applies_to(one) else None for one in releases}


def header_html(results: Sequence[Result], heading: str, tested: str, reference: str | None) -> Iterator[str]:
    today = datetime.date.today()
    yield f'<header><p class="over">Conformance, {today.day} {today:%B %Y}</p><h1>{escaped(heading)}</h1>'
    counts = Counter(one.verdict for one in results)
    yield f'<dl class="figures"><div><dt>scenarios</dt><dd>{len(results)}</dd></div>'
    for verdict in VERDICTS:
        if counts[verdict] or verdict == "differ":
            kind = "bad" if verdict in BAD and counts[verdict] else "good" if verdict in GOOD else ""
            yield f'<div class="{kind}"><dt>{escaped(verdict)}</dt><dd>{counts[verdict]}</dd></div>'
    yield "</dl>"
    if reference is not None:
        yield f'<p class="lead">The scenarios were run on {escaped(reference)} and on the '
        yield f"{escaped(tested)}; whole answers were compared.</p>"
    links = [("differences", "Differences")] if any(one.failed for one in results) else []
    links += [("rules", "Rules and releases")]
    links += [("not-asked", "Not asked")] if by_reason(results) else []
    links += [("everything", "Every request and answer")]
    yield "<nav>" + "".join(f'<a href="#{anchor}">{text}</a>' for anchor, text in links) + "</nav></header>"


def differences_html(results: Sequence[Result], tested: str, reference: str) -> Iterator[str]:
    failures = [one for one in results if one.failed]
    if not failures:
        return
    yield '<section id="differences"><h2>Differences</h2>'
    for one in failures:
        yield from difference_html(one, tested, reference)
    yield "</section>"


def not_asked_html(results: Sequence[Result]) -> Iterator[str]:
    reasons = by_reason(results)
    if not reasons:
        return
    yield '<section id="not-asked"><h2>Not asked</h2>'
    yield '<p class="lead">What this server could not be asked, and what it would need.</p>'
    for reason, members in reasons.items():
        yield f'<details><summary>{escaped(reason)} <span class="soft">({len(members)})</span></summary>'
        titles = "".join(f"<li>{escaped(one.scenario.title)}</li>" for one in members)
        yield f'<ul class="titles">{titles}</ul></details>'
    yield "</section>"


def everything_html(pairs: Sequence[Pair]) -> Iterator[str]:
    """Every scenario, packed: a browser unpacks what is opened or searched for."""
    chapters = [
        (escaped(title(chapter)), [scenario_parts(result, row, logs_here(result)) for result, row in members])
        for chapter, members in groupby(pairs, key=lambda pair: pair[0].scenario.chapter)
    ]
    packed = b64encode(gzip.compress(json.dumps(chapters).encode(), mtime=0)).decode()
    yield '<section id="everything"><h2>Every request and answer</h2>'
    yield '<p class="lead">Equal answers stand once; of the others, what differs. Identifiers that a server generated '
    yield 'are numbered, times and the like masked.</p><noscript><p class="lead">This part needs JavaScript.</p>'
    yield '</noscript><p><input type="search" id="search" aria-label="Search" hidden '
    yield 'placeholder="Search: a tag, a route, a word of an answer"> <span class="soft" id="found"></span></p>'
    yield f'<div class="chapters" id="chapters"></div><pre id="packed" hidden>{packed}</pre></section>'


def logs_here(result: Result) -> dict[str, Log]:
    """The logs of this run."""
    logs: dict[str, Log] = {"the emulator": result.tested.normal}
    if result.reference is not None and result.reference.not_asked is None:
        logs["this server"] = result.reference.normal
    return logs


def footer_html(dates: Mapping[str, str | None]) -> Iterator[str]:
    if dates:
        recorded = ", ".join(f"{release} on {date}" for release, date in dates.items())
        yield f"<footer>The releases were asked: {escaped(recorded)}.</footer>"
    else:
        yield "<footer>No recordings of releases were found: their columns are missing.</footer>"
