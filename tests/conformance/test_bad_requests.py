"""Some hundred requests of those that `python -m conformance bad_requests` compares: each gets an answer."""

from __future__ import annotations

import json
import logging
import random
from itertools import islice
from pathlib import Path

import pytest

from conformance.asking.clients import EmulatorClient
from conformance.sweeps.bad_requests.making import bad_requests
from conformance.sweeps.client_methods.world import CONFIGURATION, World
from emulator import RELEASES, Emulator


@pytest.mark.parametrize("release", RELEASES)
def test_bad_requests_get_an_answer_and_leave_no_traceback(release: str, caplog: pytest.LogCaptureFixture) -> None:
    filled = Emulator(CONFIGURATION, release=release)
    world = World("", Path(), EmulatorClient(filled))  # type: ignore[arg-type]
    world.fill()
    for bad in islice(bad_requests(RELEASES[release], world.ids, random.Random(3)), 400):
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            answer = EmulatorClient(filled.fork()).send(bad.request)
        assert not caplog.records, bad.request
        assert b"Traceback" not in answer.body
        if answer.status >= 400 and answer.body.startswith(b"{"):
            assert json.loads(answer.body)["HttpStatus"] == answer.status
