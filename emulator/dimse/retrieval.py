"""C-MOVE and C-GET (PS3.4 section C.4; PS3.7 sections 9.1.4 and 9.1.3). Measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ..diagnostics import asked
from ..dicom.character_sets import character_set_of
from ..dicom.element import Dataset, plain_text
from ..dicom.reader import DicomFile
from ..dicom.text import text_of
from ..dicom.transfer_syntaxes import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
)
from ..errors import ErrorCode, OrthancError
from ..modification.transcoding import transcoded
from ..network.modality import Modality
from ..network.sender import (
    MEDIUM_PRIORITY,
    SOP_CLASS_UID,
    SOP_INSTANCE_UID,
    SUCCESSES,
    has_strange_fragments,
    sent_data_set,
    uid,
)
from ..query.identifier_answers import QUERY_RETRIEVE_LEVEL
from ..store.level import Level
from ..store.resource import Resource
from ..upper_layer.commands import Command, Field, Kind, failed_instances
from ..upper_layer.negotiation import Context
from .call import Call, RefusedError
from .finding import LEVELS
from .statuses import Status

ACCESSION_NUMBER = 0x00080050

#: The ends of a sub-operation, by what counts them.
SUCCEEDED, FAILED, WARNED = Field.COMPLETED, Field.FAILED, Field.WARNING

#: What a C-MOVE may name where it gives no level, the first that is there.
GUESSED = (Level.INSTANCE, Level.SERIES, Level.STUDY, Level.PATIENT)


def bad_request(details: str) -> OrthancError:
    return OrthancError(ErrorCode.BAD_REQUEST, details)


#: In which native transfer syntax a file is sent that is in none of those accepted, the first one (measured).
PREFERRED = (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, DEFLATED_LITTLE_ENDIAN)


class MissingContextError(Exception):
    """A file can't be sent on this association: the C-GET ends there."""


class NoClassError(Exception):
    """A file has no SOP class: the C-GET ends there, and does not count it."""


# C-MOVE


def move(call: Call) -> None:
    """Sends resources to a modality, on an association of its own; the first failure ends it, with 0xC000."""
    call.check("Move")
    keys = identifier(call)
    call.fail()
    try:
        with asked(call.name):
            resources = moved(call, keys)
            modality = destination(call)
            instances = instances_of(call, resources)
    except OrthancError:
        call.unable(call.sub_operations(None, 0, 0))
        return
    if call.session.options.synchronous_move:
        move_at_once(call, modality, instances)
    else:
        for index in range(len(instances)):
            progress(call, index + 1, len(instances))
        with asked(call.name):
            submit_move(call, modality, resources)


def move_at_once(call: Call, modality: Modality, instances: Sequence[Resource]) -> None:
    try:
        with asked(call.name), call.server.network.sender(modality, originator=originator(call)) as sender:
            for index, instance in enumerate(instances):
                sender.send(call.server.files.stored_bytes(instance))
                progress(call, index + 1, len(instances))
    except OrthancError:
        call.unable(call.sub_operations(None, 0, 0))


def progress(call: Call, done: int, total: int) -> None:
    """A pending response after each sub-operation but the last, which the final one tells of."""
    if done < total:
        call.respond(Status.PENDING, fields=call.sub_operations(total - done, done, 0))
    else:
        call.respond(Status.SUCCESS, fields=call.sub_operations(None, done, 0))


def originator(call: Call) -> tuple[str, int]:
    return call.calling_aet, call.message.number(Field.MESSAGE_ID)


def submit_move(call: Call, modality: Modality, resources: Sequence[Resource]) -> None:
    """The job of a C-MOVE that is not waited for (SynchronousCMove false)."""
    aet, number = originator(call)
    call.server.network.send_later(modality, list(resources), aet, number)


def destination(call: Call) -> Modality:
    """The modality with the AET of the destination, whose case does not matter."""
    aet = call.message.text(Field.MOVE_DESTINATION)
    modality = call.session.permissions.modality(aet)
    if modality is None:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"Unknown modality for AET: {aet}")
    return modality


def moved(call: Call, keys: Dataset) -> list[Resource]:
    """The resources of a C-MOVE; of a list those that are there. Raises OrthancError without any."""
    name = level_name(keys)
    call.level = name
    level = LEVELS.get(name)
    if level is None and QUERY_RETRIEVE_LEVEL in keys:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
    if level is None:
        level = next((one for one in GUESSED if one.identifier_tag in keys), None)
    found = None if level is None else named(call, keys, level, passes_over_empty=True)
    if found is None:
        raise bad_request("No DICOM identifier provided in the C-MOVE request for this query retrieve level")
    resources = [resource for one in found for resource in one]
    if not resources:
        raise bad_request("C-MOVE request matching no resource stored in Orthanc")
    return resources


# C-GET


