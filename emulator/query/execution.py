"""Executes the plan of a query: it takes the candidates that the index leaves, and reads a file of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Final, NamedTuple

from ..copies import changed
from ..dicom.character_sets import CharacterSet, character_set_of
from ..dicom.element import Dataset
from ..dicom.text import element_text
from ..dicom.text_order import in_bytes
from ..dicom.views import shown_vr
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..store.level import Level
from ..store.main_tags import main_tag
from ..store.resource import Resource
from ..store.store import Store
from .candidates import Candidates, chosen_candidates
from .computed import ReadDataset, computed_text
from .constraint import Constraint
from .page import part
from .plan import QueryPlan
from .requested import RequestedTags, RequestedValues
from .rules import QueryRelease
from .scanned import Column, ScannedTexts

#: What stands for a text that no scan has read yet; it is no text of a file, which has no NUL.
UNREAD: Final = "\0"

NO_TAGS: Final[frozenset[int]] = frozenset()

#: A constraint, the texts that it is compared with, and whether those that came up match.
Comparison = tuple[Constraint, Column, dict[str | None, bool]]


class Match(NamedTuple):
    """A resource that was found, and the values of the plan's requested tags."""

    resource: Resource
    requested: RequestedValues


class Execution:
    """One run of a plan: `run` gives the matches, and `plan` is the plan with what it took, errors included.

    `read_dataset` gives the dataset of an instance, `note_reads` is told of the instances whose files the server
    would read, and tells how many bytes they are, `texts` are those that earlier scans read. The caller holds the
    store's lock.
    """

    def __init__(
        self,
        plan: QueryPlan,
        store: Store,
        release: QueryRelease,
        dictionary: Dictionary,
        read_dataset: ReadDataset,
        note_reads: Callable[[Sequence[Resource]], int],
        texts: ScannedTexts | None = None,
    ) -> None:
        self.plan = changed(plan, stored_instances=store.count(Level.INSTANCE))
        self.store = store
        self.release = release
        self.scan = Scan(plan, release, dictionary, read_dataset, note_reads, texts or ScannedTexts())

    def candidates(self) -> Candidates:
        """What the index leaves of all that is stored."""
        return chosen_candidates(self.plan, self.store, self.release)

    def run_on(self, candidates: Candidates) -> list[Match]:
        """The matches among these candidates, in the release's order."""
        matches: list[Match] = []
        try:
            matches = part(self.in_order(self.scan.run(candidates)), self.plan.page.matches)
        finally:
            self.plan = changed(
                self.plan,
                candidates=len(candidates.resources),
                files_read=len(self.scan.read),
                bytes_read=self.scan.bytes_read,
                results=len(matches),
            )
        return matches

    def in_order(self, matches: list[Match]) -> list[Match]:
        """The matches as the release sorts them: studies that were found by their series by StudyInstanceUID."""
        if self.plan.page.by_series:
            matches.sort(key=lambda match: in_bytes(dicom_identifier(match.resource)))
        return matches


