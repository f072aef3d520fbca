"""The server on a real port of the loopback interface, with what clients send on a bad day."""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from emulator import Emulator


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with Emulator() as orthanc, orthanc.serve() as url:
        found = urlsplit(url).port
        assert found is not None
        yield found


def exchange(port: int, sent: bytes) -> tuple[int, bytes, bytes]:
    """Status, headers and body of the answer to raw bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    answer = re.sub(rb"\AHTTP/1.1 100 [^\r]*\r\n\r\n", b"", answer)
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head, body


def chunked(data: bytes, size: int) -> bytes:
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])


UPLOAD = b"POST /instances HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


def test_a_file_arrives_in_every_manner(port: int, small_file: Callable[..., bytes]) -> None:
    """Whole, in chunks, after "Expect: 100-continue", and with 6 MB (measured on all releases)."""
    pixels = {0x00100010: ("PN", "A^B")}
    file = small_file("P", "1", "1.1", "1.1.1", pixels)
    big = small_file("P", "1", "1.1", "1.1.2")
    big += b"\xe0\x7f\x10\x00OW\0\0" + (6 << 20).to_bytes(4, "little") + bytes(6 << 20)
    length = b"Content-Length: %d\r\n"
    answers = [
        exchange(port, UPLOAD + length % len(file) + b"\r\n" + file),
        exchange(port, UPLOAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(file, 50)),
        exchange(port, UPLOAD + b"Expect: 100-continue\r\n" + length % len(file) + b"\r\n" + file),
        exchange(port, UPLOAD + length % len(big) + b"\r\n" + big),
    ]
    statuses = [re.search(rb'"Status" : "(\w+)"', body) for _, _, body in answers]
    assert [status and status[1] for status in statuses] == [b"Success", b"AlreadyStored", b"AlreadyStored", b"Success"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"HEAD /system HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
        (b"OPTIONS /system HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
        (b"PATCH /system HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
        (b"FOO /system HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
        (b"get /system HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
        (b"GET /system HTTP/1.0\r\n\r\n", 200),
        (b"GET /nope/%zz%FF%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
        (b"GET /nope/\xe9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (UPLOAD + b"\r\n", 400),
        (UPLOAD + b"Content-Length: x\r\n\r\n", 411),
        (UPLOAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (UPLOAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n", 400),
        (UPLOAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", None),
        (
            b"POST /tools/find HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 9999\r\n\r\n" + b"[" * 9999,
            400,
        ),
    ],
)
def test_odd_requests_get_an_answer_and_leave_no_traceback(
    port: int, caplog: pytest.LogCaptureFixture, sent: bytes, status: int | None
) -> None:
    with caplog.at_level(logging.WARNING):
        answered, _, body = exchange(port, sent)
    assert answered == status or (status is None and answered >= 400)
    assert b"Traceback" not in body
    assert not [record for record in caplog.records if record.exc_info]


def test_reasons_are_spelled_as_the_server_spells_them(port: int) -> None:
    request = b"%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    reasons = [b"GET /system", b"GET /nope", b"PATCH /system", b"DELETE /system", b"FOO /system", b"GET /"]
    lines = [exchange(port, request % asked)[1].split(b"\r\n")[0] for asked in reasons]
    assert [line.partition(b" ")[2].decode() for line in lines] == [
        "200 OK",
        "404 Not Found",
        "400 Bad Request",
        "405 Method Not Allowed",
        "400 Bad Request",
        "307 Temporary Redirect",
    ]


def test_a_head_has_no_body(port: int) -> None:
    _, head, body = exchange(port, b"HEAD /nope HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert body == b""
    assert b"\r\nContent-Type:" not in head


def test_many_clients_at_once(small_file: Callable[..., bytes]) -> None:
    with Emulator() as orthanc, orthanc.serve() as url, ThreadPoolExecutor(8) as pool:
        files = [small_file(f"P{index}", f"1.{index}", f"1.{index}.1", f"1.{index}.1.1") for index in range(40)]

        def upload(file: bytes) -> int:
            with urlopen(f"{url}/instances", data=file, timeout=10) as response:
                return int(response.status)

        assert set(pool.map(upload, files)) == {200}
        assert len(orthanc.resources("Instance")) == len(files)


def test_a_port_in_use_is_an_oserror(port: int) -> None:
    orthanc = Emulator()
    with pytest.raises(OSError), orthanc.serve(port=port):  # noqa: PT011  # its number is the system's
        pass


def test_a_server_that_stopped_leaves_no_threads() -> None:
    before = set(threading.enumerate())
    with Emulator() as orthanc, orthanc.serve() as url, urlopen(f"{url}/system", timeout=10) as response:
        response.read()
    assert set(threading.enumerate()) <= before


def test_an_open_connection_does_not_keep_the_server_from_stopping() -> None:
    with Emulator() as orthanc, orthanc.serve() as url:
        port = urlsplit(url).port or 0
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        connection.sendall(b"GET /system HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
    with connection, pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):  # noqa: PT011
        pass
