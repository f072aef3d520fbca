"""Orthanc's identifiers: SHA-1 of the DICOM identifiers, so that an app's stored ids match on every server."""

from __future__ import annotations

import hashlib
import uuid


def orthanc_identifier(*dicom_identifiers: str) -> str:
    """The identifier of a patient (PatientID), study (PatientID, StudyInstanceUID), series or instance.

    Each of the DICOM identifiers is given in order, from the patient's down to the resource's own.
    """
    digest = hashlib.sha1("|".join(dicom_identifiers).encode("utf-8"), usedforsecurity=False).hexdigest()
    return "-".join(digest[start : start + 8] for start in range(0, 40, 8))


def generate_uid() -> str:
    """A new UID, of the UUID kind (PS3.5 annex B.2), at most 44 characters."""
    return f"2.25.{uuid.uuid4().int}"
