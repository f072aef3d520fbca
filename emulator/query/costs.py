"""What a find takes on a real server beside reading the files: the terms that grow with what is stored."""

from __future__ import annotations

from dataclasses import dataclass

from ..ruling import Rules


@dataclass(init=False, frozen=True)
class QueryCosts(Rules):
    """The time that a server's database takes, by what is stored in it.

    Measured as CPU time of servers with SQLite, with 500, 2,000, 8,000 and 20,000 instances of about 900 bytes, in
    studies of 50 (tests/benchmarks/README.md has the figures and the machine). All are linear in that range.
    """

    find_ms: float = 0.5
    """Milliseconds of a find of which nothing comes."""
    instance_search_ns: float = 360
    """Nanoseconds of an indexed constraint at Instance level, for each instance that is stored."""
    search_ns: float = 170
    """Nanoseconds of an indexed constraint at the levels above, for each instance that is stored [changed in
    1.12.7].
    """
    candidate_us: float = 20
    """Microseconds of each candidate [changed in 1.12.7]."""
    instance_lookup_ns: float = 0
    """Nanoseconds to find the file of a candidate, for each instance that is stored: later releases search a table
    [changed in 1.12.7 and 1.13.0].
    """
    lookup_ns: float = 0
    """The same at the levels above [changed in 1.12.7 and 1.13.0]."""
