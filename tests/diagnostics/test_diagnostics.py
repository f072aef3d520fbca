"""Each code of a diagnostic is provoked by a request, over HTTP or in Python, whose answer does not depend on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from werkzeug.test import Client

from emulator import Diagnostic, Emulator
from emulator.diagnostics import CODES
from tests.dicom.files import explicit, file
from tests.modification.modified_files import LABEL, dicom, server

STUDY = "Study"


def labelled(**options: Any) -> tuple[Emulator, str]:
    """A server with one file that has (0011,1001) in a block of MYLAB, and the instance's identifier."""
    orthanc = server(**options)
    return orthanc, orthanc.store(dicom(*LABEL)).id


def modify(request: dict[str, Any], release: str = "1.12.7", encoding: str = "Latin1") -> Emulator:
    orthanc, instance = labelled(release=release, DefaultEncoding=encoding)
    orthanc.modify("Instance", instance, request)
    return orthanc


def upload(*elements: bytes) -> Emulator:
    orthanc = server()
    orthanc.store(file(*elements))
    return orthanc


def series(release: str, request: dict[str, Any], level: str = "Series", label: str = "", **options: Any) -> Emulator:
    """A series of two instances, perhaps with a label, and a modify of it."""
    orthanc = server(release, **options)
    stored = [orthanc.store(dicom(*LABEL, instance=number)) for number in ("1", "2")]
    if label:
        orthanc.add_label("Series", stored[0].parent_series, label)
    orthanc.modify(level, stored[0].parent_series if level == "Series" else stored[0].parent_study, request)
    return orthanc


def in_place(**members: Any) -> dict[str, Any]:
    uids = ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"]
    return {"Keep": uids, "Force": True, "Replace": {"StudyDescription": "x"}, **members}


def two_orphans() -> Emulator:
    orthanc = upload(explicit(0x00111001, "LO", b"ab"), explicit(0x00111002, "LO", b"cd"))
    (instance,) = orthanc.resources("Instance")
    orthanc.simplified_tags(instance)
    return orthanc


def searched() -> Emulator:
    """A server without DICOMweb that was asked for it."""
    orthanc = server()
    orthanc.client().get("/dicom-web/studies")
    return orthanc


def limited(query: dict[str, str]) -> Emulator:
    orthanc, _ = labelled()
    orthanc.find("Instance", query, limit=1)
    return orthanc


def find(query: dict[str, str], level: str = "Instance", **options: Any) -> Emulator:
    orthanc, _ = labelled(**options)
    orthanc.find(level, query)
    return orthanc


def web_search() -> Emulator:
    """A DICOMweb search by a private tag."""
    orthanc = server("1.12.7", DicomWeb={"Enable": True})
    orthanc.store(dicom(*LABEL))
    orthanc.client().get("/dicom-web/studies?00111001=old")
    return orthanc


def reset() -> Emulator:
    orthanc = server()
    orthanc.client().post("/tools/reset")
    return orthanc


def ordered(kind: str, query: dict[str, str]) -> dict[str, Any]:
    """A find that is ordered by a metadata."""
    order = {"Type": kind, "Key": "1100", "Direction": "ASC"}
    return {"Level": "Study", "Query": query, "OrderBy": [order]}


@pytest.mark.parametrize(
    ("release", "method", "path", "body", "told"),
    [
        ("1.12.7", "POST", "/studies/{study}/reconstruct", {"ReconstructFiles": True}, 1),
        ("1.13.0", "POST", "/studies/{study}/reconstruct", {"ReconstructFiles": True}, 0),
        ("1.12.7", "POST", "/studies/{study}/reconstruct", {}, 0),
        ("1.10.1", "GET", "/app/explorer.html", None, 1),
        ("1.10.1", "PUT", "/peers/x", {"Url": "http://127.0.0.1/", "CertificateFile": "/x.pem"}, 1),
        ("1.10.1", "GET", "/system", None, 0),
        ("1.13.0", "GET", "/tools/metrics-prometheus", None, 1),
        ("1.12.7", "POST", "/tools/find", ordered("MetadataAsFloat", {"PatientID": "*"}), 1),
        ("1.12.7", "POST", "/tools/find", ordered("MetadataAsFloat", {}), 0),
        ("1.12.7", "POST", "/tools/find", ordered("MetadataAsInt", {"PatientID": "*"}), 0),
    ],
)
def test_known_differences_are_told_when_a_program_comes_to_them(
    release: str, method: str, path: str, body: Any, told: int
) -> None:
    orthanc = server(release)
    study = orthanc.store(file()).parent_study
    orthanc.client().open(path.format(study=study), method=method, json=body)
    assert [one.code for one in orthanc.diagnostics].count("known-difference") == told


WRITTEN_BELOW_A_PATH = {"Replace": {"0040,a730[0].PatientID": "x"}}
KEEP_SOP = {"Replace": {"SOPInstanceUID": "1.2.3"}, "Force": True}

