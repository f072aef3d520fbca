"""Answers as XML, for who sends `Accept: application/xml`."""

from __future__ import annotations

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.raw import raw_file
from conformance.scenarios.scenario import scenario

XML = {"Accept": "application/xml"}


@scenario("Accept must name application/xml first, and nothing beside it but parameters")
def accept(session: Session) -> None:
    stored = session.upload(session.dataset())
    for accepted in (
        "application/xml",
        "application/xml;q=0.5",
        "application/xml;",
        "application/xml;q=0.9, application/json",
        "application/xml ;q=1",
        "application/xml, */*",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/xml",
        "APPLICATION/XML",
        "application/*",
        "application/json",
    ):
        session.get(f"/instances/{stored.id}/metadata", headers={"Accept": accepted})


@scenario("All that is JSON is turned to XML, the names of members as they are", configuration=LAB)
def views(session: Session) -> None:
    stored = session.upload(
        raw_file(
            session,
            ("0008,1140", "SQ", [[("0008,1155", "UI", "1.2.3")], []]),
            ("0009,0010", "LO", "X <y>"),
            ("0009,1001", "LO", "unknown"),
            ("0010,0010", "PN", ""),
            ("0020,4000", "LT", b"a<&>\"'b]]>\x01\x1b\x7f\r\n\t\xe9"),
            ("7fe0,0010", "OW", b"\0\0"),
        )
    )
    instance = f"/instances/{stored.id}"
    study = f"/studies/{stored.text_field('ParentStudy')}"
    for path in (
        *(f"{instance}{view}" for view in ("", "/tags", "/tags?short", "/simplified-tags", "/content", "/header")),
        *(f"{instance}{view}" for view in ("/content/0008-1140", "/metadata", "/metadata?expand", "/attachments")),
        *(f"{instance}{view}" for view in ("/frames", "/patient", "/statistics", "/file", "/content/PatientID")),
        *(study, f"{study}/instances", f"{study}/shared-tags", "/nothing", "/instances/nothing", "/tools"),
    ):
        session.get(path, headers=XML)


@scenario("Answers to other methods are turned, too: uploads, finds, copies, removals; errors are not")
def other_methods(session: Session) -> None:
    stored = session.upload(session.dataset())
    study = stored.text_field("ParentStudy")
    query = {"Level": "Study", "Query": {"PatientID": session.patient_id()}}
    session.post("/instances", data=raw_file(session), headers=XML)
    session.post("/tools/find", json=query, headers=XML)
    session.post("/tools/find", json={**query, "Expand": True}, headers=XML)
    session.post("/tools/find", json={}, headers=XML)
    session.post("/tools/lookup", data="nothing", headers=XML)
    session.post(f"/instances/{stored.id}/modify", json={}, headers=XML)
    session.post(f"/studies/{study}/modify", json={"Replace": {"Rows": "x"}}, headers=XML)
    session.put(f"/instances/{stored.id}/metadata/1024", data="x", headers=XML)
    session.delete(f"/instances/{stored.id}", headers=XML)


@scenario("Texts that are no UTF-8 or no XML are written as they are, empty ones as each release likes")
def texts(session: Session) -> None:
    stored = session.upload(session.dataset())
    for text in (b"", b" ", b"a<&>\"'b", b"\x01\x1f\x7f", b"\t\r\n", b"\xc3\xa9", b"\xe9b", b"\xed\xa0\x80q", b"\xc3("):
        session.put(f"/instances/{stored.id}/metadata/1024", data=text)
        # the date has a name of its own length; what is compared is the whole
        session.get(f"/studies/{stored.text_field('ParentStudy')}/metadata?expand", headers=XML)
        session.get(f"/instances/{stored.id}/metadata?expand", headers=XML)
