"""A report as one HTML page without external resources: figures, a map of the blocks of each creator, all tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from .report import Report, TagReport
from .report_text import blocks_text, owner_text, releases_text, remarks_of, summary, vrs_text
from .suggestion import counted, printable

#: Each state with its sign in the map and what it means.
STATES = {
    "known": ("", "known: a name, and edits keep its VR"),
    "differs": ("≠", "known, with another VR than files have"),
    "unknown": ("?", "unknown: “Unknown Tag &amp; Data”, an edit writes UN"),
    "orphan": ("\N{MULTIPLICATION SIGN}", "in no reserved block: no entry can help"),
}
#: The order of the creators on the page: those that an entry can help first.
ORDER = ("unknown", "differs", "known", "orphan")


def report_page(report: Report) -> str:
    """The page; all texts of files are escaped."""
    style = files("emulator.advising").joinpath("report.css").read_text(encoding="utf-8")
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>What {report.survey.files:,} files suffer</title><style>{style}</style></head><body>",
        *head(report),
        *maps(report),
        *problems(report),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def head(report: Report) -> Iterator[str]:
    survey = report.survey
    yield f"<h1>Private tags of {counted(survey.files, 'file')}</h1>"
    yield f'<p class="lead">{text(summary(report))}.</p>'
    yield '<dl class="figures">'
    for number, label, kind in (
        (survey.files, "files", ""),
        (len(report.tags), "private tags", ""),
        (report.count("known"), "known", "good"),
        (report.count("differs"), "another VR", "other"),
        (report.count("unknown"), "unknown", "bad"),
        (report.count("orphan"), "in no block", "bad"),
        (len(report.problems), "else that happens", ""),
    ):
        yield f'<div class="{kind if number else ""}"><dt>{label}</dt><dd>{number:,}</dd></div>'
    yield "</dl>"
    yield '<ul class="legend" aria-label="What the signs mean">'
    for state, (sign, meaning) in STATES.items():
        yield f'<li><i class="cell {state}">{sign}</i> {meaning}</li>'
    yield '<li><i class="cell"></i> not in the files</li></ul>'


def maps(report: Report) -> Iterator[str]:
    """A map and a table per creator and group: those with the most trouble first."""
    if not report.tags:
        yield "<p>No private tag was found.</p>"
        return
    groups = sorted(
        report.groups.items(), key=lambda item: (min(ORDER.index(tag.state) for tag in item[1]), -len(item[1]))
    )
    for (creator, group), tags in groups:
        yield "<section>"
        yield f"<h2>{text(owner_text(creator, group))}</h2>"
        yield f'<p class="soft">{text(blocks_text(tags))}</p>'
        yield '<div class="map-and-blocks">'
        yield from offset_map(tags)
        yield from block_strip(tags)
        yield "</div>"
        yield from tag_table(tags)
        yield "</section>"


def offset_map(tags: Sequence[TagReport]) -> Iterator[str]:
    """The offsets of a block, in rows of 16: those rows in which there is something."""
    by_offset = {tag.offset: tag for tag in tags}
    known = sum(tag.state == "known" for tag in tags)
    told = f"{len(tags)} of 256 offsets are in the files, {known} known"
    yield f'<figure><div class="map" role="img" aria-label="{told}">'
    yield "<b></b>" + "".join(f"<b>{digit:x}</b>" for digit in range(16))
    for row in sorted({tag.offset >> 4 for tag in tags}):
        yield f"<b>{row:x}0</b>"
        for offset in range(row << 4, (row + 1) << 4):
            tag = by_offset.get(offset)
            if tag is None:
                yield '<i class="cell"></i>'
                continue
            one = next(iter(tag.on.values()))
            title = f"{tag.tag} {one.name}: {tag.state}, {counted(tag.files, 'file')}, {vrs_text(tag)}"
            yield f'<i class="cell {tag.state}" title="{text(title)}">{STATES[tag.state][0]}</i>'
    yield "</div><figcaption>offsets of a block</figcaption></figure>"


def block_strip(tags: Sequence[TagReport]) -> Iterator[str]:
    """The blocks that the files use, each with a bar of its files."""
    blocks: dict[int, int] = {}
    for tag in tags:
        for block, number in tag.blocks.items():
            blocks[block] = max(blocks.get(block, 0), number)
    most = max(blocks.values())
    unknown = {block for tag in tags for one in tag.on.values() for block in one.unknown_blocks}
    missing = ", no creator" if tags[0].creator is None else ", entries missing"
    yield '<figure><div class="blocks">'
    for block, number in sorted(blocks.items()):
        kind = "unknown" if block in unknown else "known"
        width = max(100 * number // most, 2)
        yield f'<span class="mono">{block:02x}</span><span class="bar {kind}" style="width:{width}%"></span>'
        yield f"<span>{counted(number, 'file')}{missing if block in unknown else ''}</span>"
    yield "</div><figcaption>blocks</figcaption></figure>"


def tag_table(tags: Sequence[TagReport]) -> Iterator[str]:
    yield '<div class="wide"><table><thead><tr>'
    yield "".join(
        f"<th>{name}</th>"
        for name in ("tag", "files", "VR in files", "VR here", "name", "edit writes", "find", "remarks")
    )
    yield "</tr></thead><tbody>"
    for tag in tags:
        one = next(iter(tag.on.values()))
        remarks = remarks_of(tag, one)
        others = [version for version, other in tag.on.items() if other != one]
        if others:
            remarks.append(f"otherwise on {', '.join(others)}")
        cells = (one.vr or "-", one.name, one.edit, one.find, "; ".join(remarks))
        yield (
            f'<tr><th scope="row"><i class="cell {tag.state}">{STATES[tag.state][0]}</i> <code>{tag.tag}</code></th>'
            f'<td class="number">{tag.files:,}</td><td>{text(vrs_text(tag))}</td>'
            + "".join(f"<td>{text(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    yield "</tbody></table></div>"


def problems(report: Report) -> Iterator[str]:
    if not report.problems:
        return
    yield "<section><h2>What else happens</h2>"
    yield '<div class="wide"><table><thead><tr>'
    yield "".join(f"<th>{name}</th>" for name in ("files", "what", "tag", "releases", "said", "a file"))
    yield "</tr></thead><tbody>"
    for one in report.problems:
        cells = (one.what, one.tag, releases_text(one.releases, report), one.message, one.example)
        yield (
            f'<tr><td class="number">{one.files:,}</td>' + "".join(f"<td>{text(cell)}</td>" for cell in cells) + "</tr>"
        )
    yield "</tbody></table></div></section>"


def text(value: str) -> str:
    return escape(printable(value))
