"""The cost of a query on a larger server, from its selectivity here: `QueryPlan.estimate` tells the assumptions."""

from __future__ import annotations

from dataclasses import dataclass

from .costs import QueryCosts


@dataclass(frozen=True)
class Estimate:
    """What a query would take on a server of so many instances.

    `reading_seconds` is the time of reading and parsing files, `database_seconds` all else: finding the candidates and
    the file of each.
    """

    instances: int
    candidates: int
    files_read: int
    reading_seconds: float
    database_seconds: float

    @property
    def seconds(self) -> float:
        return self.reading_seconds + self.database_seconds

    def __str__(self) -> str:
        return (
            f"with {self.instances:,} instances: {self.candidates:,} candidates, {self.files_read:,} files read, "
            f"about {duration(self.seconds)} ({duration(self.reading_seconds)} to read files, "
            f"{duration(self.database_seconds)} in the database)"
        )


def estimate(
    *,
    candidates: int,
    files_read: int,
    stored_instances: int,
    instances: int,
    read_ms: float,
    limit: int | None,
    costs: QueryCosts,
    at_instances: bool,
) -> Estimate:
    """Scales what a query took with `stored_instances` to `instances`."""
    factor = instances / stored_instances if stored_instances else 0.0
    scaled = round(candidates * factor)
    files = round(files_read * factor)
    if limit is not None:
        scaled, files = min(scaled, limit), min(files, limit)
    search_ns = costs.instance_search_ns if at_instances else costs.search_ns
    lookup_ns = costs.instance_lookup_ns if at_instances else costs.lookup_ns
    searching = costs.find_ms / 1e3 + instances * search_ns / 1e9 + scaled * costs.candidate_us / 1e6
    looking_up = files * instances * lookup_ns / 1e9
    return Estimate(instances, scaled, files, files * read_ms / 1e3, searching + looking_up)


def duration(seconds: float) -> str:
    """A time in the unit that reads best."""
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "s")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds * 1000:.0f} ms"
