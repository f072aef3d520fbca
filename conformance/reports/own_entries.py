"""The table of an administrator's own entries: what the server does with each, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.checking import Problem

from ..asking.exchange import Observation
from ..scenarios.my_dictionary import CHAPTER, COLUMNS, SHOWN
from ..targets.outcome import Outcome
from ..targets.running import Result

YES, NO, NOT_LOOKED_AT = "✓", "✗", "·"


def own_entries(results: Sequence[Result], problems: Sequence[Problem]) -> Iterator[str]:
    """The lines: an entry, a sign for each thing that it is there for, and below it what is wrong."""
    mine = [one for one in results if one.scenario.chapter == CHAPTER]
    if not mine:
        return
    width = max(len(one.scenario.claim) for one in mine)
    yield "  ".join(["entry".ljust(width), *COLUMNS, "as the emulator"])
    for one in mine:
        seen = observed(one.reference)
        signs = [sign(seen.get(claim)).ljust(len(name)) for name, claim in COLUMNS.items()]
        yield "  ".join([one.scenario.claim.ljust(width), *signs, NO if one.failed else sign(one.was_asked or None)])
        yield from (f"    {line}" for line in wrong(one, seen, problems))


def sign(holds: bool | None) -> str:
    return NOT_LOOKED_AT if holds is None else YES if holds else NO


def observed(outcome: Outcome | None) -> Mapping[str, Any]:
    log = outcome.log if outcome is not None else ()
    return {entry.name: entry.value for entry in log if isinstance(entry, Observation)}


def wrong(result: Result, seen: Mapping[str, Any], problems: Sequence[Problem]) -> Iterator[str]:
    expected = observed(result.tested)
    if expected.get(SHOWN) and seen.get(SHOWN) is False:
        yield "the server does not know it: was it started with this configuration, and does no other file replace it?"
    elif result.failed:
        yield "the server answers otherwise than its release does with this configuration: see above"
    if result.why_not_asked is not None:
        yield f"not asked: {result.why_not_asked}"
    key = next(iter(result.scenario.claim.split('"')[1:2]), "")
    for one in problems:
        if one.key == key and one.severity != "note":
            yield f"{one.message}; {one.advice}"
            yield from (f"write: {line}" for line in (one.instead or "").splitlines())
