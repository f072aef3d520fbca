"""Requests to other servers: checked as the server checks them, then sent, as far as the emulator reaches.

Measured on Orthanc 1.9.1 to 1.13.0: what is sent and what becomes of the answers, with pynetdicom as the other side;
what is answered before it connects, with some 150 bodies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ..configuration import Configuration
from ..dicom.character_sets import encode
from ..dicom.element import SPECIFIC_CHARACTER_SET, Dataset, Element
from ..dicom.identifiers import generate_uid
from ..dicom.views import Format, view
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError, StatusOnlyError, unhandled
from ..jobs.job import Job, Run
from ..jobs.jobs import Jobs
from ..jobs.options import JobOptions, parse_job_options
from ..modification.transcoding import check_transfer_syntax
from ..store.level import LEVELS, Level
from ..store.level_names import level_named
from ..store.resource import Resource
from ..store.store import Store
from ..store.uploads import Uploads
from ..upper_layer.sop_classes import PATIENT_ROOT_FIND, STORAGE_COMMITMENT, STUDY_ROOT_FIND, WORKLIST_FIND
from . import proposals
from .associating import Associating, Dialogue
from .commitment import Commitments, Committed, Reference, checked, referencing
from .kept_queries import KeptQueries, KeptQuery
from .members import flag, integer, text, unsigned
from .modality import Modality, parse_modality, retrieve_method
from .network_identifiers import IDENTIFIER
from .peer import Peer
from .queries import (
    ACCESSION_NUMBER,
    DEFAULT_KEYS,
    LEVEL_TEXTS,
    PATIENT_ID,
    QUERY_RETRIEVE_LEVEL,
    Identifiers,
    fixed,
    kept_keys,
    normalized,
)
from .requests import acted, echoed, found, reported
from .retrieving import Retrieval, RetrievalOptions, RetrievalRun
from .rules import NetworkRelease
from .sender import Sender
from .sending import OneStepRun, SendingRun
from .web import PeerSender, WebAccess

SOP_INSTANCE_UID = 0x00080018
STUDY_INSTANCE_UID = 0x0020000D
UNABLE_TO_PROCESS = 0xC000

#: What the old finds ask for at each level.
FIND_KEYS: Mapping[Level, tuple[int, ...]] = {
    Level.PATIENT: (0x00100010, 0x00100020, 0x00100030, 0x00100040, 0x00101000),
    Level.STUDY: (0x00080020, 0x00080030, 0x00080050, 0x00081030, 0x00100020, 0x0020000D, 0x00200010),
    Level.SERIES: (0x00080060, 0x0008103E, 0x00100020, 0x0020000D, 0x0020000E, 0x00200011),
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
        sop_classes: tuple[str, ...],
        associating: Associating,
        web: WebAccess,
        queries: KeptQueries,
        commitments: Commitments,
        uploads: Uploads,
        file_of: Callable[[Resource], bytes],
        filter_query: Callable[[Mapping[int, str], str], Mapping[int, str]] = lambda texts, aet: texts,
    ) -> None:
        self.database = store
        self.jobs = jobs
        self.dictionary = dictionary
        self.release = release
        self.configuration = configuration
        self.modalities = modalities
        self.peers = peers
        self.sop_classes = sop_classes
        self.associating = associating
        self.web = web
        self.queries = queries
        self.commitments = commitments
        self.uploads = uploads
        self.file_of = file_of
        self.filter_query = filter_query  # what a script makes of a query
        self.identifiers = Identifiers(dictionary, release)

    def modality(self, name: str) -> Modality:
        """Raises OrthancError for an unknown name, as `peer` does."""
        if name not in self.modalities:
            raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"No modality with symbolic name: {name}")
        return self.modalities[name]

    def peer(self, name: str) -> Peer:
        if name not in self.peers:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE, f"No peer with symbolic name: {name}")
        return self.peers[name]

    def sender(
        self,
        modality: Modality,
        *,
        calling: str | None = None,
        called: str | None = None,
        timeout: int = 0,
        originator: tuple[str, int] | None = None,
    ) -> Sender:
        """What sends files to a modality; it associates with the first one."""
        return Sender(self.associating, self.dictionary, self.release, modality, calling, called, timeout, originator)

    # Modalities

    def echo(self, name: str, body: Any) -> None:
        """C-ECHO of a modality; `body` is its options."""
        modality = self.modality(name)
        self.check_echo(body)
        self.send_echo(modality, body)

    def echo_described(self, body: Any) -> None:
        """C-ECHO of the modality that the body describes (`POST /tools/dicom-echo`)."""
        modality = parse_modality(body, self.release)
        self.check_echo(body)
        self.send_echo(modality, body)

    def send_echo(self, modality: Modality, body: Any) -> None:
        """With CheckFind, or the option DicomEchoChecksFind, a find of nobody follows, whose status decides, too."""
        options = body if isinstance(body, Mapping) else {}
        finds = bool(options.get("CheckFind", self.configuration.options.get("DicomEchoChecksFind", False)))
        service = proposals.service("echo and find" if finds else "echo", self.release.network)
        calling = self.associating.calling(modality, always_own=True)
        timeout = unsigned(options, "Timeout", self.release)
        with self.associating.connect(modality, service, calling=calling, timeout=timeout) as dialogue:
            if echoed(dialogue) != 0:
                raise StatusOnlyError(ErrorCode.NETWORK_PROTOCOL)
            if finds:
                keys = self.identifiers.dataset(
                    {
                        QUERY_RETRIEVE_LEVEL: "STUDY",
                        PATIENT_ID: "",
                        ACCESSION_NUMBER: "",
                        STUDY_INSTANCE_UID: generate_uid(),
                    }
                )
                _, status = found(dialogue, STUDY_ROOT_FIND, keys, self.dictionary, self.release)
                if status != 0:
                    raise StatusOnlyError(ErrorCode.NETWORK_PROTOCOL)

    def check_echo(self, body: Any) -> None:
        if isinstance(body, Mapping):
            unsigned(body, "Timeout", self.release)
            if self.release.network.checks_echo_members:
                flag(body, "CheckFind", default=False)

    def find(self, name: str, body: Mapping[str, Any], *, descends: bool = False) -> list[dict[str, Any]]:
        """C-FIND with the tags in the body (`/find-patient`); `descends`: studies and series of each, too (`/find`)."""
        self.check_template(body)
        modality = self.modality(name)
        texts = {self.dictionary.tag(tag): str(value) for tag, value in body.items()}
        levels = [Level.PATIENT, Level.STUDY, Level.SERIES] if descends else [Level.PATIENT]
        service = proposals.service("find", self.release.network)
        with self.associating.connect(modality, service) as dialogue:
            return self.found_below(dialogue, modality, texts, levels)

    def found_below(
        self, dialogue: Dialogue, modality: Modality, texts: Mapping[int, str], levels: list[Level]
    ) -> list[dict[str, Any]]:
        level, *lower = levels
        wanted = {
            **dict.fromkeys(FIND_KEYS[level], ""),
            **{tag: text for tag, text in texts.items() if tag in kept_keys(level)},
        }
        answers, status = self.sent_query(dialogue, modality, level, wanted)
        self.check_found(dialogue, status)
        told = []
        for answer in answers:
            public = Dataset({tag: element for tag, element in answer.elements.items() if not tag & 0x10000})
            shown = view(public, self.dictionary, Format.SIMPLIFY, rules=self.release.dicom.text)
            if lower:
                name = {Level.STUDY: "Studies", Level.SERIES: "Series"}[lower[0]]
                parents = {
                    one.identifier_tag: self.identifiers.text(answer, one.identifier_tag)
                    for one in LEVELS[: level.depth + 1]
                }
                shown[name] = self.found_below(dialogue, modality, {**texts, **parents}, lower)
            told.append(shown)
        return told

    def sent_query(
        self, dialogue: Dialogue, modality: Modality, level: Level, texts: Mapping[int, str]
    ) -> tuple[tuple[Dataset, ...], int]:
        """The answers to a C-FIND as they are kept, and its last status."""
        manufacturer = str(modality.configuration.get("Manufacturer", "Generic"))
        sent = fixed(
            {QUERY_RETRIEVE_LEVEL: LEVEL_TEXTS[level], **texts}, manufacturer, self.dictionary, DEFAULT_KEYS[level]
        )
        root = PATIENT_ROOT_FIND if level is Level.PATIENT else STUDY_ROOT_FIND
        answers, status = found(dialogue, root, self.identifiers.dataset(sent), self.dictionary, self.release)
        return tuple(map(self.identifiers.answer, answers)), status

    def check_found(self, dialogue: Dialogue, status: int) -> None:
        if status == UNABLE_TO_PROCESS:
            raise dialogue.refused("C-FIND", status, " (unable to process - invalid query ?)", 422)
        if status != 0:
            raise dialogue.refused("C-FIND", status)

    def check_template(self, body: Mapping[str, Any]) -> None:
        """Raises OrthancError for an unknown tag, and for a list as a value."""
        for tag, value in body.items():
            self.dictionary.tag(tag)
            if isinstance(value, list):
                raise unhandled()

    def find_worklist(self, name: str, body: Any) -> list[dict[str, Any]]:
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
            if not isinstance(value, str) and not is_sequence(value):
                details = f"Bad Parameter type for tag {number(tag)}"
                raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, details)
        modality = self.modality(name)
        timeout = 0 if query is body else unsigned(body, "Timeout", self.release)
        form = Format.FULL if query is not body and body.get("Full") else Format.SIMPLIFY
        keys = self.identifiers.dataset({})
        for element in self.identifiers.from_json(query):
            keys.put(element)
        rules = self.release.network
        service = (
            [(WORKLIST_FIND, proposals.EXPLICIT_FIRST)]
            if rules.proposes_what_it_needs
            else proposals.service("find", rules)
        )
        calling = self.associating.calling(modality, always_own=True)
        with self.associating.connect(modality, service, calling=calling, timeout=timeout) as dialogue:
            answers, status = found(dialogue, WORKLIST_FIND, keys, self.dictionary, self.release)
            self.check_found(dialogue, status)
        return [self.worklist_item(answer, form) for answer in answers]

    def worklist_item(self, answer: Dataset, form: Format) -> dict[str, Any]:
        """An answer of a worklist: private elements are left out before 1.12 (measured)."""
        if not self.release.network.proposes_what_it_needs:
            answer = Dataset({tag: element for tag, element in answer.elements.items() if not tag & 0x10000})
        shown = view(answer, self.dictionary, form, rules=self.release.dicom.text)
        term = self.identifiers.term  # all text is in the server's own character set by now
        if form is Format.FULL:
            shown["0008,0005"] = {"Name": "SpecificCharacterSet", "Type": "String", "Value": term}
        else:
            shown["SpecificCharacterSet"] = term
        return dict(sorted(shown.items()))

    def query(self, name: str, body: Any) -> dict[str, str]:
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
        self.modality(name)
        level_named(body["Level"], self.release)
        if not all(isinstance(value, str) and self.is_tag(tag) for tag, value in query.items()):
            raise bad("Associative array of DICOM tags to strings expected in field: Query")
        timeout = unsigned(body, "Timeout", self.release)
        asked = {self.dictionary.tag(tag): text for tag, text in query.items()}
        local = body.get("LocalAet") or None
        return self.keep_query(
            name, level_named(body["Level"], self.release), asked, body.get("Normalize", True), local, timeout
        )

    def keep_query(
        self,
        name: str,
        level: Level,
        asked: Mapping[int, str],
        normalizes: bool = True,
        calling: str | None = None,
        timeout: int = 0,
    ) -> dict[str, str]:
        """Sends a query and keeps its answers; what is not sent is told."""
        modality = self.modality(name)
        texts = dict(self.filter_query(asked, modality.aet))
        if normalizes:
            texts, ignored = normalized(level, texts)
            self.associating.tell(ignored)
        texts.pop(QUERY_RETRIEVE_LEVEL, None)
        texts = {**dict.fromkeys(DEFAULT_KEYS[level], ""), **texts}
        service = proposals.service("find", self.release.network)
        with self.associating.connect(modality, service, calling=calling, timeout=timeout) as dialogue:
            answers, status = self.sent_query(dialogue, modality, level, texts)
            self.check_found(dialogue, status)
        codec = self.identifiers.codec  # all are shown as texts, private ones, too (measured)
        kept = Dataset({tag: Element(tag, "LO", encode(text, codec)) for tag, text in sorted(asked.items())})
        return self.queries.add(KeptQuery(name, level, kept, answers, calling))

    def query_below(self, identifier: str, index: int, level: Level, asked: Mapping[int, str]) -> dict[str, str]:
        """Queries a lower level of an answer that is kept (`/queries/{id}/answers/{index}/query-series`)."""
        query = self.queries[identifier]
        answer = self.kept_answer(query, index)
        tag = query.level.identifier_tag
        return self.keep_query(query.modality, level, {**asked, tag: self.identifiers.text(answer, tag)})

    def kept_answer(self, query: KeptQuery, index: int) -> Dataset:
        """Raises OrthancError (Parameter out of range)."""
        if not 0 <= index < len(query.answers):
            raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
        return query.answers[index]

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
        options = self.retrieval_options(modality, body, moves=moves)
        if not self.release.network.has_retrieval_jobs:
            self.retrieve_now(modality, level, queries, options)
            return {}
        return self.submit_retrieval(modality, level, queries, options, parse_job_options(body, self.release))

    def retrieval_options(self, modality: Modality, body: Mapping[str, Any], *, moves: bool) -> RetrievalOptions:
        own = self.associating.calling(modality)
        target = own if self.release.network.retrieves_for_local_aet else self.aet()
        return RetrievalOptions(
            moves=moves,
            target=str(body.get("TargetAet", "") or target),
            local=str(body.get("LocalAet", "") or own),
            timeout=unsigned(body, "Timeout", self.release),
        )

    def retrieve_answers(self, identifier: str, index: int | None, body: Any) -> dict[str, Any]:
        """Retrieves what a kept query has found, or one answer of it (`/queries/{id}/retrieve`).

        The body is the AET of the target, as text, or an object.
        """
        query = self.queries[identifier]
        modality = self.modality(query.modality)
        members: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
        if isinstance(body, str) and body:
            members = {"TargetAet": body}
        moves = True
        if self.release.network.modalities_have_retrieve_method:
            chosen = retrieve_method(str(members.get("RetrieveMethod", "SystemDefault")))
            if chosen == "SystemDefault":
                chosen = str(modality.configuration.get("RetrieveMethod", "SystemDefault"))
            if chosen == "SystemDefault":
                chosen = str(self.configuration.options.get("DicomDefaultRetrieveMethod", "C-MOVE"))
            moves = chosen != "C-GET"
        answers = query.answers if index is None else (self.kept_answer(query, index),)
        queries = [{tag: self.identifiers.text(answer, tag) for tag in DEFAULT_KEYS[query.level]} for answer in answers]
        options = self.retrieval_options(modality, members, moves=moves)
        options = replace(options, full=bool(members.get("Full")), simplify=bool(members.get("Simplify")))
        job_options = parse_job_options(members, self.release)
        wanted = queries if moves else [self.whole(answer) for answer in answers]
        return self.submit_retrieval(modality, query.level, queries, options, job_options, wanted)

    def whole(self, answer: Dataset) -> dict[int, str]:
        """All that an answer has: a C-GET asks with it."""
        left_out = (SPECIFIC_CHARACTER_SET, QUERY_RETRIEVE_LEVEL)
        return {
            element.tag: self.identifiers.text(answer, element.tag) for element in answer if element.tag not in left_out
        }

    def submit_retrieval(
        self,
        modality: Modality,
        level: Level,
        queries: list[dict[int, str]],
        options: RetrievalOptions,
        job_options: JobOptions,
        wanted: list[dict[int, str]] | None = None,
    ) -> dict[str, Any]:
        """Retrieves in a job; `wanted` is what is sent, where it is more than what is told."""
        told = [self.described(level, query, options) for query in queries]
        content = {**self.retrieval(modality, options), "Query": told}
        retrieval = Retrieval(self, modality, level, options)
        plain = [self.described(level, query, replace(options, full=False, simplify=False)) for query in queries]
        run = RetrievalRun(retrieval, queries if wanted is None else wanted, plain, content)
        return self.jobs.submit(
            "DicomMoveScu" if options.moves else "DicomGetScu", partial(begin_run, run), content, job_options
        )

    def retrieve_now(
        self, modality: Modality, level: Level, queries: list[dict[int, str]], options: RetrievalOptions
    ) -> None:
        """Without a job (before 1.12)."""
        retrieval = Retrieval(self, modality, level, options)
        try:
            with self.database.unlocked():
                for query in queries:
                    retrieval.run(query)
        finally:
            retrieval.close()

    def described(self, level: Level, query: Mapping[int, str], options: RetrievalOptions) -> dict[str, Any]:
        """What is asked of a modality, as answers tell it."""
        texts = dict(sorted({QUERY_RETRIEVE_LEVEL: level.value.upper(), **query}.items()))
        if options.simplify:
            return {self.dictionary.name(tag >> 16, tag & 0xFFFF, None): text for tag, text in sorted(texts.items())}
        if options.full and self.release.network.explains_full_queries:
            return {
                number(tag): {
                    "Name": self.dictionary.name(tag >> 16, tag & 0xFFFF, None),
                    "Type": "String",
                    "Value": text,
                }
                for tag, text in texts.items()
            }
        return {number(tag): text for tag, text in texts.items()}

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

    def retrieval(self, modality: Modality, options: RetrievalOptions) -> dict[str, Any]:
        """What the job of a retrieval tells, and the answer to one of nothing."""
        tells_target = options.moves and self.release.network.has_retrieval_jobs
        return {
            "Description": "REST API",
            **({"Details": []} if self.release.network.details_retrievals else {}),
            "LocalAet": options.local,
            "Query": [],
            "RemoteAet": modality.aet,
            **({"TargetAet": options.target} if tells_target else {}),
        }

    def commit_storage(self, name: str, body: Any) -> dict[str, str]:
        """Asks for storage commitment of the instances in the body, and names the transaction."""
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
        references: list[Reference] = []
        for identifier in body.get("Resources", []):
            for one in self.resource(identifier).descendants(Level.INSTANCE):
                references.append((one.metadata.get("SopClassUid", ""), one.main_tags.get(SOP_INSTANCE_UID, "")))
        for instance in body.get("DicomInstances", []):
            references.append(check_committed(instance))
        return self.ask_for_commitment(modality, references, unsigned(body, "Timeout", self.release))

    def ask_for_commitment(self, modality: Modality, references: list[Reference], timeout: int = 0) -> dict[str, str]:
        """N-ACTION of storage commitment (PS3.4 section J.3.2)."""
        calling = self.associating.calling(modality, always_own=True)
        service = proposals.storage_commitment(
            STORAGE_COMMITMENT, explicit_first=self.release.network.proposes_what_it_needs
        )
        with self.associating.connect(modality, service, calling=calling, timeout=timeout) as dialogue:
            transaction = self.commitments.begin(modality.aet)
            status = acted(dialogue, referencing(transaction, Committed(tuple(references))))
            if status != 0:
                raise dialogue.refused("N-ACTION", status)
        return {"ID": transaction, "Path": f"/storage-commitment/{transaction}"}

    def report_commitment(
        self, modality: Modality, transaction: str, references: list[Reference], *, explicit_first: bool
    ) -> None:
        """The job that reports to a modality what is stored (PS3.4 section J.3.3); its failure is its own."""
        with self.database.reading:
            stored = {
                one.main_tags.get(SOP_INSTANCE_UID, ""): one.metadata.get("SopClassUid", "")
                for one in self.database.resources(Level.INSTANCE)
            }
        report = checked(references, stored)

        def send() -> None:
            service = proposals.storage_commitment(STORAGE_COMMITMENT, explicit_first=explicit_first)
            roles = {STORAGE_COMMITMENT: (False, True)}
            with self.associating.connect(modality, service, calling=self.aet(), roles=roles) as dialogue:
                reported(dialogue, referencing(transaction, report), 2 if report.failures else 1)

        content = {
            "CalledAet": self.aet(),
            "CallingAet": modality.aet,
            "Description": "",
            "TransactionUid": transaction,
        }
        self.jobs.submit(
            "StorageCommitmentScp", partial(begin_run, OneStepRun(send)), content, JobOptions(asynchronous=True)
        )

    def store(self, name: str, body: Any, raw: str) -> dict[str, Any]:
        """C-STORE of the resources in the body, which is JSON or, in `raw`, one identifier alone."""
        options, resources = exported(body, raw)
        found = self.exported_resources(name, resources)  # they are logged, whoever that is
        modality = self.modality(name)
        for member in ("LocalAet", "MoveOriginatorAet"):
            if not isinstance(options.get(member, ""), str):
                raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
        timeout = unsigned(options, "Timeout", self.release)
        job_options = parse_job_options(options, self.release)
        local = options.get("LocalAet", self.associating.calling(modality))
        called = options.get("CalledAet") if self.release.network.reads_called_aet else None
        remote = modality.aet if called is None else called
        answer = {**self.exports(found), "LocalAet": local, "RemoteAet": remote}
        originator = self.originator(options)
        if originator is not None:
            answer["MoveOriginatorAET"], answer["MoveOriginatorID"] = originator
        sender = self.sender(modality, calling=local, called=called, timeout=timeout, originator=originator)
        instances = self.sent_instances(found)
        commits = flag(options, "StorageCommitment", default=False)
        run = SendingRun(sender, instances, self.file_of, permissive=job_options.permissive)
        if commits:
            run.then = partial(self.commit_sent, modality, instances)
        return self.jobs.submit("DicomModalityStore", partial(begin_run, run), answer, job_options)

    def originator(self, options: Mapping[str, Any]) -> tuple[str, int] | None:
        """The C-MOVE that a C-STORE names: its AET, the server's own where it is missing, and its message."""
        message = integer(options, "MoveOriginatorID")
        if not message:  # as if it were not there (measured)
            return None
        if not 0 <= message <= 0xFFFF:
            raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
        return str(options.get("MoveOriginatorAet", self.associating.aet)), message

    def commit_sent(self, modality: Modality, instances: list[Resource]) -> None:
        """Asks for storage commitment of what was sent."""
        references = [
            (one.metadata.get("SopClassUid", ""), one.main_tags.get(SOP_INSTANCE_UID, "")) for one in instances
        ]
        self.ask_for_commitment(modality, references)

    def send_later(self, modality: Modality, resources: list[Resource], aet: str, message: int) -> None:
        """The job of a C-MOVE that is not waited for."""
        content = {
            **self.exports(resources),
            "Description": "C-MOVE",
            "LocalAet": self.associating.calling(modality),
            "RemoteAet": modality.aet,
            "MoveOriginatorAET": aet,
            "MoveOriginatorID": message,
        }
        if not self.release.network.names_source_resources:
            content.pop("ParentResources", None)
        instances = self.sent_instances(resources)
        run = SendingRun(self.sender(modality, originator=(aet, message)), instances, self.file_of, permissive=True)
        self.jobs.submit("DicomModalityStore", partial(begin_run, run), content, JobOptions(asynchronous=True))

    def store_straight(self, name: str, data: bytes, check: Callable[[bytes], object]) -> dict[str, str]:
        """C-STORE of a file that is not stored here; `check` refuses what is no DICOM."""
        modality = self.modality(name)
        check(data)
        calling = self.associating.calling(modality, always_own=True)
        with self.sender(modality, calling=calling) as sender:
            sop_class, instance = sender.send(data)
        return {"SOPClassUID": sop_class, "SOPInstanceUID": instance}

    # Peers

    def store_at_peer(self, name: str, body: Any, raw: str) -> dict[str, Any]:
        """Sends resources to a peer; the body is as for `store`."""
        options, resources = exported(body, raw)
        found = self.exported_resources(name, resources)
        peer = self.peer(name)
        compresses = flag(options, "Compress", default=False)
        transcode = options.get("Transcode")
        if transcode is not None:
            check_transfer_syntax(str(transcode), Level.STUDY, self.release)
        job_options = parse_job_options(options, self.release)
        instances = self.sent_instances(found)
        size = sum(len(instance.file) for instance in instances)
        answer = {
            **self.exports(found),
            "Compress": compresses,
            "Peer": peer.listed,
            "Size": str(size),
            "SizeMB": size >> 20,
            **({} if transcode is None else {"Transcode": transcode}),
        }
        sender = PeerSender(self.web, peer, self.dictionary, self.release, transcode, compresses=compresses)
        run = SendingRun(sender, instances, self.file_of, permissive=job_options.permissive)
        if compresses or transcode is not None:
            run.tells = sender.told
        return self.jobs.submit("OrthancPeerStore", partial(begin_run, run), answer, job_options)

    def store_straight_at_peer(self, name: str, data: bytes) -> Any:
        """Sends a file to a peer that is not stored here: what the peer answers."""
        peer = self.peer(name)
        status, answer = self.web.request(peer, "POST", "instances", data)
        if status != 200:
            raise OrthancError(ErrorCode.NETWORK_PROTOCOL, f"Cannot send DICOM to remote peer: {name}")
        return json.loads(answer)

    def peer_system(self, name: str) -> Any:
        """The peer's /system."""
        status, answer = self.web.request(self.peer(name), "GET", "system")
        if status != 200:
            raise StatusOnlyError(ErrorCode.NETWORK_PROTOCOL)
        return json.loads(answer)

    # Parts

    def sent_instances(self, resources: Sequence[Resource]) -> list[Resource]:
        """The instances below resources in the order in which they are sent.

        Old releases begin with the newest (measured); new ones as their database likes, here by identifier.
        """
        found: list[Resource] = []
        for one in resources:
            below = one.descendants(Level.INSTANCE)
            by_identifier = self.release.store.lists_by_identifier
            found += sorted(below, key=lambda below: below.id) if by_identifier else below[::-1]
        return found

    def aet(self) -> str:
        return str(self.configuration.options.get("DicomAet", "ORTHANC"))

    def resource(self, identifier: Any) -> Resource:
        """A resource of any level; raises OrthancError for an unknown one."""
        for resources in self.database.levels.values():
            found = resources.get(identifier) if isinstance(identifier, str) else None
            if found is not None:
                return found
        raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)

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
            named = sorted({one.id: one for one in resources}.items())
            answer["ParentResources"] = [identifier for identifier, _ in named]
            if self.release.network.names_source_resources:
                answer["Resources"] = [{"ID": identifier, "Type": one.level.value} for identifier, one in named]
        return answer


def begin_run(run: Run, store: Store, job: Job) -> Run:
    """Begins a run anew."""
    return run.twin()


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


def check_committed(instance: Any) -> Reference:
    """A SOP class UID and a SOP instance UID; raises OrthancError for what is no such pair."""
    if isinstance(instance, list):
        if len(instance) != 2 or not all(isinstance(uid, str) for uid in instance):
            raise bad("An instance entry must provide an array with 2 strings: SOP Class UID and SOP Instance UID")
    elif not isinstance(instance, Mapping):
        raise bad(
            f"JSON array or object is expected to specify one instance to be queried, found: {json.dumps(instance)}\n"
        )
    else:
        return text(instance, "SOPClassUID"), text(instance, "SOPInstanceUID")
    return instance[0], instance[1]


def is_sequence(value: Any) -> bool:
    """Whether a value of a worklist query is a list of items."""
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)
