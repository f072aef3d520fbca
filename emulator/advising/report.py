"""What files will suffer on a server: per creator and tag, on each release, as values that can be printed or drawn."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from ..configuration import ConfigurationSource
from ..dictionary import UNKNOWN_TAG_NAME
from ..query.placement import Place, place_of
from ..releases import DEFAULT_RELEASE, release_named
from ..releases.configured import configured
from ..store.level import LEVELS, Level
from .examining import Examined, Outcome, Trouble, examine_share
from .suggestion import dictionary_of
from .survey import Found, Key, Survey
from .surveying import in_shares, options_of
from .walking import files_at

#: What DCMTK's codes for VRs that depend on the context stand for.
CONTEXT = {"ox": "OB OW", "px": "OB OW", "xs": "US SS", "lt": "US SS OW", "up": "UL"}


def fits(given: str, entry: str) -> bool:
    """Whether the VR of a file is that of an entry."""
    return given in CONTEXT.get(entry, entry).split()


@dataclass(frozen=True)
class OnServer:
    """What one private tag is on servers of one release.

    `unknown_blocks` are those in which it has no entry. `edit` is the VR in which a modify that replaces it writes it.
    `find` says how a query on it is answered; `effects` what becomes of it in files that are modified elsewhere, with
    the number of files.
    """

    name: str
    vr: str
    source: str
    unknown_blocks: Sequence[int]
    edit: str
    find: str
    effects: Mapping[str, int]

    @property
    def is_known(self) -> bool:
        return not self.unknown_blocks


@dataclass(frozen=True)
class TagReport:
    """One private tag of the files. `vrs` and `blocks` count files; the VR "" stands for files that give none."""

    creator: str | None
    group: int
    offset: int
    files: int
    blocks: Mapping[int, int]
    vrs: Mapping[str, int]
    examples: Mapping[str, str]
    on: Mapping[str, OnServer]

    @property
    def tag(self) -> str:
        return f"{self.group:04x},xx{self.offset:02x}"

    @property
    def given_vrs(self) -> list[str]:
        """The VRs that files give, the most frequent first."""
        return sorted((vr for vr in self.vrs if vr), key=lambda vr: (-self.vrs[vr], vr))

    @property
    def state(self) -> str:
        """What a picture shows of it: "orphan", "unknown", "differs" (VRs), "known"; over all releases the worst."""
        if self.creator is None:
            return "orphan"
        if any(not one.is_known for one in self.on.values()):
            return "unknown"
        given = self.given_vrs
        if len(given) > 1 or any(not fits(vr, one.vr) for vr in given for one in self.on.values()):
            return "differs"
        return "known"


@dataclass(frozen=True)
class ProblemReport:
    """What happens to files on servers of some releases: a code or an error, the tag, files, one of them."""

    what: str
    tag: str
    files: int
    example: str
    message: str
    releases: Sequence[str]


@dataclass(frozen=True)
class Report:
    """What files suffer: their private tags by creator and group, and what else happens."""

    releases: Sequence[str]
    survey: Survey
    tags: Sequence[TagReport]
    problems: Sequence[ProblemReport]
    stored: Mapping[str, int] = field(default_factory=dict)

    @property
    def groups(self) -> dict[tuple[str | None, int], list[TagReport]]:
        """The tags by creator and group, in order; those of no creator last."""
        found: dict[tuple[str | None, int], list[TagReport]] = {}
        for tag in self.tags:
            found.setdefault((tag.creator, tag.group), []).append(tag)
        return found

    def count(self, state: str) -> int:
        return sum(tag.state == state for tag in self.tags)

    def to_json(self) -> dict[str, Any]:
        """For machines: blocks in hexadecimal digits, the VR "" for files that give none."""
        return {
            "releases": [*self.releases],
            "files": self.survey.files,
            "with_private_tags": self.survey.with_private_tags,
            "not_read": self.survey.unread_count,
            "stored": dict(self.stored),
            "tags": [tag_json(tag) for tag in self.tags],
            "problems": [asdict(problem) for problem in self.problems],
        }


def tag_json(tag: TagReport) -> dict[str, Any]:
    return {
        "tag": tag.tag,
        "creator": tag.creator,
        "state": tag.state,
        "files": tag.files,
        "blocks": {f"{block:02x}": number for block, number in tag.blocks.items()},
        "vrs": dict(tag.vrs),
        "examples": dict(tag.examples),
        "releases": {
            version: {
                "known": one.is_known,
                "name": one.name,
                "vr": one.vr,
                "source": one.source,
                "unknown_blocks": [f"{block:02x}" for block in one.unknown_blocks],
                "edit": one.edit,
                "find": one.find,
                "effects": dict(one.effects),
            }
            for version, one in tag.on.items()
        },
    }


def report(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    configuration: ConfigurationSource = None,
    *,
    releases: Sequence[str] = (DEFAULT_RELEASE,),
    processes: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """What the files at these paths and in these folders will suffer on servers of releases with a configuration.

    Each file is stored, viewed and modified (another element of it) in memory, without its pixel data. The arguments
    are those of `suggest`, and so are the errors.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    versions = tuple(release_named(version).version for version in releases)
    options = options_of(configuration, release_named(versions[0]))
    for version in versions:
        dictionary_of(options, release_named(version))  # raises here what a worker would raise elsewhere
    examined = Examined()
    work = partial(examine_share, options, versions)
    for part in in_shares(files_at(paths), examined.survey.miss, work, processes):
        examined.add(part)
        if progress is not None:
            progress(examined.survey.files + examined.survey.unread_count)
    return told(examined, options, versions)


