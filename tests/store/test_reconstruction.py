"""Reconstruct, as users of the Python interface see it; the answers over HTTP are in the recordings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator import Emulator, OrthancError

Files = Callable[..., bytes]


def study_of(orthanc: Emulator, identifier: str) -> tuple[str, str]:
    """The description of a study, and the patient's name in it."""
    study = orthanc.resource("Study", identifier)
    return study["MainDicomTags"]["StudyDescription"], study["PatientMainDicomTags"]["PatientName"]


@pytest.fixture
def files(small_file: Files) -> list[bytes]:
    """Two instances that describe their study differently, the one with the higher identifier first."""
    made = [
        small_file(
            "P", "1.2", "1.2.3", f"1.2.3.{n}", {0x00081030: ("LO", f"study {n}"), 0x00100010: ("PN", f"name {n}")}
        )
        for n in (1, 2)
    ]
    return sorted(made, key=lambda file: Emulator().store(file).id, reverse=True)


@pytest.mark.parametrize("release", ["1.10.1", "1.12.7"])
def test_which_instance_has_its_way(files: list[bytes], release: str) -> None:
    orthanc = Emulator(release=release)
    lower = orthanc.store(files[1])
    of_lower = study_of(orthanc, lower.parent_study)
    higher = orthanc.store(files[0])
    orthanc.reconstruct("Instance", higher.id)
    of_higher = study_of(orthanc, lower.parent_study)
    assert of_higher != of_lower
    orthanc.reconstruct("Instance", lower.id)
    assert study_of(orthanc, lower.parent_study) == of_lower
    orthanc.reconstruct("Study", lower.parent_study)
    expected = {"1.10.1": of_lower, "1.12.7": of_higher}  # the first that arrived, the highest identifier
    assert study_of(orthanc, lower.parent_study) == expected[release]


def test_limited_to_a_level_the_lowest_identifier_has_its_way(files: list[bytes]) -> None:
    orthanc = Emulator()
    higher, lower = (orthanc.store(file) for file in files)
    patient = orthanc.resource("Patient", lower.parent_patient)["MainDicomTags"]
    before = study_of(orthanc, lower.parent_study)
    orthanc.reconstruct("Instance", lower.id, {"LimitToThisLevelMainDicomTags": True})
    assert study_of(orthanc, lower.parent_study) == before
    orthanc.reconstruct("Study", lower.parent_study, {"LimitToThisLevelMainDicomTags": True})
    assert study_of(orthanc, lower.parent_study) != before
    assert orthanc.resource("Patient", lower.parent_patient)["MainDicomTags"] == patient
    assert higher.id > lower.id


def test_finds_follow(files: list[bytes]) -> None:
    orthanc = Emulator()
    _, lower = (orthanc.store(file) for file in files)
    wanted = orthanc.tags(lower.id, "simplify")["StudyDescription"]
    assert orthanc.find("Study", {"StudyDescription": wanted}) == []
    orthanc.reconstruct("Instance", lower.id)
    assert orthanc.find("Study", {"StudyDescription": wanted}) == [lower.parent_study]


def test_a_fork_keeps_its_tags(files: list[bytes]) -> None:
    orthanc = Emulator()
    _, lower = (orthanc.store(file) for file in files)
    before = study_of(orthanc, lower.parent_study)
    fork = orthanc.fork()
    orthanc.reconstruct("Instance", lower.id)
    assert study_of(fork, lower.parent_study) == before
    assert study_of(orthanc, lower.parent_study) != before


def test_a_file_stored_anew_has_another_name_and_the_same_tags(files: list[bytes]) -> None:
    orthanc = Emulator()
    stored = orthanc.store(files[0])
    tags = orthanc.tags(stored.id)
    name = orthanc.resource("Instance", stored.id)["FileUuid"]
    orthanc.reconstruct("Series", stored.parent_series, {"ReconstructFiles": True})
    assert orthanc.resource("Instance", stored.id)["FileUuid"] != name
    assert orthanc.tags(stored.id) == tags
    assert orthanc.statistics()["TotalDiskSize"] == str(len(orthanc.file(stored.id)))


def test_what_is_refused() -> None:
    orthanc = Emulator()
    with pytest.raises(OrthancError, match="Unknown resource"):
        orthanc.reconstruct("Study", "x")
