"""The emulator as a target."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from ..asking.clients import EmulatorClient
from ..files.server_scripts import with_scripts
from ..scenarios.scenario import Scenario
from .databases import DATABASE_OPTIONS, SQLITE, with_database
from .outcome import Outcome, refused_start, run_on
from .server_process import BASE_CONFIGURATION, StartRefusedError


class EmulatorTarget:
    """The emulator, in process: a fresh one for each scenario, set to `release` and its index to `database`.

    Scenarios of the documented contract get its default mode, all others the one that does as the release does.
    """

    def __init__(self, release: str, database: str = SQLITE) -> None:
        self.release = release
        self.database = database
        self.name = f"emulator of {release}{with_database(database)}"

    def run(self, scenario: Scenario) -> Outcome:
        from emulator import Emulator, OrthancError

        unknown_tags: Literal["reject", "as-release"] = "reject" if scenario.mode == "contract" else "as-release"
        configuration = {**BASE_CONFIGURATION, **scenario.configuration, **DATABASE_OPTIONS[self.database]}
        try:
            with TemporaryDirectory(prefix="orthanc-conformance-") as folder:  # a script is read once, at the start
                configuration = dict(with_scripts(configuration, Path(folder)))
                emulator = Emulator(configuration, release=self.release, unknown_tags=unknown_tags)
        except OrthancError as error:
            refusal = StartRefusedError(int(error.code), error.message, error.details or "")
            return refused_start(scenario, refusal)
        with emulator, closing(EmulatorClient(emulator)) as client:
            return run_on(client, scenario)

    def close(self) -> None:
        pass
