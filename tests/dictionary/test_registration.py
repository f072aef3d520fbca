"""The section "Dictionary": which entries a server starts with, and what it says of the others.

Measured by starting 1.9.1, 1.10.1, 1.12.7 and 1.13.0 with some 1450 sections each.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import RELEASES, Emulator, OrthancError

ALL = tuple(RELEASES)
LATER = ALL[1:]

INVALID = "The definition of the '{key}' dictionary entry is invalid."
NAME_TAKEN = 'Cannot register two tags with the same symbolic name "{name}"'
TAG_TAKEN = 'Cannot register twice the tag ({tag}), whose symbolic name is "{name}"'
RANGE = "LargestInt out of UInt range"


def refusal(section: dict[str, Any], release: str) -> tuple[int, str | None] | None:
    """Code and details of the error that stops the server, None where it starts."""
    try:
        Emulator({"Dictionary": section}, release=release)
    except OrthancError as error:
        refused = error
    else:
        return None
    assert refused.hint is not None
    assert any(f'in the entry "{key}" of "Dictionary": ' in refused.hint for key in section)
    return int(refused.code), refused.details


@pytest.mark.parametrize(
    ("key", "definition", "expected"),
    [
        # shapes
        ("0011,1001", ["LO", "N", 1, 1, "MYLAB"], None),
        ("0011,1001", ["LO", "N", 1], None),
        ("0011,1001", ["LO", "N", 3], None),
        ("0011,1001", ["LO", "N"], (3, None)),
        ("0011,1001", ["LO"], (15, INVALID)),
        ("0011,1001", {"VR": "LO"}, (15, INVALID)),
        ("0011,1001", None, (15, INVALID)),
        ("0011,1001", ["LO", "N", 1, 1, "M", 1], (15, INVALID)),
        ("0011,1001", ["LO", "N", True, 1], (15, INVALID)),
        ("0011,1001", ["LO", "N", 1.0, 1], (15, INVALID)),
        ("0011,1001", ["LO", "N", 1, "M"], (15, INVALID)),
        ("0011,1001", ["LO", "N", 1 << 63, 1], (15, INVALID)),
        # multiplicities
        ("0011,1001", ["LO", "N", 5, 0], None),
        ("0011,1001", ["LO", "N", 1, 4294967295], None),
        ("0011,1001", ["LO", "N", 0, 0], (3, None)),
        ("0011,1001", ["LO", "N", 2, 1], (3, None)),
        ("0011,1001", ["LO", "N", -1, 1], (-1, RANGE)),
        ("0011,1001", ["LO", "N", 1, 4294967296], (-1, RANGE)),
        # VRs; what is wrong first counts
        ("0011,1001", ["ZZ", "N", -1, 1], (3, "Unsupported value representation encountered: ZZ")),
        ("0011,1001", ["lo", "N", 1, 1], (3, "Unsupported value representation encountered: lo")),
        ("0008,1001", ["ZZ", "N", 0, 0, "M"], (3, "Unsupported value representation encountered: ZZ")),
        # keys
        ("0011-1001", ["LO", "N", 1, 1, "M"], None),
        ("00111001", ["LO", "N", 1, 1, "M"], None),
        ("0x11,0x1001xyz", ["LO", "N", 1, 1, "M"], None),
        ("NotATag", ["ZZ", "N", 0, 0], (27, "NotATag")),
        ("0011", ["LO", "N", 1, 1], (27, "0011")),
        ("(0011,1001)", ["LO", "N", 1, 1], (27, "(0011,1001)")),
        ("0011-01", ["LO", "N", 1, 1, "M"], (27, "0011-01")),
        # groups and creators
        ("0011,1001", ["LO", "N", 1, 1], None),
        ("ffff,1001", ["LO", "N", 1, 1], None),
        ("0008,01", ["LO", "N", 1, 1, "M"], (3, "(0008,0001)")),
        ("0007,1001", ["LO", "N", 1, 1, "M"], (3, "(0007,1001)")),
        ("ffff,1001", ["LO", "N", 1, 1, "M"], (3, "(ffff,1001)")),
    ],
)
def test_one_entry(key: str, definition: Any, expected: tuple[int, str | None] | None) -> None:
    """The same on all releases."""
    if expected is not None and expected[1] is not None:
        details = expected[1].format(key=key)
        if details.startswith("(") and expected[0] == 3:
            details = f"Trying to register private tag {details}, but it must have an odd group >= 0x0009"
        expected = expected[0], details
    for release in ALL:
        assert (release, refusal({key: definition}, release)) == (release, expected)


@pytest.mark.parametrize("vr", ["OD", "OL", "UC", "UR", "OV", "SV", "UV"])
def test_long_vrs_are_registered_by_the_last_release_only(vr: str) -> None:
    details = f"Unsupported value representation encountered: {vr}" if vr in {"OV", "SV", "UV"} else None
    section = {"0011,1001": [vr, "N", 1, 1, "M"]}
    assert [refusal(section, release) for release in ALL] == [(3, details)] * 3 + [None]


@pytest.mark.parametrize(
    ("key", "creator", "taken"),
    [
        ("0010,0010", "", "0010,0010"),
        ("6002,3000", "", "6002,3000"),
        ("0020,3150", "", "0020,3150"),
        ("0020,3151", "", None),
        ("0011,0010", "", "0011,0010"),
        ("0011,0100", "", None),
        ("0014,4001", "", None),
        ("0029,1110", "SIEMENS CSA HEADER", "0029,1110"),
        ("0029,10", "SIEMENS CSA HEADER", "0029,0010"),
        ("0029,11", "SIEMENS CSA HEADER", None),
        ("0029,10", "SIEMENS CSA HEADER ", None),
        ("0029,10", "Siemens CSA Header", None),
    ],
)
def test_tags_that_the_tables_have(key: str, creator: str, taken: str | None) -> None:
    """1.9.1 looks at the name, which is free; later releases at the tag."""
    section = {key: ["LO", "FreeName", 1, 1, creator]}
    assert refusal(section, "1.9.1") is None
    for release in LATER:
        expected = None if taken is None else (2042, TAG_TAKEN.format(tag=taken, name="FreeName"))
        assert (release, refusal(section, release)) == (release, expected)


A, B = ["LO", "A", 1, 1, "MYLAB"], ["LO", "B", 1, 1, "MYLAB"]


@pytest.mark.parametrize(
    ("section", "first", "later"),
    [
        ({"0011,1001": A, "0011,1002": A}, ("A",), None),
        ({"0011,1001": A, "00111001": B}, None, ("0011,1001", "B")),
        ({"0011,1001": A, "00111001": ["LO", "B", 1, 1, "OTHER"]}, None, None),
        ({"0011,01": A, "0011,1001": B}, None, ("0011,1001", "B")),
        ({"0011,01": A, "0011,1102": B}, None, None),
        ({" 0011,1001": A, "0011,01": B}, None, None),
        ({"0011,1001": ["LO", "PatientName", 1, 1]}, ("PatientName",), None),
        ({"0011,1001": ["LO", "StackSequence", 1, 1, "MYLAB"]}, ("StackSequence",), None),
        # an entry that is replaced loses its name
        ({" 0011,01": A, "0011,01": B, "0013,01": A}, None, ("0011,0001", "B")),
        ({" 0011,01": A, "0011,1001": B, "0013,01": A}, ("A",), ("0011,1001", "B")),
        ({"0010,4000": ["LT", "B", 1, 1], "0011,01": ["LO", "PatientComments", 1, 1, "M"]}, None, ("0010,4000", "B")),
        # ... but not while another entry has it: the tables have a private PatientName too
        (
            {"0010,0010": ["PN", "B", 1, 1], "0011,01": ["LO", "PatientName", 1, 1, "M"]},
            ("PatientName",),
            ("0010,0010", "B"),
        ),
    ],
)
def test_entries_in_each_others_way(
    section: dict[str, Any], first: tuple[str] | None, later: tuple[str, str] | None
) -> None:
    """`first` is the name that 1.9.1 refuses, `later` the tag and the name in the error of later releases."""
    assert refusal(section, "1.9.1") == (first and (2042, NAME_TAKEN.format(name=first[0])))
    for release in LATER:
        assert (release, refusal(section, release)) == (
            release,
            later and (2042, TAG_TAKEN.format(tag=later[0], name=later[1])),
        )


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ({"0013,1001": ["ZZ", "N", 1, 1, "M"], "0011,1001": ["LO"]}, 15),
        ({"00ab,1001": ["ZZ", "N", 1, 1, "M"], "00AD,1001": ["LO"]}, 15),
    ],
)
def test_the_first_wrong_entry_in_byte_order_of_the_keys_counts(section: dict[str, Any], code: int) -> None:
    for release in ALL:
        found = refusal(section, release)
        assert found is not None
        assert found[0] == code


KEYS = st.builds("{:04x},{:04x}".format, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF)) | st.text(max_size=12)
JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([])
DEFINITIONS = st.lists(JUNK, max_size=6) | st.tuples(
    st.sampled_from(["LO", "US", "SQ", "OV", "xx"]),
    st.text(max_size=5),
    st.integers(-1, 3),
    st.integers(-1, 3),
    st.sampled_from(["", "MYLAB", "é", " "]),
).map(list)


@given(section=st.dictionaries(KEYS, DEFINITIONS, max_size=3), release=st.sampled_from(ALL))
def test_any_section_starts_or_is_refused_with_a_hint(section: dict[str, Any], release: str) -> None:
    refusal(section, release)


@given(
    group=st.integers(4, 0x7FFE).map(lambda half: 2 * half + 1),
    element=st.integers(0, 0xFFFF),
    spelling=st.sampled_from(["{:04x},{:04x}", "{:04X}-{:04X}", "{:04x}{:04x}", "{:x},{:x}", " 0x{:x},0x{:x}x"]),
    release=st.sampled_from(ALL),
)
def test_every_spelling_registers_the_same_tag(group: int, element: int, spelling: str, release: str) -> None:
    section = {spelling.format(group, element): ["LO", "MyOwnLabel", 1, 1, "MY OWN LAB"]}
    orthanc = Emulator({"Dictionary": section}, release=release)
    entry = orthanc.dictionary.by_name("MyOwnLabel")
    assert entry is not None
    assert (entry.group, entry.element, entry.creator) == (group, element, "MY OWN LAB")
