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
from ..dicom.character_sets import CODECS, CharacterSet, character_set_of, encode
from ..dicom.element import SPECIFIC_CHARACTER_SET, Dataset, Element, format_tag
from ..dicom.padding import SPACE_PADDED_VRS
from ..dicom.padding import padded as padded_value
from ..dicom.text import element_text
from ..dicom.views import shown_vr
from ..dictionary import Dictionary
from ..dictionary.dictionary import written_vr
from ..errors import OrthancError
from ..modification.rules import ModificationRelease
from ..modification.values import ValueEncoder
from ..store.level import Level
from ..store.main_tags import main_tag
from ..store.resource import Resource
from ..store.store import Store
from .candidates import Candidate, chosen_candidates
from .computed import COMPUTED, NEVER_THERE, ReadDataset, computed_text, is_computed
from .constraint import Constraint, make_constraint
from .execution import Execution
from .placement import index_level_upwards
from .plan import QueryPlan
from .planning import plan_query
from .request import FindRequest
from .rules import QueryRelease
from .scanned import ScannedTexts

QUERY_RETRIEVE_LEVEL = 0x00080052
RETRIEVE_AE_TITLE = 0x00080054
TIMEZONE_OFFSET = 0x00080201

#: Keys that are never compared.
NO_CONSTRAINTS = frozenset({SPECIFIC_CHARACTER_SET, QUERY_RETRIEVE_LEVEL})