def told(examined: Examined, options: Mapping[str, Any], versions: Sequence[str]) -> Report:
    lookers = {version: Looker(options, version, examined.outcomes.get(version, Outcome())) for version in versions}
    tags = [
        TagReport(
            *key,
            found.files,
            dict(sorted(found.blocks.items())),
            dict(found.vrs),
            found.examples,
            {version: looker.look(key, found) for version, looker in lookers.items()},
        )
        for key, found in sorted(examined.survey.tags.items(), key=in_order)
    ]
    stored = {version: examined.outcomes.get(version, Outcome()).stored for version in versions}
    return Report(versions, examined.survey, tags, problems_of(examined.outcomes), stored)


def in_order(item: tuple[Key, Found]) -> tuple[bool, str, int, int]:
    key = item[0]
    return key.creator is None, key.creator or "", key.group, key.offset


class Looker:
    """What a server of one release knows of private tags."""

    def __init__(self, options: Mapping[str, Any], version: str, outcome: Outcome) -> None:
        from ..configuration.configuration import Configuration

        release = release_named(version)
        self.dictionary = dictionary_of(options, release)
        self.release = configured(release, Configuration.load(options, release), self.dictionary)
        self.outcome = outcome

    def look(self, key: Key, found: Found) -> OnServer:
        creator, group, offset = key
        elements = [block << 8 | offset for block in sorted(found.blocks)]
        entries = {one: self.dictionary.find(group, one, creator) if creator else None for one in elements}
        known = [entry for entry in entries.values() if entry is not None]
        entry = known[0] if known else None
        effects = {what: one.files for (own, what), one in self.outcome.effects.items() if own == key}
        return OnServer(
            name=self.dictionary.shown_name(entry) if entry else UNKNOWN_TAG_NAME,
            vr=entry.vr if entry else "",
            source=(entry.file or entry.source) if entry else "",
            unknown_blocks=[one >> 8 for one, entry in entries.items() if entry is None],
            edit=self.dictionary.value_representation(group, elements[0], creator) if creator else "UN",
            find=self.find([group << 16 | element for element in elements]),
            effects=effects,
        )

    def find(self, tags: Sequence[int]) -> str:
        """How a query is answered: "indexed" at some levels, or a file is read for each candidate."""
        indexed = [
            level.value for level in LEVELS if all(place_of(tag, level, self.release) is Place.INDEX for tag in tags)
        ]
        if Level.INSTANCE.value not in indexed:
            return "reads files"
        return f"indexed ({indexed[0]} and below)" if indexed[0] != Level.INSTANCE.value else "indexed (Instance)"


def problems_of(outcomes: Mapping[str, Outcome]) -> list[ProblemReport]:
    """What happens to files beside their private tags' own columns, the most frequent first, alike ones once."""
    found: dict[tuple[str, str], dict[str, Trouble]] = {}
    for version, outcome in outcomes.items():
        for error, trouble in outcome.refused.items():
            found.setdefault(("not stored", error), {})[version] = trouble
        for error, trouble in outcome.not_modified.items():
            found.setdefault(("not modified", error), {})[version] = trouble
        for (code, tag), trouble in outcome.problems.items():
            found.setdefault((code, tag), {})[version] = trouble
        for (tag, what), trouble in outcome.beside.items():
            found.setdefault((f"{what} by a modify of another element", tag), {})[version] = trouble
    result = []
    for (what, where), by_release in found.items():
        most = max(by_release.values(), key=lambda one: one.files)
        is_tag = what not in ("not stored", "not modified")
        result.append(
            ProblemReport(
                what,
                where if is_tag else "",
                most.files,
                most.example,
                most.message if is_tag else where,
                [*by_release],
            )
        )
    return sorted(result, key=lambda one: (one.what, -one.files, one.tag))
