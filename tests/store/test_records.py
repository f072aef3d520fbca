"""The metadata of instances are kept once where they are the same, and read as those of other levels."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import Emulator
from emulator.store.level import Level
from emulator.store.recent import RecentKeys
from emulator.store.record import NUMBER, SHORT_RECORD, NumberedRecord, record_of, tag_record

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


@given(st.dictionaries(st.sampled_from(["Origin", NUMBER, "RemoteIP", "1024"]), st.text(max_size=600)))
def test_the_metadata_of_an_instance_are_those_of_a_dict(texts: dict[str, str]) -> None:
    assert_reads_as(record_of(texts), texts)


@given(st.dictionaries(st.integers(0, 0xFFFFFFFF), st.text()))
def test_the_main_dicom_tags_of_an_instance_are_those_of_a_dict(texts: dict[int, str]) -> None:
    assert_reads_as(tag_record(texts), texts)


def assert_reads_as(record: Mapping[Any, str], texts: Mapping[Any, str]) -> None:
    """A record has what a dict has, in its order, and nothing else."""
    assert record == texts
    assert texts == record
    assert {**record} == texts
    assert [*record.items()] == [*texts.items()]
    assert [*record.values()] == [*texts.values()]
    assert len(record) == len(texts)
    for name in [*texts, "absent", -1]:
        assert (name in record) is (name in texts)
        assert record.get(name) == texts.get(name)
        assert record.get(name, "none") == texts.get(name, "none")
    for absent in ("absent", -1):
        with pytest.raises(KeyError):
            record[absent]
    assert record.keys() & {*texts, "absent"} == texts.keys()
    assert pickle.loads(pickle.dumps(record)) == texts
    assert copy.deepcopy(record) == texts


def test_what_is_the_same_is_kept_once() -> None:
    assert record_of(dict(TEXTS)) is record_of(dict(TEXTS))
    one, other = record_of(TEXTS), record_of({**TEXTS, NUMBER: "8"})
    assert isinstance(one, NumberedRecord)
    assert isinstance(other, NumberedRecord)
    assert one.common is other.common
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
