"""What associations are negotiated with (PS3.8 section 9.3, annex D of PS3.7), read and written by pynetdicom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pynetdicom.pdu import A_ASSOCIATE_AC, A_ASSOCIATE_RQ
from pynetdicom.pdu_primitives import (
    A_ASSOCIATE,
    ImplementationClassUIDNotification,
    ImplementationVersionNameNotification,
    MaximumLengthNotification,
    SCP_SCU_RoleSelectionNegotiation,
)
from pynetdicom.presentation import PresentationContext

APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"

#: Results of a presentation context (PS3.8 table 9-18).
ACCEPTED = 0
ABSTRACT_SYNTAX_NOT_SUPPORTED = 3
TRANSFER_SYNTAXES_NOT_SUPPORTED = 4

Role = tuple[bool, bool]  # as SCU, as SCP


@dataclass(frozen=True)
class Proposed:
    """A presentation context that is proposed."""

    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    number: int = 0


@dataclass(frozen=True)
class Context:
    """A presentation context once it is negotiated; `result` is 0 where it is accepted."""

    number: int
    abstract_syntax: str
    transfer_syntax: str
    result: int = ACCEPTED


@dataclass(frozen=True)
class Request:
    """What an association is asked for with; `roles` are those proposed, by SOP class."""

    called_aet: str
    calling_aet: str
    contexts: tuple[Proposed, ...]
    maximum_length: int = 16384
    roles: dict[str, Role] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What an association is accepted with."""

    contexts: tuple[Context, ...]
    maximum_length: int = 16384
    roles: dict[str, Role] = field(default_factory=dict)


@dataclass(frozen=True)
class Implementation:
    """What says which program it is: that of the DCMTK release (PS3.7 section D.3.3.2)."""

    dcmtk_version: str

    @property
    def uid(self) -> str:
        return f"1.2.276.0.7230010.3.0.{self.dcmtk_version}"

    @property
    def name(self) -> str:
        return "OFFIS_DCMTK_" + self.dcmtk_version.replace(".", "")


def read_request(pdu: bytes) -> Request:
    """Reads an A-ASSOCIATE-RQ; raises what pynetdicom does for one that is none."""
    read = A_ASSOCIATE_RQ()
    read.decode(pdu)
    primitive = read.to_primitive()
    contexts = tuple(
        Proposed(str(one.abstract_syntax), tuple(map(str, one.transfer_syntax)), one.context_id or 0)
        for one in primitive.presentation_context_definition_list
    )
    maximum_length, roles = read_items(primitive)
    return Request(
        primitive.called_ae_title.strip(), primitive.calling_ae_title.strip(), contexts, maximum_length, roles
    )


def read_answer(pdu: bytes, request: Request) -> Answer:
    """Reads an A-ASSOCIATE-AC to a request."""
    read = A_ASSOCIATE_AC()
    read.decode(pdu)
    primitive = read.to_primitive()
    abstract = {one.number: one.abstract_syntax for one in request.contexts}
    contexts = tuple(
        Context(
            one.context_id or 0,
            abstract.get(one.context_id or 0, ""),
            str(one.transfer_syntax[0]) if one.transfer_syntax else "",
            ACCEPTED if one.result is None else one.result,
        )
        for one in primitive.presentation_context_definition_results_list
    )
    return Answer(contexts, *read_items(primitive))


def read_items(primitive: A_ASSOCIATE) -> tuple[int, dict[str, Role]]:
    """The peer's maximum length (0 for none), and the roles."""
    roles = {
        str(item.sop_class_uid): (bool(item.scu_role), bool(item.scp_role))
        for item in primitive.user_information
        if isinstance(item, SCP_SCU_RoleSelectionNegotiation)
    }
    return primitive.maximum_length_received or 0, roles


def write_request(request: Request, implementation: Implementation) -> bytes:
    """The bytes of an A-ASSOCIATE-RQ."""
    primitive = titled(request.called_aet, request.calling_aet)
    primitive.presentation_context_definition_list = [
        presentation(one.number, one.abstract_syntax, one.transfer_syntaxes) for one in request.contexts
    ]
    primitive.user_information = items(request.maximum_length, request.roles, implementation)
    pdu = A_ASSOCIATE_RQ()
    pdu.from_primitive(primitive)
    return pdu.encode()


def write_answer(request: Request, answer: Answer, implementation: Implementation) -> bytes:
    """The bytes of an A-ASSOCIATE-AC."""
    primitive = titled(request.called_aet, request.calling_aet)
    primitive.result = 0
    results = []
    for one in answer.contexts:
        context = presentation(one.number, one.abstract_syntax, (one.transfer_syntax,))
        context.result = one.result
        results.append(context)
    primitive.presentation_context_definition_results_list = results
    primitive.user_information = items(answer.maximum_length, answer.roles, implementation)
    pdu = A_ASSOCIATE_AC()
    pdu.from_primitive(primitive)
    return pdu.encode()


def titled(called_aet: str, calling_aet: str) -> A_ASSOCIATE:
    primitive = A_ASSOCIATE()
    primitive.application_context_name = APPLICATION_CONTEXT
    primitive.called_ae_title = called_aet[:16] or " "
    primitive.calling_ae_title = calling_aet[:16] or " "
    return primitive


def presentation(number: int, abstract_syntax: str, transfer_syntaxes: Iterable[str]) -> PresentationContext:
    context = PresentationContext()
    context.context_id = number
    context.abstract_syntax = abstract_syntax
    context.transfer_syntax = list(transfer_syntaxes)
    return context


def items(maximum_length: int, roles: dict[str, Role], implementation: Implementation) -> list[Any]:
    maximum = MaximumLengthNotification()
    maximum.maximum_length_received = maximum_length
    uid = ImplementationClassUIDNotification()
    uid.implementation_class_uid = implementation.uid
    name = ImplementationVersionNameNotification()
    name.implementation_version_name = implementation.name
    selections = []
    for sop_class, (as_scu, as_scp) in roles.items():
        selection = SCP_SCU_RoleSelectionNegotiation()
        selection.sop_class_uid = sop_class
        selection.scu_role, selection.scp_role = as_scu, as_scp
        selections.append(selection)
    return [maximum, uid, name, *selections]