def get(call: Call) -> None:
    """Sends resources on the same association; what the peer refuses is counted, and the next one comes."""
    call.check("Get")
    keys = identifier(call)
    call.fail()
    try:
        with asked(call.name):
            instances = instances_of(call, got(call, keys))
    except OrthancError:
        call.unable(call.sub_operations(None, 0, 0))
        return
    tally = {SUCCEEDED: 0, FAILED: 0, WARNED: 0}
    failed: list[str] = []
    if instances and not call.server.annotation_options.stores_dicom:
        call.unable(told(tally))
        return
    for index, instance in enumerate(instances):
        try:
            outcome = store_on_this(call, instance, index + 1)
        except NoClassError:
            call.unable(told(tally))
            return
        except (MissingContextError, OrthancError):
            tally[FAILED] += 1
            failed.append(instance.main_tags.get(SOP_INSTANCE_UID, ""))
            call.unable(told(tally), failed_instances(failed))
            return
        tally[outcome] += 1
        if outcome is FAILED:
            failed.append(instance.main_tags.get(SOP_INSTANCE_UID, ""))
        remaining: Command = {**told(tally), Field.REMAINING: len(instances) - index - 1}
        call.respond(Status.PENDING, fields=remaining, others=failed_instances(failed))
    call.respond(last_status(tally), fields=told(tally), others=failed_instances(failed))


def told(tally: dict[Field, int]) -> Command:
    """How many sub-operations ended how."""
    return {**tally}


def last_status(tally: dict[Field, int]) -> Status:
    """What the final response of a C-GET says of its sub-operations."""
    if not tally[FAILED] and not tally[WARNED]:
        return Status.SUCCESS
    if tally[SUCCEEDED] or tally[WARNED]:
        return Status.SUB_OPERATIONS_FAILED
    return Status.ALL_SUB_OPERATIONS_FAILED


def got(call: Call, keys: Dataset) -> list[Resource]:
    """The resources of a C-GET, all of which must be there; raises OrthancError."""
    name = level_name(keys)
    call.level = name
    level = LEVELS.get(name)
    if level is None:
        raise bad_request("C-GET request without the tag 0008,0052 (QueryRetrieveLevel)")
    found = named(call, keys, level, passes_over_empty=False)
    if not found or not all(found):
        raise bad_request("Cannot determine what resources are requested by C-GET")
    return [resource for one in found for resource in one]


def store_on_this(call: Call, instance: Resource, number: int) -> Field:
    """C-STORE of an instance on the association of the C-GET: what the peer makes of it."""
    file = call.server.files.read(instance)
    if SOP_CLASS_UID not in file.dataset:
        raise NoClassError
    sop_class = uid(file, SOP_CLASS_UID)
    context = context_for(call, file, sop_class)
    command: Command = {
        Field.AFFECTED_SOP_CLASS: sop_class,
        Field.COMMAND: Kind.C_STORE,
        Field.MESSAGE_ID: number,
        Field.PRIORITY: MEDIUM_PRIORITY,
        Field.AFFECTED_SOP_INSTANCE: uid(file, SOP_INSTANCE_UID),
    }
    release = call.server.release
    syntax = transcoded(file, context.transfer_syntax, release)
    if has_strange_fragments(file, syntax):
        return FAILED
    body = sent_data_set(file, syntax, strips_nuls=release.dicom.text.strips_nuls)
    association = call.session.association
    association.send_message(context, command, body)
    while True:
        message = association.receive()
        if message.is_response and message.number(Field.RESPONDED_TO) == number:
            status = message.number(Field.STATUS)
            return SUCCEEDED if status == Status.SUCCESS else WARNED if status in SUCCESSES else FAILED


def context_for(call: Call, file: DicomFile, sop_class: str) -> Context:
    """The context in which a file is sent: its own transfer syntax, or an uncompressed one."""
    accepted = call.session.association.contexts.values()
    contexts = [one for one in accepted if one.abstract_syntax == sop_class]
    own = next((one for one in contexts if one.transfer_syntax == file.transfer_syntax), None)
    plain = next((one for syntax in PREFERRED for one in contexts if one.transfer_syntax == syntax), None)
    if own is None and plain is None:
        raise MissingContextError(sop_class)
    return own or plain  # type: ignore[return-value]


# Both


def identifier(call: Call) -> Dataset:
    keys = call.dataset()
    if not len(keys):
        raise RefusedError("an identifier without a key")
    return keys


def level_name(keys: Dataset) -> str:
    element = keys.get(QUERY_RETRIEVE_LEVEL)
    return "" if element is None else plain_text(element.value).rstrip().upper()


def named(call: Call, keys: Dataset, level: Level, *, passes_over_empty: bool) -> list[list[Resource]] | None:
    """For each identifier of the level, the resources that have it; None where none is given.

    A study is also named by its AccessionNumber, which goes before its UID. Raises OrthancError for a wildcard.
    """
    tags = (*((ACCESSION_NUMBER,) if level is Level.STUDY else ()), level.identifier_tag)
    given = [one for one in tags if one in keys]
    if passes_over_empty:
        given = [one for one in given if keys.elements[one].value.strip(b" \0")]
    if not given:
        return None
    tag = given[0]
    element = keys.elements[tag]
    text = text_of(element.value, element.vr, character_set_of(keys, call.server.release.dicom.text)).strip()
    if "*" in text or "?" in text:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, "Wildcards are not allowed on tag 0020,000d")
    store = call.server.store
    with store.reading:
        holding = partial(store.layers.holders, level, tag)
        return [
            [one for one in holding([part]) if one.level is level and one.main_tags.get(tag) == part]
            for part in text.split("\\")
        ]


def instances_of(call: Call, resources: Sequence[Resource]) -> list[Resource]:
    """The instances below resources, as the server finds them."""
    return call.server.network.sent_instances(resources)
