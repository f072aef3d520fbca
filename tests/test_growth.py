"""What strangers send is answered in time that grows with its size: steps are counted, never seconds."""

from __future__ import annotations

import gc
import importlib
import json
import pkgutil
import random
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import emulator
from emulator import Emulator
from emulator.dicom.element import Dataset, Element
from emulator.dictionary import Dictionary
from emulator.json import syntax
from emulator.query.wildcards import find_by_bits, finder, wildcard_matcher
from emulator.rest.request import normalised

#: Python's own parser of patterns, and the kinds of what it finds.
parser: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
constants: Any = importlib.import_module("re._constants" if sys.version_info >= (3, 11) else "sre_constants")

REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT)

Files = Callable[..., bytes]


def steps(action: Callable[[], object]) -> int:
    """How many lines of Python an action runs."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return count


def grows_linearly(make: Callable[[int], Callable[[], object]], size: int) -> None:
    """Four times as much takes at most about four times the steps; the square would take sixteen times."""
    make(size)()  # what is made once
    few, many = steps(make(size)), steps(make(4 * size))
    assert many < 7 * few + 2000, (few, many)


class CountedText(str):
    """A text that counts the characters that are copied out of it or searched in it."""

    looked_at = 0

    def __getitem__(self, key: Any) -> str:
        found = super().__getitem__(key)
        CountedText.looked_at += len(found)
        return found

    def rfind(self, *arguments: Any) -> int:
        _, start, end = arguments
        CountedText.looked_at += end - start
        return super().rfind(*arguments)


# Regular expressions


def unbounded(tree: Any) -> Iterator[tuple[Any, bool]]:
    """The repetitions without bound in a pattern, and whether each stands in another."""

    def walk(items: Any, inside: bool) -> Iterator[tuple[Any, bool]]:
        for kind, argument in items:
            if kind in REPEATS:
                _, most, body = argument
                endless = most == constants.MAXREPEAT
                if endless:
                    yield body, inside
                yield from walk(body, inside or endless)
            elif kind is constants.SUBPATTERN:
                yield from walk(argument[3], inside)
            elif kind is constants.BRANCH:
                for branch in argument[1]:
                    yield from walk(branch, inside)
            elif kind in (constants.ASSERT, constants.ASSERT_NOT):
                yield from walk(argument[1], inside)

    yield from walk(tree, False)


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every compiled pattern that a module of the emulator holds."""
    found = {}
    for module in pkgutil.walk_packages(emulator.__path__, "emulator."):
        if module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                found[f"{module.name}.{name}"] = value
    return found


def letters(items: Any) -> set[str] | None:
    """The first 256 letters that one item of a pattern takes, None for what is not one letter."""
    if len(items) != 1:
        return None
    everything = {chr(number) for number in range(256)}
    kind, argument = items[0]
    if kind is constants.SUBPATTERN:
        return letters(argument[3])
    if kind is constants.ANY:
        return everything
    if kind in (constants.LITERAL, constants.NOT_LITERAL):
        return {chr(argument)} if kind is constants.LITERAL else everything - {chr(argument)}
    if kind is not constants.IN:
        return None
    found: set[str] = set()
    for member, value in argument:
        if member is constants.LITERAL:
            found.add(chr(value))
        elif member is constants.RANGE:
            found |= {one for one in everything if value[0] <= ord(one) <= value[1]}
        elif member is constants.CATEGORY:
            name = str(value).lower()
            spelled = {"digit": "d", "space": "s", "word": "w"}[name.rsplit("_", 1)[1]]
            pattern = "\\" + (spelled.upper() if "_not_" in name else spelled)
            found |= {one for one in everything if re.match(pattern, one)}
    return everything - found if argument[0][0] is constants.NEGATE else found


def sequences(items: Any) -> Iterator[Any]:
    """Every sequence of items in a pattern."""
    yield items
    for kind, argument in items:
        if kind in REPEATS:
            yield from sequences(argument[2])
        elif kind is constants.SUBPATTERN:
            yield from sequences(argument[3])
        elif kind is constants.BRANCH:
            for branch in argument[1]:
                yield from sequences(branch)


def has_neighbours(tree: Any) -> bool:
    """Whether two repetitions that take the same letter stand side by side, with nothing that must be between them."""
    for items in sequences(tree):
        before: list[set[str]] = []
        for kind, argument in items:
            if kind in REPEATS:
                least, most, body = argument
                taken = letters(body)
                endless = most == constants.MAXREPEAT and taken is not None
                if endless and taken is not None and any(taken & one for one in before):
                    return True
                before = [] if least else before
                if endless and taken is not None:
                    before = [*before, taken]
            elif kind is not constants.AT:
                before = []
    return False


