"""What a store does when it is full: it forgets the patients that got nothing for the longest time, or refuses.

Measured on Orthanc 1.9.1 to 1.13.0: see fixtures/measurements/recycling.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..errors import ErrorCode, OrthancError
from .resource import Resource


class Limits(NamedTuple):
    """How much a store may hold: `patients`, and `size` in bytes; 0 for no limit.

    `rejects` (MaximumStorageMode "Reject") refuses what does not fit, rather than recycling patients.
    `refuses_large_files` refuses one that is larger than the whole storage; else it is stored beside the rest.
    """

    patients: int = 0
    size: int = 0
    rejects: bool = False
    refuses_large_files: bool = True


class Demand(NamedTuple):
    """What a file asks of a store: its size in bytes, its patient, and whether that is a new one."""

    size: int
    patient: str
    is_new_patient: bool


def patients_to_recycle(limits: Limits, demand: Demand, patients: Iterable[Resource], stored: int) -> list[Resource]:
    """The patients to be removed before a file is stored, that of the file itself never among them.

    `patients` are all that are stored, `stored` is the size of all files in bytes. Raises OrthancError (The file
    storage is full) if there is no room to make, and then nobody has to go.
    """
    if limits.size and demand.size > limits.size:
        if not limits.refuses_large_files:
            return []
        raise full_storage(
            f"Cannot store an instance of size {demand.size} bytes in a storage area limited to {limits.size}"
        )
    there = [*patients]
    missing = len(there) + demand.is_new_patient - limits.patients if limits.patients and demand.is_new_patient else 0
    excess = stored + demand.size - limits.size if limits.size else 0
    if limits.rejects and (missing > 0 or excess > 0):
        raise full_storage(None)
    chosen: list[Resource] = []
    for patient in sorted(there, key=lambda patient: patient.touched):
        if missing <= 0 and excess <= 0:
            break
        if patient.is_protected or patient.id == demand.patient:
            continue
        chosen.append(patient)
        missing -= 1
        excess -= size_of(patient)
    if missing > 0 or excess > 0:
        raise full_storage("Cannot recycle more patients")
    return chosen


def size_of(patient: Resource) -> int:
    """The bytes of a patient's files."""
    return sum(
        len(instance.file)
        for study in patient.children.values()
        for series in study.children.values()
        for instance in series.children.values()
    )


def full_storage(details: str | None) -> OrthancError:
    return OrthancError(ErrorCode.FULL_STORAGE, details)
