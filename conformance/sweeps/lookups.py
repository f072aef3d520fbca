"""Thousands of dictionary look-ups, seen through uploaded files, on the emulator and a real server of one release.

A look-up is a group, an element and the private creator of its block. Many go into one small file, once in explicit and
once in implicit VR. What is compared for each: name and creator in /tags, the VR that the element gets when the file is
rewritten in explicit VR, and the VR in which a modify writes it.
"""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from emulator import Emulator
from emulator.dictionary import Dictionary, Entry

from ..asking.clients import EmulatorClient
from ..asking.configurations import DICTIONARY
from ..asking.exchange import Answer, Request
from ..files.datasets import SECONDARY_CAPTURE
from ..files.elements import LONG_FORM, parse
from ..targets.live import ExecutableTarget
from .executable import check_release

#: Registered forms: by offset, in full for two blocks, without a creator, of an even group, and their neighbours.
LOOKED_UP: Mapping[str, Any] = {
    "Dictionary": {
        **DICTIONARY,
        "0013,1001": ["US", "LookupFull", 1, 1, "MYLAB"],
        "0013,1101": ["SS", "LookupSecond", 1, 1, "MYLAB"],
        "0013,ff01": ["UL", "LookupLast", 1, 1, "MYLAB"],
        "0013,02": ["FD", "LookupOffset", 1, 1, "OTHERLAB"],
        "0015,1001": ["DS", "LookupCreatorless", 1, 1],
        "0012,9999": ["US", "LookupEven", 1, 1],
        "0029,fe": ["ST", "LookupCreatorOfTables", 1, 1, "SIEMENS CSA HEADER"],
    }
}
BLOCKS = (0x10, 0x11, 0xFF)
VALUE = b"12345678"
LOOK_UPS_PER_FILE = 120
#: Tags that decide what a file is (with the URL of pixel data 1.10.1 can't rewrite it), and groups that none may hold.
KEPT_TAGS = {0x00080005, 0x00080016, 0x00080018, 0x00100020, 0x0020000D, 0x0020000E, 0x00280103, 0x00287FE0}
KEPT_GROUPS = {0x0000, 0x0002, 0x0004, 0x7FE0, 0xFFFA, 0xFFFC, 0xFFFE, 0xFFFF}
IDENTIFIERS = {
    0x00080016: ("UI", SECONDARY_CAPTURE.encode()),
    0x00080018: ("UI", b"1.2.826.0.1.3680043.10.1"),
    0x00100020: ("LO", b"LOOKUPS"),
    0x0020000D: ("UI", b"1.2.826.0.1.3680043.10.2"),
    0x0020000E: ("UI", b"1.2.826.0.1.3680043.10.3"),
}


class LookUp(Protocol):
    """What the cases are made of; any client of `conformance.asking.clients`."""

    def send(self, request: Request) -> Answer: ...


@dataclass
class File:
    """Look-ups that fit into one file: their tags, and the creators of the blocks around them."""

    tags: dict[int, str | None] = field(default_factory=dict)
    creators: dict[int, str] = field(default_factory=dict)
    blocks: dict[int, str | None] = field(default_factory=dict)

    def takes(self, tag: int, creator: str | None) -> bool:
        """Adds a look-up if its tag is free, and its block free or already that of the creator."""
        if tag in self.tags or tag in self.creators or len(self.tags) >= LOOK_UPS_PER_FILE:
            return False
        place = tag >> 16 << 16 | (tag & 0xFFFF) >> 8  # of the creator element of a private block
        if tag & 0x10000 and tag & 0xFFFF >= 0x1000:
            if place in self.tags or self.blocks.setdefault(place, creator) != creator:
                return False
            if creator is not None:
                self.creators[place] = creator
        self.tags[tag] = creator
        return True


