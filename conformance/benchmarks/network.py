"""What the DICOM network costs: C-STORE of small files on one association, C-FIND of many studies and of one.

On the emulator, on a live server, and on an SCP of pynetdicom that keeps nothing: what it takes alone. The client is
the same for all, and takes as little time as it can: data sets are encoded before the clock starts.
"""

from __future__ import annotations

import os
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset

from emulator import Emulator
from emulator.upper_layer.association import Association, closing
from emulator.upper_layer.commands import Command, Field, Kind
from emulator.upper_layer.negotiation import Implementation, Proposed, Request

from ..asking.network import FIND, SECONDARY_CAPTURE, Address
from ..files.datasets import PATIENT_PREFIX
from ..targets.server_process import ServerProcess
from .operations import small_file

EXPLICIT = "1.2.840.10008.1.2.1"
OPTIONS = {"DicomServerEnabled": True, "DicomAlwaysAllowFind": True}

FILES = 1000
STUDIES = 200
#: How often what takes less than a millisecond is repeated in a round: the fastest counts.
SMALL_REPEATS = 10

PENDING = 0xFF00


@contextmanager
def associated(address: Address) -> Iterator[Association]:
    association = Association(socket.create_connection((address.host, address.port)), 120)
    contexts = (Proposed(SECONDARY_CAPTURE, (EXPLICIT,), 1), Proposed(FIND, (EXPLICIT,), 3))
    association.request(Request(address.aet, "BENCH", contexts), Implementation("3.6.7"))
    with closing(association):
        yield association


def bodies(round_number: int) -> list[tuple[str, bytes]]:
    """The SOP instance and the data set of each file: five to a study."""
    patient = f"{PATIENT_PREFIX}BENCH-NETWORK"
    found = []
    for number in range(FILES):
        study = 10_000 * (round_number + 1) + number // (FILES // STUDIES)
        file = small_file(study, number, patient=f"{patient}-{study}")
        start = file.index(b"\x08\x00\x16\x00UI")
        uid = file[file.index(b"\x08\x00\x18\x00UI") + 8 :]
        found.append((uid[: uid.index(b"\x08\x00")].rstrip(b"\0 ").decode("ascii"), file[start:]))
    return found


def stored(address: Address, files: Sequence[tuple[str, bytes]]) -> float:
    """Seconds for one C-STORE."""
    with associated(address) as association:
        context = association.contexts[1]
        start = time.perf_counter()
        for number, (uid, body) in enumerate(files, 1):
            command: Command = {
                Field.AFFECTED_SOP_CLASS: SECONDARY_CAPTURE,
                Field.COMMAND: Kind.C_STORE,
                Field.MESSAGE_ID: number,
                Field.PRIORITY: 0,
                Field.AFFECTED_SOP_INSTANCE: uid,
            }
            association.send_message(context, command, body)
            status = association.receive().number(Field.STATUS)
            assert status == 0, f"C-STORE was answered 0x{status:04X}"
        return (time.perf_counter() - start) / len(files)


def identifier(patient: str) -> bytes:
    """The bytes of an identifier that asks for the studies of patients, a wildcard among them."""
    from pynetdicom.dsutils import encode

    keys = Dataset()
    keys.QueryRetrieveLevel = "STUDY"
    keys.PatientID = patient
    keys.PatientName = keys.StudyInstanceUID = keys.StudyDate = keys.ModalitiesInStudy = ""
    return encode(keys, False, True) or b""


def found(address: Address, patient: str, expected: int) -> float:
    """Seconds for a C-FIND that finds so many studies, on an association that is there."""
    body = identifier(patient)
    command: Command = {
        Field.AFFECTED_SOP_CLASS: FIND,
        Field.COMMAND: Kind.C_FIND,
        Field.MESSAGE_ID: 1,
        Field.PRIORITY: 0,
    }
    with associated(address) as association:
        start = time.perf_counter()
        association.send_message(association.contexts[3], command, body)
        count = 0
        while association.receive().number(Field.STATUS) == PENDING:
            count += 1
        assert count == expected, f"{count} studies were found, {expected} are there"
        return time.perf_counter() - start


