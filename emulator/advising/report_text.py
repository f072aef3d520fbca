"""A report as a table for a terminal, one per creator and group."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from .report import OnServer, Report, TagReport
from .suggestion import counted, printable

HEADINGS = ("TAG", "FILES", "VR IN FILES", "VR HERE", "NAME", "EDIT", "FIND", "REMARKS")


def report_text(report: Report) -> str:
    """All creators, then what else happens, then a line that sums up."""
    parts = [group_text(creator, group, tags) for (creator, group), tags in report.groups.items()]
    if report.problems:
        rows = [("FILES", "WHAT", "TAG", "RELEASES", "SAID", "A FILE")]
        rows += [
            (f"{one.files:,}", one.what, one.tag, releases_text(one.releases, report), one.message, one.example)
            for one in report.problems
        ]
        parts.append("What else happens\n" + table(rows))
    parts.append(summary(report))
    return "\n\n".join(parts)


def summary(report: Report) -> str:
    survey = report.survey
    states = ", ".join(
        f"{report.count(state):,} {told}"
        for state, told in (
            ("known", "known"),
            ("differs", "known with another VR"),
            ("unknown", "unknown"),
            ("orphan", "in no reserved block"),
        )
        if report.count(state)
    )
    return (
        f"{counted(survey.files, 'file')} read, {survey.with_private_tags:,} with private tags, "
        f"{survey.unread_count:,} not read; on Orthanc {', '.join(report.releases)}: "
        + counted(len(report.tags), "private tag")
        + (f": {states}" if states else "")
    )


def releases_text(releases: Sequence[str], report: Report) -> str:
    return "all" if len(releases) == len(report.releases) else " ".join(releases)


def owner_text(creator: str | None, group: int) -> str:
    owner = "in no reserved block" if creator is None else printable(json.dumps(creator, ensure_ascii=False))
    return f"{owner}, group {group:04x}"


def blocks_text(tags: Sequence[TagReport]) -> str:
    """The blocks of a creator's tags, with the most files that have an element there."""
    blocks: dict[int, int] = {}
    for tag in tags:
        for block, files in tag.blocks.items():
            blocks[block] = max(blocks.get(block, 0), files)
    return ", ".join(f"block {block:02x} in {counted(files, 'file')}" for block, files in sorted(blocks.items()))


def group_text(creator: str | None, group: int, tags: Sequence[TagReport]) -> str:
    rows = [HEADINGS, *(row for tag in tags for row in tag_rows(tag))]
    return f"{owner_text(creator, group)}: {blocks_text(tags)}\n{table(rows)}"


def tag_rows(tag: TagReport) -> Iterator[tuple[str, ...]]:
    """A row, or one for the releases that agree each."""
    together: list[tuple[list[str], OnServer]] = []
    for version, one in tag.on.items():
        same = next((versions for versions, other in together if other == one), None)
        if same is None:
            together.append(([version], one))
        else:
            same.append(version)
    for index, (versions, one) in enumerate(together):
        remarks = [*remarks_of(tag, one), *([f"on {' '.join(versions)}"] if len(together) > 1 else [])]
        own = (tag.tag, f"{tag.files:,}", vrs_text(tag)) if not index else ("", "", "")
        yield (*own, one.vr or "-", one.name, one.edit, one.find, "; ".join(remarks))


def vrs_text(tag: TagReport) -> str:
    given = tag.given_vrs
    if len(given) > 1:
        return ", ".join(f"{vr} {tag.vrs[vr]:,}" for vr in given)
    return given[0] if given else "-"


def remarks_of(tag: TagReport, one: OnServer) -> list[str]:
    """What is to be known of a tag, in a few words each."""
    remarks = []
    if tag.creator is None:
        remarks.append("no creator reserves its block")
    elif not one.is_known:
        told = ", ".join(f"{block:02x}" for block in one.unknown_blocks)
        remarks.append(f"unknown in block {told}")
    given = tag.given_vrs
    if len(given) > 1:
        remarks.append("VRs differ: " + ", ".join(f"{vr} in {tag.examples[vr]}" for vr in given))
    elif one.is_known and given and not tag_fits(given[0], one):
        remarks.append(f"an edit changes {given[0]} to {one.edit}")
    remarks += [
        f"{what} in {counted(files, 'file')} when something else is modified" for what, files in one.effects.items()
    ]
    return remarks


def tag_fits(vr: str, one: OnServer) -> bool:
    from .report import fits

    return fits(vr, one.vr)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width; what can't be printed is escaped."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )
