"""What is sent to be stored: each file is indexed, put into the store, and what is wrong with it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..diagnostics import Diagnostic
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..extensions import RefusedError
from .index import index_file
from .level import Level
from .loading import DicomSource, bytes_of
from .readings import Readings
from .rules import StoreRelease
from .store import NewInstance, Store

#: The metadata by which a server remembers a request over HTTP.
OF_HTTP = frozenset({"RemoteAET", "Origin", "RemoteIP", "HttpUsername"})

#: The status of what a script refused.
FILTERED = "FilteredOut"


#: How a file comes in that a script stores by the REST API: "Plugins", "Lua", "" for one that no script stores.
SCRIPT: ContextVar[str] = ContextVar("script", default="")


@contextmanager
def stored_by(script: str) -> Iterator[None]:
    """A context in which the REST API is asked by a script of this kind."""
    token = SCRIPT.set(script)
    try:
        yield
    finally:
        SCRIPT.reset(token)


class StoredInstance(NamedTuple):
    """What `POST /instances` answers.

    `status` is "Success", "AlreadyStored" or, without an id, "Failure" (1.9.1) or "FilteredOut" (a script refused it).
    """

    id: str
    parent_patient: str
    parent_study: str
    parent_series: str
    status: str

    @property
    def path(self) -> str:
        return f"/instances/{self.id}"

    def to_json(self) -> dict[str, str]:
        """The answer as the server gives it."""
        answer = {
            "ParentPatient": self.parent_patient,
            "ParentSeries": self.parent_series,
            "ParentStudy": self.parent_study,
            "Status": self.status,
        }
        return {"ID": self.id, "Path": self.path, **answer} if self.id or self.status == FILTERED else answer


@dataclass(frozen=True, eq=False, repr=False)
class Uploads:
    """Stores files on one server; `overwrites` and `overwrites_if_changed` are its option OverwriteInstances."""

    store: Store
    dictionary: Dictionary
    release: StoreRelease
    readings: Readings
    tell: Callable[[Iterable[Diagnostic]], None]
    overwrites: bool
    overwrites_if_changed: bool
    #: What is stored in the place of a file, by the scripts of the server: None for nothing.
    receive: Callable[[bytes, Mapping[str, str]], bytes | None] = lambda data, origin: data

    def add(self, source: DicomSource) -> StoredInstance:
        """Stores one DICOM file, and tells what is wrong with it; raises OrthancError, OSError."""
        return self.added(source, tells=True)

    def add_created(self, data: bytes) -> StoredInstance:
        """Stores a file that a request made: the request is what its diagnostics are about, not the file."""
        return self.added(data, tells=False)

    def add_from_plugin(self, data: bytes) -> StoredInstance:
        """Stores a file that a plugin brings: its metadata tell of no request over HTTP."""
        return self.added(data, tells=True, origin={"RemoteAET": "", "Origin": "Plugins"})

    def add_received(self, data: bytes, calling_aet: str, called_aet: str, host: str) -> StoredInstance:
        """Stores a file that came over the DICOM network, and tells in its metadata from whom."""
        origin = {"RemoteAET": calling_aet, "CalledAET": called_aet, "RemoteIP": host, "Origin": "DicomProtocol"}
        return self.added(data, tells=True, origin=origin)

    def added(self, source: DicomSource, *, tells: bool, origin: Mapping[str, str] | None = None) -> StoredInstance:
        """Stores a file; `origin` are the metadata that tell where it comes from, None for the REST API."""
        data = bytes_of(source)
        if SCRIPT.get() and origin is None:
            origin = {"RemoteAET": "", "Origin": SCRIPT.get()}
        names = False
        try:
            received = self.receive(data, origin or {})
        except RefusedError:
            received, names = None, True
        new = index_file(data if received is None else received, self.dictionary, self.release)
        if received is None:
            return self.described(new, FILTERED, names=names)
        if origin is not None:
            of_instance = {name: value for name, value in new.metadata[Level.INSTANCE].items() if name not in OF_HTTP}
            of_series = {**new.metadata[Level.SERIES], "RemoteAET": origin["RemoteAET"]}
            metadata = {**new.metadata, Level.SERIES: of_series, Level.INSTANCE: {**of_instance, **origin}}
            new = replace(new, metadata=metadata)
        with self.store.lock:
            status = self.put(new)
            if tells:
                self.tell(new.warnings)
            return self.described(new, status)

    def described(self, new: NewInstance, status: str, *, names: bool = False) -> StoredInstance:
        """What became of a file; it `names` an instance that is not stored, too."""
        identifiers = new.identifiers
        return StoredInstance(
            id=identifiers[Level.INSTANCE] if names or status not in ("Failure", FILTERED) else "",
            parent_patient=identifiers[Level.PATIENT],
            parent_study=identifiers[Level.STUDY],
            parent_series=identifiers[Level.SERIES],
            status=status,
        )

    def put(self, new: NewInstance) -> str:
        """Stores an instance and returns the status; raises OrthancError (The file storage is full)."""
        rules = self.release.store
        try:
            stored = self.store.add(new, overwrite=self.overwrites, unless_equal=self.overwrites_if_changed)
        except OrthancError as error:
            if error.code is not ErrorCode.FULL_STORAGE:
                raise
            if rules.full_storage_is_failure:
                return "Failure"
            details = error.details if rules.explains_full_storage else None
            raise OrthancError(error.code, details, http_status=rules.full_storage_status) from None
        if stored.already_stored:
            return "AlreadyStored"
        if new.parsed is not None:
            self.readings.keep(stored.instance, new.parsed)
        return "Success"
