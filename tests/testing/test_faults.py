"""`Emulator.fail_next`: requests that fail on purpose, on a port."""

from __future__ import annotations

import http.client
import threading
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from emulator import Emulator
from emulator.exchanges.faults import HELD_BACK_SECONDS
from emulator.testing import DisconnectedError, HeldBackError, dicom_bytes


def test_the_next_request_of_a_path_fails_and_no_other() -> None:
    orthanc = Emulator()
    orthanc.fail_next(
        status=503, method="get", path="/instances/*", times=2, body=b"busy", headers={"Retry-After": "1"}
    )
    client = orthanc.client()
    paths = ["/instances", "/instances/1", "/instances/2", "/instances/3"]
    answers = [client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 503, 503, 404]
    assert (answers[1].data, answers[1].headers["Retry-After"]) == (b"busy", "1")
    orthanc.requests.assert_called("GET", "/instances/*", status=503, times=2)


def test_the_answer_alone_may_get_lost() -> None:
    orthanc = Emulator()
    orthanc.fail_next("disconnect", path="/instances", carried_out=True)
    with pytest.raises(DisconnectedError):
        orthanc.client().post("/instances", data=dicom_bytes())
    assert len(orthanc.resources("Instance")) == 1
    assert orthanc.requests[-1].status is None


def test_what_is_pending_is_called_off_by_a_restore() -> None:
    orthanc = Emulator()
    snapshot = orthanc.snapshot()
    orthanc.fail_next(503, times=3)
    orthanc.fail_next_association("reject")
    orthanc.restore(snapshot)
    assert orthanc.client().get("/system").status_code == 200
    assert orthanc.server.association_faults.pending == []


def test_in_process_a_timeout_comes_at_once() -> None:
    orthanc = Emulator()
    orthanc.fail_next("timeout")
    with pytest.raises(HeldBackError):
        orthanc.client().get("/system")


def test_a_connection_is_closed_without_an_answer() -> None:
    orthanc = Emulator()
    with orthanc.serve() as url:
        orthanc.fail_next("disconnect")
        with pytest.raises(http.client.RemoteDisconnected):
            urlopen(f"{url}/system", timeout=10)
        with urlopen(f"{url}/system", timeout=10) as response:
            assert response.status == 200


def test_an_answer_is_held_back_until_the_client_gives_up() -> None:
    before = set(threading.enumerate())
    orthanc = Emulator()
    with orthanc.serve() as url:
        orthanc.fail_next("timeout", path="/system")
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("GET", "/system")
        connection.sock.settimeout(0.05)  # only now: to connect and to send may take its time
        with pytest.raises(TimeoutError):
            connection.getresponse()
        orthanc.fail_next(502, path="/patients")  # another path: the server may not have read the first request yet
        with pytest.raises(HTTPError, match="502"):
            urlopen(f"{url}/patients", timeout=10)
        connection.close()
    for thread in set(threading.enumerate()) - before:  # much sooner than an answer is held back at most
        thread.join(timeout=HELD_BACK_SECONDS / 4)
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("status", [200, 600, "nap"])
def test_what_is_no_failure_is_refused(status: int) -> None:
    with pytest.raises(ValueError, match="status"):
        Emulator().fail_next(status)
    with pytest.raises(ValueError, match="times"):
        Emulator().fail_next(times=0)
