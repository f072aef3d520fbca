"""What the author of a test sees: an Orthanc in memory, with a method for each request, and what tests arrange."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn, TypedDict, overload
from urllib.parse import urlsplit

from .configuration import Configuration, ConfigurationSource
from .configuration.configuration import read_options
from .diagnostics import Diagnostic, DiagnosticCode, DiagnosticGuard, asked
from .dicom.views import Format
from .dictionary import Dictionary
from .errors import OrthancError
from .exchanges.associations import AssociationFailure, AssociationFault, Associations
from .exchanges.exchange import Requests
from .exchanges.faults import Failure, Fault
from .extensions import Listener
from .jobs.jobs import Jobs
from .json.keys import check_keys
from .network.reach import Reach, Scope
from .releases import DEFAULT_RELEASE, RELEASES, Release, release_named
from .scripts.configured import start_scripts
from .server import Server
from .store.level import Level, LevelName
from .store.level_names import level_named
from .store.loading import DicomSource, load_files
from .store.metadata import metadata_of
from .store.uploads import StoredInstance

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from requests.adapters import HTTPAdapter
    from werkzeug.test import Client

    from .clients.httpx_transports import EmulatorTransport
    from .clients.interception import Interception
    from .dimse.listener import DicomAddress
    from .query.guard import QueryGuard
    from .query.plan import QueryPlan

UnknownTags = Literal["reject", "as-release"]

#: The levels whose resources are modified as a whole.
CascadeLevel = Literal["Patient", "Study", "Series", Level.PATIENT, Level.STUDY, Level.SERIES]
InstanceLevel = Literal["Instance", Level.INSTANCE]


class JobResult(TypedDict, total=False):
    """What a modify or anonymize of a patient, study or series answers: its copies or, asynchronous, its job.

    Which members there are depends on the release and on the level.
    """

    ID: str
    Path: str
    PatientID: str
    Type: str
    Description: str
    FailedInstancesCount: int
    InstancesCount: int
    ParentResources: list[str]
    Resources: list[dict[str, str]]
    IsAnonymization: bool


class Emulator:
    """An Orthanc server in memory.

    `configuration` is a mapping of Orthanc's options or the path of a JSON file; `release` one of
    `emulator.RELEASES`. With `unknown_tags="reject"` a request that writes a private tag which is not in the
    dictionary, or names an unknown tag, gets 400 and changes nothing (the documented contract); with "as-release"
    it gets what the release answers. Modalities and peers are asked on this machine alone, with `network="any"`
    anywhere, with "none" nowhere; all others are as if nobody listened there. `plugin` is a script of the Python
    plugin, as the option PythonScript: it runs in this process, and is trusted. Raises OrthancError for a configuration
    that the server refuses, whose text tells the entry, its place and what to write; ValueError for an unknown release,
    mode or network.

    Every method is safe to call from several threads, and raises OrthancError as the server answers; TypeError for a
    key of a request or configuration that is no text, such as a tag written as numbers.
    """

    def __init__(
        self,
        configuration: ConfigurationSource = None,
        *,
        release: str = DEFAULT_RELEASE,
        unknown_tags: UnknownTags = "reject",
        network: Scope = "loopback",
        plugin: str | os.PathLike[str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if unknown_tags not in ("reject", "as-release"):
            raise ValueError(f'unknown_tags must be "reject" or "as-release", not {unknown_tags!r}')
        rejects = unknown_tags == "reject"
        if plugin is not None:
            configuration = with_options(configuration, release_named(release), {"PythonScript": os.fspath(plugin)})
        #: The rooms behind the methods below, for who extends the emulator; a test does not need it.
        with explained(configuration, release_named(release)):
            self.server = Server(
                configuration, release_named(release), rejects_unknown_tags=rejects, clock=clock, reach=Reach(network)
            )
        self.server.answers_url = is_intercepted
        start_scripts(self.server)

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing has to be closed: an emulator holds no file and no port of its own."""

    def __reduce__(self) -> NoReturn:
        """It has locks, and threads may be waiting in it: a copy in another process would be another server."""
        raise TypeError(
            "an Emulator can't be pickled or deep-copied: use fork() or snapshot() in this process; in another one "
            "make an Emulator there, and give it the files, or the URL of serve()"
        )

    def __repr__(self) -> str:
        count = self.server.store.count(Level.INSTANCE)
        return f"<Emulator of Orthanc {self.release.version}: {count} instances>"

    # What it is

    @property
    def release(self) -> Release:
        """The release that it stands for, with what the configuration changes of it."""
        return self.server.release

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong with its configuration and no server tells: options that nobody reads, misspelt ones."""
        return self.server.configuration.warnings

    @property
    def dictionary(self) -> Dictionary:
        """Which tags it knows."""
        return self.server.dictionary

    # Instances

    def store(self, source: DicomSource) -> StoredInstance:
        """Stores one DICOM file, as `POST /instances` does: its bytes, its path, a binary file or a pydicom Dataset.

        A binary file (`open(path, "rb")`, `io.BytesIO`) is read to its end, and stays open. Raises OrthancError for a
        file that the server refuses, OSError for a path that can't be read, TypeError for anything else.
        """
        with asked("store(...)"), self.server.store.filled():
            return self.server.uploads.add(source)

    def load(
        self, *paths: str | os.PathLike[str], progress: Callable[[int, int], None] | None = None
    ) -> list[StoredInstance]:
        """Stores the DICOM files at these paths and, recursively, in these folders; other files are passed over.

        `progress` is called after each file with the number of files read and of all files. Raises OrthancError for
        a path that holds no DICOM file, and for a file given by name that the server refuses, OSError for a path
        that can't be read.
        """
        return load_files(paths, self.store, progress)

    def file(self, instance: str, transcode: str | None = None) -> bytes:
        """The bytes of an instance's file, as they were stored or in another transfer syntax.

        As `GET /instances/{id}/file`, with `?transcode=` from 1.12 on: an earlier release does not read it, and answers
        the file as it was stored. Raises OrthancError for a transfer syntax that the server does not know or can't
        write (501 where it would need a codec).
        """
        return self.server.files.bytes_of(instance, transcode if self.release.rest.transcodes_files else None)

    def tags(self, instance: str, form: Format | Literal["full", "short", "simplify"] = Format.FULL) -> dict[str, Any]:
        """The tags of an instance, private ones included (`GET /instances/{id}/tags`)."""
        with asked(f'tags("{instance}", "{Format(form).value}")'):
            return self.server.files.view(instance, Format(form))

    def simplified_tags(self, instance: str) -> dict[str, Any]:
        """The tags of an instance by name (`GET /instances/{id}/simplified-tags`)."""
        return self.tags(instance, Format.SIMPLIFY)

    # Resources

    def resources(self, level: LevelName) -> list[str]:
        """The identifiers of all resources of a level, in the release's order (`GET /patients`, ...)."""
        return [resource.id for resource in self.server.resources.listed(self._level(level))]

    def resource(self, level: LevelName, identifier: str) -> dict[str, Any]:
        """A patient, study, series or instance as `GET /{level}/{id}` answers it; no private tag is in it."""
        return self.server.resources.answer(self._level(level), identifier)

    def delete(self, level: LevelName, identifier: str) -> dict[str, Any]:
        """Deletes a resource with all below it (`DELETE /{level}/{id}`)."""
        with self.server.store.filled():
            return self.server.resources.delete(self._level(level), identifier)

    def reconstruct(self, level: LevelName, identifier: str, request: Mapping[str, Any] | None = None) -> None:
        """Takes the main DICOM tags from the files again (`POST /{level}/{id}/reconstruct`).

        So what was stored before it was set gets its `ExtraMainDicomTags`. `request` may have `ReconstructFiles` and
        `LimitToThisLevelMainDicomTags` (1.12 on). Raises OrthancError.
        """
        self.server.files.reconstruct(self.server.store.get(self._level(level), identifier), request)

    def statistics(self) -> dict[str, Any]:
        """How much is stored (`GET /statistics`)."""
        return self.server.resources.statistics()

    # What users add to resources

    def metadata(self, level: LevelName, identifier: str) -> dict[str, str]:
        """The metadata of a resource by name (`GET /{level}/{id}/metadata?expand`)."""
        return metadata_of(self.server.store.get(self._level(level), identifier), self.release)

    def set_metadata(self, level: LevelName, identifier: str, name: str, value: str | None) -> None:
        """Writes a metadata of the configuration's UserMetadata, or with a number from 1024 on; None removes it."""
        resource, room = self.server.store.get(self._level(level), identifier), self.server.annotations.metadata
        if value is None:
            room.delete(resource.id, name)
        else:
            room.put(resource.id, name, value)

    def attachments(self, level: LevelName, identifier: str) -> list[str]:
        """The names of a resource's attachments, "dicom" for the file of an instance."""
        return [*self.server.annotations.attachments.all(self._level(level), identifier)]

    def attachment(self, level: LevelName, identifier: str, name: str) -> bytes:
        """The bytes of an attachment (`GET /{level}/{id}/attachments/{name}/data`)."""
        return self.server.annotations.attachments.data(self._level(level), identifier, name)

    def attach(self, level: LevelName, identifier: str, name: str, data: bytes | None) -> None:
        """Attaches data, by a name of the configuration's UserContentType or a number from 1024 on; None removes it."""
        resource, room = self.server.store.get(self._level(level), identifier), self.server.annotations.attachments
        if data is None:
            room.delete(resource.id, name)
        else:
            room.put(resource.id, name, data)

    def labels(self, level: LevelName, identifier: str) -> list[str]:
        """The labels of a resource, in order (`GET /{level}/{id}/labels`).

        Labels came with 1.12: for an earlier release this and its like raise OrthancError (404), as the server answers.
        """
        return self.server.annotations.labels.of(self._level(level), identifier)

    def add_label(self, level: LevelName, identifier: str, label: str) -> None:
        """Labels a resource (`PUT /{level}/{id}/labels/{label}`)."""
        self.server.annotations.labels.add(self._level(level), identifier, label)

    def remove_label(self, level: LevelName, identifier: str, label: str) -> None:
        """Takes a label from a resource."""
        self.server.annotations.labels.remove(self._level(level), identifier, label)

    # Queries

    @overload
    def find(
        self,
        level: LevelName,
        query: Mapping[str, str],
        *,
        expand: Literal[False] = False,
        limit: int = 0,
        since: int = 0,
        case_sensitive: bool = False,
    ) -> list[str]: ...

    @overload
    def find(
        self,
        level: LevelName,
        query: Mapping[str, str],
        *,
        expand: Literal[True],
        limit: int = 0,
        since: int = 0,
        case_sensitive: bool = False,
    ) -> list[dict[str, Any]]: ...

    @overload
    def find(
        self,
        level: LevelName,
        query: Mapping[str, str],
        *,
        expand: bool,
        limit: int = 0,
        since: int = 0,
        case_sensitive: bool = False,
    ) -> list[Any]: ...

    def find(
        self,
        level: LevelName,
        query: Mapping[str, str],
        *,
        expand: bool = False,
        limit: int = 0,
        since: int = 0,
        case_sensitive: bool = False,
    ) -> list[Any]:
        """Finds resources (`POST /tools/find`): their identifiers or, with `expand`, their answers.

        The plan of the query, with what it took, is `queries[-1]` afterwards.
        """
        body = {
            "Level": level.value if isinstance(level, Level) else level,
            "Query": query,
            "Expand": expand,
            "Limit": limit,
            "CaseSensitive": case_sensitive,
            **({"Since": since} if since else {}),  # a server reads even 0 as "no LimitFindResults"
        }
        check_keys(query, "find")
        with asked(f'find("{body["Level"]}", {query})'):
            return self.server.queries.find(body)

    def lookup(self, text: str) -> list[dict[str, str]]:
        """The resources whose DICOM identifier is `text` (`POST /tools/lookup`)."""
        return self.server.queries.look_up(text)

    # Modification

    @overload
    def modify(self, level: InstanceLevel, identifier: str, request: Mapping[str, Any]) -> bytes: ...

    @overload
    def modify(self, level: CascadeLevel, identifier: str, request: Mapping[str, Any]) -> JobResult: ...

    @overload
    def modify(self, level: LevelName, identifier: str, request: Mapping[str, Any]) -> Any: ...

    def modify(self, level: LevelName, identifier: str, request: Mapping[str, Any]) -> Any:
        """Modifies a resource (`POST /{level}/{id}/modify`).

        An instance answers the bytes of the modified file and stores nothing; a patient, study or series stores a
        copy of every instance below it and answers the job's result, a dict.
        """
        check_keys(request, "modify")
        of = self._level(level)
        with self.server.contract.kept(), asked(f'modify("{of.value}", "{identifier}", ...)'):
            return self.server.modifications.modify(of, identifier, request)

    @overload
    def anonymize(self, level: InstanceLevel, identifier: str, request: Mapping[str, Any] | None = None) -> bytes: ...

    @overload
    def anonymize(
        self, level: CascadeLevel, identifier: str, request: Mapping[str, Any] | None = None
    ) -> JobResult: ...

    @overload
    def anonymize(self, level: LevelName, identifier: str, request: Mapping[str, Any] | None = None) -> Any: ...

    def anonymize(self, level: LevelName, identifier: str, request: Mapping[str, Any] | None = None) -> Any:
        """Anonymizes a resource (`POST /{level}/{id}/anonymize`), without a request by the release's own profile.

        Answers as `modify` does: the bytes of a file for an instance, the job's result, a dict, for all others.
        """
        check_keys(request, "anonymize")
        with self.server.contract.kept(), asked(f'anonymize("{self._level(level).value}", "{identifier}", ...)'):
            return self.server.modifications.anonymize(self._level(level), identifier, request or {})

    def split(self, study: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Moves series of a study into a new one (`POST /studies/{id}/split`): the job's result."""
        check_keys(request, "split")
        with self.server.contract.kept(), asked(f'split("{study}", ...)'):
            return self.server.modifications.split(study, request)

    def merge(self, study: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Moves other studies and series into a study (`POST /studies/{id}/merge`): the job's result."""
        check_keys(request, "merge")
        with self.server.contract.kept(), asked(f'merge("{study}", ...)'):
            return self.server.modifications.merge(study, request)

    def create(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Creates a file and stores it (`POST /tools/create-dicom`).

        Answers as `POST /instances` does or, for several contents, with the series that was made.
        """
        check_keys(request, "create")
        with asked("create(...)"):
            return self.server.creator.create(request)

    def archive(
        self,
        level: LevelName,
        identifier: str,
        *,
        media: bool = False,
        extended: bool = False,
        transcode: str | None = None,
    ) -> bytes:
        """A ZIP of all files of a resource (`GET /{level}/{id}/archive` or, with `media`, `/media`).

        `transcode` is a transfer syntax UID. Raises OrthancError.
        """
        archives = self.server.archives
        return archives.archive(self._level(level), identifier, media=media, extended=extended, transcode=transcode)

    # Time and copies

    @property
    def jobs(self) -> Jobs:
        """Its jobs: a test can hold them, step through them, pause and cancel them."""
        return self.server.jobs

    def advance(self, seconds: float) -> None:
        """Moves the server's clock forward: studies become stable, dates change. Raises ValueError if negative."""
        self.server.advance(seconds)

    def fork(self) -> Emulator:
        """Another emulator that holds the same, as if both had got the same requests so far.

        Its cost does not grow with what is stored (copy on write). Queries and what else is seen by tests begin anew;
        so do scripts, which run for it once more.
        """
        other = self._held()
        start_scripts(other.server)
        return other

    def snapshot(self) -> Snapshot:
        """What is stored now, to come back to with `restore`."""
        return Snapshot(self._held())

    def restore(self, snapshot: Snapshot) -> None:
        """Makes this emulator hold what it, or the one that it was forked from, held at a snapshot.

        A snapshot can be restored any number of times. The clock goes back, too; queries and their like stay. What
        `fail_next` and `fail_next_association` have announced and has not happened yet is called off.
        """
        self.server.return_to(snapshot.state.server)

    def restart(self, configuration: ConfigurationSource = None) -> None:
        """Starts anew on what is stored, with another configuration or, for None, with the same.

        Files, main DICOM tags, metadata, labels, changes, the time and, with "SaveJobs", all jobs but archives are
        kept; settings made over HTTP are not, and all is stable. So `ExtraMainDicomTags` come to what was stored
        before, which has them only after `reconstruct`. Queries and what else is seen by tests stay. Raises
        OrthancError for a configuration that the server refuses, and then nothing has happened.
        """
        release = RELEASES[self.release.version]
        with explained(configuration, release):
            self.server.restart(configuration, release)
        start_scripts(self.server)

    # Serving

    @cached_property
    def wsgi(self) -> WSGIApplication:
        """The REST API, DICOMweb where it is on, and the emulator's own routes as a WSGI application."""
        from .doors import http_application

        return http_application(self.server)

    @contextmanager
    def serve(self, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """Serves the REST API in a thread and gives its URL; port 0 takes a free one. Raises OSError.

        What is stored now is what `POST /emulator/reset` comes back to.
        """
        from .doors import HttpDoors
        from .http.server import WebServer

        doors = HttpDoors(self.server, beginning=self.server.fork())
        with WebServer(doors, host, port, doors.manners) as server, self.server.faults.serving():
            try:
                yield server.url
            finally:
                doors.close()

    def open(self, wait: Callable[[str], object] = input) -> None:
        """For debugging: serves, prints the URL of the page and waits until a key is pressed.

        `wait` is given the prompt and returns when the test may go on. With pytest, use `-s`.
        """
        with self.serve() as url:
            wait(f"Look at {url}/emulator/ - press Enter to go on ")

    @contextmanager
    def serve_dicom(self, host: str = "127.0.0.1", port: int = 0) -> Iterator[DicomAddress]:
        """Serves the DICOM network in threads, and gives host, port and AET; port 0 takes a free one.

        Raises OSError for a port in use.
        """
        from .dimse.serving import listener

        with listener(self.server, host, port) as door:
            yield door.address

    def client(self) -> Client:
        """Werkzeug's test client of the REST API: `orthanc.client().get("/instances").json`."""
        from werkzeug.test import Client

        return Client(self.wsgi)

    def httpx_transport(self) -> EmulatorTransport:
        """Answers in process: `httpx.Client(transport=orthanc.httpx_transport(), base_url="http://orthanc")`.

        It serves an `httpx.AsyncClient` as well, with asyncio or trio. Raises ImportError where httpx is not installed.
        """
        from .clients.httpx_transports import EmulatorTransport

        return EmulatorTransport(self.wsgi)

    def requests_adapter(self, **options: Any) -> HTTPAdapter:
        """Answers in process: `session.mount("http://orthanc", orthanc.requests_adapter())`.

        `options` are those of requests' own HTTPAdapter (`max_retries`, ...). Raises ImportError where requests or
        urllib3 2 is not installed.
        """
        from .clients.requests_adapter import EmulatorAdapter

        return EmulatorAdapter(self.wsgi, **options)

    def intercept(self, url: str) -> Interception:
        """Answers every call of this process to a URL: `with orthanc.intercept("http://orthanc.hospital:8042"): ...`.

        Calls by httpx (also async), requests, urllib3 and urllib.request, also of clients made before, from any thread;
        all other URLs are left alone. Other libraries, such as aiohttp, and other processes go out to the real URL:
        give them that of `serve()`. It may be nested: of two for the same URL the later one answers.
        """
        from .clients.interception import Interception

        return Interception(self.wsgi, url)

    # What a test is told

    def on(self, kind: str, function: Callable[[str], object]) -> Callable[[], None]:
        """Calls a function with the identifier of each resource, or job, to which this happens from now on.

        `kind` is as in /changes ("NewInstance", "StableStudy", ...), or "Stored", "Deleted", "JobSuccess" and
        their like. It is called in the thread of the request, before the answer is sent; time passes by `advance`.
        What it raises comes out of the call that caused it. Returns what ends it. Raises ValueError for another kind.
        """
        listener = Listener([kind], lambda event: function(event.id))
        self.server.extend(listener)
        return lambda: self.server.drop(listener)

    def on_stored(self, function: Callable[[str], object]) -> Callable[[], None]:
        """Calls a function with the identifier of each instance that is stored from now on; returns what ends it."""
        return self.on("Stored", function)

    # What a test looks at

    @property
    def requests(self) -> Requests:
        """The last requests over HTTP, on a port or in process, with their answers."""
        return self.server.requests

    @property
    def associations(self) -> Associations:
        """The last associations that others asked for over the DICOM network, with what was said on them."""
        return self.server.associations

    @property
    def queries(self) -> deque[QueryPlan]:
        """The plan of every find, the newest last; `print(orthanc.queries)` shows them."""
        return self.server.plans

    @property
    def diagnostics(self) -> deque[Diagnostic]:
        """What was done silently and an app would regret, the newest last; `print(orthanc.diagnostics)` shows them."""
        return self.server.diagnostics

    def fail_next(
        self,
        status: Failure = 503,
        *,
        method: str = "*",
        path: str = "*",
        times: int = 1,
        carried_out: bool = False,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Lets the next requests fail that have this method and path (`*` stands for anything: "/instances/*").

        `status` is from 400 to 599, "timeout" (no answer comes: in process the client's timeout is raised at once, on a
        port the client waits for its own) or "disconnect" (the connection is closed without an answer). A client on a
        port that has no timeout waits for 60 s; then the connection is closed. With `carried_out` the request is
        carried out, and only its answer gets lost. `body` and `headers` are those of the answer. Raises ValueError.
        """
        self.server.faults.add(Fault(status, method.upper(), path, times, carried_out, body, headers or {}))

    def fail_next_association(
        self,
        failure: AssociationFailure = "abort",
        *,
        command: str = "*",
        times: int = 1,
        after: int = 0,
        delay: float = 0.0,
    ) -> None:
        """Lets the next associations fail, or the next commands of this name on them ("C-STORE", "*" for any).

        `failure` is "reject" (of the association), "abort", "drop" (the connection is closed without a word), a status
        such as 0xA700, which is answered and nothing done, or None for a mere `delay`, in seconds. `after` so many
        responses a command fails: a C-MOVE or C-GET, say, in the middle. Raises ValueError.
        """
        self.server.association_faults.add(AssociationFault(failure, command, times, after, delay))

    def tree(self, *, private: bool = True) -> str:
        """What is stored, for people: a line for each patient, study, series and instance.

        With `private` the private tags of each instance are told, by their names where the dictionary has one.
        """
        from .files.tree import tree

        return tree(self.server.store, self.server.files if private else None)

    def expect_no_diagnostics(self, *codes: DiagnosticCode) -> DiagnosticGuard:
        """A context in which the server may do nothing silently that an app would regret, or none of these codes.

        `with orthanc.expect_no_diagnostics("written-as-un"): ...` raises AssertionError at its end, with the
        diagnostics; ValueError for a code that is none of `emulator.diagnostics.CODES`.
        """
        return DiagnosticGuard(self.server.diagnostics, codes)

    def expect_indexed(self) -> QueryGuard:
        """A context in which no query may read a file: `with orthanc.expect_indexed(): ...`.

        Raises AssertionError at its end, with the plans of the queries that did.
        """
        return self.expect_files_read(at_most=0)

    def expect_files_read(self, *, at_most: int) -> QueryGuard:
        """A context in which the queries may read so many files together.

        Raises AssertionError at its end, with the plans of the queries that read any.
        """
        from .query.guard import QueryGuard

        return QueryGuard(self.server.plans, at_most)

    # Inner works

    def _held(self) -> Emulator:
        """What this emulator holds, as another that runs no scripts."""
        other = object.__new__(Emulator)
        other.server = self.server.fork()
        return other

    def _level(self, level: LevelName) -> Level:
        return level if isinstance(level, Level) else level_named(level, self.release)


class Snapshot(NamedTuple):
    """What an emulator held at a moment: `Emulator.snapshot` makes it, `Emulator.restore` comes back to it."""

    state: Emulator


def with_options(
    configuration: ConfigurationSource, release: Release, options: Mapping[str, Any]
) -> ConfigurationSource:
    """A configuration with these options over its own."""
    if isinstance(configuration, (str, os.PathLike)):
        return {**read_options(configuration, release), **options}
    own = configuration.options if isinstance(configuration, Configuration) else configuration or {}
    return {**own, **options}


@contextmanager
def explained(configuration: ConfigurationSource, release: Release) -> Iterator[None]:
    """Lets an error that a configuration makes say where it is, and what to write."""
    try:
        yield
    except OrthancError as error:
        from .checking.explaining import explain

        explain(error, configuration, release)
        raise


def is_intercepted(url: str) -> bool:
    """Whether an emulator of this process answers a URL (`Emulator.intercept`)."""
    from .clients.intercepted import Origin, is_watched

    parts = urlsplit(url)
    return is_watched(Origin.of(parts.scheme, parts.hostname or "", parts.port))
