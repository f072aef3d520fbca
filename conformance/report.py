"""A run, as text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from .comparison import NormalEntry, shown
from .exchange import Exchange, Observation
from .running import Result
from .targets import Outcome


def table(results: Sequence[Result], tested: str, reference: str | None) -> Iterator[str]:
    """The lines of the table: scenario, what each target answered, verdict; chapter by chapter."""
    rows = [(one.scenario.name, summary(one.tested), summary(one.reference), one.verdict) for one in results]
    headings = ("scenario", tested, reference or "", "verdict")
    widths = [min(max(len(row[column]) for row in [headings, *rows]), 46) for column in range(4)]
    yield line(headings, widths)
    ordered = sorted(zip(results, rows, strict=True), key=lambda pair: pair[0].scenario.chapter)
    for chapter, members in groupby(ordered, key=lambda pair: pair[0].scenario.chapter):
        yield f"— {chapter}"
        for _, row in members:
            yield line(row, widths)


def line(cells: Sequence[str], widths: Sequence[int]) -> str:
    shortened = (
        cell if len(cell) <= width else cell[: width - 1] + "…" for cell, width in zip(cells, widths, strict=True)
    )
    return "  ".join(cell.ljust(width) for cell, width in zip(shortened, widths, strict=True)).rstrip()


def summary(outcome: Outcome | None) -> str:
    """What a target answered, in a few characters: the statuses in order, equal ones counted."""
    if outcome is None:
        return ""
    if outcome.not_asked is not None:
        return "not asked"
    words = [word(entry) for entry in outcome.log]
    runs = ((value, len(list(same))) for value, same in groupby(one for one in words if one))
    return " ".join(value if count == 1 else f"{value}*{count}" for value, count in runs)


def word(entry: Any) -> str:
    if isinstance(entry, Exchange):
        return str(entry.answer.status)
    assert isinstance(entry, Observation)
    if isinstance(entry.value, dict) and "Started" in entry.value:
        return "started" if entry.value["Started"] else f"refused:{entry.value['OrthancStatus']}"
    return ""


def details(results: Sequence[Result], tested: str, reference: str | None) -> Iterator[str]:
    """For each failure: the request, both answers and what differs; and what was not asked and why."""
    for result in results:
        if result.failed:
            yield ""
            yield f"✗ {result.scenario.title}: {result.scenario.claim}"
            for problem in result.problems:
                yield f"  {tested}: {problem}"
            yield from entries(result, tested, reference or "")
    for result in results:
        if result.scenario.mode == "contract" and result.reference is not None and not result.failed:
            yield from contract_notes(result)
    yield from reasons_not_asked(results)


def entries(result: Result, tested: str, reference: str) -> Iterator[str]:
    """The entries of a scenario in which the targets differ; after the first that shows other requests, no more."""
    for index, found in groupby(result.differences, key=lambda one: one.entry):
        mine, other = at(result.tested, index), at(result.reference, index)
        request = (mine or other or {}).get("request")
        if request is not None:
            body = request.get("json", request.get("body"))
            yield f"  [{index + 1}] {request['method']} {request['path']}" + (f"  {shown(body)}" if body else "")
        yield f"      {tested}: {answer_text(mine)}"
        yield f"      {reference}: {answer_text(other)}"
        for difference in found:
            yield f"        {difference}"


def at(outcome: Outcome | None, index: int) -> NormalEntry | None:
    return outcome.normal[index] if outcome is not None and index < len(outcome.normal) else None


def answer_text(entry: NormalEntry | None) -> str:
    if entry is None:
        return "(no such request)"
    if "observation" in entry:
        return f"{entry['observation']}: {shown(entry['value'])}"
    answer = entry["answer"]
    body = next((answer[kind] for kind in ("json", "text", "dicom", "bytes") if kind in answer), "")
    return f"{answer['status']} {shown(body, 300)}"


def contract_notes(result: Result) -> Iterator[str]:
    """What the live server does where the documented contract says otherwise."""
    assert result.reference is not None
    broken = [entry.name for entry in result.reference.log if isinstance(entry, Observation) and entry.value is False]
    if broken:
        answers = [entry for entry in result.reference.log if isinstance(entry, Exchange) and entry.request.body]
        yield ""
        yield f"i {result.scenario.title}: {result.scenario.claim}"
        yield f"  the emulator keeps to it; on the live server this does not hold: {'; '.join(broken)}"
        if answers:
            yield f"  its last answer: {answers[-1].request} → {answers[-1].answer.summary()[:200]}"


def reasons_not_asked(results: Sequence[Result]) -> Iterator[str]:
    reasons = Counter(one.reference.not_asked for one in results if one.reference and one.reference.not_asked)
    for reason, count in reasons.most_common():
        yield ""
        yield f"not asked ({count}): {reason}"


def conclusion(results: Sequence[Result]) -> str:
    """One line: how many scenarios, with which verdicts."""
    verdicts = Counter(one.verdict for one in results)
    return f"{len(results)} scenarios: " + ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
