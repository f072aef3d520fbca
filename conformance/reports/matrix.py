"""What the releases answered, scenario by scenario: who keeps to the documented contract, who answers otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..comparing.normalising import NormalEntry
from ..scenarios.scenario import Scenario

Log = Sequence[NormalEntry]

#: "alike": as most releases answer. "otherwise": another status, number of files or the like. "in_detail": only the
#: content of an answer is another. "breaks": not what the documented contract says. "unknown": no recording.
Kind = Literal["alike", "otherwise", "in_detail", "breaks", "unknown"]


@dataclass(frozen=True)
class Cell:
    """What a release answered to a scenario: a few characters, and what to make of it."""

    kind: Kind
    text: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A scenario and its logs by release, None where there is no recording of it."""

    scenario: Scenario
    logs: Mapping[str, Log | None]

    @property
    def promises(self) -> list[str]:
        """What the documented contract says here; empty where it says nothing."""
        found = (one["observation"] for log in self.logs.values() for one in log or () if self.is_promise(one))
        return list(dict.fromkeys(found))

    @property
    def cells(self) -> dict[str, Cell]:
        """The cell of each release."""
        known = {release: log for release, log in self.logs.items() if log is not None}
        outcomes = {release: outcome(log) for release, log in known.items()}
        usual_outcome = most_frequent(list(outcomes.values()))
        usual_content = most_frequent(
            [content(log) for release, log in known.items() if outcomes[release] == usual_outcome]
        )
        place = first_difference(list(outcomes.values()))
        cells = {}
        for release, log in self.logs.items():
            text = "" if log is None or place is None else word_at(outcomes[release], place)
            if log is None:
                cells[release] = Cell("unknown", "", "no recording")
            elif broken := self.broken(log):
                cells[release] = Cell("breaks", text or self.broken_text(log), "does not hold: " + "; ".join(broken))
            elif outcomes[release] != usual_outcome:
                cells[release] = Cell("otherwise", text, "another outcome than that of most releases")
            elif content(log) != usual_content:
                cells[release] = Cell("in_detail", text or "≈", "another content than that of most releases")
            else:
                cells[release] = Cell("alike", text or "·", "as most releases")
        return cells

    @property
    def has_deviation(self) -> bool:
        """Whether a release breaks the contract, or has another outcome than the others."""
        return any(one.kind in ("breaks", "otherwise") for one in self.cells.values())

    def is_promise(self, entry: NormalEntry) -> bool:
        in_contract = self.scenario.mode == "contract" or bool(entry.get("contract"))
        return in_contract and isinstance(entry.get("value"), bool)

    @property
    def promised(self) -> str:
        """What the documented contract says, in a few characters."""
        return "400" if any("400" in one for one in self.promises) else "✓"

    def broken_text(self, log: Log) -> str:
        """The status that breaks the contract; ✗ where it is not the status that does."""
        place = next(place for place, entry in enumerate(log) if self.is_promise(entry) and entry["value"] is False)
        status = next((word(entry) for entry in reversed(log[:place]) if "answer" in entry), "")
        return status if status != "200" or self.promised == "400" else "✗"

    def broken(self, log: Log) -> list[str]:
        return [one["observation"] for one in log if self.is_promise(one) and one["value"] is False]


def outcome(log: Log) -> tuple[str, ...]:
    """What a log comes to: the statuses, whether the server started, the observations."""
    return tuple(word(entry) for entry in log)


def word(entry: NormalEntry) -> str:
    if "answer" in entry:
        return str(entry["answer"]["status"])
    value = entry["value"]
    if isinstance(value, dict) and "Started" in value:
        return "started" if value["Started"] else f"refused {value['OrthancStatus']}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value)


def content(log: Log) -> str:
    """A log without what is another in every release: the software's own name in a DICOM file, the headers."""
    return json.dumps([without_names(entry) for entry in log], sort_keys=True)


def without_names(entry: NormalEntry) -> Any:
    if "answer" not in entry:
        return entry
    answer = {name: value for name, value in entry["answer"].items() if name != "headers"}
    if isinstance(answer.get("dicom"), dict):
        answer["dicom"] = {name: value for name, value in answer["dicom"].items() if name != "meta"}
    return {**entry, "answer": answer}


def most_frequent(values: Sequence[Any]) -> Any:
    """The most frequent value, the last of several; None for none."""
    counted = [(values.count(value), index) for index, value in enumerate(values)]
    return values[max(counted)[1]] if counted else None


def first_difference(outcomes: Sequence[tuple[str, ...]]) -> int | None:
    """The first place at which outcomes differ, a later start than others left out; None if they are alike."""
    for place in range(max((len(one) for one in outcomes), default=0)):
        if len({word_at(one, place) for one in outcomes}) > 1:
            return place
    return None


def word_at(one: tuple[str, ...], place: int) -> str:
    return one[place] if place < len(one) else "—"