class Scan:
    """Compares each candidate with what the index can't decide, and reads a file of it where it must."""

    def __init__(
        self,
        plan: QueryPlan,
        release: QueryRelease,
        dictionary: Dictionary,
        read_dataset: ReadDataset,
        note_reads: Callable[[Sequence[Resource]], int],
        texts: ScannedTexts,
    ) -> None:
        self.plan = plan
        self.note_reads = note_reads
        self.texts = texts
        self.release = release
        self.dictionary = dictionary
        self.read_dataset = read_dataset
        self.requested = RequestedTags(
            plan.requested, plan.level, plan.tells_tags, plan.tells_metadata, dictionary, release, read_dataset
        )
        self.reads_files = bool(plan.scanned or plan.requested_files) and plan.reads_files
        self.reads_always = self.reads_files and not release.query.shows_what_it_scanned
        self.hopeless = bool(plan.below or plan.scanned) and not self.reads_files
        in_order = sorted((*(one for _, one in plan.below), *plan.scanned), key=lambda one: in_bytes(one.name))
        # Measured: releases before 1.12 look up main tags of a lower level in the file too, later ones only those
        # that RequestedTags name; the others match nothing.
        self.unknown = (
            {one.tag for _, one in plan.below} - set(plan.requested) if release.query.computes_tags else set()
        )
        codec = release.dicom.text.default_codec
        self.comparisons: list[Comparison] = [(one, texts.column(one.tag, codec), {}) for one in in_order]
        self.compares_index = bool(plan.indexed or plan.computed)
        self.read: list[Resource] = []  # the instances whose files were read
        self.bytes_read = 0

    def run(self, candidates: Candidates) -> list[Match]:
        """The candidates that match, up to the number that is enough."""
        matches: dict[str, Match] = {}
        key = dicom_identifier if self.plan.page.by_series else orthanc_identifier
        try:
            for resource, sample in self.unknown_misses(candidates):
                match = self.match(resource, sample)
                if match is not None:
                    matches.setdefault(key(resource), match)
                    if len(matches) == self.plan.page.enough:
                        break
        finally:
            self.bytes_read = self.note_reads(self.read)
        return [*matches.values()]

    def unknown_misses(self, candidates: Candidates) -> Iterator[tuple[Resource, Resource]]:
        """The candidates but those instances of which the text that is compared first is known to fail.

        Most of a scan are such: 0.4 µs each here, 2 in `match`. Their files count as read, too.
        """
        pairs = zip(candidates.resources, candidates.samples, strict=True)
        if self.plan.level is not Level.INSTANCE or not self.reads_files or self.plan.computed or not self.comparisons:
            yield from pairs
            return
        constraint, column, verdicts = self.comparisons[0]
        text_of, verdict_on, reads, in_file = column.get, verdicts.get, self.read.append, self.requested.in_file
        is_read = self.reads_always and constraint.tag not in self.requested.outside
        for pair in pairs:
            instance = pair[0]
            if verdict_on(text_of(instance.file_uuid, UNREAD)) is not False:
                yield pair
            elif is_read or constraint.tag in in_file(instance):
                reads(instance)
            else:
                yield pair

    def match(self, resource: Resource, sample: Resource) -> Match | None:
        """The candidate with what it tells, None where it does not match; `sample` is looked at in its place."""
        instance = None
        in_file = self.requested.in_file(resource) if self.plan.reads_files else NO_TAGS
        if self.reads_always or in_file:
            # before anything is compared once more
            instance = sample if sample.level is Level.INSTANCE else self.sample_instance(sample)
            self.read.append(instance)
        if self.hopeless:
            return None
        if self.compares_index and not self.matches_main_tags(sample):
            return None
        failing = self.failing_computed(resource)
        if failing is not None:
            # what stands before it in the query is compared before, which a sequence makes fail (1.12.7 and 1.13.0)
            if self.comparisons and self.release.query.refuses_sequence_constraints:
                self.matches_file(resource, instance, in_file, before=in_bytes(failing.name))
            return None
        if self.comparisons and not self.matches_file(resource, instance, in_file):
            return None
        if not self.plan.requested:
            return Match(resource, {})
        dataset = None if instance is None else self.read_dataset(instance)
        return Match(resource, self.requested.values(resource, dataset))

    def sample_instance(self, resource: Resource) -> Resource:
        """The instance below a resource whose file stands for it: that which came first, or has the lowest id."""
        key = orthanc_identifier if self.release.query.samples_by_identifier else attrgetter("number")
        return min(resource.descendants(Level.INSTANCE), key=key)

    def matches_main_tags(self, resource: Resource) -> bool:
        """Whether the main DICOM tags, which the database compared in its own form, match as they are."""
        return all(
            constraint.matches_text(main_tag(resource, level, constraint.tag))
            for level, constraint in self.plan.indexed
            if level.depth <= resource.level.depth
        )

    def failing_computed(self, resource: Resource) -> Constraint | None:
        """The first constraint on a computed tag that a resource does not match."""
        for constraint in self.plan.computed:
            if not constraint.matches_text(computed_text(constraint.tag, resource, self.read_dataset)):
                return constraint
        return None

    def matches_file(
        self, resource: Resource, instance: Resource | None, in_file: frozenset[int], before: bytes | None = None
    ) -> bool:
        """Whether the texts of an instance's file match, which is asked of many files with few different texts.

        What the resource had as a main DICOM tag when it was stored is not looked for in the file. `before`: only the
        constraints are compared whose names come before this one.
        """
        for constraint, column, verdicts in self.comparisons:
            if before is not None and in_bytes(constraint.name) >= before:
                break
            if constraint.tag in self.unknown:
                return False
            if constraint.tag in self.requested.outside and constraint.tag not in in_file:
                text = self.requested.stored_value(resource, constraint.tag)
            elif instance is None:
                return False
            else:
                text = column.get(instance.file_uuid, UNREAD)
            if text is UNREAD and instance is not None:
                text = self.texts.read(column, instance, partial(self.file_text, instance, constraint.tag))
            verdict = verdicts.get(text)
            if verdict is None:
                verdict = verdicts[text] = constraint.matches_text(text)
            if not verdict:
                return False
        return True

    def file_text(self, instance: Resource, tag: int) -> str | None:
        dataset = self.read_dataset(instance)
        return self.element_text(dataset, tag, character_set_of(dataset, self.release.dicom.text))

    def element_text(self, dataset: Dataset, tag: int, character_set: CharacterSet) -> str | None:
        element = dataset.get(tag)
        if element is None:
            return None
        if element.items is not None and self.release.query.refuses_sequence_constraints:
            raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
        # only of a value stored as UN does it matter what the dictionary says: its text is what the views show
        vr = shown_vr(dataset, tag, self.dictionary, self.release.dicom.text) if element.vr == "UN" else ""
        return element_text(element, character_set, vr)


def orthanc_identifier(resource: Resource) -> str:
    return resource.id


def dicom_identifier(resource: Resource) -> str:
    return resource.main_tags.get(resource.level.identifier_tag, "")
