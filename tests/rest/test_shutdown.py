"""`POST /tools/shutdown`, and connections that end with their answer."""

from __future__ import annotations

import http.client
import subprocess
import sys
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from emulator import Emulator
from emulator.exchanges.faults import DisconnectedError


def test_in_process_it_answers_and_then_closes_connections_until_it_is_started_again() -> None:
    orthanc = Emulator()
    client = orthanc.client()
    answer = client.post("/tools/shutdown")
    assert (answer.status_code, answer.data) == (200, b"{}")
    with pytest.raises(DisconnectedError, match="was shut down"):
        client.get("/system")
    assert orthanc.fork().client().get("/system").status_code == 200
    orthanc.restart()
    assert client.get("/system").status_code == 200


def test_on_a_port_it_closes_connections() -> None:
    orthanc = Emulator()
    with orthanc.serve() as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("POST", "/tools/shutdown")
        assert connection.getresponse().read() == b"{}"
        connection.request("GET", "/system")
        with pytest.raises(http.client.RemoteDisconnected):
            connection.getresponse()


def test_the_command_ends() -> None:
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().partition(" at ")[2].partition(": ")[0]
        with urlopen(Request(f"{url}/tools/shutdown", method="POST"), timeout=10) as answer:
            assert answer.read() == b"{}"
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize("keeps", [True, False])
def test_connections_are_kept_unless_told_otherwise(keeps: bool) -> None:
    with Emulator({"KeepAlive": keeps}).serve() as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        for path in ("/system", "/nope", "/instances/x"):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.getheader("Connection") == ("keep-alive" if keeps else "close")
            assert answer.getheader("Keep-Alive") == ("timeout=1" if keeps else None)
