"""Requests to other servers: checked as the server checks them, then answered as by a peer that can't be reached.

The emulator opens no connection. What a server says of its peer, when nobody listens there, was measured on Orthanc
1.9.1 to 1.13.0; what it answers before it tries to connect, with some 150 bodies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NoReturn

from ..configuration import Configuration
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError, unhandled
from ..jobs.job import Job, Run
from ..jobs.jobs import Jobs
from ..jobs.options import JobOptions, parse_job_options
from ..store.level import Level
from ..store.level_names import level_named
from ..store.resource import Resource
from ..store.store import Store
from .members import flag, unsigned
from .modality import Modality, parse_modality
from .peer import Peer
from .rules import NetworkRelease
from .sending import RetrievalRun, SendingRun

#: How Orthanc's identifiers look.
IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{8}){4}\Z")

#: What a move needs to name, by level.
IDENTIFYING_TAGS: Mapping[Level, tuple[int, ...]] = {
    Level.PATIENT: (0x00100020,),
    Level.STUDY: (0x0020000D,),
    Level.SERIES: (0x0020000D, 0x0020000E),
    Level.INSTANCE: (0x0020000D, 0x0020000E, 0x00080018),
}


def bad(details: str | None = None) -> OrthancError:
    return OrthancError(ErrorCode.BAD_FILE_FORMAT, details)


def number(tag: int) -> str:
    return f"{tag >> 16:04x},{tag & 0xFFFF:04x}"


class Network:
    """The other servers of one server, as its REST API asks them: `modalities` and `peers` by name."""

    def __init__(  # the parts that requests to other servers bring together
        self,
        *,
        store: Store,
        jobs: Jobs,
        dictionary: Dictionary,
        release: NetworkRelease,
        configuration: Configuration,
        modalities: Mapping[str, Modality],
        peers: Mapping[str, Peer],
    ) -> None:
        self.database = store
        self.jobs = jobs
        self.dictionary = dictionary
        self.release = release
        self.configuration = configuration
        self.modalities = modalities
        self.peers = peers

    def modality(self, name: str) -> Modality:
        """Raises OrthancError for an unknown name, as `peer` does."""
        if name not in self.modalities:
            raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"No modality with symbolic name: {name}")
        return self.modalities[name]

    def peer(self, name: str) -> Peer:
        if name not in self.peers:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE, f"No peer with symbolic name: {name}")
        return self.peers[name]

    def associate(self, modality: Modality) -> NoReturn:
        """Fails to connect to a modality."""
        details = f'DicomAssociation - connecting to AET "{modality.aet}": {self.release.network.unreachable_modality}'
        raise OrthancError(ErrorCode.NETWORK_PROTOCOL, details)

    def access(self, peer: Peer, path: str) -> NoReturn:
        """Fails to connect to a peer."""
        details = self.release.network.unreachable_peer.format(url=f"{peer.url}{path}")
        raise OrthancError(ErrorCode.NETWORK_PROTOCOL, details)

    # Modalities

    def echo(self, name: str, body: Any) -> NoReturn:
        """C-ECHO of a modality; `body` is its options."""
        modality = self.modality(name)
        self.check_echo(body)
        self.associate(modality)

    def echo_described(self, body: Any) -> NoReturn:
        """C-ECHO of the modality that the body describes (`POST /tools/dicom-echo`)."""
        modality = parse_modality(body, self.release)
        self.check_echo(body)
        self.associate(modality)

    def check_echo(self, body: Any) -> None:
        if isinstance(body, Mapping):
            unsigned(body, "Timeout", self.release)
            if self.release.network.checks_echo_members:
                flag(body, "CheckFind", default=False)

    def find(self, name: str, body: Any) -> NoReturn:
        """C-FIND with the tags in the body."""
        self.check_template(body)
        self.associate(self.modality(name))

    def check_template(self, body: Mapping[str, Any]) -> None:
        """Raises OrthancError for an unknown tag, and for a list as a value."""
        for tag, value in body.items():
            self.dictionary.tag(tag)
            if isinstance(value, list):
                raise unhandled()

    def find_worklist(self, name: str, body: Any) -> NoReturn:
        """C-FIND of a worklist; the body is the query, or has it as a member."""
        has_members = self.release.network.worklists_have_members
        if has_members and body is not None and not isinstance(body, Mapping):
            raise unhandled()
        query = body["Query"] if has_members and body and "Query" in body else body
        if not isinstance(query, Mapping):
            raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
        if query is not body:
            flag(body, "Full", default=False)
        for name_of_tag, value in query.items():
            tag = self.dictionary.tag(name_of_tag)
            if not isinstance(value, str):
                details = f"Bad Parameter type for tag {number(tag)}"
                raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, details)
        modality = self.modality(name)
        if query is not body:
            unsigned(body, "Timeout", self.release)
        self.associate(modality)

    def query(self, name: str, body: Any) -> NoReturn:
        """A query that the server would keep (`POST /modalities/{id}/query`)."""
        if not isinstance(body, Mapping):
            raise bad("Must provide a JSON object")
        if not isinstance(body.get("Level"), str):
            raise bad("The JSON body must contain field Level")
        query = body.get("Query", {})
        if not isinstance(query, Mapping):
            raise bad("The field Query must contain a JSON object")
        for member, kind, noun in (("Normalize", bool, "Boolean"), ("LocalAet", str, "string")):
            if not isinstance(body.get(member, kind()), kind):
                raise bad(f"The field {member} must contain a {noun}")
        modality = self.modality(name)
        level_named(body["Level"], self.release)
        if not all(isinstance(value, str) and self.is_tag(tag) for tag, value in query.items()):
            raise bad("Associative array of DICOM tags to strings expected in field: Query")
        unsigned(body, "Timeout", self.release)
        self.associate(modality)

    def is_tag(self, name: str) -> bool:
        try:
            self.dictionary.tag(name)
        except OrthancError:
            return False
        return True

    def retrieve(self, name: str, body: Any, *, moves: bool) -> dict[str, Any]:
        """C-MOVE, or C-GET, of the resources in the body; of none it succeeds."""
        if not (
            isinstance(body, Mapping) and isinstance(body.get("Level"), str) and isinstance(body.get("Resources"), list)
        ):
            raise bad("Must provide a JSON body containing fields Resources and Level")
        level = level_named(body["Level"], self.release)
        modality = self.modality(name)
        for member in ("LocalAet", *(("TargetAet",) if moves else ())):
            if not isinstance(body.get(member, ""), str):
                raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
        unsigned(body, "Timeout", self.release)
        queries = [self.retrieved(resource) for resource in body["Resources"]]
        needed = IDENTIFYING_TAGS[level] if moves else ()
        connect = partial(self.fail_to_retrieve, modality, level, queries[0], needed) if queries else None
        if not self.release.network.has_retrieval_jobs:
            if connect is not None:
                connect()
            return {}
        told = [described_query(level, query) for query in queries]
        content = {**self.retrieval(modality, body, moves=moves), "Query": told}
        failure = content
        if self.release.network.details_retrievals:
            failure = {**content, "Details": [attempt(query) for query in told]}
        work = partial(begin_run, RetrievalRun(connect, failure))
        return self.jobs.submit(
            "DicomMoveScu" if moves else "DicomGetScu", work, content, parse_job_options(body, self.release)
        )

    def retrieved(self, resource: Any) -> dict[int, str]:
        """The tags that name one resource to retrieve."""
        explains = self.release.network.explains_json_members
        if not isinstance(resource, Mapping):
            raise bad("Expecting an object in field 'Resources elements'" if explains else None)
        tags = {}
        for name, value in resource.items():
            if not isinstance(value, str):
                raise bad(f"Expecting a string in field '{name}'" if explains else None)
            tags[self.dictionary.tag(name)] = value
        return tags

    def fail_to_retrieve(
        self, modality: Modality, level: Level, query: Mapping[int, str], needed: tuple[int, ...]
    ) -> NoReturn:
        """The error for the first resource: a tag that it lacks, or nobody listens."""
        try:
            for tag in needed:
                if tag not in query:
                    missing = f"Missing tag {number(tag)}" if self.release.network.explains_json_members else None
                    raise OrthancError(ErrorCode.BAD_REQUEST, missing)
            self.associate(modality)
        except OrthancError as error:
            if self.release.network.details_retrievals:
                error.payload = {"Content": [attempt(described_query(level, query))], "Type": "RetrieveJob"}
            raise

    def retrieval(self, modality: Modality, body: Mapping[str, Any], *, moves: bool) -> dict[str, Any]:
        """What the job of a retrieval tells, and the answer to one of nothing."""
        own = self.aet()
        return {
            "Description": "REST API",
            **({"Details": []} if self.release.network.details_retrievals else {}),
            "LocalAet": body.get("LocalAet", own),
            "Query": [],
            "RemoteAet": modality.aet,
            **({"TargetAet": body.get("TargetAet", own)} if moves else {}),
        }

    def commit_storage(self, name: str, body: Any) -> NoReturn:
        """Asks for storage commitment of the instances in the body."""
        if not isinstance(body, Mapping):
            raise bad("Must provide a JSON object with a list of resources")
        if "Resources" not in body and "DicomInstances" not in body:
            raise bad(
                'Empty storage commitment request, one of these fields is mandatory: "Resources" or "DicomInstances"'
            )
        modality = self.modality(name)
        for member, noun in (("Resources", "Orthanc resources"), ("DicomInstances", "DICOM instances")):
            if not isinstance(body.get(member, []), list):
                raise bad(f'The "{member}" field must provide an array of {noun}')
        for identifier in body.get("Resources", []):
            self.resource(identifier)
        for instance in body.get("DicomInstances", []):
            check_committed(instance)
        self.associate(modality)

    def store(self, name: str, body: Any, raw: str) -> dict[str, Any]:
        """C-STORE of the resources in the body, which is JSON or, in `raw`, one identifier alone."""
        options, resources = exported(body, raw)
        modality = self.modality(name)
        found = self.exported_resources(name, resources)
        for member in ("LocalAet", "MoveOriginatorAet"):
            if not isinstance(options.get(member, ""), str):
                raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
        unsigned(options, "Timeout", self.release)
        job_options = parse_job_options(options, self.release)
        answer = {**self.exports(found), "LocalAet": options.get("LocalAet", self.aet()), "RemoteAet": modality.aet}
        if "MoveOriginatorAet" in options:
            answer["MoveOriginatorAET"] = options["MoveOriginatorAet"]
            answer["MoveOriginatorID"] = unsigned(options, "MoveOriginatorID", self.release)
        return self.sent("DicomModalityStore", partial(self.associate, modality), answer, job_options)

    def store_straight(self, name: str, data: bytes, check: Callable[[bytes], object]) -> NoReturn:
        """C-STORE of a file that is not stored here; `check` refuses what is no DICOM."""
        modality = self.modality(name)
        check(data)
        self.associate(modality)

    # Peers

    def store_at_peer(self, name: str, body: Any, raw: str) -> dict[str, Any]:
        """Sends resources to a peer; the body is as for `store`."""
        options, resources = exported(body, raw)
        peer = self.peer(name)
        found = self.exported_resources(name, resources)
        job_options = parse_job_options(options, self.release)
        size = sum(len(instance.file) for one in found for instance in one.descendants(Level.INSTANCE))
        answer = {
            **self.exports(found),
            "Compress": bool(options.get("Compress", False)),
            "Peer": peer.listed,
            "Size": str(size),
            "SizeMB": size >> 20,
        }
        return self.sent("OrthancPeerStore", partial(self.access, peer, "instances"), answer, job_options)

    # Parts

    def aet(self) -> str:
        return str(self.configuration.options.get("DicomAet", "ORTHANC"))

    def resource(self, identifier: Any) -> Resource:
        """A resource of any level; raises OrthancError for an unknown one."""
        for resources in self.database.levels.values():
            found = resources.get(identifier) if isinstance(identifier, str) else None
            if found is not None:
                return found
        raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)

    def sent(
        self, kind: str, connect: Callable[[], NoReturn], content: Mapping[str, Any], options: JobOptions
    ) -> dict[str, Any]:
        """Makes a job that sends instances: what it tells is the answer, unless it is asynchronous or fails."""
        run = SendingRun(connect, content["InstancesCount"], permissive=options.permissive)
        return self.jobs.submit(kind, partial(begin_run, run), content, options)

    def exported_resources(self, name: str, identifiers: list[str]) -> list[Resource]:
        """The resources to send to a server; each is logged, until one is unknown. Raises OrthancError for that one."""
        found: list[Resource] = []
        for identifier in identifiers:
            try:
                resource = self.resource(identifier)
            except OrthancError as error:
                self.check_unknown_export(found, error)
                continue
            found.append(resource)
            if self.configuration.logs_exports:
                self.database.log_export(resource, name)
        return found

    def check_unknown_export(self, before: list[Resource], error: OrthancError) -> None:
        """An unknown resource: 404 or, from 1.13 on, what depends on those before it and on LogExportedResources."""
        if not self.release.network.unknown_exports_fail:
            raise error
        if not before:
            details = "ErrorCode_InternalError triggered from ServerContext.cpp:2148"
            raise OrthancError(ErrorCode.INTERNAL_ERROR, details)
        if all(resource.level is Level.INSTANCE for resource in before):
            raise error
        if self.configuration.logs_exports:
            raise OrthancError(ErrorCode.INEXISTENT_ITEM)

    def exports(self, resources: list[Resource]) -> dict[str, Any]:
        """What the answers about resources that were sent have in common; none of the failures counts (measured)."""
        answer: dict[str, Any] = {
            "Description": "REST API",
            "FailedInstancesCount": 0,
            "InstancesCount": sum(len(one.descendants(Level.INSTANCE)) for one in resources),
        }
        if resources:
            answer["ParentResources"] = [one.id for one in resources]
            if self.release.network.names_source_resources:
                answer["Resources"] = [{"ID": one.id, "Type": one.level.value} for one in resources]
        return answer


def begin_run(run: Run, store: Store, job: Job) -> Run:
    """Begins a run anew."""
    return run.twin()


def described_query(level: Level, query: Mapping[int, str]) -> dict[str, str]:
    """What is asked of a modality, as answers tell it."""
    return {"0008,0052": level.value.upper(), **{number(tag): value for tag, value in query.items()}}


def attempt(query: Mapping[str, str]) -> dict[str, Any]:
    """An attempt to retrieve something that failed."""
    return {"DimseErrorStatus": 0, "Query": query, "ReceivedInstancesIds": []}


def exported(body: Any, raw: str) -> tuple[Mapping[str, Any], list[str]]:
    """The options and the identifiers of a request to send resources; raises OrthancError for another body."""
    if isinstance(body, str):
        body = [body]
    elif IDENTIFIER.match(raw):
        body = [raw]
    options: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
    if isinstance(body, Mapping):
        if "Resources" not in body:
            raise bad('Missing field in JSON: "Resources"')
        body = body["Resources"]
        if not isinstance(body, list):
            raise bad('JSON field "Resources" must contain an array')
    if not isinstance(body, list):
        raise bad("Must provide a JSON object, or a JSON array of strings")
    for identifier in body:
        if not isinstance(identifier, str):
            raise bad("Resources to be exported must be specified as a JSON array of strings")
        if not IDENTIFIER.match(identifier):
            raise bad(f"This string is not a valid Orthanc identifier: {identifier}")
    return options, body


def check_committed(instance: Any) -> None:
    """Raises OrthancError for what is no pair of a SOP class UID and a SOP instance UID."""
    if isinstance(instance, list):
        if len(instance) != 2 or not all(isinstance(uid, str) for uid in instance):
            raise bad("An instance entry must provide an array with 2 strings: SOP Class UID and SOP Instance UID")
    elif not isinstance(instance, Mapping):
        raise bad(
            f"JSON array or object is expected to specify one instance to be queried, found: {json.dumps(instance)}\n"
        )
