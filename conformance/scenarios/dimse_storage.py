"""C-ECHO and C-STORE: what is accepted, what is stored, and with which status the rest is refused."""

from __future__ import annotations

from typing import Any

from conformance.asking.network import FIND, SECONDARY_CAPTURE, VERIFICATION
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

NETWORK = {"DicomServerEnabled": True}
LABELLED = {**NETWORK, "Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}}
LABEL = (0x0011, 0x01, "LO", "label-A")

IMPLICIT, EXPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
DEFLATED, JPEG, JPEG_2000, RLE = (f"1.2.840.10008.1.2.{number}" for number in ("1.99", "4.50", "4.90", "5"))


@scenario("An echo of anybody is answered", configuration=NETWORK)
def echo(session: Session) -> None:
    session.observe("C-ECHO", session.network.echo())
    session.observe("C-ECHO by another", session.network.echo("SOMEBODY"))


@scenario("Which of several transfer syntaxes is taken", configuration=NETWORK)
def transfer_syntaxes(session: Session) -> None:
    for abstract in (SECONDARY_CAPTURE, VERIFICATION, FIND, "1.2.3.4.5", "1.2.840.10008.5.1.4.1.2.3.1"):
        for offered in (
            (IMPLICIT, EXPLICIT),
            (BIG, IMPLICIT),
            (JPEG_2000, JPEG),
            (RLE, DEFLATED),
            ("1.2.840.10008.1.2.6.1",),
        ):
            name = f"{abstract} in {' or '.join(offered)}"
            session.observe(name, session.network.negotiate([(abstract, offered)]))


@scenario("Storage classes that the release knows", configuration=NETWORK)
def storage_classes(session: Session) -> None:
    numbers = "2 4 7 20 66.7 88.77 104.4 481.15 481.24 601.5 9.7.1 6.3 1.1.1.1".split()
    contexts = [(f"1.2.840.10008.5.1.4.1.1.{number}", [EXPLICIT]) for number in numbers]
    session.observe("storage classes", session.network.negotiate(contexts))


@scenario("A file is stored with its private elements, in explicit and in implicit VR", configuration=LABELLED)
def private_elements(session: Session) -> None:
    for number, syntax in enumerate((EXPLICIT, IMPLICIT), 1):
        session.dicom_store(session.dataset(LABEL, instance=number), syntaxes=(syntax,))
    for found in session.find("Instance", {"PatientID": session.patient_id()}).json:
        session.get(f"/instances/{found}/tags")
        session.get(f"/instances/{found}/metadata/Origin")
        session.get(f"/instances/{found}/metadata/RemoteAET")
        session.get(f"/instances/{found}/metadata/CalledAET")
        session.get(f"/instances/{found}/file")


@scenario("The status of what lacks an identifier", configuration=NETWORK)
def missing_identifiers(session: Session) -> None:
    for number, keyword in enumerate(("StudyInstanceUID", "SeriesInstanceUID", "StudyDate"), 1):
        without: dict[str, Any] = {keyword: None}
        session.dicom_store(session.dataset(instance=number, **without))
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID"):
        empty: dict[str, Any] = {keyword: ""}
        session.dicom_store(session.dataset(instance=5, **empty))
    session.find("Instance", {"PatientID": session.patient_id()})


@scenario("The same instance once more", configuration=NETWORK)
def again(session: Session) -> None:
    session.dicom_store(session.dataset(PatientName="First"))
    session.dicom_store(session.dataset(PatientName="Second"))
    session.find("Study", {"PatientID": session.patient_id()}, Expand=True)
