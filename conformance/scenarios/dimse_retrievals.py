"""C-MOVE and C-GET: what is sent, and with which statuses; and what a server sends of itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydicom.dataset import Dataset

from conformance.asking.exchange import Request
from conformance.asking.network import SECONDARY_CAPTURE, shown
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

RETRIEVALS = {
    "DicomServerEnabled": True,
    "DicomAlwaysAllowFind": True,
    "DicomAlwaysAllowGet": True,
    "DicomAlwaysAllowMove": True,
}
LABEL = (0x0011, 0x01, "LO", "label-A")


def keys(level: str | None = "STUDY", **elements: Any) -> Dataset:
    found = Dataset()
    if level is not None:
        found.QueryRetrieveLevel = level
    for keyword, value in elements.items():
        setattr(found, keyword, value)
    return found


def identifiers(session: Session) -> list[Dataset]:
    """What names the files of `upload_series(2)`, and what names nothing."""
    study, series = session.uid("study", "", "1"), session.uid("series", "", "1", "1")
    first = session.uid("instance", "", "1", "1", "1")
    return [
        keys("PATIENT", PatientID=session.patient_id()),
        keys(StudyInstanceUID=study),
        keys("SERIES", SeriesInstanceUID=series),
        keys("SERIES", StudyInstanceUID="9.9", SeriesInstanceUID=series),
        keys("IMAGE", SOPInstanceUID=first),
        keys("IMAGE", SOPInstanceUID=[first, "9.9"]),
        keys(None, SOPInstanceUID=first),
        keys(StudyInstanceUID="9.9"),
        keys(PatientID=session.patient_id()),
        keys("NOPE", StudyInstanceUID=study),
    ]


@contextmanager
def receiving(session: Session, status: int = 0) -> Iterator[list[Any]]:
    """An SCP that the server knows as CONFORMANCE, also as a modality: what it is sent, each answered `status`."""
    from pynetdicom import AE, evt

    came: list[Any] = []

    def take(event: Any) -> int:
        came.append(shown(event.dataset))
        return status

    entity = AE(ae_title="CONFORMANCE")
    entity.add_supported_context(SECONDARY_CAPTURE)
    entity.add_supported_context("1.2.840.10008.1.1")
    listening = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, take)])
    assert listening is not None
    modality = json.dumps(["CONFORMANCE", "127.0.0.1", listening.server_address[1]]).encode()
    try:
        session.client.send(Request("PUT", "/modalities/receiver", modality))  # not logged: the port is any
        yield came
    finally:
        session.client.send(Request("DELETE", "/modalities/receiver"))
        listening.shutdown()


@scenario("C-GET: a response for each instance, and one at the end", configuration=RETRIEVALS)
def gets(session: Session) -> None:
    session.upload_series(2, LABEL)
    for number, asked in enumerate(identifiers(session)):
        session.observe(f"C-GET {number}", session.network.get(asked))


@scenario("C-GET of what the client refuses", configuration=RETRIEVALS)
def refused_gets(session: Session) -> None:
    session.upload_series(2, LABEL)
    study = keys(StudyInstanceUID=session.uid("study", "", "1"))
    for status in (0xA700, 0xB000):
        session.observe(f"C-GET answered 0x{status:04X}", session.network.get(study, status)["Statuses"])


@scenario("C-MOVE to a modality", configuration=RETRIEVALS, needs_empty_server=True)
def moves(session: Session) -> None:
    session.upload_series(2, LABEL)
    with receiving(session) as came:
        for number, asked in enumerate(identifiers(session)):
            came.clear()
            session.observe(f"C-MOVE {number}", session.network.move(asked, "CONFORMANCE"))
            session.observe(f"C-MOVE {number} has sent", sorted(came, key=str))
        session.observe("C-MOVE to nobody", session.network.move(identifiers(session)[1], "NOWHERE"))


@scenario("C-MOVE to a modality that refuses", configuration=RETRIEVALS, needs_empty_server=True)
def refused_moves(session: Session) -> None:
    session.upload_series(1, LABEL)
    for status in (0xA700, 0xB000):
        with receiving(session, status):
            asked = identifiers(session)[1]
            session.observe(f"C-MOVE answered 0x{status:04X}", session.network.move(asked, "CONFORMANCE"))


@scenario("Files sent by REST", configuration=RETRIEVALS, needs_empty_server=True)
def sent_by_rest(session: Session) -> None:
    stored = session.upload_series(2, LABEL)
    with receiving(session) as came:
        session.post("/modalities/receiver/echo", data="")
        session.post("/modalities/receiver/store", data=stored[0].text_field("ParentStudy"))
        session.post("/modalities/receiver/store", json=[one.id for one in stored])
        session.observe("sent", sorted(came, key=str))
    with receiving(session, 0xA700):
        session.post("/modalities/receiver/store", data=stored[0].id)


@scenario("A server that asks itself: echo, query, retrieval", configuration=RETRIEVALS, needs_empty_server=True)
def of_itself(session: Session) -> None:
    session.upload_series(2, LABEL)
    address = session.network.address
    modality = json.dumps([address.aet, address.host, address.port]).encode()
    session.client.send(Request("PUT", "/modalities/self", modality))  # not logged: the port is any
    session.post("/modalities/self/echo", data="")
    for query in (
        {"PatientID": session.patient_id(), "PatientName": ""},
        {"PatientID": session.patient_id(), "0011,1001": "nothing"},
        {"PatientID": "nobody"},
    ):
        for normalizes in (True, False):
            body = {"Level": "Study", "Query": query, "Normalize": normalizes}
            kept = session.client.send(Request("POST", "/modalities/self/query", json.dumps(body).encode()))
            path = f"/queries/{kept.id}"
            for part in ("answers?expand", "answers?expand&simplify", "level", "modality", "query"):
                answer = session.client.send(Request("GET", f"{path}/{part}"))
                session.observe(f"{part} of {sorted(query)}, normalized: {normalizes}", answer.body.decode())
    session.client.send(Request("DELETE", "/modalities/self"))