#: code -> what provokes it, and the tag that it is about.
PROVOCATIONS: dict[str, tuple[Callable[[], Emulator], str | None]] = {
    "orphaned-element": (lambda: upload(explicit(0x00111001, "LO", b"ab")), "0011,1001"),
    "misplaced-private-creator": (
        lambda: upload_in_order(explicit(0x00111001, "LO", b"ab"), explicit(0x00110010, "LO", b"MYLAB ")),
        "0011,0010",
    ),
    "unreadable-private-creator": (lambda: upload(explicit(0x00110010, "LO")), "0011,0010"),
    "entry-of-another-block": (
        lambda: upload(explicit(0x00110011, "LO", b"MYLAB "), explicit(0x00111103, "LO", b"ab")),
        "0011,1103",
    ),
    "written-as-un": (lambda: modify({"Replace": {"0011,1001": "x"}}), "0011,1001"),
    "outside-reserved-block": (
        lambda: modify({"Replace": {"0011,1101": "x"}, "PrivateCreator": "MYLAB"}),
        "0011,1101",
    ),
    "other-private-creator": (
        lambda: modify({"Replace": {"0011,1001": "x"}, "PrivateCreator": "OTHER"}),
        "0011,1001",
    ),
    "private-creator-overwritten": (lambda: modify({"Replace": {"0011,0010": "MYLAB"}}), "0011,0010"),
    "private-creator-removed": (lambda: modify({"RemovePrivateTags": True, "Keep": ["0011,1001"]}), "0011,0010"),
    "offset-form-name": (lambda: modify({"Replace": {"MyLabel": "x"}, "PrivateCreator": "MYLAB"}), "0011,0001"),
    "characters-dropped": (lambda: modify({"Replace": {"PatientName": "Жук"}}), "0010,0010"),
    "member-ignored": (lambda: modify({"replace": {"PatientName": "x"}}), None),
    "characters-undeclared": (lambda: modify({"Replace": {"PatientName": "Läsion"}}, encoding="Utf8"), "0010,0010"),
    "path-without-effect": (lambda: modify(WRITTEN_BELOW_A_PATH), "0040,a730[0].0010,0020"),
    "path-not-read": (lambda: modify({"Remove": ["0040,a730[0].PatientID"]}, "1.9.1"), "0040,a730"),
    "cascade-copied": (lambda: series("1.12.7", {"Replace": {"StudyDescription": "x"}}), None),
    "copies-deleted": (
        lambda: series("1.10.1", in_place(KeepSource=False), STUDY, OverwriteInstances=True),
        None,
    ),
    "copies-merged": (lambda: series("1.12.7", KEEP_SOP, OverwriteInstances=True), None),
    "copy-not-stored": (lambda: series("1.10.1", in_place(Permissive=True)), None),
    "failed-sources-deleted": (
        lambda: series("1.12.7", {"Replace": {"Rows": "many"}, "Permissive": True, "KeepSource": False}),
        None,
    ),
    "left-behind": (lambda: series("1.12.7", {"KeepSource": False}, label="urgent"), None),
    "file-read-by-query": (lambda: find({"0011,1001": "old"}), "0011,1001"),
    "limit-before-files": (lambda: limited({"0011,1001": "old"}), "0011,1001"),
    "query-cannot-match": (lambda: find({"0011,1001": "old"}, StorageAccessOnFind="Never"), "0011,1001"),
    "key-ignored": (lambda: queried("127.0.0.1", {"0011,1001": "old"}), "0011,1001"),
    "host-not-reached": (lambda: queried("pacs.hospital", {}), None),
    "simplified-name-collision": (two_orphans, "0011,1002"),
    "creator-not-read": (
        lambda: scripted("orthanc.CreateDicom(json.dumps({'0011,1001': 'x', 'PrivateCreator': 'MYLAB'}), None, 0)"),
        None,
    ),
    "script-failed": (lambda: scripted("raise ValueError"), None),
    "plugin-off": (searched, None),
    "known-difference": (reset, None),
}


