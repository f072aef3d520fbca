"""The control routes, in process: each as its method in Python, and what is wrong with a request is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from emulator import Emulator
from emulator.control.routes import ROUTES, descriptions
from emulator.control.settings import ControlSettings
from emulator.doors import HttpDoors
from emulator.testing import dicom, dicom_bytes

DICTIONARY = {"Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}}
PRIVATE = {("MYLAB", 0x0011, 0x01): ("LO", "tumour")}


@pytest.fixture
def orthanc() -> Emulator:
    return Emulator(DICTIONARY)


@pytest.fixture
def client(orthanc: Emulator) -> Client:
    return orthanc.client()


def post(client: Client, path: str, status: int = 200, /, **members: Any) -> Any:
    answer = client.post(f"/emulator/{path}", json=members)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.json


def get(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(f"/emulator/{path}")
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.json


# State


def test_reset_forgets_all_that_came_since_the_beginning(orthanc: Emulator, client: Client) -> None:
    client.post("/instances", data=dicom_bytes(PatientID="P1"))
    post(client, "faults", 201, status=503, path="/nothing")
    post(client, "jobs/hold")
    post(client, "clock/advance", seconds=3600)
    assert post(client, "reset") == {"patients": 0, "studies": 0, "series": 0, "instances": 0}
    assert get(client, "faults") == get(client, "requests") == get(client, "queries") == get(client, "jobs") == []
    assert not orthanc.jobs.held


def test_a_served_emulator_is_reset_to_what_it_held_when_it_was_served(orthanc: Emulator) -> None:
    orthanc.store(dicom(PatientID="P1"))
    doors = HttpDoors(orthanc.server, beginning=orthanc.server.fork())
    orthanc.store(dicom(PatientID="P2"))
    assert post(Client(doors), "reset")["patients"] == 1


def test_snapshots_are_restored_by_name(client: Client) -> None:
    client.post("/instances", data=dicom_bytes(PatientID="P1"))
    assert post(client, "snapshots", 201, name="one")["instances"] == 1
    client.post("/instances", data=dicom_bytes(PatientID="P2"))
    assert get(client, "snapshots") == ["one"]
    assert post(client, "snapshots/one/restore")["instances"] == 1
    assert client.delete("/emulator/snapshots/one").status_code == 200
    assert "no snapshot" in post(client, "snapshots/one/restore", 404)["message"]


def test_the_clock_goes_forward(client: Client) -> None:
    before = post(client, "clock/advance", seconds=0)["now"]
    assert post(client, "clock/advance", seconds=90)["now"] >= before + 90


# Files that are loaded


@pytest.fixture
def loading(orthanc: Emulator, tmp_path: Path) -> Iterator[Client]:
    root = tmp_path / "root"
    root.mkdir()
    (root / "good.dcm").write_bytes(dicom_bytes(PatientID="P1"))
    (root / "text.txt").write_text("no DICOM")
    (tmp_path / "secret.dcm").write_bytes(dicom_bytes(PatientID="S"))
    (root / "link.dcm").symlink_to(tmp_path / "secret.dcm")
    return Client(HttpDoors(orthanc.server, ControlSettings(load_roots=(root,))))


def test_files_below_a_root_are_loaded(loading: Client, tmp_path: Path) -> None:
    assert len(post(loading, "load", paths=["good.dcm"])["instances"]) == 1
    assert len(post(loading, "load", paths=[str(tmp_path / "root" / "good.dcm")])["instances"]) == 1


@pytest.mark.parametrize("path", ["../secret.dcm", "link.dcm", "/etc/hostname", "nothing", "good.dcm\0"])
def test_no_other_files_are_loaded(loading: Client, path: str) -> None:
    assert post(loading, "load", 403, paths=["good.dcm", path])["member"] == "paths"
    assert get(loading, "health")["instances"] == 0


def test_nothing_is_loaded_where_one_file_is_none(loading: Client) -> None:
    assert "text.txt" in post(loading, "load", 400, paths=["good.dcm", "text.txt"])["message"]
    assert get(loading, "health")["instances"] == 0


def test_without_a_root_nothing_is_loaded(client: Client) -> None:
    assert "--load-root" in post(client, "load", 403, paths=["/etc/hostname"])["message"]


# Faults and jobs


def test_a_restore_calls_off_what_is_pending(client: Client) -> None:
    post(client, "snapshots", 201, name="empty")
    post(client, "faults", 201, status=507)
    post(client, "associations/faults", 201, failure="reject")
    post(client, "snapshots/empty/restore")
    assert get(client, "faults") == get(client, "associations/faults") == []
    assert client.get("/system").status_code == 200


def test_faults_hit_the_rest_api_and_never_the_control_routes(client: Client) -> None:
    post(client, "faults", 201, status=507, times=2, body="full", headers={"Retry-After": "3"})
    assert [one["times"] for one in get(client, "faults")] == [2]
    answer = client.get("/patients")
    assert (answer.status_code, answer.data, answer.headers["Retry-After"]) == (507, b"full", "3")
    assert client.delete("/emulator/faults").status_code == 200
    assert client.get("/patients").status_code == 200


def test_jobs_wait_while_they_are_held(client: Client) -> None:
    stored = client.post("/instances", data=dicom_bytes(PatientID="P1")).get_json(force=True)
    post(client, "jobs/hold")
    request = {"Replace": {"PatientName": "X"}, "Asynchronous": True}
    job = client.post(f"/studies/{stored['ParentStudy']}/modify", json=request).get_json(force=True)["ID"]
    assert [one["state"] for one in get(client, "jobs")] == ["Pending"]
    assert post(client, "jobs/step", id=job)[0]["state"] == "Running"
    post(client, "jobs/step", 404, id="nope")
    assert post(client, "jobs/release")[0]["state"] == "Success"


def test_associations_fail_and_are_told(orthanc: Emulator, client: Client) -> None:
    faults = post(client, "associations/faults", 201, failure=0xA700, command="C-STORE", times=2)
    assert faults == [{"failure": 0xA700, "command": "C-STORE", "times": 2, "after": 0}]
    assert post(client, "associations/faults", 400, failure=[])["member"] == "failure"
    for wrong in ({"failure": "slow"}, {"command": "C-X"}, {"times": 0}, {"failure": None}):
        assert post(client, "associations/faults", 400, **wrong)["message"]
    assert get(client, "associations") == []
    post(client, "reset")
    assert get(client, "associations/faults") == []
    assert not orthanc.server.association_faults.pending


# Looking and expecting


def test_a_request_tells_what_it_caused(orthanc: Emulator, client: Client) -> None:
    orthanc.store(dicom(PatientID="P1", private=PRIVATE))
    client.post("/tools/find", json={"Level": "Instance", "Query": {"MyLabel": "tumour"}})
    client.get("/patients?expand")
    find, patients = get(client, "requests")
    assert [one["Code"] for one in find["diagnostics"]] == ["file-read-by-query"]
    assert find["queries"][0]["FilesRead"] == 1
    assert (find["method"], find["path"], find["status"]) == ("POST", "/tools/find", 200)
    assert (patients["query"], patients["diagnostics"], patients["queries"]) == ("expand", [], [])
    assert [one["path"] for one in get(client, "requests?method=POST")] == ["/tools/find"]
    assert [one["path"] for one in get(client, "requests?path=/pat*&status=200")] == ["/patients"]
    assert get(client, f"requests?since={patients['number']}") == []
    assert get(client, f"requests/{find['number']}")["body"].startswith("{")
    client.delete("/emulator/requests")
    get(client, f"requests/{find['number']}", 404)


def test_what_is_expected_of_requests_is_told_with_what_was_called(client: Client) -> None:
    client.get("/patients")
    assert post(client, "requests/expect", method="GET", path="/patients", times=1)["status"] == 200
    told = post(client, "requests/expect", 409, method="POST", path="/instances")
    assert "was never called" in told["message"]
    assert [one["path"] for one in told["requests"]] == ["/patients"]
    assert post(client, "requests/expect", method="POST", path="/instances", times=0) == {}
    post(client, "requests/expect", 409, method="GET", path="/patients", times=0)
    client.post("/tools/lookup", data="null")
    post(client, "requests/expect", method="POST", path="*", json=None)


def test_expectations_hold_since_a_mark(orthanc: Emulator, client: Client) -> None:
    orthanc.store(dicom(PatientID="P1", private=PRIVATE))
    scan = {"Level": "Instance", "Query": {"MyLabel": "tumour"}}
    client.post("/tools/find", json=scan)
    told = post(client, "expectations", 409, no_diagnostics=[])
    assert [one["Code"] for one in told["diagnostics"]] == ["file-read-by-query"]
    mark = post(client, "marks")["mark"]
    assert post(client, "expectations", no_diagnostics=[], indexed=True, since=mark) == {}
    client.post("/tools/find", json=scan)
    assert post(client, "expectations", 409, indexed=True, since=mark)["queries"][0]["FilesRead"] == 1
    assert post(client, "expectations", files_read_at_most=1, since=mark) == {}
    assert post(client, "expectations", no_diagnostics=["written-as-un"]) == {}
    assert post(client, "expectations", 400, no_diagnostics=["nope"])["member"] == "no_diagnostics"
    post(client, "expectations", 404, indexed=True, since=mark + 1)
    post(client, "expectations", 400)


def test_events_tell_what_happens(orthanc: Emulator, client: Client) -> None:
    stream = orthanc.wsgi.control.controlled.events  # type: ignore[attr-defined]
    opened = stream.open()
    client.post("/instances", data=dicom_bytes(PatientID="P1", private=PRIVATE))
    client.post("/tools/find", json={"Level": "Instance", "Query": {"MyLabel": "tumour"}})
    text = b"".join(stream.read(opened, lambda: 0, seconds=0)).decode()
    for kind in ("request", "diagnostic", "plan", "change"):
        assert f"event: {kind}\ndata: " in text
    assert not stream.streams


def test_a_stream_that_is_not_read_is_dropped(orthanc: Emulator, client: Client) -> None:
    events = orthanc.wsgi.control.controlled.events  # type: ignore[attr-defined]
    stream = events.open()
    for number in range(1001):
        events.publish("reset", {"number": number})
    assert stream.is_dropped
    assert not stream.waiting
    assert b"reset" not in b"".join(events.read(stream, lambda: 0))
    assert not events.streams
    unread = events.open()
    assert b"".join(events.read(unread, lambda: 1 << 20)).count(b"\n\n") == 1
    streams = [events.open() for _ in range(4)]
    get(client, "events", 503)
    assert len(streams) == 4


def test_in_process_the_stream_of_events_ends(client: Client) -> None:
    answer = client.get("/emulator/events")
    assert answer.content_type.startswith("text/event-stream")
    assert answer.data.startswith(b":")


# Dictionaries


def test_a_configuration_is_checked_with_its_lines(client: Client) -> None:
    text = '{\n  "Dictionary": {\n    "0011,1001": ["XX", "MyLabel", 1, 1, "MYLAB"]\n  }\n}'
    told = post(client, "dictionary/check", configuration=text)
    assert told["errors"] == 1
    assert (told["problems"][0]["code"], told["problems"][0]["line"]) == ("unknown-vr", 3)
    assert post(client, "dictionary/check", configuration=DICTIONARY)["errors"] == 0
    assert "/tmp" not in str(post(client, "dictionary/check", configuration="{"))


def test_a_checked_configuration_reads_no_file_and_no_variable(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "s3cr3t")
    assert "s3cr3t" not in str(post(client, "dictionary/check", configuration='{"Dictionary": {"${SECRET}": []}}'))
    post(client, "dictionary/check", 400, configuration={"ExternalDictionaries": ["/etc/passwd"]})
    post(client, "sessions", 400, configuration={"ExternalDictionaries": ["/etc/passwd"]})


def test_entries_and_blocks(orthanc: Emulator, client: Client) -> None:
    orthanc.store(dicom(PatientID="P1", private=PRIVATE))
    assert get(client, "dictionary?search=mylab")["entries"][0]["name"] == "MyLabel"
    assert get(client, "dictionary?private=true&limit=1")["entries"][0]["creator"] == "MYLAB"
    (block,) = get(client, "blocks?group=0011")["blocks"]
    assert block == {"group": "0011", "block": "10", "creator": "MYLAB", "instances": 1}
    assert get(client, "blocks?group=x", 400)["member"] == "group"


# Sessions


def test_sessions_do_not_meet(client: Client) -> None:
    client.post("/instances", data=dicom_bytes(PatientID="P0"))
    one, two = (post(client, "sessions", 201) for _ in range(2))
    first, second = (one["url"].partition("localhost")[2] for one in (one, two))
    client.post(f"{first}/instances", data=dicom_bytes(PatientID="P1"))
    assert len(client.get(f"{first}/patients").get_json(force=True)) == 1
    assert client.get(f"{second}/patients").get_json(force=True) == []
    faulty = client.post(f"{first}/emulator/faults", json={"status": 500})
    assert faulty.status_code == 201
    assert client.get(f"{second}/patients").status_code == client.get("/patients").status_code == 200
    assert client.get(f"{first}/patients").status_code == 500
    assert client.post(f"{first}/emulator/reset").json["instances"] == 0
    assert client.get(f"{first}/emulator").headers["Location"] == "emulator/"
    assert client.post(f"{first}/emulator/sessions").status_code == 404
    assert {one["id"] for one in get(client, "sessions")} == {one["id"], two["id"]}
    assert client.delete(f"/emulator/sessions/{one['id']}").status_code == 200
    assert client.get(f"{first}/patients").status_code == 404


def test_a_session_has_its_own_configuration_and_release(client: Client) -> None:
    session = post(client, "sessions", 201, configuration={"Name": "S"}, release="1.10.1", unknown_tags="as-release")
    path = session["url"].partition("localhost")[2]
    told = client.get(f"{path}/emulator/health").json
    assert (told["release"], told["name"], told["unknown_tags"]) == ("1.10.1", "S", "as-release")
    assert client.get(f"{path}/system").get_json(force=True)["Name"] == "S"
    assert "does not start" in post(client, "sessions", 400, configuration={"StableAge": "x"})["message"]


@pytest.mark.parametrize("members", [{}, {"configuration": {}}, {"release": "1.13.0"}])
def test_a_session_reaches_no_more_hosts_than_the_server_around_it(members: dict[str, Any]) -> None:
    orthanc = Emulator(network="none")
    post(orthanc.client(), "sessions", 201, **members)
    (session,) = orthanc.wsgi.control.sessions.open.values()  # type: ignore[attr-defined]
    assert session.server.reach is orthanc.server.reach


def test_there_are_not_more_than_a_hundred_sessions(client: Client) -> None:
    for _ in range(100):
        post(client, "sessions", 201)
    post(client, "sessions", 409)


# The page's own


def test_resources_come_in_pages(orthanc: Emulator, client: Client) -> None:
    for number in range(5):
        orthanc.store(dicom(PatientID=f"P{number}", private=PRIVATE))
    page = get(client, "resources?level=patient&since=1&limit=2")
    assert (page["total"], [one["tags"]["PatientID"] for one in page["resources"]]) == (5, ["P3", "P2"])
    study = get(client, "resources?search=p4")["resources"][0]
    assert study["patient"]["PatientID"] == "P4"
    instance = get(client, f"resources?level=instance&parent={study['id']}")["resources"][0]
    rows = get(client, f"instances/{instance['id']}/tags")["rows"]
    assert [one["state"] for one in rows if one["private"]] == ["creator", "known"]
    assert [one["level"] for one in get(client, f"resources/{instance['id']}")["above"]] == [
        "Patient",
        "Study",
        "Series",
    ]
    get(client, "resources?level=wrong", 400)
    get(client, f"instances/{study['id']}/tags", 404)


def test_the_states_of_private_elements(client: Client) -> None:
    orthanc = Emulator(DICTIONARY | {"Dictionary": {"0011,1101": ["LO", "InBlock11", 1, 1, "MYLAB"]}})
    elements = {0x00131001: ("LO", "orphan")}
    private = {**PRIVATE, ("OTHER", 0x0011, 0x02): ("UN", b"AB"), ("OTHER", 0x0011, 0x03): ("LO", "x")}
    stored = orthanc.store(dicom(private=private, elements=elements))
    rows = get(orthanc.client(), f"instances/{stored.id}/tags")["rows"]
    states = {one["tag"]: one["state"] for one in rows if one["private"]}
    assert states == {
        "0011,0010": "creator",
        "0011,0011": "creator",
        "0011,1001": "another-block",
        "0011,1102": "written-as-un",
        "0011,1103": "unknown",
        "0013,1001": "orphan",
    }


def test_a_preview_stores_nothing(orthanc: Emulator, client: Client) -> None:
    stored = orthanc.store(dicom(PatientID="P1", private=PRIVATE))
    request = {"Replace": {"MyLabel": "liver"}, "PrivateCreator": "MYLAB"}
    for identifier in (stored.id, stored.parent_study):
        told = post(client, "modifications/preview", id=identifier, request=request)
        changed = {one["path"]: one["change"] for one in told["pairs"][0]["elements"] if one["change"] != "same"}
        assert changed["0011,1001"] == "changed"
    assert get(client, "health")["instances"] == 1
    assert not orthanc.diagnostics
    refused = post(client, "modifications/preview", 400, id=stored.id, request={"Replace": {"Nope": "1"}})
    assert "Nope" in refused["message"]


def test_a_query_is_explained_and_not_kept(orthanc: Emulator, client: Client) -> None:
    orthanc.store(dicom(PatientID="P1", private=PRIVATE))
    told = post(client, "queries/explain", query={"MyLabel": "tumour"})
    assert told["plan"]["FilesRead"] == 1
    assert told["estimates"][0]["seconds"] < told["estimates"][-1]["seconds"]
    assert {"level": "instance"}.items() <= told["advice"][-1].items()
    assert any("keys" in one for one in told["advice"])
    assert get(client, "queries") == []


# What is wrong


@pytest.mark.parametrize(
    ("path", "members", "member"),
    [
        ("clock/advance", {"seconds": -1}, "seconds"),
        ("clock/advance", {"seconds": True}, "seconds"),
        ("clock/advance", {"seconds": 1e300}, "seconds"),
        ("clock/advance", {}, "seconds"),
        ("clock/advance", {"second": 1}, "second"),
        ("reset", {"x": 1}, "x"),
        ("snapshots", {"name": 1}, "name"),
        ("faults", {"status": 200}, "status"),
        ("faults", {"status": "slow"}, "status"),
        ("faults", {"times": 0}, "times"),
        ("faults", {"times": 1.5}, "times"),
        ("faults", {"headers": {"A": 1}}, "headers"),
        ("faults", {"headers": {"A": "x\r\nB: y"}}, "headers"),
        ("faults", {"path": None}, "path"),
        ("jobs/step", {"count": "1"}, "count"),
        ("load", {"paths": "x"}, "paths"),
        ("sessions", {"release": "2.0"}, "release"),
        ("dictionary/check", {"configuration": 1}, "configuration"),
        ("queries/explain", {"query": {"A": 1}}, "query"),
    ],
)
def test_a_wrong_member_is_named_and_nothing_is_done(
    client: Client, path: str, members: dict[str, Any], member: str
) -> None:
    told = post(client, path, 400, **members)
    assert told["member"] == member
    assert member in told["message"]
    assert get(client, "faults") == get(client, "snapshots") == get(client, "sessions") == []


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"\xff", b"NaN", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(client: Client, body: bytes) -> None:
    answer = client.post("/emulator/reset", data=body)
    assert (answer.status_code, "JSON" in answer.json["message"]) == (400, True)


@pytest.mark.parametrize("query", ["limit=x", "limit=-1", "nope=1", "since=99999999999999"])
def test_a_wrong_argument_is_named(client: Client, query: str) -> None:
    assert get(client, f"requests?{query}", 400)["member"] == query.partition("=")[0]


def test_unknown_paths_and_methods(client: Client) -> None:
    get(client, "nope", 404)
    answer = client.get("/emulator/reset")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert client.post("/emulator/reset", data=b" " * (17 << 20)).status_code == 413


# Who may ask


def ask(client: Client, path: str = "/emulator/requests", **options: Any) -> int:
    return client.get(path, **options).status_code


def test_only_this_machine_may_ask_unless_it_is_asked_for() -> None:
    orthanc = Emulator({"RemoteAccessAllowed": True, "AuthenticationEnabled": False})
    elsewhere = {"REMOTE_ADDR": "10.0.0.1"}
    assert ask(orthanc.client(), environ_base=elsewhere) == 403
    assert ask(orthanc.client(), "/emulator/health", environ_base=elsewhere) == 200
    remote = Client(HttpDoors(orthanc.server, ControlSettings(remote=True)))
    assert ask(remote, environ_base=elsewhere) == 200


def test_passwords_count_but_for_the_probe() -> None:
    client = Emulator({"AuthenticationEnabled": True, "RegisteredUsers": {"u": "p"}}).client()
    assert ask(client) == 401
    assert ask(client, auth=("u", "p")) == 200
    assert ask(client, "/emulator/health") == 200


def test_pages_of_others_may_not_ask(orthanc: Emulator) -> None:
    here = {"REMOTE_ADDR": "127.0.0.1"}
    client = orthanc.client()
    assert ask(client, headers={"Origin": "https://evil.example"}) == 403
    assert ask(client, headers={"Origin": "http://localhost"}) == 200
    assert ask(client, headers={"Host": "evil.example:8042"}, environ_base=here) == 403
    assert ask(client, headers={"Host": "127.0.0.1:8042"}, environ_base=here) == 200
    welcome = Client(HttpDoors(orthanc.server, ControlSettings(origins=("https://app.example",))))
    assert ask(welcome, headers={"Origin": "https://app.example"}) == 200


def test_it_can_be_switched_off(orthanc: Emulator) -> None:
    assert ask(Client(HttpDoors(orthanc.server, controlled=False))) == 404


# Its description


def test_all_routes_are_described() -> None:
    described = descriptions()
    assert sum(len(methods.keys() - {"parameters"}) for methods in described.values()) == len(ROUTES)
    body = described["/emulator/faults"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["times"]["default"] == 1
