"""What real servers show of a job midway is among what the emulator shows step by step."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from conformance.asking.clients import EmulatorClient
from conformance.asking.session import Client, Session
from conformance.files import datasets
from conformance.targets.server_process import ServerProcess
from emulator import RELEASES, Emulator

ROOTS = Path(os.environ.get("ORTHANC_ROOTS", "/opt/orthancs"))
INSTALLED = {"1.9.1": ROOTS / "bullseye", "1.10.1": Path("/"), "1.12.7": ROOTS / "trixie", "1.13.0": ROOTS / "sid"}

COUNT = 7
LARGE = bytes(2 << 20)  # so that a step takes long enough to be seen

#: What depends on the moment, or on how fast a step is.
VARIABLE = ("CompletionTime", "CreationTime", "EffectiveRuntime", "EstimatedTimeOfArrival", "ID", "Timestamp")

REQUESTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("modify", {"Replace": {"StudyDescription": "new"}}),
    ("modify", {"Replace": {"StudyDescription": "new"}, "KeepSource": False}),
    ("anonymize", {}),
    ("archive", {}),
    ("media", {}),
)


Seen = tuple[str, int, str]


def form(shown: dict[str, Any]) -> Seen:
    """State, Progress, and what else is compared of a job: all but identifiers, times, sizes and texts."""
    content = {name: value if isinstance(value, int | bool) else "" for name, value in shown["Content"].items()}
    rest = {name: value for name, value in shown.items() if name not in VARIABLE}
    return shown["State"], shown["Progress"], json.dumps({**rest, "Content": content, "Progress": "", "State": ""})


def story(client: Client, polls: int) -> list[list[Seen]]:
    """What is seen of a job of each kind, by one who polls."""
    stories = []
    for number, (path, body) in enumerate(REQUESTS):
        session = Session(client, "steps", str(number))
        for instance in range(1, COUNT + 1):
            dataset = session.dataset(instance=instance)
            dataset.add_new(0x00091010, "OB", LARGE)
            dataset.add_new(0x00090010, "LO", "LARGE")
            study = session.upload(datasets.to_bytes(dataset)).text_field("ParentStudy")
        job = session.post(f"/studies/{study}/{path}", json={"Asynchronous": True, **body}).id
        seen: list[Seen] = []
        for _ in range(polls):
            shown = session.get(f"/jobs/{job}").json
            if form(shown) not in seen:
                seen.append(form(shown))
            if shown["State"] in ("Success", "Failure"):
                break
        stories.append(seen)
    return stories


@pytest.mark.parametrize("release", RELEASES)
def test_a_live_server_shows_nothing_else(release: str) -> None:
    root = INSTALLED[release]
    if not (root / "usr/sbin/Orthanc").exists():
        pytest.skip(f"Orthanc {release} is not installed")
    emulator = Emulator(release=release)
    with emulator.jobs.hold(steps_per_look=1) as jobs:
        expected = story(EmulatorClient(emulator), polls=20)
        jobs.run()
    inside = None if root == Path("/") else root
    server = ServerProcess("/usr/sbin/Orthanc", {}, inside, verbose=False)
    try:
        seen = story(server.client, polls=3000)
    finally:
        server.stop()
    for request, live, emulated in zip(REQUESTS, seen, expected, strict=True):
        assert live[-1] == emulated[-1], request
        assert {rest for _, _, rest in live} <= {rest for _, _, rest in emulated}, request
        assert {state for state, _, _ in live} <= {"Pending", "Running", "Success"}
        if request[0] in ("modify", "anonymize"):  # an archive opens and closes folders in steps of their own
            assert {progress for _, progress, _ in live} <= {progress for _, progress, _ in emulated}, request
