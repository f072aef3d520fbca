"""What holds of any dictionary that is registered, and of any that is checked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import strategies
from emulator import RELEASES, Emulator, OrthancError
from emulator.checking import CODES, Problem, check
from emulator.checking.problem import NOTHING_INSTEAD
from emulator.dictionary import Dictionary, Entry

DCMTK_VERSION = "3.6.9"
BLOCKS = (0x10, 0x11, 0x12, 0x7F, 0xFF)

releases = st.sampled_from(tuple(RELEASES))


def tag_of(key: str) -> tuple[int, int]:
    group, element = key.split(",")
    return int(group, 16), int(element, 16)


def fits(key: str, definition: list[Any], group: int, element: int, creator: str) -> bool:
    """Whether an entry that is registered alone is that of an element in a block."""
    own_group, own_element = tag_of(key)
    if (own_group, definition[4]) != (group, creator):
        return False
    return element in (own_element, own_element + ((element >> 8) << 8 if own_element <= 0xFF else 0))


def alone(key: str, definition: list[Any]) -> tuple[Dictionary, Entry]:
    dictionary = Dictionary(DCMTK_VERSION)
    return dictionary, dictionary.register(key, definition)


@given(section=strategies.dictionaries(max_size=6), data=st.data())
def test_entries_that_are_not_in_each_others_way_register_in_any_order(
    section: dict[str, Any], data: st.DataObject
) -> None:
    dictionary = Dictionary(DCMTK_VERSION, section)
    other = Dictionary(DCMTK_VERSION)
    for key in data.draw(st.permutations(sorted(section))):
        other.register(key, section[key])
    assert other.registered == dictionary.registered
    assert {name: other.by_name(name) for _, name, *_ in section.values()} == {
        name: dictionary.by_name(name) for _, name, *_ in section.values()
    }


@given(section=strategies.dictionaries(valid=False), data=st.data(), release=releases)
def test_the_order_of_the_lines_does_not_matter_to_the_outcome(
    section: dict[str, Any], data: st.DataObject, release: str
) -> None:
    shuffled = {key: section[key] for key in data.draw(st.permutations(sorted(section)))}
    assert outcome(section, release) == outcome(shuffled, release) != None  # noqa: E711


def outcome(section: Any, release: str) -> str | None:
    """Why a release does not start with a section, in the server's words, None if it does."""
    try:
        Emulator({"Dictionary": section}, release=release)
    except OrthancError as error:
        return str(error).partition("\n")[0]
    return None


@given(
    line=strategies.dictionary_entries(),
    group=st.sampled_from(strategies.GROUPS),
    creator=st.sampled_from(strategies.CREATORS),
)
def test_an_entry_is_found_in_every_block_that_it_fits_and_nowhere_else(
    line: tuple[str, list[Any]], group: str, creator: str
) -> None:
    key, definition = line
    dictionary, entry = alone(key, definition)
    offset = tag_of(key)[1] & 0xFF
    for block in BLOCKS:
        for element in {block << 8 | offset, block << 8 | offset ^ 1}:
            for place in ((int(group, 16), creator), (entry.group, creator), (entry.group, definition[4])):
                found = dictionary.find(place[0], element, place[1])
                assert (found is entry) == fits(key, definition, place[0], element, place[1])
        assert dictionary.find(entry.group, block << 8 | offset, None) is not entry


@given(
    group=st.sampled_from(strategies.GROUPS),
    element=st.integers(1, 0xFF),
    creators=st.lists(st.sampled_from(strategies.CREATORS), min_size=2, max_size=2, unique=True),
    forms=st.tuples(st.booleans(), st.booleans()),
)
def test_two_creators_never_answer_for_each_other(
    group: str, element: int, creators: list[str], forms: tuple[bool, bool]
) -> None:
    section = {
        f"{group},{element:02x}" if form else f"{group},10{element:02x}": ["LO", f"My{index}", 1, 1, creator]
        for index, (creator, form) in enumerate(zip(creators, forms, strict=True))
    }
    if len(section) == 1:  # one key; spell it otherwise
        key, definition = section.popitem()
        section = {key: ["LO", "My0", 1, 1, creators[0]], key.replace(",", ",0") if forms[0] else " " + key: definition}
    dictionary = Dictionary(DCMTK_VERSION, section)
    names = [dictionary.name(int(group, 16), 0x1000 | element, creator) for creator in creators]
    assert names == ["My0", "My1"]


