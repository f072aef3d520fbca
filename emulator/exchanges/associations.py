"""What went over the DICOM network, as a test sees it (`Emulator.associations`), and faults to come on it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, overload

#: How many associations are kept, and how many messages of each.
KEPT_ASSOCIATIONS = 1000
KEPT_MESSAGES = 10_000

#: How an association fails: it is rejected, aborted, its connection dropped, or a command is answered with a status.
AssociationFailure = int | Literal["reject", "abort", "drop"] | None

#: The commands that can fail, and that are told of.
COMMANDS = ("C-ECHO", "C-STORE", "C-FIND", "C-MOVE", "C-GET", "N-ACTION", "N-EVENT-REPORT")


@dataclass(frozen=True)
class Message:
    """One command and how it was answered.

    `status` is that of the last response, None where none was sent; `responses` is how many there were, the pending
    ones among them. `uid` is the instance of a C-STORE, `level` that of a query or retrieval, "" without one.
    """

    command: str
    status: int | None = None
    responses: int = 0
    uid: str = ""
    level: str = ""

    def __str__(self) -> str:
        what = " ".join(filter(None, (self.command, self.level, self.uid)))
        answer = "no response" if self.status is None else f"0x{self.status:04X}"
        return f"{what} -> {answer}" + (f" after {self.responses - 1} pending" if self.responses > 1 else "")


@dataclass(eq=False)
class AssociationLog:
    """One association with this server: who asked for it, and what was said on it.

    `outcome` is "accepted" while it lasts, then "released" or "aborted" (also of a lost connection); "rejected".
    """

    calling_aet: str
    called_aet: str
    host: str
    outcome: str = "accepted"
    messages: list[Message] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{self.calling_aet} ({self.host}) to {self.called_aet}: {self.outcome}"]
        return "\n".join([*lines, *(f"    {message}" for message in list(self.messages))])


class Associations(Sequence[AssociationLog]):
    """The last 1,000 associations that others asked this server for, the oldest first; safe with several threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.known: deque[AssociationLog] = deque(maxlen=KEPT_ASSOCIATIONS)

    def append(self, association: AssociationLog) -> None:
        with self.lock:
            self.known.append(association)

    def clear(self) -> None:
        """Forgets all of them."""
        with self.lock:
            self.known.clear()

    def called(
        self, command: str = "*", *, calling_aet: str | None = None, status: int | None = None, uid: str | None = None
    ) -> list[Message]:
        """The commands of this name ("C-STORE", "*" for any), by this calling AET, with this status, of this UID."""
        return [
            message
            for association in self
            if calling_aet is None or association.calling_aet == calling_aet
            for message in list(association.messages)
            if command in ("*", message.command)
            and (status is None or message.status == status)
            and (uid is None or message.uid == uid)
        ]

    def assert_called(
        self,
        command: str = "*",
        *,
        times: int | None = None,
        calling_aet: str | None = None,
        status: int | None = None,
        uid: str | None = None,
    ) -> Message:
        """Checks that there was such a command, or exactly `times`, and gives the last one.

        Raises AssertionError with all associations, ValueError for `times=0`.
        """
        if times == 0:
            raise ValueError("times=0 gives no command: use assert_not_called")
        found = self.called(command, calling_aet=calling_aet, status=status, uid=uid)
        if found and (times is None or times == len(found)):
            return found[-1]
        wanted = command + ("" if uid is None else f" of {uid}")
        wanted += "" if calling_aet is None else f" by {calling_aet}"
        wanted += "" if status is None else f" answered 0x{status:04X}"
        expected = "" if times is None else f"{times} times, but "
        how_often = f"{len(found)} times" if found else "never"
        raise AssertionError(f"{wanted} was called {expected}{how_often}.\n{self.summary()}")

    def assert_not_called(self, command: str = "*", *, calling_aet: str | None = None) -> None:
        """Checks that there was no such command. Raises AssertionError with those there were."""
        found = self.called(command, calling_aet=calling_aet)
        if found:
            told = "\n".join(map(str, found[-10:]))
            raise AssertionError(f"{command} was called {len(found)} times:\n{told}")

    def summary(self, most: int = 20) -> str:
        """The last associations as text."""
        listed = list(self)
        if not listed:
            return "There was no association."
        return "\n".join(map(str, listed[-most:]))

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<{len(self)} associations>"

    def __len__(self) -> int:
        return len(self.known)

    def __iter__(self) -> Iterator[AssociationLog]:
        with self.lock:
            return iter(list(self.known))

    @overload
    def __getitem__(self, index: int) -> AssociationLog: ...

    @overload
    def __getitem__(self, index: slice) -> list[AssociationLog]: ...

    def __getitem__(self, index: int | slice) -> AssociationLog | list[AssociationLog]:
        with self.lock:
            return self.known[index] if isinstance(index, int) else list(self.known)[index]


@dataclass
class AssociationFault:
    """How the next associations, or commands on them, fail; `after` so many responses, `delay` in seconds."""

    failure: AssociationFailure
    command: str
    remaining: int
    after: int = 0
    delay: float = 0.0


class AssociationFaults:
    """What the next associations will fail with; safe to use from several threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pending: list[AssociationFault] = []

    def add(self, fault: AssociationFault) -> None:
        """Raises ValueError for a fault that can't be."""
        if isinstance(fault.failure, int):
            if not 0 < fault.failure <= 0xFFFF:
                raise ValueError(f"a status is a number from 0x0001 to 0xFFFF, not {fault.failure}")
        elif fault.failure is None:
            if fault.delay <= 0:
                raise ValueError("without a failure there must be a delay")
        elif fault.failure not in ("reject", "abort", "drop"):
            raise ValueError(f'failure must be a status, "reject", "abort" or "drop", not {fault.failure!r}')
        if fault.command not in ("*", *COMMANDS):
            raise ValueError(f"command must be * or one of {', '.join(COMMANDS)}, not {fault.command!r}")
        if fault.failure == "reject" and fault.command != "*":
            raise ValueError("an association is rejected before any command")
        if fault.remaining < 1:
            raise ValueError("times must be at least 1")
        if fault.after < 0 or fault.delay < 0:
            raise ValueError("after and delay must not be negative")
        with self.lock:
            self.pending.append(fault)

    def take(self, command: str | None) -> AssociationFault | None:
        """The fault that concerns a command or, for None, an association that is asked for; it is used up."""
        if not self.pending:
            return None
        with self.lock:
            for fault in self.pending:
                if command is None and fault.failure != "reject":
                    continue
                if command is not None and (fault.failure == "reject" or fault.command not in ("*", command)):
                    continue
                fault.remaining -= 1
                if not fault.remaining:
                    self.pending.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """No further association fails."""
        with self.lock:
            self.pending.clear()
