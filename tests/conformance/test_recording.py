"""Recordings say all that was answered, in files that are made to be read, and nothing of the machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.comparing.normalising import NormalEntry
from conformance.recorder import recordings
from conformance.recorder.layout import laid_out
from conformance.scenarios.scenario import Scenario, all_scenarios
from conformance.targets.emulated import EmulatorTarget

CHAPTERS = ("views", "modify_instance", "cascade", "contract", "errors", "find", "registration")


@pytest.fixture(scope="module")
def logs() -> dict[Scenario, list[NormalEntry]]:
    target = EmulatorTarget("1.12.7")
    return {one: list(target.run(one).normal) for one in all_scenarios() if one.chapter in CHAPTERS}


def test_what_is_loaded_is_what_was_saved(tmp_path: Path, logs: dict[Scenario, list[NormalEntry]]) -> None:
    for chapter in CHAPTERS:
        by_name = {one.name: log for one, log in logs.items() if one.chapter == chapter}
        recordings.save(tmp_path, "1.12.7", chapter, by_name)
    assert {one: recordings.load(tmp_path, "1.12.7", one) for one in logs} == logs
    assert recordings.releases(tmp_path) == ["1.12.7"]
    assert recordings.recorded_on(tmp_path, "1.12.7") is not None


def test_part_of_a_chapter_keeps_the_rest(tmp_path: Path, logs: dict[Scenario, list[NormalEntry]]) -> None:
    one, other = [each for each in logs if each.chapter == "views"][:2]
    recordings.save(tmp_path, "1.12.7", "views", {one.name: logs[one]})
    recordings.save(tmp_path, "1.12.7", "views", {other.name: logs[other]}, partly=True)
    assert recordings.load(tmp_path, "1.12.7", one) == logs[one]
    recordings.save(tmp_path, "1.12.7", "views", {other.name: logs[other]})
    assert recordings.load(tmp_path, "1.12.7", one) is None


def test_equal_answers_leave_the_file_as_it_is(tmp_path: Path, logs: dict[Scenario, list[NormalEntry]]) -> None:
    one = next(iter(logs))
    path = recordings.save(tmp_path, "1.12.7", one.chapter, {one.name: logs[one]})
    dated = path.read_text().replace(json.loads(path.read_text())["recorded"], "2020-02-02")
    path.write_text(dated)
    recordings.save(tmp_path, "1.12.7", one.chapter, {one.name: logs[one]})
    assert path.read_text() == dated


def test_another_format_is_refused(tmp_path: Path, logs: dict[Scenario, list[NormalEntry]]) -> None:
    one = next(iter(logs))
    path = recordings.save(tmp_path, "1.12.7", one.chapter, {one.name: logs[one]})
    path.write_text('{"format": 1}')
    with pytest.raises(ValueError, match="record it again"):
        recordings.load(tmp_path, "1.12.7", one)


@pytest.mark.parametrize("value", [[], {}, "text", {"a": [1, 2.5, None, True]}, [{"long": "x" * 200, "b": [[]]}, "ü"]])
def test_the_layout_is_json(value: object) -> None:
    assert json.loads(laid_out(value)) == value


def test_what_fits_stands_on_one_line() -> None:
    assert laid_out({"b": [1, 2], "a": {}}) == '{"a": {}, "b": [1, 2]}'
    assert laid_out({"a": "x" * 200, "b": [1]}).count("\n") == 3
