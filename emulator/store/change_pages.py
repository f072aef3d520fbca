"""A page of the log of changes, as a release answers it.

Measured on Orthanc 1.9.1 to 1.13.0: see fixtures/measurements/changes.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..errors import ErrorCode, OrthancError
from .changes import Change
from .metadata import date_text
from .store import Store, is_known

DEFAULT_LIMIT = 100

#: The largest limit: the server adds 1 to it, and then finds nothing.
OVERFLOWING_LIMIT = (1 << 32) - 1

#: The kinds of changes that a request may name.
KINDS = frozenset(
    "CompletedSeries NewInstance NewPatient NewSeries NewStudy StablePatient StableSeries StableStudy "
    "UpdatedAttachment UpdatedMetadata "
    "AnonymizedPatient AnonymizedSeries AnonymizedStudy Deleted ModifiedPatient ModifiedSeries ModifiedStudy".split()
)


@dataclass(frozen=True)
class ChangesRequest:
    """Which changes: those after `since`, up to `to` (None: all), of some `kinds` (none: all), the first `limit`.

    With `to` and without `since` they are the last `limit` ones. `last` asks for the very last change alone.
    """

    since: int = 0
    to: int | None = None
    limit: int = DEFAULT_LIMIT
    kinds: Collection[str] = ()
    last: bool = False


def parse_kinds(text: str) -> frozenset[str]:
    """The kinds in a list separated by semicolons; raises OrthancError (Parameter out of range)."""
    kinds = frozenset(kind for kind in text.split(";") if kind)
    for kind in text.split(";"):
        if kind and kind not in KINDS:
            raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Invalid value for a change: {kind}")
    return kinds


def page_of_changes(store: Store, request: ChangesRequest, *, tells_first: bool) -> dict[str, Any]:
    """The answer of `GET /changes`."""
    store.settle_unless_busy()
    with store.reading:
        found, is_whole = chosen(store, request)
        answer: dict[str, Any] = {
            "Changes": [to_json(change) for change in found],
            "Done": is_whole,
            "Last": found[-1].number if found else store.changes.last,
        }
        if tells_first and found:
            answer["First"] = found[0].number
        return answer


def last_change(store: Store) -> int:
    """The number of the last change that the server knows: it goes back where the resource of a change goes."""
    with store.reading:
        found = next(known(store, reversed(store.changes)), None)
        return store.changes.last if found is None else found.number


def chosen(store: Store, request: ChangesRequest) -> tuple[list[Change], bool]:
    """The changes that a request asks for, the oldest first, and whether there are no more of them."""
    if request.last:
        return [*islice(known(store, reversed(store.changes)), 1)], True
    if request.limit == OVERFLOWING_LIMIT:
        return [], True
    backwards = request.to is not None and request.since <= 0
    if backwards and request.to is not None:
        candidates = known(store, store.changes.until(request.to))
    else:
        candidates = known(store, store.changes.since(request.since))
    wanted = (
        change
        for change in candidates
        if (not request.kinds or change.kind in request.kinds) and (request.to is None or change.number <= request.to)
    )
    found = [*islice(wanted, request.limit)]
    is_whole = next(wanted, None) is None
    return found[::-1] if backwards else found, is_whole


def known(store: Store, changes: Iterable[Change]) -> Iterator[Change]:
    """The changes of what is still there: a server forgets those of a resource with it."""
    levels = store.levels  # once for all: 0.3 us a change less
    return (change for change in changes if is_known(change, levels))


def to_json(change: Change) -> dict[str, Any]:
    return {
        "ChangeType": change.kind,
        "Date": date_text(change.date),
        "ID": change.id,
        "Path": f"/{change.level.plural}/{change.id}",
        "ResourceType": change.level.value,
        "Seq": change.number,
    }
