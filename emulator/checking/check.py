"""All problems of a configuration's "Dictionary" at once: errors, warnings, notes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..configuration.configuration import (
    Configuration,
    ConfigurationFileError,
    ConfigurationSource,
    files_of,
    substituted,
)
from ..configuration.dictionaries import dictionary_for
from ..dictionary.dictionary import Dictionary
from ..dictionary.registration import RefusedEntryError, sorted_section
from ..errors import OrthancError
from ..json.positions import KeyPosition, key_positions
from ..releases import DEFAULT_RELEASE, RELEASES, Release, release_named
from ..spelling import what_was_meant
from .mending import mended
from .offers import Offers
from .problem import SEVERITIES, Problem
from .regret import Registration
from .regrets import regrets
from .rules_of_tags import is_plain_key

SECTION = "Dictionary"


@dataclass(frozen=True)
class Place:
    """Where a key stands in a file."""

    file: str | None = None
    line: int | None = None
    column: int | None = None


def check(configuration: ConfigurationSource, *, release: str = DEFAULT_RELEASE) -> list[Problem]:
    """The problems of a configuration's "Dictionary", in the order of the file (else, of the keys).

    `configuration` is a mapping of Orthanc's options, or the path of a JSON file (comments allowed) or of a folder of
    them. There is an error among the problems exactly if the release does not start with the configuration; each
    entry is judged as if those that are refused before it were left out. Raises ValueError for an unknown release.
    """
    chosen = release_named(release)
    places = Places(configuration)
    try:
        loaded = Configuration.load(configuration, chosen)
        base = dictionary_for(replace(loaded, dictionary={}), chosen)
    except OrthancError as error:
        place = places.of_error(error)
        advice = error.hint or "mend it, then check again: nothing else of it could be checked"
        return [Problem("configuration", str(error), advice, **vars(place))]
    section = loaded.dictionary
    problems = [
        *places.problems(section),
        *(placed(problem, places) for problem in entry_problems(section, base, loaded, chosen)),
    ]
    return sorted(
        problems, key=lambda problem: (problem.file or "", problem.line or 0, SEVERITIES.index(problem.severity))
    )


def placed(problem: Problem, places: Places) -> Problem:
    return replace(problem, **vars(places.of_key(problem.key)))


def entry_problems(
    section: Any, dictionary: Dictionary, configuration: Configuration, release: Release
) -> Iterator[Problem]:
    """Registers the section's entries into `dictionary`, in the server's order."""
    registered: list[Registration] = []
    refused: list[tuple[RefusedEntryError, Any, str]] = []
    for key, definition in sorted_section(section):
        try:
            entry = dictionary.checked(key, definition)
        except RefusedEntryError as error:
            refused.append((error, definition, advice_for(error, definition, dictionary, registered)))
            continue
        before = dictionary.find(entry.group, entry.element, entry.creator)
        registered.append(Registration(key, list(definition), dictionary.register(key, definition), before))
    names = (
        one[1] for _, one, _ in refused if isinstance(one, list | tuple) and len(one) > 1 and isinstance(one[1], str)
    )
    offers = Offers(dictionary, (key for key, _ in sorted_section(section)), names)
    for one in registered:
        offers.add_key(one.key, one.entry)
    for reason, definition, _ in refused:
        if reason.cause == "tag-taken":
            offers.keep_out((definition[4] or None) if len(definition) > 4 else None, dictionary.tag(reason.key))
    yield from [*regrets(registered, dictionary, release, offers)]  # before what is offered below is registered
    for reason, definition, advice in refused:
        yield Problem(
            code=reason.cause,
            key=reason.key,
            message=f"{reason} (code {int(reason.code)})",
            advice=advice,
            instead=mended(reason, definition, offers),
        )
    yield from refused_later(section, {reason.key for reason, _, _ in refused}, configuration, release)


def advice_for(
    error: RefusedEntryError, definition: Any, dictionary: Dictionary, registered: list[Registration]
) -> str:
    advice = error.advice
    if error.cause == "tag-taken":
        advice = f"leave it out: {who_has_it(error.key, definition, dictionary, registered)}"
    if error.cause in ("tag-taken", "creator-group") and not is_plain_key(error.key):
        tag = dictionary.tag(error.key)
        advice = f'"{error.key}" is read as ({tag >> 16:04x},{tag & 0xFFFF:04x}): spell it otherwise, or {advice}'
    return advice


def who_has_it(key: str, definition: Any, dictionary: Dictionary, registered: list[Registration]) -> str:
    """Which entry stands in the place of one that is refused."""
    tag = dictionary.tag(key)
    creator = definition[4] if len(definition) > 4 and definition[4] else None
    there = dictionary.find(tag >> 16, tag & 0xFFFF, creator)
    if there is None:
        return "the dictionary has this tag already"
    for one in registered:
        if one.entry is there:
            return f'the entry "{one.key}" of "{SECTION}" has its tag already'
    where = there.file or f"{there.source} of DCMTK {dictionary.dcmtk_version}"
    return f'{where} has the tag already, as {there.vr} "{there.name}"'


def refused_later(section: Any, refused: set[str], configuration: Configuration, release: Release) -> Iterator[Problem]:
    """The entries that this release takes and a later one does not."""
    versions = list(RELEASES)
    told = set(refused)
    for version in versions[versions.index(release.version) + 1 :]:
        try:
            dictionary = dictionary_for(replace(configuration, dictionary={}), RELEASES[version])
        except OrthancError:
            continue  # it lacks an external dictionary that this release does without: no matter of the entries
        for key, definition in sorted_section(section):
            try:
                dictionary.register(key, definition)
            except RefusedEntryError as error:
                if key not in told:
                    told.add(key)
                    message = f"Orthanc {version} refuses the entry and will not start: {error}"
                    yield Problem("refused-later", message, error.advice, key=key)


class Places:
    """Where the keys of a configuration stand, if it comes from files."""

    def __init__(self, configuration: ConfigurationSource) -> None:
        self.file: str | None = None
        self.sections: list[tuple[str, KeyPosition]] = []
        self.entries: list[tuple[str, KeyPosition]] = []
        if isinstance(configuration, str | os.PathLike):
            self.file = os.fspath(configuration)
            for path in files_of(Path(configuration)):
                self.read(path)

    def read(self, path: Path) -> None:
        try:
            text = substituted(path.read_bytes().decode("utf-8-sig", errors="replace"), path)
        except (OSError, ConfigurationFileError):
            return  # reading the configuration tells
        for position in key_positions(text):
            if len(position.path) == 1:
                self.sections.append((str(path), position))
            elif position.path[0] == SECTION:
                self.entries.append((str(path), position))

    def of_key(self, key: str | None) -> Place:
        """Where the entry that counts stands: the last one with this key."""
        for file, position in reversed(self.entries):
            if position.path[1] == key:
                return Place(file, position.line, position.column)
        return Place(self.file)

    def of_error(self, error: OrthancError) -> Place:
        if isinstance(error, ConfigurationFileError):
            return Place(str(error.path), error.line, error.column)
        return Place(self.file)

    def problems(self, section: Any) -> Iterator[Problem]:
        """What the file tells that its parsed form does not."""
        yield from self.ignored(section)
        yield from self.repeated([one for one in self.sections if one[1].path[0] == SECTION], "section-repeated")
        by_key: dict[str, list[tuple[str, KeyPosition]]] = {}
        for one in self.entries:
            by_key.setdefault(one[1].path[1], []).append(one)
        for same in by_key.values():
            yield from self.repeated(same, "key-repeated")

    def repeated(self, same: list[tuple[str, KeyPosition]], code: str) -> Iterator[Problem]:
        for file, position in same[:-1]:
            last = same[-1][1].line
            name = position.path[-1]
            message = f'"{name}" stands again in line {last}: the server takes that one and ignores this one'
            advice = "join the two sections" if code == "section-repeated" else "leave one of the two out"
            key = name if code == "key-repeated" else None
            yield Problem(code, message, advice, key=key, file=file, line=position.line, column=position.column)

    def ignored(self, section: Any) -> Iterator[Problem]:
        if not isinstance(section, Mapping):
            yield Problem(
                "section-ignored",
                f'"{SECTION}" is no object: the server ignores it',
                "write it in braces",
                instead=f'"{SECTION}": {{}}',
                **vars(self.of_section(SECTION)),
            )
        for file, position in self.sections:
            name = position.path[0]
            if name != SECTION and what_was_meant(name, [SECTION]):
                yield Problem(
                    "section-ignored",
                    f'the server knows no option "{name}" and ignores it',
                    f'call it "{SECTION}"',
                    instead=f'"{SECTION}": {{}}',
                    file=file,
                    line=position.line,
                    column=position.column,
                )

    def of_section(self, name: str) -> Place:
        found = [one for one in self.sections if one[1].path[0] == name]
        return Place(found[-1][0], found[-1][1].line, found[-1][1].column) if found else Place(self.file)
