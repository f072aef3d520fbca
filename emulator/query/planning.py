"""Plans a query: decides for each constraint where it is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..configuration.configuration import Configuration
from ..copies import changed
from ..errors import ErrorCode, OrthancError
from ..store.level import Level
from .advice import advice_for
from .computed import MODALITIES_IN_STUDY, MODALITY
from .constraint import Constraint, Kind
from .page import WHOLE, page_of
from .placement import Place, index_level, place_of, requests_file
from .plan import LevelConstraint, QueryPlan
from .request import FindRequest
from .rules import QueryRelease


def plan_query(request: FindRequest, release: QueryRelease, configuration: Configuration) -> QueryPlan:
    """Decides for each constraint where it is answered.

    Raises OrthancError as the release does: "SQLite: Cannot prepare a cached statement" for a main DICOM tag too
    far below the level asked.
    """
    indexed: list[LevelConstraint] = []
    below: list[LevelConstraint] = []
    computed: list[Constraint] = []
    scanned: list[Constraint] = []
    by_series = is_by_series(request, release)
    asked = Level.SERIES if by_series else request.level
    for one in request.constraints:
        constraint = modality(one, release) if by_series and one.tag == MODALITIES_IN_STUDY else one
        place = place_of(constraint.tag, asked, release)
        level = index_level(constraint.tag, asked, release)
        if place is Place.MODALITIES:
            indexed.append((Level.SERIES, modality(constraint, release)))
            if constraint.case_sensitive and release.query.computes_tags:
                computed.append(computed_constraint(constraint))
        elif place is Place.COMPUTED:
            computed.append(computed_constraint(constraint))
        elif level is None:
            scanned.append(constraint)
        else:
            (indexed if place is Place.INDEX else below).append((level, constraint))
    for level, constraint in below:
        check_distance(level, constraint, asked, release)
    if not release.query.has_extended_find:
        check_database(request, constrained=bool(indexed or below))
    by_modality = any(level.depth > request.level.depth for level, _ in indexed)
    requested = requested_tags(request, scanned, computed, release, by_modality=by_modality)
    requested_files = tuple(tag for tag in requested if requests_file(tag, request.level, release))
    plan = QueryPlan(
        request.level,
        tuple(indexed),
        tuple(below),
        tuple(computed),
        tuple(scanned),
        reads_files=may_read_files(configuration, release),
        page=page_of(request, release, configuration, by_series=by_series, constrained=bool(indexed or below)),
        filters=request.filters,
        requested=requested,
        requested_files=requested_files,
        tells_tags=request.tells("MainDicomTags"),
        tells_metadata=request.tells("Metadata")
        or any(index_level(tag, request.level, release) is None for tag in requested_files),
        orders=request.orders,
        costs=release.query.costs,
    )
    return changed(plan, advice=advice_for(plan, release, configuration))


def is_by_series(request: FindRequest, release: QueryRelease) -> bool:
    """Whether a find of studies is one of series, of which it answers the studies (ModalitiesInStudy before 1.12)."""
    if request.level is not Level.STUDY or not release.query.finds_modalities_apart:
        return False
    return any(constraint.tag == MODALITIES_IN_STUDY for constraint in request.constraints)


def plan_listing(
    level: Level, requested: tuple[int, ...], release: QueryRelease, configuration: Configuration, *, expanded: bool
) -> QueryPlan:
    """The plan of a list with `?requestedTags`: all that it takes is what the answers tell."""
    plan = plan_query(FindRequest(level, requested=requested, expand=expanded), release, configuration)
    return replace(plan, page=WHOLE)


def requested_tags(
    request: FindRequest,
    scanned: Iterable[Constraint],
    computed: Iterable[Constraint],
    release: QueryRelease,
    *,
    by_modality: bool,
) -> tuple[int, ...]:
    """The tags that each answer tells: those asked for, and in some releases those that were looked up."""
    tags = set(request.requested)
    if release.query.shows_what_it_scanned:
        tags |= {constraint.tag for constraint in (*scanned, *computed)}
        if by_modality:
            tags.add(MODALITIES_IN_STUDY)
    return tuple(sorted(tags))


def computed_constraint(constraint: Constraint) -> Constraint:
    """A constraint on a tag that the server computes: one modality is looked for among all of a study."""
    if constraint.tag == MODALITIES_IN_STUDY and constraint.kind is Kind.EQUALITY:
        return replace(constraint, kind=Kind.LIST)
    return constraint


def modality(constraint: Constraint, release: QueryRelease) -> Constraint:
    """The constraint on the series of a study that ModalitiesInStudy stands for."""
    kind = constraint.kind
    if kind is Kind.WILDCARD and release.query.modality_wildcards_are_literal:
        kind = Kind.EQUALITY
    case_sensitive = constraint.case_sensitive and not release.query.computes_tags
    return replace(constraint, tag=MODALITY, kind=kind, case_sensitive=case_sensitive)


def check_database(request: FindRequest, *, constrained: bool) -> None:
    """Refuses what a database without extended finds can't be asked; raises OrthancError (Not implemented yet)."""
    if request.orders:
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, "The database backend doesn't support ordering")
    filters = request.filters
    if filters.metadata or (filters.parent is not None and (constrained or filters.labels)):
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED)


def check_distance(level: Level, constraint: Constraint, asked: Level, release: QueryRelease) -> None:
    """Refuses a tag two levels below the one asked, where the release's database can't be asked for it."""
    if skips_index(constraint, release):
        return
    if release.query.refuses_tags_far_below and level.depth > asked.depth + 1:
        raise OrthancError(ErrorCode.SQLITE_PREPARE_CACHED_STATEMENT)


def skips_index(constraint: Constraint, release: QueryRelease) -> bool:
    """Whether a constraint on a lower level leaves the candidates as they are."""
    return release.query.stars_skip_the_levels_below and constraint.text == "*"


def may_read_files(configuration: Configuration, release: QueryRelease) -> bool:
    access = configuration.storage_access_on_find
    return access == "Always" or (access == "Answers" and release.query.answers_access_scans)
