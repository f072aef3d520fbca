"""The cost of a query on a larger server, from its selectivity here: `QueryPlan.estimate` tells the assumptions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """What a query would take on a server of so many instances; `seconds` is the time of the reads alone."""

    instances: int
    candidates: int
    files_read: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"with {self.instances:,} instances: {self.candidates:,} candidates, {self.files_read:,} files read, "
            f"about {duration(self.seconds)}"
        )


def estimate(
    *, candidates: int, files_read: int, stored_instances: int, instances: int, read_ms: float, limit: int | None
) -> Estimate:
    """Scales what a query took with `stored_instances` to `instances`."""
    factor = instances / stored_instances if stored_instances else 0.0
    scaled = round(candidates * factor)
    files = round(files_read * factor)
    if limit is not None:
        scaled, files = min(scaled, limit), min(files, limit)
    return Estimate(instances, scaled, files, files * read_ms / 1000)


def duration(seconds: float) -> str:
    """A time in the unit that reads best."""
    for size, unit in ((3600, "hours"), (60, "minutes"), (1, "s")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds * 1000:.0f} ms"
