"""Metadata, attachments and labels in Python, over HTTP and in forks; each answer of a release is in the recordings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import Client

from emulator import RELEASES, Emulator, OrthancError

Files = Callable[..., bytes]

IMPLICIT = "1.2.840.10008.1.2"

NAMED = {"UserMetadata": {"Reviewer": 5000}, "UserContentType": {"Report": [5000, "application/pdf"]}}


@pytest.fixture
def orthanc(small_file: Files) -> Emulator:
    emulator = Emulator(NAMED, release="1.13.0")
    emulator.store(small_file("P1", "1.1", "1.1.1", "1.1.1.1"))
    return emulator


def study_of(orthanc: Emulator) -> str:
    return orthanc.resources("Study")[0]


def test_metadata_in_python(orthanc: Emulator) -> None:
    study = study_of(orthanc)
    orthanc.set_metadata("Study", study, "Reviewer", "Somebody")
    orthanc.set_metadata("Study", study, "1024", "7")
    assert orthanc.metadata("Study", study)["Reviewer"] == "Somebody"
    assert orthanc.metadata("Study", study)["1024"] == "7"
    assert orthanc.find("Study", {}) == [study]
    orthanc.set_metadata("Study", study, "5000", None)
    assert "Reviewer" not in orthanc.metadata("Study", study)


@pytest.mark.parametrize(("name", "status"), [("LastUpdate", 403), ("1023", 403), ("Nonsense", 404)])
def test_built_in_metadata_stay(orthanc: Emulator, name: str, status: int) -> None:
    with pytest.raises(OrthancError) as caught:
        orthanc.set_metadata("Study", study_of(orthanc), name, "value")
    assert caught.value.http_status == status


def test_what_is_set_below_another_level_is_refused(orthanc: Emulator) -> None:
    with pytest.raises(OrthancError, match="Unknown resource"):
        orthanc.set_metadata("Series", study_of(orthanc), "Reviewer", "value")


def test_attachments_in_python(orthanc: Emulator) -> None:
    study, instance = study_of(orthanc), orthanc.resources("Instance")[0]
    orthanc.attach("Study", study, "Report", b"%PDF")
    assert orthanc.attachments("Study", study) == ["Report"]
    assert orthanc.attachment("Study", study, "5000") == b"%PDF"
    assert orthanc.attachment("Instance", instance, "dicom") == orthanc.file(instance)
    orthanc.attach("Study", study, "Report", None)
    assert orthanc.attachments("Study", study) == []
    with pytest.raises(OrthancError, match="forbidden"):
        orthanc.attach("Instance", instance, "dicom", b"")


def test_labels_in_python(orthanc: Emulator) -> None:
    study = study_of(orthanc)
    orthanc.add_label("Study", study, "urgent")
    orthanc.add_label("Study", study, "Seen")
    assert orthanc.labels("Study", study) == orthanc.server.annotations.labels.all() == ["Seen", "urgent"]
    assert orthanc.resource("Study", study)["Labels"] == ["Seen", "urgent"]
    orthanc.remove_label("Study", study, "urgent")
    assert orthanc.server.annotations.labels.all() == ["Seen"]
    with pytest.raises(OrthancError, match="alphanumeric"):
        orthanc.add_label("Study", study, "not a label")


@pytest.mark.parametrize("release", ["1.9.1", "1.10.1"])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [("labels", ()), ("add_label", ("ok",)), ("add_label", ("no label",)), ("remove_label", ("ok",))],
)
def test_a_release_without_labels_has_none_in_python_either(
    small_file: Files, release: str, name: str, arguments: tuple[str, ...]
) -> None:
    orthanc = Emulator(release=release)
    study = orthanc.store(small_file("P1", "1.1", "1.1.1", "1.1.1.1")).parent_study
    assert orthanc.client().put(f"/studies/{study}/labels/ok").status_code == 404
    with pytest.raises(OrthancError, match="has no labels") as caught:
        getattr(orthanc, name)("Study", study, *arguments)
    assert caught.value.http_status == 404


@pytest.mark.parametrize("release", RELEASES)
def test_a_file_is_transcoded_in_python_where_it_is_over_http(small_file: Files, release: str) -> None:
    orthanc = Emulator(release=release)
    stored = orthanc.store(small_file("P1", "1.1", "1.1.1", "1.1.1.1")).id
    answer = orthanc.client().get(f"/instances/{stored}/file?transcode={IMPLICIT}").data
    assert orthanc.file(stored, transcode=IMPLICIT) == answer


def test_forks_and_snapshots_have_their_own(orthanc: Emulator) -> None:
    study = study_of(orthanc)
    orthanc.set_metadata("Study", study, "Reviewer", "first")
    snapshot = orthanc.snapshot()
    fork = orthanc.fork()
    size = orthanc.statistics()["TotalDiskSize"]
    fork.set_metadata("Study", study, "Reviewer", "in the fork")
    fork.attach("Study", study, "Report", b"in the fork")
    fork.add_label("Study", study, "fork")
    assert orthanc.metadata("Study", study)["Reviewer"] == "first"
    assert orthanc.attachments("Study", study) == orthanc.labels("Study", study) == []
    assert fork.attachment("Study", study, "Report") == b"in the fork"
    orthanc.attach("Study", study, "Report", b"x" * 100)
    orthanc.add_label("Study", study, "later")
    assert orthanc.statistics()["TotalDiskSize"] == str(int(size) + 100)
    orthanc.restore(snapshot)
    assert orthanc.attachments("Study", study) == orthanc.labels("Study", study) == []
    assert orthanc.statistics()["TotalDiskSize"] == size


def test_what_is_attached_goes_with_its_resource(orthanc: Emulator, small_file: Files) -> None:
    orthanc.attach("Study", study_of(orthanc), "Report", b"x" * 100)
    orthanc.delete("Study", study_of(orthanc))
    assert orthanc.statistics()["TotalDiskSize"] == orthanc.statistics()["TotalUncompressedSize"] == "0"


def test_changes_tell_of_what_users_write(orthanc: Emulator) -> None:
    study, instance = study_of(orthanc), orthanc.resources("Instance")[0]
    before = len(orthanc.server.store.changes)
    orthanc.set_metadata("Study", study, "Reviewer", "a")
    orthanc.attach("Study", study, "Report", b"")
    orthanc.attach("Study", study, "Report", None)
    orthanc.add_label("Study", study, "label")
    Client(orthanc.wsgi).post(f"/instances/{instance}/attachments/dicom/compress")
    kinds = [change.kind for change in orthanc.server.store.changes][before:]
    assert kinds == ["UpdatedMetadata", "UpdatedAttachment", "UpdatedAttachment"]


def test_who_has_not_seen_the_last_revision_is_told(orthanc: Emulator) -> None:
    client, path = Client(orthanc.wsgi), f"/studies/{study_of(orthanc)}/metadata/Reviewer"
    first = client.put(path, data=b"one").headers["ETag"]
    second = client.put(path, data=b"two", headers={"If-Match": first}).headers["ETag"]
    assert client.put(path, data=b"three", headers={"If-Match": first}).status_code == 409
    assert client.get(path, headers={"If-None-Match": second}).status_code == 304
    assert client.get(path).data == b"two"


def test_storage_compression_is_told_by_sizes_alone(small_file: Files) -> None:
    file = small_file("P1", "1.1", "1.1.1", "1.1.1.1")
    orthanc = Emulator({"StorageCompression": True})
    instance = orthanc.store(file).id
    assert orthanc.file(instance) == file
    statistics = orthanc.statistics()
    assert int(statistics["TotalDiskSize"]) < int(statistics["TotalUncompressedSize"]) == len(file)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("options", "code", "details"),
    [
        ({"UserMetadata": {"A": 1023}}, 3, None),
        ({"UserMetadata": {"A": 1024, "B": 1024}}, 3, None),
        ({"UserMetadata": {"LastUpdate": 1025}}, 8, None),
        ({"UserMetadata": {"1024": 1025}}, 8, None),
        ({"UserMetadata": {"A": "1024"}}, 5, "Not a number in this user-defined metadata: A"),
        ({"UserMetadata": {"A": 1024.5}}, 5, "Not a number in this user-defined metadata: A"),
        ({"UserMetadata": []}, -1, None),
        ({"UserContentType": {"A": 65536}}, 3, None),
        ({"UserContentType": {"dicom": 1025}}, 8, None),
        ({"UserContentType": {"A": [1024]}}, 5, "Not a number in this user-defined attachment type: A"),
        (
            {"StorageCompression": 1},
            5,
            'The configuration option "StorageCompression" must be a Boolean (true or false)',
        ),
    ],
)
def test_refused_configurations(release: str, options: dict[str, object], code: int, details: str | None) -> None:
    with pytest.raises(OrthancError) as caught:
        Emulator(options, release=release)
    assert (caught.value.code, caught.value.details) == (code, details)


@pytest.mark.parametrize(
    "options", [{"UserMetadata": {"A": 1024.0}}, {"UserMetadata": None}, {"UserMetadata": {"": 1030}}]
)
def test_accepted_configurations(options: dict[str, object]) -> None:
    Emulator(options)
