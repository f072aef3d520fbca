"""The DICOM network of a server, as scenarios speak to it: by pynetdicom, each request on an association of its own.

What comes back is told as JSON: statuses as "0xA700", counts of sub-operations, elements as /tags names them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.uid import UID, ExplicitVRLittleEndian

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
VERIFICATION = "1.2.840.10008.1.1"
STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2."
FIND, MOVE, GET = (f"{STUDY_ROOT}{number}" for number in (1, 2, 3))

CALLING = "CONFORMANCE"

#: How long an answer may take, in seconds.
PATIENCE = 30


@dataclass(frozen=True)
class Address:
    """Where a server listens, and its AET."""

    host: str
    port: int
    aet: str = "ORTHANC"

    @classmethod
    def read(cls, text: str, aet: str) -> Address:
        """HOST:PORT as the command line has it; raises ValueError."""
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal():
            raise ValueError(f"--dicom takes HOST:PORT, such as 127.0.0.1:4242, not {text!r}")
        return cls(host, int(port), aet)


class DicomNetwork:
    """Requests to a server over the DICOM network, and what came of each, as JSON."""

    def __init__(self, address: Address) -> None:
        self.address = address

    @contextmanager
    def associated(
        self, contexts: Sequence[tuple[str, Sequence[str]]], calling: str = CALLING, **options: Any
    ) -> Iterator[Any]:
        from pynetdicom import AE

        entity = AE(ae_title=calling)
        entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = PATIENCE
        for abstract, syntaxes in contexts:
            entity.add_requested_context(abstract, list(syntaxes))
        address = self.address
        association = entity.associate(address.host, address.port, ae_title=address.aet, **options)
        try:
            yield association
        finally:
            if association.is_established:
                association.release()

    def echo(self, calling: str = CALLING) -> Any:
        """C-ECHO: its status."""
        with self.associated([(VERIFICATION, [ExplicitVRLittleEndian])], calling) as association:
            return status_of(association.send_c_echo()) if association.is_established else told(association)

    def negotiate(self, contexts: Sequence[tuple[str, Sequence[str]]]) -> Any:
        """What becomes of each context: its transfer syntax, or the result that refuses it."""
        with self.associated(contexts) as association:
            accepted = {one.context_id: str(one.transfer_syntax[0]) for one in association.accepted_contexts}
            refused = {one.context_id: one.result for one in association.rejected_contexts}
            return [value for _, value in sorted({**accepted, **refused}.items())]

    def store(self, data: bytes, syntaxes: Sequence[str] = (ExplicitVRLittleEndian,)) -> Any:
        """C-STORE of a file: its status."""
        dataset = written_as(dcmread(io.BytesIO(data)), UID(syntaxes[0]))
        with self.associated([(SECONDARY_CAPTURE, syntaxes)]) as association:
            return status_of(association.send_c_store(dataset)) if association.is_established else told(association)

    def find(self, keys: Dataset, syntaxes: Sequence[str] = (ExplicitVRLittleEndian,), model: str = FIND) -> Any:
        """C-FIND: the answers, sorted, and the last status."""
        with self.associated([(model, syntaxes)]) as association:
            if not association.is_established:
                return told(association)
            answers, last = [], None
            for status, answer in association.send_c_find(keys, model):
                if answer is not None:
                    answers.append(shown(answer))
                else:
                    last = status_of(status)
        return {"Answers": sorted(answers, key=str), "Status": last}

    def move(self, keys: Dataset, destination: str) -> Any:
        """C-MOVE: the statuses with their counts."""
        with self.associated([(MOVE, [ExplicitVRLittleEndian])]) as association:
            return [counted(status) for status, _ in association.send_c_move(keys, destination, MOVE)]

    def get(self, keys: Dataset, answered: int = 0) -> Any:
        """C-GET: the statuses with their counts, and the data sets that came, each C-STORE `answered` with a status."""
        from pynetdicom import build_role, evt

        came: list[Any] = []

        def take(event: Any) -> int:
            came.append(shown(event.dataset))
            return answered

        with self.associated(
            [(GET, [ExplicitVRLittleEndian]), (SECONDARY_CAPTURE, [ExplicitVRLittleEndian])],
            ext_neg=[build_role(SECONDARY_CAPTURE, scp_role=True)],
            evt_handlers=[(evt.EVT_C_STORE, take)],
        ) as association:
            statuses = [counted(status) for status, _ in association.send_c_get(keys, GET)]
        return {"Statuses": statuses, "Came": sorted(came, key=str)}


def written_as(dataset: Dataset, syntax: UID) -> Dataset:
    """The same dataset in another uncompressed transfer syntax."""
    for _ in dataset.iterall():  # every value is decoded, so that it is written anew
        pass
    buffer = io.BytesIO()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(
        buffer,
        implicit_vr=syntax.is_implicit_VR,
        little_endian=syntax.is_little_endian,
        enforce_file_format=True,
        overwrite=True,
    )
    buffer.seek(0)
    return dcmread(buffer)


def status_of(status: Any) -> str | None:
    """A status as "0xA700", None where no response came."""
    return f"0x{status.Status:04X}" if status else None


def counted(status: Any) -> list[Any]:
    """A status with the counts of sub-operations: remaining, completed, failed, warning."""
    names = ("Remaining", "Completed", "Failed", "Warning")
    return [status_of(status), *(getattr(status, f"NumberOf{name}Suboperations", None) for name in names)]


def told(association: Any) -> Any:
    """Why there is no association."""
    if association.is_rejected:
        reason = association.acceptor.primitive
        return {"Rejected": [reason.result, reason.result_source, reason.diagnostic]}
    return "Aborted"


def shown(dataset: Dataset) -> dict[str, Any]:
    """The elements of a data set: VR and text, the bytes of UN as hexadecimal digits."""
    return {f"{one.tag.group:04x},{one.tag.element:04x}": f"{one.VR} {text(one.value)}" for one in dataset}


def text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, MultiValue):
        return "\\".join(map(str, value))
    return str(value)
