"""Names that stand for several tags: which one do the emulator and a real server take?

Asked are all names that the release's tables have more than once, then names of generated sections "Dictionary", in
which few names have many tags, each section in a server of its own. Each name is written by a modify and by
/tools/create-dicom, whose files are stored, and searched by a find.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

from emulator import Emulator
from emulator.dictionary import Dictionary

from ..asking.clients import EmulatorClient
from ..asking.exchange import Request
from ..files.datasets import SECONDARY_CAPTURE
from ..files.elements import parse
from ..files.raw import encode_file
from ..targets.server_process import ServerProcess
from .executable import release_of
from .lookups import LookUp

FILE = encode_file(
    [
        ("0008,0016", "UI", SECONDARY_CAPTURE),
        ("0008,0018", "UI", "1.2.826.0.1.3680043.10.1"),
        ("0010,0020", "LO", "NAMES"),
        ("0020,000d", "UI", "1.2.826.0.1.3680043.10.2"),
        ("0020,000e", "UI", "1.2.826.0.1.3680043.10.3"),
    ]
)
#: A value that most VRs take. Elements that every file has, or that a server generates, are no news.
VALUE = "1"
USUAL = frozenset("0008,0005 0008,0012 0008,0013 0008,0016 0008,0018 0010,0020 0020,000d 0020,000e".split())
ENDING_THE_SERVER = frozenset({"Item", "ItemDelimitationItem", "SequenceDelimitationItem"})  # of 1.9.1
CREATORS = ("MYLAB", "OTHERLAB", "A", "Labé", "SPI", "GEMS_PARM_01", None)
GROUPS = (0x0009, 0x0011, 0x0013, 0x0043, 0x00E1, 0x2001, 0x7053)


def repeated_names(dictionary: Dictionary) -> list[str]:
    """The names that the tables have more than once."""
    counts = Counter(entry.name for entry in dictionary.tables)
    return [name for name, count in counts.items() if count > 1 and name not in ENDING_THE_SERVER]


def shared_names(dictionary: Dictionary, chance: random.Random) -> tuple[dict[str, Any], list[str]]:
    """A section "Dictionary" in which six names, tabled ones among them, have five tags each; and these names."""
    tabled = [entry.name for entry in dictionary.tables if entry.name not in ENDING_THE_SERVER]
    names = [*chance.sample(["Same", "Pair", "MyName", "b", "Né", "Name 1"], 4), *chance.sample(tabled, 2)]
    section: dict[str, Any] = {}
    for index, name in enumerate(names * 5):
        creator = chance.choice(CREATORS)
        group = chance.choice(GROUPS) if creator or chance.random() < 0.7 else 0x0012
        # apart by offset, so that no entry is in the way of another, nor of the tables' by numbers that these have
        element = chance.choice((0x00, 0x10, 0x11, 0xFF)) << 8 | 0xA0 + index
        vr = chance.choice(("LO", "CS", "IS"))
        if dictionary.find(group, element, creator) is None:
            section[f"{group:04x},{element:04x}"] = [vr, name, 1, 1, *([creator] if creator else [])]
    return section, names


def observed(client: LookUp, name: str) -> dict[str, Any]:
    """The elements that a modify and a creation write for a name, or their errors, and what a find finds by it."""
    stored = client.send(Request("POST", "/instances", FILE)).id
    modified = client.send(
        Request("POST", f"/instances/{stored}/modify", body({"Replace": {name: VALUE}, "Force": True}))
    )
    created = client.send(Request("POST", "/tools/create-dicom", body({"Tags": {"PatientID": "NAMES", name: VALUE}})))
    answer = {"modify": written(modified.status, modified.body), "create": None, "find": None}
    added = [stored]
    if created.status == 200:
        added.append(created.id)
        file = client.send(Request("GET", f"/instances/{created.id}/file"))
        answer["create"] = written(file.status, file.body)
    else:
        answer["create"] = written(created.status, created.body)
    if modified.status == 200 and modified.body:
        again = client.send(Request("POST", "/instances", modified.body))
        added += [again.id] if again.status == 200 else []
    found = client.send(Request("POST", "/tools/find", body({"Level": "Instance", "Query": {name: VALUE}})))
    answer["find"] = (
        sorted(added.index(one) for one in found.json if one in added)
        if found.status == 200
        else written(found.status, found.body)
    )
    for instance in dict.fromkeys(added):
        client.send(Request("DELETE", f"/instances/{instance}"))
    return answer


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def written(status: int, content: bytes) -> Any:
    """The unusual elements of a file with their VRs; status, message and details of an error."""
    if status != 200:
        error = json.loads(content or b"{}")
        return [status, error.get("Message"), error.get("Details")]
    return [f"{one['tag']} {one['vr']}" for one in parse(content).get("dataset", []) if one["tag"] not in USUAL]


def compare(executable: str, root: Path | None, section_count: int, seed: int) -> int:
    """Prints every name with which the two differ; the number of them."""
    release = release_of(executable, root)
    plain = Emulator(release=release).dictionary
    chance = random.Random(seed)
    # 1.9.1 wants each name once
    rounds = 0 if plain.rules.names_are_unique else section_count
    sections = [({}, repeated_names(plain)), *(shared_names(plain, chance) for _ in range(rounds))]
    names = differences = 0
    for section, asked in sections:
        emulator = Emulator({"Dictionary": section}, release=release, unknown_tags="as-release")
        server = ServerProcess(executable, {"Dictionary": section}, root)
        try:
            for name in asked:
                names += 1
                live, emulated = observed(server.client, name), observed(EmulatorClient(emulator), name)
                if live != emulated:
                    differences += 1
                    print(f"{name!r} of {json.dumps(section)[:400]}\n  live {live}\n  emulated {emulated}", flush=True)
        finally:
            server.stop()
    print(f"Orthanc {release}: {names} names with several tags in {len(sections)} servers, {differences} differences")
    return differences
