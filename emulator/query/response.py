"""`ResponseContent` of a find: which parts of a resource its answers hold (measured on Orthanc 1.12.7 and 1.13.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..store.metadata import metadata_of
from ..store.resource import Resource
from .rules import QueryRelease

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


def with_content(
    answer: Mapping[str, Any], resource: Resource, content: frozenset[str], release: QueryRelease, *, signed: bool
) -> dict[str, Any]:
    """The parts of a resource's answer that are asked for; `signed` says whether attachments have MD5 hashes."""
    members = {"ID", "Type"}.union(*(MEMBERS.get(name, ()) for name in content))
    chosen = {name: value for name, value in answer.items() if name in members}
    if "MainDicomTags" in chosen and "Metadata" not in content:  # of which one has the sequences
        chosen["MainDicomTags"] = {
            name: value for name, value in chosen["MainDicomTags"].items() if not is_sequence(value)
        }
    if "Metadata" in content:
        chosen["Metadata"] = metadata_of(resource, release)
    if "Attachments" in content:
        chosen["Attachments"] = [
            attachment.describe(number, signed=signed) for number, attachment in resource.attached.items()
        ]
    return chosen


def is_sequence(value: Any) -> bool:
    """Whether a main DICOM tag is shown as the items of a sequence, in any form."""
    return isinstance(value, list) or (isinstance(value, Mapping) and value["Type"] == "Sequence")
