"""What a server holds before each call: two studies of one patient, a PDF of another, each level annotated."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.testing import dicom_bytes

from ...asking.clients import HttpClient
from ...asking.exchange import Answer, Request
from ...comparing.masking import uids_in
from ...files.datasets import grayscale

#: The options of both servers; the modality and the peer are never reached.
CONFIGURATION = {
    "StableAge": 600,
    "Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]},
    "DicomModalities": {"modality": ["MODALITY", "127.0.0.1", 9]},
    "OrthancPeers": {"peer": ["http://127.0.0.1:9/"]},
    "OverwriteInstances": True,
}
LABEL = {("MYLAB", 0x0011, 0x01): ("LO", "label-A")}
IMAGE: Mapping[str, Any] = {
    **grayscale(2, 2, bits=16),
    "PixelData": bytes(range(8)),
    "ImagePositionPatient": ["0", "0", "0"],
    "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
}
SERIES: Mapping[str, Any] = {
    "PatientID": "P1",
    "PatientName": "A^B",
    "PatientBirthDate": "19800203",
    "PatientSex": "F",
    "StudyDate": "20200102",
    "StudyTime": "101112",
    "StudyDescription": "a study",
    "SeriesDate": "20200102",
    "SeriesDescription": "a series",
    "AccessionNumber": "A1",
    "Modality": "CT",
    "StudyID": "S1",
    "OtherPatientIDs": ["P1a", "P1b"],
    "ReferringPhysicianName": "R^P",
    "RequestingPhysician": "Q^P",
    "RequestedProcedureDescription": "a procedure",
    "InstitutionName": "a hospital",
    "Manufacturer": "a maker",
    "BodyPartExamined": "HEAD",
    "ProtocolName": "a protocol",
    "StationName": "CT1",
    "SequenceName": "a sequence",
    "SeriesType": ["STATIC", "IMAGE"],
    "OperatorsName": "O^P",
    "PerformedProcedureStepDescription": "a step",
    "AcquisitionDeviceProcessingDescription": "processed",
    "ContrastBolusAgent": "an agent",
    "CardiacNumberOfImages": "1",
    "ImagesInAcquisition": "2",
    "NumberOfTemporalPositions": "1",
    "NumberOfSlices": 2,
    "NumberOfTimeSlices": 1,
    "AcquisitionNumber": "1",
    "ImageIndex": 1,
    "ImageComments": "a comment",
    "InstanceCreationDate": "20200102",
    "InstanceCreationTime": "101112",
    "NumberOfFrames": "1",
    "TemporalPositionIdentifier": "1",
}
FILES = (
    dicom_bytes(**SERIES, **IMAGE, instance=1, private=LABEL),
    dicom_bytes(**SERIES, **{**IMAGE, "ImagePositionPatient": ["0", "0", "5"]}, instance=2, private=LABEL),
    dicom_bytes(**SERIES, study=2, instance=1),
    dicom_bytes(
        PatientID="P2",
        instance=1,
        SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1",
        MIMETypeOfEncapsulatedDocument="application/pdf",
        EncapsulatedDocument=b"%PDF-1.4",
    ),
)
NEW_FILE = dicom_bytes(**{**SERIES, "PatientID": "P3"}, instance=1)
UIDS = frozenset().union(*(uids_in(file) for file in (*FILES, NEW_FILE)))

#: The field of an upload's answer that has the id at each level.
FIELDS = {"patients": "ParentPatient", "studies": "ParentStudy", "series": "ParentSeries", "instances": "ID"}


@dataclass
class World:
    """A server at `url` that holds FILES, and a folder for what a client writes.

    `ids` are those of the first file by level, `stored` the answers to all uploads.
    """

    url: str
    folder: Path
    http: HttpClient
    module: Any = None
    client: Any = None
    stored: list[dict[str, str]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        return self.http.send(Request(method, path, body))

    def fill(self) -> None:
        """Stores the files in an empty server, and annotates the first one's resources."""
        self.stored = [self.ask("POST", "/instances", file).json for file in FILES]
        self.ids = {level: self.stored[0][name] for level, name in FIELDS.items()}
        for level, identifier in self.ids.items():
            self.ask("PUT", f"/{level}/{identifier}/metadata/1024", b"one")
            self.ask("PUT", f"/{level}/{identifier}/attachments/1024", b"two")
            self.ask("PUT", f"/{level}/{identifier}/labels/label")

    def empty(self) -> None:
        """Deletes all patients."""
        for patient in self.ask("GET", "/patients").json:
            self.ask("DELETE", f"/patients/{patient}")

    def counts(self) -> dict[str, Any]:
        """How many resources there are at each level."""
        return {level: len(self.ask("GET", f"/{level}").json) for level in FIELDS}

    @property
    def known(self) -> set[str]:
        """The identifiers that no server makes up."""
        return {*UIDS, *(one[name] for one in self.stored for name in FIELDS.values())}

    @property
    def other_study(self) -> dict[str, str]:
        return self.stored[2]

    @property
    def pdf(self) -> str:
        return self.stored[3]["ID"]

    @property
    def job(self) -> str:
        """A job that has succeeded: it made a copy of the study."""
        body = {"Replace": {"StudyDescription": "new"}, "Asynchronous": True}
        identifier = self.ask("POST", f"/studies/{self.ids['studies']}/modify", json.dumps(body).encode()).id
        end = time.monotonic() + 30
        while self.ask("GET", f"/jobs/{identifier}").json["State"] in ("Pending", "Running"):
            assert time.monotonic() < end, "a job does not end"
            time.sleep(0.02)
        return str(identifier)

    def file(self, name: str, content: bytes = NEW_FILE) -> str:
        """Writes a file into the folder; its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return str(path)

    def written(self, write: Callable[[str], Any], name: str = "written") -> list[Any]:
        """What `write` returns and what it wrote, given a path."""
        path = self.folder / name
        returned = write(str(path))
        return [returned, path.read_bytes()]

    def files_below(self, write: Callable[[str], Any]) -> list[Any]:
        """What `write` returns and the files that it wrote, given an empty folder."""
        path = self.folder / "below"
        path.mkdir()
        returned = write(str(path))
        files = {str(one.relative_to(path)): one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file()}
        return [returned, files]
