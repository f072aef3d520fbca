"""One request on an association: what a handler gets, and how it responds."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..dicom.element import Dataset
from ..dicom.reader import read_dataset
from ..dicom.transfer_syntaxes import EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from ..dicom.writer import Encoder, encoder_of
from ..exchanges.associations import AssociationFault, AssociationLog
from ..exchanges.associations import Message as LoggedMessage
from ..upper_layer.association import Association, AssociationError, Message
from ..upper_layer.commands import RESPONSE, Command, Field, Kind
from ..upper_layer.negotiation import Request
from .options import DicomOptions
from .permissions import Permissions
from .statuses import Status

#: What a response names as the request did; a query and a retrieval have no instance.
NAMED = [Field.AFFECTED_SOP_CLASS, Field.AFFECTED_SOP_INSTANCE]
RETRIEVALS = frozenset({Kind.C_FIND, Kind.C_MOVE, Kind.C_GET})

if TYPE_CHECKING:
    from ..server import Server


class RefusedError(AssociationError):
    """The server aborts the association in the place of a response."""


@dataclass
class Session:
    """One association with a server: the server as it was when the association began, and who is at the other side."""

    server: Server
    association: Association
    request: Request
    host: str
    log: AssociationLog
    closing: threading.Event

    @cached_property
    def options(self) -> DicomOptions:
        return DicomOptions.read(self.server.configuration.options)

    @property
    def permissions(self) -> Permissions:
        server = self.server
        return Permissions(self.options, server.settings.modalities, server.release.dimse)


@dataclass
class Call:
    """A request with its session; `respond` answers it."""

    session: Session
    message: Message
    kind: Kind
    fault: AssociationFault | None = None
    responses: int = 0
    status: int | None = None
    uid: str = ""
    level: str = ""

    @property
    def server(self) -> Server:
        return self.session.server

    @property
    def calling_aet(self) -> str:
        return self.session.request.calling_aet

    @property
    def name(self) -> str:
        """The request as diagnostics name it."""
        return " ".join(filter(None, (self.kind.title, self.level, f"by {self.calling_aet}")))

    def logged(self) -> LoggedMessage:
        return LoggedMessage(self.kind.title, self.status, self.responses, self.uid, self.level)

    def check(self, what: str) -> None:
        """Raises RefusedError where the modality may not do this: the server aborts, and says nothing (measured)."""
        if not self.session.permissions.allows(self.calling_aet, what):
            raise RefusedError(f"{self.calling_aet} may not {what}")

    def dataset(self) -> Dataset:
        """The data set of the request; raises RefusedError for what is none."""
        if self.message.data is None:
            raise RefusedError("there is no data set")
        return self.read(self.message.data)

    def read(self, data: bytes) -> Dataset:
        server = self.server
        try:
            return read_dataset(
                data, self.message.context.transfer_syntax, server.dictionary, server.release.dicom.files
            )
        except ValueError as error:
            raise RefusedError(f"the data set can't be read: {error}") from None

    @cached_property
    def encoder(self) -> Encoder:
        """Writes data sets in the transfer syntax of the context."""
        syntax = self.message.context.transfer_syntax
        return encoder_of(explicit=syntax != IMPLICIT_LITTLE_ENDIAN, little_endian=syntax != EXPLICIT_BIG_ENDIAN)

    def respond(
        self, status: int, dataset: Dataset | None = None, fields: Command | None = None, others: bytes = b""
    ) -> None:
        """Sends a response; raises AssociationError where it can't be, or is told to fail (`fail_next_association`)."""
        self.fail()
        data = None if dataset is None else self.encoder.dataset(dataset)
        self.session.association.send_message(self.message.context, self.response(status, fields), data, others)
        self.responses, self.status = self.responses + 1, int(status)

    def respond_pending(self, answers: Sequence[Dataset]) -> None:
        """Sends a pending response with each data set; raises as `respond` does."""
        if self.fault is not None:
            for answer in answers:
                self.respond(Status.PENDING, answer)
        elif answers:
            bodies = map(self.encoder.dataset, answers)
            self.session.association.send_messages(self.message.context, self.response(Status.PENDING), bodies)
            self.responses, self.status = self.responses + len(answers), int(Status.PENDING)

    def response(self, status: int, fields: Command | None = None) -> Command:
        """The command of a response, with further fields."""
        command: Command = {
            Field.COMMAND: self.kind | RESPONSE,
            Field.RESPONDED_TO: self.message.number(Field.MESSAGE_ID),
            Field.STATUS: int(status),
            **(fields or {}),
        }
        named = [Field.AFFECTED_SOP_CLASS] if self.kind in RETRIEVALS else NAMED
        for field in named:
            if field in self.message.command:
                command.setdefault(field, self.message.command[field])
        return command

    def fail(self) -> None:
        """Does what a fault wants once its number of responses is sent."""
        fault = self.fault
        if fault is None or self.responses < fault.after:
            return
        self.fault = None
        if fault.delay:
            self.session.closing.wait(fault.delay)
        if isinstance(fault.failure, int):
            self.respond(fault.failure)
            raise FailedOnPurposeError
        if fault.failure == "abort":
            raise RefusedError("the emulator was told to abort this association (fail_next_association)")
        if fault.failure == "drop":
            self.session.association.close()
            raise AssociationError("the emulator was told to drop this connection (fail_next_association)")

    def sub_operations(self, remaining: int | None, completed: int, failed: int) -> Command:
        """How far a C-MOVE or C-GET has come (PS3.7 sections 9.1.3 and 9.1.4)."""
        counts: Command = {Field.COMPLETED: completed, Field.FAILED: failed, Field.WARNING: 0}
        return counts if remaining is None else {**counts, Field.REMAINING: remaining}

    def unable(self, fields: Command | None = None, others: bytes = b"") -> None:
        self.respond(Status.UNABLE_TO_PROCESS, fields=fields, others=others)


class FailedOnPurposeError(Exception):
    """A request was answered with the status that a fault wants: there is no more to do for it."""
