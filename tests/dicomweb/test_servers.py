"""Other DICOMweb servers: on this machine they are asked, elsewhere never."""

from __future__ import annotations

import json
import socket

import pytest

from emulator import Emulator
from emulator.testing import dicom


def test_what_one_emulator_sends_another_has(orthanc: Emulator) -> None:
    peer = Emulator({"DicomWeb": {}})
    with peer.serve() as url:
        client = orthanc.client()
        client.put("/dicom-web/servers/peer", json=[f"{url}/dicom-web/"])
        (patient,) = orthanc.resources("Patient")
        answer = client.post("/dicom-web/servers/peer/stow", json={"Resources": [patient]})
        assert answer.json["InstancesCount"] == "2"
    assert sorted(peer.resources("Instance")) == sorted(orthanc.resources("Instance"))


def test_what_one_emulator_fetches_it_has(orthanc: Emulator) -> None:
    peer = Emulator({"DicomWeb": {}})
    peer.store(dicom(PatientID="P9", StudyInstanceUID="1.2.3"))
    with peer.serve() as url:
        client = orthanc.client()
        client.put("/dicom-web/servers/peer", json=[f"{url}/dicom-web/"])
        found = client.post("/dicom-web/servers/peer/get", json={"Uri": "/studies"}).json
        assert found[0]["00100020"]["Value"] == ["P9"]
        fetched = client.post("/dicom-web/servers/peer/retrieve", json={"Resources": [{"Study": "1.2.3"}]})
        assert fetched.json["ReceivedInstancesCount"] == "1"
    assert len(orthanc.find("Patient", {"PatientID": "P9"})) == 1


def test_no_other_machine_is_asked(orthanc: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a name was looked up, or a connection made")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    client = orthanc.client()
    client.put("/dicom-web/servers/hospital", json=["http://pacs.hospital.example/dicom-web/"])
    answer = client.post("/dicom-web/servers/hospital/get", json={"Uri": "/studies"})
    assert (answer.status_code, json.loads(answer.data)["OrthancStatus"]) == (500, 9)
    (patient,) = orthanc.resources("Patient")
    assert client.post("/dicom-web/servers/hospital/stow", json={"Resources": [patient]}).status_code == 500