def look_ups(dictionary: Dictionary, count: int, chance: random.Random) -> Iterator[tuple[int, str | None]]:
    """Tags with creators: every registered one and its neighbours, then random ones around the tables' entries."""
    for entry in dictionary.registered.values():
        for block in BLOCKS:
            for offset in (0, 1):
                element = block << 8 | (entry.element + offset) & 0xFF
                for creator in (entry.creator, "MYLAB", None):
                    yield entry.group << 16 | element, creator
                    yield entry.group << 16 | element & 0xFF | 0x100, creator
    entries = list(dictionary.tables)
    for _ in range(count):
        yield around(chance.choice(entries), chance)


def around(entry: Entry, chance: random.Random) -> tuple[int, str | None]:
    """A tag near an entry, mostly one that it covers."""
    group = chance.choice((entry.group, entry.upper_group, entry.group + 2 * chance.randrange(8)))
    element = chance.choice((entry.element, entry.upper_element, entry.element + chance.randrange(4)))
    creator = entry.creator
    if creator is not None:
        if element < 0x1000 or chance.random() < 0.3:
            element = chance.choice((*BLOCKS, *BLOCKS, *BLOCKS, 0x01, 0x0F)) << 8 | element & 0xFF
        group = chance.choice((group, group, group, entry.group))
        creator = chance.choice((creator,) * 8 + (creator.lower(), creator + " ", None))
    elif chance.random() < 0.15:
        element = chance.choice((0x0000, 0x0001, 0x0010, 0x00FF, 0x0100))
        group |= chance.choice((0, 1))
    return (group & 0xFFFF) << 16 | element & 0xFFFF, creator


def is_pixel_data(dictionary: Dictionary, tag: int, creator: str | None) -> bool:
    """Whether an element holds pixels, which have rules of their own."""
    entry = dictionary.find(tag >> 16, tag & 0xFFFF, (creator or "").rstrip() or None)
    return entry is not None and entry.vr == "px"


def packed(cases: Iterator[tuple[int, str | None]]) -> list[File]:
    files: list[File] = []
    for tag, creator in dict.fromkeys(cases):
        if tag in KEPT_TAGS or tag >> 16 in KEPT_GROUPS or (creator and len(creator) > 64):
            continue
        for file in files[-8:]:
            if file.takes(tag, creator):
                break
        else:
            files.append(File())
            files[-1].takes(tag, creator)
    return files


def file_bytes(file: File, dictionary: Dictionary, *, explicit: bool) -> bytes:
    """The file; an element that the dictionary takes for a sequence is empty."""
    elements: dict[int, tuple[str, bytes]] = dict(IDENTIFIERS)
    for tag, reserving in file.creators.items():
        elements[tag] = ("LO", reserving.encode("latin-1", "replace"))
    for tag, creator in file.tags.items():
        vr = dictionary.value_representation(tag >> 16, tag & 0xFFFF, (creator or "").rstrip() or None)
        is_creator = tag & 0x10000 and 0x10 <= tag & 0xFFFF <= 0xFF
        elements[tag] = ("LO", b"" if vr in ("SQ", "na") or is_creator else VALUE)
    syntax = ExplicitVRLittleEndian if explicit else ImplicitVRLittleEndian
    meta = b"".join(
        encoded(tag, "UI", value, explicit=True)
        for tag, value in ((0x00020002, SECONDARY_CAPTURE.encode()), (0x00020010, syntax.encode()))
    )
    body = b"".join(encoded(tag, *elements[tag], explicit=explicit) for tag in sorted(elements))
    return bytes(128) + b"DICM" + encoded(0x00020000, "UL", struct.pack("<I", len(meta)), explicit=True) + meta + body


def encoded(tag: int, vr: str, value: bytes, *, explicit: bool) -> bytes:
    value += (b"\0" if vr == "UI" else b" ") * (len(value) % 2)
    start = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    if not explicit:
        return start + struct.pack("<I", len(value)) + value
    if vr in LONG_FORM:
        return start + vr.encode() + struct.pack("<HI", 0, len(value)) + value
    return start + vr.encode() + struct.pack("<H", len(value)) + value


