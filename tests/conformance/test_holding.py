"""The one-line test of a user's own dictionary: what it accepts, and what it says of what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from pydicom.dataset import Dataset

from conformance.strategies import assert_dictionary_holds, files_for
from emulator import RELEASES, OrthancError

FULL = {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}
BOTH: dict[str, Any] = {**FULL, "0011-0001": ["LO", "MyLabelInAnyBlock", 1, 1, "MYLAB"]}
OFFSETS = {
    "0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"],
    "0011,02": ["DS", "MyScore", 1, 1, "MYLAB"],
    "0013,01": ["US", "MyCount", 1, 1, "MYLAB"],
}


@pytest.mark.parametrize("dictionary", [BOTH, OFFSETS])
def test_entries_for_any_block_hold(dictionary: dict[str, Any]) -> None:
    assert_dictionary_holds({"Dictionary": dictionary}, releases=RELEASES, max_examples=30)


def test_an_entry_in_full_holds_in_its_own_block_only() -> None:
    assert_dictionary_holds({"Dictionary": FULL}, blocks=[0x10], max_examples=20)
    with pytest.raises(AssertionError, match=r"element \(0011,1101\) has no name.*\"0011-0001\"") as raised:
        assert_dictionary_holds({"Dictionary": FULL})
    told = "\n".join(getattr(raised.value, "__notes__", []))  # Python 3.11 on; in CI Hypothesis adds one of its own
    if told:
        assert "<a file in explicit VR: (0011,0011) LO 'MYLAB', (0011,1101) LO '0'>" in told


def test_an_upgrade_that_does_not_start_is_told() -> None:
    section = {"0019,1002": ["SL", "MyCells", 1, 1, "GEMS_ACQU_01"]}
    with pytest.raises(AssertionError, match=r"Orthanc 1\.12\.7 does not start with this dictionary"):
        assert_dictionary_holds({"Dictionary": section}, releases=["1.9.1", "1.12.7"])


def test_bad_input_is_an_error_of_its_own() -> None:
    with pytest.raises(ValueError, match="no entry with a private creator"):
        assert_dictionary_holds({})
    with pytest.raises(OrthancError):
        assert_dictionary_holds("nowhere.json")


@settings(max_examples=20)
@given(files_for(FULL, implicit=False))
def test_files_have_the_dictionary_s_tags(dataset: Dataset) -> None:
    assert [element.VR for element in dataset if element.tag.is_private] == ["LO", "LO"]
