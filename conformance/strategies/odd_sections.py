"""The Hypothesis strategy `dictionary_sections`: whatever people may write as "Dictionary", right and wrong alike.

What the lines of one section have in common (tags, creators, names) comes from small pools, so that they are often in
each other's way; what is odd about a line is odd in one place, so that the other rules are reached, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from ..asking.configurations import REGISTRABLE_VRS

#: (group, element, creator, name) of tags that DCMTK's tables have, the creator None for a standard tag.
Known = tuple[int, int, str | None, str]
SOME_KNOWN: Sequence[Known] = (
    (0x0010, 0x0010, None, "PatientName"),
    (0x0014, 0x1020, None, "ValidationExpiryDate"),
    (0x0020, 0x3100, None, "RETIRED_SourceImageIDs"),
    (0x5000, 0x3000, None, "RETIRED_CurveData"),
    (0x6000, 0x3000, None, "OverlayData"),
    (0x7F00, 0x0010, None, "RETIRED_VariablePixelData"),
    (0xFFFE, 0xE000, None, "Item"),
    (0x0009, 0x0010, None, "PrivateCreator"),
    (0x2001, 0x005F, "Philips Imaging DD 001", "StackSequence"),
    (0x0029, 0x0010, "SIEMENS CSA HEADER", "CSAImageHeaderInfo"),
    (0x0019, 0x1081, "PHILIPS MR/PART", "ChemicalShift"),
    (0x7001, 0x0001, "SPI", "Comments"),
)
GROUPS = (0x0009, 0x0011, 0x0013, 0x00E1, 0x2001, 0x7053, 0xFFFD)
ODD_GROUPS = (0x0000, 0x0001, 0x0002, 0x0003, 0x0005, 0x0007, 0x0008, 0x000A, 0x0012, 0x1000, 0x1010, 0x5001, 0x50FE)
LATE_GROUPS = (0x60FE, 0x60FF, 0x7FFE, 0xFFFA, 0xFFFC, 0xFFFE, 0xFFFF)
ELEMENTS = (0x0000, 0x0001, 0x0002, 0x000F, 0x0010, 0x0011, 0x0022, 0x00FE, 0x00FF, 0x0100, 0x0101, 0x0FFF)
BLOCK_ELEMENTS = (0x1000, 0x1001, 0x1002, 0x1010, 0x10FF, 0x1101, 0x1102, 0x11FF, 0xFF01, 0xFFFF)

LONG_VRS = tuple("OD OL OV SV UC UR UV".split())
NO_VRS = (
    "ZZ",
    "lo",
    "xs",
    "ox",
    "up",
    "na",
    "lt",
    "px",
    "PX",
    "OX",
    "",
    "L",
    "LOO",
    " LO",
    "LO ",
    "??",
    "Lo",
    "é",
    "1",
)
CREATORS = ("MYLAB", "OTHERLAB", "mylab", "MYLAB ", " MYLAB", "Philips Imaging DD 001", "GEMS_IDEN_01")
ODD_CREATORS = ("", " ", "a\\b", "Labé", "x" * 64, "x" * 65, 'a"b', "a,b", "a\tb", "SIEMENS CSA HEADER ")
NAMES = ("MyLabel", "MyCount", "My Label", "PatientName", "StackSequence", "Unknown", "PrivateCreator")
ODD_NAMES = (
    "",
    "0011,1001",
    "a.b",
    " lead",
    "OtherPatientIDs",
    "Unknown Tag & Data",
    "Né",
    "Item",
    "GenericGroupLength",
)
NUMBERS = (0, 1, 1, 1, 2, 3, 10)
ODD_NUMBERS = (-1, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 63, 1 << 64, -(1 << 63), -(1 << 63) - 1)

#: What a key may look like; `g` and `e` are numbers, `o` is the offset in a block.
PLAIN_FORMS = ("{g:04x},{e:04x}", "{g:04x},{e:04x}", "{g:04x}-{e:04x}", "{g:04x}{e:04x}", "{g:04X},{e:04X}")
OFFSET_FORMS = ("{g:04x},{o:02x}", "{g:04x},00{o:02x}")
ODD_FORMS = (
    "{g:x},{e:x}",
    "0x{g:x},0x{e:x}",
    "0X{g:X},{e:x}",
    " {g:04x},{e:04x}",
    "\t{g:04x},{e:04x}",
    "{g:04x}, {e:04x}",
    "{g:04x},\t{e:04x}",
    "{g:04x} ,{e:04x}",
    "+{g:04x},+{e:04x}",
    "-{g:04x},{e:04x}",
    "{g:04x},-{e:x}",
    "1{g:04x},{e:04x}",
    "{g:04x},1{e:04x}",
    "{g:03x},{e:03x}",
    "0{g:04x},{e:03x}",
    "{g:04x},{e:04x}xyz",
    "{g:04x},{e:04x}-{g:04x},10ff",
    "{g:04x},{o:02x}g1",
    "{g:04x},{o:02x} 1",
    "{g:04x},",
    ",{e:04x}",
    "{g:04x}",
    "({g:04x},{e:04x})",
    "{g:04x} {e:04x}",
    "{g:04x};{e:04x}",
    "{g:04x}.{e:04x}",
    "{g:04x}-{o:02x}",
    "{g:04x}{o:02x}",
    "0x{g:04x}{e:04x}",
    "{g:02x}xx,{e:04x}",
    "{g:04x},xx{o:02x}",
    "{g:04x}-{e:04x} ",
    "{g:04x}{e:04x}x",
    "0x{g:x},0x",
    "0x,{e:x}",
    "0x,0x",
    "{g:04x},0x",
    "+,{e:x}",
    "{g:04x},+",
)
#: What a mistyped key has too much, or in another's place.
TYPOS = ",-+ x0gG\t.é"

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from((1.0, 1.5, 1e20)) | st.text("aé,1", max_size=3),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text("ab", max_size=2), children, max_size=2),
    max_leaves=4,
)


def dictionary_sections(known: Sequence[Known] = SOME_KNOWN) -> st.SearchStrategy[Any]:
    """Any value of the option "Dictionary", mostly an object of up to six entries; some start a server, some do not.

    Keys in all spellings, VRs of all releases and none, multiplicities, creators, names; tags, names and creators that
    repeat within the section, or that are taken from `known`, tags that the server has: (group, element, creator or
    None, name). All is JSON that any reader takes: neither NaN nor halves of surrogate pairs.

    >>> import json
    >>> json.loads(json.dumps(section := dictionary_sections().example())) == section
    True
    """
    objects = sections(tuple(known))
    return st.integers(0, 39).flatmap(lambda chance: objects if chance else JUNK)


@st.composite
def sections(draw: st.DrawFn, known: Sequence[Known]) -> dict[str, Any]:
    tabled = draw(st.lists(st.sampled_from(known), max_size=2))
    free = draw(st.lists(tags(), min_size=1, max_size=2))
    places = st.sampled_from([*free, *((group, element) for group, element, _, _ in tabled)])
    creators = st.sampled_from([*draw(st.lists(creator_texts(), min_size=1, max_size=2)), *(one[2] for one in tabled)])
    names = st.sampled_from([*draw(st.lists(name_texts(), min_size=1, max_size=3)), *(one[3] for one in tabled)])
    lines = draw(st.lists(line(places, creators, names), max_size=6))
    return dict(draw(st.permutations(lines)))


def tags() -> st.SearchStrategy[tuple[int, int]]:
    groups = mostly(st.sampled_from(GROUPS), st.sampled_from((*ODD_GROUPS, *LATE_GROUPS)), st.integers(0, 0xFFFF))
    elements = mostly(st.sampled_from(BLOCK_ELEMENTS), st.sampled_from(ELEMENTS), st.integers(0, 0xFFFF))
    return st.tuples(groups, elements)


def creator_texts() -> st.SearchStrategy[str]:
    return mostly(st.sampled_from(CREATORS), st.sampled_from(ODD_CREATORS))


def name_texts() -> st.SearchStrategy[str]:
    return mostly(st.builds("My{}".format, st.text("ABCabc", max_size=3)), st.sampled_from((*NAMES, *ODD_NAMES)))


def mostly(usual: st.SearchStrategy[Any], *odd: st.SearchStrategy[Any], of: int = 4) -> st.SearchStrategy[Any]:
    """The usual, and in one case of so many something odd."""
    rare = st.one_of(*odd)
    return st.integers(0, of - 1).flatmap(lambda chance: usual if chance else rare)


@st.composite
def line(
    draw: st.DrawFn,
    places: st.SearchStrategy[tuple[int, int]],
    creators: st.SearchStrategy[str | None],
    names: st.SearchStrategy[str],
) -> tuple[str, Any]:
    """A key and its definition; one in four has something odd, in the key or in one place of the definition."""
    group, element = draw(places)
    creator = draw(creators)
    oddity = draw(st.sampled_from([*[None] * 18, "key", "key", "typo", "name as key", "item", "length"]))
    forms = ODD_FORMS if oddity == "key" else PLAIN_FORMS if creator is None or draw(st.booleans()) else OFFSET_FORMS
    key = draw(st.sampled_from(forms)).format(g=group, e=element, o=element & 0xFF)
    if oddity == "typo":
        key = draw(mistyped(key))
    elif oddity == "name as key":
        key = draw(names)
    representation = draw(mostly(st.sampled_from(REGISTRABLE_VRS), st.sampled_from(LONG_VRS), of=12))
    bounds = draw(st.sampled_from(((1, 1), (1, 1), (1, 1), (1, 0), (1, 3), (2, 2), (2, 5))))
    definition: list[Any] = [representation, draw(names), *bounds, *([] if creator is None else [creator])]
    if oddity == "item":
        return key, draw(with_odd_item(definition))
    return key, draw(with_odd_length(definition)) if oddity == "length" else definition


@st.composite
def mistyped(draw: st.DrawFn, key: str) -> str:
    """A key with a character too many, too few, or another."""
    place = draw(st.integers(0, len(key)))
    skipped = draw(st.integers(0, 1))
    typo: str = draw(st.sampled_from(["", *TYPOS]))
    return key[:place] + typo + key[place + skipped :]


@st.composite
def with_odd_item(draw: st.DrawFn, definition: list[Any]) -> list[Any]:
    place = draw(st.integers(0, len(definition) - 1))
    odd = {0: st.sampled_from((*NO_VRS, *LONG_VRS)), 1: st.sampled_from(ODD_NAMES), 4: st.sampled_from(ODD_CREATORS)}
    numbers = st.sampled_from((*NUMBERS, *ODD_NUMBERS))
    item = draw(st.one_of(odd.get(place, numbers), odd.get(place, numbers), JUNK))
    return [*definition[:place], item, *definition[place + 1 :]]


def with_odd_length(definition: list[Any]) -> st.SearchStrategy[Any]:
    shorter = st.integers(0, len(definition)).map(lambda length: definition[:length])
    without_one = st.integers(0, len(definition) - 1).map(lambda place: definition[:place] + definition[place + 1 :])
    longer = JUNK.map(lambda more: [*definition, more])
    return st.one_of(shorter, shorter, without_one, longer, JUNK)
