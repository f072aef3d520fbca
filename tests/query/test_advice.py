"""The advice of a plan, followed: what was advised makes the next find read no file."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from emulator import Emulator, OrthancError
from emulator.query.plan import QueryPlan
from tests.query.query_servers import instance

LEVELS = ["Patient", "Study", "Series", "Instance"]

#: Tags that are no main DICOM tags, of several VRs, with texts that some files have.
SCANNED = {
    "0011,1001": ["one", "two", "ONE", "none"],
    "0011,0010": ["MYLAB", "other"],
    "PatientComments": ["pc", "p*"],
    "ImageType": ["ORIGINAL", "ORIGINAL\\PRIMARY"],
    "Rows": ["1", "7"],
    "AcquisitionDate": ["20260101-", "20250101"],
    "ReferencedImageSequence": ["x"],
    "SOPClassUID": ["1.2.840.10008.5.1.4.1.1.7", "1.2"],
    "SpecificCharacterSet": ["ISO_IR 192"],
    "0002,0010": ["1.2.840.10008.1.2.1"],
    "0015,1001": ["absent"],
}
INDEXED = {"PatientID": ["A", "B", "*"], "StudyDescription": ["S1"], "Modality": ["CT"]}


def texts(tags: dict[str, list[str]]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({}, optional={tag: st.sampled_from(values) for tag, values in tags.items()})


QUERIES = st.builds(lambda some, others: {**some, **others}, texts(SCANNED), texts(INDEXED))


def files() -> list[Dataset]:
    """One of each patient: of several, files and the index would have another one stand for all."""
    rows = {"Rows": 1, "PatientComments": "pc", "ImageType": ["ORIGINAL", "PRIMARY"], "AcquisitionDate": "20260102"}
    first = instance("A", 1, 1, 1, StudyDescription="S1", Modality="CT", private="one", **rows)
    return [first, instance("C", 2, 2, 2, private="two"), instance("B", 3, 3, 3, StudyDescription="S1")]


def asked(orthanc: Emulator, level: str, query: dict[str, str], requested: list[str]) -> tuple[Any, QueryPlan | None]:
    """What a find answers, its error included, and its plan; None where it was refused before it had one."""
    orthanc.queries.clear()
    try:
        found: Any = orthanc.server.queries.find(
            {"Level": level, "Query": query, "RequestedTags": requested, "Expand": True}
        )
        found = [one["ID"] for one in found]
    except OrthancError as error:
        found = int(error.code)
    return found, orthanc.queries[-1] if orthanc.queries else None


def advised(plan: QueryPlan) -> dict[str, Any]:
    """The configuration that a plan advises; empty where it advises none."""
    lines = [re.findall(r'"ExtraMainDicomTags": \{.*?\}', one) for one in plan.advice]
    texts = [text for found in lines for text in found]
    configuration: dict[str, Any] = json.loads("{" + texts[0] + "}") if texts else {}
    return configuration


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["1.12.7", "1.13.0"]),
    st.sampled_from(LEVELS),
    QUERIES,
    st.lists(st.sampled_from([*SCANNED]), max_size=2, unique=True),
)
def test_what_is_advised_to_be_indexed_is_not_read_then(
    release: str, level: str, query: dict[str, str], requested: list[str]
) -> None:
    orthanc = Emulator(release=release, unknown_tags="as-release")
    for file in files():
        orthanc.store(file)
    found, plan = asked(orthanc, level, query, requested)
    if plan is None or not isinstance(found, list):
        return  # refused, with or without a plan: there is nothing to speed up
    assert bool(advised(plan)) is not plan.is_indexed
    orthanc.restart(advised(plan))
    orthanc.server.files.reconstruct(None, None)
    again, then = asked(orthanc, level, query, requested)
    assert then is not None
    assert then.is_indexed
    assert then.files_read == 0
    if "ImageType" not in query:  # of which a member is found in files alone
        assert sorted(again) == sorted(found)


@pytest.mark.parametrize("release", ["1.9.1", "1.10.1"])
def test_releases_without_the_option_are_told_since_when_there_is_one(release: str) -> None:
    orthanc = Emulator(release=release)
    orthanc.find("Study", {"0011,1001": "one"})
    assert any("from Orthanc 1.11 on" in one for one in orthanc.queries[-1].advice)


def test_what_is_indexed_already_stays_in_the_advice() -> None:
    present = {"ExtraMainDicomTags": {"Study": ["PatientComments"], "Instance": ["Rows"]}}
    orthanc = Emulator(present)
    orthanc.find("Study", {"0011,1001": "one"})
    extra = advised(orthanc.queries[-1])["ExtraMainDicomTags"]
    assert extra == {"Study": ["PatientComments", "0011,1001"], "Instance": ["Rows"]}


@pytest.mark.parametrize("level", LEVELS)
def test_each_standard_tag_that_is_advised_leaves_fewer_files(level: str) -> None:
    orthanc = Emulator()
    stored = [orthanc.store(file) for file in files()]
    orthanc.find(level, {"0011,1001": "none"})
    plan = orthanc.queries[-1]
    (line,) = [one for one in plan.advice if one.startswith("add a standard tag")]
    tags = orthanc.simplified_tags(stored[-1].id)
    names = [name for name in re.findall(r"[A-Z]\w+", line) if name in tags]
    assert names
    for name in names:
        orthanc.find(level, {"0011,1001": "none", name: tags[name]})
        assert 0 < orthanc.queries[-1].files_read < plan.files_read


def test_files_that_may_not_be_read_can_be_indexed() -> None:
    never = {"StorageAccessOnFind": "Never"}
    orthanc = Emulator(never)
    for file in files():
        orthanc.store(file)
    assert orthanc.find("Instance", {"0011,1001": "one"}) == []
    plan = orthanc.queries[-1]
    assert plan.advice[0].startswith('set "StorageAccessOnFind" to "Always"')
    orthanc.restart({**never, **advised(plan)})
    orthanc.server.files.reconstruct(None, None)
    assert len(orthanc.find("Instance", {"0011,1001": "one"})) == 1
