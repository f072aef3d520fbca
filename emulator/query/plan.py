"""The plan of a query: what the index answers, and what files must be read for.

The index holds the main DICOM tags of the level asked and of those above. Of everything else releases from 1.12 on
compute a few tags; what is left is scanned: one file per candidate instance, or one instance's file per candidate
patient, study or series.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..configuration import Configuration
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.level import LEVELS, Level
from .computed import MODALITIES_IN_STUDY, MODALITY, is_computed
from .constraint import Constraint, Kind
from .page import WHOLE, Page, page_of
from .request import FindRequest

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
    - `reads_files`: False where the configuration keeps finds from reading files: what is scanned matches nothing.
    - `page`: which candidates are looked at and which matches are answered (Limit, Since, LimitFindResults).
    - `candidates`: how many resources were left after the index; `files_read` and `bytes_read`: what was read of
      them; `results`: how many were found. These four are 0 until the query has run.
    """

    level: Level
    indexed: tuple[LevelConstraint, ...] = ()
    below: tuple[LevelConstraint, ...] = ()
    computed: tuple[Constraint, ...] = ()
    scanned: tuple[Constraint, ...] = ()
    reads_files: bool = True
    page: Page = WHOLE
    candidates: int = 0
    files_read: int = 0
    bytes_read: int = 0
    results: int = 0

    def __str__(self) -> str:
        parts = [
            f"{self.level.value} level: index answers {listed(constraint for _, constraint in self.indexed)}",
            f"files are read for {listed(self.scanned)}" if self.scanned else "no file is read",
        ]
        if self.scanned and not self.reads_files:
            parts[1] = f"files would have to be read for {listed(self.scanned)}, which StorageAccessOnFind forbids"
        if self.computed:
            parts.insert(1, f"the server computes {listed(self.computed)}")
        if self.below:
            parts.insert(1, f"a lower level has {listed(constraint for _, constraint in self.below)}")
        read = f"files read: {self.files_read} ({self.bytes_read} bytes)"
        parts.append(f"candidates: {self.candidates}, {read}, found: {self.results}")
        return "; ".join(parts)


def listed(constraints: Iterable[Constraint]) -> str:
    return ", ".join(map(str, constraints)) or "nothing"


def plan_query(request: FindRequest, release: Release, configuration: Configuration) -> QueryPlan:
    """Decides for each constraint where it is answered.

    Raises OrthancError as the release does: "SQLite: Cannot prepare a cached statement" for a main DICOM tag too
    far below the level asked, Bad request for Since together with a constraint that the index can't decide.
    """
    indexed: list[LevelConstraint] = []
    below: list[LevelConstraint] = []
    computed: list[Constraint] = []
    scanned: list[Constraint] = []
    for constraint in request.constraints:
        level = index_level(constraint.tag, request.level, release)
        if request.level is Level.STUDY and constraint.tag == MODALITIES_IN_STUDY:
            indexed.append((Level.SERIES, modality(constraint, release)))
        elif level is not None and level.depth <= request.level.depth:
            indexed.append((level, constraint))
        elif level is not None:
            below.append((level, constraint))
        elif release.computes_tags and is_computed(constraint.tag, request.level):
            computed.append(constraint)
        else:
            scanned.append(constraint)
    if (scanned or computed) and request.since and release.refuses_since_when_scanning:
        raise OrthancError(
            ErrorCode.BAD_REQUEST,
            "Unable to use 'Since' in tools/find when querying tags that are not stored as MainDicomTags "
            "in the Database",
        )
    for level, constraint in below:
        check_distance(level, constraint, request, release)
    by_modality = any(level.depth > request.level.depth for level, _ in indexed)
    return QueryPlan(
        request.level,
        tuple(indexed),
        tuple(below),
        tuple(computed),
        tuple(scanned),
        reads_files=may_read_files(configuration, release),
        page=page_of(request, release, configuration, by_modality=by_modality),
    )


def index_level(tag: int, asked: Level, release: Release) -> Level | None:
    """The level whose index holds a tag, as near to the asked one as possible and upwards first; None without."""
    upwards = LEVELS[asked.depth :: -1]
    downwards = LEVELS[asked.depth + 1 :]
    for level in (*upwards, *downwards):
        if tag in release.main_dicom_tags[level]:
            return level
    return None


def modality(constraint: Constraint, release: Release) -> Constraint:
    """The constraint on the series of a study that ModalitiesInStudy stands for."""
    kind = constraint.kind
    if kind is Kind.WILDCARD and release.modality_wildcards_are_literal:
        kind = Kind.EQUALITY
    return replace(constraint, tag=MODALITY, kind=kind)


def check_distance(level: Level, constraint: Constraint, request: FindRequest, release: Release) -> None:
    """Refuses a tag two levels below the one asked, where the release's database can't be asked for it."""
    if skips_index(constraint, release):
        return
    if release.refuses_tags_far_below and level.depth > request.level.depth + 1:
        raise OrthancError(ErrorCode.SQLITE_PREPARE_CACHED_STATEMENT)


def skips_index(constraint: Constraint, release: Release) -> bool:
    """Whether a constraint on a lower level leaves the candidates as they are."""
    return release.stars_skip_the_levels_below and constraint.text == "*"


def may_read_files(configuration: Configuration, release: Release) -> bool:
    access = configuration.storage_access_on_find
    return access == "Always" or (access == "Answers" and release.answers_access_scans)
