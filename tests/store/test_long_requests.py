"""Who writes much, or reads much, does not hold up who reads; and nobody sees half of it. No test waits for a time."""

from __future__ import annotations

import io
import json
import os
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.test import Client

from emulator import Emulator
from emulator.extensions import Extension
from emulator.jobs import engine
from emulator.jobs.job import State
from emulator.store import store as store_module

Files = Callable[..., bytes]

#: More instances than a request goes over while others wait.
COUNT = store_module.MANY + 20
SECONDS = 60
NOW = 1_700_000_000.0
LABEL = 0x00111001
PRIVATE = {0x00110010: ("LO", "MYLAB"), LABEL: ("LO", "old")}
DICTIONARY = {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}
IN_PLACE = {
    "Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"],
    "Force": True,
    "PrivateCreator": "MYLAB",
    "Replace": {"0011,1001": "new"},
}


class Clock:
    """A clock that stops one thread when it looks at it for the so many-th time, until it is let go."""

    def __init__(self) -> None:
        self.left = 0
        self.thread: threading.Thread | None = None
        self.reached, self.released = threading.Event(), threading.Event()

    def __call__(self) -> float:
        if threading.current_thread() is self.thread:
            self.left -= 1
            if not self.left:
                self.reached.set()
                assert self.released.wait(SECONDS)
        return NOW

    @contextmanager
    def held(self, action: Callable[[], Any], at: int = 3 * COUNT // 4) -> Iterator[list[Any]]:
        """A context in which an action is half done, in another thread; then it ends, and its result is in the list."""
        results: list[Any] = []
        self.left, self.thread = at, threading.Thread(target=lambda: results.append(action()), daemon=True)
        self.reached.clear()
        self.released.clear()
        self.thread.start()
        assert self.reached.wait(SECONDS)
        try:
            yield results
        finally:
            self.released.set()
            self.thread.join(SECONDS)
            assert not self.thread.is_alive()
            self.thread = None


class Several:
    """Threads that all come to an end."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.results: list[Any] = []

    def start(self, action: Callable[[], Any]) -> None:
        thread = threading.Thread(target=lambda: self.results.append(action()), daemon=True)
        self.threads.append(thread)
        thread.start()

    def join(self) -> list[Any]:
        for thread in self.threads:
            thread.join(SECONDS)
            assert not thread.is_alive()
        return self.results


def filled(small_file: Files, clock: Callable[[], float] = lambda: NOW, release: str = "1.12.7") -> Emulator:
    orthanc = Emulator(
        {"Dictionary": DICTIONARY, "OverwriteInstances": True, "DicomWeb": {"Enable": True}},
        release=release,
        clock=clock,
    )
    for number in range(COUNT):
        orthanc.store(small_file("P", "1.2", f"1.2.{number % 2}", f"1.2.{number % 2}.{number}", PRIVATE))
    orthanc.store(small_file("Q", "1.3", "1.3.1", "1.3.1.1"))
    return orthanc


def seen(orthanc: Emulator) -> Any:
    """What a client sees of a store, by reading alone."""
    client = Client(orthanc.wsgi)
    paths = ("/studies", "/series", "/instances", "/patients?expand", "/statistics", "/changes?limit=10", "/exports")
    told = {path: client.get(path).get_json() for path in paths}
    for study in told["/studies"]:
        for path in (f"/studies/{study}", f"/studies/{study}/instances", f"/studies/{study}/statistics"):
            told[path] = client.get(path).get_json()
    for instance in (told["/instances"][0], told["/instances"][-1]):
        for path in ("", "/simplified-tags", "/metadata?expand", "/attachments", "/labels", "/study"):
            told[f"{instance}{path}"] = client.get(f"/instances/{instance}{path}").data
    query = {"Level": "Instance", "Query": {"PatientID": "P", "0011,1001": "old"}}
    told["find"] = client.post("/tools/find", json=query).get_json()
    told["count"] = client.post("/tools/count-resources", json=query | {"Query": {"PatientID": "*"}}).get_json()
    told["lookup"] = client.post("/tools/lookup", data="1.2").get_json()
    told["qido"] = client.get("/dicom-web/studies").get_json()
    return told


def study_of(orthanc: Emulator, patient: str = "P") -> str:
    return orthanc.find("Study", {"PatientID": patient})[0]


def asked(orthanc: Emulator, method: str, path: str, body: Any = None) -> Callable[[], Any]:
    """An action that sends a request, and gives the status of its answer."""
    return lambda: Client(orthanc.wsgi).open(path, method=method, json=body).status_code


WRITES: Mapping[str, Callable[[Emulator, str], Callable[[], Any]]] = {
    "modify": lambda orthanc, study: asked(
        orthanc, "POST", f"/studies/{study}/modify", {"Replace": {"StudyDescription": "new"}}
    ),
    "modify in place": lambda orthanc, study: asked(orthanc, "POST", f"/studies/{study}/modify", IN_PLACE),
    "move away": lambda orthanc, study: asked(
        orthanc, "POST", f"/studies/{study}/modify", {"Replace": {"StudyDescription": "new"}, "KeepSource": False}
    ),
    "anonymize": lambda orthanc, study: asked(orthanc, "POST", f"/studies/{study}/anonymize", {}),
    "asynchronous": lambda orthanc, study: asked(
        orthanc, "POST", f"/studies/{study}/anonymize", {"Asynchronous": True}
    ),
    "many": lambda orthanc, study: asked(
        orthanc, "POST", "/tools/bulk-modify", {"Resources": [study], "Level": "Study", "Replace": {"0010,0010": "N"}}
    ),
    "merge": lambda orthanc, study: asked(
        orthanc, "POST", f"/studies/{study_of(orthanc, 'Q')}/merge", {"Resources": [study]}
    ),
    "split": lambda orthanc, study: asked(
        orthanc, "POST", f"/studies/{study}/split", {"Instances": orthanc.find("Instance", {"PatientID": "P"})[1:]}
    ),
    "delete many": lambda orthanc, study: asked(
        orthanc, "POST", "/tools/bulk-delete", {"Resources": orthanc.find("Instance", {"PatientID": "P"})}
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_who_reads_sees_what_was_before_a_long_write(small_file: Files, name: str) -> None:
    clock = Clock()
    orthanc = filled(small_file, clock)
    before = seen(orthanc)
    with clock.held(WRITES[name](orthanc, study_of(orthanc))) as results:
        assert seen(orthanc) == before
    assert results == [200]
    assert seen(orthanc) != before


def test_reconstruct_is_seen_as_a_whole(small_file: Files) -> None:
    clock = Clock()
    orthanc = filled(small_file, clock)
    before = seen(orthanc)
    store, study = orthanc.server.store, study_of(orthanc)
    replace = store.replace_file

    def replace_file(instance: Any, data: bytes) -> None:
        clock()
        replace(instance, data)

    store.replace_file = replace_file  # type: ignore[method-assign]
    action = asked(orthanc, "POST", f"/studies/{study}/reconstruct", {"ReconstructFiles": True})
    with clock.held(action) as results:
        assert seen(orthanc) == before
    assert results == [200]
    assert seen(orthanc) != before  # each file has another name


def test_a_job_that_is_half_done_tells_so(small_file: Files) -> None:
    """As on the server; what it made so far is not seen."""
    clock = Clock()
    orthanc = filled(small_file, clock)
    client = Client(orthanc.wsgi)
    with clock.held(WRITES["modify"](orthanc, study_of(orthanc))):
        (job,) = client.get("/jobs?expand").get_json()
        assert job["State"] == "Running"
        assert 0 < job["Progress"] < 100
        assert client.get(f"/jobs/{job['ID']}").get_json()["State"] == "Running"
        assert len(orthanc.resources("Study")) == 2
    assert client.get(f"/jobs/{job['ID']}").get_json()["State"] == "Success"
    assert len(orthanc.resources("Study")) == 3


def test_writers_wait_for_each_other(small_file: Files) -> None:
    """What comes meanwhile is done afterwards: uploads, labels, snapshots, a restore, a deletion, another cascade."""
    clock = Clock()
    orthanc = filled(small_file, clock)
    study, snapshot = study_of(orthanc), orthanc.snapshot()
    others = Several()
    with clock.held(WRITES["modify"](orthanc, study)) as results:
        others.start(lambda: orthanc.store(small_file("R", "1.4", "1.4.1", "1.4.1.1")).status)
        others.start(asked(orthanc, "PUT", f"/studies/{study}/labels/x"))
        others.start(asked(orthanc, "POST", f"/studies/{study}/anonymize", {}))
        others.start(lambda: len(orthanc.fork().resources("Instance")) > COUNT)
        others.start(lambda: len(orthanc.snapshot().state.resources("Instance")) > COUNT)
        for _ in range(4):
            others.start(lambda: seen(orthanc)["/statistics"]["CountInstances"])
        assert orthanc.resource("Study", study)["Labels"] == []
    done = others.join()
    assert results == [200]
    assert done.count(200) == 2
    assert done.count(True) == 2
    assert "Success" in done
    assert len(orthanc.resources("Instance")) == 3 * COUNT + 2
    assert orthanc.resource("Study", study)["Labels"] == ["x"]
    with clock.held(WRITES["modify in place"](orthanc, study)):
        others = Several()
        others.start(lambda: orthanc.restore(snapshot))
    others.join()
    assert len(orthanc.resources("Instance")) == COUNT + 1
    assert orthanc.find("Instance", {"0011,1001": "new"}) == []


class Refusing(Extension):
    """Stores a file of its own for the first copy that it is told of, and refuses all after so many."""

    def __init__(self, orthanc: Emulator, own: bytes, count: int) -> None:
        self.orthanc, self.own, self.count = orthanc, own, count
        self.is_first = True

    def received(self, data: bytes, origin: Mapping[str, str]) -> bytes | None:
        if self.is_first:
            self.is_first = False
            self.orthanc.store(self.own)
        self.count -= 1
        return data if self.count else None


def test_an_error_leaves_what_it_leaves_in_a_short_request(small_file: Files) -> None:
    """Copies that were made before an error stay, as on the server; a script that writes meanwhile is heeded."""
    found = []
    for many in (store_module.MANY, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store_module, "MANY", many)
            patch.setattr(engine, "MANY", many)
            clock = Clock()
            orthanc = filled(small_file, clock)
            orthanc.server.extend(Refusing(orthanc, small_file("R", "1.4", "1.4.1", "1.4.1.1"), COUNT - 5))
            study = study_of(orthanc)
            with clock.held(WRITES["many"](orthanc, study), at=50) as results:
                if many < COUNT:
                    assert len(orthanc.resources("Instance")) == COUNT + 1  # not even what the script has stored
            assert results[0] >= 400
            counts = [len(orthanc.resources(level)) for level in ("Patient", "Study", "Series", "Instance")]
            (job,) = Client(orthanc.wsgi).get("/jobs?expand").get_json()
            found.append((counts, len(list(orthanc.server.store.changes)), job["State"], job["Progress"]))
    assert found[0] == found[1]
    assert found[0][0][-1] > COUNT + 2


def test_an_unforeseen_error_leaves_the_store_whole(small_file: Files) -> None:
    """Others go on, and a failure of the emulator itself is no reason to wait for ever."""
    orthanc = filled(small_file)
    study = study_of(orthanc)

    class Failing(Extension):
        def received(self, data: bytes, origin: Mapping[str, str]) -> bytes | None:
            raise KeyboardInterrupt

    failing = Failing()
    orthanc.server.extend(failing)
    with pytest.raises(KeyboardInterrupt):
        orthanc.anonymize("Study", study)
    orthanc.server.drop(failing)
    others = Several()
    others.start(lambda: len(orthanc.resources("Instance")))
    others.start(lambda: orthanc.store(small_file("R", "1.4", "1.4.1", "1.4.1.1")).status)
    assert sorted(map(str, others.join()))[-1] == "Success"
    assert not orthanc.server.store.views


# Long reads


def held_reads(orthanc: Emulator, clock: Clock) -> None:
    """Makes each look at a file a look at the clock."""
    readings = orthanc.server.readings
    file = readings.file

    def read(instance: Any) -> Any:
        clock()
        return file(instance)

    readings.file = read  # type: ignore[method-assign]


def names_in(archive: bytes) -> int:
    return len(zipfile.ZipFile(io.BytesIO(archive)).namelist())


READS: Mapping[str, tuple[str, str, Any, Callable[[bytes], int]]] = {
    "find": (
        "POST",
        "/tools/find",
        {"Level": "Instance", "Query": {"0011,1001": "old"}, "Expand": True},
        lambda answer: len(json.loads(answer)),
    ),
    "list": ("GET", "/instances?expand&requestedTags=0011,1001", None, lambda answer: len(json.loads(answer)) - 1),
    "tags": ("GET", "/studies/{}/instances-tags", None, lambda answer: len(json.loads(answer))),
    "metadata": ("GET", "/dicom-web/studies/1.2/metadata", None, lambda answer: len(json.loads(answer))),
    "files": ("GET", "/dicom-web/studies/1.2", None, lambda answer: answer.count(b"DICM")),
    "archive": ("GET", "/studies/{}/archive?transcode=1.2.840.10008.1.2", None, names_in),
}


@pytest.mark.parametrize("name", READS)
def test_a_long_read_sees_one_moment_and_holds_up_nobody(small_file: Files, name: str) -> None:
    """While a read is half done others read and write, and it answers what was there when it began."""
    clock = Clock()
    orthanc = filled(small_file, clock)
    study = study_of(orthanc)
    method, path, body, count = READS[name]
    held_reads(orthanc, clock)

    def read() -> bytes:
        return Client(orthanc.wsgi).open(path.format(study), method=method, json=body).data

    with clock.held(read, at=COUNT // 2) as results:
        assert orthanc.store(small_file("R", "1.4", "1.4.1", "1.4.1.1")).status == "Success"
        if name != "list":
            assert orthanc.modify("Study", study, IN_PLACE)["ID"] == study
        instances = orthanc.find("Instance", {"PatientID": "P"})
        for instance in instances[:7]:
            assert asked(orthanc, "DELETE", f"/instances/{instance}")() == 200
        assert len(orthanc.resources("Instance")) == COUNT - 5
    assert count(results[0]) == COUNT
    assert len(orthanc.resources("Instance")) == COUNT - 5
    assert not orthanc.server.store.views
    assert not orthanc.server.store.layers.older  # all is in one layer again


def test_a_job_that_reads_survives_a_restore(small_file: Files) -> None:
    """The archive is answered; the jobs are those of the snapshot."""
    clock = Clock()
    orthanc = filled(small_file, clock)
    study, snapshot = study_of(orthanc), orthanc.snapshot()
    held_reads(orthanc, clock)
    path = f"/studies/{study}/archive?transcode=1.2.840.10008.1.2"
    with clock.held(lambda: Client(orthanc.wsgi).get(path).data, at=COUNT // 2) as results:
        assert [job.state for job in orthanc.jobs] == [State.RUNNING]
        orthanc.restore(snapshot)
        assert len(orthanc.jobs) == 0
    assert names_in(results[0]) == COUNT
    assert len(orthanc.jobs) == 0


def test_reads_and_a_write_overlap(small_file: Files) -> None:
    """Archives begin before and during a cascade, and end during and after it, each with what was there."""
    clock, other_clock = Clock(), Clock()
    orthanc = filled(small_file, clock)
    study = study_of(orthanc)
    held_reads(orthanc, other_clock)
    path = f"/patients/{orthanc.find('Patient', {'PatientID': 'P'})[0]}/archive?transcode=1.2.840.10008.1.2"
    several = Several()

    def archive() -> int:
        return names_in(Client(orthanc.wsgi).get(path).data)

    with other_clock.held(archive, at=COUNT // 2) as first, clock.held(WRITES["move away"](orthanc, study)):
        several.start(archive)
    several.join()
    assert first == [COUNT]
    assert several.results == [COUNT]
    assert len(orthanc.resources("Instance")) == COUNT + 1
    assert not orthanc.server.store.layers.older


def test_a_pinned_thread_writes_nothing(small_file: Files) -> None:
    store = filled(small_file).server.store
    with store.pinned(), pytest.raises(RuntimeError), store.lock:
        pass
    with store.lock, store.pinned(), store.lock:  # who writes sees what it writes
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no os.fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_of_the_process_sees_what_was_before(small_file: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cascade that is under way in another thread is not there: the child has what was before, and can write."""
    monkeypatch.setattr("emulator.threads.FORK_SECONDS", 0.01)
    clock = Clock()
    orthanc = filled(small_file, clock)
    with clock.held(WRITES["modify in place"](orthanc, study_of(orthanc))):
        child = os.fork()
        if not child:
            is_whole = len(orthanc.find("Instance", {"0011,1001": "old"})) == COUNT
            stored = orthanc.store(small_file("R", "1.4", "1.4.1", "1.4.1.1")).status == "Success"
            os._exit(0 if is_whole and stored and len(orthanc.resources("Instance")) == COUNT + 2 else 3)
        status = os.waitpid(child, 0)[1]
    assert status == 0
