"""The part of the report that is taken in at a glance: rules against releases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from ..targets.running import Result
from .markup import escaped
from .matrix import Cell, Row
from .page_answers import SIGNS, anchor

LEGEND = (
    ("promise", "✓", "the documented contract promises it"),
    ("breaks", "✗", "breaks the contract"),
    ("otherwise", "400", "another outcome than most releases"),
    ("in_detail", "≈", "the same outcome, other details"),
    ("alike", "·", "as most releases"),
)
FILTERS = (
    ("only-deviations", "where a release deviates", True),
    ("only-contract", "of the documented contract", False),
    ("all-rules", "all", False),
)

Pair = tuple[Result, Row]


def rules_html(pairs: Sequence[Pair], releases: Sequence[str]) -> Iterator[str]:
    """The overview by chapter, and the matrix of all rules."""
    chapters = [(name, list(members)) for name, members in groupby(pairs, key=lambda pair: pair[0].scenario.chapter)]
    columns = f'style="--columns: {len(releases) + 2}"'
    heads = "".join(f'<th scope="col">{escaped(one)}</th>' for one in ("contract", *releases, "this run"))
    yield '<section id="rules"><h2>Rules and releases</h2>'
    yield '<p class="lead">The first column is what the guide of private tags promises; the next ones are what each '
    yield "release does. A marked cell leads to the request and the answers.</p>"
    yield f'<table class="overview" {columns}><thead><tr><th scope="col">chapter</th>{heads}</tr></thead><tbody>'
    for name, members in chapters:
        yield from chapter_html(name, members, releases)
    yield '</tbody></table><p class="legend">'
    yield " ".join(f'<span><span class="mark {kind}">{sign}</span> {text}</span>' for kind, sign, text in LEGEND)
    yield '</p><fieldset class="filter">'
    for identifier, text, chosen in FILTERS:
        checked = " checked" if chosen else ""
        yield f'<input type="radio" name="filter" id="{identifier}"{checked}><label for="{identifier}">{text}</label>'
    yield f'</fieldset><table {columns}><thead><tr><th scope="col">rule</th>{heads}</tr></thead>'
    for name, members in chapters:
        yield from group_html(name, members, releases)
    yield "</table></section>"


def chapter_html(name: str, members: Sequence[Pair], releases: Sequence[str]) -> Iterator[str]:
    """A row of the overview: how many rules of a chapter each release breaks, or answers otherwise."""
    yield f'<tr><th scope="row"><a href="#rules-{escaped(name)}">{escaped(title(name))}</a> '
    yield f'<span class="soft">{len(members)}</span></th>'
    promised = sum(bool(row.promises) for _, row in members)
    yield f"<td>{count_html(promised, 'promise', 'rules of the documented contract')}</td>"
    for release in releases:
        counts = Counter(row.cells[release].kind for _, row in members)
        breaks = count_html(counts["breaks"], "breaks", "rules of the contract are broken")
        otherwise = count_html(counts["otherwise"], "otherwise", "other outcomes than most releases")
        yield f"<td>{breaks} {otherwise}</td>"
    failed = sum(result.failed for result, _ in members)
    yield f"<td>{count_html(failed, 'differ', 'differ') or NO_FAILURE}</td></tr>"


NO_FAILURE = '<span class="mark kept">✓</span>'


def count_html(count: int, kind: str, note: str) -> str:
    return f'<span class="mark {kind}" title="{count} {note}">{count}</span>' if count else ""


def group_html(name: str, members: Sequence[Pair], releases: Sequence[str]) -> Iterator[str]:
    """The rows of a chapter."""
    rows = [row for _, row in members]
    kinds = set() if any(one.has_deviation for one in rows) else {"plain"}
    kinds |= set() if any(one.promises for one in rows) else {"silent"}
    yield f'<tbody id="rules-{escaped(name)}"><tr class="{" ".join(sorted(kinds))}">'
    yield f'<th class="chapter" colspan="{len(releases) + 3}" scope="rowgroup">{escaped(title(name))}</th></tr>'
    for result, row in members:
        kinds = set() if row.has_deviation or result.failed else {"plain"}
        kinds |= set() if row.promises else {"silent"}
        target = f"#{escaped(anchor(result))}"
        claim = f'<a href="{target}">{escaped(result.scenario.claim)}</a>'
        yield f'<tr class="{" ".join(sorted(kinds))}"><th scope="row">{claim}</th>'
        promises = escaped("; ".join(row.promises))
        promised = '<span class="mark promise">' + escaped(row.promised) + "</span>" if row.promises else ""
        yield f'<td title="{promises}">{promised}</td>'
        for release in releases:
            yield f"<td>{cell_html(row.cells[release], target)}</td>"
        yield f"<td>{verdict_html(result)}</td></tr>"
    yield "</tbody>"


def cell_html(cell: Cell, target: str) -> str:
    note = escaped(cell.note)
    if cell.kind in ("alike", "unknown"):
        return f'<span class="mark {cell.kind}" title="{note}">{escaped(cell.text)}</span>'
    return f'<a class="mark {cell.kind}" href="{target}" title="{note}">{escaped(cell.text)}</a>'


def verdict_html(result: Result) -> str:
    target = anchor(result).replace("s-", "d-", 1) if result.failed else anchor(result)
    kind, sign = result.verdict.replace(" ", "-"), SIGNS[result.verdict]
    return f'<a class="mark {kind}" href="#{escaped(target)}" title="{escaped(result.verdict)}">{sign}</a>'


def title(chapter: str) -> str:
    return chapter.replace("_", " ").capitalize()
