"""Storage commitment (PS3.4 annex J): N-ACTION asks for it, N-EVENT-REPORT tells what is stored.

Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

from ..diagnostics import asked
from ..dicom.element import Dataset, plain_text
from ..network.commitment import FAILED, FAILURE_REASON, REFERENCED, SOP_CLASS, SOP_INSTANCE, TRANSACTION, Committed
from ..upper_layer.commands import Field
from ..upper_layer.sop_classes import STORAGE_COMMITMENT
from .call import Call, RefusedError
from .statuses import Status

REQUEST_COMMITMENT = 1


def commit(call: Call) -> None:
    """Takes a request, and reports to the modality in a job of its own; what is incomplete is aborted."""
    call.check("NAction")
    modality = call.session.permissions.modality(call.calling_aet)
    if modality is None:
        raise RefusedError(f"{call.calling_aet} is no modality")
    if call.message.number(Field.ACTION_TYPE) != REQUEST_COMMITMENT:
        raise RefusedError("only storage commitment is implemented for N-ACTION")
    keys = call.dataset()
    transaction = text(keys, TRANSACTION)
    references = referenced(keys, REFERENCED)
    if transaction is None or references is None:
        raise RefusedError("a request for storage commitment without a transaction, or without instances")
    call.respond(Status.SUCCESS, fields=named(call, Field.REQUESTED_SOP_INSTANCE))
    with asked(call.name):
        explicit = call.server.release.dimse.prefers_explicit_reports
        call.server.network.report_commitment(modality, transaction, references, explicit_first=explicit)


def take_report(call: Call) -> None:
    """Keeps what a modality reports of a transaction that this server asked for."""
    call.check("EventReport")
    keys = call.dataset()
    transaction = text(keys, TRANSACTION)
    if transaction is None:
        raise RefusedError("a report of storage commitment without a transaction")
    successes = tuple(referenced(keys, REFERENCED) or ())
    failures = []
    element = keys.get(FAILED)
    for item in (element.items or ()) if element is not None else ():
        reason = item.get(FAILURE_REASON)
        number = 0 if reason is None else int.from_bytes(reason.value[:2], "little")
        failures.append((text(item, SOP_CLASS) or "", text(item, SOP_INSTANCE) or "", number))
    call.server.commitments.report(transaction, call.calling_aet, Committed(successes, tuple(failures)))
    call.respond(Status.SUCCESS, fields=named(call, Field.AFFECTED_SOP_INSTANCE))


def named(call: Call, instance: Field) -> dict[Field, int | str]:
    """What a response repeats of the request (PS3.7 section 10.1)."""
    found: dict[Field, int | str] = {Field.AFFECTED_SOP_CLASS: STORAGE_COMMITMENT}
    if instance in call.message.command:
        found[Field.AFFECTED_SOP_INSTANCE] = call.message.command[instance]
    return found


def text(dataset: Dataset, tag: int) -> str | None:
    element = dataset.get(tag)
    return None if element is None else plain_text(element.value)


def referenced(dataset: Dataset, tag: int) -> list[tuple[str, str]] | None:
    """The classes and instances that a sequence names, None without it."""
    element = dataset.get(tag)
    if element is None or element.items is None:
        return None
    return [(text(item, SOP_CLASS) or "", text(item, SOP_INSTANCE) or "") for item in element.items]
