"""Hypothesis strategies for private tags: dictionaries, blocks, datasets, and requests that modify and find.

For property tests of your own code, against the emulator or a real server. Each strategy draws what all emulated
releases accept; with `valid=False` it draws what all of them refuse. They import nothing of the emulator.

>>> from hypothesis import given, strategies as st
>>> from conformance import strategies
>>> from emulator import Emulator
>>> @given(dictionary=strategies.dictionaries(), data=st.data())
... def test_a_value_that_was_written_is_found(dictionary, data):
...     with Emulator({"Dictionary": dictionary}) as orthanc:
...         stored = orthanc.store(data.draw(strategies.datasets(dictionary)))
...         request = data.draw(strategies.modify_requests(dictionary))
...         assert orthanc.modify("Instance", stored.id, request)
>>> test_a_value_that_was_written_is_found()
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset

from ..asking.configurations import REGISTRABLE_VRS
from ..files import datasets as files
from ..files.raw import RawElement, encode_file
from . import odd_sections

Entry = list[Any]
Level = Literal["Patient", "Study", "Series", "Instance"]

#: Creators that no data dictionary has, so that what is registered for them is never there already.
CREATORS = ("MYLAB", "OTHERLAB", "ACME 1.0", "My Hospital: dose")
#: Odd groups at or above 0009 (PS3.5 §7.8), without those that standard repeating groups cover.
GROUPS = ("0009", "0011", "0013", "00e1", "2001", "7053")
#: Blocks are reserved by the elements 10 to ff (PS3.5 §7.8.1).
BLOCKS = (0x10, 0x11, 0x12, 0xFF)

NUMBERS: Mapping[str, str] = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "OF": "f", "AT": "HH"}
TEXTS: Mapping[str, tuple[str, ...]] = {
    "AE": ("STORE1", "PACS"),
    "AS": ("042Y", "003M"),
    "CS": ("HEAD", "A_B 1"),
    "DA": ("20200102", "19991231"),
    "DS": ("1.50", "-3", "1e3"),
    "DT": ("20200102123000", "2020"),
    "IS": ("7", "-12"),
    "PN": ("Doe^John", "Roe^Jane^^Dr"),
    "TM": ("123000", "0830"),
    "UI": ("1.2.3", "2.25.7"),
}
WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-", min_size=1, max_size=12)
NAMES = st.builds("My{}{}".format, st.text("ABCDEFGH", min_size=1, max_size=1), st.text("abcdefgh", max_size=8))


@dataclass(frozen=True)
class PrivateBlock:
    """Private elements of one creator in one block: (gggg,00bb) holds the creator, (gggg,bb00-bbff) are its elements.

    `elements` are (offset, VR, raw value); a `creator` of None leaves them without an owner.
    """

    group: int
    block: int
    creator: str | None
    elements: tuple[tuple[int, str, Any], ...]

    def raw_elements(self) -> list[RawElement]:
        """The creator element and the elements, in order."""
        found: list[RawElement] = []
        if self.creator is not None:
            found.append((f"{self.group:04x},{self.block:04x}", "LO", self.creator))
        for offset, representation, value in sorted(self.elements, key=lambda element: element[0]):
            found.append((f"{self.group:04x},{self.block:02x}{offset:02x}", representation, value))
        return found


def dictionary_entries(*, valid: bool = True) -> st.SearchStrategy[tuple[str, Entry]]:
    """One entry of the option "Dictionary": its key and [VR, name, minimum, maximum, creator].

    The key is an offset ("0011,01") or in full ("0011,1001"). With `valid=False` no release starts with the entry.

    >>> key, entry = dictionary_entries().example()
    >>> len(key) in (7, 9), entry[0] in REGISTRABLE_VRS, entry[4] in CREATORS
    (True, True, True)
    >>> key, entry = dictionary_entries(valid=False).example()
    """
    return valid_entries() if valid else st.sampled_from(BAD_ENTRIES).map(lambda pair: (pair[0], list(pair[1])))


@lru_cache
def valid_entries() -> st.SearchStrategy[tuple[str, Entry]]:
    offsets = st.builds("{}".format, st.integers(1, 0xFF).map("{:02x}".format))
    in_full = st.builds("{:02x}{}".format, st.sampled_from(BLOCKS), offsets)
    keys = st.builds("{},{}".format, st.sampled_from(GROUPS), offsets | in_full)
    bounds = st.sampled_from([(1, 1), (1, 0), (1, 3), (2, 2)])
    entries = st.builds(
        lambda representation, name, bound, creator: [representation, name, *bound, creator],
        st.sampled_from(REGISTRABLE_VRS),
        NAMES,
        bounds,
        st.sampled_from(CREATORS),
    )
    return st.tuples(keys, entries)


#: Entries with which no release starts. What only some refuse (a VR that 1.13.0 took up, a name that 1.9.1 wants to be
#: free) is not among them.
BAD_ENTRIES: Sequence[tuple[str, Entry]] = (
    ("0011,99", ["ZZ", "BadVr", 1, 1, "MYLAB"]),
    ("0011,99", ["lo", "BadVrCase", 1, 1, "MYLAB"]),
    ("0011,99", ["LO", "BadMinimum", 0, 1, "MYLAB"]),
    ("0011,99", ["LO", "BadMaximum", 3, 2, "MYLAB"]),
    ("0012,1001", ["LO", "BadEvenGroup", 1, 1, "MYLAB"]),
    ("0007,1001", ["LO", "BadLowGroup", 1, 1, "MYLAB"]),
    ("ffff,1001", ["LO", "BadHighGroup", 1, 1, "MYLAB"]),
    ("0010,0010", ["PN", "PatientName", 1, 1]),
    ("2001,005f", ["SQ", "StackSequence", 1, 1, "Philips Imaging DD 001"]),
    ("NotATag", ["LO", "BadKey", 1, 1, "MYLAB"]),
    ("0011", ["LO", "BadShortKey", 1, 1, "MYLAB"]),
    ("(0011,1001)", ["LO", "BadParentheses", 1, 1, "MYLAB"]),
    ("0011,99", ["LO", "BadLength"]),
    ("0011,99", []),
    ("0011,99", ["LO", "BadLengthToo", 1, 1, "MYLAB", "more"]),
    ("0011,99", [5, "BadVrType", 1, 1, "MYLAB"]),
    ("0011,99", ["LO", None, 1, 1, "MYLAB"]),
    ("0011,99", ["LO", "BadMinimumType", "1", 1, "MYLAB"]),
    ("0011,99", ["LO", "BadCreatorType", 1, 1, 5]),
)


def dictionaries(*, min_size: int = 1, max_size: int = 5, valid: bool = True) -> st.SearchStrategy[dict[str, Entry]]:
    """A whole option "Dictionary": no tag and no name stands twice in it.

    With `valid=False` one of its entries is refused, and so no release starts with it.

    >>> dictionary = dictionaries().example()
    >>> len({entry[1] for entry in dictionary.values()}) == len(dictionary)
    True
    """
    entries = st.lists(
        valid_entries(),
        min_size=min_size,
        max_size=max_size,
        # an entry by offset covers every block, so the same offset in full would be there already
        unique_by=(lambda pair: (pair[1][4], pair[0][:4], pair[0][-2:]), lambda pair: pair[1][1], lambda pair: pair[0]),
    ).map(dict)
    if valid:
        return entries
    return st.builds(lambda good, bad: {**good, bad[0]: bad[1]}, entries, dictionary_entries(valid=False))


dictionary_sections = odd_sections.dictionary_sections


def private_blocks(
    dictionary: Mapping[str, Entry] | None = None, *, valid: bool = True
) -> st.SearchStrategy[PrivateBlock]:
    """A private block: its creator and elements whose values fit their VRs.

    With a dictionary, its elements are those of one of the creators there, known to the server; without one, unknown.
    A server stores any private element; with `valid=False` it knows none of them: their creator is missing, blank or
    another, so that they are shown as "Unknown Tag & Data" whatever the dictionary says.

    >>> block = private_blocks({"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}).example()
    >>> block.group == 0x0011, block.block == 0x10, block.creator
    (True, True, 'MYLAB')
    >>> private_blocks(valid=False).example().creator in (None, "", "mylab", "UNKNOWN")
    True
    """
    return private_block(dict(dictionary or {}), valid)


@st.composite
def private_block(draw: st.DrawFn, dictionary: dict[str, Entry], valid: bool) -> PrivateBlock:
    owned = {key: entry for key, entry in dictionary.items() if len(entry) > 4}
    if owned:
        group, block, creator, known = draw(registered_block(owned))
        elements = [
            (offset, entry[0], draw(values(entry[0])))
            for offset, entry in draw(
                st.lists(st.sampled_from(known), min_size=1, max_size=3, unique_by=lambda x: x[0])
            )
        ]
    else:
        group, block = int(draw(st.sampled_from(GROUPS)), 16), draw(st.sampled_from(BLOCKS))
        creator = draw(st.sampled_from(CREATORS))
        offsets = draw(st.lists(st.integers(1, 0xFF), min_size=1, max_size=3, unique=True))
        vrs = [draw(st.sampled_from(REGISTRABLE_VRS)) for _ in offsets]
        elements = [(offset, vr, draw(values(vr))) for offset, vr in zip(offsets, vrs, strict=True)]
    if valid:
        return PrivateBlock(group, block, creator, tuple(elements))
    return PrivateBlock(group, block, draw(st.sampled_from((None, "", "mylab", "UNKNOWN"))), tuple(elements))


@st.composite
def registered_block(draw: st.DrawFn, owned: dict[str, Entry]) -> tuple[int, int, str, list[tuple[int, Entry]]]:
    """A block of a creator in a dictionary: group, block, creator, and the offsets that it knows there."""
    chosen = draw(st.sampled_from(sorted(owned)))
    group, element, creator = int(chosen[:4], 16), int(chosen[5:], 16), owned[chosen][4]
    block = element >> 8 if element > 0xFF else draw(st.sampled_from(BLOCKS))
    known = [
        (int(key[5:], 16) & 0xFF, entry)
        for key, entry in sorted(owned.items())
        if int(key[:4], 16) == group and entry[4] == creator and int(key[5:], 16) >> 8 in (0, block)
    ]
    return group, block, creator, known


def values(representation: str, *, depth: int = 1) -> st.SearchStrategy[Any]:
    """A raw value that fits a VR: text for a text VR, bytes for the others, a list of items for SQ.

    >>> isinstance(values("US").example(), bytes), isinstance(values("DA").example(), str)
    (True, True)
    """
    if representation == "SQ":
        return items(depth)
    if representation in NUMBERS:
        return packed(NUMBERS[representation])
    if representation in ("OB", "OW", "UN"):
        return st.sampled_from([b"\0\1", b"ab", b"\xff\xfe\0\0", b""])
    return st.sampled_from(TEXTS[representation]) if representation in TEXTS else WORDS


@lru_cache
def items(depth: int) -> st.SearchStrategy[list[list[RawElement]]]:
    inner = [("0008,0100", "SH"), ("0008,0104", "LO"), *([("0040,a730", "SQ")] if depth > 0 else [])]
    element = st.sampled_from(inner).flatmap(
        lambda pair: st.tuples(st.just(pair[0]), st.just(pair[1]), values(pair[1], depth=depth - 1))
    )
    ordered = st.lists(element, max_size=2, unique_by=lambda one: one[0]).map(sorted_elements)
    return st.lists(ordered, max_size=2)


def sorted_elements(elements: Sequence[RawElement]) -> list[RawElement]:
    return sorted(elements, key=lambda element: element[0])


@lru_cache
def packed(form: str) -> st.SearchStrategy[bytes]:
    sizes = {"H": st.integers(0, 0xFFFF), "h": st.integers(-0x8000, 0x7FFF), "I": st.integers(0, 0xFFFFFFFF)}
    number = sizes.get(form[0], st.integers(-1000, 1000))
    return st.tuples(*[number] * len(form)).map(lambda numbers: struct.pack(f"<{form}", *numbers))


def datasets(dictionary: Mapping[str, Entry] | None = None, *, valid: bool = True) -> st.SearchStrategy[Dataset]:
    """A small secondary capture of few patients, studies and series, with private blocks; ready to be saved.

    Its PatientID begins with "ORTHANC-EMULATOR-", so that on a server in use one sees whose it is. With `valid=False`
    a server refuses to store it: an identifier is missing or empty.

    >>> dataset = datasets().example()
    >>> dataset.PatientID.startswith("ORTHANC-EMULATOR-"), "TransferSyntaxUID" in dataset.file_meta
    (True, True)
    """
    return st.builds(
        lambda elements, implicit: dcmread(io.BytesIO(encode_file(elements, implicit=implicit))),
        dataset_elements(dict(dictionary or {}), valid),
        st.booleans(),
    )


@st.composite
def dataset_elements(draw: st.DrawFn, dictionary: dict[str, Entry], valid: bool) -> list[RawElement]:
    patient, study, series, instance = (draw(st.integers(1, last)) for last in (2, 2, 2, 4))
    words = [str(number) for number in (patient, study, series, instance)]
    identity: dict[str, RawElement] = {
        element[0]: element
        for element in (
            ("0008,0016", "UI", files.SECONDARY_CAPTURE),
            ("0008,0018", "UI", files.uid("strategies", *words)),
            ("0008,0060", "CS", "OT"),
            ("0010,0010", "PN", draw(values("PN"))),
            ("0010,0020", "LO", f"{files.PATIENT_PREFIX}STRATEGIES-{patient}"),
            ("0020,000d", "UI", files.uid("strategies", *words[:2])),
            ("0020,000e", "UI", files.uid("strategies", *words[:3])),
            ("0020,0013", "IS", str(instance)),
        )
    }
    if not valid:
        spoiled = draw(st.sampled_from(["0008,0018", "0020,000d", "0020,000e"]))
        if draw(st.booleans()):
            identity[spoiled] = (spoiled, "UI", "")
        else:
            del identity[spoiled]
    blocks = draw(st.lists(private_blocks(dictionary), max_size=3, unique_by=lambda block: (block.group, block.block)))
    private = [element for block in blocks for element in block.raw_elements()]
    return sorted_elements([*identity.values(), *private])


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
        replaced["PatientID"] = f"{files.PATIENT_PREFIX}STRATEGIES-{draw(st.integers(3, 5))}"
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
    query: dict[str, Any] = {"PatientID": f"{files.PATIENT_PREFIX}STRATEGIES-*"}
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
