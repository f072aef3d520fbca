"""Being told without a script: `Emulator.on`, `on_stored`, and webhooks over HTTP."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from emulator import Emulator

FILE = Path("fixtures/ct_small.dcm")


def test_a_function_is_told_of_what_happens() -> None:
    orthanc, told = Emulator({"StableAge": 60}), []
    end = orthanc.on("StableStudy", lambda study: told.append(("stable", study)))
    orthanc.on_stored(lambda instance: told.append(("stored", instance)))
    instance = orthanc.store(FILE)
    assert told == [("stored", instance.id)]
    orthanc.advance(60)
    assert told[1:] == [("stable", instance.parent_study)]
    end()
    orthanc.delete("Study", instance.parent_study)
    orthanc.store(FILE)
    orthanc.advance(60)
    assert len(told) == 3


def test_it_may_ask_the_server_and_what_it_raises_comes_out() -> None:
    orthanc = Emulator()

    def check(instance: str) -> None:
        assert orthanc.tags(instance)["0010,0020"]["Value"] == "nobody"

    orthanc.on_stored(check)
    with pytest.raises(AssertionError):
        orthanc.store(FILE)
    assert orthanc.resources("Instance")


def test_what_goes_with_a_resource_is_told_before_it() -> None:
    """Measured on Orthanc 1.9.1 to 1.13.0: what is above it first, from the top; then what is below."""
    orthanc, told = Emulator(), []
    orthanc.on("Deleted", told.append)
    first = orthanc.store(FILE)
    orthanc.delete("Instance", first.id)
    assert told == [first.parent_patient, first.parent_study, first.parent_series, first.id]
    told.clear()
    orthanc.store(FILE)
    orthanc.delete("Patient", first.parent_patient)
    assert told == [first.id, first.parent_series, first.parent_study, first.parent_patient]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="StableStudy"):
        Emulator().on("Stable", print)


def test_a_fork_and_a_restart() -> None:
    orthanc, told = Emulator(), []
    orthanc.on_stored(told.append)
    orthanc.fork().store(FILE)
    assert told == []
    orthanc.restart()
    orthanc.store(FILE)
    assert len(told) == 1


def test_a_webhook_is_posted_before_the_answer() -> None:
    bodies: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    orthanc = Emulator()
    client = orthanc.client()
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/hook"
        made = client.post("/emulator/webhooks", json={"url": url, "events": ["NewStudy", "Stored"]})
        assert made.status_code == 201
        stored = client.post("/instances", data=FILE.read_bytes()).json
        server.shutdown()
    assert bodies == [
        {"event": "Stored", "level": "Instance", "id": stored["ID"]},
        {"event": "NewStudy", "level": "Study", "id": stored["ParentStudy"]},
    ]
    (listed,) = client.get("/emulator/webhooks").json
    assert (listed["delivered"], listed["failed"]) == (2, 0)
    assert client.delete("/emulator/webhooks").status_code == 200
    assert client.get("/emulator/webhooks").json == []


def test_a_webhook_reaches_this_machine_alone() -> None:
    orthanc = Emulator()
    client = orthanc.client()
    client.post("/emulator/webhooks", json={"url": "http://hospital.example/", "events": ["Stored"]})
    orthanc.store(FILE)
    (listed,) = client.get("/emulator/webhooks").json
    assert (listed["delivered"], listed["failed"]) == (0, 1)
    assert orthanc.diagnostics[-1].code == "host-not-reached"


@pytest.mark.parametrize(
    "body", [{"url": "ftp://x", "events": ["Stored"]}, {"url": "http://x", "events": ["Nope"]}, {"url": "http://x"}]
)
def test_a_wrong_webhook_is_refused(body: dict[str, Any]) -> None:
    assert Emulator().client().post("/emulator/webhooks", json=body).status_code == 400


def test_a_session_may_not_name_scripts() -> None:
    with Emulator().serve() as url:
        assert url
    orthanc = Emulator()
    answered = orthanc.client().post("/emulator/sessions", json={"configuration": {"PythonScript": "a.py"}})
    assert answered.status_code == 400
