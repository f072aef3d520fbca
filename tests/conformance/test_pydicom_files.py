"""The comparison of pydicom's own files: with itself, with another release, with a live server where there is one."""

from __future__ import annotations

import shutil

import pytest

from conformance.asking.clients import EmulatorClient
from conformance.commands.command_line import main
from conformance.sweeps.pydicom_files import broken, compared, whole
from emulator import Emulator

ORTHANC = shutil.which("Orthanc")


def client(release: str) -> EmulatorClient:
    return EmulatorClient(Emulator(release=release, unknown_tags="as-release"))


def test_generated_uids_are_no_differences() -> None:
    one, other = client("1.12.7"), client("1.12.7")
    for name in ("ExplVR_BigEnd.dcm", "image_dfl.dcm", "693_J2KI.dcm", "rtdose_rle.dcm", "README.txt"):
        (file,) = whole(f"test_files/{name}")
        comparison = compared(*file, one, other)
        assert comparison.name == f"test_files/{name}"
        assert comparison.status == (400 if name == "README.txt" else 200)
        assert not comparison.differences


def test_differences_are_told() -> None:
    (file,) = whole("test_files/MR_small_bigendian.dcm")
    found = compared(*file, client("1.12.7"), client("1.13.0")).differences
    assert "answer.dicom.meta(0002,0012).value" in [difference.path for difference in found]


def test_damaged_files_are_the_same_with_the_same_seed() -> None:
    files = dict(broken(40, 1))
    assert files == dict(broken(40, 1)) != dict(broken(40, 2))
    one, other = client("1.12.7"), client("1.12.7")
    comparisons = [compared(name, data, one, other) for name, data in files.items()]
    assert {200, 400} <= {comparison.status for comparison in comparisons}
    assert not [comparison for comparison in comparisons if comparison.differences]


@pytest.mark.skipif(ORTHANC is None, reason="needs an Orthanc executable")
def test_live(capsys: pytest.CaptureFixture[str]) -> None:
    assert ORTHANC is not None
    assert main(["pydicom_files", "--orthanc", ORTHANC, "--only", "test_files/MR_small"]) == 0
    assert "0 with differences" in capsys.readouterr().out


@pytest.mark.skipif(ORTHANC is None, reason="needs an Orthanc executable")
def test_damaged_files_live(capsys: pytest.CaptureFixture[str]) -> None:
    assert ORTHANC is not None
    assert main(["pydicom_files", "--orthanc", ORTHANC, "--damaged", "60", "--seed", "1"]) == 0
    assert "0 with differences" in capsys.readouterr().out
