"""The SOP classes of the services of the DICOM network (PS3.4 annexes B, C, J and K)."""

from __future__ import annotations

VERIFICATION = "1.2.840.10008.1.1"
STORAGE_COMMITMENT = "1.2.840.10008.1.20.1"
STORAGE_COMMITMENT_INSTANCE = "1.2.840.10008.1.20.1.1"

QUERY_RETRIEVE = "1.2.840.10008.5.1.4.1.2."
PATIENT_ROOT_FIND, PATIENT_ROOT_MOVE, PATIENT_ROOT_GET = (f"{QUERY_RETRIEVE}1.{number}" for number in (1, 2, 3))
STUDY_ROOT_FIND, STUDY_ROOT_MOVE, STUDY_ROOT_GET = (f"{QUERY_RETRIEVE}2.{number}" for number in (1, 2, 3))
PATIENT_STUDY_ONLY = frozenset(f"{QUERY_RETRIEVE}3.{number}" for number in (1, 2, 3))

WORKLIST_FIND = "1.2.840.10008.5.1.4.31"

#: What every server accepts.
SERVICES = frozenset(
    {
        VERIFICATION,
        STORAGE_COMMITMENT,
        PATIENT_ROOT_FIND,
        PATIENT_ROOT_MOVE,
        PATIENT_ROOT_GET,
        STUDY_ROOT_FIND,
        STUDY_ROOT_MOVE,
        STUDY_ROOT_GET,
    }
)

#: What is not stored, either, where unknown classes are (UnknownSopClassAccepted).
NEVER_STORAGE = PATIENT_STUDY_ONLY | {WORKLIST_FIND}
