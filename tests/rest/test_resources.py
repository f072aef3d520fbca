"""The hierarchy: lists, single resources, what is below and above them, DELETE; /system and /statistics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from emulator import RELEASES, Emulator

ServerOf = Callable[[str], Client]

ALL = tuple(RELEASES)

BAD_NUMBER = (400, 5, "Syntax error in some user-supplied data")
SQLITE = (500, 1010, None)


def error_of(response: Any) -> tuple[int, int, str | None]:
    body = response.get_json(force=True)
    return response.status_code, body["OrthancStatus"], body.get("Details")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # how many of the 3 series, or the error, on each release in turn
        ("since=1&limit=1", (1, 1, 1, 1)),
        ("since=0&limit=0", (0, 0, 3, 3)),
        ("since=9&limit=3", (0, 0, 0, 0)),
        ("since=-1&limit=2", (2, 2, SQLITE, SQLITE)),
        ("since=1&limit=-1", (2, 2, SQLITE, SQLITE)),
        ("since=+1&limit=3", (BAD_NUMBER, 2, 2, BAD_NUMBER)),
        ("since=%31&limit=3", (2, BAD_NUMBER, BAD_NUMBER, 2)),
        ("since=%2B1&limit=3", (BAD_NUMBER, BAD_NUMBER, BAD_NUMBER, 2)),
        ("since=1%26limit=3", (2, "limit", "limit", 2)),
        ("since=1&limit=1%00&x", (1, BAD_NUMBER, BAD_NUMBER, 1)),
        ("since=-0&limit=007", (3, 3, 3, 3)),
        ("since=9223372036854775807&limit=1", (0, 0, 0, 0)),
        ("since=9223372036854775808&limit=1", (1, 1, SQLITE, SQLITE)),
        ("since=-18446744073709551615&limit=1", (1, 1, 1, 1)),
        ("since=18446744073709551616&limit=1", (BAD_NUMBER,) * 4),
        ("since=1.5&limit=1", (BAD_NUMBER,) * 4),
        ("since=1&limit=", (BAD_NUMBER,) * 4),
        ("since=1", ("limit",) * 4),
        ("limit=1&expand", ("since",) * 4),
        ("since=0&since=2&limit=9", (1, 1, 1, 1)),
        ("SINCE=1", (3, 3, 3, 3)),
    ],
)
def test_since_and_limit(server_of: ServerOf, query: str, expected: tuple[Any, ...]) -> None:
    """Measured on 1.9.1, 1.10.1, 1.12.7 and 1.13.0."""
    for release, wanted in zip(ALL, expected, strict=True):
        response = server_of(release).get(
            "/series", query_string=query, environ_overrides={"REQUEST_URI": f"/series?{query}"}
        )
        if isinstance(wanted, int):
            assert (release, response.status_code, len(response.get_json())) == (release, 200, wanted)
        elif isinstance(wanted, str):
            details = f'Missing "{wanted}" argument for GET request against: /series/'
            assert (release, error_of(response)) == (release, (400, 8, details))
        else:
            assert (release, error_of(response)) == (release, wanted)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # expanded or not, None for an error, before and from 1.12.7 on
        ("expand", (True, True)),
        ("expand=true", (True, True)),
        ("expand=1", (True, True)),
        ("expand=false", (True, False)),
        ("expand=0", (True, False)),
        ("expand=no", (True, None)),
        ("expand=True", (True, None)),
        ("expand=true&expand=false", (True, False)),
        ("Expand", (False, False)),
        ("&&expand&&", (True, True)),
    ],
)
def test_expand(server_of: ServerOf, value: str, expected: tuple[bool | None, bool | None]) -> None:
    """Measured on 1.9.1, 1.10.1, 1.12.7 and 1.13.0."""
    for release, wanted in zip(ALL, [expected[0]] * 2 + [expected[1]] * 2, strict=True):
        response = server_of(release).get(f"/studies?{value}")
        if wanted is None:
            details = f'Expected a Boolean for GET argument "expand", found: {value.partition("=")[2]}'
            assert error_of(response) == (400, 3, details)
        else:
            assert isinstance(response.get_json()[0], dict) is wanted


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ("PatientID",) * 4),
        ("?short", ("PatientID", "0010,0020", "0010,0020", "0010,0020")),
        ("?full", ("PatientID", "0010,0020", "0010,0020", "0010,0020")),
        ("?full&short", ("PatientID", "0010,0020", "0010,0020", "0010,0020")),
    ],
)
def test_the_form_of_main_dicom_tags(server_of: ServerOf, query: str, keys: tuple[str, ...]) -> None:
    """Measured on 1.9.1, 1.10.1, 1.12.7 and 1.13.0."""
    for release, key in zip(ALL, keys, strict=True):
        patient = server_of(release).get("/patients").get_json()[0]
        tags = server_of(release).get(f"/patients/{patient}{query}").get_json()["MainDicomTags"]
        assert list(tags) == [key]
        assert isinstance(tags[key], dict) is (query == "?full" and release != "1.9.1")


LEVELS = ("patients", "studies", "series", "instances")

#: Children asked of an id of another level, before 1.12.7: no children, or a step below the instances.
WRONG_CHILDREN = [
    ("patients", "studies", "studies", 200),
    ("patients", "studies", "series", 200),
    ("patients", "studies", "instances", 400),
    ("patients", "series", "studies", 200),
    ("patients", "series", "series", 400),
    ("patients", "instances", "studies", 400),
    ("studies", "patients", "instances", 200),
    ("studies", "series", "series", 200),
    ("studies", "instances", "series", 400),
    ("series", "patients", "instances", 200),
    ("series", "instances", "instances", 400),
]


@pytest.mark.parametrize(("level", "actual", "below", "old_status"), WRONG_CHILDREN)
def test_children_of_an_id_of_another_level(
    server_of: ServerOf, level: str, actual: str, below: str, old_status: int
) -> None:
    """Measured on 1.9.1, 1.10.1, 1.12.7 and 1.13.0."""
    for release in ALL:
        identifier = server_of(release).get(f"/{actual}").get_json()[0]
        response = server_of(release).get(f"/{level}/{identifier}/{below}")
        if release in {"1.12.7", "1.13.0"}:
            assert error_of(response) == (404, 17, None)
        elif old_status == 200:
            assert response.get_json() == []
        else:
            assert error_of(response) == (400, 5, None)


@pytest.mark.parametrize("release", ALL)
def test_ids_that_are_none(server_of: ServerOf, release: str) -> None:
    client = server_of(release)
    series = client.get("/series").get_json()[0]
    for path in ("/patients/nope", f"/studies/{series}", "/instances/%20", f"/studies/{series}/patient"):
        response = client.get(path)
        assert (path, response.status_code, response.data) == (path, 404, b"")
        assert "Content-Type" not in response.headers
    for path in ("/patients/nope/studies", "/instances/nope/patient", "/studies/nope/nope"):
        assert (path, error_of(client.get(path))) == (path, (404, 17, None))


@pytest.mark.parametrize("release", ALL)
def test_delete_names_the_nearest_ancestor_that_remains(small_file: Callable[..., bytes], release: str) -> None:
    orthanc = Emulator(release=release)
    client = Client(orthanc.wsgi)
    first, second = (orthanc.store(small_file("P", "1", "1.1", uid)) for uid in ("1.1.1", "1.1.2"))
    assert client.delete(f"/studies/{first.id}").data == b""
    remaining = client.delete(f"/instances/{first.id}").get_json()["RemainingAncestor"]
    assert remaining == {"ID": first.parent_series, "Path": f"/series/{first.parent_series}", "Type": "Series"}
    assert client.delete(f"/instances/{second.id}").get_json() == {"RemainingAncestor": None}
    assert client.delete(f"/instances/{second.id}").status_code == 404
    assert client.get("/statistics").get_json()["CountPatients"] == 0


PLACES = st.lists(st.tuples(*[st.sampled_from("12")] * 3), max_size=8, unique=True)


@settings(max_examples=30)
@given(places=PLACES)
def test_lists_pages_and_children_tell_the_same(
    small_file: Callable[..., bytes], places: list[tuple[str, str, str]]
) -> None:
    """A page is a slice of the list, children lists are the tree, and statistics count it."""
    orthanc = Emulator()
    for patient, study, instance in places:
        orthanc.store(small_file(patient, study, f"{study}.1", f"{study}.1.{instance}"))
    client = Client(orthanc.wsgi)
    for level in LEVELS:
        identifiers = client.get(f"/{level}").get_json()
        assert identifiers == [resource["ID"] for resource in client.get(f"/{level}?expand").get_json()]
        assert client.get(f"/{level}?since=1&limit=2").get_json() == identifiers[1:3]
        assert client.get("/statistics").get_json()[f"Count{level.capitalize()}"] == len(identifiers)
    below = [
        child["ID"]
        for patient in client.get("/patients").get_json()
        for child in client.get(f"/patients/{patient}/instances").get_json()
    ]
    assert sorted(below) == client.get("/instances").get_json()
    assert len(below) == len(places)


SYSTEM_1_9_1 = {
    "ApiVersion": 11,
    "DatabaseBackendPlugin": None,
    "DatabaseVersion": 6,
    "DicomAet": "ORTHANC",
    "DicomPort": 4242,
    "HttpPort": 80,
    "IsHttpServerSecure": True,
    "Name": "rest",
    "PluginsEnabled": True,
    "StorageAreaPlugin": None,
    "Version": "1.9.1",
}


def test_system_of_the_first_release(server_of: ServerOf) -> None:
    """Measured on 1.9.1, whole."""
    assert server_of("1.9.1").get("/system").get_json() == SYSTEM_1_9_1


@pytest.mark.parametrize(
    ("release", "added", "gone"),
    [
        ("1.10.1", {"CheckRevisions": False, "ApiVersion": 16}, {"Capabilities"}),
        (
            "1.12.7",
            {
                "Capabilities": {"HasExtendedChanges": True, "HasExtendedFind": True},
                "DefaultRetrieveMethod": "C-MOVE",
                "MaximumStorageMode": "Recycle",
            },
            {"OverwriteInstancesMode"},
        ),
        (
            "1.13.0",
            {"DicomDefaultRetrieveMethod": "C-MOVE", "OverwriteInstancesMode": "Never", "PatientLevelEnabled": True},
            {"DefaultRetrieveMethod"},
        ),
    ],
)
def test_system_of_later_releases(server_of: ServerOf, release: str, added: dict[str, Any], gone: set[str]) -> None:
    """Measured on each of them."""
    system = server_of(release).get("/system").get_json()
    assert added.items() <= system.items()
    assert not gone & set(system)


def test_system_tells_the_configuration() -> None:
    """Measured on 1.13.0."""
    options = {"OverwriteInstances": True, "MaximumPatientCount": 5, "UserMetadata": {"a": 1024}, "DicomAet": "X"}
    system = Client(Emulator(options, release="1.13.0").wsgi).get("/system").get_json()
    assert system["OverwriteInstancesMode"] == "Always"
    assert system["UserMetadata"] == {"1024": 1024, "a": 1024}
    assert (system["MaximumPatientCount"], system["DicomAet"]) == (5, "X")


@pytest.mark.parametrize(("release", "shown"), [("1.12.7", False), ("1.13.0", True)])
def test_patients_show_their_protection(server_of: ServerOf, release: str, shown: bool) -> None:
    patient = server_of(release).get("/patients?expand").get_json()[0]
    assert ("IsProtected" in patient) is shown
