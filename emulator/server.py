"""One server: its rooms put together. HTTP, and every other door, asks these rooms, and nothing but them.

A room is made of what it needs each time it is asked for, so that it always sees the settings of now.
"""

from __future__ import annotations

import copy
import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .annotations.options import AnnotationOptions
from .configuration import Configuration, ConfigurationSource
from .configuration.configuration import default_codec
from .configuration.dictionaries import dictionary_for
from .diagnostics import CAUSED, KEPT_DIAGNOSTICS, LOGGER, Diagnostic, gathered
from .dicom.character_sets import encoding_name
from .dicom.identifiers import orthanc_identifier
from .dictionary import Dictionary
from .dictionary.contract import Contract
from .exchanges.associations import AssociationFaults, Associations
from .exchanges.exchange import Noted, Requests
from .exchanges.faults import Faults
from .extensions import Extension, Extensions, TellingLock
from .files.files import Files
from .jobs.jobs import Jobs
from .network.commitment import Commitments
from .network.kept_queries import KeptQueries
from .network.reach import Reach
from .query.scanned import ScannedTexts
from .releases import RELEASES, Release
from .releases.configured import configured, with_encoding
from .store.clock import Clock
from .store.description import Descriptions
from .store.readings import Readings
from .store.recycling import Limits
from .store.resources import Resources
from .store.store import Store
from .store.traffic import Traffic
from .store.uploads import Uploads
from .system.access import access_of
from .system.server_log import QueryLines, ServerLog
from .system.settings import Settings
from .threads import Last, lock

if TYPE_CHECKING:  # what few tests need is imported when it is asked for
    from .annotations.annotations import Annotations
    from .archives.archives import Archives
    from .configuration.dicom_web import WebSettings
    from .creation.creation import Creator
    from .modification.modifications import Modifications
    from .modification.receiving import Receive
    from .network.network import Network
    from .query.identifiers import Identifiers
    from .query.plan import QueryPlan
    from .query.queries import Queries
    from .system.metrics import Measured

#: What is wrong with a configuration and no server tells.
CONFIGURATION_LOGGER = logging.getLogger("emulator.configuration")

#: How many query plans a server keeps.
KEPT_PLANS = 1000

#: How many bytes of texts its query plans may hold, and how many its diagnostics.
KEPT_BYTES = 8 << 20

#: The parts of a server that a restart leaves alone.
KEPT_OVER_RESTARTS = frozenset(
    {
        "answers_url",
        "association_faults",
        "associations",
        "diagnostics",
        "extensions",
        "faults",
        "jobs",
        "maximum_body_size",
        "plans",
        "reach",
        "rejects_unknown_tags",
        "requests",
        "watchers",
        "whole",
    }
)

RoomType = TypeVar("RoomType")


def weight_of(plan: QueryPlan) -> int:
    return plan.weight()


class Room(Generic[RoomType]):
    """A room of a server, made of its parts when it is first asked for, and anew after a part has changed.

    A restart puts other parts in their places: a room has either those before it or those after it.
    """

    def __init__(self, make: Callable[[Server], RoomType]) -> None:
        self.make = make
        self.__doc__ = make.__doc__

    def __get__(self, server: Server, owner: type[Server]) -> RoomType:
        room: RoomType | None = server.rooms.get(self)
        if room is None:
            with server.whole:
                room = server.rooms[self] = self.make(server)
        return room


class RoomOfRequest(Room[RoomType]):
    """A room that is made for each request, because it keeps what the request did."""

    def __get__(self, server: Server, owner: type[Server]) -> RoomType:
        with server.whole:
            return self.make(server)


