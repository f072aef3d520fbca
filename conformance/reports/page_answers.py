"""The part of the report with requests and answers: a run's differences, and every scenario."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby

from ..comparing.differences import entry_differences
from ..comparing.normalising import NormalEntry
from ..targets.running import Result, Verdict
from .markup import answer_html, escaped, request_html, status_text, value_text
from .matrix import Log, Row
from .printed import at

#: verdict: its sign
SIGNS: Mapping[Verdict, str] = {"agree": "✓", "kept": "✓", "not asked": "○", "differ": "✗", "broken": "✗"}


def anchor(result: Result) -> str:
    return f"s-{result.scenario.chapter}-{result.scenario.name}"


def mark(verdict: Verdict) -> str:
    return f'<span class="mark {escaped(verdict.replace(" ", "-"))}">{SIGNS[verdict]} {escaped(verdict)}</span>'


def difference_html(result: Result, tested: str, reference: str) -> Iterator[str]:
    """A failure: its requests, both answers side by side, and what differs."""
    scenario = result.scenario
    yield f'<section class="difference" id="d-{escaped(scenario.chapter)}-{escaped(scenario.name)}">'
    yield f'<h3>{escaped(scenario.claim)}</h3><p class="soft mono">{escaped(scenario.title)} · '
    yield f'<a href="#{escaped(anchor(result))}">all releases</a></p>'
    for problem in result.problems:
        yield f"<pre>{escaped(problem)}</pre>"
    for index, found in groupby(result.differences, key=lambda one: one.entry):
        mine, other = at(result.tested, index), at(result.reference, index)
        yield request_html(mine or other or {"observation": ""})
        yield '<div class="pair">'
        for name, entry, opposite in ((tested, mine, other), (reference, other, mine)):
            yield f'<div><p class="who"><b>{escaped(name)}</b> <span class="status">{status_text(entry)}</span></p>'
            yield f"{answer_html(entry, opposite)}</div>"
        yield '</div><ul class="what">'
        for one in found:
            yield change_html(one.path, one.left, one.right)
        yield "</ul>"
    yield "</section>"


def change_html(path: str, left: object, right: object, sign: str = "≠") -> str:
    return f"<li>{escaped(path)}: <del>{value_text(left)}</del> {sign} <ins>{value_text(right)}</ins></li>"


def scenario_parts(result: Result, row: Row, here: Mapping[str, Log]) -> tuple[str, str, str]:
    """The identifier of a scenario, its line, and what opens below: its requests, and who answered what.

    `here` are the logs of this run.
    """
    scenario = result.scenario
    summary = f'{mark(result.verdict)}{escaped(scenario.claim)} <span class="mono">{escaped(scenario.name)}</span>'
    return anchor(result), summary, "".join(inside_html(result, row, here))


def inside_html(result: Result, row: Row, here: Mapping[str, Log]) -> Iterator[str]:
    for promise in row.promises:
        yield f'<p class="soft">The documented contract: {escaped(promise)}.</p>'
    if result.why_not_asked:
        yield f'<p class="soft">Not asked: {escaped(result.why_not_asked)}.</p>'
    if result.scenario.stand_ins is not None:
        yield f'<p class="soft">This server was asked {escaped(result.scenario.stand_ins)}.</p>'
    logs = {**{release: log for release, log in row.logs.items() if log is not None}, **here}
    for index in range(max((len(log) for log in logs.values()), default=0)):
        entries = {name: log[index] if index < len(log) else None for name, log in logs.items()}
        yield from variants_html(entries)


def variants_html(entries: Mapping[str, NormalEntry | None]) -> Iterator[str]:
    """One request, and its answers: equal ones once; of the others, what differs from the most frequent."""
    variants: dict[str, list[str]] = {}
    for name, entry in entries.items():
        variants.setdefault(json.dumps(entry, sort_keys=True), []).append(name)
    ordered = sorted(variants.values(), key=len, reverse=True)
    first = entries[ordered[0][0]]
    yield request_html(first or {"observation": "no such request"})
    for names in ordered:
        entry = entries[names[0]]
        who = "all" if len(ordered) == 1 else ", ".join(names)
        yield f'<p class="who"><b>{escaped(who)}</b> <span class="status">{status_text(entry)}</span></p>'
        if entry is first or status_text(entry) != status_text(first) or entry is None or "observation" in entry:
            yield "" if is_stored(entry) else answer_html(entry)
        else:
            changes = (change_html(path, left, right, "→") for path, left, right in entry_differences(first, entry))
            yield f'<ul class="what release">{"".join(changes)}</ul>'


def is_stored(entry: NormalEntry | None) -> bool:
    """Whether it is an upload that went well: its answer says nothing new."""
    if entry is None or "request" not in entry or entry["request"]["path"] != "/instances":
        return False
    return bool(entry["request"]["method"] == "POST" and entry["answer"]["status"] == 200)
