"""The metrics that a measuring client reads: how many files were read, and how many bytes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from emulator import RELEASES, Emulator

SERIES = Path(__file__).parents[2] / "fixtures" / "labelled_series"
UNCACHED: dict[str, Any] = {"MaximumStorageCacheSize": 0}


def metrics(orthanc: Emulator) -> dict[str, float]:
    text = Client(orthanc.wsgi).get("/tools/metrics-prometheus").get_data(as_text=True)
    return {name: float(value) for name, value in re.findall(r"^orthanc_(\S+) (\S+) \d+$", text, re.MULTILINE)}


@pytest.mark.parametrize("release", ["1.12.7", "1.13.0"])
def test_a_find_adds_what_its_plan_says(release: str) -> None:
    with Emulator(UNCACHED, release=release) as orthanc:
        orthanc.load(SERIES)
        orthanc.find("Instance", {"0011,1001": "nobody's"})
        plan = orthanc.queries[-1]
        told = metrics(orthanc)
    assert plan.files_read == 4
    assert told["storage_cache_miss_count"] == plan.files_read
    assert told["storage_read_bytes"] == plan.bytes_read
    assert told["storage_written_bytes"] == plan.bytes_read
    assert (told["count_instances"], told["count_studies"], told["storage_cache_count"]) == (4, 1, 0)


def test_what_is_in_the_cache_is_a_hit() -> None:
    with Emulator() as orthanc:
        orthanc.load(SERIES)
        orthanc.find("Instance", {"0011,1001": "nobody's"})
        told = metrics(orthanc)
        assert (told["storage_cache_hit_count"], told["storage_cache_count"]) == (4, 4)
        assert "storage_read_bytes" not in told
        orthanc.delete("Instance", orthanc.resources("Instance")[0])
        assert metrics(orthanc)["storage_cache_count"] == 3


def test_files_and_views_are_read_too() -> None:
    with Emulator(UNCACHED) as orthanc:
        instance = orthanc.store(SERIES / "instance_1.dcm").id
        orthanc.tags(instance)
        orthanc.file(instance)
        Client(orthanc.wsgi).get(f"/instances/{instance}/file")
        assert metrics(orthanc)["storage_cache_miss_count"] == 3


def test_metrics_can_be_switched_off() -> None:
    with Emulator({"MetricsEnabled": False}) as orthanc:
        assert metrics(orthanc) == {}


def test_releases_before_1_12_tell_no_reads() -> None:
    with Emulator(UNCACHED, release="1.10.1") as orthanc:
        orthanc.load(SERIES)
        orthanc.find("Instance", {"0011,1001": "nobody's"})
        told = metrics(orthanc)
    assert [name for name in told if name.startswith("storage_")] == [
        "storage_create_duration_ms",
        "storage_read_duration_ms",
    ]


@pytest.mark.parametrize("release", RELEASES)
def test_modifications_and_archives_are_told_as_jobs(release: str) -> None:
    with Emulator(UNCACHED, release=release) as orthanc:
        orthanc.load(SERIES)
        (study,) = orthanc.resources("Study")
        orthanc.modify("Study", study, {"Replace": {"StudyDescription": "new"}})
        orthanc.archive("Study", study)
        told = metrics(orthanc)
    assert told.get("jobs_success", told.get("jobs_total_success")) == 2
    assert (told["jobs_pending"], told["jobs_running"]) == (0, 0)


def test_what_was_parsed_is_not_read_again() -> None:
    with Emulator(UNCACHED) as orthanc:
        instance = orthanc.store(SERIES / "instance_1.dcm").id
        for value in ("one", "two"):
            orthanc.modify("Instance", instance, {"Replace": {"StudyDescription": value}})
        told = metrics(orthanc)
        assert (told["storage_cache_miss_count"], told["dicom_cache_count"]) == (1, 1)
        orthanc.store(SERIES / "instance_1.dcm")  # which is there already
        assert metrics(orthanc)["dicom_cache_count"] == 0


def test_an_archive_reads_every_file() -> None:
    with Emulator(UNCACHED) as orthanc:
        orthanc.load(SERIES)
        orthanc.archive("Study", orthanc.resources("Study")[0])
        assert metrics(orthanc)["storage_cache_miss_count"] == 4


def test_the_time_since_the_start_is_told_by_the_clock_of_the_server() -> None:
    with Emulator() as orthanc:
        orthanc.advance(90)
        assert metrics(orthanc)["up_time_s"] == 90


def test_the_last_change_goes_back_with_its_resource() -> None:
    with Emulator() as orthanc:
        *_, last = orthanc.load(SERIES)
        before = metrics(orthanc)["last_change"]
        orthanc.delete("Instance", last.id)
        assert metrics(orthanc)["last_change"] < before


def test_a_fork_counts_on_its_own() -> None:
    with Emulator(UNCACHED) as orthanc:
        orthanc.load(SERIES)
        fork = orthanc.fork()
        fork.tags(fork.resources("Instance")[0])
        assert "storage_cache_miss_count" not in metrics(orthanc)
        assert metrics(fork)["storage_cache_miss_count"] == 1
        assert "storage_written_bytes" not in metrics(fork)
