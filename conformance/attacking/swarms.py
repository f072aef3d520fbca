"""Eight clients at once, with restarts, forks and snapshots meanwhile, and what must hold in the end."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Sequence

from pydicom.dataset import Dataset

from emulator import Emulator

from ..asking.clients import EmulatorClient
from ..asking.exchange import Request
from ..files import datasets

CLIENTS, ACTIONS = 8, 25

Send = Callable[[Request], tuple[int, bytes]]


def file_of(patient: str, number: int) -> bytes:
    made = Dataset()
    made.PatientID, made.PatientName = patient, f"SWARM^{number}"
    made.StudyInstanceUID, made.SeriesInstanceUID = datasets.uid(patient, "study"), datasets.uid(patient, "series")
    made.SOPInstanceUID, made.SOPClassUID = datasets.uid(patient, str(number)), datasets.SECONDARY_CAPTURE
    return datasets.to_bytes(made)


class Member:
    """A client with a patient of its own: what it was told to be there, and what to be gone."""

    def __init__(self, name: str, send: Send, chance: random.Random) -> None:
        self.patient = f"SWARM-{name}"
        self.send, self.chance = send, chance
        self.instances: set[str] = set()
        self.gone: set[str] = set()
        self.labels: set[str] = set()
        self.metadata: dict[str, bytes] = {}
        self.study = ""
        self.problems: list[str] = []
        self.count = 0

    def act(self) -> None:
        for number in range(ACTIONS):
            actions = (self.store, self.store, self.store, self.label, self.annotate, self.delete, self.look)
            self.chance.choice(actions)(number)

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        self.count += 1
        return self.send(Request(method, path, body))

    def store(self, number: int) -> None:
        status, body = self.ask("POST", "/instances", file_of(self.patient, number))
        if status != 200:
            self.problems.append(f"a store was answered {status}")
            return
        answer = json.loads(body)
        self.instances.add(answer["ID"])
        self.gone.discard(answer["ID"])
        if answer["ParentStudy"] != self.study:
            self.study, self.labels, self.metadata = answer["ParentStudy"], set(), {}

    def label(self, number: int) -> None:
        if self.instances and self.ask("PUT", f"/studies/{self.study}/labels/l{number}")[0] == 200:
            self.labels.add(f"l{number}")

    def annotate(self, number: int) -> None:
        name, value = str(1024 + number % 5), f"value {number}".encode()
        if self.instances and self.ask("PUT", f"/studies/{self.study}/metadata/{name}", value)[0] == 200:
            self.metadata[name] = value

    def delete(self, number: int) -> None:
        if not self.instances:
            return
        one = self.chance.choice(sorted(self.instances))
        if self.ask("DELETE", f"/instances/{one}")[0] != 200:
            self.problems.append("a deletion of what is there was refused")
            return
        self.instances.discard(one)
        self.gone.add(one)
        if not self.instances:
            self.study, self.labels, self.metadata = "", set(), {}

    def look(self, number: int) -> None:
        body = json.dumps({"Level": "Instance", "Query": {"PatientID": self.patient}}).encode()
        status, answer = self.ask("POST", "/tools/find", body)
        if status != 200 or set(json.loads(answer)) != self.instances:
            self.problems.append(f"a find gave {answer[:200]!r} in place of {len(self.instances)} instances")

    def check(self) -> None:
        """What was acknowledged is there, and nothing else."""
        for one in self.instances:
            if self.ask("GET", f"/instances/{one}")[0] != 200:
                self.problems.append(f"an acknowledged instance is lost: {one}")
        for one in self.gone:
            if self.ask("GET", f"/instances/{one}")[0] != 404:
                self.problems.append(f"a deleted instance is there: {one}")
        if not self.instances:
            return
        listed = json.loads(self.ask("GET", f"/studies/{self.study}/labels")[1])
        if not self.labels <= set(listed):
            self.problems.append(f"labels are lost: {self.labels.difference(listed)}")
        for name, value in self.metadata.items():
            if self.ask("GET", f"/studies/{self.study}/metadata/{name}")[1] != value:
                self.problems.append(f"a metadata is lost: {name}")


def swarm(orthanc: Emulator, chance: random.Random, over_port: Callable[[str], Send] | None) -> tuple[int, list[str]]:
    """Lets eight clients loose on an emulator, which restarts, forks and takes snapshots meanwhile.

    Returns how many requests there were, and what does not hold. `over_port` makes a client of a URL; without it all
    are in process.
    """

    def run(send: Callable[[], Send]) -> tuple[int, list[str]]:
        members = [Member(str(number), send(), random.Random(chance.random())) for number in range(CLIENTS)]
        problems: list[str] = []

        def act(member: Member) -> None:
            try:
                member.act()
            except Exception as error:  # a thread's own failure would go unnoticed
                member.problems.append(f"{type(error).__name__}: {error}")

        threads = [threading.Thread(target=act, args=(member,)) for member in members]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            meanwhile(orthanc, chance)
            threads[0].join(timeout=0.02)
        for member in members:
            member.check()
            problems += member.problems
        problems += contradictions(orthanc)
        return sum(member.count for member in members), problems

    if over_port is None:
        return run(lambda: in_process(orthanc))
    with orthanc.serve() as url:
        return run(lambda: over_port(url))


def in_process(orthanc: Emulator) -> Send:
    """A client of an emulator in this process."""
    client = EmulatorClient(orthanc)

    def send(request: Request) -> tuple[int, bytes]:
        answer = client.send(request)
        return answer.status, answer.body

    return send


def meanwhile(orthanc: Emulator, chance: random.Random) -> None:
    kind = chance.randrange(4)
    if kind == 0:
        orthanc.restart({"Name": str(chance.random())})
    elif kind == 1:
        copy = orthanc.fork()
        for patient in copy.resources("Patient")[:1]:
            copy.delete("Patient", patient)
    elif kind == 2:
        orthanc.snapshot()
    else:
        orthanc.tree()


def contradictions(orthanc: Emulator) -> list[str]:
    """What a server tells of itself that can't all be true."""
    client = EmulatorClient(orthanc)

    def get(path: str) -> object:
        return client.send(Request("GET", path)).json

    found = []
    statistics = get("/statistics")
    assert isinstance(statistics, dict)
    levels: Sequence[tuple[str, str]] = (
        *(("patients", "Studies"), ("studies", "Series"), ("series", "Instances"), ("instances", "")),
    )
    below: set[str] = set()
    for level, children in levels:
        listed = get(f"/{level}?expand")
        assert isinstance(listed, list)
        identifiers = {one["ID"] for one in listed}
        if statistics[f"Count{level.capitalize()}"] != len(listed):
            found.append(f"{len(listed)} {level} are listed, but /statistics counts others")
        if level != "patients" and identifiers != below:
            found.append(f"the {level} are not those of what is above them")
        below = {child for one in listed for child in one.get(children, ())} if children else set()
        if children and any(not one[children] for one in listed):
            found.append(f"one of the {level} is empty")
    if len(statistics) < 4:
        found.append("/statistics is short")
    return found
