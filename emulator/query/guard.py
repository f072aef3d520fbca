"""A guard for tests: the queries made in a context may read so many files, and no more."""

from __future__ import annotations

from collections import deque
from types import TracebackType

from .plan import QueryPlan


class QueryGuard:
    """Counts the files that queries read while the context is open.

    `queries` are the plans of a server, the newest last; those of other threads count, too.
    """

    def __init__(self, queries: deque[QueryPlan], at_most: int) -> None:
        self.queries = queries
        self.at_most = at_most
        self.before: QueryPlan | None = None

    def __enter__(self) -> QueryGuard:
        self.before = self.queries[-1] if self.queries else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None:
            return
        plans = [plan for plan in self.since() if plan.files_read]
        read = sum(plan.files_read for plan in plans)
        if read > self.at_most:
            told = "\n".join(map(str, plans))
            raise AssertionError(f"Queries read {read} files, of {self.at_most} expected at most:\n{told}")

    def since(self) -> list[QueryPlan]:
        """The plans of the queries since the context was opened, as far as the server keeps them."""
        plans: list[QueryPlan] = []
        for plan in reversed(self.queries):
            if plan is self.before:
                break
            plans.append(plan)
        return plans[::-1]
