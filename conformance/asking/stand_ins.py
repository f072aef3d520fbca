"""A block of private tags that a server knows, in the place of the laboratory's, of which scenarios speak.

A scenario says that it needs a known tag of text by offset, a number, a sequence: it says so by the laboratory's
entries. Where a server's dictionary has none of them, a block of DCMTK's own tables or of the administrator's stands in
for them: requests are put into its numbers and names on their way out, answers into the laboratory's on their way back.
So scenarios, recordings and masks need not know of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydicom.dataset import Dataset

from ..files.renumbering import Tag, renumbered
from .exchange import Answer, Request
from .network import Address
from .session import Client

CREATOR, GROUP = "MYLAB", 0x0011

#: A tag in numbers, where it is no part of an identifier: 0011,1001 and 0011-1001, and 00111001.
NUMBER = re.compile(r"(?<![\w.-])([0-9a-fA-F]{4})([,-]?)([0-9a-fA-F]{4})(?![\w-]|\.\d)")
LISTED = re.compile(r"[0-9a-f]{4}[,-][0-9a-f]{4}")


@dataclass(frozen=True)
class StandIns:
    """The block of `creator` in `group`: `offsets` by those of the laboratory, `names` by its names."""

    creator: str
    group: int
    offsets: Mapping[int, int]
    names: Mapping[str, str]
    #: The entries of the laboratory that have a stand-in, by their keys.
    keys: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def out(self) -> Wording:
        return Wording(GROUP, self.group, permutation(self.offsets), {CREATOR: self.creator, **self.names})

    @cached_property
    def back(self) -> Wording:
        offsets = {there: here for here, there in self.out.offsets.items()}
        words = {there: here for here, there in self.out.words.items()}
        return Wording(self.group, GROUP, offsets, words)

    def __str__(self) -> str:
        named = ", ".join(f"{there} for {here}" for here, there in self.names.items())
        return f"({self.group:04x},xx..) of {self.creator}: {named}"


def permutation(offsets: Mapping[int, int]) -> dict[int, int]:
    """All 256 offsets, each with another one: as given or, what is not, itself or what is free."""
    taken = set(offsets.values())
    given = {**offsets, **{one: one for one in range(0x100) if one not in offsets and one not in taken}}
    left = [one for one in range(0x100) if one not in given]
    free = [one for one in range(0x100) if one not in given.values()]
    return {**given, **dict(zip(left, free, strict=True))}


@dataclass(frozen=True)
class Wording:
    """Puts texts and files of one group, its offsets and words into those of another, and the other way round."""

    group: int
    other: int
    offsets: Mapping[int, int]
    words: Mapping[str, str]

    @cached_property
    def word(self) -> re.Pattern[str]:
        longest_first = sorted(self.words, key=len, reverse=True)
        return re.compile(r"(?<![\w])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w])")

    def tag(self, tag: Tag) -> Tag:
        """A tag of the group, in the other; one of the other, in the group, so that two never become one."""
        group, element = tag
        if group == self.other != self.group:
            return self.group, element
        if group != self.group:
            return tag
        is_creator = 0x10 <= element <= 0xFF
        return self.other, element if is_creator else element & 0xFF00 | self.offsets[element & 0xFF]

    def creator(self, tag: Tag, value: bytes) -> bytes:
        try:
            text = value.decode("ascii").rstrip(" ")
        except UnicodeDecodeError:
            return value
        if text not in self.words:
            return value
        renamed = self.words[text].encode("ascii")
        return renamed + b" " * (len(renamed) % 2)

    def number(self, found: re.Match[str]) -> str:
        old = int(found[1], 16), int(found[3], 16)
        new = self.tag(old)
        if new == old:
            return found[0]
        digits = f"{new[0]:04x}{found[2]}{new[1]:04x}"
        return digits.upper() if found[0] != found[0].lower() else digits

    def text(self, text: str) -> str:
        return NUMBER.sub(self.number, self.word.sub(lambda found: self.words[found[0]], text))

    def path(self, path: str) -> str:
        return self.text(path)

    def body(self, body: bytes) -> bytes:
        """A file, or a text; bytes that are neither stay."""
        if body[128:132] == b"DICM":
            return renumbered(body, self.tag, self.creator)
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return body
        put = self.text(text)
        return body if put == text else in_order(put).encode("utf-8")


def in_order(text: str) -> str:
    """A JSON list of tags in their order, as a server lists them; any other text as it is."""
    if not text.lstrip().startswith("["):
        return text
    try:
        tags = json.loads(text)
    except ValueError:
        return text
    listed = isinstance(tags, list) and all(isinstance(one, str) and LISTED.fullmatch(one) for one in tags)
    return json.dumps(sorted(tags)) if listed else text


class StandInClient:
    """A client that speaks of the laboratory's tags to a server that knows their stand-ins."""

    def __init__(self, client: Client, stand_ins: StandIns) -> None:
        self.client = client
        self.stand_ins = stand_ins

    def put(self, request: Request) -> Request:
        out = self.stand_ins.out
        return Request(request.method, out.path(request.path), out.body(request.body), request.headers)

    def read(self, answer: Answer) -> Answer:
        return Answer(answer.status, answer.headers, self.stand_ins.back.body(answer.body))

    def send(self, request: Request) -> Answer:
        return self.read(self.client.send(self.put(request)))

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        answer, count = self.client.send_counting_files(self.put(request))
        return self.read(answer), count

    def wait(self, seconds: float) -> None:
        self.client.wait(seconds)

    @property
    def dicom(self) -> Address | None:
        """None: what is asked on the DICOM network is not put into other words."""
        return None

    def owns(self, content: Dataset) -> None:
        self.client.owns(content)
