"""Bad input: a clear error, and the store unchanged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.asking.configurations import LAB, NOT_OVERWRITING
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.scenarios.scenario import Scenario, add, scenario

LABEL = (0x0011, 0x01, "LO", "label")
LEVELS = ("patients", "studies", "series", "instances")


def without(*keywords: str) -> Callable[[Session], bytes]:
    absent: dict[str, Any] = dict.fromkeys(keywords)
    return lambda session: datasets.to_bytes(session.dataset(LABEL, **absent))


def truncated(session: Session) -> bytes:
    return datasets.to_bytes(session.dataset(LABEL))[:-10]


def truncated_in_tag(session: Session) -> bytes:
    return datasets.to_bytes(session.dataset())[:-9]


def truncated_early(session: Session) -> bytes:
    return datasets.to_bytes(session.dataset(LABEL))[:400]


def header_only(session: Session) -> bytes:
    data = datasets.to_bytes(session.dataset())
    length = int.from_bytes(data[140:144], "little")
    return data[: 144 + length]


def trailing(session: Session) -> bytes:
    return datasets.to_bytes(session.dataset(LABEL)) + b"trailing rubbish"


#: name, claim, body of the upload
UPLOADS: tuple[tuple[str, str, Callable[[Session], bytes]], ...] = (
    ("upload_no_dicom", "A body that is no DICOM", lambda session: b"this is no DICOM file"),
    ("upload_json", "A body that is JSON", lambda session: b'{"a": 1}'),
    ("upload_zeros", "A body of zeros", lambda session: bytes(1000)),
    ("upload_empty", "An empty body", lambda session: b""),
    ("upload_truncated", "A file that ends within its last elements", truncated),
    ("upload_truncated_value", "A file that ends within its last value", truncated_in_tag),
    ("upload_truncated_early", "A file that ends before its identifiers", truncated_early),
    ("upload_header_only", "A file with nothing but a header", header_only),
    ("upload_preamble_only", "Nothing but preamble and prefix", lambda session: bytes(128) + b"DICM"),
    ("upload_trailing", "A file with something behind it", trailing),
    ("upload_no_patient_id", "A file without PatientID", without("PatientID")),
    ("upload_no_study_uid", "A file without StudyInstanceUID", without("StudyInstanceUID")),
    ("upload_no_series_uid", "A file without SeriesInstanceUID", without("SeriesInstanceUID")),
    ("upload_no_instance_uid", "A file without SOPInstanceUID", without("SOPInstanceUID")),
    ("upload_no_class_uid", "A file without SOPClassUID", without("SOPClassUID")),
)


def add_upload(name: str, claim: str, body: Callable[[Session], bytes]) -> None:
    def function(session: Session) -> None:
        answer = session.upload(body(session))
        if answer.status == 200:
            session.get(f"/instances/{answer.id}")
            session.get(f"/instances/{answer.id}/tags")
        session.find("Instance", {"PatientID": session.patient_id()})

    add(Scenario("errors", name, claim, function, configuration=LAB))


for case in UPLOADS:
    add_upload(*case)


@scenario("A resource that does not exist, or whose id is no id", configuration=LAB)
def unknown_resources(session: Session) -> None:
    for level in LEVELS:
        session.get(f"/{level}/{session.unknown_id()}")
        session.get(f"/{level}/nonsense")
        session.delete(f"/{level}/{session.unknown_id()}")


@scenario("A resource of another level", configuration=LAB)
def wrong_level(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.get(f"/studies/{stored.id}")
    session.get(f"/instances/{stored.text_field('ParentStudy')}")
    session.get(f"/instances/{stored.text_field('ParentStudy')}/tags")


@scenario("Below a resource that does not exist", configuration=LAB)
def below_unknown_resources(session: Session) -> None:
    unknown = session.unknown_id()
    for view in ("tags", "simplified-tags", "file", "content", "patient", "study", "series", "metadata"):
        session.get(f"/instances/{unknown}/{view}")
    for path in (f"patients/{unknown}/studies", f"studies/{unknown}/instances", f"series/{unknown}/study"):
        session.get(f"/{path}")


@scenario("A route that does not exist", configuration=LAB)
def unknown_routes(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.get("/no-such-route")
    session.get("/no-such-route/at/all?with=query")
    session.get(f"/instances/{stored.id}/no-such-view")
    session.get("/tools/no-such-tool")
    session.post("/no-such-route", json={})


@scenario("A method that the route does not have", configuration=LAB)
def wrong_methods(session: Session) -> None:
    stored = session.upload(session.dataset())
    for path in ("/system", "/tools/find", "/instances", "/patients"):
        session.delete(path)
    for path in ("/system", "/patients", "/studies", "/statistics"):
        session.post(path, json={})
    for path in ("/system", "/tools/find", "/instances"):
        session.put(path, json={})
    session.get("/tools/find")
    session.get("/tools/lookup")
    session.get(f"/instances/{stored.id}/modify")
    session.put(f"/instances/{stored.id}/tags", json={})
    session.post(f"/instances/{stored.id}", json={})


@scenario("A slash at the end, and two in a row", configuration=NOT_OVERWRITING)
def slashes(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.get("/system/")
    session.get("//system")
    session.get(f"/instances/{stored.id}/")
    session.get(f"/instances//{stored.id}")


@scenario("Wrong JSON in a modify changes nothing", configuration=LAB)
def modify_changes_nothing(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    bodies: tuple[Any, ...] = ({"Replace": 5}, {"Replace": {"0011,1001": 5}}, {"Remove": {"a": 1}}, 5)
    for body in bodies:
        session.post(f"/studies/{stored.text_field('ParentStudy')}/modify", json=body)
    session.get(f"/patients/{stored.text_field('ParentPatient')}/instances")
    session.get(f"/instances/{stored.id}/tags")


@scenario("Several errors in one modify: which is told", configuration=LAB)
def several_errors(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    bodies: tuple[dict[str, Any], ...] = (
        {"Remove": ["NotATag"], "PrivateCreator": ["MYLAB"]},
        {"Replace": {"NotATag": "x"}, "Remove": ["NeitherATag"]},
        {"Replace": {"0011,1001": 5}, "RemovePrivateTags": "yes"},
        {"Replace": {"PatientID": "ORTHANC-EMULATOR-X", "NotATag": "x"}},
        {"Keep": [5], "Remove": "x"},
    )
    for body in bodies:
        session.modify("instances", stored.id, **body)
