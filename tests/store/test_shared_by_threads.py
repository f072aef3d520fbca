"""What a test looks at while requests run, and a process that forks while a thread stores."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

import pytest

from emulator import Emulator

Files = Callable[..., bytes]

CHILDREN = 8


def test_what_is_kept_can_be_read_while_it_grows() -> None:
    """An item that is added between two steps of an iteration is no error, and is not seen."""
    orthanc = Emulator()
    for _ in range(3):
        orthanc.find("Study", {})
    plans = []
    for plan in orthanc.queries:
        orthanc.find("Study", {})
        plans.append(plan)
    assert len(plans) == 3
    for plan in reversed(orthanc.queries):
        orthanc.server.plans.append(plan)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no os.fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_of_the_process_is_not_stuck(small_file: Files) -> None:
    """Each child, forked in the midst of requests, finds the store whole, and stores into it."""
    orthanc = Emulator()
    ended = threading.Event()

    def store_and_delete(patient: str) -> None:
        file = small_file(patient, "1.2", "1.2.3", "1.2.3.4")
        while not ended.is_set():
            stored = orthanc.store(file)
            orthanc.find("Instance", {"PatientID": patient})
            orthanc.delete("Instance", stored.id)

    threads = [threading.Thread(target=store_and_delete, args=(patient,)) for patient in ("P", "R")]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    for thread in threads:
        thread.start()
    try:
        statuses = []
        for number in range(CHILDREN):
            child = os.fork()
            if not child:
                stored = orthanc.store(small_file(f"Q{number}", f"1.3.{number}", "1.3.1", "1.3.1.1"))
                count = len(orthanc.client().get("/instances").json)
                os._exit(0 if count in (1, 2, 3) and stored.status == "Success" else 3)
            statuses.append(os.waitpid(child, 0)[1])
    finally:
        ended.set()
        sys.setswitchinterval(before)
        for thread in threads:
            thread.join()
    assert statuses == [0] * CHILDREN
