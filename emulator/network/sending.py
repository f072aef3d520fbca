"""Jobs that talk to other servers, none of which is ever reached.

Measured on Orthanc 1.9.1 to 1.13.0 with a modality and a peer where nobody listens.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from ..errors import OrthancError
from ..jobs.job import Job, Run, percent
from ..store.store import Store


class SendingRun(Run):
    """Sends instances: the first one fails, unless failures are passed over (they are not counted either)."""

    def __init__(self, connect: Callable[[], NoReturn], instances: int, *, permissive: bool) -> None:
        self.connect = connect
        self.instances = instances
        self.permissive = permissive
        self.position = 0

    def twin(self) -> SendingRun:
        return copy.copy(self)

    def step(self, store: Store, job: Job) -> bool:
        if self.position == self.instances:
            return False
        if not self.permissive:
            self.connect()
        self.position += 1
        job.progress = percent(self.position, self.instances)
        return True


class RetrievalRun(Run):
    """Retrieves resources: `connect` fails, None where there is nothing to retrieve; then it is done with Progress 0.

    `failure` is what the job tells if it fails.
    """

    reaches_100 = False

    def __init__(self, connect: Callable[[], NoReturn] | None, failure: Mapping[str, Any]) -> None:
        self.connect = connect
        self.failure = failure

    def twin(self) -> RetrievalRun:
        return copy.copy(self)

    def step(self, store: Store, job: Job) -> bool:
        if self.connect is not None:
            try:
                self.connect()
            except OrthancError:
                job.content = self.failure
                raise
        return False
