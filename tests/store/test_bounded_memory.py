"""What a server keeps beside what is stored is bounded, in bytes; and work that is many times as much costs so much."""

from __future__ import annotations

import gc
import importlib
import json
import logging
import pkgutil
import tracemalloc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import emulator
from emulator import Emulator
from emulator.dicom.character_sets import character_set_of, character_set_of_terms
from emulator.dicom.element import Dataset, Element
from emulator.dicom.text import LONGEST_KEPT, MOST_KEPT, element_text
from emulator.modification import cascade
from emulator.server import KEPT_BYTES
from emulator.store import changes
from emulator.store.normalisation import kept_normalised, normalised_identifier
from emulator.store.readings import Readings
from emulator.store.resource import Resource
from emulator.system.server_log import LogLines
from tests.dicom.files import dataset, explicit, item, meta

Files = Callable[..., bytes]

MIB = 1 << 20


def test_plans_and_diagnostics_are_bounded_in_bytes() -> None:
    orthanc = Emulator()
    for number in range(40):
        orthanc.find("Patient", {"PatientID": f"{number}" + "x" * MIB, "PatientName": "*" * 1000})
    assert len(orthanc.queries) < 40
    assert sum(plan.weight() for plan in [*orthanc.queries][1:]) <= KEPT_BYTES
    assert orthanc.queries[-1].indexed
    orthanc.queries.clear()
    assert orthanc.server.plans.weight == 0
    for _ in range(1100):
        orthanc.find("Patient", {})
    assert len(orthanc.queries) == 1000


def test_no_cache_keeps_long_texts() -> None:
    before = kept_normalised.cache_info().currsize
    assert normalised_identifier("x" * 1000) == "X" * 1000
    assert kept_normalised.cache_info().currsize == before
    orthanc = Emulator()
    spelled = " " * MIB + "0010,0010"
    assert orthanc.dictionary.tag(spelled) == 0x00100010
    assert orthanc.dictionary.shown(0x00111001, "C" * MIB).name
    assert spelled not in orthanc.dictionary.tags
    assert all(len(key[1]) < 1000 for key in orthanc.dictionary.all_shown if isinstance(key, tuple))


def test_scanned_texts_are_bounded_without_an_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.query.scanned.MOST_TEXTS", 100)
    orthanc = Emulator(unknown_tags="as-release")
    for number in range(1000):
        orthanc.find("Instance", {f"0011,{0x1000 + number:04x}": "x"})
    assert len(orthanc.server.scanned_texts.columns) <= 101


def test_texts_of_values_are_bounded() -> None:
    orthanc = Emulator()
    characters = character_set_of(Dataset(), orthanc.release.dicom.text)
    for number in range(MOST_KEPT + 10):
        element_text(Element(0x00080070, "LO", b"%08d" % number), characters, "LO")
    element_text(Element(0x00080070, "LO", b"x" * (LONGEST_KEPT + 2)), characters, "LO")
    assert 0 < len(characters.texts) <= MOST_KEPT
    assert max(len(value) for _, value in characters.texts) <= LONGEST_KEPT


def test_character_sets_that_are_the_same_keep_texts_together() -> None:
    rules = Emulator().release.dicom.text
    assert len({id(character_set_of_terms(f"NONSENSE {number}", rules)) for number in range(1000)}) == 1


def test_items_without_elements_weigh_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.store.readings.PARSED_CAPACITY", 100_000)
    orthanc = Emulator()
    readings = orthanc.server.readings = Readings(orthanc.dictionary, orthanc.release.dicom.files)
    orthanc.store(meta() + dataset(explicit(0x00081140, "SQ", item() * 1000)))
    assert len(readings.parsed) == 0


def test_the_request_log_counts_all_that_it_keeps() -> None:
    orthanc = Emulator()
    client = orthanc.client()
    for _ in range(90):
        client.get("/instances/" + "x" * MIB + "?" + "y" * MIB, headers={"X-Long": "z" * MIB})
    assert orthanc.requests.kept_bytes <= 64 * MIB
    assert len(orthanc.requests) < 25
    assert sum(len(one.path) + len(one.query) for one in orthanc.requests) <= 64 * MIB


def test_changes_of_what_is_gone_go(small_file: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "LEAST_NEW", 50)
    orthanc = Emulator()
    kept = orthanc.store(small_file("KEPT", "1.1", "1.1.1", "1.1.1.1"))
    before = orthanc.client().get("/changes").json["Changes"]
    file = small_file("P", "1.2", "1.2.3", "1.2.3.4")
    for _ in range(200):
        orthanc.delete("Instance", orthanc.store(file).id)
    assert len(orthanc.server.store.changes) < 120
    assert orthanc.client().get("/changes").json["Changes"] == before
    assert orthanc.client().get("/changes?last").json["Changes"] == before[-1:]
    copy = orthanc.fork()
    assert copy.client().get("/changes").json["Changes"] == before
    assert copy.store(file).id != kept.id
    assert copy.client().get("/changes").json["Last"] > orthanc.client().get("/changes").json["Last"]


