"""Answers of real servers, kept as JSON: `<folder>/<release>/<chapter>.json`."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .comparison import NormalEntry
from .scenario import Scenario

FORMAT = 1


def save(
    folder: Path,
    release: str,
    chapter: str,
    server: str,
    logs: Mapping[str, list[NormalEntry]],
    *,
    partly: bool = False,
) -> Path:
    """Writes the normalised logs of a chapter's scenarios, by name; returns the file.

    `partly` keeps what the file holds of other scenarios.
    """
    path = folder / release / f"{chapter}.json"
    older = json.loads(path.read_text(encoding="utf-8"))["scenarios"] if partly and path.is_file() else {}
    content = {
        "format": FORMAT,
        "release": release,
        "server": server,
        "recorded": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "scenarios": {**older, **logs},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return path


def load(folder: Path, release: str, scenario: Scenario) -> list[NormalEntry] | None:
    """The recorded log of a scenario, None if there is none; raises ValueError for a file of another format."""
    path = folder / release / f"{scenario.chapter}.json"
    if not path.is_file():
        return None
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if content.get("format") != FORMAT:
        raise ValueError(f"{path} is of format {content.get('format')}, not {FORMAT}: record it again")
    log: list[NormalEntry] | None = content["scenarios"].get(scenario.name)
    return log
