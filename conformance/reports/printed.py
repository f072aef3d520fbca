"""A run, as text for a terminal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ..asking.exchange import Exchange, Observation
from ..comparing.differences import shown
from ..comparing.normalising import NormalEntry
from ..recorder.packing import packed_elements
from ..targets.outcome import Outcome
from ..targets.running import Result, Verdict

VERDICTS: tuple[Verdict, ...] = ("agree", "kept", "not asked", "differ", "broken")


def table(results: Sequence[Result]) -> Iterator[str]:
    """The lines of the table by chapter: how many scenarios came to which verdict."""
    used = [one for one in VERDICTS if any(result.verdict == one for result in results)]
    chapters = sorted({one.scenario.chapter for one in results})
    rows = [(chapter, [one for one in results if one.scenario.chapter == chapter]) for chapter in chapters]
    width = max([len("all chapters"), *map(len, chapters)])
    yield "  ".join(["chapter".ljust(width), "scenarios", *used])
    for name, members in (*rows, ("all chapters", results)):
        counts = Counter(one.verdict for one in members)
        cells = (str(counts[verdict] or "·").rjust(len(verdict)) for verdict in used)
        yield "  ".join([name.ljust(width), str(len(members)).rjust(len("scenarios")), *cells])


def listing(results: Sequence[Result], tested: str, reference: str | None) -> Iterator[str]:
    """A line per scenario, chapter by chapter: what each target answered, and the verdict."""
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
    """For each failure: the request, both answers and what differs; then what a live server does of the contract."""
    yield from failures(results, tested, reference)
    yield from contract_notes(results)


def failures(results: Sequence[Result], tested: str, reference: str | None) -> Iterator[str]:
    for result in results:
        if result.failed:
            yield ""
            yield from failure(result, tested, reference)


def failure(result: Result, tested: str, reference: str | None) -> Iterator[str]:
    yield f"✗ {result.scenario.title}: {result.scenario.claim}"
    if result.scenario.stand_ins is not None:
        yield f"  what it was asked: {result.scenario.stand_ins}"
    for problem in result.problems:
        yield f"  {tested}: {problem}"
    yield from entries(result, tested, reference or "")


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
    body: Any = next((answer[kind] for kind in ("json", "text", "dicom", "bytes") if kind in answer), "")
    if "dicom" in answer:
        body = packed_elements(body.get("dataset", body["meta"]))
    return f"{answer['status']} {shown(body, 300)}"


def contract_notes(results: Sequence[Result]) -> Iterator[str]:
    """What a live server answers where the documented contract says otherwise, and the emulator keeps to it."""
    broken = [one for one in results if not one.failed and breaks_contract(one)]
    if broken:
        yield ""
        yield f"The documented contract: the emulator keeps to it by default, the live server does not ({len(broken)}):"
    for result in broken:
        assert result.reference is not None
        exchanges = [one for one in result.reference.log if isinstance(one, Exchange)]
        changing = [one for one in exchanges if one.request.body]
        answer = (changing or exchanges)[-1].answer.summary()
        yield f"  {result.scenario.title}: {answer[:80]}"


def breaks_contract(result: Result) -> bool:
    """Whether it is a scenario of the documented contract to which the live server does not keep."""
    log = result.reference.log if result.reference is not None else ()
    observations = (entry for entry in log if isinstance(entry, Observation))
    return result.scenario.mode == "contract" and any(entry.value is False for entry in observations)


def not_asked(results: Sequence[Result]) -> Iterator[str]:
    """What was not asked, by what it would need."""
    for reason, members in by_reason(results).items():
        yield ""
        yield f"not asked ({len(members)}): {reason}"
        text = ", ".join(one.scenario.title for one in members)
        yield from textwrap.wrap(text, 116, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def by_reason(results: Sequence[Result]) -> dict[str, list[Result]]:
    """The results of scenarios that were not asked, by the reason; the most frequent first."""
    reasons: dict[str, list[Result]] = {}
    for one in results:
        if one.why_not_asked is not None:
            reasons.setdefault(one.why_not_asked, []).append(one)
    return dict(sorted(reasons.items(), key=lambda item: -len(item[1])))


def conclusion(results: Sequence[Result]) -> str:
    """One line: how many scenarios, with which verdicts."""
    verdicts = Counter(one.verdict for one in results)
    return f"{len(results)} scenarios: " + ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
