"""Servers that fail midway, refuse, stall, lie, or are no Orthanc: what a run tells of them, and what it leaves."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conformance.asking import clients, configurations
from conformance.asking.clients import HttpClient, UnreachableError, without_user
from conformance.asking.exchange import Request
from conformance.commands.command_line import main
from conformance.targets import ownership
from emulator import Emulator
from emulator.http.server import WebServer

Files = Callable[..., bytes]

FEW = ["--only", "visibility", "--only", "cascade/study"]
FAKE = {"Version": "1.12.7", "Name": "fake", "ApiVersion": 27}


@pytest.fixture
def orthanc() -> Emulator:
    return Emulator({**configurations.LAB, "StableAge": 600}, release="1.12.7", unknown_tags="as-release")


@pytest.fixture(autouse=True)
def nothing_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without pauses between retries, and without what another test has left."""
    monkeypatch.setattr(clients, "RETRIES", (0.0, 0.0))
    ownership.LEFT.clear()
    yield
    ownership.LEFT.clear()


@contextmanager
def answering(answer: bytes, *, endless: bytes = b"") -> Iterator[str]:
    """A server that gives one answer to everything; an `endless` piece follows again and again."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ended = threading.Event()

        def serve(connection: socket.socket) -> None:
            with connection:
                try:
                    while connection.recv(65536):
                        connection.sendall(answer)
                        while endless and not ended.wait(0.01):
                            connection.sendall(endless)
                except OSError:
                    return

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)


def http(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


# F2, F13: what is no Orthanc


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (json.dumps(FAKE).encode(), "so this is no Orthanc"),
        (json.dumps({**FAKE, "CountPatients": 0}).encode(), "is it an Orthanc?"),
        (json.dumps({**FAKE, "CountPatients": 0, "TotalDiskSizeMB": 0, "MaximumPatientCount": "x"}).encode(), "limits"),
        (b"\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07"),
        (b"[]", "so this is no Orthanc"),
        (b'"' + b"x" * 1000, "needs JSON"),
    ],
)
def test_what_is_no_orthanc_is_told_and_not_trusted(body: bytes, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with answering(http(body)) as url:
        assert main(["run", "--url", url, *FEW]) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert "\x1b" not in printed.out + printed.err


def test_a_server_that_answers_the_same_to_everything_is_not_passed(capsys: pytest.CaptureFixture[str]) -> None:
    body = {**FAKE, "CountPatients": 0, "TotalDiskSizeMB": 0, "MaximumPatientCount": 0, "MaximumStorageSize": 0}
    with answering(http(json.dumps({**body, "MaximumStorageMode": "Recycle"}).encode())) as url:
        assert main(["run", "--url", url, *FEW]) != 0


def test_a_run_in_which_hardly_anything_was_asked_says_so(
    orthanc: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    only = ["--only", "hierarchy/lists", "--only", "modify_instance/default_creator"]
    with orthanc.serve() as url:
        assert main(["run", "--url", url, *only]) == 3
        assert "Only 0 of 2 scenarios could be asked" in capsys.readouterr().err
        assert main(["run", "--url", url, *FEW, *only, "--min-asked", "99"]) == 3
        assert main(["run", "--url", url, *FEW, *only, "--min-asked", "50"]) == 0


# F12: the user in a URL


def test_user_and_password_in_a_url_are_used_and_shown_nowhere(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = {**configurations.LAB, "AuthenticationEnabled": True, "RegisteredUsers": {"me": "se:cr@t"}}
    orthanc = Emulator(options, release="1.12.7", unknown_tags="as-release")
    with orthanc.serve() as url:
        secret = url.replace("http://", "http://me:se%3Acr%40t@")
        reports = ["--html", str(tmp_path / "r.html"), "--junit", str(tmp_path / "r.xml"), "--verbose"]
        assert main(["run", "--url", secret, "--only", "visibility", *reports]) == 0
        assert main(["run", "--url", secret, "--only", "visibility", "--dry-run"]) == 0
        assert main(["run", "--url", secret, "--password", "wrong", "--user", "me", "--only", "visibility"]) == 2
        assert main(["clean", "--url", secret]) == 0
    printed = capsys.readouterr()
    written = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    assert not any("se%3A" in text or "se:cr" in text for text in (printed.out, printed.err, *written))
    assert url in printed.out


@pytest.mark.parametrize("url", ["http://me:secret@", "ftp://me:secret@h", "http://me:secret@h:port", "me:secret@h"])
def test_a_wrong_url_is_told_without_its_password(url: str) -> None:
    with pytest.raises(UnreachableError) as raised:
        HttpClient(url)
    assert "secret" not in str(raised.value)
    assert "secret" not in without_user(url)


# F13: servers that fail midway


def test_a_get_that_gets_no_answer_is_sent_again(orthanc: Emulator) -> None:
    with orthanc.serve() as url:
        orthanc.fail_next("disconnect", method="GET", path="/instances/*", times=2)
        assert main(["run", "--url", url, "--only", "visibility"]) == 0


@pytest.mark.parametrize("failure", ["disconnect", 500, 503, 401])
def test_a_failure_costs_a_scenario_and_the_rest_is_told(
    orthanc: Emulator, failure: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """One failure among the requests that look whether something is the suite's: nothing is taken for its own."""
    with orthanc.serve() as url:
        assert main(["run", "--url", url, "--only", "visibility"]) == 0  # what the configuration has is asked once
        orthanc.fail_next(failure, method="POST", path="/instances", times=1)
        status = main(["run", "--url", url, *FEW])
    printed = capsys.readouterr()
    assert status == (0 if failure == "disconnect" else 1)  # a connection that was idle may be closed
    assert "of 4 asked" in printed.out
    assert orthanc.statistics()["CountInstances"] == 0


