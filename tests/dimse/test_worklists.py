"""Worklists from a folder of .wl files, as the plugin answers them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from emulator import RELEASES, Emulator

from .clients import ALLOWED, WORKLIST, associated, file_of, found, image, keys


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, (name, station) in enumerate((("Doe^John", "SCAN1"), ("Roe^Jane", "SCAN2")), 1):
        step = Dataset()
        step.ScheduledStationAETitle, step.Modality = station, "CT"
        item = image(number, label=f"label {number}", PatientName=name, ScheduledProcedureStepSequence=[step])
        (tmp_path / f"{number}.wl").write_bytes(file_of(item))
    (tmp_path / "3.WL").write_bytes(b"no DICOM")
    (tmp_path / "4.dcm").write_bytes(file_of(image(4)))
    return tmp_path


def orthanc_with(folder: Path, release: str = "1.12.7", **options: Any) -> Emulator:
    plugin = {"Plugins": ["/usr/share/orthanc/plugins/libModalityWorklists.so"]}
    return Emulator(
        {**ALLOWED, **plugin, "Worklists": {"Enable": True, "Database": str(folder), **options}}, release=release
    )


def asked(step: dict[str, str] | None = None, **elements: Any) -> Dataset:
    item = Dataset()
    for name, value in (step or {}).items():
        setattr(item, name, value)
    return keys(None, ScheduledProcedureStepSequence=[item], **elements)


@pytest.mark.parametrize("release", RELEASES)
def test_a_worklist_is_found_by_what_is_in_its_items(folder: Path, release: str) -> None:
    with orthanc_with(folder, release).serve_dicom() as address:
        answers, status = found(address, asked({"ScheduledStationAETitle": "SCAN2"}, PatientName=""), WORKLIST)
        assert status == 0
        (answer,) = answers
        assert answer.PatientName == "Roe^Jane"
        assert answer.ScheduledProcedureStepSequence[0].ScheduledStationAETitle == "SCAN2"
        answers, status = found(address, asked(PatientName="doe*", EthnicGroup=""), WORKLIST)
        assert (len(answers), status) == (1, 0)
        assert "EthnicGroup" not in answers[0]
        assert found(address, asked(PatientName="nobody"), WORKLIST) == ([], 0)
        assert found(address, asked(StudyInstanceUID="1.*"), WORKLIST) == ([], 0xC000)


@pytest.mark.parametrize(
    ("release", "status", "count"), [("1.9.1", 0xC000, 0), ("1.10.1", 0xC000, 0), ("1.12.7", 0, 1), ("1.13.0", 0, 1)]
)
def test_private_keys_fail_on_old_releases_and_filter_on_new_ones(
    folder: Path, release: str, status: int, count: int
) -> None:
    with orthanc_with(folder, release).serve_dicom() as address:
        answers, last = found(address, keys(None, label="label 1", PatientID=""), WORKLIST)
    assert (len(answers), last) == (count, status)


@pytest.mark.parametrize(
    ("options", "count", "status"), [({"FilterIssuerAet": True}, 1, 0), ({"LimitAnswers": 1}, 2, 0xFE00)]
)
def test_options_of_worklists(folder: Path, options: dict[str, Any], count: int, status: int) -> None:
    with orthanc_with(folder, **options).serve_dicom() as address:
        answers, last = found(address, asked(PatientName=""), WORKLIST, calling="SCAN1")
    assert (len(answers), last) == (count, status)


def test_without_the_plugin_the_context_is_refused(folder: Path) -> None:
    for orthanc in (Emulator(ALLOWED), orthanc_with(folder, Enable=False)):
        with orthanc.serve_dicom() as address, associated(address, WORKLIST) as association:
            assert not association.accepted_contexts


def test_the_plugin_tells_of_itself(folder: Path) -> None:
    client = orthanc_with(folder, "1.10.1").client()
    assert client.get("/plugins").json == ["explorer.js", "worklists"]
    assert client.get("/plugins/worklists").json["Version"] == "1.10.1"
    assert Emulator().client().get("/plugins").json == ["explorer.js"]


def test_the_filter_by_the_calling_aet_needs_an_item(folder: Path) -> None:
    with orthanc_with(folder, FilterIssuerAet=True).serve_dicom() as address:
        assert found(address, keys(None, ScheduledProcedureStepSequence=[]), WORKLIST) == ([], 0xC000)
