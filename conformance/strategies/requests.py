"""Strategies for the bodies of requests that modify and find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from hypothesis import strategies as st

from ..files.datasets import PATIENT_PREFIX
from .blocks import registered_block
from .element_values import TEXTS, values
from .entries import Entry

Level = Literal["Patient", "Study", "Series", "Instance"]


def modify_requests(
    dictionary: Mapping[str, Entry] | None = None, level: Level = "Instance", *, valid: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    """The JSON body of POST /{level}/{id}/modify. The private tags that it writes are those of a dictionary.

    At level "Patient" it always has a new PatientID, which releases up to 1.10.1 ask for. With `valid=False` every
    release refuses it, and changes nothing.

    >>> request = modify_requests({"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}).example()
    >>> set(request) <= {"Replace", "Remove", "Keep", "RemovePrivateTags", "PrivateCreator", "Force"}
    True
    >>> modify_requests(valid=False).example() not in ({}, None)
    True
    """
    return modify_request(dict(dictionary or {}), level, valid)


@st.composite
def modify_request(draw: st.DrawFn, dictionary: dict[str, Entry], level: Level, valid: bool) -> dict[str, Any]:
    standard = st.sampled_from([("StudyDescription", "LO"), ("0008,103e", "LO"), ("ImageComments", "LT")])
    replaced = {tag: draw(values(vr)) for tag, vr in draw(st.lists(standard, max_size=2, unique_by=lambda x: x[0]))}
    request: dict[str, Any] = {}
    owned = {key: entry for key, entry in dictionary.items() if len(entry) > 4 and entry[0] in WRITABLE_AS_TEXT}
    if draw(st.booleans()) and owned:
        group, block, creator, known = draw(registered_block(owned))
        offset, entry = draw(st.sampled_from(known))
        replaced[f"{group:04x},{block:02x}{offset:02x}"] = draw(values(entry[0]))
        request["PrivateCreator"] = creator
    if level == "Patient":
        replaced["PatientID"] = f"{PATIENT_PREFIX}STRATEGIES-{draw(st.integers(3, 5))}"
        request["Force"] = True
    if replaced:
        request["Replace"] = replaced
    if draw(st.booleans()):
        request["Remove"] = draw(st.lists(st.sampled_from(["StudyDate", "0008,0090", "0009-1001"]), max_size=2))
    if draw(st.booleans()):
        request["RemovePrivateTags"] = draw(st.booleans())
    return request if valid else {**request, **draw(st.sampled_from(BAD_MODIFICATIONS))}


#: VRs whose value every release takes as text in a modify.
WRITABLE_AS_TEXT = frozenset({*TEXTS, "LO", "LT", "SH", "ST", "UT"})

#: Members of a modify that every release refuses, at each level.
BAD_MODIFICATIONS: Sequence[Mapping[str, Any]] = (
    {"Replace": {"NotATag": "x"}},
    {"Replace": {"PatientID": "x"}, "Force": False},
    {"Replace": {"SOPInstanceUID": "1.2.3"}, "Force": False},
    {"Replace": []},
    {"Replace": "x"},
    {"Remove": "StudyDate"},
    {"Remove": [5]},
    {"Remove": ["NotATag"]},
    {"Remove": ["SOPInstanceUID"], "Force": False},
    {"Keep": ["StudyInstanceUID"], "Force": False},
    {"Keep": {}},
    {"Force": "yes"},
    {"RemovePrivateTags": 1},
    {"PrivateCreator": 5},
    {"Transcode": 5},
)


def find_requests(
    dictionary: Mapping[str, Entry] | None = None, *, valid: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    """The JSON body of POST /tools/find, for the resources that `datasets()` and `modify_requests()` make.

    With `valid=False` every release refuses it.

    >>> request = find_requests().example()
    >>> request["Level"] in ("Patient", "Study", "Series", "Instance"), "PatientID" in request["Query"]
    (True, True)
    """
    return find_request(dict(dictionary or {}), valid)


@st.composite
def find_request(draw: st.DrawFn, dictionary: dict[str, Entry], valid: bool) -> dict[str, Any]:
    query: dict[str, Any] = {"PatientID": f"{PATIENT_PREFIX}STRATEGIES-*"}
    constraints = st.sampled_from(
        [("PatientName", "*doe*"), ("0010,0010", ""), ("PatientSex", "M\\F"), ("PatientBirthDate", "2020-")]
    )
    query |= dict(draw(st.lists(constraints, max_size=2)))
    owned = {key: entry for key, entry in dictionary.items() if len(entry) > 4 and entry[0] in WRITABLE_AS_TEXT}
    if draw(st.booleans()) and owned:
        group, block, _, known = draw(registered_block(owned))
        offset, entry = draw(st.sampled_from(known))
        query[f"{group:04x},{block:02x}{offset:02x}"] = draw(values(entry[0]) | st.just(""))
    request: dict[str, Any] = {"Level": draw(st.sampled_from(LEVELS)), "Query": query}
    for option in draw(st.lists(st.sampled_from(["Expand", "CaseSensitive"]), max_size=2, unique=True)):
        request[option] = draw(st.booleans())
    if draw(st.booleans()):
        request["Limit"] = draw(st.integers(0, 3))
    if valid:
        return request
    spoiled = draw(st.sampled_from(BAD_FINDS))
    return {**request, **spoiled, "Query": {**query, **spoiled["Query"]} if "Query" in spoiled else query}


LEVELS: Sequence[Level] = ("Patient", "Study", "Series", "Instance")

#: Members of a find that every release refuses; those of "Query" are added to it.
BAD_FINDS: Sequence[Mapping[str, Any]] = (
    {"Level": None},
    {"Level": "Galaxy"},
    {"Level": 5},
    {"Query": {"NotATag": "x"}},
    {"Query": {"PatientName": 5}},
    {"Query": {"PatientName": None}},
    {"Query": {"PatientName": ["x"]}},
    {"Query": {"0011,1001": "a*"}},
    {"Query": {"StudyDate": "2020*"}},
    {"CaseSensitive": 1},
    {"Limit": "2"},
    {"Limit": -1},
    {"Since": 1.5},
    {"Since": "1"},
)
