"""The presentation contexts that a server proposes. Measured on Orthanc 1.9.1 to 1.13.0 with pynetdicom as the peer."""

from __future__ import annotations

from collections.abc import Iterable

from ..dicom.transfer_syntaxes import EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from ..upper_layer.sop_classes import (
    PATIENT_ROOT_FIND,
    PATIENT_ROOT_GET,
    PATIENT_ROOT_MOVE,
    STUDY_ROOT_FIND,
    STUDY_ROOT_GET,
    STUDY_ROOT_MOVE,
    VERIFICATION,
    WORKLIST_FIND,
)
from .rules import NetworkRules

#: Abstract syntax and transfer syntaxes.
Proposal = tuple[str, tuple[str, ...]]

UNCOMPRESSED = (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN)
EXPLICIT_FIRST = (EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN)

#: What an association can propose at most (PS3.8 section 9.3.2.2); servers propose one less, and classes as a whole.
MOST = 128

STORAGE_ROOT = "1.2.840.10008.5.1.4.1.1."

#: The storage classes that are proposed beside those of what is sent, by what follows their common root, in order.
COMMON_STORAGE = (
    "9.1.3 88.11 9.4.1 11.4 9.3.1 88.65 88.69 11.2 88.33 1 2 1.3 1.3.1 1.2 1.2.1 1.1 1.1.1 104.1 2.1 4.1 88.22 12.1.1 "
    "12.2.1 9.1.2 11.1 9.2.1 88.59 88.50 4 4.2 7.2 7.3 7.1 7.4 20 77.1.5.2 77.1.5.1 77.1.5.4 128 88.40 11.3 66 67 "
    "481.4 481.6 481.2 481.1 481.5 481.3 481.7 7 66.2 66.1 77.1.5.3 9.1.1 6.1 3.1 77.1.1 77.1.2 77.1.4 77.1.3 12.1 "
    "88.67"
).split()

#: Before 1.12 one kind of association is asked for all that is no storage.
ANY_SERVICE = (VERIFICATION, PATIENT_ROOT_FIND, STUDY_ROOT_FIND, STUDY_ROOT_MOVE, WORKLIST_FIND)

#: From 1.12 on, what each needs.
SERVICES = {
    "echo": (VERIFICATION,),
    "echo and find": (VERIFICATION, PATIENT_ROOT_FIND, STUDY_ROOT_FIND, WORKLIST_FIND),
    "find": (PATIENT_ROOT_FIND, STUDY_ROOT_FIND, WORKLIST_FIND),
    "move": (PATIENT_ROOT_MOVE, STUDY_ROOT_MOVE),
}


def service(name: str, rules: NetworkRules) -> list[Proposal]:
    """What is proposed for an echo, a find or a move."""
    if not rules.proposes_what_it_needs:
        return [(one, UNCOMPRESSED) for one in ANY_SERVICE]
    return [(one, EXPLICIT_FIRST) for one in SERVICES[name]]


def get() -> list[Proposal]:
    """What is proposed for a C-GET: its SOP classes, and the storage classes that may come."""
    storage = [(STORAGE_ROOT + one, EXPLICIT_FIRST[:2]) for one in COMMON_STORAGE]
    return [(STUDY_ROOT_GET, EXPLICIT_FIRST), (PATIENT_ROOT_GET, EXPLICIT_FIRST), *storage]


def storage(
    sop_class: str, transfer_syntaxes: Iterable[str], preferred: str = EXPLICIT_LITTLE_ENDIAN
) -> list[Proposal]:
    """What is proposed to send files of this class and of these transfer syntaxes, and others after them."""
    own = sorted(transfer_syntaxes)
    syntaxes: list[tuple[str, ...]] = [(one,) for one in own]
    if preferred not in own:
        syntaxes.append((preferred,))
    rest = tuple(one for one in UNCOMPRESSED if one not in (preferred, *own))
    syntaxes += [rest] if rest else []
    others = tuple(one for one in UNCOMPRESSED if one != preferred)
    proposals: list[Proposal] = [(sop_class, one) for one in syntaxes]
    for number in COMMON_STORAGE:
        if STORAGE_ROOT + number != sop_class and len(proposals) + 2 < MOST:
            proposals += [(STORAGE_ROOT + number, (preferred,)), (STORAGE_ROOT + number, others)]
    return proposals


def storage_commitment(sop_class: str, *, explicit_first: bool) -> list[Proposal]:
    """What is proposed for storage commitment, and for the report of it."""
    syntaxes = (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN)
    return [(sop_class, syntaxes[::-1] if explicit_first else syntaxes)]


def classes(proposals: Iterable[Proposal]) -> set[str]:
    return {abstract for abstract, _ in proposals}
