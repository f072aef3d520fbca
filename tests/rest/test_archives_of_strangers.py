"""ZIPs and gzipped bodies that are damaged, or that lie: answered as the servers do, in bounded memory."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from emulator import RELEASES, Emulator

Files = Callable[..., bytes]

LATER = ("1.12.7", "1.13.0")  # which take a number that is cut off for 0
MIB = 1 << 20


def archive(content: bytes, *, names: tuple[str, ...] = ("0a.dcm", "1a.dcm")) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content)
    return output.getvalue()


def put(data: bytes, position: int, new: bytes) -> bytes:
    return data[:position] + new + data[position + len(new) :]


@pytest.fixture
def good(small_file: Files) -> bytes:
    return archive(small_file("P", "1.2", "1.2.3", "1.2.3.4"))


def upload(release: str, data: bytes) -> TestResponse:
    return Emulator(release=release, unknown_tags="as-release").client().post("/instances", data=data)


def directory(data: bytes) -> int:
    return data.index(b"PK\x01\x02")


def end(data: bytes) -> int:
    return data.index(b"PK\x05\x06")


#: What is damaged, and how many files the servers store (measured on all four releases), None for 400.
DAMAGES: dict[str, tuple[Callable[[bytes], bytes], int | None]] = {
    "nothing": (lambda good: good, 2),
    "bytes of the first member are missing": (lambda good: good[:40] + good[60:], None),
    "bytes of its header are missing": (lambda good: good[:10] + good[14:], None),
    "a version needed of 255": (lambda good: put(good, directory(good) + 6, b"\xff\0"), 2),
    "a version needed of 255 in the header": (lambda good: put(good, 4, b"\xff\0"), 2),
    "a flag that says encrypted": (lambda good: put(put(good, 6, b"\1"), directory(good) + 8, b"\1"), 2),
    "a wrong checksum": (lambda good: put(put(good, 14, b"abcd"), directory(good) + 16, b"abcd"), None),
    "a directory that tells less": (lambda good: put(good, directory(good) + 24, struct.pack("<L", 10)), None),
    "a directory that tells more": (lambda good: put(good, directory(good) + 24, struct.pack("<L", 10**7)), None),
    "an offset that lies": (lambda good: put(good, directory(good) + 42, struct.pack("<L", 20)), None),
    "an offset behind the end": (lambda good: put(good, directory(good) + 42, struct.pack("<L", 10**6)), None),
    "an end that counts one": (lambda good: put(good, end(good) + 8, b"\1\0\1\0"), 1),
    "an end that counts none": (lambda good: put(good, end(good) + 8, b"\0\0\0\0"), 2),
    "an end that counts five": (lambda good: put(good, end(good) + 8, b"\5\0\5\0"), 2),
    "an end that counts in two ways": (lambda good: put(good, end(good) + 8, b"\1\0\2\0"), None),
    "an end on another disk": (lambda good: put(good, end(good) + 4, b"\1\0\1\0"), None),
    "a directory that is none": (lambda good: put(good, directory(good), b"XX"), 0),
    "an extra field that lies": (lambda good: put(good, directory(good) + 30, b"\xff\0"), 1),
    "something behind it": (lambda good: good + b"trailing", 2),
    "something before it": (lambda good: b"PK\x03\x04" + bytes(100) + good, 2),
    "another archive before it": (lambda good: good + good, 2),
}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_archives(good: bytes, release: str, damage: str) -> None:
    damaged, count = DAMAGES[damage]
    answer = upload(release, damaged(good))
    assert answer.status_code == (400 if count is None else 200), answer.text
    if count is not None:
        assert len(answer.get_json()) == count


@pytest.mark.parametrize("release", RELEASES)
def test_names_do_not_matter(small_file: Files, release: str) -> None:
    """A flag for UTF-8 with a name in Latin-1, and names that end with a slash."""
    file = small_file("P", "1.2", "1.2.3", "1.2.3.4")
    latin = archive(file, names=("0ä",)).replace("0ä".encode(), b"0\xe4x")
    for data in (latin, archive(file, names=("folder/",))):
        assert len(upload(release, data).get_json()) == 1


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("missing", range(1, 22))
def test_an_end_that_is_cut_off_is_answered(good: bytes, release: str, missing: int) -> None:
    answer = upload(release, good[:-missing])
    assert answer.status_code in (200, 400)
    if release in LATER and missing in (1, 2):
        assert len(answer.get_json()) == 2


def peak(action: Callable[[], object]) -> int:
    """The most bytes that Python has at once meanwhile."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        action()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def lying_zip(size: int, told: int) -> bytes:
    """An archive whose member unpacks to so many bytes, and whose directory and header tell others."""
    data = archive(bytes(size), names=("a",))
    place = directory(data)
    checksum = struct.pack("<L", zlib.crc32(bytes(told)))
    data = put(put(data, 22, struct.pack("<L", told)), place + 24, struct.pack("<L", told))
    return put(put(data, 14, checksum), place + 16, checksum)


def overlapping_zip(size: int, count: int) -> bytes:
    """An archive whose directory names one member again and again."""
    data = archive(bytes(size), names=("a",))
    place, ending = directory(data), end(data)
    entries = data[place:ending] * count
    return data[:place] + entries + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entries), place, 0)


@pytest.mark.parametrize(
    "data",
    [archive(bytes(64 * MIB), names=("a",)), lying_zip(64 * MIB, 1000), overlapping_zip(MIB // 2, 500)],
    ids=["large", "lying", "overlapping"],
)
def test_an_archive_takes_no_more_memory_than_is_allowed(data: bytes) -> None:
    client = Emulator({"EmulatorMaximumUnpackedSize": MIB}).client()
    client.get("/system")
    assert len(data) < MIB
    assert peak(lambda: client.post("/instances", data=data)) < 8 * MIB


@pytest.mark.parametrize("release", RELEASES)
def test_a_gzipped_body_takes_no_more_memory_than_is_allowed(release: str) -> None:
    client = Emulator({"EmulatorMaximumUnpackedSize": MIB}, release=release).client()
    data = gzip.compress(bytes(200 * MIB), 1)
    answers = []
    headers = {"Content-Encoding": "gzip"}
    used = peak(lambda: answers.append(client.post("/instances", data=data, headers=headers)))
    assert answers[0].status_code == 400
    assert used < 8 * MIB


def test_a_gzipped_file_is_unpacked(small_file: Files) -> None:
    file = small_file("P", "1.2", "1.2.3", "1.2.3.4", {0x00104000: ("LT", "x" * 3000)})
    client = Emulator({"EmulatorMaximumUnpackedSize": len(file)}).client()
    assert client.post("/instances", data=gzip.compress(file), headers={"Content-Encoding": "gzip"}).status_code == 200
