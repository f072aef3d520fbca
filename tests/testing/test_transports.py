"""Clients of httpx, requests and urllib3 that an emulator answers in this process, without a port."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from emulator import Emulator
from emulator.testing import dicom, dicom_bytes

httpx = pytest.importorskip("httpx")
requests = pytest.importorskip("requests")
urllib3 = pytest.importorskip("urllib3")

HOSPITAL = "http://orthanc.hospital:8042"


@pytest.fixture
def orthanc() -> Emulator:
    emulator = Emulator()
    emulator.store(dicom(PatientID="P1"))
    return emulator


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another HTTP server, on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "9")
            self.end_headers()
            self.wfile.write(b"elsewhere")

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting fails this test."""

    def refused(*arguments: object) -> None:
        pytest.fail(f"a connection was made: {arguments}")

    monkeypatch.setattr(socket.socket, "connect", refused)


def httpx_get(url: str) -> str:
    return str(httpx.get(url, timeout=5).text)


def httpx_async_get(url: str) -> str:
    async def get() -> str:
        async with httpx.AsyncClient(timeout=5) as client:
            return str((await client.get(url)).text)

    return asyncio.run(get())


def requests_get(url: str) -> str:
    return str(requests.get(url, timeout=5).text)


def urllib3_get(url: str) -> str:
    return str(urllib3.request("GET", url, timeout=5, retries=False).data.decode())


GETTERS = [httpx_get, httpx_async_get, requests_get, urllib3_get]
every_library = pytest.mark.parametrize("get", GETTERS)
Get = Callable[[str], str]

# Transports


@pytest.mark.usefixtures("no_sockets")
def test_httpx_is_answered_in_process(orthanc: Emulator) -> None:
    with httpx.Client(transport=orthanc.httpx_transport(), base_url="http://orthanc") as client:
        uploaded = client.post("/instances", content=dicom_bytes(PatientID="P2"))
        assert uploaded.json()["Status"] == "Success"
        file = client.get(f"/instances/{uploaded.json()['ID']}/file")
        assert (file.content[128:132], file.headers["Content-Type"]) == (b"DICM", "application/dicom")
        assert client.get("/patients", params={"expand": ""}).json()[0]["MainDicomTags"]["PatientID"] == "P1"
        assert client.get("/instances/%2e%2e/system").json()["Version"] == "1.12.7"
        assert client.get("/nope").status_code == 404


@pytest.mark.usefixtures("no_sockets")
def test_httpx_is_answered_in_process_without_await_between(orthanc: Emulator) -> None:
    async def ask() -> int:
        transport = orthanc.httpx_transport()
        async with httpx.AsyncClient(transport=transport, base_url="http://orthanc") as client:
            files = [dicom_bytes(PatientID=f"P{number}") for number in range(20)]
            await asyncio.gather(*(client.post("/instances", content=file) for file in files))
            return int((await client.get("/statistics")).json()["CountInstances"])

    loop = asyncio.new_event_loop()
    try:
        assert loop.run_until_complete(ask()) == 21
    finally:
        loop.close()


