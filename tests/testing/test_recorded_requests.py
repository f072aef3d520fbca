"""`Emulator.requests`: what was asked over HTTP, and what was answered; and `Emulator.tree`."""

from __future__ import annotations

from unittest.mock import ANY

import pytest

from emulator import Emulator
from emulator.exchanges import exchange as exchanges
from emulator.testing import dicom, dicom_bytes

FIND = {"Level": "Study", "Query": {"PatientID": "P1"}}


@pytest.fixture
def asked() -> Emulator:
    """An emulator that was asked four things."""
    emulator = Emulator({"Dictionary": {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}})
    client = emulator.client()
    label = {("MYLAB", 0x0011, 0x01): ("LO", "label-A")}
    client.post("/instances", data=dicom_bytes(PatientID="P1", PatientName="A^B", private=label, instance=1))
    client.post("/tools/find", json=FIND)
    client.get("/studies?expand")
    client.get("/instances/nope/tags")
    return emulator


def test_each_request_is_kept_with_its_answer(asked: Emulator) -> None:
    upload, find, listing, missing = asked.requests
    assert (upload.method, upload.path, upload.status, upload.body[128:132]) == ("POST", "/instances", 200, b"DICM")
    assert upload.answer_json["Status"] == "Success"
    assert (find.json, find.answer_json, find.headers["Content-Type"]) == (
        FIND,
        asked.resources("Study"),
        "application/json",
    )
    assert (listing.target, missing.status) == ("/studies?expand", 404)
    assert asked.requests[-1] is missing
    assert asked.requests[1:3] == [find, listing]


def test_calls_are_asserted(asked: Emulator) -> None:
    found = asked.requests.assert_called("POST", "/tools/find", json={"Level": ANY, "Query": {"PatientID": "P1"}})
    assert found.status == 200
    asked.requests.assert_called("GET", "/studies", times=1)
    asked.requests.assert_called("get", "/studies?expand", status=200)
    asked.requests.assert_called("GET", "/instances/*", status=404)
    asked.requests.assert_not_called("DELETE")
    asked.requests.assert_not_called("GET", "/studies?short")
    asked.requests.assert_not_called("POST", "/tools/find", json={})


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "PUT", "path": "/instances"},
        {"method": "POST", "path": "/tools/find", "json": {"Level": "Series"}},
        {"method": "POST", "path": "/tools/find", "times": 2},
        {"method": "POST", "path": "/tools/find", "status": 404},
    ],
)
def test_a_call_that_was_not_made_is_told_with_those_that_were(asked: Emulator, wrong: dict[str, object]) -> None:
    with pytest.raises(AssertionError) as caught:
        asked.requests.assert_called(**wrong)
    assert 'POST /tools/find -> 200\n    > {"Level": "Study", "Query": {"PatientID": "P1"}}' in str(caught.value)
    assert "bytes of DICOM" in str(caught.value)


def test_a_call_that_should_not_have_been_made_is_told(asked: Emulator) -> None:
    with pytest.raises(AssertionError, match="GET /instances/nope/tags -> 404"):
        asked.requests.assert_not_called("GET", "/instances/*")


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanges, "KEPT_REQUESTS", 5)
    monkeypatch.setattr(exchanges, "KEPT_BYTES", 12_000)
    orthanc = Emulator()
    client = orthanc.client()
    for number in range(8):
        client.get(f"/nope/{number}")
    assert [one.path for one in orthanc.requests] == [f"/nope/{number}" for number in range(3, 8)]
    for _ in range(5):
        client.post("/instances", data=bytes(4000))
    assert len(orthanc.requests) < 5
    assert sum(one.size for one in orthanc.requests) <= 12_000
    orthanc.requests.clear()
    assert (len(orthanc.requests), str(orthanc.requests)) == (0, "No request was made.")


def test_a_fork_begins_anew(asked: Emulator) -> None:
    asked.fail_next(503, path="/patients")
    fork = asked.fork()
    assert len(fork.requests) == 0
    assert fork.client().get("/patients").status_code == 200
    assert (len(fork.requests), len(asked.requests)) == (1, 4)


def test_a_tree_shows_what_is_stored(asked: Emulator) -> None:
    asked.store(dicom(PatientID="P1", Modality="CT", series=2, instance=2, elements={0x00131001: ("LO", "orphan")}))
    lines = [line.rsplit(" ", 1)[0] if "(" not in line else line for line in asked.tree().splitlines()]
    assert lines == [
        "Patient P1 A^B",
        "  Study",
        "    Series OT 1",
        "      Instance 1",
        "        (0011,1001) MYLAB MyLabel = 'label-A'",
        "    Series CT 2",
        "      Instance 2",
        "        (0013,1001) (no creator) = 'orphan'",
    ]
    assert "MyLabel" not in asked.tree(private=False)
    assert Emulator().tree() == "nothing is stored"


def test_plans_and_diagnostics_are_printed_one_below_the_other(asked: Emulator) -> None:
    assert str(asked.queries) == str(asked.queries[0])
    assert repr(asked.queries) == f"<1 QueryPlan, the last: {asked.queries[-1]}>"
    assert (str(asked.diagnostics), repr(asked.diagnostics)) == ("nothing", "<nothing>")
    asked.find("Study", {"MyLabel": "label-A"})
    asked.find("Study", {"MyLabel": "label-B"})
    assert str(asked.queries) == "\n".join(map(str, asked.queries))
    assert str(asked.diagnostics).splitlines() == [str(one) for one in asked.diagnostics]
    assert str(asked.diagnostics).startswith("offset-form-name 0011,0001: ")
    assert repr(asked.diagnostics) == f"<{len(asked.diagnostics)} Diagnostic, the last: {asked.diagnostics[-1]}>"
