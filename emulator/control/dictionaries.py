"""Dictionaries: a configuration that is checked, and what the server's own dictionary knows."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from ..configuration.configuration import VARIABLE
from ..dictionary.entry import Entry
from ..dictionary.search import search, shown_tag
from ..errors import OrthancError
from ..releases import RELEASES
from ..store.level import Level
from .members import ControlError, Member
from .route import ControlCall, ControlRoute

#: How much is looked at, and told, for one answer.
MOST_FILES = 1000
MOST_ENTRIES = 500

#: Options whose values are files of the server's machine, which a client may not let it read.
FILES = ("ExternalDictionaries", "LuaScripts", "PythonScript")


def refuse_files(text: str) -> None:
    """Raises ControlError (400) for a configuration that names files of this machine."""
    for name in FILES:
        if name in text:
            raise ControlError(
                400, f'"{name}" names files of this machine: use `orthanc-emulator dictionary check`', "configuration"
            )


def check(call: ControlCall) -> Any:
    """As `emulator.checking.check`. A text is checked with the lines of its entries; its `${VARIABLES}` are empty."""
    from ..checking import check as problems_of

    given, release = call.values["configuration"], call.values["release"] or call.controlled.server.release.version
    text = given if isinstance(given, str) else json.dumps(given, indent=2)
    text = VARIABLE.sub(lambda found: found["default"] or "", text)
    refuse_files(text)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orthanc.json"
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        problems = problems_of(path, release=release)
    told = [
        {"severity": one.severity, **{name: value for name, value in asdict(one).items() if name != "file"}}
        for one in problems
    ]
    for one in told:
        for name in ("message", "advice"):
            one[name] = one[name].replace(str(path), "the configuration").replace(folder, "")
    return {"release": release, "errors": sum(one.severity == "error" for one in problems), "problems": told}


def entries(call: ControlCall) -> Any:
    """The entries that fit, by name or tag also in part, those of the configuration first."""
    server, values = call.controlled.server, call.values
    wanted = values["search"].strip()
    found = [*search(server.dictionary, wanted or None, creator=values["creator"] or None, group=group_of(call))]
    if wanted and not found:
        folded = wanted.lower()
        found = [
            entry
            for entry in search(server.dictionary, creator=values["creator"] or None, group=group_of(call))
            if folded in entry.name.lower() or folded in (entry.creator or "").lower()
        ]
    if values["private"]:
        found = [entry for entry in found if entry.creator is not None]
    found.sort(key=lambda entry: (entry.source != "configuration", entry.creator is None))
    since = values["since"]
    limit = min(values["limit"], MOST_ENTRIES)
    return {"total": len(found), "entries": [told_entry(one) for one in found[since : since + limit]]}


def told_entry(entry: Entry) -> dict[str, Any]:
    return {
        "tag": shown_tag(entry),
        "vr": entry.vr,
        "vm": entry.vm,
        "name": entry.name,
        "creator": entry.creator,
        "source": entry.source,
    }


def group_of(call: ControlCall) -> int | None:
    text = call.values["group"]
    if not text:
        return None
    try:
        group = int(text, 16)
    except ValueError:
        group = -1
    if not 0 <= group <= 0xFFFF:
        raise ControlError(400, f'"group" must be four hexadecimal digits, not {text[:20]!r}', "group")
    return group


def blocks(call: ControlCall) -> Any:
    """Which creators reserve which blocks of a group, and in how many of the newest files."""
    server = call.controlled.server
    group = group_of(call)
    found: Counter[tuple[int, int, str]] = Counter()
    instances = server.store.resources(Level.INSTANCE)[-MOST_FILES:]
    for instance in instances:
        try:
            dataset = server.files.read(instance).dataset
        except OrthancError:
            continue
        for element in dataset:
            if element.is_private_creator and (group is None or element.group == group):
                creator = element.value.decode("utf-8", "replace").strip("\0 ")
                found[element.group, element.tag & 0xFF, creator] += 1
    return {
        "instances": len(instances),
        "blocks": [
            {"group": f"{one:04x}", "block": f"{block:02x}", "creator": creator, "instances": number}
            for (one, block, creator), number in islice(sorted(found.items()), MOST_ENTRIES)
        ],
    }


GROUP = Member("group", "text", "only this group, in hexadecimal digits", "")

ROUTES = (
    ControlRoute(
        "POST",
        "/dictionary/check",
        check,
        "All that is wrong with a configuration's dictionary (`emulator.checking.check`, the command `dictionary "
        "check`). Options that name files of the server are refused.",
        (
            Member("configuration", "configuration", "Orthanc's options, or the text of a file", required=True),
            Member("release", "text", "for which release; without it, the server's", choices=[*RELEASES]),
        ),
        answer="Problems, each with its line and column in a text, and the lines to write instead",
    ),
    ControlRoute(
        "GET",
        "/dictionary",
        entries,
        "The entries of the server's dictionary that fit, those of the configuration first.",
        (
            Member("search", "text", "a tag, a name, or a part of one", ""),
            Member("creator", "text", "only of this creator", ""),
            GROUP,
            Member("private", "boolean", "only private ones", False),
            Member("since", "integer", "how many are left out", 0),
            Member("limit", "integer", "how many at most", 100),
        ),
        answer="How many there are, and a page of them",
    ),
    ControlRoute(
        "GET",
        "/blocks",
        blocks,
        "Which private creators reserve which blocks, in the last 1,000 files.",
        (GROUP,),
        answer="Blocks",
    ),
)