def opened(address: Address) -> float:
    """Seconds for an association that is opened and released."""
    start = time.perf_counter()
    with associated(address):
        pass
    return time.perf_counter() - start


@contextmanager
def emulated(release: str) -> Iterator[Address]:
    with Emulator(OPTIONS, release=release).serve_dicom() as address:
        yield Address(address.host, address.port, address.aet)


@contextmanager
def executable(path: str, root: Path | None) -> Iterator[Address]:
    # DCMTK's own switch: without it Nagle's algorithm and delayed acknowledgements cost 40 ms a request
    os.environ.setdefault("TCP_NODELAY", "1")
    server = ServerProcess(path, OPTIONS, root, verbose=False)
    try:
        assert server.client.dicom is not None
        wait_for(server.client.dicom)
        yield server.client.dicom
    finally:
        server.stop()


@contextmanager
def alone() -> Iterator[Address]:
    """An SCP of pynetdicom: it takes what comes, keeps nothing, and finds as many studies, all alike."""
    from pynetdicom import AE, evt

    answer = Dataset()
    answer.QueryRetrieveLevel, answer.PatientID, answer.PatientName = "STUDY", "P", "Doe^Jane"
    answer.StudyInstanceUID, answer.StudyDate, answer.ModalitiesInStudy = "1.2.3", "20261122", "OT"

    def find(event: Any) -> Iterator[tuple[int, Dataset]]:
        for _ in range(STUDIES if "*" in event.identifier.PatientID else 1):
            yield PENDING, answer

    entity = AE(ae_title="ALONE")
    for abstract in (SECONDARY_CAPTURE, FIND):
        entity.add_supported_context(abstract, EXPLICIT)
    handlers: list[Any] = [(evt.EVT_C_STORE, lambda _: 0), (evt.EVT_C_FIND, find)]
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    assert server is not None
    try:
        yield Address("127.0.0.1", server.server_address[1], "ALONE")
    finally:
        server.shutdown()


def wait_for(address: Address) -> None:
    """The DICOM server of an Orthanc starts after that of HTTP."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as tried:
            if tried.connect_ex((address.host, address.port)) == 0:
                return
        time.sleep(0.05)


def measure(servers: dict[str, Address], rounds: int, tell: Callable[[str], None]) -> dict[str, dict[str, list[float]]]:
    """For each operation and server the seconds of each round."""
    names = (
        "C-STORE of a small file",
        f"C-FIND of {STUDIES} studies",
        f"C-FIND of 1 of {STUDIES}",
        "opening an association",
    )
    figures: dict[str, dict[str, list[float]]] = {name: {} for name in names}
    for number in range(rounds):
        files = bodies(number)
        patients = f"{PATIENT_PREFIX}BENCH-NETWORK-{number + 1}"
        for name, address in servers.items():
            tell(f"{name}: round {number + 1} of {rounds}")
            seconds = (
                stored(address, files),
                found(address, f"{patients}*", STUDIES),
                min(found(address, f"{patients}0050", 1) for _ in range(SMALL_REPEATS)),
                min(opened(address) for _ in range(SMALL_REPEATS)),
            )
            for operation, value in zip(names, seconds, strict=True):
                figures[operation].setdefault(name, []).append(value)
    return figures


def table(figures: dict[str, dict[str, list[float]]]) -> str:
    """The medians in milliseconds, and how many times faster than the live server the emulator is."""
    names = [*next(iter(figures.values()))]
    lines = [f"{'median of one, ms':28}" + "".join(f"{name:>18}" for name in names)]
    for operation, seconds in figures.items():
        medians = {name: statistics.median(values) * 1000 for name, values in seconds.items()}
        line = f"{operation:28}" + "".join(f"{medians[name]:18.3f}" for name in names)
        if "live" in medians:
            line += f"   emulator {medians['live'] / medians['emulator']:.2f} x the live server's rate"
        lines.append(line)
    return "\n".join(lines)
