"""Archives and media as a user of the emulator gets them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pydicom
import pytest
from werkzeug.test import Client

from emulator import RELEASES, Emulator, OrthancError
from tests.dicom.files import explicit, file

ALL = tuple(RELEASES)
IMPLICIT, JPEG, RLE = "1.2.840.10008.1.2", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.5"
SOP_CLASS = {0x00080016: ("UI", "1.2.840.10008.5.1.4.1.1.7")}

Make = Callable[..., bytes]


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def content(data: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


@pytest.fixture(params=ALL)
def orthanc(request: Any, small_file: Make) -> Emulator:
    """A server of each release with one study of two instances, the second of them uploaded first."""
    emulator = Emulator(release=request.param)
    for number in ("2", "1"):
        extra = {**SOP_CLASS, 0x00080060: ("CS", "CT"), 0x00200013: ("IS", number)}
        emulator.store(small_file("P", "1.1", "1.1.1", f"1.1.1.{number}", extra))
    return emulator


def test_archive_holds_the_stored_files(orthanc: Emulator) -> None:
    study = orthanc.resources("Study")[0]
    data = orthanc.archive("Study", study)
    stored = {orthanc.file(identifier) for identifier in orthanc.resources("Instance")}
    assert {content(data, name) for name in names(data)} == stored


def test_archive_by_post_is_that_of_get_but_for_a_series_of_its_own(orthanc: Emulator) -> None:
    client = Client(orthanc.wsgi)
    study, series = orthanc.resources("Study")[0], orthanc.resources("Series")[0]
    got = client.get(f"/studies/{study}/archive").data
    assert names(client.post(f"/studies/{study}/archive", json={}).data) == names(got)
    alone = names(client.post(f"/series/{series}/archive", json={}).data)
    depth = 1 if orthanc.release.version in ("1.12.7", "1.13.0") else 3
    assert {name.count("/") for name in alone} == {depth}


def test_medium_can_be_read_by_pydicom(orthanc: Emulator) -> None:
    data = orthanc.archive("Patient", orthanc.resources("Patient")[0], media=True)
    assert names(data) == ["IMAGES/IM0", "IMAGES/IM1", "DICOMDIR"]
    directory = pydicom.dcmread(io.BytesIO(content(data, "DICOMDIR")))
    kinds = [record.DirectoryRecordType for record in directory.DirectoryRecordSequence]
    assert kinds == ["PATIENT", "STUDY", "SERIES", "IMAGE", "IMAGE"]
    for record in directory.DirectoryRecordSequence[3:]:
        file = pydicom.dcmread(io.BytesIO(content(data, "/".join(record.ReferencedFileID))))
        assert file.SOPInstanceUID == record.ReferencedSOPInstanceUIDInFile


def test_study_without_date_has_that_of_the_medium(small_file: Make) -> None:
    orthanc = Emulator(clock=lambda: 0.0)
    stored = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1", SOP_CLASS))
    orthanc.advance(seconds=90)
    data = orthanc.archive("Study", stored.parent_study, media=True)
    study = pydicom.dcmread(io.BytesIO(content(data, "DICOMDIR"))).DirectoryRecordSequence[1]
    assert (study.StudyDate, study.StudyTime) == ("19700101", "000130.000000")


def test_two_files_of_one_name_are_both_there(small_file: Make) -> None:
    orthanc = Emulator(release="1.13.0")
    for number, description in enumerate(("x", "x", "x-2")):
        extra = {0x0008103E: ("LO", description)}
        stored = orthanc.store(small_file("P", "1.1", f"1.1.{number}", f"1.1.{number}.1", extra))
    assert len(names(orthanc.archive("Study", stored.parent_study))) == 3


def test_transcoding(orthanc: Emulator, small_file: Make) -> None:
    study = orthanc.resources("Study")[0]
    data = orthanc.archive("Study", study, transcode=IMPLICIT)
    assert {pydicom.dcmread(io.BytesIO(content(data, name))).file_meta.TransferSyntaxUID for name in names(data)} == {
        IMPLICIT
    }
    left_out = orthanc.release.version == "1.13.0"
    assert len(names(orthanc.archive("Study", study, transcode=RLE))) == (0 if left_out else 2)
    with pytest.raises(OrthancError, match="Unknown transfer syntax: nope") as refused:
        orthanc.archive("Study", study, transcode="nope")
    assert refused.value.http_status == 400


def test_compression_says_that_there_are_no_codecs() -> None:
    orthanc = Emulator()
    stored = orthanc.store(file(explicit(0x7FE00010, "OB", b"ab")))
    with pytest.raises(OrthancError, match="no codecs") as refused:
        orthanc.archive("Series", stored.parent_series, transcode=JPEG)
    assert refused.value.http_status == 501


@pytest.mark.parametrize("release", ALL)
def test_error_on_a_medium_ends_what_was_sent_before(release: str, small_file: Make) -> None:
    orthanc = Emulator(release=release)
    orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1", {**SOP_CLASS, 0x00200013: ("IS", "1")}))
    stored = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.2", {0x00200013: ("IS", "2")}))
    answer = Client(orthanc.wsgi).get(f"/series/{stored.parent_series}/media")
    if release == "1.9.1":
        assert answer.status_code == 400
        return
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(answer.data))


def test_fork_has_archives_of_its_own(orthanc: Emulator) -> None:
    fork = orthanc.fork()
    study = orthanc.resources("Study")[0]
    orthanc.delete("Study", study)
    assert len(names(fork.archive("Study", study))) == 2
    with pytest.raises(OrthancError):
        orthanc.archive("Study", study)
