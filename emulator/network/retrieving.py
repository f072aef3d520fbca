"""C-MOVE and C-GET of a modality (PS3.4 section C.4), and the job that does them one after the other."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..dicom.element import Dataset
from ..dicom.reader import DicomFile, read_dataset
from ..dicom.writer import write_data_set, write_file
from ..errors import ErrorCode, OrthancError
from ..jobs.job import Job, Run, percent
from ..store.level import Level
from ..store.store import Store
from ..upper_layer.commands import RESPONSE, Command, Field, Kind
from ..upper_layer.sop_classes import (
    PATIENT_ROOT_GET,
    STUDY_ROOT_GET,
    STUDY_ROOT_MOVE,
)
from . import proposals
from .associating import Dialogue
from .modality import Modality
from .queries import LEVEL_TEXTS, QUERY_RETRIEVE_LEVEL
from .requests import request

if TYPE_CHECKING:
    from ..upper_layer.association import Message
    from .network import Network

#: What a move needs to name, by level.
IDENTIFYING_TAGS: Mapping[Level, tuple[int, ...]] = {
    Level.PATIENT: (0x00100020,),
    Level.STUDY: (0x0020000D,),
    Level.SERIES: (0x0020000D, 0x0020000E),
    Level.INSTANCE: (0x0020000D, 0x0020000E, 0x00080018),
}

UNABLE_TO_PROCESS = 0xC000
ALL_FAILED = 0xA702
CANNOT_STORE = 0xA700

#: How many storage classes a C-GET proposes.
PROPOSED_CLASSES = 120

#: The messages of C-MOVE on servers that count them over all associations.
MOVE_NUMBERS = itertools.count(1001)


@dataclass(frozen=True)
class RetrievalOptions:
    """How resources are retrieved: to which `target` they are moved, and as whom the modality is asked."""

    moves: bool
    target: str
    local: str
    timeout: int = 0
    full: bool = False
    simplify: bool = False


@dataclass(eq=False)
class Retrieval:
    """Retrieves from one modality, on one association; `status` and `received` are of the last request."""

    network: Network
    modality: Modality
    level: Level
    options: RetrievalOptions
    dialogue: Dialogue | None = None
    status: int = 0
    received: list[str] = field(default_factory=list)

    def run(self, query: Mapping[int, str]) -> None:
        """Retrieves one resource; raises OrthancError for a status that is no success."""
        self.status, self.received = 0, []
        if self.options.moves:
            self.move(query)
        else:
            self.get(query)

    def close(self) -> None:
        """Releases the association, if there is one."""
        if self.dialogue is not None:
            self.dialogue.association.release()
            self.dialogue = None

    def connected(self, wanted: Sequence[proposals.Proposal], roles: dict[str, tuple[bool, bool]]) -> Dialogue:
        if self.dialogue is None or not self.dialogue.association.is_open:
            self.dialogue = self.network.associating.connect(
                self.modality, wanted, calling=self.options.local, timeout=self.options.timeout, roles=roles
            )
        return self.dialogue

    def move(self, query: Mapping[int, str]) -> None:
        """C-MOVE in the Study Root, with what identifies the resource alone."""
        rules = self.network.release.network
        for tag in IDENTIFYING_TAGS[self.level]:
            if tag not in query:
                missing = f"Missing tag {tag >> 16:04x},{tag & 0xFFFF:04x}" if rules.explains_json_members else None
                raise OrthancError(ErrorCode.BAD_REQUEST, missing)
        dialogue = self.connected(proposals.service("move", rules), {})
        context = dialogue.context(STUDY_ROOT_MOVE)
        if context is None:
            raise dialogue.no_context()
        wanted = {tag: query[tag] for tag in IDENTIFYING_TAGS[self.level]}
        number = next(MOVE_NUMBERS) % 0x10000 if rules.numbers_moves else None
        command = request(Kind.C_MOVE, dialogue, STUDY_ROOT_MOVE, number)
        command[Field.MOVE_DESTINATION] = self.options.target
        data = write_data_set(self.keys(wanted), context.transfer_syntax)
        *_, response = dialogue.ask(context, "C-MOVE", command, data)
        self.check("C-MOVE", dialogue, response)

    def get(self, query: Mapping[int, str]) -> None:
        """C-GET with all keys; what comes is stored here."""
        classes = sorted(self.network.sop_classes)[:PROPOSED_CLASSES]
        wanted = [*proposals.get()[:2], *((one, proposals.EXPLICIT_FIRST[:2]) for one in classes)]
        dialogue = self.connected(wanted, dict.fromkeys(classes, (False, True)))
        root = PATIENT_ROOT_GET if self.level is Level.PATIENT else STUDY_ROOT_GET
        context = dialogue.context(root)
        if context is None:
            raise dialogue.no_context()
        command = request(Kind.C_GET, dialogue, root)
        response: Message | None = None
        for message in dialogue.ask(
            context, "C-GET", command, write_data_set(self.keys(query), context.transfer_syntax)
        ):
            response = message
            if not message.is_response and message.number(Field.COMMAND) == Kind.C_STORE:
                self.take(dialogue, message)
        assert response is not None
        self.check("C-GET", dialogue, response)

    def keys(self, query: Mapping[int, str]) -> Dataset:
        return self.network.identifiers.dataset({QUERY_RETRIEVE_LEVEL: LEVEL_TEXTS[self.level], **query})

    def take(self, dialogue: Dialogue, message: Message) -> None:
        """Stores an instance that comes for a C-GET, and says so."""
        network = self.network
        status = 0
        try:
            syntax = message.context.transfer_syntax
            dataset = read_dataset(message.data or b"", syntax, network.dictionary, network.release.dicom.files)
            data = write_file(DicomFile(Dataset(), dataset, syntax), network.release.dcmtk_version)
            host = str(self.modality.configuration["Host"])
            stored = network.uploads.add_received(data, self.modality.aet, self.options.local, host)
            self.received.append(stored.id)
        except (ValueError, OrthancError):
            status = CANNOT_STORE
        command: Command = {
            Field.AFFECTED_SOP_CLASS: message.text(Field.AFFECTED_SOP_CLASS),
            Field.COMMAND: Kind.C_STORE | RESPONSE,
            Field.RESPONDED_TO: message.number(Field.MESSAGE_ID),
            Field.STATUS: status,
            Field.AFFECTED_SOP_INSTANCE: message.text(Field.AFFECTED_SOP_INSTANCE),
        }
        with dialogue.asking("C-GET"):
            dialogue.association.send_message(message.context, command)

    def check(self, what: str, dialogue: Dialogue, response: Message) -> None:
        self.status = response.number(Field.STATUS)
        if self.status == 0:
            return
        if what == "C-GET" and self.status == ALL_FAILED and self.network.release.network.gets_some_as_success:
            return
        explanation = " (unable to process - resource not found ?)" if self.status == UNABLE_TO_PROCESS else ""
        error = dialogue.refused(what, self.status, explanation)
        error.payload = None
        raise error


class RetrievalRun(Run):
    """Retrieves resources one after the other; of none it is done with Progress 0."""

    reaches_100 = False

    def __init__(
        self,
        retrieval: Retrieval,
        queries: Sequence[Mapping[int, str]],
        told: Sequence[Mapping[str, Any]],
        content: Mapping[str, Any],
    ) -> None:
        self.retrieval = retrieval
        self.queries = queries
        self.told = told
        self.content = content
        self.position = 0
        self.details: list[dict[str, Any]] = []

    def twin(self) -> RetrievalRun:
        options = self.retrieval
        retrieval = Retrieval(options.network, options.modality, options.level, options.options)
        twin = RetrievalRun(retrieval, self.queries, self.told, self.content)
        twin.position, twin.details = self.position, [*self.details]
        return twin

    def step(self, store: Store, job: Job) -> bool:
        if self.position == len(self.queries):
            self.retrieval.close()
            return False
        try:
            with store.unlocked():
                self.retrieval.run(self.queries[self.position])
        except OrthancError as error:
            self.retrieval.close()
            self.note(job)
            if self.retrieval.network.release.network.details_retrievals:
                error.payload = {"Content": [*self.details], "Type": "RetrieveJob"}
                rest = [attempt(told) for told in self.told[self.position + 1 :]]
                job.content = {**self.content, "Details": [*self.details, *rest]}
            raise
        self.note(job)
        self.position += 1
        job.progress = percent(self.position, len(self.queries))
        return True

    def note(self, job: Job) -> None:
        """Tells how a query went, in releases that do."""
        if not self.retrieval.network.release.network.details_retrievals:
            return
        told = self.told[self.position]
        self.details.append(attempt(told, self.retrieval.status, self.retrieval.received))
        job.content = {**self.content, "Details": [*self.details]}


def attempt(told: Mapping[str, Any], status: int = 0, received: Sequence[str] = ()) -> dict[str, Any]:
    """How the retrieval of one resource went."""
    return {"DimseErrorStatus": status, "Query": dict(told), "ReceivedInstancesIds": [*received]}