def scripted(statement: str) -> Emulator:
    """A server whose script does something when a route is asked."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "script.py"
        lines = ["import json", "import orthanc", "def answer(output, uri, **request):", f"    {statement}"]
        lines += ["    output.AnswerBuffer('', 'text/plain')", "orthanc.RegisterRestCallback('/x', answer)"]
        path.write_text("\n".join(lines))
        orthanc = Emulator(server().server.configuration.options, plugin=path)
        orthanc.client().get("/x")
        return orthanc


def queried(host: str, query: dict[str, str]) -> Emulator:
    """A server that has asked a modality, which does not answer."""
    orthanc = server(DicomModalities={"pacs": ["PACS", host, 1]})
    orthanc.client().post("/modalities/pacs/query", json={"Level": "Study", "Query": query})
    return orthanc


def upload_in_order(*elements: bytes) -> Emulator:
    """A server with a file whose elements of group 0011 are in this order."""
    whole = file(explicit(0x00110001, "LO", b"here"))
    orthanc = server()
    orthanc.store(whole.replace(explicit(0x00110001, "LO", b"here"), b"".join(elements)))
    return orthanc


@pytest.mark.parametrize("code", CODES)
def test_each_code_is_provoked(code: str) -> None:
    provoke, tag = PROVOCATIONS[code]
    told = [diagnostic for diagnostic in provoke().diagnostics if diagnostic.code == code]
    assert len(told) == 1
    assert told[0].tag == tag
    assert told[0].advice
    assert told[0].request
    assert str(told[0]).startswith(f"{code} {tag}:" if tag else f"{code}:")


def test_harmless_requests_are_not_told() -> None:
    orthanc, instance = labelled()
    with orthanc.expect_no_diagnostics():
        orthanc.modify("Instance", instance, {"Replace": {"0011,1001": "x"}, "PrivateCreator": "MYLAB"})
        orthanc.modify("Instance", instance, {"RemovePrivateTags": True})
        orthanc.modify("Study", orthanc.resources("Study")[0], {"Replace": {"PatientName": "x"}, "KeepSource": False})
        orthanc.anonymize("Study", orthanc.resources("Study")[0])
        orthanc.find("Study", {"PatientID": "PID"})
        orthanc.simplified_tags(orthanc.resources("Instance")[0])


def test_equal_ones_of_a_request_are_counted() -> None:
    orthanc = series("1.12.7", {"Replace": {"0011,1001": "x"}, "KeepSource": True})
    (told,) = orthanc.diagnostics
    assert (told.code, told.count) == ("written-as-un", 2)
    assert "(2 times)" in str(told)


def test_items_are_looked_into() -> None:
    inner = [{"0011,1001": "x", "0011,0010": "MYLAB"}]
    orthanc = modify({"Replace": {"0040,a730": inner}, "PrivateCreator": "MYLAB"})
    assert [(one.code, one.tag) for one in orthanc.diagnostics] == [
        ("private-creator-overwritten", "0040,a730[0].0011,0010"),
        ("outside-reserved-block", "0040,a730[0].0011,1001"),
    ]


def test_created_files_are_looked_into() -> None:
    orthanc = server()
    orthanc.create({"Tags": {"0011,1001": "x", "PatientName": "Ж"}, "PrivateCreator": "MYLAB"})
    assert {one.code for one in orthanc.diagnostics} == {"outside-reserved-block", "characters-dropped"}
    assert orthanc.diagnostics[0].request == "create(...)"


def test_requests_over_http_are_named() -> None:
    orthanc, instance = labelled()
    client = Client(orthanc.wsgi)
    path = f"/instances/{instance}/modify"
    assert client.post(path, json={"Replace": {"0011,1001": "x"}}).status_code == 200
    (told,) = client.get("/emulator/diagnostics").get_json(force=True)
    assert told == {
        "Code": "written-as-un",
        "Tag": "0011,1001",
        "Request": f"POST {path}",
        "Happened": "0011,1001 has no entry in the dictionary: it is written as UN",
        "Advice": 'add "PrivateCreator": "MYLAB" to the request',
        "Count": 1,
        "Meaning": "the element is written with VR UN: it has no entry under the request's PrivateCreator",
        "RequestNumber": 1,
    }
    assert client.delete("/emulator/diagnostics").status_code == 200
    assert not orthanc.diagnostics
    orthanc.find("Instance", {"PatientID": "PID"})
    client.delete("/emulator/queries")
    assert not orthanc.queries


def test_guard() -> None:
    orthanc, instance = labelled()
    request = {"Replace": {"0011,1001": "x"}}
    orthanc.modify("Instance", instance, request)
    with orthanc.expect_no_diagnostics("offset-form-name"):
        orthanc.modify("Instance", instance, request)
    with pytest.raises(AssertionError, match='add "PrivateCreator"'), orthanc.expect_no_diagnostics("written-as-un"):
        orthanc.modify("Instance", instance, request)
    with pytest.raises(ValueError, match="no codes of diagnostics: writen-as-un"):
        orthanc.expect_no_diagnostics("writen-as-un")


def test_a_fork_has_its_own() -> None:
    orthanc, instance = labelled()
    fork = orthanc.fork()
    fork.modify("Instance", instance, {"Replace": {"0011,1001": "x"}})
    assert len(fork.diagnostics) == 1
    assert not orthanc.diagnostics


def test_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "emulator.diagnostics"):
        orthanc = modify({"Replace": {"0011,1001": "x"}})
    assert [record.getMessage() for record in caplog.records] == [str(one) for one in orthanc.diagnostics]
    assert isinstance(orthanc.diagnostics[0], Diagnostic)
