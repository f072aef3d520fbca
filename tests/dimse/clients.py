"""The other side of the DICOM network in these tests: pynetdicom, small data sets, and bytes on a socket."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE, evt

CT = "1.2.840.10008.5.1.4.1.1.2"
ECHO = "1.2.840.10008.1.1"
PATIENT_FIND, STUDY_FIND = "1.2.840.10008.5.1.4.1.2.1.1", "1.2.840.10008.5.1.4.1.2.2.1"
STUDY_MOVE, STUDY_GET = "1.2.840.10008.5.1.4.1.2.2.2", "1.2.840.10008.5.1.4.1.2.2.3"
WORKLIST, COMMITMENT = "1.2.840.10008.5.1.4.31", "1.2.840.10008.1.20.1"
ALLOWED = {f"DicomAlwaysAllow{what}": True for what in ("Find", "FindWorklist", "Get", "Move")}
DICTIONARY = {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}


def image(number: int = 1, *, label: str | None = None, **elements: Any) -> Dataset:
    """A small CT with a private element of the creator MYLAB; numbers up to 100 are of one study."""
    dataset = Dataset()
    study = f"1.2.3.{(number - 1) // 100 + 1}"
    values = {
        "SOPClassUID": CT,
        "SOPInstanceUID": f"{study}.1.{number}",
        "StudyInstanceUID": study,
        "SeriesInstanceUID": f"{study}.1",
        "PatientID": f"P{(number - 1) // 100 + 1}",
        "PatientName": "Doe^John",
        "Modality": "CT",
        "StudyDate": "20200102",
        "AccessionNumber": "A1",
        "InstanceNumber": str(number),
    }
    for name, value in {**values, **elements}.items():
        if value is not None:
            setattr(dataset, name, value)
    if label is not None:
        dataset.private_block(0x11, "MYLAB", create=True).add_new(1, "LO", label)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = values["SOPClassUID"]
    dataset.file_meta.MediaStorageSOPInstanceUID = values["SOPInstanceUID"]
    return dataset


def file_of(dataset: Dataset) -> bytes:
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def keys(level: str | None = "STUDY", *, label: str | None = None, vr: str = "LO", **elements: Any) -> Dataset:
    """An identifier."""
    dataset = Dataset()
    if level is not None:
        dataset.QueryRetrieveLevel = level
    for name, value in elements.items():
        setattr(dataset, name, value)
    if label is not None:
        value = label.encode() + b"\0" * (len(label) % 2) if vr == "UN" else label
        dataset.private_block(0x11, "MYLAB", create=True).add_new(1, vr, value)
    return dataset


@contextmanager
def associated(
    address: Any, *contexts: Any, calling: str = "APP", called: str = "ORTHANC", **options: Any
) -> Iterator[Any]:
    """An association of pynetdicom with a server, in explicit VR little endian unless contexts say otherwise."""
    entity = AE(ae_title=calling)
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 10
    for context in contexts or (ECHO, CT, STUDY_FIND, STUDY_MOVE, STUDY_GET):
        abstract, syntaxes = context if isinstance(context, tuple) else (context, [ExplicitVRLittleEndian])
        entity.add_requested_context(abstract, syntaxes)
    association = entity.associate(address.host, address.port, ae_title=called, **options)
    try:
        yield association
    finally:
        if association.is_established:
            association.release()


IMPLICIT = [ImplicitVRLittleEndian]


def stored(address: Any, *datasets: Dataset, **options: Any) -> list[int]:
    """The statuses of a C-STORE of each."""
    with associated(address, CT, **options) as association:
        return [association.send_c_store(dataset).Status for dataset in datasets]


def found(address: Any, identifier: Dataset, model: str = STUDY_FIND, **options: Any) -> tuple[list[Dataset], int]:
    """The answers to a C-FIND, and its last status."""
    syntaxes = options.pop("syntaxes", [ExplicitVRLittleEndian])
    with associated(address, (model, syntaxes), **options) as association:
        *pending, last = association.send_c_find(identifier, model)
    return [answer for _, answer in pending], last[0].Status


class Receiver:
    """An SCP of pynetdicom: it keeps what is stored, and answers with `status`."""

    def __init__(self, aet: str = "DEST", status: int = 0) -> None:
        self.received: list[Dataset] = []
        self.requests: list[Any] = []
        self.status = status
        entity = AE(ae_title=aet)
        entity.add_supported_context(CT, [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
        entity.add_supported_context(ECHO)
        self.server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, self.store)])
        self.port = self.server.server_address[1]
        self.aet = aet

    def store(self, event: Any) -> int:
        self.received.append(event.dataset)
        self.requests.append(event.request)
        return self.status

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()


def sent_bytes(address: Any, data: bytes) -> bytes:
    """What a server answers to bytes, until it closes the connection."""
    with socket.create_connection((address.host, address.port), timeout=10) as connection:
        connection.sendall(data)
        answer = b""
        try:
            while part := connection.recv(4096):
                answer += part
        except ConnectionResetError:
            pass
        return answer


def threads() -> set[str]:
    """The threads of the emulator that run."""
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("orthanc-emulator")}


def wait_until(condition: Any) -> None:
    """Waits for what another thread does, 10 s at most."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
