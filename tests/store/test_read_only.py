"""A server that is read only (1.12.7, 1.13.0): which requests it does not know, and what the database refuses.

As measured on both, with some 130 requests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator import Emulator

READ_ONLY = "The DB is trying to execute a ReadWrite transaction while Orthanc has been started in ReadOnly mode."


@pytest.fixture(params=["1.12.7", "1.13.0"])
def orthanc(request: pytest.FixtureRequest, small_file: Callable[..., bytes]) -> Emulator:
    """A server with one file, a metadata and a label, that was started anew."""
    options = {"UserMetadata": {"mine": 1100}}
    orthanc = Emulator(options, release=request.param)
    study = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1")).parent_study
    orthanc.client().put(f"/studies/{study}/metadata/mine", data="x")
    orthanc.client().put(f"/studies/{study}/labels/l")
    orthanc.restart({**options, "ReadOnly": True})
    return orthanc


def ask(orthanc: Emulator, method: str, path: str, body: Any = None) -> tuple[int, str, str | None]:
    (study,) = orthanc.resources("Study")
    (instance,) = orthanc.resources("Instance")
    path = path.format(study=study, instance=instance)
    answer = orthanc.client().open(path, method=method, json=body)
    return answer.status_code, answer.data.decode("latin-1"), answer.headers.get("Allow")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/instances"),
        ("DELETE", "/studies/{study}"),
        ("DELETE", "/instances/{instance}"),
        ("DELETE", "/studies/absent"),
        ("PUT", "/studies/{study}/labels/m"),
        ("DELETE", "/studies/{study}/labels/l"),
        ("PUT", "/studies/{study}/attachments/1100"),
        ("DELETE", "/instances/{instance}/attachments/dicom"),
        ("PUT", "/patients/absent/protected"),
    ],
)
def test_methods_that_are_gone(orthanc: Emulator, method: str, path: str) -> None:
    assert ask(orthanc, method, path) == (405, "", "GET")


@pytest.mark.parametrize(
    "path",
    [
        "/tools/bulk-delete",
        "/tools/reconstruct",
        "/tools/invalidate-tags",
        "/studies/{study}/reconstruct",
        "/instances/{instance}/attachments/dicom/compress",
    ],
)
def test_routes_that_are_gone(orthanc: Emulator, path: str) -> None:
    status, answer, _ = ask(orthanc, "POST", path)
    assert (status, "Unknown resource" in answer) == (404, True)


@pytest.mark.parametrize(
    ("method", "path", "body", "explains"),
    [
        ("POST", "/tools/create-dicom", {"Tags": {"PatientName": "x"}}, True),
        ("DELETE", "/changes", None, True),
        ("DELETE", "/exports", None, True),
        ("PUT", "/studies/{study}/metadata/mine", "y", True),
        ("DELETE", "/studies/{study}/metadata/mine", None, True),
        ("DELETE", "/instances/{instance}/metadata/mine", None, True),
        ("POST", "/studies/{study}/anonymize", {}, True),
        ("POST", "/instances/{instance}/anonymize", {}, True),
        ("POST", "/studies/{study}/modify", {"Replace": {"StudyDescription": "x"}}, False),
    ],
)
def test_what_the_database_refuses(orthanc: Emulator, method: str, path: str, body: Any, explains: bool) -> None:
    status, answer, _ = ask(orthanc, method, path, body)
    assert status == 500
    assert "Cannot modify a read-only data structure" in answer
    assert (READ_ONLY in answer) == explains


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/studies/{study}", None),
        ("GET", "/studies/{study}/metadata/mine", None),
        ("GET", "/studies/{study}/archive", None),
        ("POST", "/tools/find", {"Level": "Study", "Query": {}}),
        ("POST", "/instances/{instance}/modify", {"Replace": {"PatientName": "x"}}),
        ("PUT", "/modalities/b", {"AET": "B", "Host": "127.0.0.1", "Port": 2}),
        ("POST", "/studies/{study}/modify", {"Replace": {"StudyDescription": "x"}, "Asynchronous": True}),
    ],
)
def test_what_works_as_ever(orthanc: Emulator, method: str, path: str, body: Any) -> None:
    assert ask(orthanc, method, path, body)[0] == 200
    assert len(orthanc.resources("Instance")) == 1


def test_a_test_fills_it(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator({"ReadOnly": True}, release="1.12.7")
    study = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1")).parent_study
    assert orthanc.client().get("/studies").get_json() == [study]
    orthanc.delete("Study", study)
    assert orthanc.client().get("/studies").get_json() == []


def test_a_fork_is_read_only_too(orthanc: Emulator) -> None:
    status, told, _ = ask(orthanc.fork(), "PUT", "/studies/{study}/metadata/1024", "x")
    assert (status, READ_ONLY in told) == (500, True)


def test_releases_before_do_not_know_it(small_file: Callable[..., bytes]) -> None:
    for release in ("1.9.1", "1.10.1"):
        client = Emulator({"ReadOnly": True}, release=release).client()
        assert client.post("/instances", data=small_file("P", "1.1", "1.1.1", "1.1.1.1")).status_code == 200


@pytest.mark.parametrize(("release", "status"), [("1.12.7", 200), ("1.13.0", 404)])
def test_patients_are_hidden(release: str, status: int, small_file: Callable[..., bytes]) -> None:
    """PatientLevelEnabled, as measured on 1.13.0."""
    orthanc = Emulator({"PatientLevelEnabled": False}, release=release)
    stored = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1"))
    client = orthanc.client()
    for path in ("", f"/{stored.parent_patient}", f"/{stored.parent_patient}/studies", "?expand"):
        assert client.get(f"/patients{path}").status_code == status
    assert client.delete(f"/patients/{stored.parent_study}").status_code == 404
    assert client.get(f"/studies/{stored.parent_study}/patient").get_json()["ID"] == stored.parent_patient
    found = client.post("/tools/find", json={"Level": "Patient", "Query": {}}).get_json()
    assert found == [stored.parent_patient]


def test_dicomweb_stores_nothing() -> None:
    client = Emulator({"ReadOnly": True, "DicomWeb": {"Enable": True}}, release="1.12.7").client()
    for path in ("/dicom-web/studies", "/dicom-web/studies/1.2"):
        answer = client.post(path, data=b"{}")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert client.post("/dicom-web/servers/x/retrieve", data=b"{}").status_code == 404
    assert client.get("/dicom-web/studies").get_json() == []
