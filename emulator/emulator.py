"""One in-memory server, made of the parts below: no HTTP in it."""

from __future__ import annotations

import os
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from .configuration import Configuration, ConfigurationSource
from .dicom.element import Dataset
from .dicom.identifiers import orthanc_identifier
from .dicom.reader import DicomFile, read_file
from .dicom.views import Format, view
from .dictionary import Dictionary
from .errors import ErrorCode, OrthancError
from .loading import DicomSource, bytes_of, load_files
from .modification.cascade import Cascade, parse_job_options, parse_keep_source
from .modification.modifier import Modifier
from .modification.request import parse_modification
from .modification.transcoding import check_transfer_syntax
from .modification.unknown_tags import check_tags, unknown_name
from .query.execution import Match, execute
from .query.lookup import look_up
from .query.plan import QueryPlan, plan_query
from .query.request import FindRequest, level_named, parse_find
from .releases import DEFAULT_RELEASE, RELEASES, Release
from .store.description import Descriptions
from .store.index import index_file
from .store.level import LEVELS, Level
from .store.resource import Resource
from .store.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

UnknownTags = Literal["reject", "as-release"]
LevelName = Level | str

#: How many query plans `Emulator.queries` keeps.
KEPT_QUERIES = 1000


@dataclass(frozen=True)
class StoredInstance:
    """What `POST /instances` answers. `status` is "Success" or "AlreadyStored"."""

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
        return {
            "ID": self.id,
            "ParentPatient": self.parent_patient,
            "ParentSeries": self.parent_series,
            "ParentStudy": self.parent_study,
            "Path": self.path,
            "Status": self.status,
        }


