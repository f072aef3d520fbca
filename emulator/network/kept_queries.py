"""The queries of modalities that a server keeps, with their answers: `/queries`."""

from __future__ import annotations

import copy
import threading
import uuid
from dataclasses import dataclass, field
from typing import NamedTuple

from ..dicom.element import Dataset
from ..errors import ErrorCode, OrthancError
from ..store.level import Level

#: How many queries a server keeps.
KEPT_QUERIES = 100


class KeptQuery(NamedTuple):
    """A query of a modality, named `modality`, with the answers that came."""

    modality: str
    level: Level
    asked: Dataset
    answers: tuple[Dataset, ...]
    calling_aet: str | None = None


@dataclass(eq=False)
class KeptQueries:
    """The last queries of one server, by identifier; safe to use from several threads."""

    known: dict[str, KeptQuery] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, query: KeptQuery) -> dict[str, str]:
        """Keeps a query, and gives the answer that names it."""
        identifier = str(uuid.uuid4())
        with self.lock:
            self.known[identifier] = query
            for oldest in [*self.known][: max(len(self.known) - KEPT_QUERIES, 0)]:
                del self.known[oldest]
        return {"ID": identifier, "Path": f"/queries/{identifier}"}

    def forget(self, identifier: str) -> None:
        with self.lock:
            self.known.pop(identifier, None)

    def __getitem__(self, identifier: str) -> KeptQuery:
        """Raises OrthancError (Unknown resource, 404)."""
        found = self.known.get(identifier)
        if found is None:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
        return found

    def fork(self) -> KeptQueries:
        with self.lock:
            return KeptQueries(copy.copy(self.known))
