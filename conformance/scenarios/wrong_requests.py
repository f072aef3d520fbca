"""Requests that are wrong, or odd, in one place: forms, credentials, large numbers, and which error is told first."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

LABEL = (0x0011, 0x01, "LO", "label")
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
#: Numbers around what 32 and 64 bits hold.
NUMBERS = (2**31 - 1, 2**31, 2**32, 2**63, 2**64, -1, -(2**31) - 1, 1.5)
UNREACHED = {"modalities": ["ORTHANC-EMULATOR", "127.0.0.1", 1], "peers": ["http://127.0.0.1:1/"]}


def form(*contents: bytes) -> bytes:
    return b"".join(b"--x\r\nContent-Disposition: form-data\r\n\r\n" + one + b"\r\n" for one in contents) + b"--x--\r\n"


@scenario(
    "Each part of a form is a request to the same route; of their answers errors alone are told", configuration=LAB
)
def forms(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    bodies = (b"", b"x", form(b'{"Level": "Instance", "Query": {}}'), form(b"x"), form(b"", b"[]"))
    for path in ("/tools/find", "/tools/lookup", "/no-such-route", "/system", f"/instances/{stored.id}/modify"):
        for body in bodies:
            session.post(path, data=body, headers=FORM)
    session.get("/plugins", headers=FORM)
    for kind in (
        *("multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary="x"'),
        *('multipart/form-data; boundary="', "multipart/form-data;boundary=x", "MULTIPART/FORM-DATA; BOUNDARY=x"),
        *(
            'multipart/form-data; boundary=""',
            "multipart/mixed; boundary=x",
            "multipart/form-data; a=b; boundary=x",
            "multipart/form-data; boundary=x; a=b",
        ),
        *("multipart/form-datax; boundary=x", "multipart/form-data; xboundary=x", "multipart/form-data, boundary=x"),
    ):
        session.post("/tools/lookup", data="nobody", headers={"Content-Type": kind})


@scenario("Credentials that are no Base64 are refused, though nobody asks for any", configuration=LAB)
def credentials(session: Session) -> None:
    for value in (
        *("Basic !", "Basic", "basic !", "Bearer x", "Basic eA==", "Basic eA", "Basic YTpi", "Basic  YTpi"),
        *("Basic YTpi YTpi", "BasicYTpi", "Basic YTpi!", "Basic ====", "Digest a=b", "x"),
    ):
        session.get("/plugins", headers={"Authorization": value})
    session.get("/no-such-route", headers={"Authorization": "Basic !"})
    session.post("/tools/lookup", data="nobody", headers={"Authorization": "Basic !"})


@scenario("Integers that are too large", configuration=LAB, needs_empty_server=True)
def integers(session: Session) -> None:
    for value in NUMBERS:
        for name in ("Limit", "Since"):
            session.find("Study", {"PatientID": "nobody"}, **{name: value})
        for tool in ("archive", "media"):
            session.post(f"/tools/create-{tool}", json={"Priority": value, "Resources": [session.unknown_id()]})
        for name in ("Port", "Timeout"):
            body = {"AET": "A", "Host": "127.0.0.1", "Port": 1, name: value}
            session.put("/modalities/conformance", json=body)
        session.put("/peers/conformance", json={"Url": "http://127.0.0.1:1/", "Timeout": value})
    for kind in ("modalities", "peers"):
        session.delete(f"/{kind}/conformance")


@scenario("What is looked at first: the body, or whether there is what the path names", needs_empty_server=True)
def first_errors(session: Session) -> None:
    wrong: dict[str, tuple[Any, ...]] = {
        "/modalities/x/query": (
            *({"Level": "Nope"}, {"Level": "Study", "Query": 5}, {"Level": "Study", "Query": {"NotATag": "x"}}),
            *({"Level": "Study", "LocalAet": 5}, {"Level": "Study", "Timeout": "x"}, {"Level": "Study"}),
        ),
        "/modalities/x/find-worklist": (
            *(
                {"PatientID": 5},
                {"NotATag": "x"},
                {"Query": {"PatientID": "x"}},
                {"Query": 5},
                {"Query": {"NotATag": ""}},
            ),
            *({"Query": {}, "Full": 5}, {"Query": {}, "LocalAet": 5}, [], {}),
        ),
        "/series/x/reconstruct": ({"ReconstructFiles": 5}, {"LimitToThisLevelMainDicomTags": 5}, [], 5, {}),
        "/tools/reconstruct": ({"ReconstructFiles": 5}, {"LimitToThisLevelMainDicomTags": 5}, [], 5),
    }
    for path, bodies in wrong.items():
        for body in bodies:
            session.post(path, json=body)
    for text in ("x", "1"):
        session.put("/patients/x/protected", data=text)
    for index in ("x", "-1", "%2b1", "1.5", "4294967296", "99999999999999999999"):
        session.get(f"/queries/x/answers/{index}/content")
        session.post(f"/queries/x/answers/{index}/retrieve", json={})
    for resources in ({}, {"Resources": 5}):
        for body in ({"KeepSource": 5}, {"Transcode": 5}, {"Priority": "x"}, {"Permissive": 5}, {"Replace": 5}):
            for action in ("bulk-anonymize", "bulk-modify"):
                session.post(f"/tools/{action}", json={**body, **resources})


@scenario("Options of what is sent to a server that does not answer", needs_empty_server=True)
def options_of_sending(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    for kind, description in UNREACHED.items():
        session.put(f"/{kind}/known", json=description)
        for body in (
            {"Permissive": 5},
            {"Synchronous": 5},
            {"Asynchronous": 5},
            {"Priority": "x"},
            {"Priority": 2**31},
        ):
            for resources in ([], [stored.id]):
                session.post(f"/{kind}/known/store", json={**body, "Resources": resources})
        session.delete(f"/{kind}/known")


@scenario("Members of peers of the wrong type", needs_empty_server=True)
def members_of_peers(session: Session) -> None:
    bodies: tuple[dict[str, Any], ...] = (
        *({"Username": 5}, {"Username": {}}, {"Password": {}}, {"Password": "p"}, {"Password": 5, "Username": "u"}),
        *({"Password": "p", "Username": 5}, {"HttpHeaders": None}, {"HttpHeaders": {"a": 5}}, {"CertificateFile": 5}),
    )
    for body in bodies:
        session.put("/peers/conformance", json={"Url": "http://127.0.0.1:1/", **body})
    session.put("/peers/conformance", json={"HttpHeaders": None})
    session.delete("/peers/conformance")


@scenario("Of several arguments _method the first counts", configuration=LAB)
def overriding_methods(session: Session) -> None:
    for query in ("_method&_method=x", "_method=x&_method", "_method=DELETE&_method=", "_method=&_method=DELETE"):
        session.get(f"/plugins?{query}")


@scenario("What is looked at first: arguments and members, or whether there is what is asked for", configuration=LAB)
def first_arguments(session: Session) -> None:
    bodies: tuple[dict[str, Any], ...] = ({"Metadata": 5}, {"Full": 5, "Metadata": 5}, {"Level": "Nope"})
    for body in bodies:
        session.post("/tools/bulk-content", json=body)
    for query in ("transcode=nope", "resources=x&transcode=nope", "filename=x"):
        session.get(f"/tools/create-archive?{query}")
    for path in ("/studies/x/archive", "/series/x/media"):
        session.get(f"{path}?transcode=nope")
    for path in ("/series/x/numpy", "/instances/x/numpy", "/instances/x/frames/x/numpy"):
        for query in ("compress=5", "rescale=5", "compress=5&rescale=6"):
            session.get(f"{path}?{query}")
    for query in ("", "?_method=x", "?_method=DELETE"):
        session.get(f"/plugins{query}", headers={"X-HTTP-Method-Override": ""})
    for path in ("/tools/no%0aroute", "/instances/x/content/a%0ab", "/app/a%0ab"):
        session.get(path)


@scenario("Encapsulate takes JPEG alone (1.12 on)", configuration=LAB)
def encapsulate(session: Session) -> None:
    tags = {"PatientID": session.patient_id(), "StudyInstanceUID": session.uid("study")}
    for encapsulate in (True, 5, "x", None):
        for kind in ("text/plain", "image/jp2"):
            body = {"Tags": tags, "Content": f"data:{kind};base64,eA==", "Encapsulate": encapsulate}
            session.post("/tools/create-dicom", json=body)
