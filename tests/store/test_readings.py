"""Files that were read are kept parsed, and views as text: nobody can tell but by the time it takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.test import Client

from emulator import Emulator
from emulator.dicom.reader import read_file
from emulator.store.recent import Recent

FIXTURES = Path(__file__).parents[2] / "fixtures"
LABELLED = {"Dictionary": {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}}
CREATE = {"Tags": {"SeriesDescription": "new"}, "Content": "data:application/pdf;base64,JVBERi0xLjQK"}

#: What is done with an instance's parsed file, which must stay as it is.
USES: dict[str, Callable[[Emulator, str], object]] = {
    "tags": lambda orthanc, one: orthanc.tags(one),
    "modify": lambda orthanc, one: orthanc.modify(
        "Instance", one, {"Replace": {"MyLabel": "A", "PatientName": "B"}, "PrivateCreator": "MYLAB", "Force": True}
    ),
    "remove private tags": lambda orthanc, one: orthanc.modify("Instance", one, {"RemovePrivateTags": True}),
    "anonymize": lambda orthanc, one: orthanc.anonymize("Instance", one),
    "cascade": lambda orthanc, one: orthanc.modify(
        "Study", orthanc.resources("Study")[0], {"Replace": {"StudyDescription": "x"}, "Remove": ["Manufacturer"]}
    ),
    "transcode": lambda orthanc, one: orthanc.modify("Instance", one, {"Transcode": "1.2.840.10008.1.2"}),
    "create below": lambda orthanc, one: orthanc.create({**CREATE, "Parent": orthanc.resources("Study")[0]}),
    "find": lambda orthanc, one: orthanc.find("Instance", {"Manufacturer": "GE*"}),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("release", ["1.10.1", "1.12.7"])
def test_a_parsed_file_is_not_changed_by_its_use(release: str, use: str) -> None:
    orthanc = Emulator(LABELLED, release=release, unknown_tags="as-release")
    instance = orthanc.store(FIXTURES / "ct_small.dcm").id
    USES[use](orthanc, instance)
    kept = orthanc.server.files.dataset(orthanc.server.store.get(orthanc._level("Instance"), instance))
    assert kept == read_file(orthanc.file(instance), orthanc.dictionary, orthanc.release.dicom.files).dataset


def test_what_a_caller_does_to_a_view_is_his_own() -> None:
    orthanc = Emulator()
    instance = orthanc.store(FIXTURES / "ct_small.dcm").id
    for _ in range(3):
        tags = orthanc.tags(instance)
        assert tags["0010,0020"]["Value"] == "1CT1"
        tags["0010,0020"]["Value"] = "changed"
        tags.clear()


def test_every_view_of_an_instance_is_the_same_when_asked_again() -> None:
    orthanc = Emulator()
    instance = orthanc.store(FIXTURES / "ct_small.dcm").id
    client = Client(orthanc.wsgi)
    for query in ("", "?short", "?simplify", "?ignore-length=0008-0008"):
        first = client.get(f"/instances/{instance}/tags{query}").data
        assert client.get(f"/instances/{instance}/tags{query}").data == first
    assert client.get(f"/instances/{instance}/tags").get_json() == orthanc.tags(instance)


def test_a_file_that_replaced_another_is_read_anew(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator({"OverwriteInstances": True})
    for name in ("one", "two"):
        instance = orthanc.store(small_file("P", "1", "1.1", "1.1.1", {0x00104000: ("LT", name)})).id
        assert orthanc.tags(instance)["0010,4000"]["Value"] == name


def test_recent_values_weigh_no_more_than_they_may() -> None:
    recent: Recent[str, str] = Recent(10)
    for key in "abc":
        recent.put(key, key.upper(), 4)
    assert [recent.get(key) for key in "abc"] == [None, "B", "C"]
    recent.get("b")
    recent.put("d", "D", 4)
    assert [recent.get(key) for key in "bcd"] == ["B", None, "D"]
    recent.put("heavy", "H", 11)
    assert recent.get("heavy") is None
    recent.put("b", "again", 10)
    assert (len(recent), recent.weight, recent.get("b")) == (1, 10, "again")
