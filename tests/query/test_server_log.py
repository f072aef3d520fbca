"""The lines of the server's log that tell what finds cost, as a client that watches it sees them."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from urllib.request import Request, urlopen

import pytest
from pydicom.dataset import Dataset
from werkzeug.test import Client

from emulator import RELEASES, Emulator
from emulator.system.server_log import LogLines
from tests.query.query_servers import Serve

PRIVATE = "0011,1001"
UUID = re.compile(r'"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"')


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Level and text of each line, without the names of files."""
    told = [one for one in caplog.records if one.name == "emulator.log"]
    return [(one.levelname, UUID.sub("UUID", one.getMessage())) for one in told]


@pytest.mark.parametrize("release", ["1.12.7", "1.13.0"])
def test_each_file_that_a_find_reads_is_a_warning(
    serve: Serve, hospital: list[Dataset], caplog: pytest.LogCaptureFixture, release: str
) -> None:
    orthanc = serve(release, hospital)
    orthanc.find("Study", {PRIVATE: "one", "Rows": "1", "PatientID": "B"})
    (study,) = orthanc.find("Study", {"PatientID": "B"})
    text = f"W001: Accessing DICOM tags from storage when accessing study {study}: 0011,1001;0028,0010"
    assert lines(caplog) == [("WARNING", text)]


def test_requested_tags_are_told_too(serve: Serve, hospital: list[Dataset], caplog: pytest.LogCaptureFixture) -> None:
    orthanc = serve("1.12.7", hospital)
    Client(orthanc.wsgi).get("/studies?expand&requestedTags=Rows;PatientID")
    assert len(lines(caplog)) == len(orthanc.resources("Study"))
    assert all(text.endswith(": 0028,0010") for _, text in lines(caplog))


def test_the_warning_can_be_switched_off(
    serve: Serve, hospital: list[Dataset], caplog: pytest.LogCaptureFixture
) -> None:
    orthanc = serve("1.12.7", hospital, Warnings={"W001_TagsBeingReadFromStorage": False})
    orthanc.find("Study", {PRIVATE: "one"})
    assert lines(caplog) == []


def test_releases_before_1_12_tell_reads_when_they_are_verbose(
    serve: Serve, hospital: list[Dataset], caplog: pytest.LogCaptureFixture
) -> None:
    orthanc = serve("1.10.1", hospital)
    orthanc.find("Study", {PRIVATE: "one"})
    assert lines(caplog) == []
    Client(orthanc.wsgi).put("/tools/log-level-generic", data="verbose")
    caplog.clear()
    orthanc.find("Study", {PRIVATE: "one", "PatientID": "B"})
    assert lines(caplog) == [
        ("INFO", "Number of candidate resources after fast DB filtering on main DICOM tags: 1"),
        ("INFO", 'Reading attachment UUID of "DICOM" content type'),
        ("INFO", "Number of matching resources: 1"),
    ]


@pytest.mark.parametrize("release", RELEASES)
def test_requests_are_told_in_the_category_http(caplog: pytest.LogCaptureFixture, release: str) -> None:
    client = Client(Emulator(release=release).wsgi)
    client.put("/tools/log-level-http", data="verbose")
    client.get("/studies")
    assert lines(caplog) == [
        ("WARNING", 'REST API call has switched the log level of category "http" to "verbose"'),
        ("INFO", "(http) GET /studies"),
    ]


def test_a_line_has_the_form_of_the_release() -> None:
    record = logging.LogRecord("emulator.log", logging.WARNING, "/x/name.py", 42, "W001: %s", ("text",), None)
    record.created, record.threadName = 1795379199.133441, "HTTP-0"
    new, old = (LogLines(RELEASES[release]).format(record) for release in ("1.12.7", "1.10.1"))
    assert re.fullmatch(r"W\d{4} \d\d:\d\d:\d\d\.133441           HTTP-0 name\.py:42\] W001: text", new)
    assert re.fullmatch(r"W\d{4} \d\d:\d\d:\d\d\.133441 name\.py:42\] W001: text", old)


def test_warnings_are_counted_on_1_13() -> None:
    with Emulator({"MaximumStorageCacheSize": 0}, release="1.13.0") as orthanc:
        client = Client(orthanc.wsgi)
        assert "orthanc_logged_warnings_count 1 " in client.get("/tools/metrics-prometheus").text
        client.put("/tools/log-level", data="default")
        assert "orthanc_logged_warnings_count 2 " in client.get("/tools/metrics-prometheus").text


def test_serve_writes_the_log_to_stderr() -> None:
    command = [
        sys.executable,
        "-m",
        "emulator",
        "serve",
        "--port",
        "0",
        "--verbose",
        "--load",
        "fixtures/labelled_series",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        try:
            (url,) = re.findall(r"http://\S+(?=: )", server.stdout.readline())
            body = b'{"Level": "Instance", "Query": {"0011,1001": "nobody"}, "Limit": 1}'
            with urlopen(Request(f"{url}/tools/find", body), timeout=10) as answer:
                assert answer.read().strip() == b"[]"
        finally:
            server.terminate()
        told = server.stderr.read()
    assert "] (http) POST /tools/find\n" in told
    assert re.search(r"^W\d{4} \d\d:\d\d:\d\d\.\d{6} .*\] W001: Accessing DICOM tags from storage", told, re.MULTILINE)
