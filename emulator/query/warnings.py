"""What an app would regret of a query: that it read files, or that it can't find anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..diagnostics import Diagnostic
from ..dicom.element import format_tag
from ..dicom.views import Format
from ..dictionary import Dictionary
from .plan import QueryPlan, counted
from .rules import QueryRelease


def query_warnings(plan: QueryPlan, release: QueryRelease) -> Iterator[Diagnostic]:
    """The warnings of a plan that has run."""
    advice = "; ".join(plan.advice)
    if plan.files_read:
        asked = plan.scanned or [constraint for _, constraint in plan.below]
        tags = [constraint.tag for constraint in asked] or [*plan.requested_files]
        names = [constraint.name for constraint in asked] or [format_tag(tag) for tag in tags]
        yield Diagnostic(
            "file-read-by-query",
            f"a query at {plan.level.value} level read {counted(plan.files_read, 'file')} of "
            f"{counted(plan.stored_instances, 'stored instance')} for {', '.join(names)}",
            advice or "ask for main DICOM tags, which the index answers",
            format_tag(tags[0]) if tags else None,
        )
    is_cut = release.query.limits_candidates and plan.page.limit == plan.candidates  # there may have been more of them
    if plan.scanned and plan.reads_files and is_cut:
        yield Diagnostic(
            "limit-before-files",
            f"Limit left {counted(plan.candidates, 'candidate')}, in whose files {plan.scanned[0].name} was then "
            "looked for: what matches beyond them is not found",
            "leave Limit and Since out, or ask on with Since until a page has no candidate left",
            format_tag(plan.scanned[0].tag),
        )
    if plan.scanned and not plan.reads_files:
        yield Diagnostic(
            "query-cannot-match",
            f"{plan.scanned[0].name} is in no index, and the server may not read files to compare it",
            advice,
            format_tag(plan.scanned[0].tag),
        )
    if not release.query.computes_tags and plan.reads_files:
        return  # releases before 1.12 look main DICOM tags of a lower level up in the files
    for level, constraint in plan.below:
        yield Diagnostic(
            "query-cannot-match",
            f"{constraint.name} is a tag of the {level.plural}, and the query is at {plan.level.value} level",
            f"ask at {level.value} level",
            format_tag(constraint.tag),
        )


def shared_names(requested: Collection[int], form: Format, dictionary: Dictionary) -> Iterator[Diagnostic]:
    """Tells the requested tags that have one name in an answer, as private tags that are registered with a creator.

    Of these the one with the highest number is shown (measured on Orthanc 1.12.7 and 1.13.0).
    """
    if form is not Format.SIMPLIFY or len(requested) < 2:
        return
    by_name: dict[str, list[int]] = {}
    for tag in sorted(requested):
        by_name.setdefault(dictionary.name(tag >> 16, tag & 0xFFFF, None), []).append(tag)
    for name, tags in by_name.items():
        if len(tags) > 1:
            yield Diagnostic(
                "simplified-name-collision",
                f'{", ".join(map(format_tag, tags))} have one name in RequestedTags, "{name}": only the last is shown',
                'ask for numbers in place of names: "Short": true in a find, ?short in a GET',
                format_tag(tags[0]),
            )
