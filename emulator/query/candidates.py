"""The candidates of a plan: the resources that the index leaves, before any file is read.

Where an equality or a list is asked of a main DICOM tag, the inverted index names those that come into question, and
only they are looked at; the rest of the constraints is compared with each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from ..errors import ErrorCode, OrthancError
from ..store.description import turned_descendants
from ..store.level import LEVELS, Level
from ..store.main_tags import main_tag
from ..store.resource import Resource
from ..store.store import Store
from .constraint import Constraint, Kind
from .filters import NO_FILTERS
from .ordering import in_order
from .page import WHOLE, part
from .plan import LevelConstraint, QueryPlan
from .planning import skips_index
from .rules import QueryRelease


class Candidates(NamedTuple):
    """The resources that the index left, and those that are looked at in their place: themselves, or a series of each.

    Two lists, for 7,000 pairs are 7,000 objects for the garbage collector, which took half of a scan.
    """

    resources: list[Resource]
    samples: list[Resource]


def chosen_candidates(plan: QueryPlan, store: Store, release: QueryRelease) -> Candidates:
    """The candidates that the plan's page looks at, in its order."""
    found = candidates_of(plan, store, release)
    if not release.query.has_extended_find:
        return themselves(joined_candidates(plan, found))
    if plan.page.by_series:
        rows = sorted(islice(found, plan.page.oldest), key=lambda series: series.id)
        return Candidates([series.ancestor(plan.level) for series in rows], rows)
    first = islice(found, plan.page.oldest)
    resources = [*first] if isinstance(found, list) else distinct(first)  # a list has each once
    if plan.orders:
        resources = in_order(resources, plan.orders, release, plan.level)
    elif plan.page.by_identifier:
        resources.sort(key=lambda resource: resource.id)
    return themselves(part(resources, plan.page.candidates))


def themselves(resources: list[Resource]) -> Candidates:
    """Candidates that are looked at themselves."""
    return Candidates(resources, resources)


def joined_candidates(plan: QueryPlan, found: Iterable[Resource]) -> list[Resource]:
    """The candidates of a database without extended finds, which names each as often as a join finds it.

    Raises OrthancError (Bad sequence of calls) for one that comes twice, as the server does (1.12.7 with PostgreSQL).
    """
    resources = [*found]
    if plan.page.by_identifier:
        resources.sort(key=lambda resource: resource.id)
    resources = part(resources, plan.page.candidates)
    seen: set[str] = set()
    for resource in resources:
        if resource.id in seen:
            details = f"This resource has already been added: {resource.id}/{resource.number}"
            raise OrthancError(ErrorCode.BAD_SEQUENCE_OF_CALLS, details)
        seen.add(resource.id)
    return resources


def count_candidates(plan: QueryPlan, store: Store, release: QueryRelease) -> int:
    """How many candidates there are: main DICOM tags of a lower level count here, and no limit, unlike in a find."""
    if not release.query.has_extended_find:
        if plan.filters.parent is not None and plan.filters.parent[0] is plan.level:
            raise OrthancError(ErrorCode.NOT_IMPLEMENTED)
        return sum(1 for _ in candidates_of(plan, store, release))
    return len(chosen_candidates(replace(plan, page=WHOLE), store, release).resources)


def candidates_of(plan: QueryPlan, store: Store, release: QueryRelease) -> Iterable[Resource]:
    """The resources of the level that satisfy the constraints which the index decides, in order of arrival.

    Releases before 1.12 name a resource as often as resources of a lower level match, as a join does.
    """
    constraints = index_constraints(plan, release)
    found = in_question(plan, constraints, store, release)
    if not constraints and plan.filters == NO_FILTERS:
        return found
    return satisfying(found, plan, constraints, release)


def satisfying(
    resources: list[Resource], plan: QueryPlan, constraints: list[LevelConstraint], release: QueryRelease
) -> Iterator[Resource]:
    """Those of the resources that satisfy the filters and the constraints, as often as `candidates_of` tells."""
    for resource in resources:
        if not plan.filters.matches(resource):
            continue
        if not release.query.repeats_candidates:
            # Measured on 1.12.7 and 1.13.0: each constraint may be met by another resource below
            if all(joined_rows(resource, [one]) for one in constraints):
                yield resource
            continue
        yield from [resource] * len(joined_rows(resource, constraints))


def index_constraints(plan: QueryPlan, release: QueryRelease) -> list[LevelConstraint]:
    return [*plan.indexed, *((level, one) for level, one in plan.below if not skips_index(one, release))]


