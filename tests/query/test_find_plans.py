"""Where a find is decided, and which files are read for it.

Every row was measured on the releases it names: answers over HTTP, files read from the log ("Reading attachment").
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydicom.dataset import Dataset

from emulator import OrthancError
from tests.query.query_servers import Serve, found, instance

OLD = ("1.9.1", "1.10.1")
NEW = ("1.12.7", "1.13.0")
ALL = OLD + NEW

#: Releases, level, query; what is found, candidates and files read.
PLANS = [
    pytest.param(ALL, "Instance", {"0011,1001": "one"}, "1 5 6", 6, 6, id="private tag: a file per instance"),
    pytest.param(ALL, "Instance", {"0011,1001": "one", "PatientID": "A"}, "1", 4, 4, id="standard tags come first"),
    pytest.param(ALL, "Study", {"0011,1001": "one"}, "1 3 4", 4, 4, id="one file per study"),
    pytest.param(ALL, "Study", {"0011,1001": "three"}, "", 4, 4, id="a study matches by its first instance alone"),
    pytest.param(ALL, "Study", {"PatientName": "a^a"}, "1 2", 2, 0, id="main tags of the level above"),
    pytest.param(ALL, "Patient", {"StudyDescription": "S1"}, "", 2, 0, id="a main tag of the level below"),
    pytest.param(
        OLD, "Patient", {"StudyDescription": "S1", "0011,1001": "one"}, "A B", 2, 2, id="level below, scanned"
    ),
    pytest.param(NEW, "Patient", {"StudyDescription": "S1", "0011,1001": "one"}, "", 2, 2, id="level below, given up"),
    pytest.param(NEW, "Patient", {"StudyDescription": "*", "0011,1001": "one"}, "", 3, 3, id="* narrows nothing below"),
    pytest.param(ALL, "Study", {"0011,1001": ""}, "1 2 3 4", 4, 0, id="an empty text asks nothing"),
    pytest.param(ALL, "Study", {"StudyDate": "-"}, "1 2 3 4", 4, 0, id="a range without bounds asks nothing"),
    pytest.param(OLD, "Instance", {"SOPClassUID": "1.2"}, "3", 6, 6, id="SOPClassUID is scanned"),
    pytest.param(NEW, "Instance", {"SOPClassUID": "1.2"}, "3", 6, 0, id="SOPClassUID is known"),
    pytest.param(NEW, "Study", {"SOPClassUID": "1.2"}, "", 4, 4, id="SOPClassUID of a study is scanned"),
    pytest.param(OLD, "Study", {"TransferSyntaxUID": "1.2.840.10008.1.2.1"}, "", 4, 4, id="file meta is scanned"),
    pytest.param(NEW, "Study", {"TransferSyntaxUID": "1.2.840.10008.1.2.1"}, "", 4, 0, id="file meta is never there"),
    pytest.param(ALL, "Study", {"ModalitiesInStudy": "ct"}, "1", 1, 0, id="ModalitiesInStudy"),
    pytest.param(ALL, "Study", {"ModalitiesInStudy": "CT", "0011,1001": "one"}, "1", 1, 1, id="modality narrows"),
    pytest.param(OLD, "Study", {"ModalitiesInStudy": "C*"}, "1", 1, 0, id="wildcards in ModalitiesInStudy"),
    pytest.param(NEW, "Study", {"ModalitiesInStudy": "C*"}, "", 0, 0, id="literal wildcards in ModalitiesInStudy"),
    pytest.param(OLD, "Study", {"ModalitiesInStudy": "MR\\US", "0011,1001": "three"}, "1", 3, 3, id="by its MR series"),
    pytest.param(NEW, "Study", {"ModalitiesInStudy": "MR\\US", "0011,1001": "three"}, "", 3, 3, id="by its first file"),
    pytest.param(OLD, "Study", {"NumberOfStudyRelatedInstances": "3"}, "", 4, 4, id="counts are looked for in files"),
    pytest.param(NEW, "Study", {"NumberOfStudyRelatedInstances": "3"}, "1", 4, 0, id="counts are computed"),
    pytest.param(NEW, "Patient", {"NumberOfPatientRelatedSeries": "1\\3"}, "A B C", 3, 0, id="a list of counts"),
    pytest.param(NEW, "Study", {"NumberOfPatientRelatedStudies": "1"}, "", 4, 0, id="a count of another level"),
    pytest.param(NEW, "Instance", {"InstanceAvailability": "on*"}, "1 2 3 4 5 6", 6, 0, id="InstanceAvailability"),
    pytest.param(NEW, "Study", {"SOPClassesInStudy": "1.2\\9"}, "1", 4, 0, id="any of the SOP classes"),
    pytest.param(NEW, "Study", {"SOPClassesInStudy": "1.2"}, "", 4, 0, id="one SOP class of two is not the list"),
]


@pytest.mark.parametrize(("releases", "level", "query", "names", "candidates", "files"), PLANS)
def test_plans(
    serve: Serve,
    hospital: list[Dataset],
    releases: tuple[str, ...],
    level: str,
    query: dict[str, str],
    names: str,
    candidates: int,
    files: int,
) -> None:
    for release in releases:
        orthanc = serve(release, hospital)
        assert sorted(found(orthanc, level, query)) == names.split(), release
        plan = orthanc.queries[-1]
        assert (plan.candidates, plan.files_read) == (candidates, files), release


@pytest.mark.parametrize(
    ("level", "query", "status", "code"),
    [
        ("Study", {"InstanceNumber": "1"}, 500, 1012),
        ("Patient", {"Modality": "CT"}, 500, 1012),
        ("Instance", {"SOPClassesInStudy": "1.2"}, 400, 3),
        ("Study", {"0011,1001": "o*"}, 400, 3),
        ("Study", {"NotATag": "x"}, 500, 27),
    ],
)
def test_refused_queries_of_new_releases(
    serve: Serve, hospital: list[Dataset], level: str, query: dict[str, str], status: int, code: int
) -> None:
    """Measured on 1.12.7 and 1.13.0."""
    for release in NEW:
        with pytest.raises(OrthancError) as caught:
            serve(release, hospital).find(level, query)
        assert (caught.value.http_status, int(caught.value.code)) == (status, code)


@pytest.mark.parametrize(
    ("release", "access", "names", "files"),
    [
        ("1.10.1", "Always", ["1", "3", "4"], 4),
        ("1.10.1", "Answers", [], 0),
        ("1.12.7", "Answers", ["1", "3", "4"], 4),
        ("1.12.7", "Never", [], 0),
    ],
)
def test_storage_access_on_find(
    serve: Serve, hospital: list[Dataset], release: str, access: str, names: list[str], files: int
) -> None:
    orthanc = serve(release, hospital, StorageAccessOnFind=access)
    assert sorted(found(orthanc, "Study", {"0011,1001": "one"})) == names
    assert orthanc.queries[-1].files_read == files
    assert ("forbids" in str(orthanc.queries[-1])) == (files == 0)


@pytest.mark.parametrize(
    ("option", "value", "details"),
    [
        (
            "StorageAccessOnFind",
            "Sometimes",
            '"StorageAccessOnFind" should be "Always", "Never" or "Answers": Sometimes',
        ),
        ("LimitFindResults", -1, '"LimitFindResults" must be a positive integer'),
        ("LimitFindInstances", "2", '"LimitFindInstances" must be an integer'),
    ],
)
def test_refused_options(serve: Serve, option: str, value: object, details: str) -> None:
    """Measured on 1.10.1 and 1.12.7: the server does not start."""
    with pytest.raises(OrthancError, match=re.escape(details)):
        serve("1.12.7", [], **{option: value})


@pytest.mark.parametrize(
    ("release", "options", "found_and_read"),
    [
        ("1.10.1", {"limit": 1}, (1, 2)),  # it reads on until it has one match more
        ("1.10.1", {"since": 1}, (2, 3)),
        ("1.12.7", {"limit": 1}, (1, 1)),
    ],
)
def test_limit_and_since_of_a_scan(
    serve: Serve, release: str, options: dict[str, Any], found_and_read: tuple[int, int]
) -> None:
    orthanc = serve(release, [instance("A", number, number, number, private="x") for number in (1, 2, 3)])
    assert (len(orthanc.find("Study", {"0011,1001": "x"}, **options)), orthanc.queries[-1].files_read) == found_and_read


def test_limit_cuts_the_candidates_of_new_releases(serve: Serve) -> None:
    """Measured on 1.12.7 and 1.13.0: what matches behind the first candidates is not found."""
    for release in NEW:
        orthanc = serve(release, [instance("A", number, number, number, private=str(number)) for number in (1, 2, 3)])
        last = orthanc.find("Study", {})[-1]
        number = orthanc.resource("Study", last)["MainDicomTags"]["StudyInstanceUID"][-1]
        assert orthanc.find("Study", {"0011,1001": number}, limit=2) == []
        assert orthanc.find("Study", {"0011,1001": number}, limit=3) == [last]


@pytest.mark.parametrize(
    ("release", "body", "count"),
    [
        ("1.10.1", {}, 3),  # one more than LimitFindResults
        ("1.12.7", {}, 2),
        ("1.12.7", {"Limit": 3}, 2),
        ("1.12.7", {"Since": 0}, 4),  # Since lifts the limit, even 0
        ("1.12.7", {"Since": 0, "Limit": 3}, 2),
    ],
)
def test_limit_find_results(
    serve: Serve, hospital: list[Dataset], release: str, body: dict[str, int], count: int
) -> None:
    orthanc = serve(release, hospital, LimitFindResults=2)
    assert len(orthanc.server.queries.find({"Level": "Study", "Query": {}, **body})) == count
    assert orthanc.server.queries.count({"Level": "Study", "Query": {}}) == {"Count": 4}  # a count has no limit


def test_a_study_keeps_the_patient_tags_of_its_own_file(serve: Serve) -> None:
    """Measured on 1.9.1 to 1.13.0: a later study of one patient may spell the name differently."""
    for release in ALL:
        orthanc = serve(release, [instance("A", 1, 1, 1, PatientName="A^A"), instance("A", 2, 2, 2, PatientName="Z")])
        assert found(orthanc, "Study", {"PatientName": "A^A"}) == ["1"]
        assert found(orthanc, "Series", {"PatientName": "Z"}) == ["2"]
        assert found(orthanc, "Patient", {"PatientName": "A^A"}) == ["A"]


def test_the_order_of_the_answers(serve: Serve, hospital: list[Dataset]) -> None:
    """Measured on all four: by Orthanc identifier; instances as they came, before 1.12."""
    for release in ALL:
        orthanc = serve(release, hospital)
        for level in ("Patient", "Study", "Series"):
            identifiers = orthanc.find(level, {})
            assert identifiers == sorted(identifiers)
        numbers = found(orthanc, "Instance", {})
        assert (numbers == ["1", "2", "3", "4", "5", "6"]) == (release in OLD)


def test_a_plan_reads_well(serve: Serve, hospital: list[Dataset]) -> None:
    orthanc = serve("1.12.7", hospital)
    orthanc.find("Study", {"PatientID": "A", "0011,1001": "one", "NumberOfStudyRelatedInstances": "3"})
    lines = str(orthanc.queries[-1]).splitlines()
    assert lines[0].startswith("Study level: 2 candidates, 2 files read (")
    assert lines[0].endswith("), 1 found")
    assert lines[1:4] == [
        "  index: PatientID = 'A' (a main DICOM tag of patients)",
        "  computed: NumberOfStudyRelatedInstances = '3' (the server counts or knows it)",
        "  files: 0011,1001 = 'one' (no main DICOM tag: is compared in the first file of each candidate)",
    ]
    assert 'index it: "ExtraMainDicomTags": {"Study": ["0011,1001"]}' in lines[4]


def test_expanded_answers_show_what_the_index_did_not_hold(serve: Serve, hospital: list[Dataset]) -> None:
    """Measured on 1.12.7: RequestedTags are there unasked; 1.10.1 has none."""
    query = {"0011,1001": "one", "ModalitiesInStudy": "CT"}
    shown = serve("1.12.7", hospital).find("Study", query, expand=True)
    assert shown[0]["RequestedTags"] == {"ModalitiesInStudy": "CT\\MR", "Unknown Tag & Data": "one"}
    assert "RequestedTags" not in serve("1.10.1", hospital).find("Study", query, expand=True)[0]
