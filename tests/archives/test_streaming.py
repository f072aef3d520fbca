"""How an archive is sent: from 1.10.1 on without its length, until the connection ends."""

from __future__ import annotations

import io
import socket
import urllib.request
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests

from emulator import Emulator

#: Nothing here takes so long, in seconds, unless it is stuck.
STUCK = 60


def archive_on_the_wire(orthanc: Emulator, study: str, accepted: str = "identity") -> tuple[list[str], bytes]:
    """The lines of an answer's head, and all that follows until the connection ends."""
    with orthanc.serve() as url:
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port), timeout=STUCK) as connection:
            lines = (f"GET /studies/{study}/archive HTTP/1.1", "Host: x", f"Accept-Encoding: {accepted}", "", "")
            connection.sendall("\r\n".join(lines).encode("ascii"))
            head, _, body = b"".join(iter(lambda: connection.recv(1 << 16), b"")).partition(b"\r\n\r\n")
    return head.decode("latin-1").split("\r\n"), body


@pytest.mark.parametrize("release", ["1.10.1", "1.12.7", "1.13.0"])
def test_an_archive_ends_with_its_connection(release: str, small_file: Callable[..., bytes]) -> None:
    """As measured on the three releases, also for clients that accept gzip, and without KeepAlive."""
    orthanc = Emulator(release=release)
    study = orthanc.store(small_file("P1", "1.1", "1.1.1", "1.1.1.1")).parent_study
    lines, body = archive_on_the_wire(orthanc, study, "gzip")
    assert lines == [
        "HTTP/1.1 200 OK",
        "Connection: close",
        f'Content-Disposition: filename="{study}.zip"',
        "Content-Type: application/zip",
    ]
    assert len(zipfile.ZipFile(io.BytesIO(body)).namelist()) == 1
    assert "Content-Length" not in orthanc.requests[-1].answer_headers


@pytest.mark.parametrize(("release", "options"), [("1.9.1", {}), ("1.10.1", {"SynchronousZipStream": False})])
def test_a_whole_archive_has_a_length(release: str, options: dict[str, Any], small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator(options, release=release)
    study = orthanc.store(small_file("P1", "1.1", "1.1.1", "1.1.1.1")).parent_study
    lines, body = archive_on_the_wire(orthanc, study)
    assert lines[1] == "Connection: keep-alive"
    assert f"Content-Length: {len(body)}" in lines


def test_the_job_of_an_archive_tells_its_length(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator(release="1.12.7")
    client = orthanc.client()
    study = orthanc.store(small_file("P1", "1.1", "1.1.1", "1.1.1.1")).parent_study
    job = client.post(f"/studies/{study}/archive", json={"Asynchronous": True}).get_json()["ID"]
    answer = client.get(f"/jobs/{job}/archive")
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert "Content-Length" not in client.get(f"/studies/{study}/archive").headers


@pytest.mark.parametrize(("release", "status"), [("1.9.1", 200), ("1.10.1", 400), ("1.13.0", 400)])
def test_an_option_that_is_no_boolean_is_noticed_by_archives(
    release: str, status: int, small_file: Callable[..., bytes]
) -> None:
    orthanc = Emulator({"SynchronousZipStream": 1}, release=release)
    client = orthanc.client()
    study = orthanc.store(small_file("P1", "1.1", "1.1.1", "1.1.1.1")).parent_study
    assert client.get(f"/studies/{study}/archive").status_code == status
    assert client.post(f"/studies/{study}/archive", json={"Asynchronous": True}).status_code == 200
    assert client.post("/tools/create-archive", json=["nope"]).status_code == 404


def test_clients_in_process_are_told_no_length_either(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator(release="1.12.7")
    study = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1")).parent_study
    with orthanc.intercept("http://orthanc:8042"):
        path = f"http://orthanc:8042/studies/{study}/archive"
        with urllib.request.urlopen(path) as opened:
            answers = [(opened.headers, opened.read())]
        for got in (httpx.get(path), requests.get(path, timeout=STUCK)):
            answers.append((got.headers, got.content))
    for headers, content in answers:
        assert headers.get("Content-Length") is None
        assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 1
