"""A restart while requests are under way: what was acknowledged is there afterwards."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from emulator import Emulator

Files = Callable[..., bytes]

WRITERS, WRITES = 4, 40


@pytest.fixture(autouse=True)
def many_switches() -> Iterator[None]:
    """Threads take turns every few bytecodes, so that a restart comes in the midst of many requests."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def together(writers: list[Callable[[], None]], meanwhile: Callable[[], None]) -> None:
    """Runs the writers in threads, and something else again and again until all have ended."""
    failures: list[BaseException] = []

    def guarded(writer: Callable[[], None]) -> None:
        try:
            writer()
        except BaseException as error:  # a thread's own failure would go unnoticed
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        meanwhile()
    for failure in failures:
        raise failure


@pytest.mark.parametrize("over_http", [False, True])
def test_no_acknowledged_write_is_lost(small_file: Files, over_http: bool) -> None:
    orthanc = Emulator({"UserMetadata": {"Mine": 2000}}, release="1.12.7")
    study = orthanc.store(small_file("P", "1.2", "1.2.3", "1.2.3.4")).parent_study
    stored: set[str] = set()
    labels: set[str] = set()
    configurations = iter(range(1_000_000))

    def store(writer: int) -> None:
        client = orthanc.client()
        for number in range(WRITES):
            file = small_file(f"P{writer}", f"1.3.{writer}", f"1.3.{writer}.1", f"1.3.{writer}.1.{number}")
            if over_http:
                answer = client.post("/instances", data=file)
                assert answer.status_code == 200, answer.text
                stored.add(answer.json["ID"])
            else:
                stored.add(orthanc.store(file).id)

    def label(writer: int) -> None:
        client = orthanc.client()
        for number in range(WRITES):
            name = f"label-{writer}-{number}"
            if over_http:
                assert client.put(f"/studies/{study}/labels/{name}").status_code == 200
            else:
                orthanc.add_label("Study", study, name)
            labels.add(name)

    def restart() -> None:
        orthanc.restart({"Name": f"life {next(configurations)}", "UserMetadata": {"Mine": 2000}})

    writers = [lambda number=number: store(number) for number in range(WRITERS)]
    writers += [lambda number=number: label(number) for number in range(WRITERS)]
    together(writers, restart)
    assert len(stored) == len(labels) == WRITERS * WRITES
    assert stored <= {*orthanc.resources("Instance")}
    assert labels == {*orthanc.labels("Study", study)}
    assert next(configurations) > 1
