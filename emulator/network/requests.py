"""The requests of the DICOM network that this server makes (PS3.7 sections 9 and 10), each on an association."""

from __future__ import annotations

from ..dicom.element import Dataset
from ..dicom.reader import read_dataset
from ..dicom.writer import write_data_set
from ..dictionary import Dictionary
from ..upper_layer.commands import Command, Field, Kind
from ..upper_layer.sop_classes import STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE, VERIFICATION
from .associating import Dialogue, failed
from .rules import NetworkRelease

PENDING = (0xFF00, 0xFF01)
MEDIUM_PRIORITY = 0


def request(kind: Kind, dialogue: Dialogue, sop_class: str, number: int | None = None) -> Command:
    """The command of a request; its number is the next one of the association."""
    command: Command = {
        Field.AFFECTED_SOP_CLASS: sop_class,
        Field.COMMAND: kind,
        Field.MESSAGE_ID: next(dialogue.numbers) if number is None else number,
    }
    return command if kind is Kind.C_ECHO else {**command, Field.PRIORITY: MEDIUM_PRIORITY}


def echoed(dialogue: Dialogue) -> int:
    """The status of a C-ECHO."""
    context = dialogue.context(VERIFICATION)
    if context is None:
        raise dialogue.no_context()
    *_, response = dialogue.ask(context, "C-ECHO", request(Kind.C_ECHO, dialogue, VERIFICATION))
    return response.number(Field.STATUS)


def found(
    dialogue: Dialogue, sop_class: str, keys: Dataset, dictionary: Dictionary, release: NetworkRelease
) -> tuple[list[Dataset], int]:
    """The answers to a C-FIND, and its last status; answers that can't be read are the server's error."""
    context = dialogue.context(sop_class)
    if context is None:
        raise dialogue.no_context()
    answers = []
    status = 0
    command = request(Kind.C_FIND, dialogue, sop_class)
    for response in dialogue.ask(context, "C-FIND", command, write_data_set(keys, context.transfer_syntax)):
        status = response.number(Field.STATUS)
        if status in PENDING and response.data is not None:
            try:
                answers.append(read_dataset(response.data, context.transfer_syntax, dictionary, release.dicom.files))
            except ValueError:
                dialogue.association.abort()
                raise failed(f'DicomAssociation - C-FIND to AET "{dialogue.aet}": an answer can\'t be read') from None
    return answers, status


def acted(dialogue: Dialogue, dataset: Dataset) -> int:
    """The status of an N-ACTION that asks for storage commitment."""
    context = dialogue.context(STORAGE_COMMITMENT)
    if context is None:
        raise dialogue.no_context()
    command: Command = {
        Field.REQUESTED_SOP_CLASS: STORAGE_COMMITMENT,
        Field.COMMAND: Kind.N_ACTION,
        Field.MESSAGE_ID: next(dialogue.numbers),
        Field.REQUESTED_SOP_INSTANCE: STORAGE_COMMITMENT_INSTANCE,
        Field.ACTION_TYPE: 1,
    }
    *_, response = dialogue.ask(context, "N-ACTION", command, write_data_set(dataset, context.transfer_syntax))
    return response.number(Field.STATUS)


def reported(dialogue: Dialogue, dataset: Dataset, event: int) -> int:
    """The status of an N-EVENT-REPORT about storage commitment."""
    context = dialogue.context(STORAGE_COMMITMENT)
    if context is None:
        raise dialogue.no_context()
    command: Command = {
        Field.AFFECTED_SOP_CLASS: STORAGE_COMMITMENT,
        Field.COMMAND: Kind.N_EVENT_REPORT,
        Field.MESSAGE_ID: next(dialogue.numbers),
        Field.AFFECTED_SOP_INSTANCE: STORAGE_COMMITMENT_INSTANCE,
        Field.EVENT_TYPE: event,
    }
    *_, response = dialogue.ask(context, "N-EVENT-REPORT", command, write_data_set(dataset, context.transfer_syntax))
    return response.number(Field.STATUS)
