"""What a better query, or a better configuration, would be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..configuration import Configuration
from ..dicom.element import format_tag
from ..releases import Release
from ..store.level import Level

if TYPE_CHECKING:
    from .plan import QueryPlan

#: Standard tags that narrow best, of each level.
NARROWING_TAGS = {
    Level.PATIENT: "PatientID",
    Level.STUDY: "PatientID, StudyInstanceUID, AccessionNumber or StudyDate",
    Level.SERIES: "PatientID, StudyInstanceUID or StudyDate",
    Level.INSTANCE: "PatientID, StudyInstanceUID or SeriesInstanceUID",
}


def advice_for(plan: QueryPlan, release: Release, configuration: Configuration) -> tuple[str, ...]:
    """Advice on what makes a query slow, or makes it find nothing."""
    advice = []
    if plan.scanned and not plan.reads_files:
        access = configuration.storage_access_on_find
        advice.append(f'set "StorageAccessOnFind" to "Always": with "{access}" a tag outside the index finds nothing')
    elif plan.scanned:
        if not plan.indexed and plan.filters.parent is None:
            advice.append(f"add a standard tag: {NARROWING_TAGS[plan.level]} leaves fewer files to read")
        advice.append(index_advice(plan, release))
        if plan.level is not Level.INSTANCE:
            advice.append(
                f"ask at Instance level where the instances of a {plan.level.value.lower()} differ: here the first "
                "one stands for all"
            )
    answered = set(plan.requested_files) - {constraint.tag for constraint in plan.scanned}
    if answered and plan.reads_files:
        tags = ", ".join(map(format_tag, sorted(answered)))
        advice.append(f"leave {tags} out of RequestedTags, or index it: a file of each candidate is read to tell it")
    for level, constraint in plan.below:
        advice.append(f"ask at {level.value} level: {constraint.name} is a tag of the {level.plural}")
    return tuple(advice)


def index_advice(plan: QueryPlan, release: Release) -> str:
    """The line of configuration that puts what is scanned into the index."""
    tags = [format_tag(constraint.tag) for constraint in plan.scanned]
    line = f'"ExtraMainDicomTags": {json.dumps({plan.level.value: tags})}'
    since = "" if release.has_extra_main_dicom_tags else ", from Orthanc 1.11 on"
    return f"index it: {line}{since} (and reconstruct what was stored before)"
