"""Options of the configuration that are seen in answers and in no other chapter."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from conformance.asking.exchange import Request
from conformance.asking.session import Session
from conformance.scenarios.scenario import Scenario, add, scenario

MODALITY = ["ORTHANC-EMULATOR", "127.0.0.1", 1]
PEER = ["http://127.0.0.1:1/"]
CT = "1.2.840.10008.5.1.4.1.1.2"


def listed(path: str) -> Callable[[Session], None]:
    def run(session: Session) -> None:
        session.get(path)

    return run


FLAGS = ("Deflated", "Jpeg", "Jpeg2000", "JpegLossless", "Jpip", "Mpeg2", "Mpeg4", "H265", "Rle")

#: name, options, the list that shows them
LISTS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("sop_classes", {}, "/tools/accepted-sop-classes"),
    (
        "accepted_and_rejected",
        {"AcceptedSopClasses": [f"{CT}*", "1.2.3"], "RejectedSopClasses": [f"{CT}.?", "1.2.3"]},
        "/tools/accepted-sop-classes",
    ),
    ("no_flags", {f"{name}TransferSyntaxAccepted": False for name in FLAGS}, "/tools/accepted-transfer-syntaxes"),
    (
        "added_syntaxes",
        {
            "AcceptedTransferSyntaxes": ["1.2.840.10008.1.2", "1.2.840.10008.1.2.4.50"],
            "RleTransferSyntaxAccepted": True,
            "JpegTransferSyntaxAccepted": False,
        },
        "/tools/accepted-transfer-syntaxes",
    ),
)
for name, options, path in LISTS:
    add(
        Scenario(
            "options",
            name,
            f"What is accepted with {json.dumps(options)}",
            listed(path),
            configuration=options,
            needs_empty_server=True,
        )
    )

#: name, options with which some release does not start
REFUSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("sop_text", {"AcceptedSopClasses": "x"}),
    ("sop_numbers", {"AcceptedSopClasses": [5]}),
    ("rejected_number", {"RejectedSopClasses": 5}),
    ("save_jobs", {"SaveJobs": "x"}),
    ("exports", {"LogExportedResources": 1}),
    ("describe", {"HttpDescribeErrors": 1}),
    ("keep_alive", {"KeepAlive": "x"}),
    ("explorer", {"OrthancExplorerEnabled": 1}),
    ("concurrent", {"ConcurrentJobs": -1}),
    ("zip", {"ZipUseUtf8": 1}),
    ("identifier", {"DatabaseServerIdentifier": 5}),
    ("in_database", {"DicomModalitiesInDatabase": 1}),
    ("ignored_modalities", {"DicomModalitiesInDatabase": True, "DicomModalities": [1]}),
)


def starts(_: Session) -> None:
    """What is compared is whether the server starts."""


for name, options in REFUSED:
    add(
        Scenario(
            "options",
            f"starts_{name}",
            f"Does a server start with {json.dumps(options)}",
            starts,
            configuration=options,
            starts=True,
        )
    )


@scenario("Errors without a body", configuration={"HttpDescribeErrors": False}, needs_empty_server=True)
def errors(session: Session) -> None:
    for path in ("/nope", "/instances/x/tags", "/patients/x", "/jobs/x/archive", "/tools/generate-uid"):
        session.get(path)
    session.post("/instances", data=b"x")
    session.post("/tools/find", json={"Level": "Nope", "Query": {}})
    session.delete("/tools/find")


@scenario("Without Orthanc Explorer", configuration={"OrthancExplorerEnabled": False}, needs_empty_server=True)
def no_explorer(session: Session) -> None:
    for path in ("/", "/favicon.ico", "/app/explorer.html", "/app", "/plugins/explorer.js", "/system/"):
        session.observe(f"the status of {path}", session.client.send(Request("GET", path)).status)


@scenario("Letters in the names of archives, by default", configuration={"ZipUseUtf8": True})
def letters(session: Session) -> None:
    stored = session.upload(session.dataset())
    study = stored.text_field("ParentStudy")
    for body in ({}, {"Utf8": False}):
        session.wait_for_job(session.post(f"/studies/{study}/archive", json={"Asynchronous": True, **body}))


@scenario(
    "How many of each there are", configuration={"ConcurrentJobs": 3, "HttpThreadsCount": 9, "DicomThreadsCount": 2}
)
def performance(session: Session) -> None:
    session.observe("the performance", session.client.send(Request("GET", "/system")).json.get("Performance"))


@scenario("The server's own identifier", configuration={"DatabaseServerIdentifier": "lab-1"}, needs_empty_server=True)
def identifier(session: Session) -> None:
    told = session.client.send(Request("GET", "/system")).json.get("DatabaseServerIdentifier")
    session.observe("the identifier", told)


@scenario("Exports are logged", configuration={"LogExportedResources": True}, needs_empty_server=True)
def exports(session: Session) -> None:
    stored = session.upload(session.dataset())
    ids = [stored.id, *(stored.text_field(f"Parent{level}") for level in ("Series", "Study", "Patient"))]
    session.put("/modalities/known", json=MODALITY)
    session.put("/peers/known", json=PEER)
    for resources in (
        [*ids, session.unknown_id()],
        [stored.id, session.unknown_id()],
        [session.unknown_id(), stored.id],
    ):
        session.post("/modalities/known/store", json=resources)
    session.post("/peers/known/store", json={"Resources": ids[:2], "Permissive": True})
    session.post("/modalities/known/store", json=["nope", ids[0]])
    for query in (
        "",
        "?limit=2",
        "?since=1&limit=2",
        "?since=4",
        "?last",
        "?since=99",
        "?limit=0",
        "?since=-1&limit=1",
    ):
        session.get(f"/exports{query}")
    session.delete("/exports")
    for query in ("", "?last"):
        session.get(f"/exports{query}")
    for kind in ("modalities", "peers"):
        session.delete(f"/{kind}/known")


@scenario(
    "Modalities and peers in the database: those of the configuration do not count",
    configuration={
        "DicomModalitiesInDatabase": True,
        "DicomModalities": {"a": MODALITY},
        "OrthancPeersInDatabase": True,
        "OrthancPeers": {"a": PEER},
    },
    needs_empty_server=True,
)
def in_database(session: Session) -> None:
    for kind, description in (("modalities", MODALITY), ("peers", PEER)):
        session.get(f"/{kind}")
        session.put(f"/{kind}/b", json=description)
        session.get(f"/{kind}?expand")
        session.delete(f"/{kind}/b")
        session.get(f"/{kind}")


@scenario("Resources that are sent by jobs to servers that do not answer", needs_empty_server=True)
def sending_jobs(session: Session) -> None:
    stored = session.upload(session.dataset())
    study = stored.text_field("ParentStudy")
    bodies: tuple[dict[str, Any], ...] = (
        {"Resources": [study], "Priority": 3, "UserData": "u"},
        {"Resources": [stored.id], "Permissive": True},
        {"Resources": []},
        {"Resources": [stored.id], "LocalAet": "Q", "MoveOriginatorAet": "Z", "MoveOriginatorID": 5},
    )
    for kind, description in (("modalities", MODALITY), ("peers", PEER)):
        session.put(f"/{kind}/known", json=description)
        for body in bodies:
            asked = session.post(f"/{kind}/known/store", json={"Asynchronous": True, **body})
            session.wait_for_job(asked)
        session.post(f"/{kind}/known/store", json={"Resources": [study], "Asynchronous": 5})
        if kind == "modalities":
            session.post(f"/jobs/{asked.id}/resubmit", data="{}")
            session.wait_for_job(asked)
        session.delete(f"/{kind}/known")


@scenario("Retrievals by jobs from a modality that does not answer", needs_empty_server=True)
def retrieving_jobs(session: Session) -> None:
    session.put("/modalities/known", json=MODALITY)
    for operation in ("move", "get"):
        for resources in (
            [],
            [{"StudyInstanceUID": "1.2"}],
            [{"StudyInstanceUID": "1.2"}, {"StudyInstanceUID": "1.3"}],
        ):
            body = {"Level": "Study", "Resources": resources, "Asynchronous": True}
            asked = session.post(f"/modalities/known/{operation}", json=body)
            if asked.status == 200 and "ID" in asked.json:
                session.wait_for_job(asked)
    session.delete("/modalities/known")
