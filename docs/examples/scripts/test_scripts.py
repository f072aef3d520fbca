"""The tests of the three scripts, which speak HTTP alone: the same tests run on a real server with the Python plugin.

`pytest docs/examples/scripts` runs them on the emulator, and with `ORTHANC=/usr/sbin/Orthanc` on that executable, too.
"""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from emulator import Emulator
from emulator.testing import dicom

HERE = Path(__file__).parent
PLUGIN = "/usr/share/orthanc/plugins/libOrthancPython.so"
STABLE_AGE = 1  # seconds


class Server:
    """A server, wherever it runs: its URL, and a way to let time pass."""

    def __init__(self, url: str, wait: Callable[[float], object]) -> None:
        self.url = url
        self.wait = wait

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, None

    def store(self, *labels: str | None) -> dict[str, Any]:
        """Stores a study with an instance for each label, and gives the last answer."""
        answer: dict[str, Any] = {}
        for number, label in enumerate(labels, 1):
            private = None if label is None else {("MYLAB", 0x0011, 0x01): ("LO", label)}
            written = io.BytesIO()
            dicom(PatientID="P", instance=number, private=private).save_as(written)
            _, answer = self.ask("POST", "/instances", written.getvalue())
        return answer


@contextmanager
def emulated(script: Path) -> Iterator[Server]:
    orthanc = Emulator({"StableAge": STABLE_AGE}, plugin=script)
    with orthanc.serve() as url:
        yield Server(url, orthanc.advance)


@contextmanager
def real(script: Path) -> Iterator[Server]:
    """An Orthanc executable with the Python plugin, on a free port and an empty folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "StorageDirectory": f"{folder}/db",
            "IndexDirectory": f"{folder}/db",
            "HttpPort": port,
            "DicomServerEnabled": False,
            "StableAge": STABLE_AGE,
            "Plugins": [PLUGIN],
            "PythonScript": str(script),
        }
        path = Path(folder, "orthanc.json")
        path.write_text(json.dumps(options))
        process = subprocess.Popen([os.environ["ORTHANC"], str(path)], stderr=subprocess.DEVNULL)
        server = Server(f"http://127.0.0.1:{port}", lambda seconds: time.sleep(seconds + 2))
        try:
            for _ in range(200):
                time.sleep(0.05)
                try:
                    server.ask("GET", "/system")
                    break
                except OSError:
                    continue
            yield server
        finally:
            process.terminate()
            process.wait(20)


NEEDS_SERVER = pytest.mark.skipif("ORTHANC" not in os.environ, reason="ORTHANC names no executable")


@pytest.fixture(params=["emulator", pytest.param("real", marks=NEEDS_SERVER)])
def started(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Server]]:
    """Starts a server with one of the scripts."""
    with ExitStack() as stack:
        kind = emulated if request.param == "emulator" else real
        yield lambda script: stack.enter_context(kind(HERE / script))


@pytest.fixture
def research() -> Iterator[tuple[str, list[bytes]]]:
    """A server in the place of the peer: its URL, and the files that it got."""
    files: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            files.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", files
        server.shutdown()


@pytest.mark.parametrize(("labels", "sent"), [(["research", "care"], 2), (["care"], 0), ([None], 0)])
def test_a_labelled_study_is_sent_once_it_is_stable(
    started: Callable[[str], Server], research: tuple[str, list[bytes]], labels: list[str | None], sent: int
) -> None:
    server, (url, files) = started("routing.py"), research
    server.ask("PUT", "/peers/research", [url])
    server.store(*labels)
    assert files == []
    server.wait(STABLE_AGE)
    assert len(files) == sent


def test_the_route_counts_labels(started: Callable[[str], Server]) -> None:
    server = started("labels.py")
    study = server.store("tumour", "tumour", "healthy", None)["ParentStudy"]
    assert server.ask("GET", f"/laboratory/{study}") == (200, {"tumour": 2, "healthy": 1, "": 1})
    assert server.ask("GET", f"/laboratory/{study.replace('a', 'b')}0")[0] == 404
    assert server.ask("DELETE", f"/laboratory/{study}")[0] == 405


def test_what_has_no_label_is_refused(started: Callable[[str], Server]) -> None:
    server = started("refusing.py")
    assert server.store("tumour")["Status"] == "Success"
    assert server.store(None, None)["Status"] == "FilteredOut"
    assert server.ask("GET", "/statistics")[1]["CountInstances"] == 1
