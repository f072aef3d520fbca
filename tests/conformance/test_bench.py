"""`python -m conformance bench`: what it prints, what it refuses, and that it leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from conformance.benchmarks import measuring, operations
from conformance.benchmarks.servers import InProcess
from conformance.commands.command_line import main
from emulator import Emulator

SMALL = ["--instances", "50", "--rounds", "1"]


@pytest.fixture(autouse=True)
def a_short_cascade(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "CASCADE_INSTANCES", 10)


@pytest.fixture
def server() -> Iterator[tuple[Emulator, str]]:
    orthanc = Emulator({"Dictionary": {"0011,01": ["LO", "BenchLabel", 1, 1, "ORTHANC-EMULATOR"]}})
    with orthanc.serve() as url:
        yield orthanc, url


def test_a_table_beside_a_server_which_is_left_as_it_was(
    server: tuple[Emulator, str], capsys: pytest.CaptureFixture[str]
) -> None:
    orthanc, url = server
    assert main(["bench", "--url", url, *SMALL]) == 0
    printed = capsys.readouterr().out
    assert "emulated release 1.12.7" in printed
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0][2:] for row in rows[2:]] == [operation.name for operation in operations.OPERATIONS]
    assert {len(row.split(" | ")) for row in rows} == {8}
    assert orthanc.statistics()["CountPatients"] == 0


def test_the_seconds_of_each_round(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--json", *SMALL]) == 0
    seconds = json.loads(capsys.readouterr().out)["seconds"]
    assert all(len(rounds) == 1 and rounds[0] > 0 for columns in seconds.values() for rounds in columns.values())


def test_what_it_refuses(server: tuple[Emulator, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--instances", "5"]) == 2
    assert "--instances must be at least 50" in capsys.readouterr().err
    orthanc, url = server
    orthanc.store(operations.small_file(1, 1))
    assert main(["bench", "--url", url, *SMALL]) == 2
    assert "delete them first" in capsys.readouterr().err
    assert orthanc.statistics()["CountInstances"] == 1


def test_a_ratio_tells_its_spread() -> None:
    assert measuring.ratio_text([1.0, 2.0, 4.0], [8.0, 8.0, 8.0]) == "4.0 (2.0 to 8.0)"


def test_what_is_stored_is_deleted() -> None:
    orthanc = Emulator()
    workload = measuring.load(InProcess(orthanc), 50, lambda _: None)
    assert (len(workload.instances), orthanc.statistics()["CountStudies"]) == (50, 2)
    measuring.clean_up(InProcess(orthanc))
    assert orthanc.statistics()["CountPatients"] == 0
