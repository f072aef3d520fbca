"""What a find takes on a real server beside reading the files: the terms that grow with what is stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class QueryCosts:
    """The time that a server's database takes, by what is stored in it.

    Measured as CPU time of servers with SQLite, with 500, 2,000, 8,000 and 20,000 instances of about 900 bytes, in
    studies of 50 (tests/benchmarks/README.md has the figures and the machine). All are linear in that range.
    """

    find_ms: float = 0.5  # a find of which nothing comes
    instance_search_ns: float = 360  # an indexed constraint at Instance level, for each instance that is stored
    search_ns: float = 170  # ... at the levels above
    candidate_us: float = 20  # each candidate
    #: To find the file of a candidate, for each instance that is stored: 1.12 and 1.13 search a table for it.
    instance_lookup_ns: float = 0
    lookup_ns: float = 0  # ... at the levels above
