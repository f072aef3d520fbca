"""Strategies for entries of the option "Dictionary", and for whole options of well-formed entries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from ..asking.configurations import REGISTRABLE_VRS

Entry = list[Any]

#: Creators that no data dictionary has, so that what is registered for them is never there already.
CREATORS = ("MYLAB", "OTHERLAB", "ACME 1.0", "My Hospital: dose")
#: Odd groups at or above 0009 (PS3.5 §7.8), without those that standard repeating groups cover.
GROUPS = ("0009", "0011", "0013", "00e1", "2001", "7053")
#: Blocks are reserved by the elements 10 to ff (PS3.5 §7.8.1).
BLOCKS = (0x10, 0x11, 0x12, 0xFF)

NAMES = st.builds("My{}{}".format, st.text("ABCDEFGH", min_size=1, max_size=1), st.text("abcdefgh", max_size=8))


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
