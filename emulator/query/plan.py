"""The plan of a query: what the index answers, and what files must be read for.

One file is read per candidate instance, or one instance's file per candidate patient, study or series.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ..configuration.configuration import Configuration
from ..dicom.element import format_tag
from ..errors import ErrorCode, OrthancError
from ..store.level import Level
from .advice import advice_for
from .computed import MODALITIES_IN_STUDY, MODALITY
from .constraint import Constraint, Kind
from .costs import QueryCosts
from .estimate import Estimate, estimate
from .filters import NO_FILTERS, Filters
from .ordering import Order
from .page import WHOLE, Page, page_of
from .placement import Place, index_level, place_of, requests_file
from .request import FindRequest
from .rules import QueryRelease

LevelConstraint = tuple[Level, Constraint]


@dataclass(frozen=True)
class QueryPlan:
    """How a query is answered, and what it took.

    - `level`: the level asked.
    - `indexed`: constraints that the index decides, each with the level whose main DICOM tag it is; a level below
      the one asked means that one resource of that level must match.
    - `below`: constraints on main DICOM tags of a lower level, which narrow the candidates and then match nothing.
    - `computed`: constraints on tags that the server computes, without a file.
    - `scanned`: constraints that need files.
    - `filters`: labels, a parent and metadata, which the database decides.
    - `requested`: the tags that each answer tells beside its main DICOM tags; `requested_files` those of them for
      which a file is read whatever the database has.
    - `tells_tags`, `tells_metadata`: the database is asked for the main DICOM tags of the resources, for their
      metadata; without these it does not know of a tag that a resource lacks, and a file is read to tell it.
    - `orders`: the keys by which the answers are sorted.
    - `reads_files`: False where the configuration keeps finds from reading files: what is scanned matches nothing.
    - `page`: which candidates are looked at and which matches are answered (Limit, Since, LimitFindResults).
    - `advice`: what a better query or configuration would be.
    - `costs`: what the database of the release takes, for `estimate`.
    - `stored_instances`: how many instances the server has; `candidates`: how many resources the index left;
      `files_read` and `bytes_read`: what was read of them; `results`: how many were found. These five are 0 until
      the query has run.
    """

    level: Level
    indexed: tuple[LevelConstraint, ...] = ()
    below: tuple[LevelConstraint, ...] = ()
    computed: tuple[Constraint, ...] = ()
    scanned: tuple[Constraint, ...] = ()
    reads_files: bool = True
    page: Page = WHOLE
    filters: Filters = NO_FILTERS
    requested: tuple[int, ...] = ()
    requested_files: tuple[int, ...] = ()
    tells_tags: bool = True
    tells_metadata: bool = True
    orders: tuple[Order, ...] = ()
    advice: tuple[str, ...] = ()
    stored_instances: int = 0
    candidates: int = 0
    files_read: int = 0
    bytes_read: int = 0
    results: int = 0
    costs: QueryCosts = field(default_factory=QueryCosts)

    @property
    def row_level(self) -> Level:
        """The level whose resources are looked at: that of the answers, unless studies are found by their series."""
        return Level.SERIES if self.page.by_series else self.level

    @property
    def is_indexed(self) -> bool:
        """Whether the query is answered without a file."""
        return not (self.reads_files and (self.scanned or self.requested_files))

    def explanation(self) -> list[tuple[str, str, str]]:
        """For each constraint where it is decided ("index", "computed", "files"), the constraint, and why there."""
        lines = [("index", str(one), self.index_reason(level)) for level, one in self.indexed]
        if self.filters != NO_FILTERS:
            lines.append(("index", str(self.filters), "labels, parents and metadata are in the database"))
        for level, one in self.below:
            lines.append(("index", str(one), f"a tag of the {level.plural}: it narrows, and then matches nothing"))
        lines += [("computed", str(one), "the server counts or knows it") for one in self.computed]
        lines += [("files", str(one), self.file_reason()) for one in self.scanned]
        asked = {constraint.tag for constraint in self.scanned}
        for tag in self.requested_files:
            if tag not in asked:
                lines.append(("files", f"RequestedTags {format_tag(tag)}", self.file_reason("is told")))
        if self.orders:
            lines.append(("index", f"sorted by {', '.join(map(str, self.orders))}", "the database sorts"))
        return lines

    def index_reason(self, level: Level) -> str:
        reason = f"a main DICOM tag of {level.plural}"
        return reason if level.depth <= self.level.depth else f"{reason}, one of which must match"

    def file_reason(self, verb: str = "is compared") -> str:
        if not self.reads_files:
            return "no main DICOM tag, and StorageAccessOnFind forbids to read files"
        if self.level is Level.INSTANCE:
            return f"no main DICOM tag: {verb} in the file of each candidate"
        return f"no main DICOM tag: {verb} in the first file of each candidate"

    def __str__(self) -> str:
        took = f"{counted(self.candidates, 'candidate')}, {counted(self.files_read, 'file')} read"
        if self.files_read:
            took += f" ({self.bytes_read:,} bytes)"
        lines = [f"{self.level.value} level: {took}, {self.results} found"]
        lines += [f"  {where}: {what} ({why})" for where, what, why in self.explanation()]
        if not self.indexed and not self.below and not self.scanned and not self.computed:
            lines.append("  index: all (nothing is asked of a tag)")
        lines += [f"  advice: {advice}" for advice in self.advice]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """The plan as `GET /emulator/queries` answers it."""
        return {
            "Level": self.level.value,
            "Constraints": [
                {"DecidedBy": where, "Constraint": what, "Because": why} for where, what, why in self.explanation()
            ],
            "RequestedTags": [format_tag(tag) for tag in self.requested],
            "IsIndexed": self.is_indexed,
            "StoredInstances": self.stored_instances,
            "Candidates": self.candidates,
            "FilesRead": self.files_read,
            "BytesRead": self.bytes_read,
            "Results": self.results,
            "Advice": list(self.advice),
        }

    def estimate(self, instances: int, *, read_ms: float = 8.0) -> Estimate:
        """What the query would take on a server of so many instances.

        Assumptions: the larger server is this one many times over, so that the levels keep their proportions and a
        constraint leaves the same share of the resources (its selectivity here); a Limit, which leaves so many
        candidates at most, stays as it is; each candidate's file takes `read_ms` milliseconds to read and parse, one
        after the other; the database takes what `costs` tells. A unique identifier, which finds one resource however
        many there are, therefore counts too high.

        `costs` are those of the release with SQLite, as it was measured with up to 20,000 instances: 1.12.7 and 1.13.0
        take longer to find a file the more instances are stored (0.15 and 0.08 ms more for each 1,000 at Instance
        level), so a scan grows with the square of them; beyond 20,000 this is an extrapolation. With PostgreSQL it was
        not measured, and that term is left out.

        Checked against 1.10.1, 1.12.7 and 1.13.0 (tests/benchmarks/estimate.py), with `read_ms` calibrated by 2,000
        instances: of 20,000 reads are exact, and times are within a factor of 2.
        """
        return estimate(
            candidates=self.candidates,
            files_read=self.files_read,
            stored_instances=self.stored_instances,
            instances=instances,
            read_ms=read_ms,
            limit=self.page.limit,
            costs=self.costs,
            at_instances=self.level is Level.INSTANCE,
        )


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


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
    return replace(plan, advice=advice_for(plan, release, configuration))


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
