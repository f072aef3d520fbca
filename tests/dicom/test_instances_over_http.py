"""Uploads, /file, /tags and /content over HTTP."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from emulator import Emulator
from tests.dicom.files import EXPLICIT, JPEG, SEQUENCE_END, UNDEFINED, dataset, explicit, file, item, meta

NAMED = file(explicit(0x00100010, "PN", b"A "))
OTHER = file(explicit(0x00080018, "UI", b"1.2.3.5\0"))


def client(release: str = "1.12.7") -> Client:
    return Client(Emulator(release=release, unknown_tags="as-release").wsgi)


def store(http: Client, data: bytes) -> str:
    answer = http.post("/instances", data=data).get_json()
    assert isinstance(answer, dict)
    return f"/instances/{answer['ID']}"


def zipped(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def form(*parts: bytes) -> bytes:
    head = b'--X\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
    return b"".join(head + part + b"\r\n" for part in parts) + b"--X--\r\n"


FORM = {"Content-Type": "multipart/form-data; boundary=X"}
GZIP = {"Content-Encoding": "GZIP"}


def error(response: TestResponse) -> tuple[int, int, str | None]:
    body: dict[str, Any] = response.get_json(force=True)
    return response.status_code, body["OrthancStatus"], body.get("Details")


def test_an_archive_is_answered_with_an_array_of_its_dicom_files() -> None:
    """Measured on 1.9.1 to 1.13.0."""
    http = client()
    answers = http.post("/instances", data=zipped(("a", NAMED), ("b.txt", b"x"), ("c", OTHER), ("d", NAMED))).get_json()
    assert [answer["Status"] for answer in answers] == ["Success", "Success", "AlreadyStored"]
    assert len(http.get("/instances").get_json()) == 2


@pytest.mark.parametrize(
    ("release", "body", "headers", "answer"),
    [
        ("1.12.7", b"", {}, (400, 15, "Received an empty DICOM file")),
        ("1.12.7", b"PK\3\4aaaa", {}, (400, 15, "Cannot open ZIP archive from memory buffer")),
        ("1.10.1", zipped(), {}, (400, 15, "Cannot open ZIP archive from memory buffer")),
        ("1.9.1", zipped(("a", meta())), {}, (404, 21, None)),
        (
            "1.12.7",
            gzip.compress(NAMED, mtime=0),
            {},
            (400, 15, f"Cannot parse an invalid DICOM file (size: {len(gzip.compress(NAMED, mtime=0))} bytes)"),
        ),
        ("1.12.7", b"hello", GZIP, (500, -1, None)),
        ("1.13.0", b"hello", GZIP, (400, 15, None)),
        ("1.12.7", gzip.compress(NAMED, mtime=0)[:-9], GZIP, (400, 15, None)),
        ("1.13.0", gzip.compress(NAMED, mtime=0)[:-9], GZIP, (400, 15, "Truncated gzip input")),
        ("1.12.7", gzip.compress(b"", mtime=0), GZIP, (400, 15, "Cannot parse an invalid DICOM file (size: 0 bytes)")),
        (
            "1.12.7",
            gzip.compress(NAMED, mtime=0) + b"junk",
            GZIP,
            (500, 2, "The uncompressed size of a gzip-encoded buffer was not properly guessed"),
        ),
        ("1.12.7", form(b"hello", NAMED), FORM, (400, 15, "Cannot parse an invalid DICOM file (size: 5 bytes)")),
    ],
)
def test_refused_uploads(
    release: str, body: bytes, headers: dict[str, str], answer: tuple[int, int, str | None]
) -> None:
    """Measured on the release named."""
    http = client(release)
    assert error(http.post("/instances", data=body, headers=headers)) == answer
    assert http.get("/instances").get_json() == []


@pytest.mark.parametrize(
    ("release", "body", "headers"),
    [
        ("1.12.7", gzip.compress(NAMED, mtime=0), GZIP),
        ("1.13.0", gzip.compress(NAMED, mtime=0) + b"junk", GZIP),
        ("1.12.7", NAMED, {"Content-Type": "application/json"}),
    ],
)
def test_accepted_uploads(release: str, body: bytes, headers: dict[str, str]) -> None:
    assert client(release).post("/instances", data=body, headers=headers).get_json()["Status"] == "Success"


@pytest.mark.parametrize("release", ["1.12.7", "1.13.0"])
def test_an_archive_without_members(release: str) -> None:
    assert client(release).post("/instances", data=zipped()).get_json() == []


def test_a_form_is_stored_and_answered_with_nothing() -> None:
    http = client()
    response = http.post("/instances", data=form(NAMED, zipped(("a", OTHER))), headers=FORM)
    assert (response.status_code, response.data, response.content_type) == (200, b"", None)
    assert len(http.get("/instances").get_json()) == 2


@pytest.mark.parametrize(
    ("release", "query", "name"),
    [
        ("1.12.7", "?filename=a.dcm", "a.dcm"),
        ("1.12.7", "?filename=a&filename=b", "b"),
        ("1.13.0", "?filename=a%22b", "ab"),
    ],
)
def test_a_file_may_be_named(release: str, query: str, name: str) -> None:
    http = client(release)
    response = http.get(store(http, NAMED) + "/file" + query)
    assert response.data == NAMED
    assert response.content_type == "application/dicom"
    assert response.headers["Content-Disposition"] == f'filename="{name}"'


LONG = file(
    explicit(0x00080070, "LO", b"1" * 300),
    explicit(0x00081030, "LO", b"2" * 300),
    explicit(0x00081032, "SQ", item(explicit(0x00080104, "LO", b"3" * 300))),
)


@pytest.mark.parametrize(
    ("query", "lengths"),
    [
        ("", (None, None, None)),
        ("?ignore-length=0008-0070", (300, None, None)),
        ("?ignore-length=Manufacturer,StudyDescription", (300, 300, None)),
        ("?ignore-length=Manufacturer&ignore-length=CodeMeaning", (None, None, 300)),
    ],
)
def test_long_values_on_request(query: str, lengths: tuple[int | None, ...]) -> None:
    """Measured on 1.9.1 to 1.13.0."""
    http = client()
    tags = http.get(store(http, LONG) + "/simplified-tags" + query).get_json()
    values = (tags["Manufacturer"], tags["StudyDescription"], tags["ProcedureCodeSequence"][0]["CodeMeaning"])
    assert tuple(value and len(value) for value in values) == lengths


def test_an_unknown_tag_in_ignore_length() -> None:
    http = client()
    assert error(http.get(store(http, NAMED) + "/tags?ignore-length=nope")) == (500, 27, "nope")


CONTENT = file(
    explicit(0x00080080, "LO", b"x   "),
    explicit(0x00081155, "UI", b"1.2 .3"),
    explicit(0x00100010, "PN", b"P1\0\0"),
    explicit(0x00400275, "SQ", item(explicit(0x00400007, "LO", b"odd")) + item()),
    explicit(0x7FE00010, "OW", b"\1\2\3\4"),
)


@pytest.mark.parametrize(
    ("release", "path", "answer"),
    [
        ("1.12.7", "0008-0080", b"x "),
        ("1.12.7", "InstitutionName", b"x "),
        ("1.12.7", "0008-1155", b"1.2.3\0"),
        ("1.12.7", "0010-0010", b"P1\0\0"),
        ("1.13.0", "0010-0010", b"P1"),
        ("1.12.7", "0040-0275", ["0", "1"]),
        ("1.12.7", "0040-0275/0", ["0040-0007"]),
        ("1.12.7", "0040-0275/0/0040-0007", b"odd\0"),
        ("1.12.7", "0040-0275/-1", []),
        ("1.13.0", "0040-0275/-1", 404),
        ("1.12.7", "0040-0275/2", 404),
        ("1.12.7", "7fe0-0010", ["0"]),
        ("1.12.7", "7fe0-0010/0", b"\1\2\3\4"),
        ("1.12.7", "7fe0-0010/x", 404),
        ("1.13.0", "7fe0-0010/x", 400),
        ("1.12.7", "0010-0040", 404),
        ("1.12.7", "nope", 500),
    ],
)
def test_content(release: str, path: str, answer: Any) -> None:
    """Measured on the release named."""
    http = client(release)
    response = http.get(f"{store(http, CONTENT)}/content/{path}")
    if isinstance(answer, int):
        assert response.status_code == answer
    elif isinstance(answer, bytes):
        assert (response.data, response.content_type) == (answer, "application/octet-stream")
    else:
        assert response.get_json() == answer


def test_fragments_of_compressed_pixel_data() -> None:
    """The offset table is the first of them; odd ones are padded. Measured on 1.9.1 to 1.13.0."""
    pixel_data = explicit(0x7FE00010, "OB", item() + item(b"abc") + SEQUENCE_END, length=UNDEFINED)
    http = client()
    path = store(http, meta(JPEG) + dataset(pixel_data)) + "/content/7fe0-0010"
    assert http.get(path).get_json() == ["0", "1"]
    assert [http.get(f"{path}/{index}").data for index in (0, 1)] == [b"", b"abc\0"]


def test_pixel_data_in_an_item_is_a_value_like_others() -> None:
    data = meta(EXPLICIT) + dataset(explicit(0x00400275, "SQ", item(explicit(0x7FE00010, "OB", b"ab"))))
    http = client()
    assert http.get(store(http, data) + "/content/0040-0275/0/7fe0-0010").data == b"ab"
