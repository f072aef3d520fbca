"""The attack: the same seed attacks the same way, it goes on where it ended, and what is wrong is found."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from conformance.asking.exchange import Request
from conformance.attacking import attack, material, mutations, swarms, wire
from conformance.attacking.figures import Figures, told, total
from conformance.commands.command_line import main
from emulator import Emulator
from emulator.http.connection import Connection
from emulator.store.level import Level
from emulator.store.uploads import Uploads


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attack, "UPLOADS", 12)
    monkeypatch.setattr(attack, "REQUESTS", 12)
    monkeypatch.setattr(attack, "MESSAGES", 12)
    monkeypatch.setattr(material, "SCENARIOS", 3)
    monkeypatch.setattr(swarms, "ACTIONS", 6)


def batches(path: Path, count: int, over: Any = "process") -> Figures:
    """The figures after so many batches."""
    shard = attack.Shard(5, 0, path, over)
    while shard.figures.batches < count:
        shard.run(1e-9)
    return shard.figures


@pytest.mark.parametrize("over", ["process", "port"])
def test_a_shard_finds_nothing_and_goes_on_where_it_ended(tmp_path: Path, over: str) -> None:
    first = batches(tmp_path / "shard-0.json", 2, over)
    assert (first.batches, first.uploads, first.wrong) == (2, 24, 0), first.findings
    again = batches(tmp_path / "shard-0.json", 4, over)
    assert (again.batches, again.uploads, again.swarms, again.wrong) == (4, 48, 1, 0), again.findings
    assert sum(again.statuses.values()) == again.uploads + 4 * 12
    assert again.messages == (48 if over == "port" else 0)
    assert "48 damaged uploads" in told(total([again]))


def test_the_same_seed_attacks_the_same_way() -> None:
    files = material.files()
    assert len(files) > 50
    made = [
        [mutations.damaged(chance.choice(files), chance, files) for _ in range(50)]
        for chance in (random.Random("1/2/3"), random.Random("1/2/3"), random.Random("1/2/4"))
    ]
    assert made[0] == made[1] != made[2]
    request = Request("POST", "/instances/x/modify", b'{"Replace": {"PatientID": "x"}}')
    odd = [
        [mutations.odd(request, chance, ["y"]) for _ in range(50)] for chance in (random.Random(1), random.Random(1))
    ]
    assert odd[0] == odd[1]
    assert len({str(one) + str(one.body) for one in odd[0]}) > 25


def test_the_same_seed_sends_the_same_bytes() -> None:
    made = [[wire.message(chance) for _ in range(200)] for chance in (random.Random(1), random.Random(1))]
    assert made[0] == made[1]
    assert len(set(made[0])) > 150


def test_a_connection_that_fails_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(connection: Connection, *_: object) -> bool:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(Connection, "answer", failing)
    monkeypatch.setattr(attack, "UPLOADS", 0)
    monkeypatch.setattr(attack, "REQUESTS", 0)
    monkeypatch.setattr(attack, "MESSAGES", 40)
    figures = batches(tmp_path / "shard-0.json", 1, "port")
    assert figures.tracebacks > 0
    assert {one["path"] for one in figures.findings} == {"/bytes"}


@pytest.mark.parametrize("damage", dict.fromkeys(mutations.DAMAGES))
def test_a_file_may_be_damaged_until_nothing_is_left(damage: Any) -> None:
    for data in (b"", b"x", b"xy"):
        damage(bytearray(data), random.Random(1), [b"another", b""])


def test_a_failure_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(uploads: Uploads, source: bytes) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(Uploads, "add", failing)
    figures = batches(tmp_path / "shard-0.json", 1)
    assert figures.failures >= 12
    assert figures.tracebacks >= 12
    assert {one["kind"] for one in figures.findings} == {"failure", "traceback"}
    assert any("planted" in one["told"] for one in figures.findings)


def test_a_lost_write_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    orthanc = Emulator(release="1.12.7")
    orthanc.store(swarms.file_of("P", 1))
    assert swarms.contradictions(orthanc) == []
    orthanc.server.store.layers.own.levels[Level.INSTANCE].clear()  # the study above does not know of it
    assert swarms.contradictions(orthanc) != []

    attacked = Emulator(release="1.12.7")
    act = swarms.Member.act

    def losing(member: swarms.Member) -> None:  # what it was told to be there goes behind its back
        act(member)
        for patient in attacked.find("Patient", {"PatientID": member.patient}):
            attacked.delete("Patient", patient)

    monkeypatch.setattr(swarms.Member, "act", losing)
    assert swarms.swarm(attacked, random.Random(1), None)[1] != []


def test_memory_that_grows_is_a_fault() -> None:
    grown, steady = Figures(first_memory=100 << 20, last_memory=109 << 20), Figures(first_memory=100 << 20)
    steady.last_memory = 107 << 20
    assert (grown.wrong, steady.wrong) == (1, 0)
    assert "100 to 109 MiB, it has grown" in told(total([steady, grown]))


def test_the_command_tells_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["attack", "--minutes", "0.001", "--processes", "2", "--state", str(tmp_path), "--over", "process"]
    assert main(call) == 0
    printed = capsys.readouterr().out
    assert "500 damaged uploads" in printed
    assert "lost writes, contradictions:    0" in printed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shard-0.json", "shard-1.json"]
    assert main([*call[:3], "--processes", "0"]) != 0
