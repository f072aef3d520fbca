"""The queries of one server: each body is read, planned, executed and answered, and its plan is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ..configuration import Configuration
from ..diagnostics import Diagnostic
from ..dicom.element import Dataset
from ..dicom.views import Format
from ..dictionary import Dictionary
from ..dictionary.contract import Contract
from ..dictionary.warnings import name_warnings
from ..members import ignored_members
from ..store.level import Level
from ..store.metadata import metadata_of
from ..store.resource import Resource, reference
from ..store.resources import Resources
from ..store.store import Store
from .candidates import count_candidates, themselves
from .execution import Execution, Match
from .lookup import look_up
from .members import ALL, OF_COUNTS, members_of_find
from .plan import QueryPlan
from .planning import plan_listing, plan_query
from .request import FindRequest, parse_count, parse_find
from .response import with_content
from .rules import QueryRelease
from .scanned import ScannedTexts
from .warnings import query_warnings, shared_names

#: Where each query's plan is told, at level INFO.
LOGGER = logging.getLogger("emulator.query")


class QueryLog(Protocol):
    """What the server's log tells of a query."""

    def candidates(self, count: int) -> None: ...

    def reads(self, plan: QueryPlan, read: Sequence[Resource]) -> None: ...

    def matches(self, count: int) -> None: ...


@dataclass(frozen=True, eq=False, repr=False)
class Queries:
    """Answers queries about what one server stores; `keep` keeps each plan, `signs` tells the MD5 of attachments."""

    store: Store
    resources: Resources
    dictionary: Dictionary
    release: QueryRelease
    configuration: Configuration
    contract: Contract
    read_dataset: Callable[[Resource], Dataset]
    texts: ScannedTexts
    log: QueryLog
    keep: Callable[[QueryPlan], None]
    tell: Callable[[Iterable[Diagnostic]], None]
    signs: bool

    def find(self, body: Any) -> list[Any]:
        """Answers the body of a `POST /tools/find`, already parsed from JSON."""
        with self.contract.kept():
            request = parse_find(body, self.dictionary, self.release)
        self.tell(ignored_members(body, members_of_find(self.release), ALL, self.release.version))
        self.tell(name_warnings((constraint.name for constraint in request.constraints), self.dictionary))
        self.tell(shared_names(request.requested, request.form, self.dictionary))
        plan = plan_query(request, self.release, self.configuration)
        with self.store.reading:
            execution = self.execution(plan)
            try:
                candidates = execution.candidates()
                with self.store.pinned(len(candidates.resources)):
                    return [self.found(match, request, plan) for match in execution.run_on(candidates)]
            finally:
                self.keep_execution(execution)

    def count(self, body: Any) -> dict[str, int]:
        """Answers the body of a `POST /tools/count-resources`, already parsed from JSON (1.12 on)."""
        with self.contract.kept():
            request = parse_count(body, self.dictionary, self.release)
        self.tell(ignored_members(body, OF_COUNTS, OF_COUNTS, self.release.version))
        plan = plan_query(request, self.release, self.configuration)
        with self.store.reading:
            count = count_candidates(plan, self.store, self.release)
            stored = self.store.count(Level.INSTANCE)
            self.keep_plan(replace(plan, candidates=count, results=count, stored_instances=stored))
        return {"Count": count}

    def bulk_content(self, body: Any) -> list[dict[str, Any]]:
        """Answers the body of a `POST /tools/bulk-content`, already parsed from JSON (1.10.1 on)."""
        from .bulk_content import parse_bulk_content

        request = parse_bulk_content(body, self.release)
        with self.store.reading:
            return [
                {
                    **self.resources.describe(one, request.form),
                    **({"Metadata": metadata_of(one, self.release)} if request.has_metadata else {}),
                }
                for one in request.chosen(self.store)
            ]

    def look_up(self, text: str) -> list[dict[str, str]]:
        """The resources whose DICOM identifier is `text` (`POST /tools/lookup`)."""
        with self.store.reading:
            return [reference(resource) for resource in look_up(text, self.store, self.release)]

    def describe_all(
        self,
        level: Level,
        resources: Sequence[Resource],
        requested: tuple[int, ...],
        form: Format,
        *,
        expanded: bool = True,
    ) -> list[dict[str, Any]]:
        """The answers for resources of one level, with these `RequestedTags`; the caller holds the store's lock.

        `expanded`: the answers are shown, else their identifiers alone.
        """
        if not requested:
            return [self.resources.describe(resource, form) for resource in resources]
        self.tell(shared_names(requested, form, self.dictionary))
        plan = plan_listing(level, requested, self.release, self.configuration, expanded=expanded)
        execution = self.execution(plan)
        matches = execution.run_on(themselves([*resources]))
        with self.store.reading:
            self.log.reads(execution.plan, execution.scan.read)
        self.keep_plan(execution.plan)
        request = FindRequest(level, expand=True, form=form)
        return [self.found(match, request, plan) for match in matches]

    def execution(self, plan: QueryPlan) -> Execution:
        note_reads = self.store.traffic.read_all
        return Execution(plan, self.store, self.release, self.dictionary, self.read_dataset, note_reads, self.texts)

    def found(self, match: Match, request: FindRequest, plan: QueryPlan) -> Any:
        """What a find answers for one match: its identifier or, as asked for, more."""
        if request.content is None and not request.expand:
            return match.resource.id
        answer = self.resources.describe(match.resource, request.form)
        if request.content is not None:
            answer = with_content(answer, match.resource, request.content, self.release, signed=self.signs)
        if plan.requested:
            answer["RequestedTags"] = self.resources.descriptions.requested_tags(match.requested, request.form)
        return answer

    def keep_execution(self, execution: Execution) -> None:
        """Keeps the plan of a find, and tells the log what it took."""
        plan = execution.plan
        self.log.candidates(plan.candidates)
        self.log.reads(plan, execution.scan.read)
        self.log.matches(plan.results)
        self.keep_plan(plan)

    def keep_plan(self, plan: QueryPlan) -> None:
        self.keep(plan)
        LOGGER.info("%s", plan)
        self.tell(query_warnings(plan, self.release))
