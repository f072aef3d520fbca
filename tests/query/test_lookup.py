"""POST /tools/lookup: the resources of a DICOM identifier."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from tests.query.query_servers import Serve, instance

OLD = ("1.9.1", "1.10.1", "1.12.7")

#: The text asked for, and the patients found, up to 1.12.7 and on 1.13.0.
LOOK_UPS = [
    ("PA", {"PA", "Pa"}, {"PA", "Pa"}),
    ("pa", {"PA", "Pa"}, {"PA", "Pa"}),
    (" PA\n", {"PA", "Pa"}, set()),
    ("PA\0", {"PA", "Pa"}, set()),
    ("PÉ", {"PÉ", "P"}, {"PÉ"}),
    ("pé", {"PÉ", "P"}, set()),
    ("P", {"PÉ", "P"}, {"PÉ", "P"}),
    ("P%", {"PÉ", "P"}, set()),
    ("P X", {"P_X"}, {"P_X"}),
    ("nothing", set(), set()),
    ("PA\\P", set(), set()),
]


@pytest.mark.parametrize(("text", "old", "new"), LOOK_UPS)
def test_patients(serve: Serve, text: str, old: set[str], new: set[str]) -> None:
    patients = ["PA", "Pa", "PÉ", "P", "P_X"]
    instances = [instance(name, number, number, number) for number, name in enumerate(patients)]
    for release in (*OLD, "1.13.0"):
        orthanc = serve(release, instances)
        found = orthanc.lookup(text)
        names = {orthanc.resource("Patient", answer["ID"])["MainDicomTags"]["PatientID"] for answer in found}
        assert names == (new if release == "1.13.0" else old), release


def test_all_levels_over_http(serve: Serve) -> None:
    """Measured on all releases: patients first, then studies, series and instances."""
    orthanc = serve("1.12.7", [instance("1.2.3.1.1", 1, 1, 1)])
    client = Client(orthanc.wsgi)
    response = client.post("/tools/lookup", data="1.2.3.1.1")
    assert response.status_code == 200
    assert response.json == [
        {"ID": identifier, "Path": f"/{plural}/{identifier}", "Type": level}
        for level, plural in (("Patient", "patients"), ("Study", "studies"))
        for identifier in orthanc.resources(level)
    ]
    assert client.get("/tools/lookup").status_code == 405


@pytest.mark.parametrize("text", ["*", "PA?"])
def test_wildcards(serve: Serve, text: str) -> None:
    response = Client(serve("1.12.7", []).wsgi).post("/tools/lookup", data=text)
    assert response.status_code == 400
    assert response.get_json(force=True)["Details"] == "Wildcards are not allowed on tag 0010,0020"
