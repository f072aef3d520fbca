"""`ResponseContent` of a find: which parts of a resource its answers hold (measured on Orthanc 1.12.7 and 1.13.0)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ..store.level import Level
from ..store.metadata import metadata_of
from ..store.resource import Resource

#: The members of a resource's answer that each content stands for; "ID" and "Type" are always there.
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "Children": ("Studies", "Series", "Instances"),
    "IsProtected": ("IsProtected",),
    "IsStable": ("IsStable",),
    "Labels": ("Labels",),
    "MainDicomTags": ("MainDicomTags", "PatientMainDicomTags"),
    "Parent": ("ParentPatient", "ParentStudy", "ParentSeries"),
    "Status": ("Status",),
}

#: The number of the attachment that is the DICOM file.
DICOM_ATTACHMENT = 1


def with_content(answer: Mapping[str, Any], resource: Resource, content: frozenset[str]) -> dict[str, Any]:
    """The parts of a resource's answer that are asked for."""
    members = {"ID", "Type"}.union(*(MEMBERS.get(name, ()) for name in content))
    chosen = {name: value for name, value in answer.items() if name in members}
    if "Metadata" in content:
        chosen["Metadata"] = metadata_of(resource)
    if "Attachments" in content:
        chosen["Attachments"] = [attachment(resource)] if resource.level is Level.INSTANCE else []
    return chosen


def attachment(instance: Resource) -> dict[str, Any]:
    """The file of an instance, as the server describes it."""
    digest = hashlib.md5(instance.file, usedforsecurity=False).hexdigest()
    size = len(instance.file)
    return {
        "CompressedMD5": digest,
        "CompressedSize": size,
        "ContentType": DICOM_ATTACHMENT,
        "UncompressedMD5": digest,
        "UncompressedSize": size,
        "Uuid": instance.file_uuid,
    }
