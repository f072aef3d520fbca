"""The server itself: its settings, its clock, its directories, and who may use it."""

from __future__ import annotations

import json
import re
from typing import Any

from conformance.asking.exchange import Request
from conformance.asking.session import Session
from conformance.scenarios.scenario import Scenario, add, scenario

LOG_CATEGORIES = ("dicom", "generic", "http", "jobs", "lua", "plugins", "sqlite")


@scenario("What a server tells of itself and of its directories", needs_empty_server=True)
def itself(session: Session) -> None:
    for path in ("/tools", "/tools/", "/plugins", "/plugins/explorer.js", "/plugins/x", "/app/x", "/modalities"):
        session.get(path)
    session.get("/tools/log-level-nope")
    session.post("/plugins")


@scenario("The levels of the log: of all, and of each category", needs_empty_server=True)
def log_levels(session: Session) -> None:
    session.put("/tools/log-level", data="default")
    for level in ("trace", "verbose", "default", "Default", "nope", "", " verbose", '"verbose"'):
        session.put("/tools/log-level-http", data=level)
        session.get("/tools/log-level-http")
        session.get("/tools/log-level")
    session.put("/tools/log-level", data="trace")
    for category in LOG_CATEGORIES:
        session.put(f"/tools/log-level-{category}", data="default")
        session.get("/tools/log-level")
    session.put("/tools/log-level", data="nope")
    session.post("/tools/log-level", data="trace")
    session.delete("/tools/log-level")


@scenario("Settings that are 0 or 1", needs_empty_server=True)
def flags(session: Session) -> None:
    for path in ("/tools/unknown-sop-class-accepted", "/tools/metrics"):
        session.get(path)
        for value in ("1", "0", "true", "false", "True", "2", "", " 1", "x"):
            session.put(path, data=value)
            session.get(path)
        session.put(path, data="1")


@scenario("Transfer syntaxes that are accepted: a pattern, or several", needs_empty_server=True)
def accepted_transfer_syntaxes(session: Session) -> None:
    path = "/tools/accepted-transfer-syntaxes"
    session.get(path)
    bodies = ('"1.2.840.10008.1.2"', '"1.2.840.10008.1.2.?"', '["1.2.840.10008.1.2.4.8*", "x"]', "[]", '"nope"', "")
    for body in (*bodies, "5", "{}", "[5]", "null", "true", "1.2.840.10008.1.2", '"[1].2"', "*", "x", "[x"):
        session.put(path, data=body)
        session.get(path)
    session.put(path, data='"*"')


@scenario("The encoding of files that name none, by its name in any case", needs_empty_server=True)
def default_encoding(session: Session) -> None:
    path = "/tools/default-encoding"
    session.get(path)
    for name in ("utf8", "UTF8", "Windows1251", "japanesekanji", "simplifiedchinese", "nope", "", "Latin1 "):
        session.put(path, data=name)
        session.get(path)
    session.put(path, data="Latin1")


@scenario("The encoding of files that name none takes effect at once", needs_empty_server=True)
def encoding_takes_effect(session: Session) -> None:
    stored = []
    for number, name in enumerate(("Latin1", "Utf8", "Greek"), 1):
        session.put("/tools/default-encoding", data=name)
        dataset = session.dataset(instance=number, study=number, SpecificCharacterSet="ISO_IR 192")
        dataset.StudyDescription = "é"
        data = session_bytes(dataset)
        stored.append(session.upload(data))
        session.get(f"/studies/{stored[-1].text_field('ParentStudy')}")
    for answer in stored:
        session.get(f"/instances/{answer.id}/simplified-tags")
    session.put("/tools/default-encoding", data="Latin1")


def session_bytes(dataset: Any) -> bytes:
    """The file of a dataset in UTF-8 that does not say so."""
    from conformance.files import datasets

    written = datasets.to_bytes(dataset)
    element = b"\x08\x00\x05\x00CS\x0a\x00ISO_IR 192"
    return written.replace(element, b"")


@scenario("The server's clock, and UIDs of its own", needs_empty_server=True)
def clock_and_uids(session: Session) -> None:
    for path in ("/tools/now", "/tools/now-local"):
        observe_form(session, path, r"\d{8}T\d{6}")
    for level, form in (
        ("patient", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("study", r"1\.2\.276\.0\.7230010\.3\.1\.2(\.\d+){4}"),
        ("series", r"1\.2\.276\.0\.7230010\.3\.1\.3(\.\d+){4}"),
        ("instance", r"1\.2\.276\.0\.7230010\.3\.1\.4(\.\d+){4}"),
    ):
        observe_form(session, f"/tools/generate-uid?level={level}", form)
    for query in ("", "?level=", "?level=nope", "?level=Study", "?level=nope&level=study"):
        answer = session.client.send(Request("GET", f"/tools/generate-uid{query}"))
        session.observe(f"status of generate-uid{query}", answer.status)


def observe_form(session: Session, path: str, form: str) -> None:
    answer = session.client.send(Request("GET", path))
    matches = re.fullmatch(form, answer.body.decode("ascii", "replace")) is not None
    session.observe(
        f"the answer to {path} looks as it should", [answer.status, answer.headers["content-type"], matches]
    )


@scenario("Scripts in Lua are refused unless the configuration allows them", needs_empty_server=True)
def lua(session: Session) -> None:
    for body in ("", "print(1)", "x x"):
        session.post("/tools/execute-script", data=body)


# Configurations that are refused; who may use a server that asks for a password is in tests/rest/test_access.py


def starts(_: Session) -> None:
    """What is compared is whether the server starts."""


#: name, options with which some release does not start
REFUSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("users_list", {"RegisteredUsers": ["bob"]}),
    ("users_number", {"RegisteredUsers": {"bob": 5}}),
    ("authentication_text", {"AuthenticationEnabled": "yes"}),
    ("remote_text", {"RemoteAccessAllowed": "yes"}),
    ("compression_text", {"HttpCompressionEnabled": "yes"}),
    ("modalities_list", {"DicomModalities": [1]}),
    ("modality_short", {"DicomModalities": {"m": ["A"]}}),
    ("modality_name", {"DicomModalities": {"m x": ["A", "h", 1]}}),
    ("modality_manufacturer", {"DicomModalities": {"m": ["A", "h", 1, "Nope"]}}),
    ("modalities", {"DicomModalities": {"m": ["A", "h", 1], "n": {"AET": "A", "Host": "h", "Port": 1}}}),
    ("peers_list", {"OrthancPeers": [1]}),
    ("peer_number", {"OrthancPeers": {"p": 5}}),
    ("peers", {"OrthancPeers": {"p": ["http://x"]}}),
    ("transfer_syntaxes", {"AcceptedTransferSyntaxes": "x"}),
)
for refused_name, refused in REFUSED:
    add(
        Scenario(
            "system",
            f"starts_{refused_name}",
            f"Does a server start with {json.dumps(refused)}",
            starts,
            configuration=refused,
            starts=True,
        )
    )
