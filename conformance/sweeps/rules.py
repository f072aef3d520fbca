"""Which scenario shows which rule: each rule that differs between neighbouring releases is given the other's value.

The emulator of the older release, with one rule of the newer one, answers some scenario otherwise than the recording of
the older release does: the shortest of these shows the rule. A rule that none shows is one that no recording proves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from typing import Any
from unittest.mock import patch

from emulator.releases import RELEASES, Release
from emulator.releases.differences import differences as rule_differences

from ..comparing.differences import differences
from ..recorder.recordings import load, shipped
from ..scenarios.scenario import Scenario, all_scenarios
from ..targets.emulated import EmulatorTarget


def shown_rules(say: Callable[[str], None], only: frozenset[str] = frozenset()) -> dict[str, str | None]:
    """The scenario that shows each rule, by "room.rule"; None where none does."""
    shown: dict[str, str | None] = {}
    versions = [*RELEASES]
    for older, newer in pairwise(versions):
        wanted = [
            one
            for one in rule_differences(RELEASES[older], RELEASES[newer])
            if shown.get(one.name) is None and (not only or one.name in only)
        ]
        for version, other in ((older, newer), (newer, older)):
            wanted = [one for one in wanted if shown.get(one.name) is None]
            if not wanted:
                continue
            readers = scenarios_by_rule(version)
            for one in wanted:
                changed = with_rule(RELEASES[version], RELEASES[other], one.room, one.rule)
                found = (each for each in readers[one.name] if differs(changed, each))
                shown[one.name] = next((each.title for each in found), None)
                say(f"{version}: {one.name}: {shown[one.name] or '-'}")
    return shown


def with_rule(release: Release, other: Release, room: str, rule: str) -> Release:
    """A release with one rule of another one."""
    name, _, inner = rule.partition(".")
    rules, others = getattr(release, room), getattr(other, room)
    value = getattr(others, name)
    if inner:
        value = replace(getattr(rules, name), **{inner: getattr(value, inner)})
    changes: dict[str, Any] = {room: replace(rules, **{name: value})}
    return replace(release, **changes)


def differs(release: Release, scenario: Scenario) -> bool:
    """Whether the emulator of a changed release answers a scenario otherwise than the release's recording does."""
    recorded = load(shipped(), release.version, scenario)
    with standing_for(release):
        try:
            outcome = EmulatorTarget(release.version).run(scenario)
        except Exception:  # a rule that does not fit the others shows, too
            return True
    return outcome.stopped is not None or bool(differences(outcome.normal, recorded or []))


@contextmanager
def standing_for(release: Release) -> Iterator[None]:
    """New emulators stand for this release whatever version is asked for."""
    with patch("emulator.emulator.release_named", lambda _: release):
        yield


# Which scenarios read which rules


def scenarios_by_rule(version: str) -> dict[str, list[Scenario]]:
    """The scenarios of a release that read each rule, the shortest recording first."""
    readers: dict[str, list[tuple[int, Scenario]]] = defaultdict(list)
    for scenario in all_scenarios():
        recorded = load(shipped(), version, scenario)
        if not scenario.applies_to(version) or scenario.mode == "contract" or recorded is None:
            continue
        for rule in rules_read(version, scenario):
            readers[rule].append((len(recorded), scenario))
    return defaultdict(
        list, {rule: [one for _, one in sorted(some, key=lambda one: one[0])] for rule, some in readers.items()}
    )


def rules_read(version: str, scenario: Scenario) -> set[str]:
    read: set[str] = set()
    release = RELEASES[version]
    changes: dict[str, Any] = {
        room.name: watched(getattr(release, room.name), room.name, read)
        for room in fields(Release)
        if is_dataclass(getattr(release, room.name))
    }
    with standing_for(replace(release, **changes)):
        EmulatorTarget(version).run(scenario)
    return read


def watched(rules: Any, name: str, read: set[str]) -> Any:
    """A copy of rules that notes which of them are read."""
    inner: dict[str, Any] = {
        one.name: watched(getattr(rules, one.name), f"{name}.{one.name}", read)
        for one in fields(rules)
        if is_dataclass(getattr(rules, one.name)) and one.name in ("files", "text", "web", "traffic", "costs")
    }
    copy = replace(rules, **inner)
    kind = type(f"Watched{type(rules).__name__}", (type(rules),), {"__getattribute__": noting(name, read)})
    object.__setattr__(copy, "__class__", kind)
    return copy


def noting(name: str, read: set[str]) -> Callable[[Any, str], Any]:
    def getter(self: Any, attribute: str) -> Any:
        if not attribute.startswith("__"):
            read.add(f"{name}.{attribute}")
        return object.__getattribute__(self, attribute)

    return getter
