"""A live server is safe: nothing is sent that would touch what the suite did not make."""

from __future__ import annotations

import json
import signal

import pytest

from conformance.asking.exchange import Answer, Request
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.targets.ownership import NotOursError, OwnedClient

FOREIGN = datasets.orthanc_id("somebody else's")


class Server:
    """A server that has one foreign resource at each level, and says yes to all else."""

    def __init__(self) -> None:
        self.sent: list[Request] = []

    def send(self, request: Request) -> Answer:
        self.sent.append(request)
        if request.method == "GET":
            there = FOREIGN in request.path
            body = {"ID": FOREIGN, "MainDicomTags": {"PatientID": "somebody"}} if there else {}
            return Answer(200 if there else 404, {}, json.dumps(body).encode())
        return Answer(200, {}, b'{"ID": "x", "Path": "/instances/x"}')

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        return self.send(request), None


def changes(server: Server) -> list[str]:
    return [str(one) for one in server.sent if one.method != "GET"]


UNSAFE = [
    *(Request("DELETE", f"/{level}/{FOREIGN}") for level in ("patients", "studies", "series", "instances")),
    *(Request("POST", f"/{level}/{FOREIGN}/modify", b"{}") for level in ("patients", "studies", "series", "instances")),
    Request("POST", f"/studies/{FOREIGN}/anonymize", b"{}"),
    Request("PUT", f"/instances/{FOREIGN}/metadata/1024", b"x"),
    Request("POST", "/tools/reset"),
    Request("POST", "/tools/shutdown"),
    Request("POST", "/tools/bulk-delete", json.dumps({"Resources": [FOREIGN]}).encode()),
    Request("DELETE", "/changes"),
    Request("POST", "/tools/create-dicom", b'{"Tags": {"PatientID": "somebody"}}'),
    Request("POST", "/tools/create-dicom", b'{"0010,0020": "somebody"}'),
    Request("POST", "/tools/create-dicom", b'{"Tags": {}, "Content": [{"Tags": {"PatientID": "somebody"}}]}'),
    Request("POST", "/tools/create-dicom", json.dumps({"Tags": {}, "Parent": FOREIGN}).encode()),
]


@pytest.mark.parametrize("request_", UNSAFE, ids=str)
def test_an_unsafe_request_is_not_sent(request_: Request) -> None:
    server = Server()
    with pytest.raises(NotOursError):
        OwnedClient(server).send(request_)
    assert changes(server) == []


def test_an_upload_of_another_patient_is_not_sent() -> None:
    server = Server()
    session = Session(OwnedClient(server), "tests", "ownership")
    with pytest.raises(NotOursError, match="must begin with ORTHANC-EMULATOR-"):
        session.upload(session.dataset(PatientID="somebody"))
    assert changes(server) == []


def test_a_modification_to_another_patient_is_not_sent() -> None:
    server = Server()
    session = Session(OwnedClient(server), "tests", "ownership")
    with pytest.raises(NotOursError, match="must begin with ORTHANC-EMULATOR-"):
        session.modify("studies", session.unknown_id(), Replace={"PatientID": "somebody"}, Force=True)
    assert changes(server) == []


def test_an_upload_that_the_server_already_has_is_not_sent() -> None:
    class Left(Server):
        def send(self, request: Request) -> Answer:
            self.sent.append(request)
            return Answer(200, {}, b'{"MainDicomTags": {"PatientID": "ORTHANC-EMULATOR-LEFT"}}')

    server = Left()
    client = OwnedClient(server)
    session = Session(client, "tests", "ownership")
    with pytest.raises(NotOursError, match="already has the patient"):
        session.upload(session.dataset())
    client.clean_up()
    assert changes(server) == []


class Interrupted:
    """A server at which Ctrl-C arrives while it stores an upload."""

    def __init__(self) -> None:
        self.patients: dict[str, str] = {}

    def send(self, request: Request) -> Answer:
        if request.method == "POST":
            signal.raise_signal(signal.SIGINT)
            dataset = datasets.read(request.body)
            assert dataset is not None
            self.patients[datasets.orthanc_ids(dataset)[0]] = dataset.PatientID
            return Answer(200, {}, b"{}")
        identifier = request.path.rsplit("/", 1)[-1]
        if identifier not in self.patients:
            return Answer(404, {}, b"")
        if request.method == "DELETE":
            del self.patients[identifier]
        body = {"ID": identifier, "MainDicomTags": {"PatientID": self.patients.get(identifier, "")}}
        return Answer(200, {}, json.dumps(body).encode())

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        return self.send(request), None


def test_what_an_interrupted_upload_stored_is_removed() -> None:
    server = Interrupted()
    client = OwnedClient(server)
    session = Session(client, "tests", "ownership")
    with pytest.raises(KeyboardInterrupt):
        session.upload(session.dataset())
    assert list(server.patients.values()) == [session.patient_id()]
    client.clean_up()
    assert server.patients == {}
