"""One in-memory server, made of the parts below: no HTTP in it."""

from __future__ import annotations

import copy
import logging
import os
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from .annotations.annotations import Annotations, with_user_names
from .annotations.options import AnnotationOptions
from .configuration.configuration import Configuration, ConfigurationSource, default_codec
from .diagnostics import KEPT_DIAGNOSTICS, Diagnostic, DiagnosticGuard, asked, gathered
from .diagnostics import LOGGER as DIAGNOSTIC_LOGGER
from .dicom.character_sets import encoding_name
from .dicom.element import Dataset
from .dicom.identifiers import orthanc_identifier
from .dicom.reader import DicomFile, read_file
from .dicom.views import Format, view
from .dicom.warnings import view_pitfalls
from .dictionary.warnings import name_pitfalls
from .errors import ErrorCode, OrthancError
from .exchanges.exchange import Requests
from .exchanges.faults import Failure, Fault, Faults
from .jobs.jobs import Jobs
from .modification.transcoding import check_transfer_syntax, transcoded_file
from .modification.unknown_tags import unknown_name
from .query.candidates import Candidate, count_candidates
from .query.execution import Execution, Match
from .query.guard import QueryGuard
from .query.lookup import look_up
from .query.plan import QueryPlan, plan_listing, plan_query
from .query.request import FindRequest, level_named, parse_count, parse_find
from .query.response import with_content
from .query.scanned import ScannedTexts
from .query.warnings import query_pitfalls
from .releases.databases import with_database
from .releases.release import DEFAULT_RELEASE, Release
from .releases.starting import dictionary_for, limits_of, release_named, with_archive_names, with_encoding
from .store.clock import Clock
from .store.description import Descriptions
from .store.index import index_file
from .store.level import LEVELS, Level
from .store.loading import DicomSource, bytes_of, load_files
from .store.main_tags import with_extra_main_tags
from .store.metadata import metadata_of
from .store.readings import Readings
from .store.reconstruction import Reconstruction, parse_options
from .store.resource import Resource, reference
from .store.store import NewInstance, Store
from .store.traffic import Traffic
from .system.access import access_of
from .system.server_log import ServerLog
from .system.settings import Settings

if TYPE_CHECKING:
    import httpx
    from _typeshed.wsgi import WSGIApplication
    from requests.adapters import HTTPAdapter
    from werkzeug.test import Client

    from .archives.archives import Archives
    from .clients.interception import Interception
    from .modification.modifications import Modifications

UnknownTags = Literal["reject", "as-release"]
LevelName = Level | str

#: Where each query's plan is told, at level INFO.
QUERY_LOGGER = logging.getLogger("emulator.query")

#: The parts of an emulator that a restart leaves alone.
KEPT_OVER_RESTARTS = frozenset(
    {"diagnostics", "faults", "jobs", "maximum_body_size", "queries", "requests", "unknown_tags"}
)

#: How many query plans `Emulator.queries` keeps.
KEPT_QUERIES = 1000


