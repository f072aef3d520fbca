"""What one file suffers on a server: stored, viewed and modified in memory, by the rules of each release."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from ..dicom.element import Dataset, Element, even, format_tag
from ..dicom.reader import read_file
from ..dicom.views import Format
from ..errors import OrthancError
from ..releases import release_named
from ..server import Server
from ..store.level import Level
from .reading import NotReadError, read_head
from .survey import Key, Survey, private_elements
from .walking import Path, Unread

#: What is asked of each file: that one standard element be replaced, and nothing else.
ASKED = {"Replace": {"PatientComments": "x"}}
#: What a modified file has by that: the value, and another SOPInstanceUID.
EXPECTED = frozenset({0x00104000, 0x00080018})

#: A file with more bytes before its pixel data is not modified.
LARGEST_HEAD = 64 << 20

#: Options that are not heeded while files are examined one by one.
PASSED_OVER = frozenset({"MaximumPatientCount", "MaximumStorageSize", "MaximumStorageMode", "AcceptedSopClasses"})

#: What becomes of an element beside what was asked for.
AS_UN, CHANGED, GONE = "written as UN", "value changed", "not written"


@dataclass
class Trouble:
    """Something that happens to files: how many, one of them, and what was said of it."""

    files: int = 0
    example: str = ""
    message: str = ""

    def see(self, path: str, message: str = "") -> None:
        if not self.files:
            self.example, self.message = path, message
        self.files += 1

    def add(self, other: Trouble) -> None:
        if not self.files:
            self.example, self.message = other.example, other.message
        self.files += other.files


@dataclass
class Outcome:
    """What many files suffer on servers of one release."""

    stored: int = 0
    refused: dict[str, Trouble] = field(default_factory=dict)  # by what the server answers
    not_modified: dict[str, Trouble] = field(default_factory=dict)
    problems: dict[tuple[str, str], Trouble] = field(default_factory=dict)  # by code and tag of diagnostics
    effects: dict[tuple[Key, str], Trouble] = field(default_factory=dict)  # on private tags
    beside: dict[tuple[str, str], Trouble] = field(default_factory=dict)  # on standard tags

    def add(self, other: Outcome) -> None:
        self.stored += other.stored
        for name in ("refused", "not_modified", "problems", "effects", "beside"):
            own: dict[Any, Trouble] = getattr(self, name)
            for key, trouble in getattr(other, name).items():
                own.setdefault(key, Trouble()).add(trouble)


@dataclass
class Examined:
    """What many files have, and what they suffer on each release."""

    survey: Survey = field(default_factory=Survey)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def add(self, other: Examined) -> None:
        self.survey.add(other.survey)
        for version, outcome in other.outcomes.items():
            self.outcomes.setdefault(version, Outcome()).add(outcome)


class Examiner:
    """Servers of some releases with one configuration, which hold one file at a time."""

    def __init__(self, options: Mapping[str, Any], versions: Sequence[str]) -> None:
        kept = {name: value for name, value in options.items() if name not in PASSED_OVER}
        self.servers = [
            Server(
                {**kept, "OverwriteInstances": True},
                release_named(version),
                rejects_unknown_tags=False,
                clock=time.time,
            )
            for version in versions
        ]

    def examine(self, paths: Sequence[Path]) -> Examined:
        """What some files have and suffer; what can't be read is counted and told."""
        result = Examined(outcomes={server.release.version: Outcome() for server in self.servers})
        first = self.servers[0]
        for path, asked in paths:
            try:
                head = read_head(path, first.dictionary, first.release.dicom.files)
                result.survey.see(head, path)
                data = head_bytes(path, head.pixel_data_offset)
            except NotReadError as error:
                result.survey.miss(Unread(path, str(error), asked or str(error).startswith("cannot be read")))
                continue
            for server in self.servers if data is not None else ():
                self.suffer(server, result.outcomes[server.release.version], path, data or b"")
        return result

    def suffer(self, server: Server, outcome: Outcome, path: str, data: bytes) -> None:
        """Stores, views, modifies and deletes one file."""
        server.diagnostics.clear()
        try:
            instance = server.uploads.add(data).id
        except OrthancError as error:
            outcome.refused.setdefault(str(error), Trouble()).see(path)
            return
        outcome.stored += 1
        try:
            server.files.view(instance, Format.SIMPLIFY)
            told = [*server.diagnostics]
            changed = server.modifications.modify(Level.INSTANCE, instance, ASKED)
            before = read_file(data, server.dictionary, server.release.dicom.files).dataset
            after = read_file(changed, server.dictionary, server.release.dicom.files).dataset
        except OrthancError as error:
            told = [*server.diagnostics]
            outcome.not_modified.setdefault(str(error), Trouble()).see(path)
        else:
            compare(before, after, outcome, path)
        finally:
            server.resources.delete(Level.INSTANCE, instance)
        for code, tag, message in {(one.code, one.tag or "", one.happened) for one in told}:
            outcome.problems.setdefault((code, tag.rpartition(".")[2]), Trouble()).see(path, message)


def head_bytes(path: str, end: int | None) -> bytes | None:
    """The bytes of a file before its pixel data; None where they are too many. Raises NotReadError."""
    try:
        if end is None and FilePath(path).stat().st_size > LARGEST_HEAD:
            return None
        with open(path, "rb") as file:
            return None if end is not None and end > LARGEST_HEAD else file.read(-1 if end is None else end)
    except OSError as error:
        raise NotReadError(f"cannot be read: {error.strerror or error}") from None


def compare(before: Dataset, after: Dataset, outcome: Outcome, path: str) -> None:
    """Notes what became of each element beside what was asked for; each tag once per file."""
    kept = dict(flat(after))
    keys = {id(element): key for key, element in private_elements(before)}
    seen: Counter[Any] = Counter()
    for place, element in flat(before):
        if place[-1] in EXPECTED and len(place) == 1:
            continue
        what = became(element, kept.get(place))
        if what is None:
            continue
        key = keys.get(id(element))
        mark: Any = (key, what) if key is not None else (format_tag(element.tag), what)
        seen[mark] += 1
        if seen[mark] > 1:
            continue
        effects: dict[Any, Trouble] = outcome.effects if key is not None else outcome.beside
        effects.setdefault(mark, Trouble()).see(path)


def became(before: Element, after: Element | None) -> str | None:
    if after is None:
        return GONE
    if before.items is not None or after.items is not None:
        return None if (before.items is None) == (after.items is None) else CHANGED
    if after.vr == "UN" and before.vr != "UN":
        return AS_UN
    return None if even(before.value).rstrip(b"\0 ") == even(after.value).rstrip(b"\0 ") else CHANGED


def flat(dataset: Dataset, place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Element]]:
    """Every element of a dataset, those of items too, with the tags and indices that lead to it; no group lengths."""
    for tag, element in dataset.elements.items():
        if not tag & 0xFFFF:
            continue
        yield (*place, tag), element
        for index, item in enumerate(element.items or ()):
            yield from flat(item, (*place, tag, index))


#: The examiner of this process, by what it was made of: a worker gets many shares for one.
EXAMINERS: dict[str, Examiner] = {}


def examine_share(options: Mapping[str, Any], versions: tuple[str, ...], paths: Sequence[Path]) -> Examined:
    key = f"{versions} {options!r}"
    if key not in EXAMINERS:
        EXAMINERS.clear()
        EXAMINERS[key] = Examiner(options, versions)
    return EXAMINERS[key].examine(paths)
