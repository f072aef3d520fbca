"""What a better query, or a better configuration, would be."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..configuration.configuration import Configuration
from ..dicom.element import format_tag
from ..store.level import Level
from .plan import QueryPlan
from .rules import QueryRelease

#: Standard tags that narrow best, of each level.
NARROWING_TAGS = {
    Level.PATIENT: "PatientID",
    Level.STUDY: "PatientID, StudyInstanceUID, AccessionNumber or StudyDate",
    Level.SERIES: "PatientID, StudyInstanceUID or StudyDate",
    Level.INSTANCE: "PatientID, StudyInstanceUID or SeriesInstanceUID",
}


def advice_for(plan: QueryPlan, release: QueryRelease, configuration: Configuration) -> tuple[str, ...]:
    """Advice on what makes a query slow, or makes it find nothing."""
    advice = []
    if plan.scanned and not plan.reads_files:
        access = configuration.storage_access_on_find
        advice.append(f'set "StorageAccessOnFind" to "Always": with "{access}" a tag outside the index finds nothing')
    elif plan.scanned and not plan.indexed and plan.filters.parent is None:
        advice.append(f"add a standard tag: {NARROWING_TAGS[plan.level]} leaves fewer files to read")
    scanned = {constraint.tag for constraint in plan.scanned}
    told = set(plan.requested_files) - scanned if plan.reads_files else set()
    if told:
        tags = ", ".join(map(format_tag, sorted(told)))
        advice.append(f"leave {tags} out of RequestedTags, or index it: a file of each candidate is read to tell it")
    if scanned or told:
        advice.append(index_advice(plan.level, sorted(scanned | told), release, configuration))
    if plan.scanned and plan.reads_files and plan.level is not Level.INSTANCE:
        advice.append(
            f"ask at Instance level where the instances of a {plan.level.value.lower()} differ: here the first "
            "one stands for all"
        )
    if plan.scanned and plan.reads_files and plan.page.limit is not None and release.query.limits_candidates:
        advice.append("ask without Limit and Since: they cut the candidates before files are compared")
    if plan.page.cuts and not plan.page.is_sorted:
        advice.append(
            "ask without Limit and Since: this database leaves the order open, so any of the matches may be cut"
        )
    for level, constraint in plan.below:
        advice.append(f"ask at {level.value} level: {constraint.name} is a tag of the {level.plural}")
    return tuple(advice)


def index_advice(level: Level, tags: list[int], release: QueryRelease, configuration: Configuration) -> str:
    """The line of configuration that puts tags into the index, beside those that are there already."""
    present = configuration.options.get("ExtraMainDicomTags") if release.store.has_extra_main_dicom_tags else None
    extra = dict(present) if isinstance(present, Mapping) else {}
    extra[level.value] = [*extra.get(level.value, ()), *map(format_tag, tags)]
    since = "" if release.store.has_extra_main_dicom_tags else ", from Orthanc 1.11 on"
    return f'index it: "ExtraMainDicomTags": {json.dumps(extra)}{since} (and reconstruct what was stored before)'
