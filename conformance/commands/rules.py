"""Find the scenario that shows each rule in which releases differ, for `python -m emulator releases --diff`.

    python -m conformance rules [--write emulator/releases/scenarios.json] [--only query.limits_candidates]

Each rule is given the value of the neighbouring release, and the recordings are replayed until one differs.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..sweeps.rules import shown_rules


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--write", type=Path, metavar="FILE", help="write what was found as JSON")
    command.add_argument("--only", nargs="+", default=[], metavar="ROOM.RULE", help="only these rules")


def run(options: argparse.Namespace) -> int:
    shown = shown_rules(print, frozenset(options.only))
    found = {name: title for name, title in sorted(shown.items()) if title is not None}
    print(f"{len(found)} of {len(shown)} rules that differ are shown by a scenario")
    if options.write:
        options.write.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0