def in_question(
    plan: QueryPlan, constraints: list[LevelConstraint], store: Store, release: QueryRelease
) -> list[Resource]:
    """The resources of the level that may satisfy the constraints, found by the one that leaves the fewest."""
    asked = plan.row_level
    if plan.filters.parent is not None:
        level, identifier = plan.filters.parent
        parent = store.levels[level].get(identifier)
        if not release.query.has_extended_find:
            return [*itself(identifier, asked, store)] if level is asked else below_parent(parent, asked)
        return [] if parent is None else sorted(parent.descendants(asked), key=lambda one: one.number)
    order = order_of_joins(plan, constraints) if not release.query.has_extended_find else arrival
    starts = [start(asked, level, constraint, store) for level, constraint in constraints if is_exact(constraint)]
    if not starts:
        return sorted(store.resources(asked), key=order) if order is not arrival else store.resources(asked)
    holders = min(starts, key=lambda found: expected(found, asked, store))
    return sorted(distinct(at_level(holders, asked)), key=order)


def arrival(resource: Resource) -> Any:
    return resource.number


def order_of_joins(plan: QueryPlan, constraints: list[LevelConstraint]) -> Callable[[Resource], Any]:
    """The order in which a small PostgreSQL joins: down from the highest level that is asked of, by arrival at each.

    A study has its patient's tags itself. A larger one, or one that knows its tables better, may join otherwise: its
    order is nobody's promise.
    """
    lowest = Level.PATIENT if plan.level is Level.PATIENT else Level.STUDY
    depths = [max(level.depth, lowest.depth) for level, _ in constraints if level.depth <= plan.level.depth]
    levels = [level for level in LEVELS if min(depths, default=plan.level.depth) <= level.depth <= plan.level.depth]
    return lambda resource: [resource.ancestor(level).number for level in levels]


def itself(identifier: str, level: Level, store: Store) -> Iterator[Resource]:
    """The resource of a level that is asked for as its own parent; raises OrthancError for one of another level."""
    if identifier in store.levels[level]:
        yield store.levels[level][identifier]
    elif any(identifier in there for there in store.levels.values()):
        raise store.unknown(identifier)


def below_parent(parent: Resource | None, level: Level) -> list[Resource]:
    """The resources of a level below a parent; raises OrthancError (Accessing an inexistent item) without one."""
    if parent is None:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM)
    return turned_descendants(parent, level)


def is_exact(constraint: Constraint) -> bool:
    return constraint.kind in (Kind.EQUALITY, Kind.LIST)


def start(asked: Level, level: Level, constraint: Constraint, store: Store) -> list[Resource]:
    """The resources of any level that the inverted index has for an exact constraint."""
    texts = constraint.text.split("\\") if constraint.kind is Kind.LIST else [constraint.text]
    patient_copy = level is Level.PATIENT and asked is not Level.PATIENT
    return store.layers.holders(level, constraint.tag, texts, patient_copy=patient_copy)


def expected(holders: list[Resource], asked: Level, store: Store) -> float:
    """How many resources of the level asked are likely to belong to these, from the numbers of all."""
    if not holders:
        return 0
    return len(holders) * store.count(asked) / store.count(holders[0].level)


def at_level(holders: Iterable[Resource], level: Level) -> Iterator[Resource]:
    """The resources of a level that are these, belong to them or have them below."""
    for holder in holders:
        if holder.level.depth > level.depth:
            yield holder.ancestor(level)
        else:
            yield from holder.descendants(level)


def joined_rows(resource: Resource, constraints: list[LevelConstraint]) -> list[Resource]:
    """The resources of the lowest level asked of that satisfy all constraints together with what is above them.

    They are the rows of the database's join: none where the resource does not match, itself without a lower level.
    """
    lower: list[LevelConstraint] = []
    for level, constraint in constraints:
        if level.depth > resource.level.depth:
            lower.append((level, constraint))
        elif not constraint.matches_database(main_tag(resource, level, constraint.tag)):
            return []
    if not lower:
        return [resource]
    lowest = max((level for level, _ in lower), key=lambda level: level.depth)
    return [
        row
        for row in resource.descendants(lowest)
        if all(one.matches_database(row.ancestor(level).main_tags.get(one.tag)) for level, one in lower)
    ]


def distinct(resources: Iterable[Resource]) -> list[Resource]:
    return [*{resource.id: resource for resource in resources}.values()]
