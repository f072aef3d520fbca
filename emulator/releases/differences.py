"""What differs between two releases: their rules, compared field by field, with what the rules' own texts say.

A rule's text is the docstring under its field, its group the comment above: both are read from the source, where they
are written once for people.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from itertools import pairwise
from typing import Any

from .release import Release

#: The end of a rule's text, which says in which releases it holds: `[1.12.7 on]`.
MARK = re.compile(r" *\[(?P<mark>[^\[\]]*\d[^\[\]]*)\]\.?\Z")

#: The comment above the rules of a group.
GROUP = re.compile(r"    # (?P<name>.*)\Z")

#: Which scenario of the conformance suite shows a rule: written by `python -m conformance rules`.
SCENARIOS = "scenarios.json"


@dataclass(frozen=True)
class Said:
    """What the source says of a rule: its group, its text, and in which releases it holds ("" where all agree)."""

    group: str
    text: str
    mark: str


@dataclass(frozen=True)
class Difference:
    """One rule that two releases have otherwise; `scenario` shows it, None where none of the suite does."""

    room: str
    rule: str
    said: Said
    before: Any
    after: Any
    scenario: str | None = None

    @property
    def name(self) -> str:
        return f"{self.room}.{self.rule}"

    def to_json(self) -> dict[str, Any]:
        """The difference as `python -m emulator releases --diff A B --json` prints it."""
        return {
            "Room": self.room,
            "Group": self.said.group,
            "Rule": self.rule,
            "Says": self.said.text,
            "Before": as_json(self.before),
            "After": as_json(self.after),
            "Scenario": self.scenario,
        }


def differences(before: Release, after: Release) -> list[Difference]:
    """Every rule that differs, room by room, in the order in which the rules are written."""
    shown = scenarios()
    return [
        Difference(room, rule, said, old, new, shown.get(f"{room}.{rule}"))
        for (room, rule, said, old), (_, _, _, new) in zip(all_rules(before), all_rules(after), strict=True)
        if old != new
    ]


def all_rules(release: Release) -> Iterator[tuple[str, str, Said, Any]]:
    """Each rule of a release: its room, its name, what is said of it, and its value."""
    for room in fields(Release):
        value = getattr(release, room.name)
        if is_dataclass(value):
            yield from rules_of(room.name, value)


def rules_of(room: str, rules: Any, prefix: str = "") -> Iterator[tuple[str, str, Said, Any]]:
    texts = said_of(type(rules).__module__, type(rules).__name__)
    for rule in fields(rules):
        value = getattr(rules, rule.name)
        if is_dataclass(value) and rule.name in NESTED.get(room, ()):
            yield from rules_of(room, value, f"{prefix}{rule.name}.")
        else:
            yield room, f"{prefix}{rule.name}", texts.get(rule.name, Said("", "", "")), value


#: The rules that are made of rules themselves.
NESTED: Mapping[str, tuple[str, ...]] = {"dicom": ("files", "text", "web"), "store": ("traffic",), "query": ("costs",)}


@lru_cache(maxsize=64)
def said_of(module: str, name: str) -> dict[str, Said]:
    """What the source of a class of rules says of each field."""
    source = textwrap.dedent(inspect.getsource(getattr(import_module(module), name)))
    lines = source.splitlines()
    body = next(node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)).body
    found: dict[str, Said] = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            is_text = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
            told = " ".join(str(text.value.value).split()) if is_text else ""  # type: ignore[attr-defined]
            mark = MARK.search(told)
            group = next((m["name"] for line in reversed(lines[: field.lineno]) if (m := GROUP.match(line))), "")
            found[field.target.id] = Said(group, MARK.sub(".", told), mark["mark"] if mark else "")
    return found


@lru_cache(maxsize=1)
def scenarios() -> dict[str, str]:
    """The scenario that shows each rule."""
    shown: dict[str, str] = json.loads(files(__package__).joinpath(SCENARIOS).read_text(encoding="utf-8"))
    return shown


def as_json(value: Any) -> Any:
    """A rule's value in JSON: what has no form there as text."""
    if isinstance(value, Mapping):
        return {as_text(key): as_json(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(as_text, value))
    if isinstance(value, tuple | list):
        return [as_json(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | str) else as_text(value)


def as_text(value: Any) -> str:
    if isinstance(value, int) and value > 0xFFFF:  # a tag
        return f"{value >> 16:04x},{value & 0xFFFF:04x}"
    if isinstance(value, bytes):
        return value.decode("ascii", "backslashreplace")
    return str(getattr(value, "value", value))


def changed_value(before: Any, after: Any) -> str:
    """The change of a value that is no Boolean, for people: of a collection what was added and what went."""
    old, new = members(before), members(after)
    if old is None or new is None:
        return f"{shortened(repr(before))} → {shortened(repr(after))}"
    some = (("new", new - old), ("gone", old - new))
    return (
        "; ".join(f"{word}: {shortened(', '.join(sorted(ones)))}" for word, ones in some if ones) or "in another order"
    )


def members(value: Any) -> set[str] | None:
    """What a collection is made of, as texts; None for a single value."""
    value = getattr(value, "numbers", value)  # of NumberedNames
    if isinstance(value, Mapping):
        return {f"{as_text(key)} {one}" for key, some in value.items() for one in (members(some) or [as_text(some)])}
    return {*map(as_text, value)} if isinstance(value, frozenset | set | tuple | list) else None


def shortened(text: str, most: int = 200) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
