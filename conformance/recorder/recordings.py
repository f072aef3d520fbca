"""Answers of real servers, kept as JSON: `<folder>/<release>/<chapter>.json`.

Those of a server whose index is not in SQLite are in a folder of their own, such as `1.12.7-postgresql`.

The files are made to be read and compared: nothing in them depends on the machine, what fits on a line stands on one,
an element of a DICOM answer is a text such as "0011,1001 LO label", a tag of /tags, an upload with the usual answer and
an error of the usual form are lists, and headers are left out where they are the usual ones.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..comparing.normalising import NormalEntry
from ..scenarios.scenario import Scenario
from ..targets.databases import SQLITE
from .layout import laid_out
from .packing import packed, unpacked

if TYPE_CHECKING:
    from importlib.abc import Traversable

FORMAT = 2


def shipped() -> Traversable:
    """The folder of the recordings: in an installed package within it, in a checkout fixtures/recordings."""
    packaged = files("conformance") / "recordings"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "fixtures" / "recordings"


def save(
    folder: Path,
    release: str,
    chapter: str,
    logs: Mapping[str, list[NormalEntry]],
    *,
    partly: bool = False,
) -> Path:
    """Writes the normalised logs of a chapter's scenarios, by name; returns the file.

    `partly` keeps what the file holds of other scenarios. The date stays where the answers stay.
    """
    path = folder / release / f"{chapter}.json"
    former = read(path) if path.is_file() else {}
    scenarios = {name: [packed(entry) for entry in log] for name, log in logs.items()}
    if partly:
        scenarios = {**former.get("scenarios", {}), **scenarios}
    if former.get("scenarios") == scenarios:
        return path
    content = {
        "format": FORMAT,
        "release": release,
        "recorded": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "scenarios": scenarios,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(laid_out(content) + "\n", encoding="utf-8")
    return path


def load(folder: Traversable, release: str, scenario: Scenario) -> list[NormalEntry] | None:
    """The recorded log of a scenario, None if there is none; raises ValueError for a file of another format."""
    path = folder / release / f"{scenario.chapter}.json"
    if not path.is_file():
        return None
    log = read(path)["scenarios"].get(scenario.name)
    return None if log is None else [unpacked(entry) for entry in log]


def variant(release: str, database: str) -> str:
    """The name of the folder for a release with a database."""
    return release if database == SQLITE else f"{release}-{database}"


def releases(folder: Traversable, database: str = SQLITE) -> list[str]:
    """The releases that have recordings with a database, oldest first."""
    if not folder.is_dir():
        return []
    ending = variant("", database)
    names = (
        one.name.removesuffix(ending)
        for one in folder.iterdir()
        if one.is_dir() and one.name[:1].isdigit() and one.name.partition("-")[2] == ending[1:]
    )
    return sorted(names, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])


def titles(folder: Traversable, release: str) -> set[str]:
    """The titles of all scenarios that have a recording."""
    chapters = list((folder / release).iterdir()) if (folder / release).is_dir() else []
    return {f"{one.name.removesuffix('.json')}/{name}" for one in chapters for name in read(one)["scenarios"]}


def recorded_on(folder: Traversable, release: str) -> str | None:
    """The date of the newest recording of a release, None if there is none."""
    if not (folder / release).is_dir():
        return None
    dates = [read(one)["recorded"] for one in (folder / release).iterdir() if one.name.endswith(".json")]
    return max(dates, default=None)


def read(path: Traversable) -> dict[str, Any]:
    content = parsed(path.read_text(encoding="utf-8"))
    if content.get("format") != FORMAT:
        raise ValueError(f"{path} is of format {content.get('format')}, not {FORMAT}: delete it and record it again")
    return content


@lru_cache(maxsize=64)
def parsed(text: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(text)
    return content
