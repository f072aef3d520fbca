"""Generated sections "Dictionary": does the emulator start where a real server does, and else say the same error?

Each section starts a server of its own, which takes some 0.2 s.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from emulator import Emulator, OrthancError
from emulator.dictionary import Dictionary

from ..strategies import dictionary_sections
from ..strategies.odd_sections import SOME_KNOWN, Known
from ..targets.server_process import CannotStartError, ServerProcess, StartRefusedError
from .executable import release_of

#: What came of a start: code, message and details of the error, None for a server that runs.
Start = tuple[int, str, str] | None


def sections(count: int, seed: int, known: list[Known]) -> list[Any]:
    """As many different sections; the same seed gives the same."""
    found: dict[str, Any] = {}

    @seeded(seed)
    @settings(
        max_examples=4 * count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(dictionary_sections(known))
    def collect(section: Any) -> None:
        if len(found) < count:
            found.setdefault(json.dumps(section), section)

    collect()
    return list(found.values())


def known_tags(dictionary: Dictionary) -> list[Known]:
    """Every twentieth entry of a server's tables, and the ends of all ranges."""
    entries = list(dictionary.tables)
    chosen: list[Known] = [(one.group, one.element, one.creator, one.name) for one in entries[::20]]
    for one in entries:
        if one.repeating:
            chosen += [
                (one.group, one.element, one.creator, one.name),
                (one.upper_group, one.upper_element, one.creator, one.name),
                (one.group + 1 & 0xFFFF, one.element + 1 & 0xFFFF, one.creator, one.name),
            ]
    return [*SOME_KNOWN, *chosen]


def emulated_start(section: Any, release: str) -> Start:
    try:
        Emulator({"Dictionary": section}, release=release)
    except OrthancError as error:
        return int(error.code), error.message, error.details or ""
    return None


def live_start(section: Any, executable: str, root: Path | None) -> Start:
    try:
        server = ServerProcess(executable, {"Dictionary": section}, root)
    except StartRefusedError as refusal:
        return refusal.code, refusal.message, refusal.details
    except CannotStartError as error:
        return 0, "The server stopped without an error", str(error)
    server.stop()
    return None


def compare(executable: str, root: Path | None, count: int, seed: int) -> int:
    """Prints every section with which the two differ; the number of them."""
    release = release_of(executable, root)
    differences = 0
    outcomes: Counter[str] = Counter()
    drawn = sections(count, seed, known_tags(Emulator(release=release).dictionary))
    for section in drawn:
        live, emulated = live_start(section, executable, root), emulated_start(section, release)
        outcomes["started" if live is None else f"code {live[0]}"] += 1
        if live != emulated:
            differences += 1
            print(f"{json.dumps(section, ensure_ascii=False)}\n  live {live}\n  emulated {emulated}", flush=True)
    shown = ", ".join(f"{outcome}: {number}" for outcome, number in sorted(outcomes.items(), reverse=True))
    print(f"Orthanc {release}: {len(drawn)} sections ({shown}), {differences} differences")
    return differences
