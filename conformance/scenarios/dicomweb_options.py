"""The section "DicomWeb": where the plugin answers, of what it makes metadata, what it refuses to start with."""

from __future__ import annotations

from conformance.asking.configurations import WEB, WEB_ELSEWHERE, WEB_FROM_INDEX, WEB_OFF
from conformance.asking.dicom_web import web, web_request
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

LABEL = (0x0011, 0x03, "LO", "mine")


@scenario("The plugin is listed, and tells where it is", configuration=WEB)
def on(session: Session) -> None:
    session.get("/plugins")
    session.get("/plugins/dicom-web")
    web(session, "/info")


@scenario("Switched off, the plugin is listed and answers nothing but WADO-URI", configuration=WEB_OFF, starts=True)
def off(session: Session) -> None:
    session.upload(session.dataset())
    session.get("/plugins")
    session.get("/plugins/dicom-web")
    web(session, "/studies")
    uid = session.uid("instance", "", "1", "1", "1")
    web_request(session, "GET", f"/wado?requestType=WADO&objectUID={uid}&contentType=application/dicom")


@scenario("Another root, another host", configuration=WEB_ELSEWHERE, starts=True)
def elsewhere(session: Session) -> None:
    session.upload(session.dataset())
    web(session, "/studies")
    uid = session.uid("instance", "", "1", "1", "1")
    for path in (
        "/dw/x/info",
        f"/dw/x/studies?PatientID={session.patient_id()}",
        f"/wado?requestType=WADO&objectUID={uid}&contentType=application/dicom",
        f"/get?requestType=WADO&objectUID={uid}&contentType=application/dicom",
        "/plugins/dicom-web",
    ):
        web_request(session, "GET", path, Forwarded="host=other;proto=http")


@scenario("Metadata from the index, and from a few files", configuration=WEB_FROM_INDEX)
def from_index(session: Session) -> None:
    session.upload(session.dataset(LABEL, PatientName="M\xfcller", Rows=2, BodyPartExamined="HEAD"))
    study, series = session.uid("study", "", "1"), session.uid("series", "", "1", "1")
    for path in ("", f"/series/{series}", f"/series/{series}/instances/{session.uid('instance', '', '1', '1', '1')}"):
        web(session, f"/studies/{study}{path}/metadata")
    for name in ("ORTHANC*", "orthanc*"):
        web(session, f"/studies?StudyInstanceUID={study}&PatientID={name}")
    web_request(session, "GET", "/wado?requestType=WADO")


PRIVATE = {"StudiesMetadata": "Extrapolate", "StudiesMetadataExtrapolatedTags": ["0011,1001"]}


@scenario("A mode of metadata that there is not", configuration={"DicomWeb": {"StudiesMetadata": "Nope"}}, starts=True)
def unknown_mode(session: Session) -> None:
    """Whether the server starts is all."""


@scenario("A text where the plugin wants a Boolean", configuration={"DicomWeb": {"Enable": "yes"}}, starts=True)
def wrong_type(session: Session) -> None:
    """Whether the server starts is all."""


@scenario("A private tag among those that few files tell", configuration={"DicomWeb": PRIVATE}, starts=True)
def private_tag(session: Session) -> None:
    """Whether the server starts is all."""
