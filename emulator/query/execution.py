"""Executes the plan of a query: it filters the candidates by the index, then reads a file of each that is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ..dicom.character_sets import codec_of
from ..dicom.element import Dataset
from ..dicom.text import element_text
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.level import Level
from ..store.resource import Resource
from ..store.store import Store
from .constraint import Constraint
from .plan import QueryPlan
from .request import FindRequest

ReadFile = Callable[[Resource], Dataset]


@dataclass(frozen=True)
class Match:
    """A resource that was found; `texts` are the texts, by tag, that its file was read for."""

    resource: Resource
    texts: dict[int, str | None]


def execute(
    plan: QueryPlan, request: FindRequest, store: Store, release: Release, read_dataset: ReadFile
) -> tuple[list[Match], QueryPlan]:
    """The matches in the release's order, and the plan with what it took.

    `read_dataset` gives the dataset of an instance. The caller holds the store's lock.
    """
    candidates = ordered([*candidates_of(plan, store)], request.level, release)
    if release.limits_candidates and (request.limit or request.since):
        candidates = window(candidates, request)
    scan = Scan(plan, release, read_dataset)
    if not plan.scanned:
        matches = [] if plan.below else [Match(resource, {}) for resource in candidates]
    else:
        wanted = request.since + request.limit if request.limit and not release.limits_candidates else None
        matches = scan.run(candidates, wanted)
    if not release.limits_candidates:
        matches = window(matches, request)
    executed = replace(
        plan,
        candidates=len(candidates),
        files_read=scan.files_read,
        bytes_read=scan.bytes_read,
        results=len(matches),
    )
    return matches, executed


def window(found: list, request: FindRequest) -> list:  # type: ignore[type-arg]
    end = request.since + request.limit if request.limit else None
    return found[request.since : end]


def candidates_of(plan: QueryPlan, store: Store) -> Iterator[Resource]:
    """The resources of the level that satisfy the constraints which the index decides."""
    for resource in store.resources(plan.level):
        above = all(
            constraint.matches_index(resource.ancestor(level).main_tags.get(constraint.tag))
            for level, constraint in plan.indexed
        )
        if above and all(has_descendant(resource, level, constraint) for level, constraint in plan.below):
            yield resource


def has_descendant(resource: Resource, level: Level, constraint: Constraint) -> bool:
    return any(
        constraint.matches_index(descendant.main_tags.get(constraint.tag)) for descendant in resource.descendants(level)
    )


def ordered(resources: list[Resource], level: Level, release: Release) -> list[Resource]:
    """By Orthanc identifier; instances in the order in which they came, on releases before 1.12."""
    if level is Level.INSTANCE and not release.finds_by_identifier:
        return resources
    return sorted(resources, key=lambda resource: resource.id)


class Scan:
    """Reads one file of each candidate and compares it with the constraints that need files."""

    def __init__(self, plan: QueryPlan, release: Release, read_dataset: ReadFile) -> None:
        self.constraints = list(plan.scanned)
        # Measured: releases before 1.12 look up main tags of a lower level in the file too, later ones give up
        self.hopeless = bool(plan.below) and release.finds_by_identifier
        if not self.hopeless:
            self.constraints += [constraint for _, constraint in plan.below]
        self.release = release
        self.read_dataset = read_dataset
        self.files_read = 0
        self.bytes_read = 0

    def run(self, candidates: list[Resource], wanted: int | None) -> list[Match]:
        """The candidates that match; with `wanted` it stops as soon as there is one more than that."""
        matches: list[Match] = []
        for candidate in candidates:
            instance = first_instance(candidate)
            self.files_read += 1
            self.bytes_read += len(instance.file)
            texts = self.texts(self.read_dataset(instance))
            if texts is not None and not self.hopeless:
                matches.append(Match(candidate, texts))
                if wanted is not None and len(matches) > wanted:
                    break
        return matches

    def texts(self, dataset: Dataset) -> dict[int, str | None] | None:
        """The texts of the tags asked for, None where one does not match."""
        texts: dict[int, str | None] = {}
        codec = codec_of(dataset)
        for constraint in self.constraints:
            element = dataset.get(constraint.tag)
            if element is not None and element.items is not None and self.release.refuses_sequence_constraints:
                raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
            text = None if element is None else element_text(element, codec, "")
            if not constraint.matches_file(text):
                return None
            texts[constraint.tag] = text
        return texts


def first_instance(resource: Resource) -> Resource:
    """The instance whose file stands for a resource: of those below it the one that came first."""
    return min(resource.descendants(Level.INSTANCE), key=lambda instance: instance.number)
