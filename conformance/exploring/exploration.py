"""One run of `python -m conformance explore`: what is compared, and the differences that have been found so far.

A step of an example is a line of Python, as a scenario has it, and is run on both sides: what is printed for a
difference is what was run. Each example removes its patients from the server, after Ctrl-C too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..asking.clients import HttpClient
from ..comparing.differences import Difference, differences
from ..comparing.normalising import NormalEntry
from .known_differences import KnownDifference, Occurrence, known_difference
from .own_server import OwnServerClient
from .sides import Side, error_of

#: How many examples are run to make one with a difference smaller.
MOST_SHRINKS = 60


@dataclass(frozen=True)
class Finding:
    """A difference, with the fewest lines that show it; `kind` tells it from others, `reproduced` if it came again."""

    kind: str
    lines: Sequence[str]
    emulator: NormalEntry | None
    live: NormalEntry | None
    differences: Sequence[Difference]
    reproduced: bool = True


class DifferenceFoundError(Exception):
    """Tells Hypothesis that an example shows the difference that it should shrink."""


class SmallEnough(BaseException):
    """Ends the shrinking: Hypothesis lets pass what is no Exception."""


@dataclass
class Exploration:
    """One run: what is compared, and what has come of it so far.

    `emulator` makes a fresh emulator, `live` is the server. `default_mode` says that the emulator refuses unknown tags:
    what it refuses for that is not asked of the server, and counted in `passed_over`. `network` says that the DICOM
    network is asked, too. `target` is the kind of difference that is being shrunk; `findings` are those reported.
    `silences` counts the examples in which the server, one of the suite's own, answered no more.
    """

    live: HttpClient | OwnServerClient
    release: str
    emulator: Callable[[], Any]
    default_mode: bool = False
    network: bool = False
    passed_over: int = 0
    progress: Callable[[Exploration], None] = lambda exploration: None
    announce: Callable[[Finding, int], None] = lambda finding, number: None
    announce_silence: Callable[[Sequence[str]], None] = lambda lines: None
    examples: int = 0
    requests: int = 0
    known: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    target: str | None = None
    last: Finding | None = None
    shrinks: int = 0
    silences: int = 0

    def judge(self, lines: Sequence[str], emulator: Side, live: Side, *, given_up: bool = False) -> None:
        """Compares the answers of an example; raises DifferenceFoundError for a new difference.

        An example may be `given_up` by Hypothesis midway, as it has drawn too much; what was asked till then counts.
        It can't be shrunk by Hypothesis: SmallEnough is raised.
        """
        if given_up and (self.target is not None or not lines):
            return
        finding = self.new_difference(lines, emulator.normal(), live.normal())
        self.count(live)
        if finding is None or finding.kind in {one.kind for one in self.findings}:
            return
        if self.target is None:
            self.target = finding.kind
        if finding.kind == self.target:
            self.last = finding
            raise SmallEnough if given_up else DifferenceFoundError(finding.kind)

    def judge_silence(self, lines: Sequence[str], live: Side) -> None:
        """Tells of an example whose last line was not answered: what hangs or crashes there is nothing to emulate."""
        if self.target is None:
            self.silences += 1
            self.announce_silence(lines)
        self.count(live)

    def count(self, live: Side) -> None:
        """Counts an example that has been run; raises SmallEnough when enough were run to make one smaller."""
        if self.target is None:
            self.examples += 1
            self.requests += len(live.session.log)
            self.progress(self)
        else:
            self.shrinks += 1
            if self.shrinks > MOST_SHRINKS:
                raise SmallEnough

    def new_difference(
        self, lines: Sequence[str], emulator: list[NormalEntry], live: list[NormalEntry]
    ) -> Finding | None:
        """The first difference that is not known, None if there is none or the known one spoils the rest."""
        found = differences(emulator, live)
        for index in sorted({one.entry for one in found}):
            here = [one for one in found if one.entry == index]
            one, other = at(emulator, index), at(live, index)
            known = self.known_difference(one, other, here)
            if known is None:
                return Finding(kind_of(one, other, here[0]), tuple(lines), one, other, here)
            if self.target is None:
                self.known[known.reason] += 1
            if known.spoils_the_rest:
                return None
        return None

    def known_difference(
        self, emulator: NormalEntry | None, live: NormalEntry | None, found: Sequence[Difference]
    ) -> KnownDifference | None:
        if emulator is None or live is None:
            return None
        return known_difference(Occurrence(self.release, emulator, live, [one.path for one in found]))


def at(log: Sequence[NormalEntry], index: int) -> NormalEntry | None:
    return log[index] if index < len(log) else None


def kind_of(emulator: NormalEntry | None, live: NormalEntry | None, difference: Difference) -> str:
    """A difference in words that fit others of its cause: route, place, and kinds of values."""
    entry = live or emulator or {}
    request = entry.get("request", {})
    where = entry.get("observation") or f"{request.get('method')} {generalised(str(request.get('path')))}"
    if difference.path == "answer.status":
        details = [error_of(entry) for entry in (emulator, live)]
        return f"{where}: {difference.left} {details[0]} / {difference.right} {details[1]}"
    return f"{where}: {generalised(difference.path)}: {sort_of(difference.left)} / {sort_of(difference.right)}"


def generalised(text: str) -> str:
    """A path without what only one example has: tags, identifiers, numbers."""
    text = re.sub(r"«\w+ \d+»|[0-9a-f]{8}(-[0-9a-f]{4,8})*…|[0-9a-f]{8}(-[0-9a-f]{8}){4}", "ID", text)
    text = re.sub(r"\b(\w\w(\d\d|\w\w))[,-]?[0-9a-f]{4}\b", lambda one: "ODD" if is_odd(one[1]) else "EVEN", text)
    return re.sub(r"\[\d+\]", "[]", text)


def is_odd(group: str) -> bool:
    return group[-1] in "13579bdf"


def sort_of(value: Any) -> str:
    """What kind of value it is; itself where it is one of few: a word such as a VR or a type."""
    if isinstance(value, str) and re.fullmatch(r"\(absent\)|[A-Z]\w{1,12}|", value):
        return value or '""'
    return type(value).__name__
