"""A server with what tests arrange around it: its beginning, snapshots, marks, held jobs, and who listens to it."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .events import Events
from .members import ControlError
from .settings import ControlSettings

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic
    from ..query.plan import QueryPlan
    from ..server import Server
    from .sessions import Sessions

#: How many snapshots and marks are kept; the oldest mark goes, a snapshot too many is refused.
MOST_SNAPSHOTS = 100
MOST_MARKS = 1000


@dataclass(frozen=True)
class Mark:
    """A moment: the last diagnostic and the last plan before it."""

    diagnostic: Diagnostic | None
    plan: QueryPlan | None


class Controlled:
    """One server under control. `beginning` is what `reset` comes back to: None for a server that holds nothing."""

    def __init__(
        self, server: Server, settings: ControlSettings, beginning: Server | None, sessions: Sessions | None = None
    ) -> None:
        self.server = server
        self.settings = settings
        self.beginning = beginning
        self.sessions = sessions
        self.snapshots: dict[str, Server] = {}
        self.marks: OrderedDict[int, Mark] = OrderedDict()
        self.marked = 0
        self.holding = ExitStack()
        self.events = Events(server)

    def reset(self) -> None:
        """Holds again what it held in the beginning; faults, requests, plans, diagnostics and holds are gone."""
        server = self.server
        with server.store.lock:
            server.return_to(self.beginning or server.emptied())
            self.holding.close()
            server.requests.clear()
            server.plans.clear()
            server.diagnostics.clear()
            server.associations.clear()
            self.marks.clear()
        self.events.publish("reset", {})

    # Snapshots

    def keep(self, name: str) -> None:
        """Keeps what the server holds under a name; raises ControlError (409) for one snapshot too many."""
        with self.server.store.lock:
            if name not in self.snapshots and len(self.snapshots) >= MOST_SNAPSHOTS:
                raise ControlError(409, f"There are {MOST_SNAPSHOTS} snapshots: delete one of them", "name")
            self.snapshots[name] = self.server.fork()

    def snapshot(self, name: str) -> Server:
        """The snapshot of this name; raises ControlError (404)."""
        if name not in self.snapshots:
            there = ", ".join(self.snapshots) or "none"
            raise ControlError(404, f'There is no snapshot "{name[:80]}"; there are: {there}', "name")
        return self.snapshots[name]

    # Marks

    def mark(self) -> int:
        """The number of a mark: what comes after it can be asked for."""
        server = self.server
        with server.store.lock:
            self.marked += 1
            diagnostic = server.diagnostics[-1] if server.diagnostics else None
            self.marks[self.marked] = Mark(diagnostic, server.plans[-1] if server.plans else None)
            while len(self.marks) > MOST_MARKS:
                self.marks.popitem(last=False)
            return self.marked

    def marked_at(self, number: int | None) -> Mark:
        """The mark of this number, for None the start; raises ControlError (404) for one that is not kept."""
        if number is None:
            return Mark(None, None)
        if number not in self.marks:
            raise ControlError(
                404, f'There is no mark {number} (any more): make one by "POST /emulator/marks"', "since"
            )
        return self.marks[number]

    def close(self) -> None:
        """Nobody uses it any more: what waits for it is let go."""
        self.events.close()
        self.server.faults.release()
        self.holding.close()
