"""The control routes under bad input, and over a port with readers that don't read."""

from __future__ import annotations

import json
import socket
import threading
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import Emulator
from emulator.control.routes import ROUTES
from emulator.doors import HttpDoors
from emulator.http.server import WebServer

POSTS = [route for route in ROUTES if route.method == "POST" and "<" not in route.path]
GETS = [route for route in ROUTES if route.method == "GET" and "<" not in route.path]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300)
@given(data=st.data())
def test_no_body_makes_it_fail(data: st.DataObject) -> None:
    """Each answer is one that the route documents, or 400 or 404 with a message; what is refused changes nothing."""
    route = data.draw(st.sampled_from(POSTS))
    names = st.sampled_from([one.name for one in route.members] or ["x"]) | st.text(max_size=8)
    members = data.draw(st.dictionaries(names, VALUES, max_size=4))
    orthanc = Emulator()
    client = orthanc.client()
    answer = client.post(f"/emulator{route.path}", data=json.dumps(members))
    assert answer.status_code in {200, 201, 400, 403, 404, 409}
    assert answer.status_code in (200, 201) or answer.json["message"]
    if answer.status_code >= 400:
        assert client.get("/emulator/snapshots").json == client.get("/emulator/faults").json == []
        assert client.get("/emulator/sessions").json == []
        assert not orthanc.jobs.held


@settings(max_examples=200)
@given(data=st.data())
def test_no_argument_makes_it_fail(data: st.DataObject) -> None:
    route = data.draw(st.sampled_from(GETS))
    names = st.sampled_from([one.name for one in route.members] or ["x"]) | st.text(max_size=8)
    values = st.text(max_size=12) | st.integers().map(str)
    arguments = data.draw(st.dictionaries(names, values, max_size=3))
    if route.path == "/events":  # seconds would be waited for
        arguments.pop("seconds", None)
    answer = Emulator().client().get(f"/emulator{route.path}", query_string=arguments)
    assert answer.status_code in {200, 400, 404}


@settings(max_examples=200)
@given(body=st.binary(max_size=60), path=st.text(max_size=30))
def test_no_bytes_and_no_path_make_it_fail(body: bytes, path: str) -> None:
    client = Emulator().client()
    assert client.post("/emulator/dictionary/check", data=body).status_code in {200, 400}
    assert client.get(f"/emulator/{path}").status_code in {200, 301, 400, 404, 405}


def test_a_reader_that_does_not_read_is_dropped_and_the_server_stops_at_once() -> None:
    orthanc = Emulator()
    doors = HttpDoors(orthanc.server)
    events = doors.control.controlled.events
    with WebServer(doors) as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(b"GET /emulator/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
            done = threading.Event()
            for _ in range(100_000):  # until it is noticed: the streams are those of this test alone
                if not events.streams:
                    break
                events.publish("reset", {"text": "x" * 10_000})
                done.wait(0.001)
            assert not events.streams
        with urlopen(f"{server.url}/emulator/events?seconds=0", timeout=10) as answer:
            assert answer.read().startswith(b":")
        doors.close()


@pytest.mark.parametrize("path", ["/emulator/sessions/x/patients", "/emulator/sessions//x", "/emulator//health"])
def test_odd_paths_of_sessions(path: str) -> None:
    assert Emulator().client().get(path).status_code in {200, 404, 405}
