"""Members of requests that the server passes over: told, by what this release reads."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import RELEASES, Emulator, OrthancError
from emulator.creation.request import ALL as OF_CREATIONS
from emulator.modification.members import members, members_read
from emulator.query.members import ALL as OF_FINDS
from emulator.query.members import OF_COUNTS, members_of_find
from emulator.testing import dicom

on_each_release = pytest.mark.parametrize("release", RELEASES)

#: A value that each member may have.
VALUES: dict[str, Any] = {
    "Asynchronous": False,
    "CaseSensitive": False,
    "Content": [],
    "DicomVersion": "2008",
    "Expand": False,
    "Force": True,
    "Full": False,
    "InterpretBinaryTags": True,
    "Keep": ["StudyDescription"],
    "KeepLabels": False,
    "KeepPrivateTags": False,
    "KeepSource": True,
    "Labels": [],
    "LabelsConstraint": "All",
    "Level": "Study",
    "Limit": 0,
    "LossyQuality": 90,
    "MetadataQuery": {},
    "OrderBy": [],
    "ParentPatient": "x",
    "ParentStudy": "x",
    "Permissive": False,
    "Priority": 0,
    "PrivateCreator": "ACME",
    "Query": {},
    "Remove": [],
    "RemovePrivateTags": False,
    "Replace": {"SeriesDescription": "x"},
    "RequestedTags": [],
    "Short": False,
    "Since": 0,
    "Synchronous": True,
    "Tags": {"PatientID": "1"},
    "Transcode": "1.2.840.10008.1.2",
    "UserData": 1,
}


class Read(dict[str, Any]):
    """A body that notes which of its members are read."""

    def __init__(self, members: Any, **values: Any) -> None:
        super().__init__({name: {**VALUES, **values}[name] for name in members if name in VALUES or name in values})
        self.read: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.read.add(str(name))
        return super().__contains__(name)


def server(release: str) -> Emulator:
    orthanc = Emulator(release=release)
    orthanc.store(dicom(PatientID="1", instance=1))
    return orthanc


def told(orthanc: Emulator) -> list[str]:
    return [one.happened for one in orthanc.diagnostics if one.code == "member-ignored"]


@on_each_release
@pytest.mark.parametrize("action", ["modify", "anonymize"])
def test_a_modification_reads_these(release: str, action: str) -> None:
    orthanc, is_anonymization = server(release), action == "anonymize"
    known = members_read(orthanc.release, is_anonymization=is_anonymization, is_bulk=False)
    every = members(is_anonymization, False)
    whole, asynchronous, instance = Read(every), Read(every - {"Synchronous"}), Read(every)
    study = orthanc.resources("Study")[0]
    getattr(orthanc, action)("Instance", orthanc.resources("Instance")[0], instance)
    for body in (whole, asynchronous):
        getattr(orthanc, action)("Study", study, body)
    assert (whole.read | asynchronous.read | instance.read) & every == known
    assert len(told(orthanc)) == 3 * len(every - known)


@on_each_release
def test_a_find_reads_these(release: str) -> None:
    orthanc = server(release)
    known = members_of_find(orthanc.release)
    body = Read(OF_FINDS - {"ParentSeries", "ParentStudy"})
    orthanc.server.queries.find(body)
    assert body.read & OF_FINDS <= known
    assert body.keys() & known <= body.read
    assert len(told(orthanc)) == len(body.keys() - known)


@pytest.mark.parametrize("release", ["1.12.7", "1.13.0"])  # those that have one
def test_a_count_reads_these(release: str) -> None:
    orthanc = server(release)
    body = Read(OF_COUNTS - {"ParentSeries", "ParentStudy"})
    orthanc.server.queries.count(body)
    assert body.keys() <= body.read <= OF_COUNTS
    assert told(orthanc) == []


@on_each_release
def test_a_creation_reads_these(release: str) -> None:
    orthanc = server(release)
    body = Read(OF_CREATIONS)
    orthanc.create(body)
    assert body.keys() <= body.read <= OF_CREATIONS
    assert told(orthanc) == []


@on_each_release
def test_a_misspelt_member_is_told_with_what_was_meant(release: str) -> None:
    orthanc = server(release)
    orthanc.modify("Study", orthanc.resources("Study")[0], {"replace": {"PatientName": "x"}, "KeepSorce": False})
    found = [one for one in orthanc.diagnostics if one.code == "member-ignored"]
    assert [one.happened for one in found] == [
        f'Orthanc {release} reads no member "replace" in this request',
        f'Orthanc {release} reads no member "KeepSorce" in this request',
    ]
    assert [one.advice for one in found] == ['did you mean "Replace"?', 'did you mean "KeepSource"?']


@on_each_release
def test_a_member_of_later_releases_is_told(release: str) -> None:
    orthanc = server(release)
    orthanc.server.queries.find({"Level": "Study", "Query": {}, "Labels": []})
    assert len(told(orthanc)) == (not orthanc.release.query.is_extended)


@on_each_release
def test_a_request_that_fails_tells_nothing(release: str) -> None:
    orthanc = server(release)
    with pytest.raises(OrthancError):
        orthanc.modify("Study", orthanc.resources("Study")[0], {"replace": {}, "Replace": {"PatientID": "2"}})
    assert told(orthanc) == []
