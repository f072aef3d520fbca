"""Lua's filters of queries and of C-STORE. What is expected was measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator import RELEASES, Emulator
from emulator.testing import dicom
from tests.dimse.clients import ALLOWED, file_of, image

pytest.importorskip("lupa")
pytest.importorskip("pynetdicom")

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian
from pynetdicom import AE

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"

OUTGOING = """
function OutgoingFindRequestFilter(query, modality)
  TOLD = modality .. DumpJson(query, true)
  {}
end
"""


def emulator(tmp_path: Path, script: str, release: str) -> Emulator:
    path = tmp_path / "script.lua"
    path.write_text(script)
    options = {"DicomAlwaysAllowFind": True, "DicomAlwaysAllowStore": True, "DicomModalities": {}}
    return Emulator(
        {"LuaScripts": [str(path)], "ExecuteLuaEnabled": True, **options}, release=release, unknown_tags="as-release"
    )


def query(orthanc: Emulator, **keys: str) -> Any:
    """The answer to a query that a server sends to itself, and what it found."""
    client = orthanc.client()
    with orthanc.serve_dicom() as door:
        client.put("/modalities/self", json=[door.aet, door.host, door.port])
        asked = client.post("/modalities/self/query", json={"Level": "Study", "Query": keys})
        if asked.status_code != 200:
            return asked.status_code, json.loads(asked.data)["OrthancStatus"]
        found = client.get(f"/queries/{asked.json['ID']}/answers?expand&simplify").json
        return [one["PatientID"] for one in found]


@pytest.mark.parametrize("release", RELEASES)
def test_what_is_asked_is_what_the_filter_gives(tmp_path: Path, release: str) -> None:
    orthanc = emulator(tmp_path, OUTGOING.format("query['0010,0020'] = 'B' return query"), release)
    for patient in ("A", "B"):
        orthanc.store(dicom(PatientID=patient))
    assert query(orthanc, PatientID="A") == ["B"]
    told = orthanc.client().post("/tools/execute-script", data="print(TOLD)").text
    assert told == 'ORTHANC{"0010,0020":"A"}\n'


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("return nil", 2033),
        ("return 'x'", 2033),
        ("return {'a'}", 2033),
        ("return {PatientID = {}}", 2033),
        ("return {Nope = ''}", 27),
        ("error('boom')", 2031),
    ],
)
def test_a_filter_that_fails(tmp_path: Path, release: str, body: str, code: int) -> None:
    orthanc = emulator(tmp_path, OUTGOING.format(body), release)
    assert query(orthanc, PatientID="A") == (500, code)
    assert orthanc.diagnostics[-1].code == "script-failed"


@pytest.mark.parametrize("release", RELEASES)
def test_the_filter_of_queries_that_come_in(tmp_path: Path, release: str) -> None:
    script = """
        function IncomingFindRequestFilter(query, origin)
          assert(origin.RemoteAet == 'ORTHANC' and origin.Manufacturer == 'Generic')
          if query['0010,0020'] == 'X' then return nil end
          query['0010,0020'] = 'B'
          return query
        end
    """
    orthanc = emulator(tmp_path, script, release)
    for patient in ("A", "B"):
        orthanc.store(dicom(PatientID=patient))
    assert query(orthanc, PatientID="A") == ["B"]
    assert query(orthanc, PatientID="X") == (422, 9)


def store(orthanc: Emulator) -> int:
    """The status of a C-STORE."""
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = SECONDARY_CAPTURE, "1.2.3.1"
    made.StudyInstanceUID, made.SeriesInstanceUID = "1.2.3.2", "1.2.3.3"
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    app = AE("APP")
    app.add_requested_context(SECONDARY_CAPTURE, ExplicitVRLittleEndian)
    with orthanc.serve_dicom() as door:
        association = app.associate(door.host, door.port, ae_title=door.aet)
        status: int = association.send_c_store(made).Status
        association.release()
    return status


@pytest.mark.parametrize(
    ("release", "given", "status", "is_stored"),
    [
        ("1.9.1", "42752", 0, True),
        *[
            (release, *case)
            for release in ("1.10.1", "1.12.7")
            for case in (("0", 0, False), ("65536", 0, False), ("1", 0, True), ("-1", 0, True), ("nil", 0xA700, False))
        ],
        ("1.13.0", "0", 0, True),
        ("1.13.0", "1", 1, False),
        ("1.13.0", "'42752'", 0xA700, False),
        ("1.13.0", "-1", 0xA700, False),
        ("1.13.0", "error('boom')", 0xA700, False),
    ],
)
def test_the_filter_of_c_store(tmp_path: Path, release: str, given: str, status: int, is_stored: bool) -> None:
    body = given if given.startswith("error") else f"return {given}"
    orthanc = emulator(tmp_path, f"function ReceivedCStoreInstanceFilter() {body} end", release)
    assert store(orthanc) == status
    assert bool(orthanc.resources("Instance")) == is_stored


WORKLIST = "1.2.840.10008.5.1.4.31"

WORKLIST_FILTER = """
function IncomingWorklistRequestFilter(query, origin)
  assert(query['0040,0100'][1]['0008,0060'] == '' and not query['0011,1001'] and origin.RemoteAet == 'APP')
  query['0010,0020'] = 'W1'
  {}
end
"""


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("body", "found", "status"),
    [
        ("return query", ["W1"], 0),
        ("query['0040,0100'][1]['0008,0060'] = 'CT' return query", [], 0),
        ("return {PatientID = 'W1'}", ["W1"], 0),
        ("return {}", [], 0xC000),
        ("return nil", [], 0xC000),
        ("return {Nope = ''}", [], 0xC000),
        ("error('boom')", [], 0xC000),
    ],
)
def test_the_filter_of_worklists(tmp_path: Path, release: str, body: str, found: list[str], status: int) -> None:
    for patient in ("W1", "W2"):
        step, entry = Dataset(), image(PatientID=patient)
        step.Modality = "MR"
        entry.ScheduledProcedureStepSequence = [step]
        (tmp_path / f"{patient}.wl").write_bytes(file_of(entry))
    path = tmp_path / "script.lua"
    path.write_text(WORKLIST_FILTER.format(body))
    options = {"Plugins": ["libModalityWorklists.so"], "Worklists": {"Enable": True, "Database": str(tmp_path)}}
    orthanc = Emulator({"LuaScripts": [str(path)], **ALLOWED, **options}, release=release)
    step, asked = Dataset(), Dataset()
    step.Modality = ""
    asked.PatientID, asked.ScheduledProcedureStepSequence = "nobody", [step]
    app = AE("APP")
    app.add_requested_context(WORKLIST)
    with orthanc.serve_dicom() as door:
        association = app.associate(door.host, door.port, ae_title=door.aet)
        answers = [*association.send_c_find(asked, WORKLIST)]
        association.release()
    assert [one.PatientID for _, one in answers if one is not None] == found
    assert answers[-1][0].Status == status
