"""The plan of a query: what the index answers, and what files must be read for.

The index holds the main DICOM tags of the level asked and of those above. Everything else is scanned: one file per
candidate instance, or one instance's file per candidate patient, study or series.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.level import LEVELS, Level
from .constraint import Constraint
from .request import FindRequest


@dataclass(frozen=True)
class QueryPlan:
    """How a query is answered, and what it took.

    - `level`: the level asked.
    - `indexed`: constraints that the index decides, each with the level whose main DICOM tag it is.
    - `below`: constraints on main DICOM tags of a lower level, which narrow the candidates and then match nothing.
    - `scanned`: constraints that need files.
    - `candidates`: how many resources were left after the index; `files_read` and `bytes_read`: what was read of
      them; `results`: how many were found. These four are 0 until the query has run.
    """

    level: Level
    indexed: tuple[tuple[Level, Constraint], ...]
    below: tuple[tuple[Level, Constraint], ...]
    scanned: tuple[Constraint, ...]
    candidates: int = 0
    files_read: int = 0
    bytes_read: int = 0
    results: int = 0

    def __str__(self) -> str:
        indexed = ", ".join(str(constraint) for _, constraint in self.indexed + self.below) or "nothing"
        scanned = ", ".join(map(str, self.scanned)) or "nothing"
        return (
            f"{self.level.value} level: index answers {indexed}; files are read for {scanned}; "
            f"{self.candidates} candidates, {self.files_read} files read ({self.bytes_read} bytes), "
            f"{self.results} found"
        )


def plan_query(request: FindRequest, release: Release) -> QueryPlan:
    """Decides for each constraint where it is answered.

    Raises OrthancError as the release does: "SQLite: Cannot prepare a cached statement" for a main DICOM tag too
    far below the level asked, Bad request for Since together with a constraint that needs files.
    """
    indexed: list[tuple[Level, Constraint]] = []
    below: list[tuple[Level, Constraint]] = []
    scanned: list[Constraint] = []
    for constraint in request.constraints:
        level = index_level(constraint.tag, request.level, release)
        if level is None:
            scanned.append(constraint)
        elif level.depth <= request.level.depth:
            indexed.append((level, constraint))
        else:
            if release.refuses_tags_far_below and level.depth > request.level.depth + 1:
                raise OrthancError(ErrorCode.SQLITE_PREPARE_CACHED_STATEMENT)
            below.append((level, constraint))
    if scanned and request.since and release.refuses_since_when_scanning:
        raise OrthancError(
            ErrorCode.BAD_REQUEST,
            "Unable to use 'Since' in tools/find when querying tags that are not stored as MainDicomTags "
            "in the Database",
        )
    return QueryPlan(request.level, tuple(indexed), tuple(below), tuple(scanned))


def index_level(tag: int, asked: Level, release: Release) -> Level | None:
    """The level whose index holds a tag, as near to the asked one as possible and upwards first; None without."""
    upwards = LEVELS[asked.depth :: -1]
    downwards = LEVELS[asked.depth + 1 :]
    for level in (*upwards, *downwards):
        if tag in release.main_dicom_tags[level]:
            return level
    return None
