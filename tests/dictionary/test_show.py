"""`dictionary show`: what is known, from where, and what is most like what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.cli import main

CONFIGURATION = str(Path(__file__).parent.parent.parent / "fixtures" / "orthanc.json")


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    status = main(["dictionary", "show", *arguments])
    return status, capsys.readouterr().out.splitlines()


def test_a_name_that_stands_several_times(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "PatientName") == (
        0,
        [
            "TAG          VR  VM  NAME         CREATOR              FROM",
            "(0010,0010)  PN  1   PatientName                       dicom.dic 3.6.9",
            "(0013,xx20)  LO  1   PatientName  SIEMENS CM VA0  CMS  private.dic 3.6.9",
            "",
            'In modify and find, "PatientName" stands for (0010,0010).',
        ],
    )


def test_the_entries_of_a_configuration_have_file_and_line(capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = shown(capsys, "--config", CONFIGURATION, "--creator", "MYLAB")
    assert status == 0
    assert lines[1:] == [
        "(0011,1001)  LO  1   MyLabel  MYLAB    orthanc.json:13",
        "(0011,1002)  US  1   MyCount  MYLAB    orthanc.json:14",
    ]


@pytest.mark.parametrize("spelling", ["0029,1010", "(0029,1010)", "00291010", "0029,10", "0029,xx10"])
def test_every_spelling_of_a_tag(capsys: pytest.CaptureFixture[str], spelling: str) -> None:
    status, lines = shown(capsys, spelling, "--creator", "SIEMENS CSA HEADER", "--release", "1.9.1")
    assert (status, len(lines)) == (0, 2)
    assert lines[1].split() == "(0029,xx10) OB 1 CSAImageHeaderInfo SIEMENS CSA HEADER private.dic 3.6.5".split()


def test_a_repeating_group(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = shown(capsys, "6002,3000")
    assert lines[1] == "(6000-60ff,3000)  ox  1   OverlayData           dicom.dic 3.6.9"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["PatientNme"], "Similar names: PatientName"),
        (["--creator", "siemens csa header"], 'Similar creators: "SIEMENS CSA HEADER"'),
        (["StackSequence", "--creator", "MYLAB"], "There are entries of"),
    ],
)
def test_nothing_found(capsys: pytest.CaptureFixture[str], arguments: list[str], hint: str) -> None:
    status, lines = shown(capsys, *arguments)
    assert status == 1
    assert lines[0].startswith("Nothing found: ")
    assert lines[1].startswith(hint)