def observed(client: LookUp, file: File, data: bytes, writable: Mapping[int, str]) -> dict[str, Any]:
    """What a server makes of a file: tag -> [name, creator, VR read], then the VRs written, or its errors."""
    stored = client.send(Request("POST", "/instances", data))
    if stored.status != 200:
        return {"store": [stored.status, stored.json.get("Message")]}
    path = f"/instances/{stored.id}"
    tags = client.send(Request("GET", f"{path}/tags")).json
    answer: dict[str, Any] = {}
    read = rewritten(client, path, {"Transcode": str(ExplicitVRLittleEndian)})
    for tag in file.tags:
        key = f"{tag >> 16:04x},{tag & 0xFFFF:04x}"
        shown = tags.get(key) or {}
        answer[key] = [shown.get("Name"), shown.get("PrivateCreator"), shown.get("Type"), read.get(key, read.get("*"))]
    for creator in sorted({one for one in file.tags.values() if one}):
        replaced = {
            f"{tag >> 16:04x},{tag & 0xFFFF:04x}": writable[tag]
            for tag, one in file.tags.items()
            if one == creator and tag in writable
        }
        if replaced:
            written = rewritten(client, path, {"Replace": replaced, "PrivateCreator": creator})
            answer |= {f"{key} written as {creator}": written.get(key, written.get("*")) for key in replaced}
    client.send(Request("DELETE", path))
    return answer


def rewritten(client: LookUp, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The VRs of the modified file by tag; "*" is the error where there is none."""
    answer = client.send(Request("POST", f"{path}/modify", json.dumps({"Force": True, **body}).encode()))
    if answer.status != 200:
        error = json.loads(answer.body or b"{}")  # some errors of 1.10.1 have no body
        return {"*": [answer.status, error.get("Message"), error.get("Details")]}
    return {one["tag"]: one["vr"] for one in parse(answer.body).get("dataset", [])}


def written_values(file: File, dictionary: Dictionary, release: str) -> dict[int, str]:
    """What a modify may replace the elements by: "" for most, where 1.9.1 needs a number a number."""
    values: dict[int, str] = {}
    for tag, creator in file.tags.items():
        if not creator or tag & 0xFFFF < 0x100:
            continue
        vr = dictionary.value_representation(tag >> 16, tag & 0xFFFF, creator)
        if release != "1.9.1":
            values[tag] = ""
        elif vr in ("US", "SS", "UL", "SL", "FD", "FL"):
            values[tag] = "1"
        elif vr in ("LO", "SH", "CS", "DS", "IS", "ST", "LT", "UT", "PN", "UN"):
            values[tag] = ""
    return values


def compare(executable: str, root: Path | None, count: int, seed: int) -> int:
    """Prints every difference; the number of them."""
    target = ExecutableTarget(executable, root)
    differences = compared = 0
    files: list[File] = []
    try:
        check_release(target.release)
        client = target.start(LOOKED_UP).client
        emulator = Emulator(LOOKED_UP, release=target.release, unknown_tags="as-release")
        cases = look_ups(emulator.dictionary, count, random.Random(seed))
        files = packed(one for one in cases if not is_pixel_data(emulator.dictionary, *one))
        for file in files:
            writable = written_values(file, emulator.dictionary, target.release)
            for explicit in (True, False):
                data = file_bytes(file, emulator.dictionary, explicit=explicit)
                live = observed(client, file, data, writable)
                emulated = observed(EmulatorClient(emulator), file, data, writable)
                compared += len(file.tags)
                for key in live.keys() | emulated.keys():
                    if live.get(key) != emulated.get(key):
                        differences += 1
                        form = "explicit" if explicit else "implicit"
                        print(f"{form} {key}: live {live.get(key)}, emulated {emulated.get(key)}")
    finally:
        target.close()
    print(f"Orthanc {target.release}: {compared} look-ups in {2 * len(files)} files, {differences} differences")
    return differences