class Emulator:
    """An Orthanc server in memory.

    `configuration` is a mapping of Orthanc's options or the path of a JSON file; `release` one of
    `emulator.RELEASES`. With `unknown_tags="reject"` a request that writes a private tag which is not in the
    dictionary, or names an unknown tag, gets 400 and changes nothing (the documented contract); with "as-release"
    it gets what the release answers. Raises OrthancError for a configuration that the server refuses, ValueError
    for an unknown release or mode.

    Every method is safe to call from several threads, and raises OrthancError as the server answers.
    """

    def __init__(
        self,
        configuration: ConfigurationSource = None,
        *,
        release: str = DEFAULT_RELEASE,
        unknown_tags: UnknownTags = "reject",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.configuration = Configuration.load(configuration)
        self.release: Release = release_named(release)
        if unknown_tags not in ("reject", "as-release"):
            raise ValueError(f'unknown_tags must be "reject" or "as-release", not {unknown_tags!r}')
        self.unknown_tags = unknown_tags
        self.dictionary = Dictionary(
            self.release.dcmtk_version,
            self.configuration.dictionary,
            names_are_unique=self.release.names_are_unique,
            registers_long_vrs=self.release.registers_long_vrs,
            has_other_patient_ids_name=self.release.has_other_patient_ids_name,
        )
        self.database = Store(clock)
        self.identifier = orthanc_identifier(uuid.uuid4().hex)  # "DatabaseServerIdentifier"
        self.descriptions = Descriptions(self.dictionary, self.release, self.configuration.stable_age)
        #: The plan of every find, the newest last.
        self.queries: deque[QueryPlan] = deque(maxlen=KEPT_QUERIES)

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing has to be closed: an emulator holds no file and no port of its own."""

    def __repr__(self) -> str:
        count = self.database.count(Level.INSTANCE)
        return f"<Emulator of Orthanc {self.release.version}: {count} instances>"

    # Instances

    def store(self, source: DicomSource) -> StoredInstance:
        """Stores one DICOM file, as `POST /instances` does: its bytes, its path or a pydicom Dataset.

        Raises OrthancError for a file that the server refuses, OSError for a path that can't be read.
        """
        data = bytes_of(source)
        new = index_file(data, self.dictionary, self.release)
        with self.database.lock:
            stored = self.database.add(new, overwrite=self.configuration.overwrite_instances)
            instance = stored.instance
            return StoredInstance(
                id=instance.id,
                parent_patient=instance.ancestor(Level.PATIENT).id,
                parent_study=instance.ancestor(Level.STUDY).id,
                parent_series=instance.ancestor(Level.SERIES).id,
                status="AlreadyStored" if stored.already_stored else "Success",
            )

    def load(
        self, *paths: str | os.PathLike[str], progress: Callable[[int, int], None] | None = None
    ) -> list[StoredInstance]:
        """Stores the DICOM files at these paths and, recursively, in these folders; other files are passed over.

        `progress` is called after each file with the number of files read and of all files. Raises OrthancError for
        a path that holds no DICOM file, and for a file given by name that the server refuses, OSError for a path
        that can't be read.
        """
        return load_files(paths, self.store, progress)

    def file(self, instance: str) -> bytes:
        """The bytes of an instance's file, as they were stored (`GET /instances/{id}/file`)."""
        return self.database.get(Level.INSTANCE, instance).file

    def dicom(self, instance: str) -> DicomFile:
        """The parsed file of an instance."""
        return self.read_file(self.database.get(Level.INSTANCE, instance))

    def tags(self, instance: str, form: Format | str = Format.FULL) -> dict[str, Any]:
        """The tags of an instance, private ones included (`GET /instances/{id}/tags`).

        `form` is "full", "short" or "simplify".
        """
        return view(self.dicom(instance).dataset, self.dictionary, Format(form), rules=self.release.text_rules)

    def simplified_tags(self, instance: str) -> dict[str, Any]:
        """The tags of an instance by name (`GET /instances/{id}/simplified-tags`)."""
        return self.tags(instance, Format.SIMPLIFY)

    # Resources

    def resources(self, level: LevelName) -> list[str]:
        """The identifiers of all resources of a level, in the release's order (`GET /patients`, ...)."""
        resources = self.database.resources(self.level(level))
        return [resource.id for resource in self.descriptions.ordered(resources)]

    def resource(self, level: LevelName, identifier: str) -> dict[str, Any]:
        """A patient, study, series or instance as `GET /{level}/{id}` answers it; no private tag is in it."""
        with self.database.lock:
            return self.describe(self.database.get(self.level(level), identifier))

    def describe(self, resource: Resource, form: Format = Format.SIMPLIFY) -> dict[str, Any]:
        return self.descriptions.describe(resource, self.database.clock(), form)

    def delete(self, level: LevelName, identifier: str) -> dict[str, Any]:
        """Deletes a resource with all below it (`DELETE /{level}/{id}`)."""
        with self.database.lock:
            remaining = self.database.delete(self.database.get(self.level(level), identifier))
            return {"RemainingAncestor": None if remaining is None else reference(remaining)}

    def statistics(self) -> dict[str, Any]:
        """How much is stored (`GET /statistics`)."""
        with self.database.lock:
            size = self.database.size
            counts = {f"Count{level.plural.capitalize()}": self.database.count(level) for level in LEVELS}
        return {
            **counts,
            "TotalDiskSize": str(size),
            "TotalDiskSizeMB": size >> 20,
            "TotalUncompressedSize": str(size),
            "TotalUncompressedSizeMB": size >> 20,
        }

    # Queries

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
        return self.find_json(body)

    def find_json(self, body: Any) -> list[Any]:
        """Answers the body of a `POST /tools/find`, already parsed from JSON."""
        with self.contract():
            request = parse_find(body, self.dictionary, self.release)
        plan = plan_query(request, self.release, self.configuration)
        with self.database.lock:
            matches, executed = execute(plan, self.database, self.release, self.read_dataset)
            self.queries.append(executed)
            return [self.found(match, request) for match in matches]

    def found(self, match: Match, request: FindRequest) -> Any:
        if not request.expand:
            return match.resource.id
        answer = self.describe(match.resource, request.form)
        if self.release.shows_what_it_scanned and match.texts:
            answer["RequestedTags"] = self.descriptions.requested_tags(match.texts, request.form)
        return answer

    def lookup(self, text: str) -> list[dict[str, str]]:
        """The resources whose DICOM identifier is `text` (`POST /tools/lookup`)."""
        with self.database.lock:
            return [reference(resource) for resource in look_up(text, self.database, self.release)]

    # Modification

    def modify(self, level: LevelName, identifier: str, request: Mapping[str, Any]) -> Any:
        """Modifies a resource (`POST /{level}/{id}/modify`).

        An instance answers the bytes of the modified file and stores nothing; a patient, study or series stores a
        copy of every instance below it and answers the job's result, a dict.
        """
        return self.modify_json(self.level(level), identifier, request)

    def modify_json(self, level: Level, identifier: str, body: Any) -> Any:
        """Answers the body of a modify, already parsed from JSON."""
        with self.contract():
            request = parse_modification(body, self.dictionary, self.release)
            private_creator = request.private_creator
            if private_creator is None:
                private_creator = self.configuration.default_private_creator
            if self.unknown_tags == "reject":
                check_tags(request, self.dictionary, private_creator)
            keep_source = level is Level.INSTANCE or parse_keep_source(body)
            check_transfer_syntax(request.transcode, level, self.release)
            modifier = Modifier(request, level, self.dictionary, self.release, private_creator)
            if level is Level.INSTANCE:
                return modifier.modify(self.dicom(identifier))
            with self.database.lock:  # from the look-up on: nobody deletes the resource meanwhile
                return self.cascade(self.cascaded(level, identifier), modifier, body, keep_source=keep_source)

    def cascaded(self, level: Level, identifier: str) -> Resource:
        """The resource that a cascade starts from; raises OrthancError where there is none."""
        try:
            return self.database.get(level, identifier)
        except OrthancError:
            if self.release.unknown_cascades_are_out_of_range:
                raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE) from None
            raise

    def cascade(
        self, resource: Resource, modifier: Modifier, body: Mapping[str, Any], *, keep_source: bool
    ) -> dict[str, Any]:
        options = parse_job_options(body, keep_source=keep_source)
        if options.asynchronous:
            raise OrthancError(
                ErrorCode.NOT_IMPLEMENTED,
                "The emulator has no asynchronous jobs yet: send the request without Asynchronous",
                http_status=501,
            )
        with self.database.lock:
            return Cascade(
                resource,
                modifier,
                options,
                store=self.database,
                dictionary=self.dictionary,
                release=self.release,
                read_file=self.read_file,
                overwrite=self.configuration.overwrite_instances,
            ).run()

    # Serving

    @cached_property
    def wsgi(self) -> WSGIApplication:
        """The REST API as a WSGI application, for any in-process client."""
        from .rest.application import Application

        return Application(self)

    @contextmanager
    def serve(self, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """Serves the REST API in a thread and gives its URL; port 0 takes a free one. Raises OSError."""
        from .rest.server import Server

        with Server(self.wsgi, host, port) as server:
            yield server.url

    # Parts

    def level(self, level: LevelName) -> Level:
        return level if isinstance(level, Level) else level_named(level, self.release)

    def read_file(self, instance: Resource) -> DicomFile:
        return read_file(instance.file, self.dictionary, self.release.file_rules)

    def read_dataset(self, instance: Resource) -> Dataset:
        return self.read_file(instance).dataset

    @contextmanager
    def contract(self) -> Iterator[None]:
        """In the default mode an unknown name is answered 400, with how to mend the request."""
        try:
            yield
        except OrthancError as error:
            named = error.code is ErrorCode.UNKNOWN_DICOM_TAG and error.http_status == 500
            if not named or self.unknown_tags != "reject":
                raise
            raise unknown_name(error.details or "", self.dictionary) from None


def release_named(version: str) -> Release:
    if version not in RELEASES:
        raise ValueError(f"Orthanc {version} can't be emulated; there are {', '.join(RELEASES)}")
    return RELEASES[version]


def reference(resource: Resource) -> dict[str, str]:
    """How other answers refer to a resource."""
    return {
        "ID": resource.id,
        "Path": f"/{resource.level.plural}/{resource.id}",
        "Type": resource.level.value,
    }
