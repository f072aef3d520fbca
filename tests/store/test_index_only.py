"""A server that keeps no files, but their main DICOM tags (StoreDicom is false).

As measured on the four releases, with some 160 requests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator import RELEASES, Emulator

CT = Path(__file__).parent.parent.parent / "fixtures/ct_small.dcm"


@pytest.mark.parametrize("release", RELEASES)
def test_what_reads_a_file_finds_nothing(release: str) -> None:
    orthanc = Emulator({"StoreDicom": False}, release=release)
    client = orthanc.client()
    stored = client.post("/instances", data=CT.read_bytes()).get_json()
    assert stored["Status"] == "Success"
    instance, study, series = stored["Path"], f"/studies/{stored['ParentStudy']}", f"/series/{stored['ParentSeries']}"
    for path in (
        "tags",
        "file",
        "header",
        "content/0010-0010",
        "preview",
        "frames",
        "attachments/dicom/data",
        "module",
    ):
        assert client.get(f"{instance}/{path}").status_code == 404, path
    assert client.post(f"{instance}/attachments/dicom/verify-md5").status_code == 404
    assert client.get(f"{study}/shared-tags").get_json() == {}
    assert client.get(f"{study}/instances-tags").status_code == 404
    assert len(client.get(f"{study}/archive").data) == 40
    assert client.get(f"{series}/ordered-slices").get_json()["Slices"] == [f"{instance}/frames/0"]
    answer = client.post(f"{study}/modify", json={"Replace": {"StudyDescription": "x"}})
    assert answer.status_code == (500 if release in ("1.9.1", "1.10.1") else 404)


def test_what_the_index_has_is_there() -> None:
    orthanc = Emulator({"StoreDicom": False, "UserContentType": {"mine": 1100}}, release="1.12.7")
    client = orthanc.client()
    stored = client.post("/instances", data=CT.read_bytes()).get_json()
    answer: dict[str, Any] = client.get(stored["Path"]).get_json()
    assert answer["FileSize"] == CT.stat().st_size
    assert client.get(f"{stored['Path']}/attachments").get_json() == ["dicom"]
    found = client.post("/tools/find", json={"Level": "Study", "Query": {"PatientID": "1CT1"}}).get_json()
    assert found == [stored["ParentStudy"]]
    client.put(f"/studies/{stored['ParentStudy']}/attachments/mine", data=b"abc")
    assert client.get(f"/studies/{stored['ParentStudy']}/attachments/mine/data").data == b"abc"
