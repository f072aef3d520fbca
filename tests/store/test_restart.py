"""A restart: what is stored meets another configuration, as on a server that is started again on its storage folder."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator import Emulator, OrthancError

Files = Callable[..., bytes]

EXTRA = {"ExtraMainDicomTags": {"Instance": ["0011,1003"], "Study": ["PatientComments"]}, "StableAge": 60}
ELEMENTS = {0x00104000: ("LT", "comment"), 0x00110010: ("LO", "MYLAB"), 0x00111003: ("LO", "full")}


@pytest.fixture
def file(small_file: Files) -> bytes:
    return small_file("P", "1.2", "1.2.3", "1.2.3.4", ELEMENTS)


def found(orthanc: Emulator, level: str, **query: str) -> tuple[int, int]:
    """How many a query finds, and how many files it reads."""
    count = len(orthanc.find(level, {name.replace("_", ","): text for name, text in query.items()}))
    return count, orthanc.queries[-1].files_read


@pytest.mark.parametrize("release", ["1.12.7", "1.13.0"])
def test_extra_main_dicom_tags_come_by_reconstruct(file: bytes, release: str) -> None:
    orthanc = Emulator(release=release)
    stored = orthanc.store(file)
    private = {"0011_1003": "full"}
    assert found(orthanc, "Instance", **private) == (1, 1)
    orthanc.restart(EXTRA)
    assert found(orthanc, "Instance", **private) == (0, 0)
    assert found(orthanc, "Study", PatientComments="*") == (0, 0)
    assert "PatientComments" not in orthanc.resource("Study", stored.parent_study)["MainDicomTags"]
    orthanc.reconstruct("Study", stored.parent_study, {"LimitToThisLevelMainDicomTags": True})
    assert found(orthanc, "Study", PatientComments="*") == (1, 0)
    assert found(orthanc, "Instance", **private) == (0, 0)
    orthanc.reconstruct("Study", stored.parent_study)
    assert found(orthanc, "Instance", **private) == (1, 0)
    assert orthanc.resource("Study", stored.parent_study)["MainDicomTags"]["PatientComments"] == "comment"
    orthanc.restart({})
    assert found(orthanc, "Instance", **private) == (0, 0)  # it is known to be in the index, where no find looks now
    assert len(orthanc.find("Instance", {"0011,1003": "full"}, expand=True)) == 1
    assert orthanc.queries[-1].files_read == 0
    assert "PatientComments" not in orthanc.resource("Study", stored.parent_study)["MainDicomTags"]


@pytest.mark.parametrize("release", ["1.12.7", "1.13.0"])
def test_a_file_is_read_for_what_the_database_does_not_know(file: bytes, release: str) -> None:
    orthanc = Emulator(release=release)
    stored = orthanc.store(file)
    body = {"Level": "Study", "Query": {}, "RequestedTags": ["PatientComments"]}
    orthanc.restart(EXTRA)
    expanded = {**body, "Expand": True}
    for _ in range(2):
        assert orthanc.server.queries.find(expanded)[0]["RequestedTags"] == {"PatientComments": "comment"}
    assert [plan.files_read for plan in orthanc.queries] == [1, 1]  # the study was stored without that tag
    orthanc.reconstruct("Study", stored.parent_study)
    assert orthanc.server.queries.find(expanded)[0]["RequestedTags"] == {"PatientComments": "comment"}
    assert orthanc.queries[-1].files_read == 0
    orthanc.restart({})
    assert orthanc.server.queries.find(expanded)[0]["RequestedTags"] == {"PatientComments": "comment"}
    assert orthanc.queries[-1].files_read == 0  # the signature of the study has the tag
    assert orthanc.server.queries.find({**body, "ResponseContent": []})[0]["RequestedTags"] == {}


@pytest.mark.parametrize("release", ["1.12.7", "1.13.0"])
def test_an_absent_main_tag_is_looked_up_where_no_metadata_are_told(file: bytes, release: str) -> None:
    orthanc = Emulator(release=release)
    orthanc.store(file)
    reads = {}
    for level, tag in (("Series", "StationName"), ("Study", "PatientSex"), ("Series", "StudyTime")):
        for name, more in (("ids", {}), ("expanded", {"Expand": True}), ("tags", {"ResponseContent": ["Metadata"]})):
            orthanc.server.queries.find({"Level": level, "Query": {}, "RequestedTags": [tag], **more})
            reads[tag, name] = orthanc.queries[-1].files_read
    assert {key for key, files in reads.items() if files} == {("StationName", "ids"), ("PatientSex", "ids")}
    client = orthanc.client()
    for path, files in (("/series", 1), ("/series?expand", 0)):
        client.get(f"{path}{'&' if '?' in path else '?'}requestedTags=StationName")
        assert orthanc.queries[-1].files_read == files


@pytest.mark.parametrize(("release", "kept"), [("1.12.7", False), ("1.13.0", True)])
def test_a_tag_of_patients_and_studies(file: bytes, release: str, kept: bool) -> None:
    extra = {"ExtraMainDicomTags": {"Patient": ["PatientComments"], "Study": ["PatientComments", "PatientSex"]}}
    orthanc = Emulator(extra, release=release)
    if not kept:
        with pytest.raises(OrthancError):
            orthanc.store(file)
        return
    study = orthanc.store(file).parent_study
    assert "0010,4000" not in orthanc.metadata("Study", study)["MainDicomTagsSignature"]
    assert orthanc.resource("Study", study)["PatientMainDicomTags"]["PatientComments"] == "comment"
    body = {"Level": "Study", "Query": {}, "Expand": True}
    orthanc.server.queries.find({**body, "RequestedTags": ["PatientComments", "PatientSex"]})
    assert orthanc.queries[-1].files_read == 0
    other = Emulator({"ExtraMainDicomTags": {"Patient": ["EthnicGroup"]}}, release="1.12.7")
    other.store(file)
    assert other.server.queries.find({**body, "RequestedTags": ["EthnicGroup"]})[0]["RequestedTags"] == {
        "EthnicGroup": None
    }
    assert other.queries[-1].files_read == 1  # the signature of a study does not tell of its patient's


def test_what_is_kept(file: bytes) -> None:
    orthanc = Emulator({"Name": "first", "StableAge": 60})
    stored = orthanc.store(file)
    orthanc.modify("Study", stored.parent_study, {"Replace": {"StudyDescription": "b"}})
    orthanc.server.set_default_encoding("Greek")
    client = orthanc.client()
    before = {path: client.get(path).json for path in ("/changes", "/jobs", "/statistics", "/instances?expand")}
    assert not orthanc.resource("Study", stored.parent_study)["IsStable"]
    orthanc.restart()
    assert {path: client.get(path).json for path in before} == before
    assert orthanc.resource("Study", stored.parent_study)["IsStable"]
    assert client.get("/system").json["Name"] == "first"
    assert orthanc.server.default_encoding == "Latin1"
    orthanc.advance(3600)
    assert client.get("/changes").json == before["/changes"]


def test_a_server_that_is_served_goes_on(file: bytes) -> None:
    orthanc = Emulator()
    client = orthanc.client()
    orthanc.store(file)
    orthanc.restart({"Name": "second"})
    assert client.get("/system").json["Name"] == "second"
    assert len(client.get("/instances").json) == 1
    assert orthanc.requests[-1].path == "/instances"


def test_a_refused_configuration_changes_nothing(file: bytes) -> None:
    orthanc = Emulator({"Name": "first"})
    orthanc.store(file)
    with pytest.raises(OrthancError):
        orthanc.restart({"ExtraMainDicomTags": {"Instance": ["NotATag"]}})
    assert orthanc.server.configuration.name == "first"
    assert len(orthanc.resources("Instance")) == 1
