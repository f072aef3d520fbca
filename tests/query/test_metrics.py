"""The metrics that a measuring client reads: how many files were read, and how many bytes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from emulator import Emulator

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
        assert not any(name.startswith("storage_") for name in metrics(orthanc))
