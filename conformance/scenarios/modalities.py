"""Other servers: modalities and peers are kept as they are described; nobody listens where they should be."""

from __future__ import annotations

import json
from typing import Any

from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

MODALITY = ["ORTHANC-EMULATOR", "127.0.0.1", 1]
PEER = ["http://127.0.0.1:1/"]
WHOLE = {"AET": "A", "Host": "h", "Port": 104}


def describe(session: Session, kind: str, bodies: tuple[Any, ...]) -> None:
    """Puts each description, and asks what was made of it; a text is the body itself."""
    for body in bodies:
        session.put(f"/{kind}/conformance", data=body if isinstance(body, str) else json.dumps(body))
        session.get(f"/{kind}/conformance/configuration")
        session.delete(f"/{kind}/conformance")


@scenario("Descriptions of modalities as lists", needs_empty_server=True)
def modality_lists(session: Session) -> None:
    plain: tuple[Any, ...] = (
        ["A", "h", 1],
        ["A", "h", "104"],
        ["A", "h", 1, "GE"],
        ["A"],
        [],
        ["A", "h", 1, "GE", "x"],
    )
    odd = ([5, "h", 1], ["A", None, 1], ["A", "h", 0], ["A", "h", 65535], ["A", "h", 65534], ["A", "h", -1])
    ports = (["A", "h", 1.5], ["A", "h", True], ["A", "h", "1x"], ["A", "h", " 1"], ["A", "h", ""])
    makers = (
        "AgfaImpax",
        "ClearCanvas",
        "Dcm4Chee",
        "EFilm2",
        "MedInria",
        "SyngoVia",
        "Vitrea",
        "generic",
        "",
        "StoreScp",
    )
    describe(session, "modalities", (*plain, *odd, *ports, *(["A", "h", 1, maker] for maker in makers)))
    describe(session, "modalities", ("", "x", "null", "5", '"x"', "{}"))


@scenario("Descriptions of modalities as objects", needs_empty_server=True)
def modality_objects(session: Session) -> None:
    members: tuple[dict[str, Any], ...] = (
        {},
        {"AET": 5},
        {"Host": 5},
        {"Port": None},
        {"Port": "x"},
        {"Manufacturer": 5},
        {"Manufacturer": "Nope"},
        {"LocalAet": "B", "Timeout": 5, "UseDicomTls": True, "AllowEcho": False, "AllowTranscoding": False},
        {"LocalAet": 5},
        {"Timeout": "x"},
        {"Timeout": -1},
        {"Timeout": 1.5},
        {"UseDicomTls": 1},
        {"AllowEcho": "x"},
        {"AllowStorageCommitment": False},
        {"AllowStorageCommitment": False, "AllowNAction": True},
        {"AllowNAction": False},
        {"AllowFindWorklist": False},
        {"RetrieveMethod": "C-GET"},
        {"RetrieveMethod": "x"},
        {"RetrieveMethod": 5},
        {"Nope": 1},
    )
    describe(session, "modalities", tuple({**WHOLE, **one} for one in members))
    describe(session, "modalities", ({"AET": "A"}, {"AET": "A", "Host": "h"}))


@scenario("Descriptions of peers", needs_empty_server=True)
def peer_descriptions(session: Session) -> None:
    plain: tuple[Any, ...] = (
        ["http://x"],
        ["http://x/", "u", "p"],
        ["http://x", "u"],
        [],
        [5],
        ["http://x", "u", "p", "q"],
    )
    describe(session, "peers", (*plain, "", "x", "null", "5", '"x"', "{}"))
    members: tuple[dict[str, Any], ...] = (
        {"Url": 5},
        {"Url": "ftp://x"},
        {"Url": "nothing"},
        {"Username": "u", "Password": "p", "HttpHeaders": {"B": "b", "A": "a"}, "Timeout": 3, "Pkcs11": False},
        {"Username": "u"},
        {"HttpHeaders": 5},
        {"Timeout": "y"},
        {"Pkcs11": "y"},
        {"Extra": "z", "Number": 1, "Flag": True},
        {"Extra": ["a"]},
        {"CertificateFile": "/nope"},
    )
    describe(session, "peers", tuple({"Url": "http://x/", **one} for one in members))


@scenario("Lists of modalities and peers, their operations and their names", needs_empty_server=True)
def lists(session: Session) -> None:
    for kind, description in (("modalities", MODALITY), ("peers", PEER)):
        for name in ("b", "a", "a_b-C1"):
            session.put(f"/{kind}/{name}", json=description)
        for path in ("", "?expand", "/", "/a", "/a/", "/a?expand", "/nope", "/nope/configuration", "/a/nope"):
            session.get(f"/{kind}{path}")
        for name in ("a%20b", "a.b", "%C3%A9"):
            session.put(f"/{kind}/{name}", json=description)
        for name in ("a", "a", "nope"):
            session.delete(f"/{kind}/{name}")
        session.post(f"/{kind}/b", json=description)
        session.put(f"/{kind}", json=description)
        session.get(f"/{kind}/b/store")
        for name in ("b", "a_b-C1"):
            session.delete(f"/{kind}/{name}")


