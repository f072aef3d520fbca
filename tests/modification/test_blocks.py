"""What is told of the blocks of other creators, and of creators that the dictionary does not have for a tag."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator import Diagnostic, Emulator, OrthancError
from emulator.testing import dicom

DICTIONARY = {
    "0041,1001": ["LO", "AcmeFinding", 1, 1, "ACME AI"],
    "0041,1002": ["DS", "AcmeScore", 1, 1, "ACME AI"],
    "0041,1005": ["OB", "AcmeBytes", 1, 1, "ACME AI"],
}
BLOCK = {**DICTIONARY, "0041,0010": ["LO", "Blk", 1, 1, "ACME AI"]}
OTHERS = {("OTHER", 0x0041, 0x01): ("LO", "a"), ("OTHER", 0x0041, 0x05): ("LO", "b")}
OWN = {("ACME AI", 0x0041, 0x01): ("LO", "c")}
ACME = {"PrivateCreator": "ACME AI"}
RECIPE = {"Replace": {"0041,0010": "ACME AI", "0041,1001": "x"}, **ACME}
TAG = {"Replace": {"0041,1001": "x"}}


def told(
    private: dict[Any, Any],
    request: dict[str, Any],
    level: str = "Instance",
    *,
    dictionary: dict[str, Any] = BLOCK,
    **options: Any,
) -> list[Diagnostic]:
    """What a modify of a file with these private tags tells."""
    orthanc = Emulator({"Dictionary": dictionary}, **options)
    stored = orthanc.store(dicom(PatientID="1", private=private))
    before = len(orthanc.diagnostics)
    identifier = stored.id if level == "Instance" else stored.parent_study
    if level == "Anonymize":
        orthanc.anonymize("Study", identifier, request)
    else:
        orthanc.modify(level, identifier, request)  # type: ignore[call-overload]
    return [*orthanc.diagnostics][before:]


@pytest.mark.parametrize("release", ["1.9.1", "1.10.1", "1.12.7", "1.13.0"])
@pytest.mark.parametrize("level", ["Instance", "Study"])
def test_a_block_that_is_taken_over_is_told(release: str, level: str) -> None:
    (one,) = told(OTHERS, {**RECIPE, **({"KeepSource": True} if level == "Study" else {})}, level, release=release)
    assert (one.code, one.tag) == ("private-creator-overwritten", "0041,0010")
    assert 'is "OTHER", and is written as "ACME AI"' in one.happened
    assert '0041,1005 becomes an element of "ACME AI"' in one.happened
    assert '0041,1001 of "OTHER" is overwritten' in one.happened
    assert "block 11 is free: write 0041,0011 and 0041,1101" in one.advice


def test_the_creators_own_block_is_advised() -> None:
    (one,) = told({**OTHERS, **OWN}, RECIPE)
    assert "your block is 11: write 0041,1101" in one.advice
    assert "leave 0041,0010 out" in one.advice


def test_many_elements_are_counted() -> None:
    many = {("OTHER", 0x0041, offset): ("LO", "a") for offset in range(0x20, 0x40)}
    (one,) = told(many, RECIPE)
    assert '0041,1020, 0041,1021, 0041,1022 and 29 more become elements of "ACME AI"' in one.happened


@pytest.mark.parametrize(
    ("private", "more", "level"),
    [
        (OTHERS, {"RemovePrivateTags": True}, "Instance"),
        (OTHERS, {"Force": True}, "Anonymize"),
        ({}, {}, "Instance"),
        (OWN, {}, "Instance"),
        ({("OTHER", 0x0043, 0x01): ("LO", "a")}, {}, "Instance"),
    ],
)
def test_a_block_that_loses_nothing_is_not_told(private: dict[Any, Any], more: dict[str, Any], level: str) -> None:
    assert told(private, {**RECIPE, **more}, level) == []


def test_blocks_in_items_are_looked_into() -> None:
    orthanc = Emulator({"Dictionary": BLOCK})
    file = dicom(PatientID="1")
    file.ContentSequence = [dicom(private=OTHERS)]
    instance = orthanc.store(file).id
    path = "ContentSequence[0]."
    replaced = {f"{path}0041,0010": "ACME AI", f"{path}0041,1001": "x"}
    orthanc.modify("Instance", instance, {"Replace": replaced, **ACME})
    (one,) = orthanc.diagnostics
    assert (one.code, one.tag) == ("private-creator-overwritten", "0040,a730[0].0041,0010")
    assert "0041,1005 becomes" in one.happened


@pytest.mark.parametrize(
    ("private", "advice"),
    [
        ({**OTHERS, **OWN}, "your block is 11: write 0041,1101"),
        (OTHERS, "block 11 is free: write 0041,0011 and 0041,1101"),
    ],
)
@pytest.mark.parametrize("level", ["Instance", "Study"])
def test_who_writes_into_anothers_block_is_told_where_to_write(
    private: dict[Any, Any], advice: str, level: str
) -> None:
    one = told(private, {**TAG, **ACME}, level)[0]
    assert one.code == "other-private-creator"
    assert advice in one.advice
    assert "register" in one.advice  # 0041,1101 has no entry


def test_what_has_an_entry_is_not_to_be_registered() -> None:
    offset = {"0041,01": DICTIONARY["0041,1001"], "0041,0011": BLOCK["0041,0010"]}
    for private in (OTHERS, {**OTHERS, **OWN}):
        (one,) = told(private, {**TAG, **ACME}, dictionary=offset)
        assert "register" not in one.advice


@pytest.mark.parametrize(("given", "lookalike"), [("acme ai", True), ("ACME AI ", True), ("OTHER", False)])
def test_a_wrong_creator_is_told_the_right_one(given: str, lookalike: bool) -> None:
    with pytest.raises(OrthancError) as caught:
        told(OTHERS, {**TAG, "PrivateCreator": given})
    details = caught.value.details or ""
    assert caught.value.http_status == 400
    assert 'the dictionary has it under "ACME AI": did you mean that?' in details
    assert ("register" in details) is not lookalike


@pytest.mark.parametrize(
    "dictionary",
    [
        DICTIONARY,
        {**DICTIONARY, "0041,01": ["LO", "AcmeOffset", 1, 1, "THIRD"]},
        {"0041,1001": ["LO", "WithoutCreator", 1, 1]},
    ],
)
@pytest.mark.parametrize("release", ["1.9.1", "1.12.7"])
def test_the_line_to_register_makes_the_request_pass(dictionary: dict[str, Any], release: str) -> None:
    request = {**TAG, "PrivateCreator": "OTHER"}
    with pytest.raises(OrthancError) as caught:
        told(OTHERS, request, dictionary=dictionary, release=release)
    line = json.loads((caught.value.details or "").partition('"Dictionary": ')[2])
    assert line.keys().isdisjoint(dictionary)
    assert told(OTHERS, request, dictionary={**dictionary, **line}, release=release) == []


@pytest.mark.parametrize("more", [{}, {"PrivateCreator": "acme ai"}])
def test_as_release_the_advice_agrees(more: dict[str, str]) -> None:
    found = told(OTHERS, {**TAG, **more}, unknown_tags="as-release")
    un = found[0]
    assert un.code == "written-as-un"
    assert 'add "PrivateCreator": "ACME AI" to the request' in un.advice
    where = "block 11 is free: write 0041,0011 and 0041,1101"
    assert all(where in one.advice for one in found)


def test_the_creator_of_the_file_comes_first() -> None:
    dictionary = {"0041,01": ["LO", "Theirs", 1, 1, "THIRD"], "0041,1001": ["LO", "Others", 1, 1, "OTHER"]}
    (one,) = told(OTHERS, TAG, dictionary=dictionary, unknown_tags="as-release")
    assert one.advice == 'add "PrivateCreator": "OTHER" to the request'
    wrong = {**TAG, "PrivateCreator": "NOBODY"}
    un, other = told(OTHERS, wrong, dictionary=dictionary, unknown_tags="as-release")
    assert '"PrivateCreator": "OTHER"' in un.advice
    assert other.advice == 'give the request "PrivateCreator": "OTHER"'


def test_an_entry_of_the_block_is_not_registered_twice() -> None:
    (one,) = told({}, {**TAG, **ACME})
    assert one.code == "outside-reserved-block"
    assert one.advice.endswith('let the request add it: replace 0041,0010 by "ACME AI", too')


def test_a_creator_element_of_anothers_entry_has_a_free_key() -> None:
    request = {"Replace": {"0041,0010": "THIRD"}, "PrivateCreator": "THIRD"}
    with pytest.raises(OrthancError) as caught:
        told({}, request)
    text = (caught.value.details or "").partition('"Dictionary": ')[2]
    line, _ = json.JSONDecoder().raw_decode(text)
    assert line.keys().isdisjoint(BLOCK)
    assert told({}, request, dictionary={**BLOCK, **line}) == []


def test_without_a_creator_the_line_to_register_has_a_free_key() -> None:
    dictionary = {"0041,1001": ["LO", "WithoutCreator", 1, 1]}
    with pytest.raises(OrthancError) as caught:
        told({}, TAG, dictionary=dictionary)
    assert '"0041,01": ["LO", "NameOfTheTag", 1, 1, "CREATOR"]' in (caught.value.details or "")