def test_a_server_that_is_gone_ends_the_run_with_a_report(
    orthanc: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    with orthanc.serve() as url:
        orthanc.fail_next("disconnect", method="POST", path="/tools/find", times=1000)
        orthanc.fail_next("disconnect", method="POST", path="/studies/*", times=1000)
        assert main(["run", "--url", url, "--only", "find", "--only", "cascade"]) == 1
    printed = capsys.readouterr().out
    assert "times in a row" in printed
    chapters = re.findall(r"(?:cascade|find) \d+ of (\d+) asked", printed)
    assert len(chapters) == 2
    assert f"{sum(map(int, chapters))} scenarios: " in printed
    assert orthanc.statistics()["CountInstances"] == 0


def test_what_could_not_be_removed_is_told(orthanc: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    with orthanc.serve() as url:
        orthanc.fail_next(403, method="DELETE", times=1000)
        assert main(["run", "--url", url, *FEW]) == 1
        told = capsys.readouterr().err
        assert "Left on the server, " in told
        assert "DELETE answers 403" in told
        left = orthanc.statistics()["CountPatients"]
        assert left > 0
        orthanc.server.faults.clear()
        assert main(["clean", "--url", url, "--dry-run"]) == 0
        assert orthanc.statistics()["CountPatients"] == left
        assert main(["clean", "--url", url]) == 0
        assert f"{left} of {left} patients removed" in capsys.readouterr().out
    assert orthanc.statistics()["CountPatients"] == 0


def test_clean_touches_nothing_of_others(orthanc: Emulator, small_file: Files) -> None:
    orthanc.store(small_file("SOMEBODY", "1.2", "1.2.3", "1.2.3.4"))
    own = orthanc.store(small_file("ORTHANC-EMULATOR-X", "1.3", "1.3.3", "1.3.3.4"))
    orthanc.anonymize("Patient", own.parent_patient)
    assert orthanc.statistics()["CountPatients"] == 3
    with orthanc.serve() as url:
        assert main(["clean", "--url", url]) == 0
    assert [one["MainDicomTags"]["PatientID"] for one in orthanc.find("Patient", {}, expand=True)] == ["SOMEBODY"]


def test_clean_tells_what_it_could_not_remove(orthanc: Emulator, small_file: Files) -> None:
    orthanc.store(small_file("ORTHANC-EMULATOR-X", "1.3", "1.3.3", "1.3.3.4"))
    with orthanc.serve() as url:
        orthanc.fail_next(403, method="DELETE")
        assert main(["clean", "--url", url]) == 1


@pytest.mark.parametrize("body", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"])
def test_an_answer_without_end_is_given_up(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its header nor its body may go on for ever; `clean` is what goes over a server in the end."""
    monkeypatch.setattr(clients, "ANSWER_SECONDS", 0.4)
    with answering(body, endless=b"x" if body else b"H") as url:
        start = time.monotonic()
        assert main(["clean", "--url", url]) == 2
        assert time.monotonic() - start < 60


def test_an_answer_that_is_too_large_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "MOST_BYTES", 1000)
    with answering(http(b"x" * 100_000)) as url, pytest.raises(UnreachableError, match="more than 1000 bytes"):
        HttpClient(url).send(Request("POST", "/"))


def test_answers_without_names_are_no_crash(orthanc: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    """A server whose /tags have no "Name": what can't be tried out is taken as lacking."""
    application: Any = orthanc.wsgi

    def nameless(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].endswith("/tags"):
            start_response("200 OK", [("Content-Type", "application/json")])
            return [b'{"0010,0010": {}}']
        return application(environ, start_response)

    with WebServer(nameless, "127.0.0.1", 0) as web:
        assert main(["run", "--url", web.url, *FEW]) == 1
    assert "could not be found out (KeyError" in capsys.readouterr().out
    assert orthanc.statistics()["CountInstances"] == 0
