"""A page of the log of exports: what `GET /exports` lists, with "LogExportedResources".

Measured on Orthanc 1.9.1 to 1.13.0: a resource is logged when it is asked to be sent, whether it arrives or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .exports import Export
from .metadata import date_text


def page_of_exports(
    entries: Sequence[Export], since: int, limit: int, *, last: bool, tells_first: bool
) -> dict[str, Any]:
    """The answer of `GET /exports`: the entries after the number `since`, `limit` at most, or the `last` one alone."""
    if last:
        found, is_whole, reached = entries[-1:], True, 0
    else:
        later = [one for one in entries if one.number > since]
        found, is_whole, reached = later[:limit], len(later) <= limit, since
    answer = {"Done": is_whole, "Exports": [*map(to_json, found)], "Last": found[-1].number if found else reached}
    return {**answer, "First": found[0].number} if found and tells_first else answer


def to_json(export: Export) -> dict[str, Any]:
    return {
        "Date": date_text(export.date),
        "ID": export.id,
        "Path": f"/{export.level.plural}/{export.id}",
        "RemoteModality": export.server,
        "ResourceType": export.level.value,
        "Seq": export.number,
        **export.identifiers,
    }
