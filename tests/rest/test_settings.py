"""Settings live with a server: a fork has its own, and a snapshot brings them back."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from werkzeug.test import Client

from emulator import Emulator


def test_a_fork_has_settings_of_its_own() -> None:
    orthanc = Emulator({"DicomModalities": {"pacs": ["PACS", "127.0.0.1", 104]}})
    fork = orthanc.fork()
    Client(fork.wsgi).put("/modalities/other", data='["OTHER", "127.0.0.1", 104]')
    Client(fork.wsgi).put("/tools/log-level", data="trace")
    Client(fork.wsgi).put("/tools/default-encoding", data="Utf8")
    assert Client(orthanc.wsgi).get("/modalities").get_json() == ["pacs"]
    assert Client(fork.wsgi).get("/modalities").get_json() == ["other", "pacs"]
    assert Client(orthanc.wsgi).get("/tools/log-level").data == b"default"
    assert (orthanc.server.default_encoding, fork.server.default_encoding) == ("Latin1", "Utf8")


def test_a_snapshot_brings_settings_back() -> None:
    orthanc = Emulator()
    client = Client(orthanc.wsgi)
    before = orthanc.snapshot()
    client.put("/peers/other", data='["http://127.0.0.1:1"]')
    client.put("/tools/default-encoding", data="Greek")
    orthanc.restore(before)
    assert client.get("/peers").get_json() == []
    assert client.get("/tools/default-encoding").data == b"Latin1"


def test_a_reset_takes_the_settings_of_the_configuration_and_keeps_what_is_stored(
    small_file: Callable[..., bytes],
) -> None:
    orthanc = Emulator({"DefaultEncoding": "Greek", "OrthancPeers": {"one": ["http://127.0.0.1:1"]}})
    client = Client(orthanc.wsgi)
    orthanc.store(small_file("P", "1", "2", "3"))
    client.delete("/peers/one")
    client.put("/tools/default-encoding", data="Utf8")
    assert client.post("/tools/reset").get_json() == {}
    assert client.get("/peers").get_json() == ["one"]
    assert client.get("/tools/default-encoding").data == b"Greek"
    assert len(orthanc.resources("Patient")) == 1


def test_no_connection_is_made() -> None:
    """With the network off nobody listens at a peer, by decree: not even this very server is reached."""
    orthanc = Emulator(network="none")
    with orthanc.serve() as url:
        client = Client(orthanc.wsgi)
        client.put("/peers/itself", json=[url])
        response = client.get("/peers/itself/system")
        assert response.status_code == 500
        assert "connect to server" in response.get_json(force=True)["Details"]
        assert not orthanc.requests or all(one.path != "/system" for one in orthanc.requests)


def test_lua_runs_where_it_is_enabled_and_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client(Emulator().wsgi).post("/tools/execute-script", data=b"print(1)").status_code == 403
    enabled = {"ExecuteLuaEnabled": True}
    assert Client(Emulator(enabled).wsgi).post("/tools/execute-script", data=b"print(1)").status_code == 200
    monkeypatch.setitem(sys.modules, "lupa.lua53", None)
    monkeypatch.setitem(sys.modules, "lupa", None)
    response = Client(Emulator(enabled).wsgi).post("/tools/execute-script", data=b"print(1)")
    assert response.status_code == 501
    assert "pip install lupa, or '.[lua]' in a clone" in response.get_json(force=True)["Details"]


def test_a_body_that_is_too_large_is_a_413(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator()
    file = small_file("P", "1", "2", "3")
    orthanc.server.maximum_body_size = len(file)
    client = Client(orthanc.wsgi)
    assert client.post("/instances", data=file).status_code == 200
    response = client.post("/instances", data=file + b"x")
    answer = response.get_json(force=True)
    assert (response.status_code, answer["HttpStatus"], answer["HttpError"]) == (413, 413, "Request Entity Too Large")
    assert str(len(file)) in answer["Details"]
