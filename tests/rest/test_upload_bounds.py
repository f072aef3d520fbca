"""What uploads may unpack to, and what is refused at the start."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from werkzeug.test import Client

from emulator import RELEASES, Emulator

BOUND = {"EmulatorMaximumUnpackedSize": 10_000}


def archive(content: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", compression) as made:
        made.writestr("a", content)
    return output.getvalue()


@pytest.mark.parametrize("release", RELEASES)
def test_bombs_are_refused(release: str) -> None:
    client = Client(Emulator(BOUND, release=release).wsgi)
    answer = client.post("/instances", data=archive(bytes(1 << 20)))
    assert answer.status_code == 400
    assert "EmulatorMaximumUnpackedSize" in json.loads(answer.data)["Details"]
    headers = {"Content-Encoding": "gzip"}
    assert client.post("/instances", data=gzip.compress(bytes(1 << 20)), headers=headers).status_code == 400


@pytest.mark.parametrize("release", RELEASES)
def test_compressions_of_members(release: str, small_file: Callable[..., bytes]) -> None:
    client = Client(Emulator(BOUND, release=release).wsgi)
    content = small_file("P", "1.1", "1.1.1", "1.1.1.1")
    assert len(client.post("/instances", data=archive(content)).get_json()) == 1
    assert client.post("/instances", data=archive(content, zipfile.ZIP_LZMA)).status_code == 400
    answer = client.post("/instances", data=archive(content, zipfile.ZIP_BZIP2))
    assert answer.status_code == (400 if release == "1.13.0" else 200)


def test_compressed_form_is_passed_over(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator()
    form = b"--B\r\nContent-Type: application/dicom\r\n\r\n" + small_file("P", "1.1", "1.1.1", "1.1.1.1") + b"\r\n--B--"
    headers = {"Content-Encoding": "gzip", "Content-Type": "multipart/form-data; boundary=B"}
    answer = Client(orthanc.wsgi).post("/instances", data=gzip.compress(form), headers=headers)
    assert (answer.status_code, answer.data) == (200, b"")
    assert orthanc.resources("Instance") == []
