"""The lines of "Dictionary" that files need and a configuration lacks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..checking import Problem, check
from ..configuration import ConfigurationSource
from ..configuration.configuration import Configuration
from ..configuration.dictionaries import dictionary_for
from ..dictionary import Dictionary
from ..dictionary.registration import sorted_section
from ..releases import DEFAULT_RELEASE, RELEASES, Release, release_named
from .drafting import Draft, Drafts
from .survey import Survey
from .surveying import options_of, survey


@dataclass(frozen=True)
class Line:
    """One line to write: its key and definition `[VR, name, minimum, maximum, creator]`.

    `evidence` is where its VR comes from, `form` why it is in full or by offset.
    """

    key: str
    definition: Sequence[Any]
    evidence: str = ""
    form: str = ""

    @property
    def heading(self) -> str:
        """What lines of one creator, group and form have in common."""
        return f"{json.dumps(self.definition[4])}, group {self.key[:4].lower()}: {self.form}"

    def __str__(self) -> str:
        return f"{json.dumps(self.key)}: {json.dumps(self.definition)}"


@dataclass(frozen=True)
class LeftOut:
    """A private tag that is in the files and gets no line, and why."""

    tag: str
    creator: str | None
    files: int
    reason: str

    def __str__(self) -> str:
        owner = "no creator" if self.creator is None else json.dumps(self.creator)
        return f"{self.tag} of {owner}, in {counted(self.files, 'file')}: {self.reason}"


@dataclass(frozen=True)
class Suggestion:
    """What to write, what gets no line, and what was read. `lines` are in the order in which they can be written."""

    lines: Sequence[Line]
    left_out: Sequence[LeftOut]
    survey: Survey
    releases: Sequence[str]
    notes: Sequence[Problem] = field(default=())

    @property
    def dictionary(self) -> dict[str, list[Any]]:
        """The lines as a section "Dictionary", which `Emulator({"Dictionary": ...})` takes."""
        return {line.key: list(line.definition) for line in self.lines}

    def __str__(self) -> str:
        """A configuration of these lines alone, in Orthanc's JSON with comments."""
        return f'{{\n  "Dictionary": {{\n{lines_text(self.lines)}  }}\n}}\n'


def lines_text(lines: Sequence[Line], indent: str = "    ", newline: str = "\n") -> str:
    """The lines of a section, with a comment above those of a creator and one behind each."""
    told: list[str] = []
    heading = ""
    for index, line in enumerate(lines):
        if line.heading != heading:
            heading = line.heading
            told.append(f"{indent}// {printable(heading)}")
        comma = "" if index == len(lines) - 1 else ","
        told.append(f"{indent}{line}{comma}  // {printable(line.evidence)}")
    return "".join(f"{line}{newline}" for line in told)


def printable(text: str) -> str:
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def suggest(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    configuration: ConfigurationSource = None,
    *,
    releases: Sequence[str] = (DEFAULT_RELEASE,),
    both_forms: bool = False,
    processes: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Suggestion:
    """The lines that the private tags in files and folders need beside those of a configuration.

    Each release in `releases` takes all of them, and `check` finds no error and no warning in them. An entry is in full
    where all files have its creator in one block, else by offset; with `both_forms` it is both, for which `check` has
    no note either. `processes` read the files, 0 for one per core (then this must be called below `if __name__ ==
    "__main__"`). `progress` is called with the number of files read. Raises OrthancError for a configuration that a
    release refuses, ValueError for an unknown release. What can't be read is in `survey.unread`.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    chosen = [release_named(version) for version in releases]
    options = options_of(configuration, chosen[0])
    servers = [(release, dictionary_of(options, release)) for release in chosen]
    found = survey(paths, options, chosen[0], processes=processes, progress=progress)
    return suggestion_for(found, options, servers, both_forms=both_forms)


def dictionary_of(options: Mapping[str, Any], release: Release) -> Dictionary:
    return dictionary_for(Configuration.load(options, release), release)


def suggestion_for(
    found: Survey, options: Mapping[str, Any], servers: Sequence[tuple[Release, Dictionary]], *, both_forms: bool
) -> Suggestion:
    """The lines that what was found needs; those of which `check` warns are left out, with its words."""
    section = dict(sorted_section(options.get("Dictionary", {})))
    drafts = Drafts(section, servers, both_forms=both_forms)
    lines: list[Line] = []
    left_out: list[LeftOut] = []
    made: list[tuple[Draft, Line]] = []
    for key, seen in sorted(found.tags.items(), key=lambda item: (item[0].creator or "", *item[0][1:])):
        draft = drafts.draft(key, seen)
        if isinstance(draft, str):
            left_out.append(LeftOut(f"{key.group:04x},xx{key.offset:02x}", key.creator, seen.files, draft))
        elif draft is not None:
            made += [(draft, Line(*line)) for line in draft.lines]
    problems = complaints(options, section, [line for _, line in made], [release for release, _ in servers])
    told: set[str] = set()
    for draft, line in made:
        of_draft = [problems[key] for key, *_ in draft.lines if key in problems]
        if not of_draft:
            lines.append(line)
        elif draft.tag not in told:
            told.add(draft.tag)
            left_out.append(LeftOut(draft.tag, draft.creator, draft.files, of_draft[0]))
    return Suggestion(lines, left_out, found, [release.version for release, _ in servers])


def complaints(
    options: Mapping[str, Any], section: Mapping[str, Any], lines: Sequence[Line], releases: Sequence[Release]
) -> dict[str, str]:
    """What `check` has against the lines, by key, on any of the releases: errors and warnings."""
    merged = {**options, "Dictionary": {**section, **{line.key: list(line.definition) for line in lines}}}
    keys = {line.key for line in lines}
    return {
        problem.key: f"{problem.message} ({problem.code}, Orthanc {release.version})"
        for release in releases
        for problem in check(merged, release=release.version)
        if problem.severity != "note" and problem.key in keys
    }


ALL_RELEASES = tuple(RELEASES)