@pytest.mark.usefixtures("no_sockets")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_requests_is_answered_in_process(orthanc: Emulator, scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with requests.Session() as session:
        session.mount(f"{scheme}://orthanc", orthanc.requests_adapter())
        uploaded = session.post(f"{scheme}://orthanc/instances", data=iter([dicom_bytes(PatientID="P2")]), timeout=5)
        assert uploaded.json()["Status"] == "Success"
        found = session.post(f"{scheme}://orthanc/tools/find", json={"Level": "Patient", "Query": {"PatientID": "P2"}})
        assert found.json() == [uploaded.json()["ParentPatient"]]
        with session.get(f"{scheme}://orthanc/instances/{uploaded.json()['ID']}/file", stream=True) as file:
            assert b"".join(file.iter_content(64))[128:132] == b"DICM"


def test_compressed_answers_are_unpacked(orthanc: Emulator) -> None:
    orthanc = Emulator({"HttpCompressionEnabled": True}, release="1.10.1")  # later ones compress from 2048 bytes on
    with httpx.Client(transport=orthanc.httpx_transport(), base_url="http://orthanc") as client:
        answer = client.get("/system")
        assert (answer.headers["Content-Encoding"], answer.json()["Version"]) == ("gzip", "1.10.1")
    with requests.Session() as session:
        session.mount("http://orthanc", orthanc.requests_adapter())
        answer = session.get("http://orthanc/system")
        assert (answer.headers["Content-Encoding"], answer.json()["Version"]) == ("gzip", "1.10.1")


def test_failures_are_those_of_the_library(orthanc: Emulator) -> None:
    with httpx.Client(transport=orthanc.httpx_transport(), base_url="http://orthanc") as client:
        for failure, error in (("timeout", httpx.ReadTimeout), ("disconnect", httpx.RemoteProtocolError)):
            orthanc.fail_next(failure)
            with pytest.raises(error):
                client.get("/system")
    with requests.Session() as session:
        session.mount("http://orthanc", orthanc.requests_adapter())
        for failure, error in (("timeout", requests.ReadTimeout), ("disconnect", requests.ConnectionError)):
            orthanc.fail_next(failure)
            with pytest.raises(error):
                session.get("http://orthanc/system", timeout=5)


def test_retries_of_an_adapter_are_made(orthanc: Emulator) -> None:
    retries = urllib3.Retry(total=3, status_forcelist=[503], backoff_factor=0)
    with requests.Session() as session:
        session.mount("http://orthanc", orthanc.requests_adapter(max_retries=retries))
        orthanc.fail_next(503, times=2)
        orthanc.fail_next("disconnect")
        assert session.get("http://orthanc/patients").json() == orthanc.resources("Patient")
    assert [one.status for one in orthanc.requests] == [503, 503, None, 200]


@pytest.mark.parametrize(("method", "module"), [("httpx_transport", "httpx"), ("requests_adapter", "requests")])
def test_a_missing_library_is_named(
    orthanc: Emulator, method: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [*sys.modules]:
        if name.startswith("emulator.clients.") and ("httpx" in name or "requests" in name):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=f"pip install '{module}'"):
        getattr(orthanc, method)()


# Interception


@pytest.mark.usefixtures("no_sockets")
@every_library
@pytest.mark.parametrize("url", [HOSPITAL, "https://pacs.hospital/orthanc/", "http://[::1]:8042"])
def test_a_url_is_intercepted(orthanc: Emulator, get: Get, url: str) -> None:
    with orthanc.intercept(url) as root:
        assert orthanc.resources("Patient")[0] in get(f"{root}/patients")
        assert '"MainDicomTags"' in get(f"{root.upper().replace('ORTHANC', 'orthanc')}/patients?expand")
    orthanc.requests.assert_called("GET", "/patients", times=2)


@every_library
def test_other_urls_are_left_alone(orthanc: Emulator, get: Get, elsewhere: str) -> None:
    with orthanc.intercept(HOSPITAL), orthanc.intercept(f"{elsewhere}/orthanc"):
        assert get(f"{elsewhere}/orthancs") == "elsewhere"
        assert get(f"{elsewhere}/") == "elsewhere"
        assert "Version" in get(f"{elsewhere}/orthanc/system")
    assert get(f"{elsewhere}/orthanc/system") == "elsewhere"


@every_library
def test_all_is_restored(orthanc: Emulator, get: Get) -> None:
    before = patched()
    with pytest.raises(ZeroDivisionError), orthanc.intercept(HOSPITAL):
        assert 1 / (patched() == before)
    assert patched() == before
    with pytest.raises((httpx.ConnectError, OSError, urllib3.exceptions.HTTPError)):
        get("http://127.0.0.1:9/system")


def patched() -> list[object]:
    connections = urllib3.connection
    return [
        httpx.HTTPTransport.handle_request,
        httpx.AsyncHTTPTransport.handle_async_request,
        connections.HTTPConnection.connect,
        connections.HTTPConnection.request,
        connections.HTTPConnection.getresponse,
        connections.HTTPSConnection.connect,
    ]


def test_clients_made_before_are_intercepted_and_used_after(orthanc: Emulator, elsewhere: str) -> None:
    with httpx.Client() as client, requests.Session() as session:
        assert client.get(elsewhere).text == session.get(elsewhere).text == "elsewhere"
        with orthanc.intercept(elsewhere):
            assert client.get(f"{elsewhere}/patients").json() == orthanc.resources("Patient")
            assert session.get(f"{elsewhere}/patients").json() == orthanc.resources("Patient")
        assert client.get(elsewhere).text == session.get(elsewhere).text == "elsewhere"


@every_library
def test_of_two_interceptions_the_inner_one_answers(orthanc: Emulator, get: Get) -> None:
    other = Emulator()
    with orthanc.intercept(HOSPITAL):
        with other.intercept(HOSPITAL), other.intercept("http://other:8042"):
            assert get(f"{HOSPITAL}/patients").strip() == "[]"
        assert orthanc.resources("Patient")[0] in get(f"{HOSPITAL}/patients")


def test_threads_with_interceptions_of_their_own(orthanc: Emulator) -> None:
    before = patched()

    def ask(number: int) -> bool:
        emulator = Emulator({"Name": f"server {number}"})
        with emulator.intercept(f"http://orthanc-{number}:8042") as url:
            names = [requests.get(f"{url}/system", timeout=5).json()["Name"] for _ in range(3)]
            return {*names, httpx.get(f"{url}/system").json()["Name"]} == {f"server {number}"}

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(40)))
    assert patched() == before


def test_a_retrying_client_is_intercepted_below_its_retries(orthanc: Emulator) -> None:
    pool = urllib3.PoolManager(retries=urllib3.Retry(status=2, status_forcelist=[503], backoff_factor=0))
    with orthanc.intercept(HOSPITAL):
        orthanc.fail_next(503)
        assert pool.request("GET", f"{HOSPITAL}/patients").json() == orthanc.resources("Patient")
    assert [one.status for one in orthanc.requests] == [503, 200]


@pytest.mark.parametrize("url", ["orthanc.hospital:8042", "ftp://orthanc", "http://", "http://orthanc?a=b"])
def test_what_is_no_url_is_refused(orthanc: Emulator, url: str) -> None:
    with pytest.raises(ValueError, match="needs a URL"):
        orthanc.intercept(url)