@pytest.mark.parametrize("release", ["1.10.1", "1.12.7"])
def test_an_archive_that_is_done_holds_no_file(small_file: Files, release: str) -> None:
    orthanc = Emulator(release=release)
    stored = orthanc.store(small_file("P", "1.2", "1.2.3", "1.2.3.4"))
    body = json.dumps({"Resources": [stored.id], "Asynchronous": True})
    assert orthanc.client().post("/tools/create-archive", data=body).status_code == 200
    assert len(orthanc.jobs) == 1
    orthanc.delete("Patient", stored.parent_patient)
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, Resource) and one.id == stored.id]


@pytest.mark.parametrize("asked", ["modify", "anonymize"])
def test_what_a_job_tells_is_put_together_when_somebody_looks(
    small_file: Files, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was after each instance: the square of them."""
    orthanc = Emulator(release="1.12.7", unknown_tags="as-release")
    count = 60
    for number in range(count):
        orthanc.store(small_file(f"P{number}", f"1.2.{number}", f"1.2.{number}.1", f"1.2.{number}.1.1"))
    told = []
    real = cascade.references

    def counted(resources: Any) -> Any:
        told.append(len(resources))
        return real(resources)

    monkeypatch.setattr(cascade, "references", counted)
    body = {"Resources": orthanc.resources("Study"), "Level": "Study"}
    changed = {} if asked == "anonymize" else {"Replace": {"PatientName": "x"}}
    answer = orthanc.client().post(f"/tools/bulk-{asked}", data=json.dumps({**body, **changed})).json
    assert len(answer["Resources"]) >= count
    assert sum(told) <= 2 * count


def test_a_job_that_is_held_tells_how_far_it_is(small_file: Files) -> None:
    orthanc = Emulator(release="1.12.7")
    stored = [orthanc.store(small_file("P", "1.2", "1.2.3", f"1.2.3.{number}")) for number in range(3)]
    body = {"Resources": [one.id for one in stored], "Replace": {"PatientName": "x"}, "Asynchronous": True}
    with orthanc.jobs.hold():
        job = orthanc.client().post("/tools/bulk-modify", data=json.dumps(body)).json["ID"]
        seen = []
        for _ in range(3):
            orthanc.jobs.step(job)
            seen.append(orthanc.jobs[job].content)
        assert [len(one["Resources"]) for one in seen] == [4, 5, 6]


def test_a_path_forges_no_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    orthanc = Emulator()
    orthanc.client().put("/tools/log-level", data="verbose")
    with caplog.at_level(logging.INFO, "emulator.log"):
        orthanc.client().get("/instances/x%0AE0101 00:00:00.000000 forged.cpp:1] Boo%1B[2J")
    lines = [LogLines(orthanc.release).format(record) for record in caplog.records]
    assert any("forged" in line for line in lines)
    assert not any("\n" in line or "\x1b" in line for line in lines)


def test_no_error_is_kept_to_be_raised_again(small_file: Files) -> None:
    """One would keep the frames of all requests that it ended, with their bodies and servers: the attack found one."""
    kept = [
        f"{module.name}.{name}"
        for module in pkgutil.walk_packages(emulator.__path__, "emulator.")
        if not module.name.endswith("__main__")
        for name, value in vars(importlib.import_module(module.name)).items()
        if isinstance(value, BaseException)
    ]
    assert kept == []
    orthanc = Emulator(release="1.12.7")
    stored = orthanc.store(small_file("P", "1.2", "1.2.3", "1.2.3.4"))
    server = weakref.ref(orthanc.server)
    for _ in range(3):
        orthanc.client().post(f"/instances/{stored.id}/reconstruct", data=b"[,")
    del orthanc
    gc.collect()
    assert server() is None


def test_what_a_dictionary_keeps_of_strangers_tags_is_bounded() -> None:
    dictionary = Emulator().server.dictionary
    dictionary.shown(0x00110010, None)
    tracemalloc.start()
    try:
        for number in range(60_000):
            dictionary.shown(0x00111000 + (number << 16) % 0xFFFF0000, f"CREATOR {number}")
            dictionary.tag(f"{number:04x},{number:04x}")
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 8 * MIB