@dataclass(frozen=True)
class StoredInstance:
    """What `POST /instances` answers. `status` is "Success", "AlreadyStored" or, without an id, "Failure" (1.9.1)."""

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
        return {"ID": self.id, "Path": self.path, **answer} if self.id else answer


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
        chosen = release_named(release)
        self.configuration = Configuration.load(configuration, chosen)
        self.release: Release = with_encoding(chosen, self.configuration.default_codec)
        self.release = with_database(self.release, self.configuration.options)
        if unknown_tags not in ("reject", "as-release"):
            raise ValueError(f'unknown_tags must be "reject" or "as-release", not {unknown_tags!r}')
        self.unknown_tags = unknown_tags
        self.dictionary = dictionary_for(self.configuration, self.release)
        extra = self.configuration.options.get("ExtraMainDicomTags")
        self.release = with_extra_main_tags(self.release, extra, self.dictionary)
        #: The largest body of a request over HTTP, in bytes; a larger one is answered 413.
        self.maximum_body_size = 2 << 30
        options = self.configuration.options
        self.release = with_archive_names(with_user_names(self.release, options), options)
        self.annotation_options = AnnotationOptions.read(options, self.release)
        self.settings = Settings(self.configuration.options, self.release)
        self.log = ServerLog(options, self.release)
        self.access = access_of(self.configuration.options, self.release)
        self.scanned_texts = ScannedTexts()
        self.readings = Readings(self.dictionary, self.release.file_rules)
        self.descriptions = Descriptions(self.dictionary, self.release, self.configuration.stable_age)
        self.database = Store(
            Clock(clock),
            stable_age=self.configuration.stable_age,
            compresses=self.annotation_options.storage_compression,
            names_wrong_levels=self.release.names_wrong_levels,
            limits=limits_of(self.configuration, self.release),
            is_complete=self.descriptions.is_complete,
            traffic=Traffic(self.configuration.maximum_storage_cache_size, self.release.traffic_rules),
        )
        self.started = self.database.clock()
        self.identifier = self.configuration.server_identifier or orthanc_identifier(uuid.uuid4().hex)
        #: The plan of every find, the newest last.
        self.queries: deque[QueryPlan] = deque(maxlen=KEPT_QUERIES)
        #: What was done silently and an app would regret, the newest last.
        self.diagnostics: deque[Diagnostic] = deque(maxlen=KEPT_DIAGNOSTICS)
        #: The last requests over HTTP, on a port or in process, with their answers.
        self.requests = Requests()
        self.faults = Faults()
        self.shut_down = threading.Event()
        self.jobs = Jobs(
            self.database,
            self.release,
            self.configuration.jobs_history_size,
            self.tell,
            kept_outputs=self.configuration.media_archive_size,
            concurrent=self.configuration.concurrent_jobs,
        )

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
        with asked("store(...)"):
            return self.add(source)

    def add(self, source: DicomSource, *, tells: bool = True) -> StoredInstance:
        """Stores one DICOM file, and `tells` what is wrong with it."""
        new = index_file(bytes_of(source), self.dictionary, self.release)
        with self.database.lock:
            status = self.put(new)
            if tells:
                self.tell(new.pitfalls)
            identifiers = new.identifiers
            return StoredInstance(
                id=identifiers[Level.INSTANCE] if status != "Failure" else "",
                parent_patient=identifiers[Level.PATIENT],
                parent_study=identifiers[Level.STUDY],
                parent_series=identifiers[Level.SERIES],
                status=status,
            )

    def put(self, new: NewInstance) -> str:
        """Stores an instance and returns the status; raises OrthancError (The file storage is full)."""
        configuration = self.configuration
        try:
            stored = self.database.add(
                new, overwrite=configuration.overwrites, unless_equal=configuration.overwrite_if_changed
            )
        except OrthancError as error:
            if error.code is not ErrorCode.FULL_STORAGE:
                raise
            if self.release.full_storage_is_failure:
                return "Failure"
            details = error.details if self.release.explains_full_storage else None
            raise OrthancError(error.code, details, http_status=self.release.full_storage_status) from None
        if stored.already_stored:
            return "AlreadyStored"
        if new.parsed is not None:
            self.readings.keep(stored.instance, new.parsed)
        return "Success"

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

        As `GET /instances/{id}/file`, with `?transcode=` from 1.12 on. Raises OrthancError for a transfer syntax that
        the server does not know or can't write (501 where it would need a codec).
        """
        if transcode is not None and self.release.checks_syntax_before_file:
            check_transfer_syntax(transcode, Level.INSTANCE, self.release)
        resource = self.database.get(Level.INSTANCE, instance)
        stored = self.annotations.attachments.data(Level.INSTANCE, instance, "dicom")
        if transcode is None:
            self.traffic.read(resource)
            return stored
        check_transfer_syntax(transcode, Level.INSTANCE, self.release)
        file = read_file(stored, self.dictionary, self.release.file_rules)
        if transcode != file.transfer_syntax or self.release.rewrites_untranscoded_files:
            stored = transcoded_file(file, transcode, self.release)
        self.traffic.transcode(resource, transcode, len(stored), is_kept=True)
        return stored

    def dicom(self, instance: str) -> DicomFile:
        """The parsed file of an instance, for the caller to keep."""
        return read_file(self.file(instance), self.dictionary, self.release.file_rules)

    def tags(self, instance: str, form: Format | str = Format.FULL) -> dict[str, Any]:
        """The tags of an instance, private ones included (`GET /instances/{id}/tags`).

        `form` is "full", "short" or "simplify".
        """
        with asked(f'tags("{instance}", "{Format(form).value}")'):
            return self.view(instance, Format(form))

    def view(
        self, instance: str, form: Format, ignore_length: Collection[int] = (), *, whole: bool = False
    ) -> dict[str, Any]:
        """The tags of an instance, those in `ignore_length` however long they are."""
        resource = self.database.get(Level.INSTANCE, instance)
        self.traffic.parse(resource) if whole else self.traffic.read(resource)
        self.annotation_options.check_readable()
        rules = self.release.text_rules
        if whole:  # seldom asked for: such a view is not kept
            hidden: list[tuple[str, int]] = []
            dataset = self.readings.file(resource).dataset
            shown = view(dataset, self.dictionary, form, ignore_length, rules=rules, whole=True, hidden=hidden)
        else:
            shown, hidden = self.readings.view(resource, form, ignore_length, rules)
        self.tell(view_pitfalls(hidden))
        return shown

    def view_text(
        self, instance: Resource, form: Format, ignore_length: Collection[int], print_json: Callable[[Any], str]
    ) -> str:
        """The same as JSON text, which is made once."""
        self.traffic.read(instance)
        self.annotation_options.check_readable()
        text, hidden = self.readings.text(instance, form, ignore_length, self.release.text_rules, print_json)
        self.tell(view_pitfalls(hidden))
        return text

    def simplified_tags(self, instance: str) -> dict[str, Any]:
        """The tags of an instance by name (`GET /instances/{id}/simplified-tags`)."""
        return self.tags(instance, Format.SIMPLIFY)

    # Resources

    def resources(self, level: LevelName) -> list[str]:
        """The identifiers of all resources of a level, in the release's order (`GET /patients`, ...)."""
        resources = self.database.resources(self.level(level))
        return [resource.id for resource in self.descriptions.listed(resources)]

    def resource(self, level: LevelName, identifier: str) -> dict[str, Any]:
        """A patient, study, series or instance as `GET /{level}/{id}` answers it; no private tag is in it."""
        with self.database.lock:
            return self.describe(self.database.get(self.level(level), identifier))

    def describe(self, resource: Resource, form: Format = Format.SIMPLIFY) -> dict[str, Any]:
        return self.descriptions.describe(resource, self.database.clock(), form)

    def delete(self, level: LevelName, identifier: str) -> dict[str, Any]:
        """Deletes a resource with all below it (`DELETE /{level}/{id}`)."""
        with self.database.lock:
            resource = self.database.get(self.level(level), identifier)
            remaining = self.database.delete(resource)
            return {"RemainingAncestor": None if remaining is None else reference(remaining)}

    def reconstruct(self, level: LevelName, identifier: str, request: Mapping[str, Any] | None = None) -> None:
        """Takes the main DICOM tags from the files again (`POST /{level}/{id}/reconstruct`).

        So what was stored before it was set gets its `ExtraMainDicomTags`. `request` may have `ReconstructFiles` and
        `LimitToThisLevelMainDicomTags` (1.12 on). Raises OrthancError.
        """
        self.reconstruct_json(self.database.get(self.level(level), identifier), request)

    def reconstruct_json(self, resource: Resource | None, body: Any) -> None:
        """Answers the body of a reconstruct, already parsed from JSON; None stands for all that is stored."""
        options = parse_options(body, self.release, of_all=resource is None)
        reconstruction = Reconstruction(self.database, self.dictionary, self.release, self.parse_file, self.write_again)
        with self.database.lock:
            if resource is None:
                reconstruction.everything(options)
            else:
                reconstruction.resource(resource, options)

    def write_again(self, file: DicomFile) -> bytes:
        """The bytes of a file as the server writes them."""
        return transcoded_file(file, file.transfer_syntax, self.release)

    def statistics(self) -> dict[str, Any]:
        """How much is stored (`GET /statistics`)."""
        with self.database.lock:
            size, stored_size = self.database.size, self.database.stored_size
            counts = {f"Count{level.plural.capitalize()}": self.database.count(level) for level in LEVELS}
        return {
            **counts,
            "TotalDiskSize": str(stored_size),
            "TotalDiskSizeMB": stored_size >> 20,
            "TotalUncompressedSize": str(size),
            "TotalUncompressedSizeMB": size >> 20,
        }

    # What users add to resources

    @property
    def annotations(self) -> Annotations:
        """Metadata, attachments and labels, with all that a request to them can say, such as revisions."""
        return Annotations(self.database, self.release, self.annotation_options)

    def metadata(self, level: LevelName, identifier: str) -> dict[str, str]:
        """The metadata of a resource by name (`GET /{level}/{id}/metadata?expand`)."""
        return metadata_of(self.database.get(self.level(level), identifier), self.release)

    def set_metadata(self, level: LevelName, identifier: str, name: str, value: str) -> None:
        """Writes a metadata of the configuration's UserMetadata, or with a number from 1024 on."""
        self.annotations.metadata.put(self.database.get(self.level(level), identifier).id, name, value)

    def delete_metadata(self, level: LevelName, identifier: str, name: str) -> None:
        """Removes what `set_metadata` wrote."""
        self.annotations.metadata.delete(self.database.get(self.level(level), identifier).id, name)

    def attachments(self, level: LevelName, identifier: str) -> list[str]:
        """The names of a resource's attachments, "dicom" for the file of an instance."""
        return [*self.annotations.attachments.all(self.level(level), identifier)]

    def attachment(self, level: LevelName, identifier: str, name: str) -> bytes:
        """The bytes of an attachment (`GET /{level}/{id}/attachments/{name}/data`)."""
        return self.annotations.attachments.data(self.level(level), identifier, name)

    def attach(self, level: LevelName, identifier: str, name: str, data: bytes) -> None:
        """Attaches data, by a name of the configuration's UserContentType or a number from 1024 on."""
        self.annotations.attachments.put(self.database.get(self.level(level), identifier).id, name, data)

    def delete_attachment(self, level: LevelName, identifier: str, name: str) -> None:
        """Removes what `attach` attached."""
        self.annotations.attachments.delete(self.database.get(self.level(level), identifier).id, name)

    def labels(self, level: LevelName, identifier: str) -> list[str]:
        """The labels of a resource, in order; emulated whatever the release, though servers have them from 1.12 on."""
        return self.annotations.labels.of(self.level(level), identifier)

    def all_labels(self) -> list[str]:
        """The labels of all resources, in order (`GET /tools/labels`)."""
        return self.annotations.labels.all()

    def add_label(self, level: LevelName, identifier: str, label: str) -> None:
        """Labels a resource (`PUT /{level}/{id}/labels/{label}`)."""
        self.annotations.labels.add(self.level(level), identifier, label)

    def remove_label(self, level: LevelName, identifier: str, label: str) -> None:
        """Takes a label from a resource."""
        self.annotations.labels.remove(self.level(level), identifier, label)

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
        with asked(f'find("{body["Level"]}", {query})'):
            return self.find_json(body)

    def find_json(self, body: Any) -> list[Any]:
        """Answers the body of a `POST /tools/find`, already parsed from JSON."""
        with self.contract():
            request = parse_find(body, self.dictionary, self.release)
        self.tell(name_pitfalls((constraint.name for constraint in request.constraints), self.dictionary))
        plan = plan_query(request, self.release, self.configuration)
        with self.database.lock:
            execution = self.execution(plan)
            try:
                matches = execution.run()
            finally:
                self.keep_execution(execution)
            return [self.found(match, request, plan) for match in matches]

    def execution(self, plan: QueryPlan) -> Execution:
        return Execution(
            plan,
            self.database,
            self.release,
            self.dictionary,
            self.read_dataset,
            self.traffic.read_all,
            self.scanned_texts,
        )

    def found(self, match: Match, request: FindRequest, plan: QueryPlan) -> Any:
        """What a find answers for one match: its identifier or, as asked for, more."""
        if request.content is None and not request.expand:
            return match.resource.id
        answer = self.describe(match.resource, request.form)
        if request.content is not None:
            signed = self.annotation_options.store_md5
            answer = with_content(answer, match.resource, request.content, self.release, signed=signed)
        if plan.requested:
            answer["RequestedTags"] = self.descriptions.requested_tags(match.requested, request.form)
        return answer

    def count_json(self, body: Any) -> dict[str, int]:
        """Answers the body of a `POST /tools/count-resources`, already parsed from JSON (1.12 on)."""
        with self.contract():
            request = parse_count(body, self.dictionary, self.release)
        plan = plan_query(request, self.release, self.configuration)
        with self.database.lock:
            count = count_candidates(plan, self.database, self.release)
            stored = self.database.count(Level.INSTANCE)
            self.keep_plan(replace(plan, candidates=count, results=count, stored_instances=stored))
        return {"Count": count}

    def bulk_content_json(self, body: Any) -> list[dict[str, Any]]:
        """Answers the body of a `POST /tools/bulk-content`, already parsed from JSON (1.10.1 on)."""
        from .query.bulk_content import parse_bulk_content

        request = parse_bulk_content(body, self.release)
        with self.database.lock:
            return [
                {
                    **self.describe(one, request.form),
                    **({"Metadata": metadata_of(one, self.release)} if request.has_metadata else {}),
                }
                for one in request.chosen(self.database)
            ]

    def describe_all(
        self,
        level: Level,
        resources: Sequence[Resource],
        requested: tuple[int, ...],
        form: Format,
        *,
        expanded: bool = True,
    ) -> list[dict[str, Any]]:
        """The answers for resources of one level, with these `RequestedTags`; the caller holds the store's lock.

        `expanded`: the answers are shown, else their identifiers alone.
        """
        if not requested:
            return [self.describe(resource, form) for resource in resources]
        plan = plan_listing(level, requested, self.release, self.configuration, expanded=expanded)
        execution = self.execution(plan)
        matches = execution.run_on([Candidate(resource, resource) for resource in resources])
        self.log.reads(execution.plan, execution.scan.read, self.settings)
        self.keep_plan(execution.plan)
        request = FindRequest(level, expand=True, form=form)
        return [self.found(match, request, plan) for match in matches]

    def keep_execution(self, execution: Execution) -> None:
        """Keeps the plan of a find, and tells the log what it took."""
        plan = execution.plan
        self.log.candidates(plan.candidates, self.settings)
        self.log.reads(plan, execution.scan.read, self.settings)
        self.log.matches(plan.results, self.settings)
        self.keep_plan(plan)

    def keep_plan(self, plan: QueryPlan) -> None:
        self.queries.append(plan)
        QUERY_LOGGER.info("%s", plan)
        self.tell(query_pitfalls(plan, self.release))

    def expect_indexed(self) -> QueryGuard:
        """A context in which no query may read a file: `with orthanc.expect_indexed(): ...`.

        Raises AssertionError at its end, with the plans of the queries that did.
        """
        return self.expect_files_read(at_most=0)

    def expect_files_read(self, *, at_most: int) -> QueryGuard:
        """A context in which the queries may read so many files together.

        Raises AssertionError at its end, with the plans of the queries that read any.
        """
        return QueryGuard(self.queries, at_most)

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
        with self.contract(), asked(f'modify("{self.level(level).value}", "{identifier}", ...)'):
            return self.modifications.modify(self.level(level), identifier, request)

    def anonymize(self, level: LevelName, identifier: str, request: Mapping[str, Any] | None = None) -> Any:
        """Anonymizes a resource (`POST /{level}/{id}/anonymize`), without a request by the release's own profile.

        Answers as `modify` does: the bytes of a file for an instance, the job's result, a dict, for all others.
        """
        with self.contract(), asked(f'anonymize("{self.level(level).value}", "{identifier}", ...)'):
            return self.modifications.anonymize(self.level(level), identifier, request or {})

    def bulk_modify(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Modifies the resources that a request names (`POST /tools/bulk-modify`): the job's result."""
        with self.contract(), asked("bulk_modify(...)"):
            answer: dict[str, Any] = self.modifications.bulk_modify(request)
            return answer

    def bulk_anonymize(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Anonymizes the resources that a request names (`POST /tools/bulk-anonymize`): the job's result."""
        with self.contract(), asked("bulk_anonymize(...)"):
            answer: dict[str, Any] = self.modifications.bulk_anonymize(request)
            return answer

    def bulk_delete(self, request: Mapping[str, Any]) -> None:
        """Deletes the resources that a request names (`POST /tools/bulk-delete`)."""
        self.modifications.bulk_delete(request)

    def split(self, study: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Moves series of a study into a new one (`POST /studies/{id}/split`): the job's result."""
        with self.contract(), asked(f'split("{study}", ...)'):
            return self.modifications.split(study, request)

    def merge(self, study: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Moves other studies and series into a study (`POST /studies/{id}/merge`): the job's result."""
        with self.contract(), asked(f'merge("{study}", ...)'):
            return self.modifications.merge(study, request)

    @property
    def modifications(self) -> Modifications:
        from .modification.modifications import Modifications

        return Modifications(
            store=self.database,
            dictionary=self.dictionary,
            release=self.release,
            jobs=self.jobs,
            read_file=self.read_file,
            parse_file=self.parse_file,
            tell=self.tell,
            overwrites=self.configuration.overwrites,
            default_private_creator=self.configuration.default_private_creator,
            rejects_unknown_tags=self.unknown_tags == "reject",
        )

    # Archives

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
        return self.archives.archive(self.level(level), identifier, media=media, extended=extended, transcode=transcode)

    @property
    def archives(self) -> Archives:
        from .archives.archives import Archives

        return Archives(self.database, self.dictionary, self.release, self.jobs, self.read_file)

    # Creation

    def create(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Creates a file and stores it (`POST /tools/create-dicom`).

        Answers as `POST /instances` does or, for several contents, with the series that was made.
        """
        with asked("create(...)"):
            return self.create_json(request)

    def create_json(self, body: Any) -> dict[str, str]:
        """Answers the body of a create, already parsed from JSON."""
        from .creation.creation import Creator  # few tests create files, and importing this takes a few ms

        creator = Creator(
            store=self.database,
            dictionary=self.dictionary,
            release=self.release,
            default_private_creator=self.configuration.default_private_creator,
            store_file=self.add_created,
            read_dataset=self.read_parent,
            rejects_unknown_tags=self.unknown_tags == "reject",
        )
        with self.contract(), self.database.lock:
            answer = creator.create(body)
            self.tell(creator.diagnostics)
            return answer

    def add_created(self, data: bytes) -> StoredInstance:
        return self.add(data, tells=False)  # the request is what its diagnostics are about, not the file

    # Time and copies

    def advance(self, seconds: float) -> None:
        """Moves the server's clock forward: studies become stable, dates change. Raises ValueError if negative."""
        with self.database.lock:
            self.database.clock.advance(seconds)
            self.database.settle()

    def fork(self) -> Emulator:
        """Another emulator that holds the same, as if both had got the same requests so far.

        Its cost does not grow with what is stored (copy on write). Queries and what else is seen by tests begin anew.
        """
        with self.database.lock:
            other = copy.copy(self)
            other.__dict__.pop("wsgi", None)
            other.database = self.database.fork()
            other.settings = self.settings.fork()
            other.log = self.log.fork()
            other.queries = deque(maxlen=KEPT_QUERIES)
            other.diagnostics = deque(maxlen=KEPT_DIAGNOSTICS)
            other.requests = Requests()
            other.faults = Faults()
            other.shut_down = threading.Event()
            other.jobs = self.jobs.fork(other.database, other.tell)
            return other

    def snapshot(self) -> Snapshot:
        """What is stored now, to come back to with `restore`."""
        return Snapshot(self.fork())

    def restore(self, snapshot: Snapshot) -> None:
        """Makes this emulator hold what it, or the one that it was forked from, held at a snapshot.

        A snapshot can be restored any number of times. The clock goes back, too; queries and their like stay.
        """
        with self.database.lock:
            self.database.restore(snapshot.state.database)
            self.jobs.restore(snapshot.state.jobs)
            self.settings = snapshot.state.settings.fork()
            self.follow_release(snapshot.state.release)

    def restart(self, configuration: ConfigurationSource = None) -> None:
        """Starts anew on what is stored, with another configuration or, for None, with the same.

        Files, main DICOM tags, metadata, labels, changes, the time and, with "SaveJobs", all jobs but archives are
        kept; settings made over HTTP are not, and all is stable. So `ExtraMainDicomTags` come to what was stored
        before, which has them only after `reconstruct`. Queries and what else is seen by tests stay. Raises
        OrthancError for a configuration that the server refuses, and then nothing has happened.
        """
        with self.database.lock:
            clock = self.database.clock
            source = self.configuration.options if configuration is None else configuration
            other = Emulator(source, release=self.release.version, unknown_tags=self.unknown_tags, clock=clock.source)
            other.database.restart(self.database)
            other.descriptions.stable_until = clock()
            other.jobs.engine.tell = self.tell
            other.settings.take_over(self.settings)
            self.jobs.restart(other.jobs, saved=self.configuration.saves_jobs)
            self.__dict__.update({name: part for name, part in vars(other).items() if name not in KEPT_OVER_RESTARTS})
            self.jobs.go_on()

    # Settings

    @property
    def default_encoding(self) -> str:
        """The character set of datasets that name none (`GET /tools/default-encoding`)."""
        return encoding_name(self.release.text_rules.default_codec)

    def set_default_encoding(self, name: str) -> None:
        """Reads what names no character set in this one from now on (`PUT /tools/default-encoding`).

        Its case does not matter. Raises OrthancError for an unknown name.
        """
        with self.database.lock:
            self.follow_release(with_encoding(self.release, default_codec({"DefaultEncoding": name})))

    def reset_settings(self) -> None:
        """Takes the settings of the configuration again, as a server that is started anew (`POST /tools/reset`)."""
        with self.database.lock:
            former, self.settings = self.settings, Settings(self.configuration.options, self.release)
            self.settings.take_over(former)
            self.follow_release(with_encoding(self.release, self.configuration.default_codec))

    @property
    def is_shut_down(self) -> bool:
        """Whether it was asked to stop (`POST /tools/shutdown`): requests get no answer any more, until `restart`."""
        return self.shut_down.is_set()

    def follow_release(self, release: Release) -> None:
        """Stands for a release with other settings of its rules from now on."""
        if release is not self.release:
            self.release = release
            until = self.descriptions.stable_until
            self.descriptions = Descriptions(self.dictionary, release, self.configuration.stable_age, until)

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

        with Server(self.wsgi, host, port) as server, self.faults.serving():
            yield server.url

    # In tests

    def client(self) -> Client:
        """Werkzeug's test client of the REST API: `orthanc.client().get("/instances").json`."""
        from werkzeug.test import Client

        return Client(self.wsgi)

    def httpx_transport(self) -> httpx.BaseTransport:
        """Answers in process: `httpx.Client(transport=orthanc.httpx_transport(), base_url="http://orthanc")`.

        Raises ImportError where httpx is not installed, as the next one does.
        """
        from .clients.httpx_transports import EmulatorTransport

        return EmulatorTransport(self.wsgi)

    def httpx_async_transport(self) -> httpx.AsyncBaseTransport:
        """The same for an `httpx.AsyncClient`, with asyncio or trio."""
        from .clients.httpx_transports import AsyncEmulatorTransport

        return AsyncEmulatorTransport(self.wsgi)

    def requests_adapter(self, **options: Any) -> HTTPAdapter:
        """Answers in process: `session.mount("http://orthanc", orthanc.requests_adapter())`.

        `options` are those of requests' own HTTPAdapter (`max_retries`, ...). Raises ImportError where requests or
        urllib3 2 is not installed.
        """
        from .clients.requests_adapter import EmulatorAdapter

        return EmulatorAdapter(self.wsgi, **options)

    def intercept(self, url: str) -> Interception:
        """Answers every call of this process to a URL: `with orthanc.intercept("http://orthanc.hospital:8042"): ...`.

        Calls by httpx (also async), requests and urllib3, also of clients made before, from any thread; all other URLs
        are left alone. It may be nested: of two for the same URL the later one answers.
        """
        from .clients.interception import Interception

        return Interception(self.wsgi, url)

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

        `status` is from 400 to 599, "timeout" (no answer comes: in process the client's timeout is raised at once) or
        "disconnect" (the connection is closed without an answer). With `carried_out` the request is carried out, and
        only its answer gets lost. `body` and `headers` are those of the answer. Raises ValueError.
        """
        self.faults.add(Fault(status, method.upper(), path, times, carried_out, body, headers or {}))

    def tree(self, *, private: bool = True) -> str:
        """What is stored, for people: a line for each patient, study, series and instance.

        With `private` the private tags of each instance are told, by their names where the dictionary has one.
        """
        from .testing.tree import tree

        return tree(self, private=private)

    # Diagnostics

    def tell(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keeps diagnostics of the request that is being answered, and logs them."""
        for diagnostic in gathered(diagnostics):
            self.diagnostics.append(diagnostic)
            DIAGNOSTIC_LOGGER.warning("%s", diagnostic)

    def expect_no_diagnostics(self, *codes: str) -> DiagnosticGuard:
        """A context in which the server may do nothing silently that an app would regret, or none of these codes.

        `with orthanc.expect_no_diagnostics("written-as-un"): ...` raises AssertionError at its end, with the
        diagnostics; ValueError for a code that is none of `emulator.diagnostics.CODES`.
        """
        return DiagnosticGuard(self.diagnostics, codes)

    # Parts

    def level(self, level: LevelName) -> Level:
        return level if isinstance(level, Level) else level_named(level, self.release)

    def read_file(self, instance: Resource) -> DicomFile:
        """The parsed file of an instance, which nobody may change: others read it, too."""
        self.annotation_options.check_readable()
        return self.readings.file(instance)

    def parse_file(self, instance: Resource) -> DicomFile:
        """The same, and counts that the server needed it, which has parsed files in a cache."""
        file = self.read_file(instance)
        self.traffic.parse(instance)
        return file

    def read_parent(self, instance: Resource) -> Dataset:
        """The dataset of an instance whose file the server reads for it."""
        dataset = self.read_dataset(instance)
        self.traffic.read(instance)
        return dataset

    @property
    def traffic(self) -> Traffic:
        """What goes to and from the storage."""
        return self.database.traffic

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


@dataclass(frozen=True)
class Snapshot:
    """What an emulator held at a moment: `Emulator.snapshot` makes it, `Emulator.restore` comes back to it."""

    state: Emulator