class Server:
    """One Orthanc in memory, of a release and a configuration.

    `rejects_unknown_tags` is the default mode. Raises OrthancError for a configuration that the release refuses.
    """

    def __init__(
        self,
        configuration: ConfigurationSource,
        release: Release,
        *,
        rejects_unknown_tags: bool,
        clock: Callable[[], float],
        reach: Reach | None = None,
    ) -> None:
        #: Held for a moment: while a room is made of the parts, and while a restart replaces these.
        self.whole = lock()
        #: The rooms that were asked for since a part changed.
        self.rooms: dict[Room[Any], Any] = {}
        self.configuration = Configuration.load(configuration, release)
        for warning in self.configuration.warnings:
            CONFIGURATION_LOGGER.warning("%s", warning)
        self.rejects_unknown_tags = rejects_unknown_tags
        self.reach = reach or Reach()
        self.dictionary = dictionary_for(self.configuration, release)
        self.release = configured(release, self.configuration, self.dictionary)
        options = self.configuration.options
        self.annotation_options = AnnotationOptions.read(options, self.release)
        self.settings = Settings(options, self.release)
        self.log = ServerLog(options, self.release)
        self.access = access_of(options, self.release)
        #: How the DICOMweb plugin is set up, None for a server without it.
        self.web = web_settings_of(options, self.dictionary)
        self.scanned_texts = ScannedTexts()
        self.readings = Readings(self.dictionary, self.release.dicom.files)
        self.descriptions = Descriptions(self.dictionary, self.release, self.configuration.stable_age)
        self.store = Store(
            Clock(clock),
            stable_age=self.configuration.stable_age,
            compresses=self.annotation_options.storage_compression,
            names_wrong_levels=self.release.store.names_wrong_levels,
            deletions_are_updates=self.release.store.deletions_are_updates,
            limits=limits_of(self.configuration, self.release),
            is_read_only=self.configuration.is_read_only,
            is_complete=self.descriptions.is_complete,
            traffic=Traffic(self.configuration.maximum_storage_cache_size, self.release.store.traffic),
        )
        self.started = self.store.clock()
        self.identifier = self.configuration.server_identifier or orthanc_identifier(uuid.uuid4().hex)
        #: The largest body of a request over HTTP, in bytes; a larger one is answered 413.
        self.maximum_body_size = 2 << 30
        #: The plan of every query, the newest last.
        self.plans: Last[QueryPlan] = Last(KEPT_PLANS, weight_of, KEPT_BYTES)
        #: What was done silently and an app would regret, the newest last.
        self.diagnostics: Last[Diagnostic] = Last(KEPT_DIAGNOSTICS, Diagnostic.weight, KEPT_BYTES)
        #: The last requests over HTTP, on a port or in process, with their answers.
        self.requests = Requests()
        self.faults = Faults()
        #: The last associations that others asked for over the DICOM network.
        self.associations = Associations()
        self.association_faults = AssociationFaults()
        #: What modalities answered to queries, and what they were asked to commit to.
        self.kept_queries = KeptQueries()
        self.commitments = Commitments()
        #: Whether this process answers a URL itself, which then is reached in any case.
        self.answers_url: Callable[[str], bool] = lambda url: False
        self.shut_down = threading.Event()
        #: What scripts and tests added to it.
        self.extensions = Extensions()
        #: Who is told of each request, diagnostic and plan, with the name of its kind; they must not wait.
        self.watchers: list[Callable[[str, Any], None]] = []
        self.jobs = Jobs(
            self.store,
            self.release,
            self.configuration.jobs_history_size,
            self.tell,
            kept_outputs=self.configuration.media_archive_size,
            concurrent=self.configuration.concurrent_jobs,
        )
        assert callable(self.receive)  # or its option is wrong

    def __setattr__(self, name: str, part: Any) -> None:
        """Puts a part in its place: rooms are made anew of it."""
        self.__dict__[name] = part
        self.__dict__["rooms"] = {}

    def tell(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keeps diagnostics of the request that is being answered, and logs them."""
        for diagnostic in gathered(diagnostics):
            self.diagnostics.append(diagnostic)
            LOGGER.warning("%s", diagnostic)
            self.caused("diagnostic", diagnostic)

    def keep_plan(self, plan: QueryPlan) -> None:
        """Keeps the plan of a query."""
        self.plans.append(plan)
        self.caused("plan", plan)

    def record(self, noted: Noted) -> None:
        """Keeps a request over HTTP with its answer."""
        number = self.requests.append(noted)
        for watcher in self.watchers:
            watcher("request", noted.exchange().summary_of(number))

    def caused(self, kind: str, thing: Diagnostic | QueryPlan) -> None:
        """Gathers what the request that is being answered causes, and tells who watches."""
        caused = CAUSED.get()
        if caused is not None:
            caused.append(thing)
        for watcher in self.watchers:
            watcher(kind, thing)

    # Rooms

    @Room
    def contract(self) -> Contract:
        """What becomes of an unknown name."""
        return Contract(self.dictionary, self.rejects_unknown_tags)

    @Room
    def receive(self) -> Receive:
        """What is stored in the place of a file: the option IngestTranscoding and scripts have a say."""
        if "IngestTranscoding" not in self.configuration.options:
            return self.extensions.received
        from .modification.ingest import ingest_of

        return ingest_of(self.configuration.options, self.dictionary, self.release).after(self.extensions.received)

    @Room
    def uploads(self) -> Uploads:
        """Stores files."""
        configuration = self.configuration
        return Uploads(
            self.store,
            self.dictionary,
            self.release,
            self.readings,
            self.tell,
            configuration.overwrites,
            configuration.overwrite_if_changed,
            self.receive,
        )

    @Room
    def resources(self) -> Resources:
        """Lists, describes and deletes what is stored."""
        return Resources(self.store, self.descriptions)

    @Room
    def annotations(self) -> Annotations:
        """Metadata, attachments and labels, with all that a request to them can say, such as revisions."""
        from .annotations.annotations import Annotations

        return Annotations(self.store, self.release, self.annotation_options)

    @Room
    def files(self) -> Files:
        """Reads what is stored: bytes, tags, parsed files."""
        return Files(
            self.store,
            self.dictionary,
            self.release,
            self.readings,
            self.annotations.attachments,
            self.annotation_options,
            self.tell,
        )

    @Room
    def queries(self) -> Queries:
        """Answers finds, counts and look-ups."""
        from .query.queries import Queries

        return Queries(
            self.store,
            self.resources,
            self.dictionary,
            self.release,
            self.configuration,
            self.contract,
            self.files.dataset,
            self.scanned_texts,
            QueryLines(self.log, self.settings),
            self.keep_plan,
            self.tell,
            self.annotation_options.store_md5,
        )

    @Room
    def modifications(self) -> Modifications:
        """Modifies, anonymizes, splits and merges."""
        from .modification.modifications import Modifications

        files = self.files
        return Modifications(
            store=self.store,
            dictionary=self.dictionary,
            release=self.release,
            jobs=self.jobs,
            read_file=files.read,
            parse_file=files.parse,
            tell=self.tell,
            overwrites=self.configuration.overwrites,
            default_private_creator=self.configuration.default_private_creator,
            rejects_unknown_tags=self.rejects_unknown_tags,
            receive=self.receive,
            receive_transcoded=self.extensions.received,
        )

    @Room
    def archives(self) -> Archives:
        """Makes archives and media."""
        from .archives.archives import Archives

        return Archives(
            self.store,
            self.dictionary,
            self.release,
            self.jobs,
            self.files.read,
            self.configuration,
            self.annotation_options.reads_files and self.annotation_options.stores_dicom,
        )

    @RoomOfRequest
    def creator(self) -> Creator:
        """Creates one file, or one series."""
        from .creation.creation import Creator  # importing this takes a few ms

        return Creator(
            store=self.store,
            dictionary=self.dictionary,
            release=self.release,
            contract=self.contract,
            default_private_creator=self.configuration.default_private_creator,
            store_file=self.uploads.add_created,
            read_dataset=self.files.parent_dataset,
            tell=self.tell,
        )

    @Room
    def network(self) -> Network:
        """Asks other servers."""
        from .network.associating import Associating
        from .network.network import Network
        from .network.web import WebAccess

        return Network(
            store=self.store,
            jobs=self.jobs,
            dictionary=self.dictionary,
            release=self.release,
            configuration=self.configuration,
            modalities=self.settings.modalities,
            peers=self.settings.peers,
            sop_classes=self.settings.sop_classes,
            associating=Associating(self.configuration, self.release, self.reach, self.tell),
            web=WebAccess(self.configuration, self.release, self.reach, self.tell, self.answers_url),
            queries=self.kept_queries,
            commitments=self.commitments,
            uploads=self.uploads,
            file_of=self.files.stored_bytes,
            filter_query=self.extensions.outgoing,
        )

    @RoomOfRequest
    def identifiers(self) -> Identifiers:
        """Answers the queries of the DICOM network."""
        from .query.identifiers import Identifiers

        options = self.configuration.options
        return Identifiers(
            self.store,
            self.dictionary,
            self.release,
            self.configuration,
            self.files.dataset,
            self.scanned_texts,
            self.queries.keep_execution,
            self.tell,
            str(options.get("DicomAet", "ORTHANC")),
            bool(options.get("CaseSensitivePN", False)),
        )

    @Room
    def measured(self) -> Measured:
        """What the metrics tell of."""
        from .system.metrics import Measured

        return Measured(self.store, self.jobs, self.log, self.release, self.configuration, self.started)

    # Settings

    @property
    def default_encoding(self) -> str:
        """The character set of datasets that name none (`GET /tools/default-encoding`)."""
        return encoding_name(self.release.dicom.text.default_codec)

    def set_default_encoding(self, name: str) -> None:
        """Reads what names no character set in this one from now on (`PUT /tools/default-encoding`).

        Its case does not matter. Raises OrthancError for an unknown name.
        """
        with self.store.lock:
            self.follow_release(with_encoding(self.release, default_codec({"DefaultEncoding": name})))

    def reset_settings(self) -> None:
        """Takes the settings of the configuration again, as a server that is started anew (`POST /tools/reset`)."""
        with self.store.lock:
            former, self.settings = self.settings, Settings(self.configuration.options, self.release)
            self.settings.take_over(former)
            self.follow_release(with_encoding(self.release, self.configuration.default_codec))

    def follow_release(self, release: Release) -> None:
        """Stands for a release with other settings of its rules from now on."""
        if release is not self.release:
            self.release = release
            until = self.descriptions.stable_until
            self.descriptions = Descriptions(self.dictionary, release, self.configuration.stable_age, until)

    # Extensions

    def extend(self, extension: Extension) -> None:
        """Adds what is told of what happens from now on, and may decide."""
        with self.store.lock:
            self.extensions.all = (*self.extensions.all, extension)
            if self.store.watch is None:
                self.store.watch = self.extensions.note
                self.store.lock = TellingLock(self.store.lock, self.extensions.tell)

    def drop(self, extension: Extension) -> None:
        """Takes an extension away."""
        with self.store.lock:
            self.extensions.all = tuple(one for one in self.extensions.all if one is not extension)

    def own_dictionary(self) -> None:
        """Takes a dictionary that no other server has, to be added to by a script."""
        self.dictionary = dictionary_for(self.configuration, RELEASES[self.release.version])
        self.dictionary_changed()

    def dictionary_changed(self) -> None:
        """Forgets what was read by the dictionary as it was."""
        self.scanned_texts = ScannedTexts()
        self.readings = Readings(self.dictionary, self.release.dicom.files)
        self.descriptions = Descriptions(
            self.dictionary, self.release, self.configuration.stable_age, self.descriptions.stable_until
        )

    # Time and copies

    def advance(self, seconds: float) -> None:
        """Moves the server's clock forward; raises ValueError if negative."""
        with self.store.lock:
            self.store.clock.advance(seconds)
            self.store.settle()

    def fork(self) -> Server:
        """Another server that holds the same; what is seen by tests begins anew (copy on write)."""
        with self.store.lock:
            other = copy.copy(self)
            other.whole = lock()
            other.store = self.store.fork()
            other.settings = self.settings.fork()
            other.log = self.log.fork()
            other.plans = Last(KEPT_PLANS, weight_of, KEPT_BYTES)
            other.diagnostics = Last(KEPT_DIAGNOSTICS, Diagnostic.weight, KEPT_BYTES)
            other.requests = Requests()
            other.faults = Faults()
            other.associations = Associations()
            other.association_faults = AssociationFaults()
            other.kept_queries = self.kept_queries.fork()
            other.commitments = self.commitments.fork()
            other.shut_down = threading.Event()
            other.extensions = Extensions()
            other.watchers = []
            other.jobs = self.jobs.fork(other.store, other.tell)
            return other

    def emptied(
        self,
        configuration: ConfigurationSource = None,
        release: Release | None = None,
        *,
        rejects_unknown_tags: bool | None = None,
    ) -> Server:
        """Another server that holds nothing, and is as this one where it is not told otherwise.

        It reaches the hosts that this one reaches, and no others. Raises OrthancError for the configuration.
        """
        other = Server(
            self.configuration.options if configuration is None else configuration,
            release or RELEASES[self.release.version],
            rejects_unknown_tags=self.rejects_unknown_tags if rejects_unknown_tags is None else rejects_unknown_tags,
            clock=self.store.clock.source,
            reach=self.reach,
        )
        other.answers_url = self.answers_url
        return other

    def restore(self, former: Server) -> None:
        """Holds again what another server, this one at an earlier time, holds; the clock goes back, too."""
        with self.store.lock:
            self.store.restore(former.store)
            self.jobs.restore(former.jobs)
            self.settings = former.settings.fork()
            self.follow_release(former.release)

    def return_to(self, former: Server) -> None:
        """As `restore`, and no further request fails, nor association: what a test arranged belongs to what it left."""
        with self.store.lock:
            self.restore(former)
            self.faults.clear()
            self.association_faults.clear()

    def restart(self, configuration: ConfigurationSource, release: Release) -> None:
        """Starts anew on what is stored; raises OrthancError for a configuration, and then nothing has happened.

        The store, and its lock, stay: what a request that is under way writes is kept, as if it had come just before.
        """
        with self.store.lock:
            clock = self.store.clock
            source = self.configuration.options if configuration is None else configuration
            other = Server(source, release, rejects_unknown_tags=self.rejects_unknown_tags, clock=clock.source)
            self.store.restart(other.store)
            other.store = other.jobs.store = other.jobs.engine.store = self.store
            other.started = other.descriptions.stable_until = clock()
            other.jobs.engine.tell = self.tell
            other.settings.take_over(self.settings)
            with self.whole:
                self.jobs.restart(other.jobs, saved=self.configuration.saves_jobs)
                parts = {name: part for name, part in vars(other).items() if name not in KEPT_OVER_RESTARTS}
                self.__dict__.update(parts, rooms={})
            self.jobs.go_on()


def web_settings_of(options: Mapping[str, Any], dictionary: Dictionary) -> WebSettings | None:
    """The settings of the DICOMweb plugin, which few servers have; raises OrthancError."""
    if "DicomWeb" not in options and "Plugins" not in options:
        return None
    from .configuration.dicom_web import web_settings

    return web_settings(options, dictionary)


def limits_of(configuration: Configuration, release: Release) -> Limits:
    """How much a server of this release and configuration stores."""
    return Limits(
        patients=configuration.maximum_patient_count,
        size=configuration.maximum_storage_size << 20,
        rejects=configuration.rejects_when_full,
        refuses_large_files=release.store.refuses_large_files,
    )
