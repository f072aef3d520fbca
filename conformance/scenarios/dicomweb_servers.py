"""The client side of DICOMweb: which servers are known, and what is answered where nobody listens."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import WEB
from conformance.asking.dicom_web import web
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.scenarios.scenario import scenario

SERVERS = "/dicom-web/servers"
NOBODY = "http://127.0.0.1:9/dicom-web"

#: Only asked of a server that the suite starts: its servers are settings.
OWN: dict[str, Any] = {**WEB, "DicomWeb": {"Servers": {"nobody": [NOBODY], "full": {"Url": NOBODY, "X": 1}}}}


@scenario("Servers are listed, described, added and removed", configuration=OWN, starts=True)
def known(session: Session) -> None:
    for path in ("", "?expand", "/nobody", "/full", "/nothing"):
        web(session, f"/servers{path}")
    described: tuple[Any, ...] = (
        [NOBODY],
        [NOBODY, "user", "password"],
        {"Url": NOBODY, "HasDelete": True, "Custom": "x"},
        {"Url": NOBODY, "HasDelete": "yes"},
        {"Url": "ftp://x"},
        {"Url": 5},
        {},
        [],
        "text",
    )
    for number, one in enumerate(described):
        session.put(f"{SERVERS}/new{number}", json=one)
        web(session, f"/servers/new{number}")
    session.put(f"{SERVERS}/new", data=b"no JSON")
    web(session, "/servers?expand")
    session.delete(f"{SERVERS}/new1")
    session.delete(f"{SERVERS}/nothing")
    session.post(SERVERS, json={})
    session.post(f"{SERVERS}/nobody", json={})
    for number in range(len(described)):
        session.delete(f"{SERVERS}/new{number}")


@scenario("Where nobody listens", configuration=OWN, starts=True)
def unreachable(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x01, "LO", "mine")))
    patient = datasets.orthanc_id(session.patient_id())
    for operation in ("get", "qido", "wado"):
        bodies: tuple[Any, ...] = ({"Uri": "/studies"}, {}, {"Uri": 1}, [])
        for body in bodies:
            session.post(f"{SERVERS}/nobody/{operation}", json=body)
        session.post(f"{SERVERS}/nothing/{operation}", json={"Uri": "/studies"})
    web(session, "/servers/nobody/get")
    web(session, "/servers/nobody/wado?requestType=WADO")
    sent: tuple[Any, ...] = ({"Resources": [patient]}, {"Resources": ["nothing"]}, {}, {"Resources": "x"})
    for body in sent:
        session.post(f"{SERVERS}/nobody/stow", json=body)
    studies: dict[str, Any] = {"Resources": [{"Study": "1.2.3"}]}
    retrievals: tuple[Any, ...] = (studies, {"Resources": [{}]}, {"Resources": []}, {})
    for retrieval in retrievals:
        session.post(f"{SERVERS}/nobody/retrieve", json=retrieval)
    session.post(f"{SERVERS}/nobody/delete", json={"Level": "Study", "StudyInstanceUID": "1.2.3"})
    for operation in ("stow", "retrieve"):
        asked = {**studies, "Resources": [patient]} if operation == "stow" else studies
        job = session.post(f"{SERVERS}/nobody/{operation}", json={**asked, "Asynchronous": True})
        session.wait_for_job(job)