#: Nested repetitions, each with why it can't go back.
LINEAR = {
    "emulator.advising.guessing.UID": "each part begins with the dot that no part holds, and 64 bytes are the most",
    "emulator.rest.request.PLAIN_PATH": "each part begins with the slash that no part holds",
}


def parsed(pattern: re.Pattern[Any]) -> Any:
    return parser.parse(pattern.pattern, pattern.flags)


def test_no_pattern_repeats_a_repetition() -> None:
    found = patterns()
    assert len(found) > 40
    assert {name for name, one in found.items() if any(inside for _, inside in unbounded(parsed(one)))} == {*LINEAR}


def test_no_two_repetitions_of_a_letter_are_neighbours() -> None:
    assert has_neighbours(parser.parse("[0-9]+[.]?[0-9]*x"))
    assert not has_neighbours(parser.parse("[0-9]+(?:[.][0-9]*)?x"))
    assert {name for name, one in patterns().items() if has_neighbours(parsed(one))} == set()


# Wildcards


def reference(pattern: str, text: str) -> bool:
    """The same by a regular expression, on texts that are short."""
    parts = {"*": ".*", "?": "."}
    return re.fullmatch("".join(parts.get(one, re.escape(one)) for one in pattern), text, re.DOTALL) is not None


@given(st.text("ab*?", max_size=12), st.text("ab\n", max_size=14))
@settings(max_examples=400, deadline=None)
def test_wildcards_match_as_ever(pattern: str, text: str) -> None:
    assert wildcard_matcher(pattern)(text) == reference(pattern, text)


@given(st.text("ab?", min_size=1, max_size=8), st.text("ab", max_size=20), st.integers(0, 5), st.integers(0, 20))
@settings(max_examples=400, deadline=None)
def test_pieces_are_found_by_bits_as_by_a_pattern(piece: str, text: str, start: int, end: int) -> None:
    start, end = min(start, len(text)), min(max(start, end), len(text))
    wanted = next((at for at in range(start, end - len(piece) + 1) if reference(piece, text[at : at + len(piece)])), -1)
    assert find_by_bits(piece, text, start, end) == wanted
    assert finder(piece)(text, start, end) == wanted


@pytest.mark.parametrize("piece", ["*a", "a*", "?*", "*?a", "a?*b", "*a?b"])
def test_wildcards_take_a_step_for_each_piece(piece: str) -> None:
    def make(size: int) -> Callable[[], object]:
        matches, text = wildcard_matcher(piece * size + "*b"), "a" * size * 2
        return lambda: matches(text)

    grows_linearly(make, 200)


def test_no_lock_is_held_by_a_hostile_pattern(small_file: Files) -> None:
    """The find that froze 0.1.0 for 20 seconds."""
    orthanc = Emulator(release="1.12.7")
    orthanc.store(small_file("a" * 60, "1.2", "1.2.3", "1.2.3.4"))
    assert orthanc.find("Patient", {"PatientID": "*a" * 8 + "*b"}) == []
    assert len(orthanc.find("Patient", {"PatientID": "*a" * 8})) == 1


# Paths


@pytest.mark.parametrize("piece", [".", "/", "./", "../", "a/../", "%2e", "\\", "a.", "//."])
def test_paths_take_a_step_for_each_part(piece: str) -> None:
    def make(size: int) -> Callable[[], object]:
        return lambda: normalised("/instances/" + piece * size + "x", plus_is_blank=True)

    grows_linearly(make, 1000)


@given(st.text("./a\\", max_size=12))
@settings(max_examples=300, deadline=None)
def test_dots_go_before_slashes(path: str) -> None:
    assert not re.search(r"\.(?=/|\Z)", normalised(f"/{path}", plus_is_blank=True))


# JSON


@pytest.mark.parametrize("piece", ["[],", "[]\n,", '{"a":1},', "\n[ ],", "1,", '"a",', "/**/1,", "//\n1,", "[\n],"])
@pytest.mark.parametrize("end", ["],,}", "", "]"])
def test_json_is_read_once(piece: str, end: str) -> None:
    """Also where it has an error at its end, of which line and column are told."""

    def looked_at(size: int) -> int:
        CountedText.looked_at = 0
        reader = syntax.Reader(CountedText("[" + piece * size + end), syntax.DEFAULT_RULES)
        with suppress(syntax.JsonSyntaxError):
            reader.value()
        return CountedText.looked_at

    few, many = looked_at(100), looked_at(400)
    assert many < 6 * few + 1000, (few, many)


@given(st.text('[]{},:"a1 \n/*', max_size=30))
@settings(max_examples=300, deadline=None)
def test_json_tells_the_indents_that_a_line_has(text: str) -> None:
    """What is noted on the way is what a look at the whole text tells."""
    reader = syntax.Reader(text, syntax.DEFAULT_RULES)
    while (token := reader.token()).kind != "end":
        line = text[text.rfind("\n", 0, token.start) + 1 :].split("\n", maxsplit=1)[0]
        assert token.indent == len(line) - len(line.lstrip()), (text, token)


