"""Limit, Since and the configuration's LimitFindResults: which candidates are looked at, which matches answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ..configuration.configuration import Configuration
from ..store.level import Level
from .rules import QueryRelease

if TYPE_CHECKING:
    from .request import FindRequest

Item = TypeVar("Item")

#: The first place and the one behind the last, None for no end.
Span = tuple[int, int | None]
ALL: Span = (0, None)


class Page(NamedTuple):
    """What a find looks at and answers.

    - `by_identifier`: the candidates are in the order of their Orthanc identifiers, else of their arrival.
    - `by_series`: series are looked at, in the order of their identifiers, and their studies answered, in the order
      of their StudyInstanceUID; of several with the same one the first that was found is.
    - `is_sorted`: False where the server leaves the order to a database that joins as it likes (PostgreSQL): the one
      here is what a small one gives, and which answers a Limit leaves is nobody's promise.
    - `oldest`: only so many candidates, those that came first, are looked at; None for all.
    - `candidates`: the candidates, in order, that are looked at; `matches`: the matches that are answered.
    - `enough`: with so many matches the search ends; None for never.
    """

    by_identifier: bool = True
    by_series: bool = False
    is_sorted: bool = True
    oldest: int | None = None
    candidates: Span = ALL
    matches: Span = ALL
    enough: int | None = None

    @property
    def limit(self) -> int | None:
        """How many candidates are looked at, at most; None for all."""
        first, end = self.candidates
        return self.oldest if end is None else end - first

    @property
    def cuts(self) -> bool:
        """Whether it leaves out candidates or matches because of their place."""
        return self.oldest is not None or self.candidates != ALL or self.matches != ALL


WHOLE = Page()


def page_of(
    request: FindRequest, release: QueryRelease, configuration: Configuration, *, by_series: bool, constrained: bool
) -> Page:
    """The page that a request asks for.

    `by_series`: it finds studies by their series; `constrained`: it asks for main DICOM tags.
    """
    is_instance = request.level is Level.INSTANCE
    configured = configuration.limit_find_instances if is_instance else configuration.limit_find_results
    since, limit = request.since or 0, request.limit
    if release.query.limits_candidates:
        if not release.query.has_extended_find:
            return simple_page(request, release, configured, constrained=constrained)
        if configured and (limit or request.since is None):
            limit = min(limit or configured, configured)
        return Page(candidates=(since, since + limit if limit else None))
    oldest = configured + 1 if configured else None
    if by_series:
        # Measured on 1.9.1 and 1.10.1: Since counts with a Limit alone, and from the start of what Limit leaves
        return Page(by_identifier=False, by_series=True, oldest=oldest, matches=(since, limit) if limit else ALL)
    end = since + limit if limit else None
    return Page(
        by_identifier=not is_instance,
        is_sorted=not release.query.joins_decide_order,
        oldest=oldest,
        matches=(since, end),
        enough=None if end is None else end + 1,
    )


def simple_page(request: FindRequest, release: QueryRelease, configured: int, *, constrained: bool) -> Page:
    """The page where the database has no extended finds (measured on 1.12.7 with PostgreSQL).

    What the database decides alone is cut by Limit or else, without Since, by what is configured and one more; what is
    left to files by what is configured and one more. Where it cuts without a constraint, it sorts by identifier.
    """
    since, limit = request.since or 0, request.limit
    is_free = not constrained and not request.filters.labels and request.filters.parent is None
    if not request.is_decided_by_index(release):
        page = Page(
            by_identifier=bool(configured) and is_free,
            candidates=(0, configured + 1 if configured else None),
            matches=(0, limit or None),
            enough=limit + 1 if limit else None,
        )
    elif request.filters.parent is not None:
        page = Page(by_identifier=False, matches=(since, None))
    else:
        if configured and not limit and request.since is None:
            limit = configured + 1
        looked_at = since + limit if limit or since else None  # without Limit those alone that Since then leaves out
        page = Page(by_identifier=bool(limit) and is_free, candidates=(0, looked_at), matches=(since, None))
    return page._replace(is_sorted=page.by_identifier)


def part(items: list[Item], span: Span) -> list[Item]:
    return items[slice(*span)]
