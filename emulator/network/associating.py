"""Associations that a server asks for: it connects, sends a request and takes the responses; errors are the server's.

`emulator.upper_layer` is imported when a modality is asked and not before.
"""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..configuration import Configuration
from ..configuration.configuration import count
from ..diagnostics import Diagnostic
from ..errors import ErrorCode, OrthancError
from .modality import Modality
from .proposals import Proposal
from .reach import Reach
from .rules import NetworkRelease

if TYPE_CHECKING:
    from ..upper_layer.association import Association, Message
    from ..upper_layer.commands import Command
    from ..upper_layer.negotiation import Context, Proposed

PEER_ABORTED = "Peer aborted Association (or never connected)"

#: Statuses of responses after which more will come.
PENDING = (0xFF00, 0xFF01)


def failed(details: str) -> OrthancError:
    return OrthancError(ErrorCode.NETWORK_PROTOCOL, details)


def not_reached(host: str, reason: str, advice: str) -> Diagnostic:
    return Diagnostic("host-not-reached", f"{host} was not asked: {reason}", advice)


@dataclass(frozen=True, eq=False, repr=False)
class Associating:
    """How a server asks for associations; `tell` is told of hosts that it does not reach."""

    configuration: Configuration
    release: NetworkRelease
    reach: Reach
    tell: Callable[[Iterable[Diagnostic]], None]

    @property
    def aet(self) -> str:
        return str(self.configuration.options.get("DicomAet", "ORTHANC"))

    def calling(self, modality: Modality, *, always_own: bool = False) -> str:
        """The AET with which a modality is asked: LocalAet of its configuration, or the server's own.

        Some requests of 1.13.0 (`always_own`) do not heed LocalAet.
        """
        local = str(modality.configuration.get("LocalAet", ""))
        return self.aet if not local or (always_own and self.release.network.echoes_by_own_aet) else local

    def connect(
        self,
        modality: Modality,
        proposals: Iterable[Proposal],
        *,
        calling: str | None = None,
        called: str | None = None,
        timeout: int = 0,
        roles: Mapping[str, tuple[bool, bool]] | None = None,
    ) -> Dialogue:
        """Associates with a modality; raises OrthancError as the server does where that fails."""
        if called is not None:
            modality = modality.called(called)
        host, port = str(modality.configuration["Host"]), int(modality.configuration["Port"])
        if not self.reach.allows(host):
            advice = 'allow it: Emulator(..., network="any"), serve --network any'
            self.tell([not_reached(host, f'the emulator reaches "{self.reach.scope}" alone', advice)])
            raise self.unreachable(modality)
        from ..upper_layer.association import Association, AssociationError, RejectedError
        from ..upper_layer.negotiation import Implementation, Proposed, Request

        seconds = timeout or int(modality.configuration.get("Timeout", 0))
        seconds = seconds or count(self.configuration.options, "DicomScuTimeout", 10)
        contexts = tuple(
            Proposed(abstract, syntaxes, 2 * index + 1) for index, (abstract, syntaxes) in enumerate(proposals)
        )
        request = Request(
            modality.aet,
            self.calling(modality) if calling is None else calling,
            contexts,
            count(self.configuration.options, "MaximumPduLength", 16384),
            dict(roles or {}),
        )
        for parameter, is_there in (
            ("Calling AP Title", request.calling_aet),
            ("Called AP Title", request.called_aet),
            ("", all(one.abstract_syntax for one in contexts)),
        ):
            if not is_there:  # DCMTK takes none of them empty
                raise self.connecting(modality, f"Illegal service parameter: {parameter}")
        try:
            connection = socket.create_connection((host, port), timeout=seconds or None)
        except OSError:
            raise self.unreachable(modality) from None
        association = Association(connection, float(seconds) or None)
        try:
            association.request(request, Implementation(self.release.dcmtk_version))
        except RejectedError:
            raise self.connecting(modality, "DUL Association Rejected") from None
        except AssociationError:
            association.close()
            raise self.connecting(modality, PEER_ABORTED) from None
        if not association.contexts:
            association.abort()
            details = f'Unable to negotiate a presentation context with AET "{modality.aet}"'
            raise OrthancError(ErrorCode.NO_PRESENTATION_CONTEXT, details)
        return Dialogue(association, modality, request.calling_aet, self.release, contexts)

    def connecting(self, modality: Modality, reason: str) -> OrthancError:
        return failed(f'DicomAssociation - connecting to AET "{modality.aet}": {reason}')

    def unreachable(self, modality: Modality) -> OrthancError:
        return self.connecting(modality, self.release.network.unreachable_modality)


@dataclass(eq=False)
class Dialogue:
    """Requests to one modality on one association, numbered from 1."""

    association: Association
    modality: Modality
    calling_aet: str
    release: NetworkRelease
    proposed: tuple[Proposed, ...]
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def aet(self) -> str:
        return self.modality.aet

    def context(self, sop_class: str) -> Context | None:
        """The first accepted context of a SOP class."""
        return next((one for one in self.association.contexts.values() if one.abstract_syntax == sop_class), None)

    def has_proposed(self, sop_class: str, transfer_syntax: str) -> bool:
        """Whether the peer was asked for this, whatever it said."""
        return any(
            one.abstract_syntax == sop_class and transfer_syntax in one.transfer_syntaxes for one in self.proposed
        )

    def has_proposed_alone(self, sop_class: str, transfer_syntax: str) -> bool:
        """Whether a context of its own was proposed for this, whatever the peer said."""
        return any(
            one.abstract_syntax == sop_class and [*one.transfer_syntaxes] == [transfer_syntax] for one in self.proposed
        )

    def contexts(self, sop_class: str) -> list[Context]:
        return [one for one in self.association.contexts.values() if one.abstract_syntax == sop_class]

    @contextmanager
    def asking(self, what: str) -> Iterator[None]:
        """A context in which the end of the association is the server's error."""
        from ..upper_layer.association import AssociationError

        try:
            yield
        except AssociationError:
            self.association.close()
            raise failed(f'DicomAssociation - {what} to AET "{self.aet}": {PEER_ABORTED}') from None

    def ask(self, context: Context, what: str, command: Command, data: bytes | None = None) -> Iterator[Message]:
        """Sends a request, and gives its responses up to the last one, requests of the peer among them."""
        from ..upper_layer.commands import Field

        with self.asking(what):
            self.association.send_message(context, command, data)
        while True:
            with self.asking(what):
                message = self.association.receive()
            yield message
            if message.is_response and message.number(Field.STATUS) not in PENDING:
                return

    def refused(self, what: str, status: int, explanation: str = "", http_status: int | None = None) -> OrthancError:
        """The error for a status of the modality."""
        details = f'{what} SCU to AET "{self.aet}" has failed with DIMSE status 0x{status:04X}{explanation}'
        error = OrthancError(ErrorCode.NETWORK_PROTOCOL, details, http_status=http_status)
        if self.release.network.tells_dimse_status:
            error.payload = error.job_payload = {"Content": {"DimseErrorStatus": status}, "Type": "Dimse"}
        return error

    def no_context(self) -> OrthancError:
        details = f'Unable to negotiate a presentation context with AET "{self.aet}"'
        return OrthancError(ErrorCode.NO_PRESENTATION_CONTEXT, details)

    def __enter__(self) -> Dialogue:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: Any) -> None:
        if kind is None or issubclass(kind, OrthancError):
            self.association.release()
        else:
            self.association.abort()