# Modifications


def private_tags(count: int) -> dict[str, str]:
    return {f"{0x11 + 2 * (number // 0xE000):04x},{0x1000 + number % 0xE000:04x}": "x" for number in range(count)}


@pytest.mark.parametrize("request_", ["modify", "anonymize", "create", "remove", "keep"])
def test_unknown_private_tags_take_a_step_each(small_file: Files, request_: str) -> None:
    orthanc = Emulator(release="1.12.7", unknown_tags="as-release")
    instance = orthanc.store(small_file("P", "1.2", "1.2.3", "1.2.3.4")).id

    def make(size: int) -> Callable[[], object]:
        tags = private_tags(size)
        if request_ == "create":
            return lambda: orthanc.create({"Tags": {"PatientID": "C", **tags}, "PrivateCreator": "NOBODY"})
        body: dict[str, Any] = {"Replace": tags, "PrivateCreator": "NOBODY"}
        if request_ in ("remove", "keep"):
            body = {request_.capitalize(): [*tags], "Replace": {"PatientName": "x"}}
        if request_ == "anonymize":
            return lambda: orthanc.anonymize("Instance", instance, body)
        return lambda: orthanc.modify("Instance", instance, body)

    grows_linearly(make, 300)


def test_creators_are_found_without_a_look_at_every_entry() -> None:
    dictionary = Dictionary("3.6.9")
    dictionary.creators_of(0x0029, 0x1010)
    assert steps(lambda: dictionary.creators_of(0x0029, 0x1010)) < 3000 < len(dictionary)
    assert "SIEMENS CSA HEADER" in dictionary.creators_of(0x0029, 0x1010)


def test_elements_are_sorted_once() -> None:
    numbers = [*range(0x00110000, 0x00110000 + 4000)]
    random.Random(1).shuffle(numbers)
    dataset = Dataset()
    for number in numbers:
        dataset.put(Element(number, "LO", b"x"))
    held = dataset.held
    for number in numbers[:2000]:
        dataset.put(Element(number, "LO", b"y"))
    assert dataset.held is held  # nothing was sorted meanwhile
    assert [*dataset.elements] == sorted(numbers)


# Requests of every kind


def bodies(size: int) -> dict[str, tuple[str, str, bytes]]:
    """Requests of a size, by what is large in them."""
    many = [f"{number:08x}" for number in range(size)]
    tags = [*private_tags(size)]
    find: dict[str, Any] = {"Level": "Instance", "Query": {}}
    requests: dict[str, tuple[str, str, Any]] = {
        "constraints": ("POST", "/tools/find", {**find, "Query": dict.fromkeys(tags, "*")}),
        "list": ("POST", "/tools/find", {**find, "Query": {"PatientID": "\\".join(many)}}),
        "requested": ("POST", "/tools/find", {**find, "RequestedTags": tags, "Expand": True}),
        "labels": ("POST", "/tools/find", {**find, "Labels": many}),
        "orders": (
            "POST",
            "/tools/find",
            {**find, "OrderBy": [{"Type": "DicomTag", "Key": "PatientID", "Direction": "ASC"}] * size},
        ),
        "content": ("POST", "/tools/bulk-content", {"Resources": many}),
        "deleted": ("POST", "/tools/bulk-delete", {"Resources": many}),
        "modified": ("POST", "/tools/bulk-modify", {"Resources": many, "Replace": {"PatientName": "x"}}),
        "arguments": ("GET", "/instances?" + "a=b&" * size, None),
        "steps": ("GET", "/instances/x/content" + "/0010-0010/0" * size, None),
        "segments": ("GET", "/a" * size, None),
        "lookup": ("POST", "/tools/lookup", "a%" * size),
    }
    return {name: (method, path, body_of(content)) for name, (method, path, content) in requests.items()}


def body_of(content: Any) -> bytes:
    if content is None:
        return b""
    return content.encode() if isinstance(content, str) else json.dumps(content).encode()


@pytest.mark.parametrize("name", [*bodies(1)])
def test_requests_take_steps_as_they_are_large(small_file: Files, name: str) -> None:
    orthanc = Emulator(release="1.12.7", unknown_tags="as-release")
    orthanc.store(small_file("P", "1.2", "1.2.3", "1.2.3.4"))
    client = orthanc.client()

    def make(size: int) -> Callable[[], object]:
        method, path, body = bodies(size)[name]
        return lambda: client.open(path, method=method, data=body)

    grows_linearly(make, 200)
    gc.collect()