@given(group=st.sampled_from(strategies.GROUPS), offset=st.integers(1, 0xFF), block=st.sampled_from(BLOCKS))
def test_the_entry_in_full_goes_before_the_one_by_offset(group: str, offset: int, block: int) -> None:
    full, by_offset = f"{group},{block:02x}{offset:02x}", f"{group}-00{offset:02x}"
    section = {full: ["LO", "InFull", 1, 1, "MYLAB"], by_offset: ["LO", "ByOffset", 1, 1, "MYLAB"]}
    dictionary = Dictionary(DCMTK_VERSION, section)
    for other in BLOCKS:
        expected = "InFull" if other == block else "ByOffset"
        assert dictionary.name(int(group, 16), other << 8 | offset, "MYLAB") == expected


@given(section=strategies.dictionaries())
def test_a_name_leads_to_its_entry_and_the_entry_to_its_tag(section: dict[str, Any]) -> None:
    """An entry by offset is named (gggg,00ee), where `find` still knows it; all as on the real server."""
    dictionary = Dictionary(DCMTK_VERSION, section)
    for key, (_, name, _, _, creator) in section.items():
        entry = dictionary.by_name(name)
        assert entry is not None
        tag = dictionary.tag(name)
        assert (tag >> 16, tag & 0xFFFF) == (entry.group, entry.element) == tag_of(key)
        assert dictionary.find(tag >> 16, tag & 0xFFFF, creator) is entry
        assert dictionary.name(entry.group, entry.element, creator) == name


# Checking

KEYS = st.sampled_from(
    [
        "0011,1001",
        "0011,01",
        "0011-0001",
        " 0011,1001",
        "0010,0010",
        "0008,1001",
        "ffff,01",
        "StackSequence",
        "0011",
        "",
    ]
) | st.builds("{:x},{:x}".format, st.integers(0, 0x1FFFF), st.integers(0, 0x1FFFF))
DEFINITIONS = st.tuples(
    st.sampled_from(["LO", "US", "SQ", "OB", "UN", "AT", "OV", "UC", "lo", "xs", "LO "]),
    st.sampled_from(["MyName", "Other", "PatientName", "StackSequence", "", "0011,1001", "a.b"]),
    st.sampled_from([1, 1, 1, 0, 3, -1, 1 << 33]),
    st.sampled_from([1, 1, 0, 2]),
    st.sampled_from(["MYLAB", "mylab ", "GEMS_IDEN_01", "", "é", "a\\b", " ", "x" * 70]),
).map(list)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3), st.lists, max_leaves=6
)
SECTIONS = (
    st.dictionaries(KEYS, DEFINITIONS | DEFINITIONS.map(lambda one: one[:3]) | JUNK, max_size=4)
    | strategies.dictionaries()
    | strategies.dictionaries(valid=False)
    | JUNK
)


def refusals(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


@given(section=SECTIONS, release=releases)
def test_check_reports_a_refusal_exactly_when_the_server_does_not_start(section: Any, release: str) -> None:
    problems = check({"Dictionary": section}, release=release)
    error = outcome(section, release)
    found = refusals(problems)
    assert bool(found) == (error is not None)
    if error is not None:
        assert any(problem.message.startswith(error) for problem in found)
    for problem in problems:
        assert problem.code in CODES
        assert problem.message
        assert problem.advice
        assert problem.key is None or problem.key in section
        assert problem.instead is None or problem.code not in NOTHING_INSTEAD


ALIKE = st.dictionaries(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["0011", "00e1", "00E1", "0007"]),
        st.sampled_from([",", "-", "", ".", " "]),
        st.sampled_from(["01", "0001", "1001", "1101", "0101", "1002"]),
    ),
    st.tuples(
        st.sampled_from(["LO", "US", "lo"]),
        st.sampled_from(["MyName", "a.b", "MyName2"]),
        st.sampled_from([0, 1, 3]),
        st.just(3),
        st.sampled_from(["MYLAB", "MYLAB ", "OTHERLAB", "mylab", ""]),
    ).map(list),
    max_size=6,
)


def lines_of(instead: str) -> dict[str, Any]:
    lines: dict[str, Any] = json.loads(f"{{{instead}}}")
    return lines


