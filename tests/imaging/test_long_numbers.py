"""Numbers of more digits than Python makes integers of: answered as the servers do (measured on all four releases)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from emulator import RELEASES, Emulator
from emulator.strangers import one_line, whole
from tests.dicom.files import dataset, explicit, meta

Files = Callable[..., bytes]

LONG = "1" * 5000


def numbered_file(tag: int, text: str) -> bytes:
    """A file with a number and pixel data."""
    secondary_capture = explicit(0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.7\0")
    number = explicit(tag, "IS", text.encode().ljust(len(text) + len(text) % 2))
    return meta() + dataset(secondary_capture, number, explicit(0x7FE00010, "OW", b"\0\0"))


@pytest.mark.parametrize("release", RELEASES)
def test_an_instance_number(release: str) -> None:
    orthanc = Emulator(release=release, unknown_tags="as-release")
    stored = orthanc.store(numbered_file(0x00200013, LONG))
    client = orthanc.client()
    paths = [f"/studies/{stored.parent_study}/archive", f"/studies/{stored.parent_study}/media"]
    paths += [f"/series/{stored.parent_series}/ordered-slices", f"/instances/{stored.id}"]
    assert [client.get(path).status_code for path in paths] == [200] * 4
    assert client.get(f"/instances/{stored.id}").json["IndexInSeries"] is None
    assert client.get(f"/instances/{stored.id}/content/0020-0013/{'0' * 5000}1").status_code == 404


@pytest.mark.parametrize("release", RELEASES)
def test_a_number_of_frames(release: str) -> None:
    orthanc = Emulator(release=release, unknown_tags="as-release")
    client = orthanc.client()
    seen = {}
    for text in (LONG, "0" * 5000 + "2", "abc"):
        stored = orthanc.store(numbered_file(0x00280008, text))
        slices = client.get(f"/series/{stored.parent_series}/ordered-slices")
        frames = client.get(f"/instances/{stored.id}/frames")
        raw = client.get(f"/instances/{stored.id}/frames/0/raw").status_code
        seen[text[:3]] = (frames.status_code, raw, slices.json["SlicesShort"][0][2])
        orthanc.delete("Patient", stored.parent_patient)
    assert seen == {"111": (400, 400, 1), "000": (200, 500, 2), "abc": (400, 400, 1)}


def test_sorting_by_a_number(small_file: Files) -> None:
    orthanc = Emulator(release="1.12.7", unknown_tags="as-release")
    for number, text in (("1", LONG), ("2", "7"), ("3", f"-{LONG}")):
        stored = orthanc.store(small_file("P", "1.2", "1.2.3", f"1.2.3.{number}"))
        orthanc.set_metadata("Instance", stored.id, "1024", text)
    order = [{"Type": "MetadataAsInt", "Key": "1024", "Direction": "ASC"}]
    body = {"Level": "Instance", "Query": {}, "Expand": True, "OrderBy": order}
    found = orthanc.client().post("/tools/find", data=json.dumps(body)).json
    assert [one["MainDicomTags"]["SOPInstanceUID"][-1] for one in found] == ["3", "2", "1"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("-7", -7), (LONG, 10**400), (f" -{LONG} ", -(10**400)), ("0" * 5000 + "12", 12), ("+" + "0" * 999, 0)],
)
def test_whole_numbers(text: str, number: int) -> None:
    assert whole(text) == number


def test_a_line_stays_a_line() -> None:
    assert one_line("a\r\nE0101 forged\x1b[2J\u2028é") == "a\\r\\nE0101 forged\\x1b[2J\\u2028é"
