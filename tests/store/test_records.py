"""The metadata of instances are kept once where they are the same, and read as those of other levels."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator import Emulator
from emulator.store.level import Level
from emulator.store.recent import RecentKeys
from emulator.store.record import SHORT_RECORD, record_of

TEXTS = {"Origin": "RestApi", "RemoteIP": "127.0.0.1", "IndexInSeries": "7"}


def test_a_record_reads_as_a_dict() -> None:
    record = record_of(TEXTS)
    assert dict(record) == {**record} == TEXTS
    assert record == TEXTS
    assert [*record.items()] == [*TEXTS.items()]
    assert len(record) == 3
    assert "Origin" in record
    assert "RemoteAET" not in record
    assert record["IndexInSeries"] == record.get("IndexInSeries") == "7"
    assert record.get("RemoteAET") is None
    assert record.get("RemoteAET", "") == ""
    with pytest.raises(KeyError):
        record["RemoteAET"]


def test_what_is_the_same_is_kept_once() -> None:
    assert record_of(dict(TEXTS)) is record_of(dict(TEXTS))
    other = record_of({**TEXTS, "IndexInSeries": "8"})
    assert other.names is record_of(TEXTS).names
    long = {"Origin": "x" * SHORT_RECORD, "RemoteIP": "y"}
    assert record_of(long) is not record_of(long)  # strangers' texts are not gathered


def test_instances_share_what_they_have_in_common(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator()
    for number in range(3):
        orthanc.store(small_file("P", "1.2", "1.2.3", f"1.2.3.{number}", {0x00080016: ("UI", "1.2.840.10008.5.1.4")}))
    first, *others = orthanc.server.store.resources(Level.INSTANCE)
    assert all(one.metadata is first.metadata for one in others)
    orthanc.server.annotations.metadata.put(first.id, "1024", "mine")
    assert "1024" in orthanc.server.store.get(Level.INSTANCE, first.id).metadata
    assert "1024" not in others[0].metadata


def test_keys_that_were_used_last_are_kept() -> None:
    keys: RecentKeys[str] = RecentKeys(10)
    assert keys.use_all([("a", 4), ("b", 4), ("a", 4)]) == (1, 2, 8)
    keys.put("c", 5)
    assert "b" not in keys
    assert [*keys.weights] == ["a", "c"]
    keys.put("d", 11)
    keys.discard("a")
    keys.discard("e")
    assert (len(keys), keys.weight) == (1, 5)
