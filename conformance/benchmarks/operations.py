"""The operations that are measured, and the files and requests that they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from itertools import count

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from ..files.datasets import PATIENT_PREFIX, SECONDARY_CAPTURE, add_private, read, to_bytes, uid
from .servers import Server

CREATOR = "ORTHANC-EMULATOR"
LABEL = "0011,1001"
INSTANCES_PER_STUDY = 50
CASCADE_INSTANCES = 500
PATIENT = f"{PATIENT_PREFIX}BENCH"
CHANGE = {"Replace": {LABEL: "changed"}, "PrivateCreator": CREATOR}

#: The figures of one operation on one server: seconds for one of it, a figure a round.
Seconds = list[float]


@dataclass
class Workload:
    """What one server holds, and the numbers of the files that come next."""

    server: Server
    instances: list[str] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    cascade_study: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: count(1_000_000))


Step = Callable[[], object]


@dataclass(frozen=True)
class Operation:
    """A row of the table: `prepare` gives the steps that are timed; targets are ratios to the live server."""

    name: str
    prepare: Callable[[Workload], Sequence[Step]]
    in_process: float
    over_http: float


def small_file(study: int, number: int, patient: str = "") -> bytes:
    """About 30 elements and 700 bytes, one private label among them."""
    dataset = Dataset()
    dataset.SOPClassUID = SECONDARY_CAPTURE
    dataset.SOPInstanceUID = uid("bench", str(study), str(number))
    dataset.StudyDate, dataset.StudyTime, dataset.Modality = "20261122", "101500", "OT"
    dataset.AccessionNumber, dataset.ReferringPhysicianName = f"A{study}", "Doe^Jane"
    dataset.PatientName, dataset.PatientID = f"Patient^{study}", patient or f"{PATIENT}-{study}"
    dataset.PatientBirthDate, dataset.PatientSex = "19700101", "O"
    dataset.StudyInstanceUID = uid("bench", str(study))
    dataset.SeriesInstanceUID = uid("bench", str(study), "series")
    dataset.SeriesNumber, dataset.InstanceNumber, dataset.StudyID = 1, number % 100_000 + 1, str(study)
    dataset.StudyDescription, dataset.SeriesDescription = "Benchmark study", "Benchmark series"
    dataset.Rows = dataset.Columns = 1
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation, dataset.SamplesPerPixel = 7, 0, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    add_private(dataset, CREATOR, [(0x0011, 0x01, "LO", f"label-{study}")])
    return to_bytes(dataset, ExplicitVRLittleEndian)


def large_files() -> Iterator[bytes]:
    """The file CT_small.dcm that pydicom ships (258 elements, 39 kB), again and again as another instance."""
    dataset = read((resources.files("pydicom") / "data" / "test_files" / "CT_small.dcm").read_bytes())
    assert dataset is not None
    own = str(dataset.SOPInstanceUID).encode()
    dataset.PatientID = f"{PATIENT}-LARGE"
    data = to_bytes(dataset, ExplicitVRLittleEndian)
    for number in count(1):
        yield data.replace(own, f"1{number:0{len(own) - 1}}".encode())


LARGE_FILES = large_files()


def store_small(workload: Workload) -> list[Step]:
    files = [small_file(next(workload.numbers) // INSTANCES_PER_STUDY, next(workload.numbers)) for _ in range(200)]
    return [lambda file=file: workload.server.store(file) for file in files]  # type: ignore[misc]


def store_large(workload: Workload) -> list[Step]:
    def step(file: bytes) -> Step:
        return lambda: workload.large.append(workload.server.store(file))

    return [step(next(LARGE_FILES)) for _ in range(50)]


def views(workload: Workload, *, again: bool) -> list[Step]:
    """/tags and /simplified-tags of large files, just stored, or asked for before."""
    if not again:
        workload.large = [workload.server.store(next(LARGE_FILES)) for _ in range(30)]
    server, large = workload.server, workload.large[-30:]
    if again:
        for instance in large:
            server.tags(instance), server.simplified_tags(instance)
    full: list[Step] = [lambda one=one: server.tags(one) for one in large]  # type: ignore[misc]
    simplified: list[Step] = [lambda one=one: server.simplified_tags(one) for one in large]  # type: ignore[misc]
    return full + simplified


def describe(workload: Workload) -> list[Step]:
    server = workload.server
    return [lambda one=one: server.instance(one) for one in workload.instances[:200]]  # type: ignore[misc]


def list_studies(workload: Workload) -> list[Step]:
    return [workload.server.studies] * 3


def find_patient(workload: Workload) -> list[Step]:
    studies = len(workload.instances) // INSTANCES_PER_STUDY
    queries = [{"PatientID": f"{PATIENT}-{number * 7 % studies}"} for number in range(50)]
    return [lambda query=query: workload.server.find("Study", query) for query in queries]  # type: ignore[misc]


def find_private(workload: Workload) -> list[Step]:
    studies = len(workload.instances) // INSTANCES_PER_STUDY
    query = {LABEL: f"label-{next(workload.numbers) % studies}"}
    return [lambda: workload.server.find("Instance", query)]


def modify_instance(workload: Workload) -> list[Step]:
    server = workload.server
    return [lambda one=one: server.modify("Instance", one, CHANGE) for one in workload.instances[:50]]  # type: ignore[misc]


def modify_study(workload: Workload) -> list[Step]:
    def step() -> None:
        workload.server.delete("Study", workload.server.modify("Study", workload.cascade_study, CHANGE)["ID"])

    return [step]


OPERATIONS: tuple[Operation, ...] = (
    Operation("store a small file", store_small, 5, 2),
    Operation("store CT_small.dcm", store_large, 5, 2),
    Operation("/tags, /simplified-tags, first time", lambda workload: views(workload, again=False), 3, 2),
    Operation("/tags, /simplified-tags, again", lambda workload: views(workload, again=True), 8, 2),
    Operation("GET /instances/{id}", describe, 8, 1.2),
    Operation("GET /studies?expand", list_studies, 3, 1.2),
    Operation("find by PatientID", find_patient, 3, 1.2),
    Operation("find by a private tag, instances", find_private, 100, 50),
    Operation("modify one private tag, one instance", modify_instance, 3, 1.2),
    Operation(f"cascade over a study of {CASCADE_INSTANCES}, and its removal", modify_study, 5, 1.2),
)
