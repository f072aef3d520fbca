"""Executes the plan of a query: it filters the candidates by the index, then reads a file of each that is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from ..dicom.character_sets import CharacterSet, character_set_of
from ..dicom.element import Dataset
from ..dicom.text import element_text
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.level import Level
from ..store.resource import Resource
from ..store.store import Store
from .computed import MODALITIES_IN_STUDY, ReadDataset, computed_text
from .constraint import Constraint
from .page import part
from .plan import QueryPlan, skips_index

Texts = dict[int, str | None]


@dataclass(frozen=True)
class Candidate:
    """A resource that the index left, and the resource of which a file stands for it: itself, or a series of it."""

    resource: Resource
    sample: Resource


@dataclass(frozen=True)
class Match:
    """A resource that was found; `texts` are the texts, by tag, that the index did not hold."""

    resource: Resource
    texts: Texts


def execute(
    plan: QueryPlan, store: Store, release: Release, read_dataset: ReadDataset
) -> tuple[list[Match], QueryPlan]:
    """The matches in the release's order, and the plan with what it took.

    `read_dataset` gives the dataset of an instance. The caller holds the store's lock.
    """
    candidates = chosen_candidates(plan, store, release)
    scan = Scan(plan, release, read_dataset)
    matches = part(scan.run(candidates), plan.page.matches)
    executed = replace(
        plan,
        candidates=len(candidates),
        files_read=scan.files_read,
        bytes_read=scan.bytes_read,
        results=len(matches),
    )
    return matches, executed


def chosen_candidates(plan: QueryPlan, store: Store, release: Release) -> list[Candidate]:
    """The candidates that the plan's page looks at, in its order."""
    found = candidates_of(plan, store, release)
    if plan.page.by_series:
        return [*islice(by_series(plan, found), plan.page.oldest)]
    resources = distinct(islice(found, plan.page.oldest))
    if plan.page.by_identifier:
        resources.sort(key=lambda resource: resource.id)
    return [Candidate(resource, resource) for resource in part(resources, plan.page.candidates)]


def by_series(plan: QueryPlan, studies: Iterable[Resource]) -> Iterator[Candidate]:
    """Each study once per series that matches what is asked of its series."""
    asked = [constraint for level, constraint in plan.indexed if level is Level.SERIES]
    for study in studies:
        for series in study.children.values():
            if all(constraint.matches_database(series.main_tags.get(constraint.tag)) for constraint in asked):
                yield Candidate(study, series)


def candidates_of(plan: QueryPlan, store: Store, release: Release) -> Iterator[Resource]:
    """The resources of the level that satisfy the constraints which the index decides.

    Releases before 1.12 name a resource as often as resources of a lower level match, as a join does.
    """
    below = [(level, constraint) for level, constraint in plan.below if not skips_index(constraint, release)]
    repeats = release.repeats_candidates and not plan.page.by_series
    for resource in store.resources(plan.level):
        times = 1
        for level, constraint in [*plan.indexed, *below]:
            times *= matches_at(resource, level, constraint)
            if not times:
                break
        yield from [resource] * (times if repeats else min(times, 1))


def matches_at(resource: Resource, level: Level, constraint: Constraint) -> int:
    """How many resources satisfy a constraint: of the resource's own level or above 0 or 1, below it any number."""
    if level.depth <= resource.level.depth:
        return constraint.matches_database(main_tag(resource, level, constraint.tag))
    return sum(
        constraint.matches_database(descendant.main_tags.get(constraint.tag))
        for descendant in resource.descendants(level)
    )


def main_tag(resource: Resource, level: Level, tag: int) -> str | None:
    """A main DICOM tag of a resource or of one above it; a study has its own copy of those of its patient."""
    if level is Level.PATIENT and resource.level is not Level.PATIENT:
        return resource.ancestor(Level.STUDY).patient_tags.get(tag)
    return resource.ancestor(level).main_tags.get(tag)


def distinct(resources: Iterable[Resource]) -> list[Resource]:
    return [*{resource.id: resource for resource in resources}.values()]


class Scan:
    """Compares each candidate with what the index can't decide, and reads a file of it where a constraint asks."""

    def __init__(self, plan: QueryPlan, release: Release, read_dataset: ReadDataset) -> None:
        self.plan = plan
        self.release = release
        self.read_dataset = read_dataset
        self.reads_files = bool(plan.scanned) and plan.reads_files
        self.constraints = list(plan.scanned)
        # Measured: releases before 1.12 look up main tags of a lower level in the file too, later ones give up
        self.hopeless = bool(plan.below) and (release.computes_tags or not self.reads_files)
        if not self.hopeless:
            self.constraints += [constraint for _, constraint in plan.below]
        if plan.scanned and not plan.reads_files:
            self.hopeless = True
        self.files_read = 0
        self.bytes_read = 0

    def run(self, candidates: list[Candidate]) -> list[Match]:
        """The candidates that match, up to the number that is enough."""
        matches: dict[str, Match] = {}
        for candidate in candidates:
            texts = self.texts(candidate) if self.matches_main_tags(candidate.resource) else None
            if texts is not None and not self.hopeless:
                matches.setdefault(candidate.resource.id, Match(candidate.resource, texts))
                if len(matches) == self.plan.page.enough:
                    break
        return [*matches.values()]

    def matches_main_tags(self, resource: Resource) -> bool:
        """Whether the main DICOM tags, which the database compared in its own form, match as they are."""
        return all(
            constraint.matches_text(main_tag(resource, level, constraint.tag))
            for level, constraint in self.plan.indexed
            if level.depth <= resource.level.depth
        )

    def texts(self, candidate: Candidate) -> Texts | None:
        """The texts of the tags that the index does not hold, None where one does not match."""
        scanned = self.scanned_texts(candidate.sample) if self.reads_files else {}
        computed = self.computed_texts(candidate.resource)
        return None if scanned is None or computed is None else {**scanned, **computed}

    def scanned_texts(self, sample: Resource) -> Texts | None:
        instance = first_instance(sample)
        self.files_read += 1
        self.bytes_read += len(instance.file)
        dataset = self.read_dataset(instance)
        character_set = character_set_of(dataset, self.release.text_rules)
        texts: Texts = {}
        for constraint in self.constraints:
            text = self.element_text(dataset, constraint.tag, character_set)
            if not constraint.matches_text(text):
                return None
            texts[constraint.tag] = text
        return texts

    def element_text(self, dataset: Dataset, tag: int, character_set: CharacterSet) -> str | None:
        element = dataset.get(tag)
        if element is None:
            return None
        if element.items is not None and self.release.refuses_sequence_constraints:
            raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
        return element_text(element, character_set, "")

    def computed_texts(self, resource: Resource) -> Texts | None:
        texts: Texts = {}
        for constraint in self.plan.computed:
            text = computed_text(constraint.tag, resource, self.read_dataset)
            if not constraint.matches_text(text):
                return None
            texts[constraint.tag] = text
        if self.asks_for_modalities:
            texts[MODALITIES_IN_STUDY] = computed_text(MODALITIES_IN_STUDY, resource, self.read_dataset)
        return texts

    @property
    def asks_for_modalities(self) -> bool:
        return self.plan.level is Level.STUDY and any(level is Level.SERIES for level, _ in self.plan.indexed)


def first_instance(resource: Resource) -> Resource:
    """The instance whose file stands for a resource: of those below it the one that came first."""
    return min(resource.descendants(Level.INSTANCE), key=lambda instance: instance.number)