@given(section=SECTIONS | ALIKE, release=releases)
def test_what_is_to_be_written_instead_is_taken_and_not_regretted(section: Any, release: str) -> None:
    """With one line as it says, it is neither refused nor has the problem that it mends; nor is another one refused."""
    if not isinstance(section, dict):
        return
    problems = check({"Dictionary": section}, release=release)
    refused = {problem.key for problem in refusals(problems)}
    for problem in problems:
        if problem.instead is None or problem.key is None:
            continue
        lines = lines_of(problem.instead)
        rest = {key: definition for key, definition in section.items() if key != problem.key}
        assert not lines.keys() & rest.keys()
        after = check({"Dictionary": rest | lines}, release=release)
        assert {one.key for one in refusals(after)} <= refused - {problem.key}
        assert not [one for one in after if one.key in lines and one.code == problem.code]


@given(section=SECTIONS | ALIKE, release=releases)
def test_all_that_is_to_be_written_instead_can_be_written_at_once(section: Any, release: str) -> None:
    if not isinstance(section, dict):
        return
    problems = check({"Dictionary": section}, release=release)
    instead = {problem.key: problem.instead for problem in problems if problem.instead is not None}
    left_out = {problem.key for problem in refusals(problems)}
    written = {key: definition for key, definition in section.items() if key not in instead and key not in left_out}
    for lines in instead.values():
        written |= lines_of(lines)
    assert outcome(written, release) is None


@given(section=SECTIONS | ALIKE, release=releases)
def test_what_is_to_be_written_instead_keeps_its_meaning(section: Any, release: str) -> None:
    """The same VR, creator and elements, where the entry's own are any."""
    if not isinstance(section, dict):
        return
    definitions = [one for one in section.values() if isinstance(one, list | tuple) and len(one) > 1]
    names = [one[1] for one in definitions]
    for problem in check({"Dictionary": section}, release=release):
        if problem.instead is None or problem.key is None or problem.severity == "error":
            continue
        if problem.key in names:  # the key is the name of another entry of the section, and alone means something else
            continue
        entry = alone_in(problem.key, section[problem.key], release)
        if entry is None:
            continue
        mended = [alone_in(key, definition, release) for key, definition in lines_of(problem.instead).items()]
        creator = entry.creator
        for one in mended:
            assert one is not None
            assert (one.group, one.vr) == (entry.group, entry.vr)
            assert (one.element ^ entry.element) & 0xFF == 0
            if creator is not None and creator == creator.strip() and creator.isascii():
                assert one.creator == creator or len(creator) > 64 or "\\" in creator
        if entry.creator is None or entry.element >= 0x1000:
            assert mended[0] is not None
            assert mended[0].element == entry.element
        else:
            assert any(one is not None and one.element <= 0xFF for one in mended)


def alone_in(key: str, definition: list[Any], release: str) -> Entry | None:
    """The entry that a line registers where it stands alone, None where it needs others (its key is a name)."""
    try:
        entries = Emulator({"Dictionary": {key: definition}}, release=release).dictionary.registered.values()
    except OrthancError:
        return None
    return next(iter(entries))


@given(line=strategies.dictionary_entries(), release=releases)
def test_an_entry_that_is_regretted_can_be_mended(line: tuple[str, list[Any]], release: str) -> None:
    """What to write instead leaves nothing to regret but what no line can mend."""
    problems = check({"Dictionary": dict([line])}, release=release)
    instead = {problem.instead for problem in problems if problem.instead is not None}
    assert len(instead) <= 1
    mended = json.loads(f"{{{instead.pop()}}}") if instead else dict([line])
    left = {problem.code for problem in check({"Dictionary": mended}, release=release)}
    assert left <= {"vr-without-text"}


def test_two_creators_in_one_group_are_offered_lines_of_their_own() -> None:
    section = {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"], "0011-1001": ["LO", "OtherLabel", 1, 1, "OTHERLAB"]}
    problems = check({"Dictionary": section})
    assert [lines_of(problem.instead or "") for problem in problems] == [
        {
            "0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"],
            "0011-0001": ["LO", "MyLabelInAnyBlock", 1, 1, "MYLAB"],
        },
        {
            "0011-1001": ["LO", "OtherLabel", 1, 1, "OTHERLAB"],
            "00110001": ["LO", "OtherLabelInAnyBlock", 1, 1, "OTHERLAB"],
        },
    ]


@pytest.mark.parametrize("release", RELEASES)
def test_the_default_dictionary_has_no_problems(release: str) -> None:
    assert check(None, release=release) == []
    assert check({}, release=release) == []
