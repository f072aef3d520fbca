"""The plan of a query: what the index answers, and what files must be read for.

One file is read per candidate instance, or one instance's file per candidate patient, study or series.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..dicom.element import format_tag
from ..store.level import Level
from .constraint import Constraint
from .costs import QueryCosts
from .estimate import Estimate, estimate
from .filters import NO_FILTERS, Filters
from .ordering import Order
from .page import WHOLE, Page

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

    def weight(self) -> int:
        """About how many bytes the texts in it take; those of a wildcard are kept once more to compare with."""
        constraints = (*(one for _, one in (*self.indexed, *self.below)), *self.computed, *self.scanned)
        asked = sum(200 + 4 * (len(one.name) + len(one.text)) for one in constraints)
        return 1000 + asked + len(str(self.filters)) + 8 * len(self.requested) + 200 * len(self.orders)

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
