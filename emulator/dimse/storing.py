"""C-ECHO and C-STORE (PS3.4 annexes A and B; PS3.7 sections 9.1.5 and 9.1.1). Measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

from ..dicom.element import Dataset, plain_text
from ..dicom.padding import repad
from ..dicom.reader import DicomFile
from ..dicom.writer import write_file
from ..errors import OrthancError
from ..extensions import StoreStatusError
from ..modification.transcoding import is_lost
from ..network.sender import has_strange_fragments
from ..store.uploads import FILTERED
from ..upper_layer.commands import Field
from .call import Call, RefusedError
from .statuses import Status

#: Transfer syntaxes that are negotiated, and then no data set in them is answered: JPIP (measured on all releases).
NEVER_READ = frozenset({"1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.95"})

SOP_CLASS_UID = 0x00080016
SOP_INSTANCE_UID = 0x00080018

#: What a file is known by: without one of them it is not stored.
STUDY_AND_SERIES = (0x0020000D, 0x0020000E)


def echo(call: Call) -> None:
    """Says that it is there."""
    call.check("Echo")
    call.respond(Status.SUCCESS)


def store(call: Call) -> None:
    """Stores the data set, written once more as a file; what can't be parsed is not answered, but aborted."""
    call.uid = call.message.text(Field.AFFECTED_SOP_INSTANCE)
    call.check("Store")
    if call.message.context.transfer_syntax in NEVER_READ:
        raise RefusedError("DCMTK reads no data set in this transfer syntax from the network")
    dataset = call.dataset()
    call.fail()
    call.respond(stored(call, dataset))


def stored(call: Call, dataset: Dataset) -> int:
    """Stores a data set, and says what became of it."""
    refusal = identity_status(call, dataset)
    if refusal is not None:
        return refusal
    server = call.server
    request = call.session.request
    try:
        kept = server.uploads.add_received(
            written(call, dataset), request.calling_aet, request.called_aet, call.session.host
        )
    except OrthancError:
        return Status.OUT_OF_RESOURCES
    except StoreStatusError as error:
        return error.status
    refused = not kept.id and kept.status != FILTERED and not server.release.store.full_storage_is_failure
    return Status.OUT_OF_RESOURCES if refused else Status.SUCCESS


def written(call: Call, dataset: Dataset) -> bytes:
    """The file that is made of a data set: sequences get explicit lengths, values their padding, as it is written."""
    release, syntax = call.server.release, call.message.context.transfer_syntax
    repad(dataset, strips_nuls=release.dicom.text.strips_nuls)
    return write_file(DicomFile(Dataset(), dataset, syntax), release.dcmtk_version)


def identity_status(call: Call, dataset: Dataset) -> Status | None:
    """What is wrong with a data set, its class or its instance, None for nothing."""
    named = {
        SOP_CLASS_UID: call.message.text(Field.AFFECTED_SOP_CLASS),
        SOP_INSTANCE_UID: call.message.text(Field.AFFECTED_SOP_INSTANCE),
    }
    if any(tag not in dataset for tag in named):
        return Status.UNABLE_TO_PROCESS
    if any(plain_text(dataset.elements[tag].value) != uid for tag, uid in named.items()):
        return Status.CLASS_MISMATCH
    syntax = call.message.context.transfer_syntax
    file = DicomFile(Dataset(), dataset, syntax)
    if has_strange_fragments(file, syntax) or is_lost(file, call.server.release):
        return Status.OUT_OF_RESOURCES  # it can't be written
    return None
