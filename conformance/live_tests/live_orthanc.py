"""What the fixture `orthanc` gives on a live server: the emulator's API, each method as the request it stands for."""

from __future__ import annotations

import json as json_module
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

import pytest

from emulator.errors import ErrorCode, OrthancError
from emulator.exchanges.exchange import Requests
from emulator.jobs.job import State
from emulator.store.level import Level
from emulator.store.level_names import level_named
from emulator.store.loading import DicomSource, bytes_of, load_files
from emulator.store.uploads import StoredInstance

from ..asking.exchange import Answer, Request
from .comparison import Replay
from .proxy import Proxy

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from requests.adapters import HTTPAdapter
    from werkzeug.test import Client

    from emulator import Emulator
    from emulator.clients.httpx_transports import EmulatorTransport
    from emulator.clients.interception import Interception
    from emulator.diagnostics import Diagnostic, DiagnosticCode
    from emulator.dictionary import Dictionary
    from emulator.query.plan import QueryPlan
    from emulator.releases import Release

#: How `tags` asks for its forms.
FORMS: Mapping[str, str] = {"full": "tags", "short": "tags?short", "simplify": "simplified-tags"}


class LiveOrthanc:
    """A live server with the methods of `emulator.Emulator`, which say what they do and raise.

    What only an emulator has ends the test as skipped. Diagnostics, plans and the guards (`expect_...`) are those of an
    emulator that is asked the same afterwards: a server tells none. `make` makes one of the nearest release with the
    same configuration, in the mode that does as the release does.
    """

    def __init__(self, proxy: Proxy, make: Callable[[], Emulator], name: str) -> None:
        self.proxy = proxy
        self.make = make
        self.like = make()
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __enter__(self) -> LiveOrthanc:
        return self

    def __exit__(self, *exception: object) -> None:
        """The server stays, for the next test."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_") or not hasattr(self.like, name):
            raise AttributeError(f"{type(self).__name__} has no {name!r}")
        pytest.skip(f"only an emulator has {name}: there is nothing like it on {self.name}")

    # What it is

    @property
    def release(self) -> Release:
        """The nearest emulated release."""
        return self.like.release

    @property
    def dictionary(self) -> Dictionary:
        """That of the emulator with the same configuration."""
        return self.like.dictionary

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.like.warnings

    # Asking

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Sends bytes as they are, all else as JSON; raises OrthancError for an answer from 400 on."""
        data = b"" if body is None else body if isinstance(body, bytes) else json_module.dumps(body).encode()
        answer = self.proxy.send(Request(method, path, data))
        if answer.status >= 400:
            raise error_of(answer)
        return answer

    def path(self, level: Any, identifier: str = "", *more: str) -> str:
        named = level if isinstance(level, Level) else level_named(level, self.release)
        parts = [named.plural, *([identifier] if identifier else []), *(quote(one, safe="") for one in more)]
        return "/" + "/".join(parts)

    # Instances

    def store(self, source: DicomSource) -> StoredInstance:
        answer = self.ask("POST", "/instances", bytes_of(source)).json
        fields = ("ID", "ParentPatient", "ParentStudy", "ParentSeries", "Status")
        return StoredInstance(*(answer.get(field, "") for field in fields))

    def load(
        self, *paths: str | os.PathLike[str], progress: Callable[[int, int], None] | None = None
    ) -> list[StoredInstance]:
        return load_files(paths, self.store, progress)

    def file(self, instance: str, transcode: str | None = None) -> bytes:
        query = f"?transcode={transcode}" if transcode else ""
        return self.ask("GET", f"/instances/{instance}/file{query}").body

    def tags(self, instance: str, form: Any = "full") -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/instances/{instance}/{FORMS[getattr(form, 'value', form)]}").json
        return found

    def simplified_tags(self, instance: str) -> dict[str, Any]:
        return self.tags(instance, "simplify")

    # Resources

    def resources(self, level: Any) -> list[str]:
        found: list[str] = self.ask("GET", self.path(level)).json
        return found

    def resource(self, level: Any, identifier: str) -> Any:
        return self.ask("GET", self.path(level, identifier)).json

    def delete(self, level: Any, identifier: str) -> Any:
        return self.ask("DELETE", self.path(level, identifier)).json

    def reconstruct(self, level: Any, identifier: str, request: Mapping[str, Any] | None = None) -> None:
        self.ask("POST", self.path(level, identifier, "reconstruct"), {**request} if request else b"")

    def statistics(self) -> Any:
        return self.ask("GET", "/statistics").json

    # What users add to resources

    def metadata(self, level: Any, identifier: str) -> Any:
        return self.ask("GET", self.path(level, identifier, "metadata") + "?expand").json

    def set_metadata(self, level: Any, identifier: str, name: str, value: str | None) -> None:
        self.put_or_delete(self.path(level, identifier, "metadata", name), None if value is None else value.encode())

    def attachments(self, level: Any, identifier: str) -> Any:
        return self.ask("GET", self.path(level, identifier, "attachments")).json

    def attachment(self, level: Any, identifier: str, name: str) -> bytes:
        return self.ask("GET", self.path(level, identifier, "attachments", name, "data")).body

    def attach(self, level: Any, identifier: str, name: str, data: bytes | None) -> None:
        self.put_or_delete(self.path(level, identifier, "attachments", name), data)

    def put_or_delete(self, path: str, data: bytes | None) -> None:
        """Writes what may be there already, whatever its revision (1.10 on, where CheckRevisions is set)."""
        if data is None:
            self.ask("DELETE", path)
        else:
            self.ask("PUT", path, data)

    def labels(self, level: Any, identifier: str) -> Any:
        return self.ask("GET", self.path(level, identifier, "labels")).json

    def add_label(self, level: Any, identifier: str, label: str) -> None:
        self.ask("PUT", self.path(level, identifier, "labels", label), b"")

    def remove_label(self, level: Any, identifier: str, label: str) -> None:
        self.ask("DELETE", self.path(level, identifier, "labels", label))

    # Queries

    def find(
        self,
        level: Any,
        query: Mapping[str, str],
        *,
        expand: bool = False,
        limit: int = 0,
        since: int = 0,
        case_sensitive: bool = False,
    ) -> Any:
        body = {
            "Level": level.value if isinstance(level, Level) else level,
            "Query": {**query},
            "Expand": expand,
            "Limit": limit,
            "CaseSensitive": case_sensitive,
            **({"Since": since} if since else {}),
        }
        return self.ask("POST", "/tools/find", body).json

    def lookup(self, text: str) -> Any:
        return self.ask("POST", "/tools/lookup", text.encode()).json

    # Modification

    def modify(self, level: Any, identifier: str, request: Mapping[str, Any]) -> Any:
        return self.modified(self.path(level, identifier, "modify"), request)

    def anonymize(self, level: Any, identifier: str, request: Mapping[str, Any] | None = None) -> Any:
        return self.modified(self.path(level, identifier, "anonymize"), request or {})

    def modified(self, path: str, request: Mapping[str, Any]) -> Any:
        answer = self.ask("POST", path, {**request})
        return answer.body if path.startswith("/instances/") else answer.json

    def split(self, study: str, request: Mapping[str, Any]) -> Any:
        return self.ask("POST", f"/studies/{study}/split", {**request}).json

    def merge(self, study: str, request: Mapping[str, Any]) -> Any:
        return self.ask("POST", f"/studies/{study}/merge", {**request}).json

    def create(self, request: Mapping[str, Any]) -> Any:
        return self.ask("POST", "/tools/create-dicom", {**request}).json

    def archive(
        self, level: Any, identifier: str, *, media: bool = False, extended: bool = False, transcode: str | None = None
    ) -> bytes:
        queries = (["extended"] if extended else []) + ([f"transcode={transcode}"] if transcode else [])
        path = self.path(level, identifier, "media" if media else "archive")
        return self.ask("GET", path + ("?" + "&".join(queries) if queries else "")).body

    # Serving

    @property
    def wsgi(self) -> Proxy:
        return self.proxy

    @contextmanager
    def serve(self, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """A URL that passes all on to the live server, and notes it."""
        from emulator.http.server import WebServer

        with WebServer(self.proxy, host, port) as server:
            yield server.url

    def client(self) -> Client:
        from werkzeug.test import Client

        return Client(self.proxy)

    def httpx_transport(self) -> EmulatorTransport:
        from emulator.clients.httpx_transports import EmulatorTransport

        return EmulatorTransport(self.proxy)

    def requests_adapter(self, **options: Any) -> HTTPAdapter:
        from emulator.clients.requests_adapter import EmulatorAdapter

        return EmulatorAdapter(self.proxy, **options)

    def intercept(self, url: str) -> Interception:
        from emulator.clients.interception import Interception

        return Interception(self.proxy, url)

    # What a test looks at

    @property
    def requests(self) -> Requests:
        """The last requests that went through `serve`, `intercept` and the clients, with their answers."""
        return self.proxy.requests

    @property
    def jobs(self) -> LiveJobs:
        return LiveJobs(self)

    @property
    def diagnostics(self) -> deque[Diagnostic]:
        """What an emulator tells that was asked the same."""
        return self.asked_again().diagnostics

    @property
    def queries(self) -> deque[QueryPlan]:
        """The plans that an emulator makes of the same queries."""
        return self.asked_again().queries

    def expect_no_diagnostics(self, *codes: DiagnosticCode) -> AbstractContextManager[None]:
        return self.guarded(lambda emulator: emulator.expect_no_diagnostics(*codes))

    def expect_indexed(self) -> AbstractContextManager[None]:
        return self.guarded(lambda emulator: emulator.expect_indexed())

    def expect_files_read(self, *, at_most: int) -> AbstractContextManager[None]:
        return self.guarded(lambda emulator: emulator.expect_files_read(at_most=at_most))

    def asked_again(self) -> Emulator:
        """An emulator that was asked all that this server was."""
        replay = Replay(self.make())
        replay.ask_all(self.proxy.trace)
        return replay.emulator

    @contextmanager
    def guarded(self, guard: Callable[[Emulator], AbstractContextManager[Any]]) -> Iterator[None]:
        """A guard of an emulator, around what this server was asked in the meantime."""
        begin = len(self.proxy.trace)
        yield
        replay = Replay(self.make())
        replay.ask_all(self.proxy.trace[:begin])
        with guard(replay.emulator):
            replay.ask_all(self.proxy.trace[begin:])


class LiveJobs:
    """The jobs of a live server, in the words that it has for them; what steps through them only an emulator has."""

    def __init__(self, orthanc: LiveOrthanc) -> None:
        self.orthanc = orthanc

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.orthanc.ask("GET", "/jobs?expand").json
        return found

    def __len__(self) -> int:
        return len(self.listed())

    def __iter__(self) -> Iterator[LiveJob]:
        return (LiveJob(job) for job in self.listed())

    def __getitem__(self, identifier: str) -> LiveJob:
        return LiveJob(self.orthanc.ask("GET", f"/jobs/{identifier}").json)

    def __getattr__(self, name: str) -> Any:
        if name in ("pause", "resume", "resubmit", "cancel"):
            return lambda identifier: self.orthanc.ask("POST", f"/jobs/{identifier}/{name}", {})
        if name.startswith("_"):
            raise AttributeError(name)
        pytest.skip(f"only an emulator has jobs.{name}: a live server runs its jobs when it likes")


class LiveJob:
    """A job as `GET /jobs/{id}` tells it, with the names that an emulator's jobs have."""

    #: What an emulator calls otherwise than the server.
    NAMES: Mapping[str, str] = {"id": "ID", "kind": "Type", "runtime": "EffectiveRuntime"}

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = told

    @property
    def state(self) -> State:
        return State(self.told["State"])

    def __getattr__(self, name: str) -> Any:
        key = self.NAMES.get(name) or name.title().replace("_", "")
        if key not in self.told:
            raise AttributeError(f"{type(self).__name__} has no {name!r}")
        return self.told[key]


def error_of(answer: Answer) -> OrthancError:
    """The server's answer as the emulator raises it."""
    try:
        told = json_module.loads(answer.body)
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    try:
        code = ErrorCode(told.get("OrthancStatus", ErrorCode.INTERNAL_ERROR))
    except ValueError:
        code = ErrorCode.INTERNAL_ERROR
    if not told and answer.status == 404:
        code = ErrorCode.INEXISTENT_ITEM
    error = OrthancError(code, told.get("Details"), http_status=answer.status)
    error.payload = told.get("ErrorPayload")
    return error
