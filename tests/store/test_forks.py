"""Forks and snapshots: each emulator answers as if it alone had got the requests that led to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from emulator import Emulator
from emulator.store.level import LEVELS

Files = Callable[..., bytes]

CONFIGURATION = {"Dictionary": {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}, "OverwriteInstances": True}
PRIVATE = {0x00110010: ("LO", "MYLAB"), 0x00111001: ("LO", "old")}
HOUR = 3600.0


def stopped_clock() -> float:
    return 1_700_000_000.0


def answers(orthanc: Emulator) -> dict[str, Any]:
    """All that a client can see of what is stored, apart from the names of files."""
    resources = {}
    for level in LEVELS:
        for identifier in orthanc.resources(level):
            resource = orthanc.resource(level, identifier)
            resource.pop("FileUuid", None)
            resources[identifier] = resource
    found = [orthanc.find(level, {tag: "P1"}) for level in LEVELS for tag in ("PatientID", "PatientName")]
    labels = orthanc.find("Instance", {"0011,1001": "new"})
    changes = [(change.number, change.kind, change.id, change.date) for change in orthanc.server.store.changes]
    return {
        "resources": resources,
        "found": found,
        "labels": labels,
        "changes": changes,
        "statistics": orthanc.statistics(),
    }


@dataclass
class History:
    """An emulator, and the requests that made it what it is."""

    orthanc: Emulator
    requests: list[Callable[[Emulator], object]] = field(default_factory=list)

    def send(self, request: Callable[[Emulator], object]) -> None:
        self.requests.append(request)
        request(self.orthanc)

    def fork(self) -> History:
        return History(self.orthanc.fork(), [*self.requests])


def machine_of(files: Files) -> type[RuleBasedStateMachine]:
    class Machine(RuleBasedStateMachine):
        """Grows a family of forks, and compares each with an emulator that got its requests alone."""

        def __init__(self) -> None:
            super().__init__()
            self.family = [History(Emulator(CONFIGURATION, clock=stopped_clock))]

        def one(self, data: st.DataObject) -> History:
            return data.draw(st.sampled_from(self.family))

        @rule(data=st.data(), patient=st.sampled_from(["P1", "P2"]), number=st.integers(1, 6))
        def store(self, data: st.DataObject, patient: str, number: int) -> None:
            file = files(patient, f"{patient}.{number % 2}", f"1.{number % 3}", f"1.{number}", PRIVATE)
            self.one(data).send(lambda orthanc: orthanc.store(file))

        @rule(data=st.data(), level=st.sampled_from(LEVELS), place=st.integers(0, 5))
        def delete(self, data: st.DataObject, level: Any, place: int) -> None:
            def request(orthanc: Emulator) -> None:
                found = sorted(orthanc.resources(level))
                if found:
                    orthanc.delete(level, found[place % len(found)])

            self.one(data).send(request)

        @rule(data=st.data(), place=st.integers(0, 5))
        def modify_in_place(self, data: st.DataObject, place: int) -> None:
            body = {
                "Replace": {"MyLabel": "new", "StudyDescription": "changed"},
                "Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"],
                "PrivateCreator": "MYLAB",
                "Force": True,
            }

            def request(orthanc: Emulator) -> None:
                found = sorted(orthanc.resources("Study"))
                if found:
                    orthanc.modify("Study", found[place % len(found)], body)

            self.one(data).send(request)

        @rule(data=st.data(), seconds=st.sampled_from([1.0, 30.0, 60.0, HOUR]))
        def advance(self, data: st.DataObject, seconds: float) -> None:
            self.one(data).send(lambda orthanc: orthanc.advance(seconds))

        @rule(data=st.data())
        def fork(self, data: st.DataObject) -> None:
            if len(self.family) < 8:
                self.family.append(self.one(data).fork())

        @rule(data=st.data())
        def restore(self, data: st.DataObject) -> None:
            source, target = self.one(data), self.one(data)
            target.orthanc.restore(source.orthanc.snapshot())
            target.requests = [*source.requests]

        @invariant()
        def each_answers_as_if_it_were_alone(self) -> None:
            for history in self.family:
                alone = Emulator(CONFIGURATION, clock=stopped_clock)
                for request in history.requests:
                    request(alone)
                assert answers(history.orthanc) == answers(alone)

    return Machine


def test_a_family_of_forks(small_file: Files) -> None:
    machine = machine_of(small_file).TestCase
    machine.settings = settings(max_examples=25, stateful_step_count=14)
    machine().runTest()


def test_a_snapshot_can_be_restored_again_and_again(small_file: Files) -> None:
    orthanc = Emulator()
    kept = orthanc.store(small_file("P1", "1", "1.1", "1.1.1")).id
    snapshot = orthanc.snapshot()
    for _ in range(20):
        orthanc.delete("Instance", kept)
        orthanc.store(small_file("P2", "2", "2.1", "2.1.1"))
        orthanc.restore(snapshot)
        assert orthanc.resources("Instance") == [kept]
        assert len(orthanc.find("Study", {"PatientID": "P1"})) == 1


def test_what_is_seen_of_a_fork_begins_anew(small_file: Files) -> None:
    orthanc = Emulator()
    orthanc.store(small_file("P1", "1", "1.1", "1.1.1"))
    orthanc.find("Study", {"PatientID": "P1"})
    fork = orthanc.fork()
    assert len(orthanc.queries) == 1
    assert len(fork.queries) == 0
    fork.delete("Patient", fork.resources("Patient")[0])
    assert fork.wsgi is not orthanc.wsgi
    assert len(orthanc.resources("Patient")) == 1


def test_forks_in_threads_do_not_see_each_other(small_file: Files) -> None:
    orthanc = Emulator()
    for number in range(20):
        orthanc.store(small_file(f"P{number}", f"{number}", f"{number}.1", f"{number}.1.1"))
    failures: list[str] = []

    def work(name: int) -> None:
        for round_number in range(30):
            fork = orthanc.fork()
            fork.store(small_file("P1", "1", "1.1", f"9.{name}.{round_number}"))
            fork.delete("Patient", fork.find("Patient", {"PatientID": "P2"})[0])
            mine = fork.find("Instance", {"PatientID": "P1"})
            if len(mine) != 2 or len(fork.resources("Patient")) != 19 or fork.find("Study", {"PatientID": "P2"}):
                failures.append(f"thread {name}, round {round_number}: {mine}")

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(orthanc.resources("Instance")) == 20


@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
def test_time_does_not_go_back(seconds: float) -> None:
    with pytest.raises(ValueError, match="clock"):
        Emulator().advance(seconds)


def test_a_study_becomes_stable(small_file: Files) -> None:
    orthanc = Emulator({"StableAge": 60}, clock=stopped_clock)
    orthanc.store(small_file("P1", "1", "1.1", "1.1.1"))
    study = orthanc.resources("Study")[0]
    assert orthanc.resource("Study", study)["IsStable"] is False
    orthanc.advance(60)
    assert orthanc.resource("Study", study)["IsStable"] is True
