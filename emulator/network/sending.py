"""Jobs that talk to other servers. Measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..errors import OrthancError
from ..jobs.job import Job, Run, percent
from ..store.resource import Resource
from ..store.store import Store


class Sending(Protocol):
    """What sends files to another server."""

    def send(self, data: bytes) -> object:
        """Sends the bytes of a file; raises OrthancError."""

    def close(self) -> None:
        """Ends the connection, if there is one."""


class SendingRun(Run):
    """Sends instances: the first failure ends it, unless failures are passed over (they are not counted either).

    Other threads are let at the store while a file is under way: who takes it may be another client of this server.
    """

    def __init__(
        self,
        sender: Sending,
        instances: Sequence[Resource],
        file_of: Callable[[Resource], bytes],
        *,
        permissive: bool,
    ) -> None:
        self.sender = sender
        self.instances = instances
        self.file_of = file_of
        self.permissive = permissive
        self.position = 0
        self.then: Callable[[], object] | None = None
        self.tells: Callable[[], dict[str, Any]] | None = None  # what the job's content says of it after each step

    def twin(self) -> SendingRun:
        twin = SendingRun(self.sender, self.instances, self.file_of, permissive=self.permissive)
        twin.position, twin.then, twin.tells = self.position, self.then, self.tells
        return twin

    def step(self, store: Store, job: Job) -> bool:
        if self.position == len(self.instances):
            with store.unlocked():
                self.sender.close()
                if self.then is not None:
                    self.then()
            return False
        data = self.file_of(self.instances[self.position])
        try:
            with store.unlocked():
                self.sender.send(data)
        except OrthancError:
            if not self.permissive:
                self.sender.close()
                raise
        self.position += 1
        if self.tells is not None:
            job.content = {**job.content, **self.tells()}
        job.progress = percent(self.position, len(self.instances))
        return True


class OneStepRun(Run):
    """Does one thing without the store's lock."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work
        self.is_done = False

    def twin(self) -> OneStepRun:
        twin = OneStepRun(self.work)
        twin.is_done = self.is_done
        return twin

    def step(self, store: Store, job: Job) -> bool:
        if self.is_done:
            return False
        with store.unlocked():
            self.work()
        self.is_done = True
        return True
