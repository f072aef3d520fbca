"""The generated queries: the same ones every time, and of every kind."""

from __future__ import annotations

import random
from itertools import islice

from conformance.clients import EmulatorClient
from conformance.queries import CONFIGURATION, LEVELS, Seen, emulated, load, queries
from conformance.session import Session
from emulator import Emulator


def test_the_same_seed_makes_the_same_queries() -> None:
    identifiers = [dict.fromkeys(("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"), "1.2")]
    one, other = (list(islice(queries(identifiers, random.Random(7)), 50)) for _ in range(2))
    assert one == other
    assert {body["Level"] for body in one} == set(LEVELS)


def test_some_are_answered_by_the_index_and_some_from_files() -> None:
    with Emulator(CONFIGURATION, unknown_tags="as-release") as emulator:
        client = EmulatorClient(emulator)
        identifiers = load(Session(client, "queries", "generated"), random.Random(1))
        bodies = islice(queries(identifiers, random.Random(1)), 60)
        seen = [emulated(emulator, client, body) for body in bodies]
    assert {one.status for one in seen} >= {200, 400}
    assert any(one.files for one in seen)
    assert any(one.status == 200 and one.body and not one.files for one in seen)


def test_what_one_side_can_not_tell_is_no_difference() -> None:
    here = Seen(200, [], 3, 3, 2000)
    assert Seen(200, [], None, 3, None).differences(here) == {}
    assert Seen(200, [], 3, 2, None).differences(here) == {"files": (2, 3)}
