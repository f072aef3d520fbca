"""What ends a run, on one screen: how much was asked in each chapter, why the rest was not, and what the words mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..targets.running import Result, Verdict
from .printed import by_reason, contract_notes

#: How many reasons are told where --verbose does not tell all.
TOLD_REASONS = 8
COLUMNS, WIDTH = 3, 118

#: verdict: what it says, and what it does not
MEANINGS: Mapping[Verdict, str] = {
    "agree": "agree: the server and the emulator gave the same answers",
    "kept": "kept: the emulator keeps to the documented contract; what the server does is no failure",
    "not asked": "not asked: the server could not be asked this; nothing is known of it",
    "differ": "differ: the answers are not the same; the first differences stand above",
    "broken": "broken: the emulator failed, or does not keep to the documented contract",
}


def asked_by_chapter(results: Sequence[Result]) -> dict[str, tuple[int, int, int]]:
    """By chapter: how many scenarios the server was asked, how many there are, how many failed."""
    found: dict[str, tuple[int, int, int]] = {}
    for one in sorted(results, key=lambda one: one.scenario.chapter):
        asked, count, failed = found.get(one.scenario.chapter, (0, 0, 0))
        found[one.scenario.chapter] = (asked + one.was_asked, count + 1, failed + one.failed)
    return found


def chapters(results: Sequence[Result]) -> Iterator[str]:
    """ "views 25 of 35" for each chapter, several in a line, those that failed with a sign."""
    cells = []
    for name, (asked, count, failed) in asked_by_chapter(results).items():
        told = f"{asked} of {count} asked" + (f", {failed} ✗" if failed else "")
        cells.append(f"{name} {told}")
    width = WIDTH // COLUMNS
    rows = -(-len(cells) // COLUMNS)
    for row in range(rows):
        yield "".join(cell.ljust(width) for cell in cells[row::rows]).rstrip()


def reasons(results: Sequence[Result], *, verbose: bool) -> Iterator[str]:
    """A line for each reason not to ask, the most frequent first."""
    found = {reason: len(members) for reason, members in by_reason(results).items()}
    if not found:
        return
    yield f"Not asked, {sum(found.values())}:"
    told = list(found.items()) if verbose else list(found.items())[:TOLD_REASONS]
    for reason, count in told:
        yield f"  {count:4}  {reason}"
    left = sum(found.values()) - sum(count for _, count in told)
    if left:
        yield f"  {left:4}  for {len(found) - len(told)} other reasons: --verbose tells them"


def summary(results: Sequence[Result], *, verbose: bool) -> Iterator[str]:
    """The lines of the whole."""
    yield from chapters(results)
    told = [*reasons(results, verbose=verbose)]
    yield from ("", *told) if told else ()
    notes = [*contract_notes(results)]
    if notes and verbose:
        yield from notes
    elif notes:
        yield f"{notes[1].removesuffix(':')}: --verbose lists them"
    yield ""
    yield from (text for verdict, text in MEANINGS.items() if any(one.verdict == verdict for one in results))


def asked(results: Sequence[Result]) -> str:
    """ "836 of 1190 asked"."""
    return f"{sum(one.was_asked for one in results)} of {len(results)} asked"