def ask(session: Session, path: str, bodies: tuple[str, ...]) -> None:
    """Posts each body to an operation of a known modality, and the first to one of an unknown modality."""
    session.put("/modalities/known", json=MODALITY)
    for body in bodies:
        session.post(f"/modalities/known/{path}", data=body)
    session.post(f"/modalities/unknown/{path}", data=bodies[0])
    session.delete("/modalities/known")


@scenario("Echo of a modality that does not answer", needs_empty_server=True)
def echo(session: Session) -> None:
    ask(session, "echo", ("", "{}", "x", "[]", "5", '{"Timeout": 1}', '{"Timeout": "x"}', '{"CheckFind": 5}'))
    for body in ("", "{}", "[]", json.dumps(MODALITY), json.dumps({"AET": "A", "Host": "127.0.0.1", "Port": 1})):
        session.post("/tools/dicom-echo", data=body)


@scenario("Queries to a modality that does not answer", needs_empty_server=True)
def queries(session: Session) -> None:
    levels = ('{"Level": "Study"}', '{"Level": "study", "Query": {"PatientID": "x"}}', '{"Level": 5}', "{}", "", "[]")
    wrong = (
        '{"Level": "Nope"}',
        '{"Level": "Study", "Query": 5}',
        '{"Level": "Study", "Query": {"NotATag": "x"}}',
        '{"Level": "Study", "Query": {"PatientID": 5}}',
        '{"Level": "Study", "Normalize": 5}',
        '{"Level": "Study", "LocalAet": 5}',
        '{"Level": "Study", "Timeout": "x"}',
    )
    ask(session, "query", (*levels, *wrong))
    for path in ("", "?expand", "/x", "/x/answers", "/x/level", "/x/modality", "/x/query", "/x/answers/0", "/x/nope"):
        session.get(f"/queries{path}")
    session.post("/queries/x/retrieve", data="")
    session.delete("/queries/x")


@scenario("The older finds at a modality that does not answer", needs_empty_server=True)
def finds(session: Session) -> None:
    templates = (
        "{}",
        "",
        "[]",
        "5",
        '{"PatientID": "x"}',
        '{"NotATag": "x"}',
        '{"PatientID": ["x"]}',
        '{"PatientID": 5}',
    )
    for path in ("find", "find-patient", "find-study", "find-series", "find-instance", "find-worklist"):
        ask(session, path, templates)


@scenario("Retrievals from a modality that does not answer", needs_empty_server=True)
def retrievals(session: Session) -> None:
    study = '{"Level": "Study", "Resources"'
    bodies = (
        f"{study}: []}}",
        "",
        "[]",
        '{"Level": "Study"}',
        '{"Level": 5, "Resources": []}',
        '{"Level": "Nope", "Resources": []}',
        f"{study}: 5}}",
        f"{study}: [5]}}",
        f"{study}: [{{}}]}}",
        f'{study}: [{{"NotATag": "x"}}]}}',
        f'{study}: [{{"StudyInstanceUID": 5}}]}}',
        f'{study}: [{{"StudyInstanceUID": "1"}}]}}',
        '{"Level": "Series", "Resources": [{"StudyInstanceUID": "1"}]}',
    )
    for path in ("move", "get"):
        ask(session, path, bodies)


@scenario("Storage commitment by a modality that does not answer", needs_empty_server=True)
def storage_commitment(session: Session) -> None:
    bodies = ('{"Resources": []}', "", "[]", "{}", '{"Resources": 5}', '{"Resources": ["x"]}', '{"DicomInstances": 5}')
    pairs = (
        '[["1.2", "1.3"]]',
        '[["1.2"]]',
        "[5]",
        '["x"]',
        "[null]",
        "[true]",
        '[{"SOPClassUID": "1", "SOPInstanceUID": "2"}]',
    )
    ask(session, "storage-commitment", (*bodies, *(f'{{"DicomInstances": {pair}}}' for pair in pairs)))
    session.get("/storage-commitment/x")
    session.post("/storage-commitment/x/remove", data="")


@scenario("Resources sent to servers that do not answer", needs_empty_server=True)
def stores(session: Session) -> None:
    stored = session.upload(session.dataset())
    study = stored.text_field("ParentStudy")
    bodies = (
        f'["{stored.id}"]',
        stored.id,
        f'"{study}"',
        f'{{"Resources": ["{study}"], "Permissive": true}}',
        f'["{session.unknown_id()}"]',
        '["nope"]',
        "nope",
        "",
        "{}",
        "[]",
        "5",
        "[5]",
        f'{{"Resources": "{study}"}}',
        '{"Resources": [], "LocalAet": "X", "MoveOriginatorAet": "Y", "MoveOriginatorID": 3}',
        '{"Resources": [], "LocalAet": 5}',
        '{"Resources": [], "Timeout": "x"}',
        '{"Resources": [], "Compress": true}',
    )
    for kind, description in (("modalities", MODALITY), ("peers", PEER)):
        session.put(f"/{kind}/known", json=description)
        for body in bodies:
            session.post(f"/{kind}/known/store", data=body)
        session.post(f"/{kind}/unknown/store", data=bodies[0])
        session.post(f"/{kind}/known/store-straight", data="x")
        session.post(f"/{kind}/unknown/store-straight", data="x")
        session.delete(f"/{kind}/known")
    session.put("/peers/known", json=PEER)
    session.get("/peers/known/system")
    session.get("/peers/unknown/system")
    session.delete("/peers/known")
