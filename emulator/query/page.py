"""Limit, Since and the configuration's LimitFindResults: which candidates are looked at, which matches answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from ..configuration import Configuration
from ..releases import Release
from ..store.level import Level
from .request import FindRequest

Item = TypeVar("Item")

#: The first place and the one behind the last, None for no end.
Span = tuple[int, int | None]
ALL: Span = (0, None)


@dataclass(frozen=True)
class Page:
    """What a find looks at and answers.

    - `by_identifier`: the candidates are in the order of their Orthanc identifiers, else of their arrival.
    - `by_series`: a study is looked at once for each of its series that matches, and a file of that series read.
    - `oldest`: only so many candidates, those that came first, are looked at; None for all.
    - `candidates`: the candidates, in order, that are looked at; `matches`: the matches that are answered.
    - `enough`: with so many matches the search ends; None for never.
    """

    by_identifier: bool = True
    by_series: bool = False
    oldest: int | None = None
    candidates: Span = ALL
    matches: Span = ALL
    enough: int | None = None

    @property
    def limit(self) -> int | None:
        """How many candidates are looked at, at most; None for all."""
        first, end = self.candidates
        return self.oldest if end is None else end - first


WHOLE = Page()


def page_of(request: FindRequest, release: Release, configuration: Configuration, *, by_modality: bool) -> Page:
    """The page that a request asks for; `by_modality`: it asks for studies with ModalitiesInStudy."""
    is_instance = request.level is Level.INSTANCE
    configured = configuration.limit_find_instances if is_instance else configuration.limit_find_results
    since, limit = request.since or 0, request.limit
    if release.limits_candidates:
        if configured and (limit or request.since is None):
            limit = min(limit or configured, configured)
        return Page(candidates=(since, since + limit if limit else None))
    oldest = configured + 1 if configured else None
    if by_modality and release.finds_modalities_apart:
        # Measured on 1.9.1 and 1.10.1: Since counts with a Limit alone, and from the start of what Limit leaves
        return Page(by_identifier=False, by_series=True, oldest=oldest, matches=(since, limit) if limit else ALL)
    end = since + limit if limit else None
    return Page(
        by_identifier=not is_instance,
        oldest=oldest,
        matches=(since, end),
        enough=None if end is None else end + 1,
    )


def part(items: list[Item], span: Span) -> list[Item]:
    return items[slice(*span)]
