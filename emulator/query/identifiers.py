"""C-FIND: an identifier's keys -> constraints, and the answers to it (PS3.4 annex C).

Measured on Orthanc 1.9.1 to 1.13.0 with some 200 identifiers. A private key filters where its text is known: sent with
a text VR, or with an entry in "Dictionary". As UN, which is also what implicit VR makes of it without an entry, it is
ignored: the server then finds everything, and says nothing; the diagnostic "key-ignored" does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ..configuration import Configuration
from ..diagnostics import Diagnostic
from ..dicom.character_sets import CharacterSet, character_set_of
from ..dicom.element import Dataset, Element, format_tag
from ..dicom.text import element_text
from ..dicom.views import shown_vr
from ..dictionary import Dictionary
from ..modification.rules import ModificationRelease
from ..store.level import Level
from ..store.store import Store
from .candidates import Candidates, chosen_candidates, themselves
from .computed import ReadDataset, is_computed
from .constraint import Constraint, make_constraint
from .execution import Execution
from .identifier_answers import NO_CONSTRAINTS, Answers
from .plan import QueryPlan
from .planning import plan_query
from .request import FindRequest
from .rules import QueryRelease
from .scanned import ScannedTexts

TIMEZONE_OFFSET = 0x00080201


class IdentifierRelease(QueryRelease, ModificationRelease, Protocol):
    """What a C-FIND asks of a release."""


@dataclass(frozen=True)
class Identifier:
    """The keys of a C-FIND at a level, which the answer calls as the request does."""

    level: Level
    level_name: str
    keys: Dataset


@dataclass(frozen=True)
class Found:
    """The answers to an identifier; `too_many`: there would be more."""

    answers: Sequence[Dataset]
    too_many: bool = False


def key_ignored(tag: int, reason: str, advice: str) -> Diagnostic:
    return Diagnostic(
        "key-ignored", f"a key was ignored by the server: ({format_tag(tag)}), {reason}", advice, format_tag(tag)
    )


@dataclass(frozen=True, eq=False, repr=False)
class Identifiers:
    """Answers identifiers on one server; `aet` is its own, `keep` keeps each plan."""

    store: Store
    dictionary: Dictionary
    release: IdentifierRelease
    configuration: Configuration
    read_dataset: ReadDataset
    texts: ScannedTexts
    keep: Callable[[Execution], None]
    tell: Callable[[Iterable[Diagnostic]], None]
    aet: str
    case_sensitive_names: bool

    def find(self, identifier: Identifier) -> Found:
        """The answers, in the release's order; raises OrthancError for what the server refuses."""
        constraints, ignored = self.constraints(identifier)
        self.tell(ignored)
        if self.release.query.computes_tags:
            for key in identifier.keys:
                is_computed(key.tag, identifier.level)  # refuses SOPClassesInStudy of instances
        plan = self.plan(identifier, constraints)
        with self.store.reading:
            execution = Execution(
                plan,
                self.store,
                self.release,
                self.dictionary,
                self.read_dataset,
                self.store.traffic.read_all,
                self.texts,
            )
            candidates, too_many = self.candidates(plan, identifier.level)
            made = Answers(self, identifier, execution)
            answers: list[Dataset] = []
            try:
                with self.store.pinned(len(candidates.resources)):
                    answers += [made.answer(match.resource) for match in execution.run_on(candidates)]
            finally:
                scanned = {one.id for one in execution.scan.read}
                more = [one for one in made.read if one.id not in scanned]
                self.store.traffic.read_all(more)
                execution.plan = replace(
                    execution.plan,
                    files_read=execution.plan.files_read + len(more),
                    bytes_read=execution.plan.bytes_read + sum(len(one.file) for one in more),
                    requested_files=made.tags_in_files() if made.read else (),
                )
                self.keep(execution)
        return Found(answers, too_many)

    # What is asked

    def constraints(self, identifier: Identifier) -> tuple[list[Constraint], list[Diagnostic]]:
        """The keys that are compared, and what is told of the others that have a value."""
        found, ignored = [], []
        character_set = character_set_of(identifier.keys, self.release.dicom.text)
        for element in identifier.keys:
            if element.tag in NO_CONSTRAINTS or not element.tag & 0xFFFF:
                continue
            if element.items is not None:
                if any(len(item) for item in element.items):
                    reason = "a sequence is compared in worklists alone"
                    ignored.append(key_ignored(element.tag, reason, "ask for an element outside of sequences"))
                continue
            text = self.text(identifier.keys, element, character_set)
            if text is None:
                ignored += self.unread(identifier.keys, element)
                continue
            if element.tag == TIMEZONE_OFFSET and self.release.query.identifiers_ignore_timezone:
                if text:
                    ignored.append(key_ignored(element.tag, "it is the zone of other keys", "leave it out"))
                continue
            if element.is_private_creator and self.release.query.identifiers_ignore_creators:
                if text and not has_elements(identifier.keys, element.tag):
                    reason = "the release compares no private creators"
                    ignored.append(key_ignored(element.tag, reason, "ask for an element of the creator's block"))
                continue
            constraint = self.constraint(element.tag, text)
            if constraint is not None:
                found.append(constraint)
        return found, ignored

    def text(self, keys: Dataset, element: Element, character_set: CharacterSet) -> str | None:
        """The text of a key, None where the server can't tell it."""
        vr = shown_vr(keys, element.tag, self.dictionary, self.release.dicom.text) if element.vr == "UN" else ""
        return element_text(element, character_set, vr)

    def unread(self, keys: Dataset, element: Element) -> list[Diagnostic]:
        if not element.value.strip(b" \0") or has_elements(keys, element.tag):
            return []
        reason = "whose text the server does not know: it came as UN, or in implicit VR without an entry in Dictionary"
        return [key_ignored(element.tag, reason, 'register it in "Dictionary", or send it in explicit VR with its VR')]

    def constraint(self, tag: int, text: str) -> Constraint | None:
        """Names of people are compared without their case; all else with it."""
        vr = self.dictionary.value_representation(tag >> 16, tag & 0xFFFF, None)
        case_sensitive = vr != "PN" or self.case_sensitive_names
        return make_constraint(format_tag(tag), text, self.dictionary, self.release, case_sensitive=case_sensitive)

    def plan(self, identifier: Identifier, constraints: list[Constraint]) -> QueryPlan:
        """Keys of a lower level: the index decides them, or nothing is found."""
        plan = plan_query(FindRequest(identifier.level, tuple(constraints)), self.release, self.configuration)
        is_series_of_study = any(one.tag == Level.SERIES.identifier_tag for level, one in plan.below)
        if plan.below and self.release.query.identifiers_look_below and not is_series_of_study:
            below = [(level, replace(one, case_sensitive=False)) for level, one in plan.below]
            plan = replace(plan, indexed=(*plan.indexed, *below), below=())
        page = plan.page._replace(oldest=None, candidates=(0, None), matches=(0, None), enough=None)
        return replace(plan, page=page)

    def candidates(self, plan: QueryPlan, level: Level) -> tuple[Candidates, bool]:
        """The candidates up to LimitFindResults, or LimitFindInstances, as far as the release heeds them."""
        candidates = themselves([]) if plan.below else chosen_candidates(plan, self.store, self.release)
        resources, samples = candidates
        is_instance = level is Level.INSTANCE
        limit = self.configuration.limit_find_instances if is_instance else self.configuration.limit_find_results
        if not limit or len(resources) <= limit or not self.release.query.identifiers_are_limited:
            return candidates, False
        if self.release.query.identifiers_tell_limit:
            # measured: one more than the limit comes from the database, the first ones, and is then in order
            kept = {one.id for one in sorted(resources, key=lambda one: one.number)[: limit + 1]}
            places = [place for place, one in enumerate(resources) if one.id in kept][:limit]
            return Candidates([resources[place] for place in places], [samples[place] for place in places]), True
        return Candidates(resources[:limit], samples[:limit]), False


def has_elements(keys: Dataset, tag: int) -> bool:
    """Whether a tag is a private creator's, and elements of its block are asked for, too."""
    if not tag & 0x10000 or not 0x10 <= tag & 0xFFFF <= 0xFF:
        return False
    return any(key.tag >> 16 == tag >> 16 and key.tag >> 8 & 0xFF == tag & 0xFF for key in keys if key.tag != tag)
