"""What an attack begins with: files of pydicom and of the suite, and the requests of the scenarios."""

from __future__ import annotations

import random
import warnings
from collections.abc import Sequence
from pathlib import Path

from pydicom.data.data_manager import DATA_ROOT

from emulator.commands.demo import demo_files

from ..asking.exchange import Request
from ..scenarios.scenario import all_scenarios
from ..targets.dry_run import noting_client
from ..targets.outcome import run_on

#: Larger files are left out: they would take the time of many small ones.
LARGEST_FILE = 60_000

#: How many scenarios lend their requests to one process.
SCENARIOS = 160


def files() -> list[bytes]:
    """The files, each once, in a fixed order."""
    folders = [Path(DATA_ROOT) / name for name in ("charset_files", "palettes", "test_files")]
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix not in {".py", ".pyc"}]
    shipped = sorted((path for path in demo_files().iterdir() if path.name.endswith(".dcm")), key=str)
    found = [path.read_bytes() for path in (*paths, *shipped) if path.is_file()]
    return [data for data in dict.fromkeys(found) if 0 < len(data) <= LARGEST_FILE]


def requests(release: str, chance: random.Random) -> list[Request]:
    """The requests of some scenarios, as they were sent to an emulator of a release."""
    everything = [one for one in all_scenarios() if one.applies_to(release) and not one.starts]
    found: list[Request] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for scenario in chance.sample(everything, min(SCENARIOS, len(everything))):
            client = noting_client(scenario.configuration, release)
            if client is not None:
                run_on(client, scenario)
                found += client.requests
    return sane(found)


def sane(found: Sequence[Request]) -> list[Request]:
    """The requests that an attack may send: none that ends the server, or that looks up a host."""
    ends = ("/tools/shutdown", "/tools/reset", "/tools/dicom-echo", "/modalities", "/peers", "/tools/execute-script")
    return [one for one in found if not one.path.startswith(ends)]