#: Keys that are answered empty, whatever a file has.
ALWAYS_EMPTY = NEVER_THERE | {0x00880130}


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
        with self.store.lock:
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
            answers: list[Dataset] = []
            read: list[Resource] = []  # the instances whose files the answers are from
            try:
                for match in execution.run_on(candidates):
                    answers.append(self.answer(identifier, match.resource, execution, read))
            finally:
                scanned = {one.id for one in execution.scan.read}
                more = [one for one in read if one.id not in scanned]
                self.store.traffic.read_all(more)
                execution.plan = replace(
                    execution.plan,
                    files_read=execution.plan.files_read + len(more),
                    bytes_read=execution.plan.bytes_read + sum(len(one.file) for one in more),
                    requested_files=self.in_files(identifier) if read else (),
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
        page = replace(plan.page, oldest=None, candidates=(0, None), matches=(0, None), enough=None)
        return replace(plan, page=page)

    def candidates(self, plan: QueryPlan, level: Level) -> tuple[list[Candidate], bool]:
        """The candidates up to LimitFindResults, or LimitFindInstances, as far as the release heeds them."""
        candidates = [] if plan.below else chosen_candidates(plan, self.store, self.release)
        is_instance = level is Level.INSTANCE
        limit = self.configuration.limit_find_instances if is_instance else self.configuration.limit_find_results
        if not limit or len(candidates) <= limit or not self.release.query.identifiers_are_limited:
            return candidates, False
        if self.release.query.identifiers_tell_limit:
            # measured: one more than the limit comes from the database, the first ones, and is then in order
            by_arrival = sorted(candidates, key=lambda candidate: candidate.resource.number)[: limit + 1]
            kept = {candidate.resource.id for candidate in by_arrival}
            return [one for one in candidates if one.resource.id in kept][:limit], True
        return candidates[:limit], False

    # What is answered

    def answer(self, identifier: Identifier, resource: Resource, execution: Execution, read: list[Resource]) -> Dataset:
        """Every key that was asked for, those without a value empty."""
        codec = self.release.dicom.text.default_codec
        answer = Dataset()
        answer.put(Element(SPECIFIC_CHARACTER_SET, "CS", padded(term_of(codec).encode("ascii"))))
        answer.put(Element(QUERY_RETRIEVE_LEVEL, "CS", padded(encode(identifier.level_name, codec))))
        answer.put(Element(RETRIEVE_AE_TITLE, "AE", padded(encode(self.aet, codec))))
        dataset: Dataset | None = None
        for key in identifier.keys:
            tag = key.tag
            if tag in NO_CONSTRAINTS or not tag & 0xFFFF:
                continue
            if key.items is not None and self.is_main(tag, resource.level):
                self.put_main_sequence(answer, resource, tag, execution, read)
                continue
            known, text = self.known(resource, tag)
            if known:
                answer.put(self.element(tag, text or "", codec))
                continue
            if dataset is None:
                dataset = self.file_of(resource, execution, read)
            found = self.from_file(dataset, key, codec)
            if found is not None:
                answer.put(found)
        return answer

    def is_main(self, tag: int, level: Level) -> bool:
        return index_level_upwards(tag, level, self.release) is not None

    def put_main_sequence(
        self, answer: Dataset, resource: Resource, tag: int, execution: Execution, read: list[Resource]
    ) -> None:
        """A main DICOM tag that is a sequence: as the file has it, left out without (measured on 1.13.0)."""
        if not self.release.query.identifiers_return_sequences:
            return
        element = self.file_of(resource, execution, read).get(tag)
        if element is not None and element.items:
            answer.put(Element(tag, "SQ", items=[*element.items]))

    def in_files(self, identifier: Identifier) -> tuple[int, ...]:
        """The keys that are answered from files."""
        return tuple(
            key.tag
            for key in identifier.keys
            if key.tag not in ALWAYS_EMPTY | NO_CONSTRAINTS | COMPUTED.keys()
            and key.tag & 0xFFFF
            and index_level_upwards(key.tag, identifier.level, self.release) is None
        )

    def known(self, resource: Resource, tag: int) -> tuple[bool, str | None]:
        """Whether a key is answered without a file, and with which text."""
        if tag in ALWAYS_EMPTY:
            return True, None
        level = index_level_upwards(tag, resource.level, self.release)
        if level is not None:
            return True, main_tag(resource, level, tag)
        if tag in COMPUTED:
            if COMPUTED[tag][0] is resource.level and (tag != 0x00080056 or self.release.query.computes_tags):
                return True, computed_text(tag, resource, self.read_dataset)
            return tag != 0x00080016, None
        return False, None

    def file_of(self, resource: Resource, execution: Execution, read: list[Resource]) -> Dataset:
        """The dataset of the instance that stands for a resource; empty where no file may be read."""
        if self.configuration.storage_access_on_find == "Never":
            return Dataset()
        instance = resource if resource.level is Level.INSTANCE else execution.scan.sample_instance(resource)
        read.append(instance)
        return self.read_dataset(instance)

    def from_file(self, dataset: Dataset, key: Element, codec: str) -> Element | None:
        """A key as a file has it, empty where it has none; None where the release leaves it out."""
        element = dataset.get(key.tag)
        if key.items is not None or (element is not None and element.items is not None):
            if not self.release.query.identifiers_return_sequences:
                return None
            return Element(key.tag, "SQ", items=[] if element is None else [*(element.items or ())])
        text = None
        if element is not None:
            vr = shown_vr(dataset, key.tag, self.dictionary, self.release.dicom.text)
            text = element_text(element, character_set_of(dataset, self.release.dicom.text), vr)
        return self.element(key.tag, text or "", codec)

    def element(self, tag: int, text: str, codec: str) -> Element:
        """An element of an answer; private ones are UN, padded with a NUL (measured: also with an entry)."""
        if tag & 0x10000:
            value = encode(text, codec)
            return Element(tag, "UN", value + b"\0" * (len(value) % 2))
        vr = self.dictionary.value_representation(tag >> 16, tag & 0xFFFF, None)
        if not text:
            return Element(tag, written_vr(tag, vr))
        if vr in SPACE_PADDED_VRS or vr == "UI":  # nearly all
            return Element(tag, vr, padded_value(encode(text, codec), vr))
        try:
            value = ValueEncoder(self.dictionary, self.release, interprets_data_uris=False).encode(tag, vr, text, codec)
        except OrthancError:
            value = b""
        return Element(tag, written_vr(tag, vr), value)


def has_elements(keys: Dataset, tag: int) -> bool:
    """Whether a tag is a private creator's, and elements of its block are asked for, too."""
    if not tag & 0x10000 or not 0x10 <= tag & 0xFFFF <= 0xFF:
        return False
    return any(key.tag >> 16 == tag >> 16 and key.tag >> 8 & 0xFF == tag & 0xFF for key in keys if key.tag != tag)


def padded(value: bytes) -> bytes:
    return value + b" " * (len(value) % 2)


def term_of(codec: str) -> str:
    """The defined term of what is written with a codec: ISO_IR 6 for ASCII."""
    if codec == "ascii":
        return "ISO_IR 6"
    return next((term for term, known in CODECS.items() if known == codec and "2022" not in term), "ISO_IR 100")
