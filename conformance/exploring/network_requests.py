"""What `explore --network` asks over the DICOM network: identifiers right and wrong, as raw elements."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ..asking.wire import BIG_ENDIAN, EXPLICIT, IMPLICIT
from ..files.raw import RawElement
from .odd_files import TEXTS
from .requests import CHARACTER_SETS, CREATORS, SEARCHED, Code, registered_vr

QUERY_LEVELS = ("STUDY", "STUDY", "STUDY", "SERIES", "SERIES", "IMAGE", "IMAGE", "PATIENT", "PATIENT")
ODD_LEVELS = ("INSTANCE", "study", "Study ", " STUDY", "NOPE", "", None)

#: Keys of all levels, with the VR of the dictionary; some are computed, some are never there.
VRS_OF_KEYS = {
    "UI": "0008,0016 0008,0018 0008,0062 0020,000d 0020,000e 0020,0052",
    "DA": "0008,0020 0010,0030",
    "TM": "0008,0030",
    "SH": "0008,0050 0008,0201 0020,0010 0088,0130",
    "AE": "0008,0054",
    "CS": "0008,0056 0008,0060 0008,0061 0010,0040 0018,0015",
    "LO": "0008,0080 0008,1030 0008,103e 0014,9999",
    "PN": "0008,0090 0010,0010",
    "SQ": "0008,1140 0040,0275 0040,a730",
    "UR": "0008,1190",
    "AS": "0010,1010",
    "LT": "0010,4000 0020,4000",
    "IS": "0020,0011 0020,0013 0020,1200 0020,1202 0020,1206 0020,1208 0020,1209 0028,0008",
    "US": "0028,0010 0028,0106",
    "UL": "0008,0000",
    "OW": "7fe0,0010",
}
KEYS = {tag: vr for vr, tags in VRS_OF_KEYS.items() for tag in tags.split()}
PRIVATE_KEYS = ("0011,1001", "0011,1002", "0011,1003", "0011,1004", "0011,1005", "0011,1007", "0013,1020", "0013,102a")
SEARCHED_BYTES = (b"a", b"a ", b"\1\0", b"\1\0\2\0", b"a\0", b"\xe9*", b"1.5 ", b"5 ", b"A\\B ", b"*A")

#: Expressions for the identifiers of the files that an example stores.
IDENTIFIERS = {
    "0010,0020": ("LO", ("session.patient_id()", "session.patient_id('2')")),
    "0020,000d": ("UI", ("session.uid('study', '', '1')", "session.uid('study', '', '2')")),
    "0020,000e": ("UI", ("session.uid('series', '', '1', '1')", "session.uid('series', '', '1', '2')")),
    "0008,0018": ("UI", ("session.uid('instance', '', '1', '1', '1')", "session.uid('instance', '', '1', '1', '2')")),
}
ENDS = ("", "", "", "", " + '\\\\9.9'", " + '*'", " + ' '", " + '\\\\'")
STATUSES = (0, 0, 0, 0xB000, 0xA700, 0xC000, 0x0122, 0xB007)

#: What a receiver takes, in its order.
TAKEN = (
    (EXPLICIT, IMPLICIT),
    (EXPLICIT, IMPLICIT),
    (EXPLICIT,),
    (IMPLICIT,),
    (BIG_ENDIAN, IMPLICIT),
    (),
    ("1.2.840.10008.1.2.4.50", EXPLICIT),
    ("1.2.840.10008.1.2.1.99", IMPLICIT),
)


@st.composite
def key(draw: st.DrawFn) -> list[RawElement]:
    """One key, of a private one with its creator; mostly in its VR, and with a value now and then."""
    kind = draw(st.integers(0, 9))
    if kind < 6:
        tag = draw(st.sampled_from(sorted(KEYS)))
        vr, before = KEYS[tag], []
    else:
        tag = draw(st.sampled_from(PRIVATE_KEYS))
        vr = registered_vr(tag) or "LO"
        creator = draw(st.sampled_from((CREATORS[0], CREATORS[0], *CREATORS, None)))
        before = [] if creator is None else [(f"{tag[:5]}0010", "LO", creator)]
    if draw(st.integers(0, 5)) == 5:
        vr = draw(st.sampled_from(("UN", "UN", "LO", "SQ", "OB", "US", "SH")))
    return [*before, (tag, vr, draw(key_values(vr)))]


@st.composite
def key_values(draw: st.DrawFn, vr: str) -> Any:
    if vr == "SQ":
        item: list[RawElement] = [("0008,0104", "LO", draw(st.sampled_from(("", "a", "*"))))]
        return draw(st.sampled_from(([], [[]], [item])))
    kind = draw(st.integers(0, 4))
    if kind <= 1:
        return ""
    if kind == 2:
        return draw(st.sampled_from(SEARCHED_BYTES))
    return draw(st.sampled_from(SEARCHED))


@st.composite
def identifiers(draw: st.DrawFn) -> list[RawElement]:
    """The keys of a C-FIND."""
    found: dict[str, RawElement] = {}
    for drawn in draw(st.lists(key(), max_size=3)):
        found |= {one[0]: one for one in drawn}
    patient = draw(
        st.sampled_from(("session.patient_id()", "session.patient_id() + '*'", "session.patient_id('2')", ""))
    )
    found["0010,0020"] = ("0010,0020", "LO", Code(patient) if patient else "")
    term = draw(st.sampled_from(("", "", "", *CHARACTER_SETS)))
    if term:
        found["0008,0005"] = ("0008,0005", "CS", term)
        if draw(st.booleans()):
            found["0010,0010"] = ("0010,0010", "PN", draw(st.sampled_from(TEXTS.get(term, (b"a",)))))
    return with_level(draw, found)


@st.composite
def retrieved(draw: st.DrawFn) -> list[RawElement]:
    """The keys of a C-MOVE or C-GET."""
    found: dict[str, RawElement] = {}
    for tag in draw(st.lists(st.sampled_from(sorted(IDENTIFIERS)), min_size=1, max_size=2, unique=True)):
        vr, expressions = IDENTIFIERS[tag]
        kind = draw(st.integers(0, 9))
        expression = draw(st.sampled_from(expressions)) + draw(st.sampled_from(ENDS))
        if kind == 8:
            expression = " + '\\\\' + ".join(expressions)
        found[tag] = (tag, vr, "" if kind == 9 else Code(expression))
    if draw(st.integers(0, 5)) == 5:
        found["0008,0050"] = ("0008,0050", "SH", draw(st.sampled_from(SEARCHED)))
    return with_level(draw, found)


def with_level(draw: st.DrawFn, found: dict[str, RawElement]) -> list[RawElement]:
    """The keys in order, their level among them; an odd level now and then, or none."""
    level = draw(st.sampled_from(QUERY_LEVELS if draw(st.integers(0, 7)) else ODD_LEVELS))
    if level is not None:
        found["0008,0052"] = ("0008,0052", "CS", level)
    return [found[tag] for tag in sorted(found)]


def find_options() -> st.SearchStrategy[dict[str, Any]]:
    syntaxes = (EXPLICIT, EXPLICIT, IMPLICIT, IMPLICIT, BIG_ENDIAN)
    return st.fixed_dictionaries({}, optional={"root": st.just("P"), "syntax": st.sampled_from(syntaxes)})


def retrieval_options() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={"root": st.just("P"), "syntaxes": st.sampled_from(TAKEN), "status": st.sampled_from(STATUSES)},
    )


#: Destinations of a C-MOVE other than the receiver.
DESTINATIONS = ("receiver", "NOWHERE", "", "RECEIVER ")


@st.composite
def sendings(draw: st.DrawFn, named: list[str]) -> tuple[str, Any]:
    """What a server is asked to send of itself: the action below /modalities/receiver, and its body."""
    codes = [Code(one) for one in named]
    if not draw(st.integers(0, 5)):
        return "echo", draw(st.sampled_from(({}, {"Timeout": 5}, {"CheckFind": True}, None)))
    if not draw(st.integers(0, 2)):
        return "store", codes[0] if draw(st.booleans()) else codes
    body: dict[str, Any] = {"Resources": codes}
    options = {
        "Synchronous": st.just(True),
        "LocalAet": st.sampled_from(("LOCAL", "", "x" * 17)),
        "CalledAet": st.sampled_from(("OTHER", "")),
        "MoveOriginatorAet": st.sampled_from(("ORIGIN", "")),
        "MoveOriginatorID": st.sampled_from((5, 0, 65536, -1)),
        "Permissive": st.booleans(),
        "StorageCommitment": st.just(False),
        "Timeout": st.sampled_from((5, 0)),
    }
    body |= draw(st.fixed_dictionaries({}, optional=options))
    return "store", body
