"""C-ECHO and C-STORE (PS3.4 annexes A and B; PS3.7 sections 9.1.5 and 9.1.1). Measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

from ..dicom.element import Dataset, plain_text
from ..dicom.padding import SPACE_PADDED_VRS, padded
from ..dicom.reader import DicomFile
from ..dicom.transfer_syntaxes import DEFLATED_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN
from ..dicom.writer import write_data_set, write_file
from ..errors import OrthancError
from ..extensions import StoreStatusError
from ..store.uploads import FILTERED
from ..upper_layer.commands import Field
from .call import Call
from .statuses import Status

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
    """The file that is made of a data set: sequences get explicit lengths, all other values stay as they are."""
    release, syntax = call.server.release, call.message.context.transfer_syntax
    if release.dicom.text.strips_nuls:
        for element in dataset:
            if element.vr in SPACE_PADDED_VRS and element.value.endswith(b"\0"):
                element.value = padded(element.value.rstrip(b" \0"), element.vr)
    data = write_file(DicomFile(Dataset(), dataset, syntax), release.dcmtk_version)
    if syntax == DEFLATED_LITTLE_ENDIAN and release.dimse.pads_deflated:
        whole = len(write_data_set(dataset, EXPLICIT_LITTLE_ENDIAN))
        deflated = len(write_data_set(dataset, DEFLATED_LITTLE_ENDIAN))
        data += bytes(max(whole - deflated, 0))
    return data


def identity_status(call: Call, dataset: Dataset) -> Status | None:
    """What is wrong with the class or the instance of a data set, None for nothing."""
    named = {
        SOP_CLASS_UID: call.message.text(Field.AFFECTED_SOP_CLASS),
        SOP_INSTANCE_UID: call.message.text(Field.AFFECTED_SOP_INSTANCE),
    }
    if any(tag not in dataset for tag in named):
        return Status.UNABLE_TO_PROCESS
    if any(plain_text(dataset.elements[tag].value) != uid for tag, uid in named.items()):
        return Status.CLASS_MISMATCH
    return None
